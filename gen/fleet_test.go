package gen_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/gen/kernel"
	"github.com/chainrule-go/chainrule/runtime"
)

// fleet is many networks, printed, compiled together and run once.
type fleet struct {
	dependent // the last one if there are several
	packages  []string
	subjects  []*subject
	outcomes  []outcome                  // what the portable code computed, one for each subject
	tiers     map[runtime.Tier][]outcome // what every kind of code that this machine has computed
}

// outcome is what the compiled code of one network computed.
type outcome struct {
	loss, calmLoss     float64     // of Gradients, of Loss
	gradient           [][]float64 // of every parameter
	output, prediction []float64
	masked             []float64 // with dropout: of the gradients of the first row, the first two …, a sum and a bound for it
	flaws              flaws
}

// perPackage is how many networks share a package: the go command compiles packages side by side.
const perPackage = 50

// perProgram is how many networks share a program. When one has run, the time may be up.
const perProgram = 250

// compiled builds and runs the fleet, once for all tests.
var compiled = sync.OnceValues(func() (*fleet, error) {
	dir, err := os.MkdirTemp("", "chainrule")
	if err != nil {
		return nil, err
	}
	folder = dir
	f, start := &fleet{tiers: map[runtime.Tier][]outcome{}}, time.Now()
	draws, err := allDraws()
	if err != nil {
		return nil, err
	}
	for from := 0; from < len(draws) && (from == 0 || time.Since(start) < *budget); from += perProgram {
		part := &fleet{dependent: newDependent(filepath.Join(dir, fmt.Sprint(from)), "fleet")}
		for _, draw := range draws[from:min(from+perProgram, len(draws))] {
			s, err := draw()
			if err != nil {
				return nil, err
			}
			part.subjects = append(part.subjects, s)
		}
		for _, step := range []func() error{part.print, part.run} {
			if err := step(); err != nil {
				return nil, err
			}
		}
		f.dependent, f.packages = part.dependent, part.packages
		f.subjects = append(f.subjects, part.subjects...)
		for tier, outcomes := range part.tiers {
			f.tiers[tier] = append(f.tiers[tier], outcomes...)
		}
	}
	f.outcomes = f.tiers[runtime.TierGeneric]
	return f, nil
})

// folder is that of the temporary module, once there is one.
var folder string

// TestMain removes the temporary module.
func TestMain(m *testing.M) {
	code := m.Run()
	if folder != "" {
		os.RemoveAll(folder)
	}
	os.Exit(code)
}

// theFleet returns the compiled networks.
func theFleet(t *testing.T) *fleet {
	t.Helper()
	f, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// allDraws lists how to make the networks: the kinks, the committed ones, and random ones.
func allDraws() (draws []func() (*subject, error), err error) {
	n, whole := 120, 60
	switch {
	case *long:
		n, whole = 1000, 1000
	case testing.Short():
		n, whole = 30, 10
	}
	if !testing.Short() {
		kinks, err := newKinks()
		if err != nil {
			return nil, err
		}
		for _, s := range kinks {
			draws = append(draws, func() (*subject, error) { return s, nil })
		}
	}
	ours := committed()
	texts := []string{deepSpec()}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		texts = append(texts, ours[name])
	}
	draws = append(draws, func() (*subject, error) { return newSubject(wideSpec, rand.New(rand.NewPCG(*randomSeed, 999)), 3) })
	for k, text := range texts {
		draws = append(draws, func() (*subject, error) {
			return newSubject(text, rand.New(rand.NewPCG(*randomSeed, uint64(1000+k))), 37)
		})
		if strings.Contains(text, "name: seeds\n") || strings.Contains(text, "name: digits\n") {
			draws = append(draws, func() (*subject, error) {
				turned, err := newSubject(text, rand.New(rand.NewPCG(*randomSeed, uint64(2000+k))), 37)
				if err == nil {
					turned.transpose()
				}
				return turned, err
			})
		}
	}
	for k := range max(n, whole) {
		if k < whole {
			draws = append(draws, func() (*subject, error) { return newInteger(rand.New(rand.NewPCG(*randomSeed, uint64(5000+k))), k) })
		}
		if k < n {
			draws = append(draws, func() (*subject, error) {
				r := rand.New(rand.NewPCG(*randomSeed, uint64(k)))
				return newSubject(randomSpec(r, k, sizes), r, 0)
			})
		}
	}
	return draws, nil
}

