package kernel

import "slices"

// Backward is the scalar operand that says whether the activations' kernels go on to the gradients after the losses.
const Backward = "backward"

// losses is the name of the function of the losses.
const losses = "loss"

// ReturnAfterLoss makes functions that were joined end after the losses where the scalar operand backward is 0. It returns
// those to be called for the losses.
func ReturnAfterLoss(funcs []*Func) []*Func {
	for k, f := range funcs {
		i := slices.IndexFunc(f.Body, func(s Stmt) bool { c, ok := s.(*Call); return ok && c.Func.Name == losses })
		if i < 0 {
			continue
		}
		if i+1 < len(f.Body) {
			f.Body = slices.Insert(f.Body, i+1, Stmt(Return{Unless: Backward}))
			f.Scalars = append(f.Scalars, Scalar{Backward, Count})
			verified(f)
		}
		return funcs[:k+1]
	}
	return nil
}
