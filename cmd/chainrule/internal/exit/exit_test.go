package exit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/runtime"
)

func TestOf(t *testing.T) {
	_, missing := os.Open("missing")
	mistake := errors.New("iris.yaml:1:1: is empty")
	for _, test := range []struct {
		err  error
		want Code
	}{
		{nil, OK},
		{mistake, Data},
		{missing, IO},
		{fmt.Errorf("cannot go on: %w", missing), IO},
		{os.Rename("missing", "there"), IO},
		{Errorf(Usage, "--epochs: is %d", 0), Usage},
		{fmt.Errorf("first: %w", Errorf(Internal, "no go command")), Internal},
		{Errorf(Data, "no data: %w", missing), Data},
		{fmt.Errorf("%w: try a lower learning rate", &runtime.NonFiniteError{Epoch: 1}), Diverged},
		{context.Canceled, Interrupted},
		{errors.Join(mistake, missing), IO},
		{errors.Join(missing, context.Canceled), Interrupted},
	} {
		if got := Of(test.err); got != test.want {
			t.Errorf("%v: code is %d, want %d", test.err, got, test.want)
		}
	}
	if err := Errorf(IO, "%w", missing); !errors.Is(err, os.ErrNotExist) || err.Error() != missing.Error() {
		t.Errorf("Errorf made %v of %v", err, missing)
	}
}

// TestReadme compares the table of the README with ours.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := "| exit code | means |\n|---|---|\n"
	for _, row := range Table {
		rows += fmt.Sprintf("| %d | %s |\n", row.Code, row.Text)
	}
	if !strings.Contains(string(readme), rows) {
		t.Errorf("README.md lacks the table\n%s", rows)
	}
	if !slices.IsSortedFunc(Table, func(a, b struct {
		Code Code
		Text string
	}) int {
		return int(a.Code - b.Code)
	}) {
		t.Error("the table is not in order")
	}
}