// transpose stores the weights of the first layer [in][out].
func (s *subject) transpose() {
	plan := s.net.Program.Plan
	plan.Params[0].Order = "io"
	s.net.Program = kernel.Lower(plan, s.net.Link)
	s.net.Tiers, s.net.Rows = nil, nil // vector code has them [out][in]
}

// print writes the module: the networks, what runs them, and their input.
func (f *fleet) print() error {
	f.write("wire/wire.go", wireSource)
	for from := 0; from < len(f.subjects); from += perPackage {
		pkg := fmt.Sprintf("nets%d", from/perPackage)
		f.packages = append(f.packages, pkg)
		var run strings.Builder
		for k, s := range f.subjects[from:min(from+perPackage, len(f.subjects))] {
			s.net.Prefix, s.net.Source = fmt.Sprintf("Net%d", from+k), s.model.Name+".yaml"
			files, err := s.net.Single(pkg, fmt.Sprintf("%s/net%d", pkg, from+k))
			if err != nil {
				return fmt.Errorf("%w\n%s", err, s.text)
			}
			f.add(files)
			if err := runTemplate.Execute(&run, s.driver()); err != nil {
				return err
			}
		}
		f.write(pkg+"/run.go", fmt.Sprintf("package %s\n\nimport (\n\t\"math\"\n\t\"os\"\n\t\"slices\"\n\t\"testing\"\n\t\"unsafe\"\n\n\t\"fleet/wire\"\n)\n\nvar _ unsafe.Pointer\nvar _ = slices.Max[[]int]\n\n// heap keeps what shall not lie on the stack.\nvar heap []any\n\n"+
			"// Run runs every network.\nfunc Run(r *wire.Reader, w *wire.Writer) {\n%s}\n", pkg, run.String()))
	}
	var imports, calls strings.Builder
	for _, pkg := range f.packages {
		fmt.Fprintf(&imports, "\t%q\n", "fleet/"+pkg)
		fmt.Fprintf(&calls, "\t%s.Run(r, w)\n", pkg)
	}
	f.write("main.go", "package main\n\nimport (\n\t\"os\"\n\n"+imports.String()+"\t\"fleet/wire\"\n)\n\nfunc main() {\n"+
		"\tr, w := wire.NewReader(os.Stdin), wire.NewWriter(os.Stdout)\n"+calls.String()+"\tw.Flush()\n}\n")
	return nil
}

// run compiles the networks, feeds them and reads what they computed.
func (f *fleet) run() error {
	if out, err := f.command("build", "-o", "fleet", ".").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	f.tiers = map[runtime.Tier][]outcome{}
	for tier := runtime.TierGeneric; tier <= runtime.VectorTier(); tier++ {
		outcomes, err := f.runTier(tier)
		if err != nil {
			return fmt.Errorf("%v: %w", tier, err)
		}
		f.tiers[tier] = outcomes
	}
	f.outcomes = f.tiers[runtime.TierGeneric]
	return nil
}

// runTier feeds the networks and reads what their code of one tier computed.
func (f *fleet) runTier(tier runtime.Tier) (outcomes []outcome, err error) {
	var in bytes.Buffer
	for _, s := range f.subjects {
		s.feed(&in)
	}
	cmd := exec.Command(filepath.Join(f.dir, "fleet"))
	cmd.Env = append(os.Environ(), runtime.TierVariable+"="+tier.String())
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	for _, s := range f.subjects {
		outcomes = append(outcomes, s.outcome(&out))
	}
	if len(out) > 0 {
		return nil, fmt.Errorf("%d bytes of output are left", len(out))
	}
	return outcomes, nil
}
