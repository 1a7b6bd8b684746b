package gen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// mostGrowth is by how many bytes a program may grow by embedding iris.
const mostGrowth = 100 << 10

// hello is the program that others are compared with; service is one that predicts with weights that are part of it.
const (
	hello = `package main

import "fmt"

func main() { fmt.Println("hello") }
`
	service = `package main

import (
	"fmt"

	"github.com/chainrule-go/chainrule/generated/iris"
)

func main() {
	class, probabilities := iris.Trained().Predict(iris.Features{SepalLength: 5.1, SepalWidth: 3.5, PetalLength: 1.4, PetalWidth: 0.2})
	fmt.Println("hello", class, probabilities[class] > 0.5)
}
`
)

// TestService builds a program that embeds iris for machines of many kinds, runs it where it can, and measures by how
// much it is larger than one that prints a word:
//
//	go test ./gen -run TestService -v
func TestService(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	t.Parallel()
	m := newDependent(t.TempDir(), "service")
	m.write("hello/main.go", hello)
	m.write("service/main.go", service)
	build := func(program, system, machine string, flags ...string) string {
		t.Helper()
		file := filepath.Join(m.dir, strings.Join([]string{program, system, machine}, "-"))
		cmd := m.command(slices.Concat([]string{"build", "-o", file}, flags, []string{"./" + program})...)
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s/%s %v: %v\n%s", system, machine, flags, err, out)
		}
		return file
	}
	size := func(file string) int64 {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	growth := size(build("service", "linux", "amd64")) - size(build("hello", "linux", "amd64"))
	t.Logf("a program that embeds iris is %d bytes larger than one that prints a word", growth)
	if growth > mostGrowth {
		t.Errorf("it grows by %d bytes, want at most %d", growth, mostGrowth)
	}
	for _, platform := range [][2]string{{"js", "wasm"}, {"wasip1", "wasm"}, {"linux", "arm64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"linux", "386"}} {
		build("service", platform[0], platform[1])
	}
	for _, flags := range [][]string{nil, {"-tags=purego"}} {
		out, err := exec.Command(build("service", runtime.GOOS, runtime.GOARCH, flags...)).Output()
		if err != nil || string(out) != "hello setosa true\n" {
			t.Errorf("%v: prints %q (%v)", flags, out, err)
		}
	}
}
