package vector_test
import ("testing";"time";"github.com/chainrule-go/chainrule/gen/kernel";"github.com/chainrule-go/chainrule/gen/target";"github.com/chainrule-go/chainrule/gen/vector";"github.com/chainrule-go/chainrule/gen/vector/vectortest")
func TestBig(t *testing.T){
 c:=vectortest.Dots(20,30,32,8,8,true)
 s:=vectortest.Softmax(64,64,8)
 m:=vectortest.Map("softplus",8000,200,8,func(x kernel.Expr) kernel.Expr {return vectortest.Call("softplus",x)})
 for _,k:=range []*kernel.Func{c.Func,s.Func,m.Func}{
 b:=time.Now(); f,err:=vector.Compile(k,target.AVX2,4); if err!=nil{t.Fatal(err)}
 n:=0
 var cnt func([]vector.Stmt); cnt=func(b []vector.Stmt){for _,s:=range b{ n++; if l,ok:=s.(*vector.Loop);ok{cnt(l.Body)}}}; cnt(f.Body)
 t.Log(k.Name,n,len(f.Regs),time.Since(b))}
}
