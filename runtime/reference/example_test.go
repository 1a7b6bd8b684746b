package reference_test

import (
	"fmt"

	"github.com/chainrule-go/chainrule/runtime/reference"
)

// Two hidden neurons learn exclusive or.
func Example() {
	n := reference.New(reference.NewLoss("binary_cross_entropy", nil),
		reference.NewDense(2, 2, true),
		reference.NewActivation("tanh", nil),
		reference.NewDense(2, 1, true))
	n.SetParams([]float64{0.8, -0.6, -0.5, 0.9, 0.1, 0.2, 0.7, 0.4, 0})

	x := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	target := [][]float64{{0}, {1}, {1}, {0}}
	fmt.Printf("loss %.3f\n", n.Loss(x, target))
	for range 1000 {
		n.Step(x, target, 0.5)
	}
	fmt.Printf("loss %.3f\n", n.Loss(x, target))
	for _, row := range x {
		logit := n.Forward(row)[0] // positive: more likely than not
		fmt.Println(row, logit > 0)
	}
	// Output:
	// loss 0.727
	// loss 0.007
	// [0 0] false
	// [0 1] true
	// [1 0] true
	// [1 1] false
}
