package vector

// words returns lanes that hold an integer in every 8 bytes.
func (m *machine) words(n int, word func(i int) uint64) lanes {
	var x lanes
	for i := 0; len(x) < n; i++ {
		w := word(i)
		if m.Element == Float64 {
			x = append(x, w)
			continue
		}
		x = append(x, w&(1<<32-1), w>>32)
	}
	return x
}

// word returns the integer in 8 bytes of lanes.
func (m *machine) word(x lanes, i int) uint64 {
	if m.Element == Float64 {
		return x[i]
	}
	return x[2*i] | x[2*i+1]<<32
}

// wordwise computes an operation on every 8 bytes.
func (m *machine) wordwise(s *Instr, args []lanes) lanes {
	const lower = 1<<32 - 1
	return m.words(s.Lanes, func(i int) uint64 {
		x := m.word(args[0], i)
		switch s.Op {
		case UpperWord:
			return x >> 32
		case RaiseWord:
			return x << 32
		}
		return (x & lower) * (m.word(args[1], i) & lower)
	})
}
