package trainer

import (
	"flag"
	"os"
	"strconv"

	"github.com/chainrule-go/chainrule/runtime"
)

// ExitNoColumn is the exit code of a training program whose data lacks columns. Else it has those of package exit, and
// 2 after a panic.
const ExitNoColumn = 32

// Stdin as Arguments.Data stands for the standard input.
const Stdin = "-"

// Arguments are what a training program is told on its command line.
type Arguments struct {
	Data       string // CSV file, or Stdin; "" for the rows in the spec
	Name       string // what messages call the file
	Weights    string // file to write
	From       string // weights file to begin with; "" for the initial values of the spec
	Checkpoint string // where the state is kept
	Resume     bool   // from there

	// What replaces the settings of the spec, unless it is 0.
	Seed         *uint64 // nil for the spec's
	Epochs       int
	Batch        int
	Workers      int
	LearningRate float64

	Folds    int  // of a cross-validation; 0 for a training
	FindRate bool // in place of a training
}

// List returns the command line.
func (a *Arguments) List() []string {
	list := []string{
		"-data=" + a.Data, "-name=" + a.Name, "-weights=" + a.Weights, "-from=" + a.From, "-checkpoint=" + a.Checkpoint, "-resume=" + strconv.FormatBool(a.Resume),
		"-epochs=" + strconv.Itoa(a.Epochs), "-batch=" + strconv.Itoa(a.Batch), "-workers=" + strconv.Itoa(a.Workers), "-rate=" + strconv.FormatFloat(a.LearningRate, 'g', -1, 64),
		"-folds=" + strconv.Itoa(a.Folds), "-find-rate=" + strconv.FormatBool(a.FindRate),
	}
	if a.Seed != nil {
		list = append(list, "-seed="+strconv.FormatUint(*a.Seed, 10))
	}
	return list
}

// parse reads the command line that [Arguments.List] makes.
func parse(list []string) *Arguments {
	a := &Arguments{}
	f := flag.NewFlagSet(os.Args[0], flag.PanicOnError)
	f.StringVar(&a.Data, "data", "", "")
	f.StringVar(&a.Name, "name", "", "")
	f.StringVar(&a.Weights, "weights", "", "")
	f.StringVar(&a.From, "from", "", "")
	f.StringVar(&a.Checkpoint, "checkpoint", "", "")
	f.BoolVar(&a.Resume, "resume", false, "")
	f.IntVar(&a.Epochs, "epochs", 0, "")
	f.IntVar(&a.Batch, "batch", 0, "")
	f.IntVar(&a.Workers, "workers", 0, "")
	f.Float64Var(&a.LearningRate, "rate", 0, "")
	f.IntVar(&a.Folds, "folds", 0, "")
	f.BoolVar(&a.FindRate, "find-rate", false, "")
	f.Func("seed", "", func(s string) error {
		seed, err := strconv.ParseUint(s, 10, 64)
		a.Seed = &seed
		return err
	})
	_ = f.Parse(list)
	return a
}

// settings returns c with what the command line replaces.
func (a *Arguments) settings(c runtime.Config) runtime.Config {
	if a.Seed != nil {
		c.Seed = *a.Seed
	}
	if a.Epochs > 0 {
		c.Epochs = a.Epochs
	}
	if a.Batch > 0 {
		c.Batch = a.Batch
	}
	if a.Workers > 0 {
		c.Workers = a.Workers
	}
	if a.LearningRate > 0 {
		c.Optimizer = runtime.WithRate(c.Optimizer, a.LearningRate)
	}
	return c
}
