package runtime

import "fmt"

// NonFiniteError says that training met an infinite number or NaN, usually
// because the learning rate is too high or an input is not scaled.
type NonFiniteError struct {
	Epoch, Batch int // from 1; Batch is 0 when a whole epoch was measured
	// What is not: "loss", "gradient", "parameters", "state of the optimizer",
	// "validation loss" or "loss on the test rows".
	What string
}

// Error names the epoch and the batch.
func (e *NonFiniteError) Error() string {
	if e.Batch == 0 {
		return fmt.Sprintf("epoch %d: %s: is not finite", e.Epoch, e.What)
	}
	return fmt.Sprintf("epoch %d, batch %d: %s: is not finite", e.Epoch, e.Batch, e.What)
}
