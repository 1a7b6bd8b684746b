package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
	"github.com/chainrule-go/chainrule/runtime"
)

// fold shows a fold of a cross-validation.
func (r *text) fold(line []byte) error {
	var f trainer.FoldLine
	if err := json.Unmarshal(line, &f); err != nil {
		return err
	}
	r.folds = f.Folds
	s := fmt.Sprintf("fold %d/%d  %d epochs  on %d rows: loss %.6g", f.Fold, f.Folds, f.Epochs, f.Rows, f.Loss)
	if f.Accuracy != nil {
		s += fmt.Sprintf(", accuracy %.4f", *f.Accuracy)
	}
	if f.R2 != nil {
		s += fmt.Sprintf(", R² %.4f", *f.R2)
	}
	r.bar.Clear()
	if _, err := io.WriteString(r.out, s+"\n"); err != nil {
		return err
	}
	r.bar.Set(f.Fold)
	return nil
}

// crossValidated shows what the folds have come to.
func (r *text) crossValidated(line []byte) error {
	var f struct {
		Folds        int
		Loss         runtime.Spread
		Accuracy, R2 *runtime.Spread
	}
	if err := json.Unmarshal(line, &f); err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	c := runtime.CrossReport{Network: r.training.Network, Folds: make([]*runtime.Report, f.Folds), Loss: f.Loss, Accuracy: f.Accuracy, R2: f.R2}
	_, err := io.WriteString(r.out, "\n"+c.String())
	return err
}

// rate takes a point of the search for the learning rate.
func (r *text) rate(line []byte) error {
	var p runtime.RatePoint
	err := json.Unmarshal(line, &p)
	r.rates.Points = append(r.rates.Points, p)
	return err
}

// rateFound shows the curve and the suggestion.
func (r *text) rateFound(line []byte) error {
	var f trainer.RateLine
	if err := json.Unmarshal(line, &f); err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	r.rates.Suggestion = f.Suggestion
	_, err := io.WriteString(r.out, r.rates.String())
	return err
}
