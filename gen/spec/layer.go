package spec

import "fmt"

// String says what the layer is: dense 4→16, relu.
func (l Layer) String() string {
	switch {
	case l.Dense != nil && l.Dense.Activation.Name == "linear":
		return fmt.Sprintf("dense %d→%d", l.In, l.Out)
	case l.Dense != nil:
		return fmt.Sprintf("dense %d→%d, %s", l.In, l.Out, l.Dense.Activation.Name)
	case l.Dropout != nil:
		return fmt.Sprintf("dropout of %d elements at rate %g", l.In, l.Dropout.Rate)
	}
	return fmt.Sprintf("%s of %d elements", l.Activation.Name, l.In)
}
