package gen_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
)

var update = flag.Bool("update", false, "write the golden files")

// strictGolden has the hash of the weights of each network after its training.
const strictGolden = "testdata/strict/golden.txt"

// trainedNetwork trains one network on rows that it draws, and returns its weights, in the order of files, and the tier that
// is saved with them.
const trainedNetwork = `package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/chainrule-go/chainrule/runtime"

	"strict/{{.Name}}"
	"strict/{{.Name}}/{{.Name}}train"
)

func init() {
	trainings["{{.Name}}"] = func(workers []int, file string) ([]float32, string) {
		d := &draws{7}
		x, target := make([][{{.Inputs}}]float32, 333), make([]{{.Target}}, 333)
		for n := range x {
			for i := range x[n] {
				x[n][i] = d.number()
			}
{{- if .Classes}}
			target[n] = {{.Target}}(d.below({{.Classes}}))
			x[n][0] += float32(target[n]) // something to learn
{{- else}}
			for o := range target[n] {
				target[n][o] = x[n][o] - d.number()/8
			}
{{- end}}
		}
		settings := {{.Name}}train.Config()
		settings.Checkpoint = runtime.Checkpoint{File: file + ".checkpoint", Every: time.Hour}
		var p *{{.Name}}.Params
		for part, n := range workers {
			last := part == len(workers)-1
			ctx, cancel := context.WithCancel(context.Background())
			settings.Workers, settings.Checkpoint.Resume = n, part > 0
			settings.Epoch = func(e runtime.EpochReport) {
				if e.Epoch == 2*(part+1) && !last {
					cancel()
				}
			}
			p = {{.Name}}.New()
			{{.Name}}train.Init(p, settings.Seed)
			if _, err := {{.Name}}train.Train(ctx, p, x, target, settings); (err == nil) != last {
				panic(fmt.Sprint("part ", part, " of ", workers, ": ", err))
			}
			cancel()
		}
		if err := {{.Name}}train.Save(file, p); err != nil {
			panic(err)
		}
		saved, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		_, notes, err := runtime.ParseSafetensors(file, saved)
		if err != nil {
			panic(err)
		}
		return p[:], notes[runtime.TierKey]
	}
}
`

const trainedMain = `// Command strict trains networks, with as many workers as its arguments say, and prints the hashes of their weights and the
// tiers that are saved with them. 2-3-1 is a training that is cut after two and four epochs, and goes on with other workers.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

var trainings = map[string]func(workers []int, file string) ([]float32, string){}

func main() {
	dir, err := os.MkdirTemp("", "strict")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for _, arg := range os.Args[1:] {
		var workers []int
		for part := range strings.SplitSeq(arg, "-") {
			n, err := strconv.Atoi(part)
			if err != nil {
				panic(err)
			}
			workers = append(workers, n)
		}
		for _, name := range slices.Sorted(maps.Keys(trainings)) {
			h := sha256.New()
			weights, tier := trainings[name](workers, filepath.Join(dir, name))
			binary.Write(h, binary.LittleEndian, weights)
			fmt.Printf("%s %x %s\n", name, h.Sum(nil), tier)
		}
	}
}

// draws are random numbers that are the same everywhere.
type draws struct{ state uint64 }

func (d *draws) next() uint64 {
	d.state = d.state*6364136223846793005 + 1442695040888963407
	return d.state >> 33
}

// number draws a multiple of 1/1024 from −2 up to 2.
func (d *draws) number() float32 { return float32(int(d.next()%4096)-2048) / 1024 }

func (d *draws) below(n uint64) uint64 { return d.next() % n }
`

// trainedNetworks is the module of the networks of testdata/strict, and how many programs were made of it.
type trainedNetworks struct {
	dependent
	built int
}

// trainedModule writes it, with these numerics.
func trainedModule(t *testing.T, numerics string) *trainedNetworks {
	f := &trainedNetworks{dependent: newDependent(t.TempDir(), "strict")}
	f.write("main.go", trainedMain)
	specs, err := filepath.Glob("testdata/strict/*.yaml")
	if err != nil || len(specs) < 5 {
		t.Fatal("no specs:", err)
	}
	network := template.Must(template.New("network").Parse(trainedNetwork))
	for _, file := range specs {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(strings.Replace(string(text), "numerics: strict", "numerics: "+numerics, 1))
		m, err := spec.Parse(filepath.Base(file), text)
		if err != nil {
			t.Fatal(err)
		}
		files, err := gen.Generate(m, gen.Options{ImportPath: "strict", Source: filepath.Base(file)})
		if err != nil {
			t.Fatal(err)
		}
		f.add(files)
		var code strings.Builder
		target := fmt.Sprintf("[%d]float32", len(m.Output.Targets))
		if m.Output.Classes != nil {
			target = m.Name + ".Class"
		}
		err = network.Execute(&code, map[string]any{"Name": m.Name, "Inputs": m.Input.Size, "Target": target, "Classes": len(m.Output.Classes)})
		if err != nil {
			t.Fatal(err)
		}
		f.write(m.Name+".go", code.String())
	}
	return f
}

