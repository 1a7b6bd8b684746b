package gen_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/emit"
	"github.com/chainrule-go/chainrule/gen/graph"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/spec"
)

var (
	speeds = flag.Int("speed", 0, "how many random networks TestSpeed measures; 0: it does not run")
	racing = flag.String("racers", "", "the networks that TestSpeed measures in their place, such as 7-5-3@32,64-32-10@17: widths and rows")
	under  = flag.String("under", "", "a command that TestSpeed runs its program under, such as taskset -c 1")
)

// leastTerms is the number of multiply-adds per sample from which a network has to reach a share of the machine's peak.
const leastTerms = 10_000

// The shares that those networks have to reach: each of them, and the one in the middle.
const leastShare, middleShare = 0.60, 0.75

// racer is a random dense network with the time that a step of it takes.
type racer struct {
	shape        string
	batch, terms int // rows; multiply-adds of a step
	net          *emit.Network
	ns, share    float64
}

// TestSpeed generates dense networks that nobody has tuned anything for — 2 to 5 layers of 1 to 300 units, batches of 16
// to 130 rows, activations of the relu family — and measures a step of SGD against the multiply-add peak of this machine.
// It runs alone, when asked: go test ./gen -run TestSpeed -speed 200 -v.
func TestSpeed(t *testing.T) {
	if *speeds == 0 && *racing == "" {
		t.Skip("NOT MEASURED: the speed of random networks; ask with -speed 200")
	}
	racers, err := namedRacers()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(*randomSeed, 17))
	for len(racers) < *speeds {
		one, err := drawRacer(r, len(racers))
		if err != nil {
			t.Fatal(err)
		}
		if one != nil {
			racers = append(racers, one)
		}
	}
	if err := race(t.TempDir(), racers); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(racers, func(a, b *racer) int {
		if a.share > b.share {
			return -1
		}
		return 1
	})
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "share of peak\tns\tbatch\tshape\t")
	for _, one := range racers {
		fmt.Fprintf(w, "%.1f %%\t%.0f\t%d\t%s\t\n", 100*one.share, one.ns, one.batch, one.shape)
	}
	w.Flush()
	worst, middle := racers[len(racers)-1].share, racers[len(racers)/2].share
	fmt.Printf("worst %.1f %%, median %.1f %%\n", 100*worst, 100*middle)
	if worst < leastShare || middle < middleShare {
		t.Errorf("worst %.3f and median %.3f of the peak, want %v and %v", worst, middle, leastShare, middleShare)
	}
}

// namedRacers returns the networks that were asked for by shape: classifiers with relu.
func namedRacers() (racers []*racer, err error) {
	for k, name := range strings.FieldsFunc(*racing, func(r rune) bool { return r == ',' }) {
		shape, rows, _ := strings.Cut(name, "@")
		batch, err := strconv.Atoi(rows)
		if err != nil {
			return nil, fmt.Errorf("-racers: %s: %w", name, err)
		}
		var widths []int
		for _, w := range strings.Split(shape, "-") {
			n, err := strconv.Atoi(w)
			if err != nil {
				return nil, fmt.Errorf("-racers: %s: %w", name, err)
			}
			widths = append(widths, n)
		}
		one, _, err := newRacer(k, batch, widths, func() string { return "relu" }, func() bool { return true })
		if err != nil {
			return nil, err
		}
		racers = append(racers, one)
	}
	return racers, nil
}

// drawRacer draws a network; nil if it is too small.
func drawRacer(r *rand.Rand, k int) (*racer, error) {
	activations := []string{"relu", "leaky_relu", "relu6", "linear"}
	batch, widths := 16+r.IntN(115), []int{1 + r.IntN(300)}
	for range 2 + r.IntN(4) {
		widths = append(widths, 1+r.IntN(300))
	}
	one, forward, err := newRacer(k, batch, widths, func() string { return pick(r, activations) }, func() bool { return r.IntN(2) == 0 })
	if err != nil || forward < leastTerms {
		return nil, err
	}
	return one, nil
}

