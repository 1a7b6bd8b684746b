package runtime

// WithRate returns the optimizer with another learning rate before the schedule.
func WithRate(o Optimizer, rate float64) Optimizer { return o.withRate(rate) }

func (o SGD) withRate(rate float64) Optimizer      { o.LearningRate = rate; return o }
func (o Momentum) withRate(rate float64) Optimizer { o.LearningRate = rate; return o }
func (o Nesterov) withRate(rate float64) Optimizer { o.LearningRate = rate; return o }
func (o RMSProp) withRate(rate float64) Optimizer  { o.LearningRate = rate; return o }
func (o Adagrad) withRate(rate float64) Optimizer  { o.LearningRate = rate; return o }
func (o Adam) withRate(rate float64) Optimizer     { o.LearningRate = rate; return o }
func (o AdamW) withRate(rate float64) Optimizer    { o.LearningRate = rate; return o }
