// Command convert brings the data sets of the examples into the form that specs
// read: a CSV file with a header, features first, then the name of the class or
// the target.
//
//	go run ./specs/convert -from <folder> -to specs [set...]
//	go run ./specs/convert -houses -to specs
//
// The first form reads the files of each set, as its publisher packs them, from
// the folder; without a set it converts those of scikit-learn, which are
// committed. The second form makes houses.csv, which needs no source. Output
// depends on the input alone: no date, no name, no order of a map.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A set is a data set that convert knows.
type set struct {
	name   string
	file   string // what it becomes
	source string // what it is made of, for the usage message
	read   func(folder string) (*table, error)
}

var sets = []set{
	{"iris", "iris.csv", "iris.csv of scikit-learn", readIris},
	{"digits", "digits.csv.gz", "digits.csv.gz of scikit-learn", readDigits},
	{"wine", "wine.csv", "wine_data.csv of scikit-learn", readWine},
	{"breast_cancer", "breast_cancer.csv", "breast_cancer.csv of scikit-learn", readBreastCancer},
	{"diabetes", "diabetes.csv", "diabetes_data_raw.csv.gz and diabetes_target.csv.gz of scikit-learn", readDiabetes},
	{"seeds", "seeds.csv", "seeds_dataset.txt of the UCI repository", readSeeds},
	{"mnist", "mnist.csv", "the four files of MNIST, *-ubyte or *-ubyte.gz", readMNIST},
}

// committed are the sets that are part of the repository.
var committed = []string{"iris", "digits", "wine", "breast_cancer", "diabetes"}

func main() {
	from := flag.String("from", "", "folder with the published files")
	to := flag.String("to", ".", "folder to write to")
	houses := flag.Bool("houses", false, "make houses.csv")
	flag.Usage = usage
	flag.Parse()
	var err error
	switch {
	case *houses && *from == "" && flag.NArg() == 0:
		err = write(filepath.Join(*to, "houses.csv"), makeHouses())
	case !*houses && *from != "":
		err = convert(*from, *to, flag.Args())
	default:
		usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func usage() {
	out := flag.CommandLine.Output()
	fmt.Fprintln(out, "usage: convert -from <folder> -to <folder> [set...]\n       convert -houses -to <folder>\n\nsets:")
	for _, s := range sets {
		fmt.Fprintf(out, "  %-14s from %s\n", s.name, s.source)
	}
	fmt.Fprintln(out, "\nwithout a set:", strings.Join(committed, " "))
}

// convert reads the sets called names from one folder and writes them to another.
func convert(from, to string, names []string) error {
	if len(names) == 0 {
		names = committed
	}
	for _, name := range names {
		i := slices.IndexFunc(sets, func(s set) bool { return s.name == name })
		if i < 0 {
			return fmt.Errorf("unknown set %q", name)
		}
		t, err := sets[i].read(from)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := write(filepath.Join(to, sets[i].file), t); err != nil {
			return err
		}
	}
	return nil
}
