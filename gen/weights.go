package gen

import (
	"github.com/chainrule-go/chainrule/gen/schedule"
)

// fits reports whether a weights file holds the parameters of the plan.
func fits(*schedule.Plan, []byte) error { return nil }