// TestStrictWeights trains strict networks for five epochs in many ways, and compares the SHA-256 of their weights, and the
// tier in their files, with those in a golden file: every tier of this processor and purego, some numbers of processors and of workers; with -long, which
// compiles a lot, also other instruction sets and the race detector.
func TestStrictWeights(t *testing.T) {
	t.Parallel()
	f := trainedModule(t, "strict")
	native := f.build(t, nil)
	all := []string{"1", "2", "3", "8"}
	if *update {
		if err := os.WriteFile(strictGolden, []byte(f.hashes(t, []string{native}, []string{runtime.TierVariable + "=generic"}, "0")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for tier := runtime.TierGeneric; tier <= runtime.VectorTier(); tier++ {
		for _, processors := range []string{"1", "2", "4"} {
			f.compare(t, []string{native}, []string{runtime.TierVariable + "=" + tier.String(), "GOMAXPROCS=" + processors}, all...)
		}
		// Workers that nobody asked for, and others after the training was interrupted.
		f.compare(t, []string{native}, []string{runtime.TierVariable + "=" + tier.String()}, "0", "2-3-1", "8-0-2")
	}
	f.compare(t, []string{f.build(t, nil, "-tags=purego")}, nil, "1", "3")
	if !*long {
		t.Log("GOAMD64=v3, -race, js/wasm and arm64 need -long")
		return
	}
	f.compare(t, []string{f.build(t, []string{"GOAMD64=v3"})}, nil, all...)
	f.compare(t, []string{f.build(t, []string{"GOAMD64=v3"}, "-tags=purego")}, nil, "1", "3")
	f.compare(t, []string{f.build(t, nil, "-race")}, nil, all...)
	f.foreign(t, "node", []string{"GOOS=js", "GOARCH=wasm"}, filepath.Join(goRoot(t), "lib", "wasm", "go_js_wasm_exec"))
	f.foreign(t, "qemu-aarch64", []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}, "qemu-aarch64")
}

// goRoot returns where the Go toolchain lies.
func goRoot(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// foreign compares a build for another machine, which a program runs. Where that is missing, it says so.
func (f *trainedNetworks) foreign(t *testing.T, needs string, environment []string, under string) {
	t.Run(needs, func(t *testing.T) {
		if _, err := exec.LookPath(needs); err != nil {
			t.Skipf("NOT TESTED: %v needs %s, which is not installed", environment, needs)
		}
		f.compare(t, []string{under, f.build(t, environment)}, nil, "1", "3")
	})
}

// build compiles the module.
func (f *trainedNetworks) build(t *testing.T, environment []string, flags ...string) string {
	t.Helper()
	binary := filepath.Join(f.dir, fmt.Sprintf("strict%d", f.built))
	f.built++
	cmd := f.command(append(append([]string{"build", "-o", binary}, flags...), ".")...)
	cmd.Env = append(cmd.Env, environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v %v: %v\n%.4000s", environment, flags, err, out)
	}
	return binary
}

// hashes runs a program and returns what it prints.
func (f *trainedNetworks) hashes(t *testing.T, line, environment []string, workers ...string) string {
	t.Helper()
	cmd := exec.Command(line[0], append(line[1:len(line):len(line)], workers...)...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v %v: %v", line, environment, err)
	}
	return string(out)
}

// compare runs a program that trains with some numbers of workers, one after the other.
func (f *trainedNetworks) compare(t *testing.T, line, environment []string, workers ...string) {
	t.Helper()
	golden, err := os.ReadFile(strictGolden)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.SplitAfter(strings.TrimSuffix(f.hashes(t, line, environment, workers...), "\n"), "\n")
	want := strings.SplitAfter(strings.TrimSuffix(strings.Repeat(string(golden), len(workers)), "\n"), "\n")
	if !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Errorf("%v %v with %v workers: %s, want %s", line, environment, workers[i*len(workers)/len(want)], strings.TrimSpace(got[i]), strings.TrimSpace(want[i]))
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v: %d lines, want %d", line, len(got), len(want))
		}
	}
}
