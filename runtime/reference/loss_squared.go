package reference

// squared is l = (y − t)², a term of mean_squared_error.
type squared struct{ smooth }

func (squared) value(y, t float64) float64      { return (y - t) * (y - t) }
func (squared) derivative(y, t float64) float64 { return 2 * (y - t) }

// halfSquared is l = ½·(y − t)², a term of half_squared_error: the ½ is there
// so that the derivative is the residual itself.
type halfSquared struct{ smooth }

func (halfSquared) value(y, t float64) float64      { return 0.5 * (y - t) * (y - t) }
func (halfSquared) derivative(y, t float64) float64 { return y - t }
