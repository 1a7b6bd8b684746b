package runtime

// References:
//
//	Welford, Note on a method for calculating corrected sums of squares and products, 1962.

// Classification measures predicted classes.
type Classification struct {
	Accuracy float64       `json:"accuracy"` // share of rows whose class is the most probable one
	Classes  []ClassReport `json:"classes"`
	// Confusion counts the rows by [class][predicted class].
	Confusion [][]int `json:"confusion"`
}

// ClassReport measures the predictions of one class.
type ClassReport struct {
	Name      string  `json:"name"`
	Rows      int     `json:"rows"`      // of this class
	Predicted int     `json:"predicted"` // rows predicted to be of this class
	Precision float64 `json:"precision"` // share of the predicted ones that are; 0 if none is predicted
	Recall    float64 `json:"recall"`    // share of the rows that are predicted; 0 if there are none
}

// Regression measures predicted targets, as means over rows and targets.
type Regression struct {
	MSE float64 `json:"mean_squared_error"`
	MAE float64 `json:"mean_absolute_error"`
	// R2 is the coefficient of determination, 1 − Σ(y−t)²/Σ(t−t̄)², as the mean
	// over the targets; nil when a target has the same value in all rows.
	R2 *float64 `json:"r2,omitempty"`
}

// newClassification returns a count of no rows yet.
func newClassification(classes []string) *Classification {
	m := &Classification{Confusion: make([][]int, len(classes))}
	for c, name := range classes {
		m.Classes = append(m.Classes, ClassReport{Name: name})
		m.Confusion[c] = make([]int, len(classes))
	}
	return m
}

// add counts a row of a class, given the probabilities.
func (m *Classification) add(y []float64, class int) { m.Confusion[class][mostProbable(y)]++ }

// mostProbable returns the class of the highest probability, the first of equals.
// A single probability is that of class 1 of two.
func mostProbable(y []float64) int {
	if len(y) == 1 {
		if y[0] > 0.5 {
			return 1
		}
		return 0
	}
	best := 0
	for c, p := range y {
		if p > y[best] {
			best = c
		}
	}
	return best
}

// finish computes the measures from the confusion matrix and returns m.
func (m *Classification) finish() *Classification {
	rows, correct := 0, 0
	for class, predictions := range m.Confusion {
		for predicted, n := range predictions {
			rows += n
			m.Classes[class].Rows += n
			m.Classes[predicted].Predicted += n
		}
		correct += predictions[class]
	}
	m.Accuracy = ratio(correct, rows)
	for c := range m.Classes {
		r, hits := &m.Classes[c], m.Confusion[c][c]
		r.Precision, r.Recall = ratio(hits, r.Predicted), ratio(hits, r.Rows)
	}
	return m
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// targetSums gathers what the measures of one target need. The sum of the
// squared deviations is Welford's: exactly 0 for equal values.
type targetSums struct{ squared, absolute, mean, deviation float64 }

// regressionSums gathers the measures over rows.
type regressionSums struct {
	rows    int
	targets []targetSums
}

// add takes a row of outputs y and targets t.
func (r *regressionSums) add(y, t []float64) {
	r.rows++
	for o := range r.targets {
		s, residual := &r.targets[o], y[o]-t[o]
		s.squared += float64(residual * residual)
		s.absolute += max(residual, -residual)
		before := t[o] - s.mean
		s.mean += before / float64(r.rows)
		s.deviation += float64(before * (t[o] - s.mean))
	}
}

// finish returns the measures.
func (r *regressionSums) finish() *Regression {
	m, r2, n := &Regression{}, 0.0, float64(len(r.targets))
	varied := true
	for _, s := range r.targets {
		m.MSE += s.squared / (n * float64(r.rows))
		m.MAE += s.absolute / (n * float64(r.rows))
		r2 += (1 - s.squared/s.deviation) / n
		varied = varied && s.deviation > 0
	}
	if varied {
		m.R2 = &r2
	}
	return m
}
