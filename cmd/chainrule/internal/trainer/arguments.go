package trainer

import (
	"flag"
	"os"
	"strconv"
)

// ExitNoColumn is the exit code of a training program whose data lacks columns. Else it has those of package exit, and
// 2 after a panic.
const ExitNoColumn = 32

// Stdin as Arguments.Data stands for the standard input.
const Stdin = "-"

// Arguments are what a training program is told on its command line.
type Arguments struct {
	Data    string  // CSV file, or Stdin; "" for the rows in the spec
	Name    string  // what messages call the file
	Weights string  // file to write
	Seed    *uint64 // nil for the spec's
	Epochs  int     // 0 for the spec's
}

// List returns the command line.
func (a *Arguments) List() []string {
	list := []string{"-data=" + a.Data, "-name=" + a.Name, "-weights=" + a.Weights, "-epochs=" + strconv.Itoa(a.Epochs)}
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
	f.IntVar(&a.Epochs, "epochs", 0, "")
	f.Func("seed", "", func(s string) error {
		seed, err := strconv.ParseUint(s, 10, 64)
		a.Seed = &seed
		return err
	})
	_ = f.Parse(list)
	return a
}
