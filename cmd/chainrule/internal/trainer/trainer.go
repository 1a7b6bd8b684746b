// Package trainer is what the program does that chainrule train compiles: it
// trains a generated network and prints lines of JSON. Its sources are embedded
// in the command, which puts them into the program's module.
package trainer

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/runtime"
)

// Source has the files of this package.
//
//go:embed trainer.go arguments.go modes.go
var Source embed.FS

// training is a generated network with what its training package offers.
type training[F runtime.Float, X, T any] struct {
	hash       string // of the spec, noted in the weights file
	network    *runtime.Network[F, X, T]
	initialize func(seed uint64)       // sets the network's parameters
	load       func(r io.Reader) error // sets them from a weights file
	config     runtime.Config
	readCSV    func(r io.Reader, name string) (x []X, target []T, weight []float64, err error)
	inline     func() ([]X, []T) // nil when there are no rows in the spec
}

// Main trains as the command line says, and exits.
func Main[F runtime.Float, X, T any](hash string, network *runtime.Network[F, X, T], initialize func(seed uint64), load func(r io.Reader) error, config runtime.Config,
	readCSV func(r io.Reader, name string) ([]X, []T, []float64, error), inline func() ([]X, []T)) {
	t := &training[F, X, T]{hash, network, initialize, load, config, readCSV, inline}
	err := t.train(parse(os.Args[1:]), os.Stdout)
	code := int(exit.Of(err))
	switch {
	case err == nil:
		return
	case errors.Is(err, context.Canceled):
		os.Exit(code)
	case errors.Is(err, runtime.ErrNoColumn):
		code = ExitNoColumn
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(code)
}

// Unweighted makes of the ReadCSV of a network without a column of weights what [Main] takes.
func Unweighted[X, T any](read func(r io.Reader, name string) ([]X, []T, error)) func(io.Reader, string) ([]X, []T, []float64, error) {
	return func(r io.Reader, name string) ([]X, []T, []float64, error) {
		x, target, err := read(r, name)
		return x, target, nil, err
	}
}

// train trains, saves the weights and prints the lines to w. After an interrupt
// it does so with what it has, and returns context.Canceled.
func (t *training[F, X, T]) train(a *Arguments, w io.Writer) error {
	x, target, weight, err := t.rows(a)
	if err != nil {
		return err
	}
	if a.From != "" {
		if err := t.beginWith(a.From); err != nil {
			return err
		}
	}
	c := a.settings(t.config)
	c.SampleWeights = weight
	// Whoever started the program may pass on a signal that the terminal has
	// sent to both: further ones do not matter.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	lines := json.NewEncoder(w)
	switch {
	case a.FindRate:
		return t.findRate(ctx, x, target, c, lines)
	case a.Folds > 0:
		return t.crossValidate(ctx, x, target, c, a.Folds, lines)
	}
	if err := writable(a.Weights); err != nil {
		return exit.Errorf(exit.IO, "cannot write weights to %s: %w", a.Weights, err)
	}
	c.Checkpoint = runtime.Checkpoint{File: a.Checkpoint, Every: keepEvery, Resume: a.Resume, Spec: t.hash}
	return t.trainOnce(ctx, x, target, c, a.Weights, lines)
}

// beginWith makes trainings begin with the weights of a file.
func (t *training[F, X, T]) beginWith(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // was only read
	if err := t.load(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	start := slices.Clone(t.network.Params)
	t.initialize = func(uint64) { copy(t.network.Params, start) }
	return nil
}

// keepEvery is the time between two states of a training: what a crash may cost.
const keepEvery = 10 * time.Second

// trainOnce trains and saves the weights; the state that was kept is removed once it is not needed any more.
func (t *training[F, X, T]) trainOnce(ctx context.Context, x []X, target []T, c runtime.Config, weights string, lines *json.Encoder) error {
	var lineErr error
	c.Epoch = func(e runtime.EpochReport) { lineErr = errors.Join(lineErr, lines.Encode(e)) }
	t.initialize(c.Seed)
	if line := t.otherTier(c.Checkpoint); line != "" {
		fmt.Fprintln(os.Stderr, line)
	}
	report, err := runtime.Train(ctx, t.network, x, target, c)
	if report != nil && report.KeepErr != nil {
		fmt.Fprintln(os.Stderr, "the state of the training:", report.KeepErr)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return advise(err)
	}
	if len(report.Epochs) == 0 {
		return err // interrupted before there were weights to save
	}
	notes := map[string]string{"network": t.network.Name, "spec": t.hash, runtime.TierKey: report.Tier}
	saveErr := runtime.WriteSafetensors(weights, t.network.Params, t.network.Stored(), notes)
	if failed := errors.Join(lineErr, lines.Encode(report), saveErr); failed != nil {
		return failed
	}
	if err == nil {
		err = c.Checkpoint.Remove()
	}
	return err
}

// otherTier says that a training goes on where it has other bits than before, "" where it has not.
func (t *training[F, X, T]) otherTier(c runtime.Checkpoint) string {
	if !c.Resume {
		return ""
	}
	had, has := c.Tier(), t.network.Tier()
	if had == "" || had == has {
		return ""
	}
	return fmt.Sprintf("resumed on %s after %s: the bits will not be those of a training without interruption", has, had)
}

// rows reads the data; weight is nil where it has no column of weights.
func (t *training[F, X, T]) rows(a *Arguments) (x []X, target []T, weight []float64, err error) {
	switch a.Data {
	case "":
		x, target := t.inline()
		return x, target, nil, nil
	case Stdin:
		return t.readCSV(os.Stdin, a.Name)
	}
	file, err := runtime.OpenCSV(a.Data)
	if err != nil {
		return nil, nil, nil, err
	}
	defer file.Close()
	return t.readCSV(file, a.Name)
}

// writable tries whether a file can be made there: better now than after hours
// of training.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return errors.New("is a folder")
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".chainrule-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// advise adds what to do to errors of a training.
func advise(err error) error {
	var differs *runtime.ResumeError
	switch {
	case errors.As(err, new(*runtime.NonFiniteError)):
		return fmt.Errorf("%w: try a lower learning rate, clip, or inputs scaled to about −1 to 1", err)
	case errors.As(err, &differs) && differs.Normalized:
		return fmt.Errorf("%w: rows were normalised otherwise, want the same --from as before", err)
	}
	return err
}
