package bench

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // for the sources of the peers
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/exit"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/trial"
	"github.com/chainrule-go/chainrule/gen/spec"
)

// The same network in other languages. Both are programs that read lines "call milliseconds" and answer each with the
// nanoseconds of one call.
var (
	//go:embed peers/mlp.c
	cSource []byte
	//go:embed peers/mlp.py
	pythonSource []byte
)

// cFlags are the flags of the C compiler.
const cFlags = "-O3 -march=native -ffast-math"

// peer is the network in another language.
type peer struct {
	title string
	calls []string // that it has
	// command returns the program for a number of rows per call; it ends with the context.
	command func(ctx context.Context, rows int) (*exec.Cmd, error)
	dir     string // of its files

	running map[int]*conversation // by rows per call
}

// conversation is a running program that answers lines.
type conversation struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err bytes.Buffer // what it says of errors
}

func (p *peer) name() string { return p.title }

func (p *peer) measure(ctx context.Context, c Call, d time.Duration) (sample, bool, error) {
	if !slices.Contains(p.calls, c.peer) {
		return sample{}, false, nil
	}
	t, err := p.talk(ctx, c.Rows)
	if err != nil && trial.Interrupted(ctx) {
		return sample{}, false, ctx.Err()
	}
	if err != nil {
		return sample{}, false, err
	}
	_, err = fmt.Fprintf(t.in, "%s %g\n", c.peer, float64(d)/float64(time.Millisecond))
	if err == nil {
		var answer string
		if answer, err = t.out.ReadString('\n'); err == nil {
			var ns float64
			if ns, err = strconv.ParseFloat(strings.TrimSpace(answer), 64); err == nil {
				return sample{ns: ns}, true, nil
			}
		}
	}
	if trial.Interrupted(ctx) {
		return sample{}, false, ctx.Err()
	}
	return sample{}, false, exit.Errorf(exit.Internal, "%s: cannot measure %s of %d rows: %w\n%s", p.title, c.Name, c.Rows, err, t.err.Bytes())
}

// talk returns the running program for a number of rows per call.
func (p *peer) talk(ctx context.Context, rows int) (*conversation, error) {
	if t := p.running[rows]; t != nil {
		return t, nil
	}
	cmd, err := p.command(ctx, rows)
	if err != nil {
		return nil, err
	}
	t := &conversation{cmd: cmd}
	if t.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewReader(out)
	cmd.Stderr = &t.err
	if err := cmd.Start(); err != nil {
		return nil, exit.Errorf(exit.Internal, "%s: %w", p.title, err)
	}
	p.running[rows] = t
	return t, nil
}

// close ends the programs and removes their files.
func (p *peer) close() {
	for _, t := range p.running {
		_ = t.in.Close()
		_ = t.cmd.Wait()
	}
	_ = os.RemoveAll(p.dir)
}

// twin is a network that the peers have, too.
type twin struct {
	in, hidden, out int
	activation      string
}

// twinOf returns the sizes of the network, if the peers have one like it.
func twinOf(m *spec.Model) (t twin, ok bool) {
	if len(m.Layers) != 2 || m.Layers[0].Dense == nil || m.Layers[1].Dense == nil || m.Precision == "float64" {
		return twin{}, false
	}
	first, second := m.Layers[0], m.Layers[1]
	t = twin{first.In, first.Out, second.Out, first.Dense.Activation.Name}
	ok = m.Loss.Name == "softmax_cross_entropy" && m.Loss.Params["label_smoothing"] == 0 &&
		(t.activation == "relu" || t.activation == "sigmoid") && second.Dense.Activation.Name == "linear" &&
		first.Dense.Bias && second.Dense.Bias
	return t, ok
}

// peersOf returns the peers that are wanted and that there are, and says why others are not there.
func peersOf(ctx context.Context, m *spec.Model, o Options) (peers []*peer, notes []string, err error) {
	if !o.C && !o.PyTorch {
		return nil, nil, nil
	}
	t, ok := twinOf(m)
	if !ok {
		return nil, []string{"C and PyTorch have no twin of this network: they have two dense layers of float32, relu or sigmoid between them, and softmax_cross_entropy"}, nil
	}
	for _, wanted := range []struct {
		bool
		make func(context.Context, twin, string) (*peer, string)
	}{{o.C, newC}, {o.PyTorch, newPyTorch}} {
		if !wanted.bool {
			continue
		}
		dir, err := os.MkdirTemp("", "chainrule-")
		if err != nil {
			return peers, nil, err
		}
		p, note := wanted.make(ctx, t, dir)
		if p == nil {
			_ = os.RemoveAll(dir)
		} else {
			p.dir, p.running = dir, map[int]*conversation{}
			peers = append(peers, p)
		}
		notes = append(notes, note)
	}
	return peers, notes, nil
}

// newC returns the network in C; the sizes are constants, the rows of a batch, too.
func newC(ctx context.Context, t twin, dir string) (*peer, string) {
	version, err := exec.CommandContext(ctx, "gcc", "-dumpfullversion").Output()
	if err != nil {
		return nil, "C: not measured, there is no gcc on PATH"
	}
	compile := func(ctx context.Context, rows int) (*exec.Cmd, error) {
		source, binary := filepath.Join(dir, "mlp.c"), filepath.Join(dir, fmt.Sprint("mlp", rows))
		if err := os.WriteFile(source, cSource, 0o666); err != nil {
			return nil, err
		}
		args := append(strings.Fields(cFlags), fmt.Sprint("-DIN=", t.in), fmt.Sprint("-DHIDDEN=", t.hidden), fmt.Sprint("-DOUT=", t.out),
			fmt.Sprint("-DBATCH=", rows), "-D"+strings.ToUpper(t.activation), source, "-o", binary, "-lm")
		if out, err := exec.CommandContext(ctx, "gcc", args...).CombinedOutput(); err != nil {
			return nil, exit.Errorf(exit.Internal, "gcc: %w\n%s", err, out)
		}
		return exec.CommandContext(ctx, binary), nil
	}
	note := fmt.Sprintf("C: loops over arrays of fixed size, gcc %s %s", strings.TrimSpace(string(version)), cFlags)
	return &peer{title: "C", calls: []string{"predict", "step"}, command: compile}, note
}

// newPyTorch returns the network in PyTorch.
func newPyTorch(ctx context.Context, t twin, dir string) (*peer, string) {
	source := filepath.Join(dir, "mlp.py")
	if err := os.WriteFile(source, pythonSource, 0o666); err != nil {
		return nil, "PyTorch: not measured: " + err.Error()
	}
	version, err := exec.CommandContext(ctx, "python3", source).Output()
	if err != nil {
		return nil, "PyTorch: not measured, python3 on PATH cannot import torch"
	}
	command := func(ctx context.Context, rows int) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, "python3", source, fmt.Sprint(t.in), fmt.Sprint(t.hidden), fmt.Sprint(t.out), t.activation, fmt.Sprint(rows)), nil
	}
	note := fmt.Sprintf("PyTorch: %s, eager, one thread", strings.TrimSpace(string(version)))
	return &peer{title: "PyTorch", calls: []string{"forward", "predict", "step"}, command: command}, note
}
