package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/chainrule-go/chainrule/gen/expr"
	"github.com/chainrule-go/chainrule/gen/kernel"
)

// kernelDecl prints a kernel under a name: the comment, the signature with the shapes in it, the body.
func (p *printer) kernelDecl(f *kernel.Func, name string) []jen.Code {
	p.class = map[string]bool{}
	for _, s := range f.Scalars {
		p.class[s.Name] = s.Kind == kernel.Class
	}
	body := p.body(f.Body)
	result := jen.Null()
	if f.Result != "" {
		result = jen.Parens(jen.Id(f.Result).Id(p.float))
		body = append(body, jen.Line(), jen.Return(jen.Id(f.Result)))
	}
	decl := comment(name + " " + f.Summary)
	return append(decl, jen.Func().Id(name).Params(p.params(f)...).Add(result).Block(body...), jen.Line())
}

// params prints the parameters of a kernel; neighbours of one type share it.
func (p *printer) params(f *kernel.Func) []jen.Code {
	var params []jen.Code
	for i := 0; i < len(f.Arrays); {
		a := f.Arrays[i]
		var list []jen.Code
		for i < len(f.Arrays) && f.Arrays[i].Len == a.Len && f.Arrays[i].Rows == a.Rows {
			list = append(list, jen.Id(f.Arrays[i].Name))
			i++
		}
		t := p.array(a.Len)
		if a.Rows {
			t = jen.Index().Index(jen.Lit(a.Len)).Id(p.float)
		}
		params = append(params, jen.List(list...).Add(t))
	}
	for _, s := range f.Scalars {
		params = append(params, jen.Id(s.Name).Add(p.scalarType(s.Kind)))
	}
	return params
}

func (p *printer) scalarType(k kernel.ScalarKind) *jen.Statement {
	switch k {
	case kernel.Class:
		return p.of("Class")
	case kernel.Seed:
		return jen.Uint64()
	case kernel.Row:
		return jen.Int()
	}
	return jen.Id(p.float)
}

// functionDecl prints a scalar function: an activation, or its derivative times dy.
func (p *printer) functionDecl(f *kernel.Function) []jen.Code {
	name := p.top(f.Name)
	params := make([]jen.Code, len(f.Params))
	for i, v := range f.Params {
		params[i] = jen.Id(v)
	}
	signature := jen.Func().Id(name).Params(jen.List(params...).Id(p.float)).Id(p.float)
	decl := comment(name + " returns " + f.Body.String() + ".")
	return append(decl, signature.Block(p.choices(lift(f.Body))...), jen.Line())
}

// choices prints an expression as the body of a function: calls that occur twice get a name, a choice becomes an if.
func (p *printer) choices(e expr.Expr) []jen.Code {
	lets, body := expr.Share(e)
	var code []jen.Code
	for _, l := range lets {
		code = append(code, jen.Id(l.Name).Op(":=").Add(p.scalar(l.Value, true).code))
	}
	for {
		s, ok := body.(expr.Select)
		if !ok {
			return append(code, jen.Return(p.scalar(body, true).code))
		}
		code = append(code, jen.If(p.condition(s.Cond)).Block(p.choices(s.Then)...))
		body = s.Else
	}
}

// lift moves choices to the top of an expression: f(c ? a : b) becomes c ? f(a) : f(b).
func lift(e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case expr.Select:
		return expr.Select{Cond: e.Cond, Then: lift(e.Then), Else: lift(e.Else)}
	case expr.Negate:
		return through(lift(e.X), func(x expr.Expr) expr.Expr { return expr.Negate{X: x} })
	case expr.Binary:
		return through(lift(e.X), func(x expr.Expr) expr.Expr {
			return through(lift(e.Y), func(y expr.Expr) expr.Expr { return expr.Binary{Op: e.Op, X: x, Y: y} })
		})
	case expr.Call:
		return liftArgs(e, nil)
	}
	return e
}

func liftArgs(c expr.Call, done []expr.Expr) expr.Expr {
	if len(done) == len(c.Args) {
		return expr.Call{Fn: c.Fn, Args: done}
	}
	return through(lift(c.Args[len(done)]), func(x expr.Expr) expr.Expr {
		return liftArgs(c, append(append([]expr.Expr(nil), done...), x))
	})
}

// through applies f to the branches of a choice.
func through(e expr.Expr, f func(expr.Expr) expr.Expr) expr.Expr {
	if s, ok := e.(expr.Select); ok {
		return expr.Select{Cond: s.Cond, Then: through(s.Then, f), Else: through(s.Else, f)}
	}
	return f(e)
}

// layerComment prints what a layer is: kind and sizes, its arrays, the schedule and why.
func layerComment(title string, f *kernel.Func, forms ...string) []jen.Code {
	text := []string{"// " + title, "//"}
	width := 0
	rows := make([][2]string, len(f.Arrays))
	for i, a := range f.Arrays {
		rows[i] = [2]string{a.Name, shape(a)}
		width = max(width, len([]rune(rows[i][1])))
	}
	for i, a := range f.Arrays {
		text = append(text, strings.TrimRight(fmt.Sprintf("//\t%-2s  %s%s  %s", rows[i][0], rows[i][1],
			strings.Repeat(" ", width-len([]rune(rows[i][1]))), meaning(a)), " "))
	}
	text = append(text, "//")
	code := lines(text)
	for _, form := range forms {
		code = append(code, comment(form)...)
	}
	return append(code, jen.Line())
}

// shape prints the extents of an operand: [16×4], [rows×16].
func shape(a *kernel.Array) string {
	var parts []string
	if a.Rows {
		parts = append(parts, "rows")
	}
	for _, d := range a.Dims {
		parts = append(parts, fmt.Sprint(d))
	}
	return "[" + strings.Join(parts, "×") + "]"
}

// meanings of the letters, and how a matrix lies in memory.
var meanings = map[string]string{
	"x": "input", "b": "bias", "z": "pre-activation", "y": "activation", "m": "mask",
	"dx": "∂L/∂x", "dw": "∂L/∂W, as w", "db": "∂L/∂b", "dz": "∂L/∂z", "dy": "∂L/∂y", "t": "target",
}

func meaning(a *kernel.Array) string {
	if a.Name == "w" && len(a.Dims) == 2 {
		order := map[string]string{"oi": "row-major", "io": "column-major"}[a.Layout]
		return fmt.Sprintf("weight, %s: w[%s] = W[o,i]", order, position(a.Layout, a.Dims[1]))
	}
	return meanings[a.Name]
}

// position writes where an element of a matrix lies whose letters and inner extent in memory are given: 4*o+i.
func position(letters string, inner int) string {
	return fmt.Sprintf("%d*%c+%c", inner, letters[0], letters[1])
}
