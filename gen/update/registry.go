package update

// entry is a pass over slices of equal length.
type entry struct {
	name    string
	doc     string // what it does, as a sentence that goes on after the name
	set     string // slices that it updates
	read    string // slices that it only reads
	scalars string
	sum     string // name of the result, a sum over the elements; "" if there is none
	copies  int    // vectors of each slice per turn of the main loop
	formula string // for one element, in Go: a slice stands for its element
}

var entries = []entry{
	{
		name: "sgdUpdate", doc: "is a step of SGD.",
		set: "p", read: "g", scalars: "eta decay", copies: 2,
		formula: `
			d := g + decay*p
			p -= eta * d`,
	},
	{
		name: "momentumUpdate", doc: "is a step of Momentum.",
		set: "p v", read: "g", scalars: "eta mu decay", copies: 2,
		formula: `
			d := g + decay*p
			v = mu*v + d
			p -= eta * v`,
	},
	{
		name: "nesterovUpdate", doc: "is a step of Nesterov.",
		set: "p v", read: "g", scalars: "eta mu decay", copies: 2,
		formula: `
			d := g + decay*p
			v = mu*v + d
			p -= eta * (d + mu*v)`,
	},
	{
		name: "rmsPropUpdate", doc: "is a step of RMSProp; rest is 1 − alpha.",
		set: "p s v", read: "g", scalars: "eta alpha rest epsilon mu decay", copies: 1,
		formula: `
			d := g + decay*p
			s = alpha*s + rest*(d*d)
			v = mu*v + d/(sqrt(s)+epsilon)
			p -= eta * v`,
	},
	{
		name: "adagradUpdate", doc: "is a step of Adagrad.",
		set: "p s", read: "g", scalars: "eta epsilon decay", copies: 1,
		formula: `
			d := g + decay*p
			s += d * d
			p -= eta * (d / (sqrt(s) + epsilon))`,
	},
	{
		name: "adamUpdate", doc: "is a step of Adam, with decay added to the gradient, and of AdamW, with p multiplied by keep. eta is η/(1 − beta1ᵗ), resti is 1 − betai, and correct is 1/√(1 − beta2ᵗ).",
		set: "p m v", read: "g", scalars: "eta beta1 rest1 beta2 rest2 correct epsilon decay keep", copies: 1,
		formula: `
			d := g + decay*p
			m = beta1*m + rest1*d
			v = beta2*v + rest2*(d*d)
			p = keep*p - eta*(m/(correct*sqrt(v)+epsilon))`,
	},
	{
		name: "scaleBy", doc: "multiplies g by a factor.",
		set: "g", scalars: "factor", copies: 2,
		formula: `g *= factor`,
	},
	{
		name: "clampTo", doc: "bounds the elements of g.",
		set: "g", scalars: "low high", copies: 1,
		formula: `g = min(max(g, low), high)`,
	},
	{
		name: "sumOfSquares", doc: "returns Σ g².",
		read: "g", sum: "sum", copies: 4,
		formula: `sum += g * g`,
	},
	{
		name: "notFinite", doc: "returns 0 if all elements of g are finite, else NaN.",
		read: "g", sum: "sum", copies: 4,
		formula: `sum += g - g`,
	},
}
