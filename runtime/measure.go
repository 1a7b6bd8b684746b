package runtime

// Measure measures predictions for the rows of a table with labels or targets: of
// classes, or without classes of targets. output sets y, of the given length, to
// the prediction for a row, as [Network.Output] does.
func (t *Table) Measure(classes []string, outputs int, output func(y []float64, row int)) (*Classification, *Regression) {
	y := make([]float64, outputs)
	if classes != nil {
		m := newClassification(classes)
		for i, class := range t.Class {
			output(y, i)
			m.add(y, class)
		}
		return m.finish(), nil
	}
	sums := regressionSums{targets: make([]targetSums, outputs)}
	for i, target := range t.Y {
		output(y, i)
		sums.add(y, target)
	}
	return nil, sums.finish()
}
