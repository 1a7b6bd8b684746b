// Package trial builds and runs the programs of one network: one that trains it,
// one that predicts with it, its benchmarks. They live in a temporary module, made of what this command has
// embedded, so that nothing around it matters: no go.mod, vendor folder,
// workspace or network.
package trial

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"text/template"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/runtime/reference"
	"github.com/chainrule-go/chainrule/templates"
)

const (
	modulePath = "github.com/chainrule-go/chainrule"
	goMod      = "module " + modulePath + "\n\ngo 1.25\n"

	// The folders of the module. Below cmd/chainrule, main may import the
	// internal packages of its logic.
	mainFolder      = "cmd/chainrule/train"
	generatedFolder = "generated"
)

// Program is a compiled program. Close removes it.
type Program struct {
	dir    string // the temporary module
	binary string
}

// Build generates the packages of the network and compiles the program that
// trains it.
func Build(ctx context.Context, m *spec.Model, source string) (*Program, error) {
	main, err := mainFile(m, "train_main.go.tmpl")
	if err != nil {
		return nil, err
	}
	return build(ctx, m, source, []gen.File{main}, []folder{
		{"runtime", runtime.Source},
		{"cmd/chainrule/internal/exit", exit.Source},
		{"cmd/chainrule/internal/trainer", trainer.Source},
	}, "build", "./"+mainFolder)
}

// BuildPredictor generates the packages of the network and compiles the program
// that predicts with it.
func BuildPredictor(ctx context.Context, m *spec.Model, source string) (*Program, error) {
	main, err := mainFile(m, "predict_main.go.tmpl")
	if err != nil {
		return nil, err
	}
	return build(ctx, m, source, []gen.File{main}, []folder{
		{"runtime", runtime.Source},
		{"cmd/chainrule/internal/exit", exit.Source},
		{"cmd/chainrule/internal/predictor", predictor.Source},
	}, "build", "./"+mainFolder)
}

// BuildBenchmarks generates the packages of the network and compiles the
// benchmarks that are part of them.
func BuildBenchmarks(ctx context.Context, m *spec.Model, source string) (*Program, error) {
	return build(ctx, m, source, nil, []folder{{"runtime", runtime.Source}, {"runtime/reference", reference.Source}},
		"test", "-c", "./"+path.Join(generatedFolder, m.Name, m.Name+"train"))
}

// folder is a folder of the module with files that this command has embedded.
type folder struct {
	path string
	fs   embed.FS
}

// build writes the module of a network and runs the Go command in it.
func build(ctx context.Context, m *spec.Model, source string, files []gen.File, folders []folder, args ...string) (*Program, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return nil, exit.Errorf(exit.Internal, "a network is compiled with the Go toolchain, and there is no go command on PATH: see https://go.dev/doc/install")
	}
	generated, err := module(m, source, folders)
	if err != nil {
		return nil, err
	}
	p, err := newProgram()
	if err != nil {
		return nil, err
	}
	err = p.write(append(files, generated...))
	if err == nil {
		err = p.compile(ctx, goCommand, args)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// newProgram makes the folder of a program.
func newProgram() (*Program, error) {
	dir, err := os.MkdirTemp("", "chainrule-")
	if err != nil {
		return nil, err
	}
	// TMPDIR may be relative, and the Go command runs elsewhere.
	dir, err = filepath.Abs(dir)
	return &Program{dir, filepath.Join(dir, "program.exe")}, err // .exe runs everywhere
}

// Close removes the temporary module.
func (p *Program) Close() error { return os.RemoveAll(p.dir) }

// module returns the files of the temporary module: go.mod, the generated
// packages and those of the folders.
func module(m *spec.Model, source string, folders []folder) ([]gen.File, error) {
	generated, err := gen.Generate(m, gen.Options{ImportPath: path.Join(modulePath, generatedFolder), Source: source})
	if err != nil {
		return nil, err
	}
	files := []gen.File{{Path: "go.mod", Content: []byte(goMod)}}
	for _, file := range generated {
		file.Path = path.Join(generatedFolder, file.Path)
		files = append(files, file)
	}
	for _, f := range folders {
		entries, err := f.fs.ReadDir(".")
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			content, err := f.fs.ReadFile(entry.Name())
			if err != nil {
				return nil, err
			}
			files = append(files, gen.File{Path: path.Join(f.path, entry.Name()), Content: content})
		}
	}
	return files, nil
}

// mainFile returns the main package, which hands the network to the package with
// the logic.
func mainFile(m *spec.Model, name string) (gen.File, error) {
	t, err := template.ParseFS(templates.Files, name)
	if err != nil {
		return gen.File{}, err
	}
	var main bytes.Buffer
	err = t.Execute(&main, map[string]any{
		"Model":   path.Join(modulePath, generatedFolder, m.Name),
		"Train":   path.Join(modulePath, generatedFolder, m.Name, m.Name+"train"),
		"Hash":    m.NetworkHash(),
		"HasRows": m.Train.Data.Rows != nil,
		"Weight":  m.Train.Weights.Column,

		"Inputs":    m.Input.Size,
		"Precision": m.Precision,
	})
	return gen.File{Path: path.Join(mainFolder, "main.go"), Content: main.Bytes()}, err
}

// write writes the files of the module.
func (p *Program) write(files []gen.File) error {
	for _, file := range files {
		path := filepath.Join(p.dir, filepath.FromSlash(file.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// compile runs go build, or go test -c.
func (p *Program) compile(ctx context.Context, goCommand string, args []string) error {
	// -trimpath, so that the packages come out of the build cache although the
	// folder has a new name every time; -buildvcs=false, because the folder for
	// temporary files may lie in a repository.
	at := len(args) - 1 // flags come before the package
	args = append(slices.Clone(args[:at]), "-trimpath", "-buildvcs=false", "-o", p.binary, args[at])
	cmd := exec.CommandContext(ctx, goCommand, args...)
	cmd.Dir = p.dir
	cmd.Env = environment(cmd.Environ(), p.dir)
	interruptible(cmd)
	text, err := cmd.CombinedOutput()
	if err == nil || Interrupted(ctx) {
		return errors.Join(err, ctx.Err())
	}
	return exit.Errorf(exit.Internal, "cannot compile the network with %s: %w\n%s", goCommand, err, bytes.TrimSpace(text))
}

// environment returns env without what could make the Go command build anything
// but the temporary module for this machine.
func environment(env []string, temp string) []string {
	env = append(env,
		"GOENV=off", // else the settings of go env -w replace empty ones
		"GOFLAGS=",
		"GO111MODULE=on",
		"GOWORK=off",
		"GOPROXY=off",
		"GOTOOLCHAIN=local",
		"GOOS="+goruntime.GOOS,
		"GOARCH="+goruntime.GOARCH,
		"CGO_ENABLED=0",
		"GOTMPDIR="+temp,
	)
	if os.Getenv("GOCACHE") == "" && !hasCache() {
		env = append(env, "GOCACHE="+filepath.Join(temp, "cache"))
	}
	return env
}

// hasCache reports whether the Go command will find a place for its build cache,
// which in a container without a home folder it does not.
func hasCache() bool {
	dir, err := os.UserCacheDir()
	return err == nil && os.MkdirAll(filepath.Join(dir, "go-build"), 0o777) == nil
}
