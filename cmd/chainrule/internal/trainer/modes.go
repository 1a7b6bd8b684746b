package trainer

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/chainrule-go/chainrule/runtime"
)

// FoldLine is the line of JSON for a fold of a cross-validation.
type FoldLine struct {
	Fold     int      `json:"fold"` // from 1
	Folds    int      `json:"folds"`
	Rows     int      `json:"rows"`
	Epochs   int      `json:"epochs"`
	Loss     float64  `json:"loss"`
	Accuracy *float64 `json:"accuracy,omitempty"`
	R2       *float64 `json:"r2,omitempty"`
}

// crossValidate prints a line for every fold and one with the summary.
func (t *training[F, X, T]) crossValidate(ctx context.Context, x []X, target []T, c runtime.Config, folds int, lines *json.Encoder) error {
	var lineErr error
	fold := 0
	initialize := func() { t.initialize(c.Seed) }
	report, err := runtime.CrossValidate(ctx, t.network, initialize, x, target, c, folds, func(r *runtime.Report) {
		fold++
		line := FoldLine{Fold: fold, Folds: folds, Rows: r.Rows, Epochs: len(r.Epochs), Loss: r.Loss}
		if r.Classification != nil {
			line.Accuracy = &r.Accuracy
		} else {
			line.R2 = r.R2
		}
		lineErr = errors.Join(lineErr, lines.Encode(line))
	})
	if err != nil {
		return errors.Join(lineErr, advise(err))
	}
	return errors.Join(lineErr, lines.Encode(report))
}

// RateLine is the last line of JSON of a search for the learning rate, after one for every point of the curve.
type RateLine struct {
	Final      bool    `json:"final"`
	Steps      int     `json:"steps"`
	Suggestion float64 `json:"suggestion"` // 0 for none
}

// findRate prints the curve and the suggestion.
func (t *training[F, X, T]) findRate(ctx context.Context, x []X, target []T, c runtime.Config, lines *json.Encoder) error {
	t.initialize(c.Seed)
	curve, err := runtime.FindRate(ctx, t.network, x, target, c)
	if err != nil {
		return err
	}
	for _, p := range curve.Points {
		if err := lines.Encode(p); err != nil {
			return err
		}
	}
	return lines.Encode(RateLine{true, len(curve.Points), curve.Suggestion})
}
