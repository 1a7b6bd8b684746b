package gen_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the largest specs may cost: processor time of chainrule generate, and of go build, whose processes may have as much
// memory.
const (
	mostGenerating = 5 * time.Second
	mostBuilding   = 60 * time.Second
	mostMemory     = 1 << 30
)

// largest are specs at the limits, one for each, behind their names.
func largest() map[string]string {
	names := func(prefix string, n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint(prefix, i))
		}
		return "[" + strings.Join(list, ", ") + "]"
	}
	deep := func(layers, units int, layer string) string {
		return fmt.Sprintf("input: {shape: [%d]}\nlayers:\n%s  - dense: {units: 1}\n", units, strings.Repeat("  - "+layer+"\n", layers-1))
	}
	const regression = "output: {targets: [y]}\nloss: mean_squared_error\n"
	levels := make([]string, 65)
	for i := range levels {
		levels[i] = fmt.Sprintf("{name: f%d, kind: categorical, levels: %s}", i, names("l", 250))
	}
	return map[string]string{
		"parameters":      "input: {shape: [2000]}\nlayers: [dense: {units: 3990, activation: relu}, dense: {units: 1}]\n" + regression,
		"layers":          deep(64, 16, "dense: {units: 16, activation: mish}") + regression,
		"wide_layers":     deep(64, 350, "dense: {units: 350, activation: gelu}") + regression,
		"dropout_layers":  strings.Replace(deep(33, 16, "dense: {units: 16, activation: selu}\n  - dropout: 0.5"), "  - dropout: 0.5\n", "", 1) + regression,
		"vector_layers":   deep(32, 17, "dense: {units: 17, activation: mish}") + regression,
		"vector_layers64": "precision: float64\n" + deep(32, 63, "dense: {units: 63, activation: gelu}") + regression,
		"mish_layers64":   "precision: float64\n" + deep(32, 63, "dense: {units: 63, activation: mish}") + regression,
		"strict_layers":   "numerics: strict\n" + deep(32, 17, "dense: {units: 17, activation: mish}") + regression,
		"class_names":     "input: {shape: [480]}\nlayers: [dense: {units: 16384}]\noutput: {classes: " + names("c", 16384) + "}\nloss: softmax_cross_entropy\n",
		"target_names":    "input: {shape: [100]}\nlayers: [dense: {units: 16384}]\noutput: {targets: " + names("t", 16384) + "}\nloss: huber\n",
		"feature_names":   "input: {features: " + names("f", 16384) + ", normalize: standard}\nlayers: [dense: {units: 480, activation: tanh}, dense: {units: 1}]\n" + regression,
		"level_names":     "input: {features: [" + strings.Join(levels, ", ") + "]}\nlayers: [dense: {units: 480, activation: relu}, dense: {units: 1}]\n" + regression,
		"inline_levels":   "input: {features: [{name: f, kind: categorical, levels: " + names("l", 249) + "}]}\nlayers: [dense: {units: 1}]\n" + regression + "train: {data: {rows: [" + strings.Repeat("[l7, 1], ", 999) + "[l8, 2]]}}\n",
		"inline_rows":     "input: {shape: [9]}\nlayers: [dense: {units: 9}, dense: {units: 1}]\n" + regression + "train: {data: {rows: [" + strings.Repeat("[1.25, 2, 3, 4, 5, 6.5, 7, 8.25, 9, 1], ", 9999) + "[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]]}}\n",
	}
}

// TestLargestSpecs generates the packages of the largest specs and compiles them.
func TestLargestSpecs(t *testing.T) {
	if !*long {
		t.Skip("takes minutes: -long")
	}
	m := newDependent(t.TempDir(), "large")
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(m.dir, "chainrule")
	build := exec.Command("go", "build", "-o", binary, "./cmd/chainrule")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := m.command("build", "github.com/chainrule-go/chainrule/runtime").Run(); err != nil { // not what is measured
		t.Fatal(err)
	}
	for name, text := range largest() {
		t.Run(name, func(t *testing.T) {
			m.write(name+".yaml", "name: "+name+"\n"+text)
			generate := exec.Command(binary, "generate", name+".yaml")
			generate.Dir = m.dir
			measure(t, generate, mostGenerating)
			measure(t, m.command("build", "./"+name+"/..."), mostBuilding)
			if err := os.RemoveAll(filepath.Join(m.dir, name)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// measure runs a command and checks the processor time and the memory of the largest of its processes.
func measure(t *testing.T, cmd *exec.Cmd, most time.Duration) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args[1], err, out)
	}
	took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	memory := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	t.Logf("%s: %.1f s, %d MB", cmd.Args[1], took.Seconds(), memory>>20)
	if took > most || memory > mostMemory {
		t.Errorf("%s takes %v and %d MB, want at most %v and %d MB", cmd.Args[1], took, memory>>20, most, mostMemory>>20)
	}
}
