package runtime

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"
)

// EpochReport tells what an epoch did.
type EpochReport struct {
	Epoch, Epochs int     // this one, from 1, and how many there may be
	Loss          float64 // mean over the training rows, each batch taken before its update
	// ValidationLoss is the mean over the validation rows after the epoch;
	// meaningless when Validated is false, because there are none.
	ValidationLoss float64
	Validated      bool
	Rate           float64 // the learning rate of its last step
	Lowest         bool    // whether the watched loss is the lowest so far
	Elapsed        time.Duration
}

// String returns the epoch as a line of a log.
func (e EpochReport) String() string {
	s := fmt.Sprintf("epoch %d/%d  loss %.6g", e.Epoch, e.Epochs, e.Loss)
	if e.Validated {
		s += fmt.Sprintf("  validation %.6g", e.ValidationLoss)
	}
	return s
}

// MarshalJSON returns {"epoch":1,"loss":0.5,"validation_loss":0.6,"rate":0.01}, the validation loss only if there is one.
func (e EpochReport) MarshalJSON() ([]byte, error) {
	line := struct {
		Epoch          int      `json:"epoch"`
		Loss           float64  `json:"loss"`
		ValidationLoss *float64 `json:"validation_loss,omitempty"`
		Rate           float64  `json:"rate"`
	}{Epoch: e.Epoch, Loss: e.Loss, Rate: e.Rate}
	if e.Validated {
		line.ValidationLoss = &e.ValidationLoss
	}
	return json.Marshal(line)
}

// Report tells how a training went and how good the network is.
type Report struct {
	Network string
	Epochs  []EpochReport
	Stopped Stopped
	Best    int // the epoch whose weights were restored; 0 = none, they are those of the end

	TrainRows, ValidationRows, TestRows int

	// Tier is that of the network, or [TrainedMixed] where the training was
	// resumed and had another one before.
	Tier string

	// Resumed is the epoch in which a resumed training began; 0 = it was not.
	Resumed int
	// Kept is the number of states that have been saved, and KeepErr what went
	// wrong with files of earlier states or when saving others: the training
	// goes on without.
	Kept    int
	KeepErr error

	// On says which rows the measures are of: "test", rows that training has
	// not seen, or "train" when no rows were set aside. Empty: not measured,
	// because training failed.
	On   string
	Rows int     // number of these rows
	Loss float64 // mean loss over these rows
	*Classification
	*Regression
}

// MarshalJSON returns the final line: {"final":true,"on":"test","loss":0.1,"accuracy":0.97,…}.
func (r *Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Final   bool    `json:"final"`
		On      string  `json:"on"`
		Rows    int     `json:"rows"`
		Loss    float64 `json:"loss"`
		Epochs  int     `json:"epochs"`
		Best    int     `json:"best_epoch,omitempty"`
		Stopped Stopped `json:"stopped"`
		Tier    string  `json:"tier,omitempty"`
		*Classification
		*Regression
	}{true, r.On, r.Rows, r.Loss, len(r.Epochs), r.Best, r.Stopped, r.Tier, r.Classification, r.Regression})
}

// String returns the measures as text for people.
func (r *Report) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: stopped after %d epochs (%s)", r.Network, len(r.Epochs), r.Stopped)
	if r.Best > 0 {
		fmt.Fprintf(&s, ", weights of epoch %d", r.Best)
	}
	if r.On == "" {
		s.WriteString("\n")
		return s.String()
	}
	fmt.Fprintf(&s, "\non %d %s rows: loss %.6g", r.Rows, r.On, r.Loss)
	switch {
	case r.Regression != nil:
		s.WriteString(", " + r.Regression.String())
	case r.Classification != nil:
		s.WriteString(", " + r.Classification.String())
	default:
		s.WriteString("\n")
	}
	return s.String()
}

// String returns the measures as a line of text.
func (m *Regression) String() string {
	s := fmt.Sprintf("MSE %.6g, RMSE %.6g, MAE %.6g", m.MSE, math.Sqrt(m.MSE), m.MAE)
	if m.R2 != nil {
		s += fmt.Sprintf(", R² %.4f", *m.R2)
	}
	return s + "\n"
}

// String returns the measures as text: the accuracy, and a table with a line per
// class, its measures and its row of the confusion matrix.
func (m *Classification) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "accuracy %.4f\n\n", m.Accuracy)
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "class\trows\tprecision\trecall\tpredicted:\t")
	for _, c := range m.Classes {
		fmt.Fprintf(w, "%s\t", c.Name)
	}
	for i, c := range m.Classes {
		fmt.Fprintf(w, "\n%s\t%d\t%s\t%s\t\t", c.Name, c.Rows, share(c.Precision, c.Predicted), share(c.Recall, c.Rows))
		for _, n := range m.Confusion[i] {
			fmt.Fprintf(w, "%d\t", n)
		}
	}
	fmt.Fprintln(w)
	w.Flush() // to a strings.Builder: cannot fail
	return s.String()
}

// share prints a share of so many rows; of none it means nothing.
func share(v float64, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.3f", v)
}
