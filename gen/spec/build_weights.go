package spec

// rowWeights builds how much each row counts in the loss.
func (b builder) rowWeights(n *node, m *Model) RowWeights {
	column, classes := n.get("sample_weight"), n.get("class_weights")
	w := RowWeights{Column: column.word()}
	if column != nil && n.get("data").find("rows") != nil {
		b.refuse(column, "is given, but inline rows have no columns")
	}
	switch {
	case classes == nil:
	case m.Output.Classes == nil && m.Output.Targets != nil:
		b.refuse(classes, "is given, but the output has targets, want classes")
	case classes.kind == scalar:
		w.Balanced = true
	case m.Output.Classes != nil:
		w.Classes = b.classWeights(classes, m.Output.Classes)
	}
	return w
}

// classWeights returns the weight of each class; one that is not mentioned has 1.
func (b builder) classWeights(n *node, classes []string) []float64 {
	index := newClassIndex(classes)
	weights := make([]float64, len(classes))
	for i := range weights {
		weights[i] = 1
	}
	for _, item := range n.items {
		i, ok := index.byName[item.label]
		if !ok {
			b.errors.add(item.keyPos, n.path(), "unknown class %s%s", quote(item.label), suggest(item.label, classes))
			continue
		}
		weights[i] = item.real()
	}
	return weights
}

// Weighted tells whether rows may count differently in the loss: generated code then takes a weight for every row.
func (m *Model) Weighted() bool {
	w := m.Train.Weights
	return w.Column != "" || w.Balanced || w.Classes != nil
}
