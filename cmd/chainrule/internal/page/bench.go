package page

import (
	"encoding/json"
	"fmt"
)

// bench is what chainrule bench --json says of a network.
type bench struct {
	Network      string        `json:"network"`
	Processor    string        `json:"processor"`
	Measurements []measurement `json:"measurements"`
}

// measurement is one call by one contestant.
type measurement struct {
	Call        string   `json:"call"`
	Rows        int      `json:"rows"`
	By          string   `json:"by"`
	Nanoseconds float64  `json:"ns_per_sample"`
	OfPeak      float64  `json:"of_peak"`
	Allocs      *float64 `json:"allocs"`
}

// parseBench reads a result.
func parseBench(name string, text []byte) (*bench, error) {
	b := &bench{}
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("%s:1:1: is no result of chainrule bench --json: %w", name, err)
	}
	if len(b.Measurements) == 0 {
		return nil, fmt.Errorf("%s:1:1: has no measurements, want the result of chainrule bench --json", name)
	}
	return b, nil
}
