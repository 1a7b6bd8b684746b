package kernel

import (
	"fmt"
	"math"
	"strings"

	"github.com/chainrule-go/chainrule/gen/graph"
)

// In vector code the gradient of a parameter is added to what is there, or to nothing: keep is a mask of that. The gradient of
// the loss has a factor in it, and with it every gradient that comes from it. So one kernel sets the gradients of the first
// block of a batch, adds those of the next ones, and subtracts rate times the gradients from the parameters.
const (
	Keep       = "keep"  // the name of the mask
	keepsName  = "keeps" // that of a register that holds it in every lane
	factorName = "factor"
)

// Kept and Dropped are what the scalar operand keep may be: the first, of which all bits are ones, is no number.
var Kept, Dropped = math.Float64frombits(math.MaxUint64), 0.0

// addable tells whether v is the gradient of a parameter in vector code.
func (l *lowering) addable(v *graph.Value) bool {
	return (l.plan.Columns || l.plan.Lines) && v.Role == graph.Gradient && v.Of != nil && v.Of.IsParameter()
}

// bindSum adds the operands of a gradient.
func (l *lowering) bindSum(v *graph.Value) {
	if l.plan.Lines {
		l.array(v)
	} else {
		l.columnArray(v, false, InPlace)
	}
	l.f.Array(l.local(v)).Access = InPlace
	l.scalar(Keep, Float)
}

// addTo makes a nest add its sums to what lies at their places.
func (l *lowering) addTo(n *nest) {
	n.stores = []operand{n.sum.out}
	keeps := keepsName
	if l.plan.Columns {
		n.sum.prepare = func() { keeps = n.everyLane(keepsName, Keep) }
	} else {
		n.once(Keep, keepsName, Let{keepsName, Var{Keep}})
	}
	n.sum.finish = func(c copyOf, x Expr) {
		of, at := n.address(n.sum.out, c)
		n.add(Store{Of: of, At: at, X: Binary{'+', Apply{elementary(Keep), []Expr{Var{keeps}, Load{of, at}}}, x}})
	}
}

// everyLane defines a register that holds a scalar operand in every lane, and returns its name. Each tile has its own: one for
// all would be missing in their loops.
func (b *builder) everyLane(name, scalar string) string {
	full := name
	for k := 2; b.defines(full); k++ {
		full = fmt.Sprint(name, k)
	}
	b.set(full, Var{scalar})
	return full
}

// sumEquation prints an equation of a gradient with what it is added to: dW[o,i] = keep(dW[o,i]) + Σₙ dz[n,o]·x[n,i].
func sumEquation(equation string) string {
	name, right, _ := strings.Cut(equation, " = ")
	return fmt.Sprintf("%s = %s(%s) + %s", name, Keep, name, right)
}
