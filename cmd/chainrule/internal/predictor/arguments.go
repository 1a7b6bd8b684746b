package predictor

import (
	"flag"
	"os"
	"strconv"
)

// Stdin as Arguments.Data stands for the standard input.
const Stdin = "-"

// The formats of rows and predictions.
const (
	CSV  = "csv"
	JSON = "jsonl"
)

// Arguments are what the program is told on its command line.
type Arguments struct {
	Data     string // file, or Stdin
	Weights  string // file
	Format   string // of predictions; "" for that of the rows
	Evaluate bool   // measure, instead of printing predictions
	Points   bool   // print some targets and predictions beside the measures
}

// List returns the command line.
func (a *Arguments) List() []string {
	return []string{"-data=" + a.Data, "-weights=" + a.Weights, "-format=" + a.Format, "-evaluate=" + strconv.FormatBool(a.Evaluate), "-points=" + strconv.FormatBool(a.Points)}
}

// parse reads the command line that [Arguments.List] makes.
func parse(list []string) *Arguments {
	a := &Arguments{}
	f := flag.NewFlagSet(os.Args[0], flag.PanicOnError)
	f.StringVar(&a.Data, "data", "", "")
	f.StringVar(&a.Weights, "weights", "", "")
	f.StringVar(&a.Format, "format", "", "")
	f.BoolVar(&a.Evaluate, "evaluate", false, "")
	f.BoolVar(&a.Points, "points", false, "")
	_ = f.Parse(list)
	return a
}