// newRacer makes a network, and returns the multiply-adds of its forward pass, too.
func newRacer(k, batch int, widths []int, activation func() string, classes func() bool) (one *racer, forward int, err error) {
	one = &racer{batch: batch}
	one.shape = strings.ReplaceAll(strings.Trim(fmt.Sprint(widths), "[]"), " ", "-")
	last := len(widths) - 1
	var b strings.Builder
	fmt.Fprintf(&b, "name: race%d\ninput: {shape: [%d]}\nlayers:\n", k, widths[0])
	for _, n := range widths[1:last] {
		fmt.Fprintf(&b, "  - dense: {units: %d, activation: %s}\n", n, activation())
	}
	names := make([]string, widths[last])
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
	}
	output, loss := "targets", "mean_squared_error"
	if widths[last] > 1 && classes() {
		output, loss = "classes", "softmax_cross_entropy"
	}
	fmt.Fprintf(&b, "  - dense: {units: %d}\noutput: {%s: [%s]}\nloss: %s\n", widths[last], output, strings.Join(names, ", "), loss)
	fmt.Fprintf(&b, "train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: %d, epochs: 1}\n", one.batch)
	m, err := spec.Parse("race.yaml", []byte(b.String()))
	if err != nil {
		return nil, 0, fmt.Errorf("%w\n%s", err, b.String())
	}
	if one.net, err = gen.Network(m); err != nil {
		return nil, 0, err
	}
	for _, n := range one.net.Program.Plan.Graph.Nodes {
		if n.Outs[0].Role != graph.Gradient {
			forward += schedule.Terms(n)
		}
		one.terms += schedule.Terms(n) * one.batch
	}
	return one, forward, nil
}

// race compiles the networks into one program, runs it and reads the times of their steps.
func race(dir string, racers []*racer) error {
	m := newDependent(dir, "race")
	var imports, calls strings.Builder
	for k, one := range racers {
		pkg := fmt.Sprintf("race%d", k)
		one.net.Prefix, one.net.Source = "Net", "race.yaml"
		files, err := one.net.Single(pkg, pkg+"/net")
		if err != nil {
			return err
		}
		m.add(files)
		in, out, target := count(one.net.Program.Plan.Graph.Input), count(one.net.Program.Plan.Graph.Output), "NetClass"
		fill := fmt.Sprintf("target[n] = NetClass(n %% %d)", out)
		if one.net.Model.Output.Classes == nil {
			target, fill = fmt.Sprintf("[%d]float32", out), fmt.Sprintf("target[n][n%%%d] = 1", out)
		}
		m.write(pkg+"/run.go", fmt.Sprintf(raceSource, pkg, one.batch, in, target, fill))
		fmt.Fprintf(&imports, "\t%q\n", "race/"+pkg)
		fmt.Fprintf(&calls, "\tmeasure(%s.Step())\n", pkg)
	}
	m.write("main.go", fmt.Sprintf(raceMainSource, imports.String(), calls.String()))
	if out, err := m.command("build", "-o", "race", ".").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	args := append(strings.Fields(*under), filepath.Join(dir, "race"))
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	in := strings.NewReader(string(out))
	for _, one := range racers {
		var peak float64
		if _, err := fmt.Fscan(in, &one.ns, &peak); err != nil {
			return err
		}
		one.share = float64(one.terms) / one.ns / peak
	}
	return nil
}

// raceSource makes a step of a network ready: package, rows, inputs, type of a target, and how one is filled.
const raceSource = `package %s

import "math/rand/v2"

func Step() func() {
	var p NetParams
	w := new(NetWork)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range p {
		p[i] = float32(0.1 * (r.Float64() - 0.5))
	}
	x := make([][%[3]d]float32, %[2]d)
	target := make([]%[4]s, len(x))
	for n := range x {
		for i := range x[n] {
			x[n][i] = float32(r.Float64() - 0.5)
		}
		%[5]s
	}
	return func() { NetStepSGD(&p, w, x, target, 1e-6) }
}
`

// raceMainSource prints the time of each step, the median of seven, and the peak beside it.
const raceMainSource = `package main

import (
	"fmt"
	"slices"
	"time"

%s	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/runtime/peak"
)

func measure(step func()) {
	var times []float64
	turns := 1
	for len(times) < 7 {
		start := time.Now()
		for range turns {
			step()
		}
		if took := time.Since(start); took < 3*time.Millisecond {
			turns *= 2
		} else {
			times = append(times, float64(took)/float64(turns))
		}
	}
	slices.Sort(times)
	fmt.Println(times[3], rate)
}

var rate = peak.Rate[float32](runtime.VectorTier())

func main() {
%s}
`
