// Package trial builds and runs the training program of one network. It lives
// in a temporary module, made of what this command has embedded, so that
// nothing around it matters: no go.mod, vendor folder, workspace or network.
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
	"strings"
	"text/template"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trainer"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/gen/spec"
	"github.com/chainrule-go/chainrule/runtime"
	"github.com/chainrule-go/chainrule/templates"
)

const (
	modulePath = "github.com/chainrule-go/chainrule"
	goMod      = "module " + modulePath + "\n\ngo 1.25\n"

	// The folders of the module. Below cmd/chainrule, main may import the
	// internal package of its logic.
	mainFolder      = "cmd/chainrule/train"
	generatedFolder = "generated"
)

// Program is a compiled training program. Close removes it.
type Program struct {
	dir    string // the temporary module
	binary string
}

// Build generates the packages of the network and compiles its program.
func Build(ctx context.Context, m *spec.Model, source string) (*Program, error) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return nil, exit.Errorf(exit.Internal, "training compiles the network with the Go toolchain, and there is no go command on PATH: see https://go.dev/doc/install")
	}
	files, err := module(m, source)
	if err != nil {
		return nil, err
	}
	p, err := newProgram()
	if err != nil {
		return nil, err
	}
	err = p.write(files)
	if err == nil {
		err = p.compile(ctx, goCommand)
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
	return &Program{dir, filepath.Join(dir, "train.exe")}, err // .exe runs everywhere
}

// Close removes the temporary module.
func (p *Program) Close() error { return os.RemoveAll(p.dir) }

// module returns the files of the temporary module.
func module(m *spec.Model, source string) ([]gen.File, error) {
	generated, err := gen.Generate(m, gen.Options{ImportPath: path.Join(modulePath, generatedFolder), Source: source})
	if err != nil {
		return nil, err
	}
	main, err := mainFile(m)
	if err != nil {
		return nil, err
	}
	files := []gen.File{{Path: "go.mod", Content: []byte(goMod)}, main}
	for _, file := range generated {
		file.Path = path.Join(generatedFolder, file.Path)
		files = append(files, file)
	}
	for _, embedded := range []struct {
		folder string
		fs     embed.FS
	}{{"runtime", runtime.Source}, {"cmd/chainrule/internal/exit", exit.Source}, {"cmd/chainrule/internal/trainer", trainer.Source}} {
		entries, err := embedded.fs.ReadDir(".")
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			content, err := embedded.fs.ReadFile(entry.Name())
			if err != nil {
				return nil, err
			}
			files = append(files, gen.File{Path: path.Join(embedded.folder, entry.Name()), Content: content})
		}
	}
	// Tests need packages that are not there.
	return slices.DeleteFunc(files, func(f gen.File) bool { return strings.HasSuffix(f.Path, "_test.go") }), nil
}

// mainFile returns the main package, which hands the network to the trainer.
func mainFile(m *spec.Model) (gen.File, error) {
	text, err := templates.Files.ReadFile("train_main.go.tmpl")
	if err != nil {
		return gen.File{}, err
	}
	t, err := template.New("main.go").Parse(string(text))
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

// compile runs go build.
func (p *Program) compile(ctx context.Context, goCommand string) error {
	// -trimpath, so that the packages come out of the build cache although the
	// folder has a new name every time; -buildvcs=false, because the folder for
	// temporary files may lie in a repository.
	cmd := exec.CommandContext(ctx, goCommand, "build", "-trimpath", "-buildvcs=false", "-o", p.binary, "./"+mainFolder)
	cmd.Dir = p.dir
	cmd.Env = environment(cmd.Environ(), p.dir)
	interruptible(cmd)
	text, err := cmd.CombinedOutput()
	if err == nil || ctx.Err() != nil {
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
