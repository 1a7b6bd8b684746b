package report

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/runtime"
)

func TestInterval(t *testing.T) {
	tests := []struct{ epochs, want int }{
		{1, 1}, {20, 1}, {21, 2}, {40, 2}, {41, 5}, {100, 5}, {200, 10}, {201, 20}, {10001, 1000}, {2_000_000_000, 100_000_000},
	}
	for _, test := range tests {
		if got := interval(test.epochs); got != test.want {
			t.Errorf("interval(%d) = %d, want %d", test.epochs, got, test.want)
		}
	}
}

// show returns what people see of a training.
func show(t *testing.T, epochs int, lines ...any) string {
	t.Helper()
	var out strings.Builder
	r := Text(&out, os.Stdin, "iris", epochs)
	for _, line := range lines {
		text, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Line(append(text, '\n')); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.End(Saved{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReportShowsWhatTheRuntimeSays(t *testing.T) {
	r2 := 0.5
	classification := &runtime.Classification{
		Accuracy:  0.75,
		Classes:   []runtime.ClassReport{{Name: "a", Rows: 3, Predicted: 2, Precision: 1, Recall: 2. / 3}, {Name: "b", Rows: 1, Predicted: 2, Precision: 0.5, Recall: 1}},
		Confusion: [][]int{{2, 1}, {0, 1}},
	}
	reports := []*runtime.Report{
		{On: "test", Rows: 4, Loss: 0.25, Best: 1, Stopped: runtime.StoppedPatience, Classification: classification},
		{On: "train", Rows: 9, Loss: 0.125, Stopped: runtime.StoppedEpochs, Regression: &runtime.Regression{MSE: 1, MAE: 2, R2: &r2}},
		{On: "train", Rows: 9, Loss: 0.125, Stopped: runtime.StoppedEpochs, Regression: &runtime.Regression{MSE: 1, MAE: 2}},
	}
	for _, report := range reports {
		report.Network = "iris"
		report.Epochs = []runtime.EpochReport{
			{Epoch: 1, Epochs: 100, Loss: 1, ValidationLoss: 2, Validated: true},
			{Epoch: 2, Epochs: 100, Loss: 0.5},
			{Epoch: 3, Epochs: 100, Loss: 0.25},
		}
		want := report.Epochs[0].String() + "\n" + report.Epochs[2].String() + "\n\n" + report.String()
		got := show(t, 100, report.Epochs[0], report.Epochs[1], report.Epochs[2], report)
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestReportLogsTheLastEpochOfAFailure(t *testing.T) {
	got := show(t, 1000, runtime.EpochReport{Epoch: 1, Loss: 1}, runtime.EpochReport{Epoch: 2, Loss: 3})
	if want := "epoch 1/1000  loss 1\nepoch 2/1000  loss 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReportRefusesOtherLines(t *testing.T) {
	if err := Text(&strings.Builder{}, os.Stdin, "iris", 1).Line([]byte("hello\n")); err == nil {
		t.Error("no error")
	}
}
