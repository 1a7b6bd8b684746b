package bench

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/gen/spec"
)

const text = `name: net
input: {shape: [7]}
layers:
  - dense: {units: 5, activation: ACTIVATION}
  - dense: {units: 3}
output: {classes: [a, b, c]}
loss: softmax_cross_entropy
train: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}
`

// model parses the text with an activation.
func model(t *testing.T, activation string) *spec.Model {
	t.Helper()
	m, err := spec.Parse("net.yaml", []byte(strings.Replace(text, "ACTIVATION", activation, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTwinOf(t *testing.T) {
	for _, test := range []struct {
		activation string
		want       twin
		ok         bool
	}{
		{"relu", twin{7, 5, 3, "relu"}, true},
		{"sigmoid", twin{7, 5, 3, "sigmoid"}, true},
		{"tanh", twin{7, 5, 3, "tanh"}, false},
	} {
		m := model(t, test.activation)
		if got, ok := twinOf(m); ok != test.ok || ok && got != test.want {
			t.Errorf("%s: twin is %+v, %v, want %+v, %v", test.activation, got, ok, test.want, test.ok)
		}
		if m.Precision = "float64"; test.ok {
			if _, ok := twinOf(m); ok {
				t.Error("a network of float64 has a twin of float32")
			}
		}
	}
}

// TestPeers measures the networks in C and PyTorch, where they are installed.
func TestPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles C")
	}
	ctx := context.Background()
	peers, notes, err := peersOf(ctx, model(t, "sigmoid"), Options{C: true, PyTorch: true})
	if err != nil || len(notes) != 2 {
		t.Fatalf("notes are %q, error %v; want one for C and one for PyTorch", notes, err)
	}
	if _, err := exec.LookPath("gcc"); err == nil && (len(peers) == 0 || peers[0].name() != "C") {
		t.Error("there is gcc, but no C")
	}
	if len(peers) < 2 {
		t.Logf("gcc or torch is missing, %d peers are measured: %q", len(peers), notes)
	}
	for _, p := range peers {
		defer p.close()
		for _, c := range calls {
			if c.Rows > 1 {
				continue // every number of rows is a program of its own
			}
			s, ok, err := p.measure(ctx, c, time.Millisecond)
			if err != nil || ok && s.ns <= 0 {
				t.Errorf("%s: %s of %d rows takes %v ns, error %v", p.name(), c.Name, c.Rows, s.ns, err)
			}
			if c.step && c.peer != "" && !ok {
				t.Errorf("%s has no %s", p.name(), c.Name)
			}
		}
	}
}
