package report

import (
	"encoding/json"
	"fmt"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
)

// Measures returns the line of JSON that an evaluation prints as text for people.
func Measures(line []byte) (string, error) {
	var m predictor.Measures
	if err := json.Unmarshal(line, &m); err != nil {
		return "", err
	}
	text := fmt.Sprintf("on %d rows: ", m.Rows)
	if m.Classification != nil {
		return text + m.Classification.String(), nil
	}
	return text + m.Regression.String(), nil
}
