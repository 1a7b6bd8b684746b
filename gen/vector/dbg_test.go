package vector_test
import ("testing";"fmt";"math";"github.com/chainrule-go/chainrule/gen/kernel";"github.com/chainrule-go/chainrule/gen/target";"github.com/chainrule-go/chainrule/gen/vector";"github.com/chainrule-go/chainrule/gen/vector/vectortest")
func TestDbg(t *testing.T){
 for _,fn:=range []string{"exp","log","tanh"}{
 c:=vectortest.Map(fn,4,1,4,func(x kernel.Expr) kernel.Expr {return vectortest.Call(fn,x)})
 f,err:=vector.Compile(c.Func,target.AVX2,8); if err!=nil{t.Fatal(err)}
 ops:=kernel.Operands{Arrays:map[string][]float64{"x":{709.7,5e-324,0x1p-1074*3,709},"y":make([]float64,4)}}
 f.Run(ops); fmt.Println(fn,ops.Arrays["y"], math.Exp(709.7), math.Log(5e-324))
 if fn=="exp"{fmt.Println(f)}
 }
}
