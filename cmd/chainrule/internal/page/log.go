package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/chainrule-go/chainrule/runtime"
)

// curve is a number of every epoch, nil where an epoch does not have it.
type curve struct {
	Name   string     `json:"name"`
	Values []*float64 `json:"values"`
}

// training is what the lines of a training say.
type training struct {
	Epochs []float64
	Curves []curve // in the order of their names
	Final  final
}

// final is the last line.
type final struct {
	Final   bool    `json:"final"`
	On      string  `json:"on"`
	Rows    int     `json:"rows"`
	Loss    float64 `json:"loss"`
	Epochs  int     `json:"epochs"`
	Best    int     `json:"best_epoch"`
	Stopped string  `json:"stopped"`
	*runtime.Classification
	*runtime.Regression
}

// parseLog reads the lines that chainrule train --json prints. All numbers of an
// epoch are curves, whatever their names.
func parseLog(name string, log []byte) (*training, error) {
	t := &training{}
	values := map[string][]*float64{}
	number := 0
	for line := range bytes.Lines(log) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var epoch map[string]any
		if err := json.Unmarshal(line, &epoch); err != nil {
			return nil, fmt.Errorf("%s:%d:1: is no line of chainrule train --json: %w", name, number, err)
		}
		if epoch["final"] == true {
			if err := json.Unmarshal(line, &t.Final); err != nil {
				return nil, fmt.Errorf("%s:%d:1: %w", name, number, err)
			}
			continue
		}
		at, ok := epoch["epoch"].(float64)
		if !ok {
			return nil, fmt.Errorf("%s:%d:1: has no epoch, want the lines of chainrule train --json", name, number)
		}
		delete(epoch, "epoch")
		for key, value := range epoch {
			if x, ok := value.(float64); ok {
				values[key] = append(values[key], make([]*float64, len(t.Epochs)-len(values[key]))...)
				values[key] = append(values[key], &x)
			}
		}
		t.Epochs = append(t.Epochs, at)
	}
	if len(t.Epochs) == 0 {
		return nil, fmt.Errorf("%s:1:1: has no epochs, want the lines of chainrule train --json", name)
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		rest := make([]*float64, len(t.Epochs)-len(values[key]))
		t.Curves = append(t.Curves, curve{key, append(values[key], rest...)})
	}
	return t, nil
}
