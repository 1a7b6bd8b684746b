// Package report shows a training program's lines of JSON to people: progress
// while it runs, the log of the loss, and the metrics.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/chainrule-go/chainrule/runtime"
)

// Report shows one training.
type Report interface {
	// Begin tells that the network is about to be compiled.
	Begin(parameters int64) error
	// Line takes a line of JSON.
	Line(line []byte) error
	// End tells that the training is over, and what is left of it.
	End(saved Saved) error
}

// Saved is where the results of a training are, "" for what is not there.
type Saved struct {
	Weights    string
	Checkpoint string // of a training that was interrupted
}

// JSON returns a report that is the lines themselves.
func JSON(out io.Writer) Report { return lines{out} }

// lines is the report for programs.
type lines struct{ out io.Writer }

func (l lines) Begin(int64) error { return nil }

func (l lines) Line(line []byte) error {
	_, err := l.out.Write(line)
	return err
}

func (l lines) End(Saved) error { return nil }

// text is a report for people.
type text struct {
	out      io.Writer
	bar      *Progress      // nil when nobody watches
	every    int            // epochs from one line of the log to the next
	training runtime.Report // as far as the lines have told
	epochs   int            // that there may be
	logged   int            // epochs up to the latest line of the log

	folds int               // seen of a cross-validation
	rates runtime.RateCurve // seen of a search for the learning rate
}

// logLines is about how many lines the log of the loss has, whatever the epochs.
const logLines = 20

// Text returns a report for people about the training of a network: so many
// epochs, or folds of a cross-validation. Progress goes to the terminal, if it
// is one.
func Text(out io.Writer, terminal *os.File, network string, steps int) Report {
	return &text{
		out: out, every: interval(steps), training: runtime.Report{Network: network}, epochs: steps,
		bar: NewProgress(terminal, "", steps),
	}
}

// interval returns the least of 1, 2, 5, 10, 20, … that keeps the log short.
func interval(epochs int) int {
	for unit := 1; ; unit *= 10 {
		for _, n := range []int{unit, 2 * unit, 5 * unit} {
			if epochs <= logLines*n {
				return n
			}
		}
	}
}

// Begin says what the wait is for.
func (r *text) Begin(parameters int64) error {
	_, err := fmt.Fprintf(r.out, "%s: compiling the network of %d parameters\n", r.training.Network, parameters)
	return err
}

// Line shows one line of JSON.
func (r *text) Line(line []byte) error {
	begins := func(with string) bool { return bytes.HasPrefix(line, []byte(with)) }
	switch {
	case begins(`{"fold":`):
		return r.fold(line)
	case begins(`{"rate":`):
		return r.rate(line)
	case begins(`{"final":`) && r.folds > 0:
		return r.crossValidated(line)
	case begins(`{"final":`) && r.rates.Points != nil:
		return r.rateFound(line)
	case begins(`{"final":`):
		return r.final(line)
	}
	var e struct {
		Epoch          int      `json:"epoch"`
		Loss           float64  `json:"loss"`
		ValidationLoss *float64 `json:"validation_loss"`
		Rate           float64  `json:"rate"`
	}
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	epoch := runtime.EpochReport{Epoch: e.Epoch, Epochs: r.epochs, Loss: e.Loss, Rate: e.Rate}
	if e.ValidationLoss != nil {
		epoch.ValidationLoss, epoch.Validated = *e.ValidationLoss, true
	}
	r.training.Epochs = append(r.training.Epochs, epoch)
	r.bar.Describe(describe(epoch))
	r.bar.Set(e.Epoch)
	if e.Epoch == 1 || e.Epoch%r.every == 0 {
		return r.log()
	}
	return nil
}

// describe says in front of the progress bar what an epoch has come to.
func describe(e runtime.EpochReport) string {
	s := fmt.Sprintf("epoch %d  loss %.4g", e.Epoch, e.Loss)
	if e.Validated {
		s += fmt.Sprintf("  validation %.4g", e.ValidationLoss)
	}
	return s + fmt.Sprintf("  rate %.3g", e.Rate)
}

// log prints the latest epoch, unless it has been, above the progress bar.
func (r *text) log() error {
	n := len(r.training.Epochs)
	if n == r.logged {
		return nil
	}
	r.logged = n
	r.bar.Clear()
	_, err := io.WriteString(r.out, r.training.Epochs[n-1].String()+"\n")
	return err
}

// End logs the last epoch, without which a failure would be hard to explain.
func (r *text) End(saved Saved) error {
	err := r.close()
	if err == nil && saved.Weights != "" && r.training.On != "" {
		_, err = fmt.Fprintf(r.out, "\nweights are in %s\n", saved.Weights)
	}
	if err == nil && saved.Checkpoint != "" {
		_, err = fmt.Fprintf(r.out, "interrupted; chainrule train --resume goes on from %s\n", saved.Checkpoint)
	}
	return err
}

// close takes the progress bar away and logs the last epoch.
func (r *text) close() error {
	r.bar.Clear()
	r.bar = nil
	return r.log()
}

// final prints the metrics.
func (r *text) final(line []byte) error {
	var f struct {
		On      string          `json:"on"`
		Rows    int             `json:"rows"`
		Loss    float64         `json:"loss"`
		Best    int             `json:"best_epoch"`
		Stopped runtime.Stopped `json:"stopped"`
		*runtime.Classification
		*runtime.Regression
	}
	if err := json.Unmarshal(line, &f); err != nil {
		return err
	}
	if err := r.close(); err != nil {
		return err
	}
	// The runtime prints its own report, as it does in a user's program.
	t := &r.training
	t.On, t.Rows, t.Loss, t.Best, t.Stopped = f.On, f.Rows, f.Loss, f.Best, f.Stopped
	t.Classification, t.Regression = f.Classification, f.Regression
	_, err := io.WriteString(r.out, "\n"+t.String())
	return err
}
