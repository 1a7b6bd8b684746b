package schedule_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chainrule-go/chainrule/gen/pass/passtest"
	"github.com/chainrule-go/chainrule/gen/schedule"
	"github.com/chainrule-go/chainrule/gen/target"
)

// planOf schedules the network with those layers, an input of 7 and three classes.
func planOf(t *testing.T, layers ...string) *schedule.Plan {
	t.Helper()
	text := "name: test\ninput: {shape: [7]}\nlayers:\n  - " + strings.Join(layers, "\n  - ") +
		"\noutput: {classes: [a, b, c]}\nloss: softmax_cross_entropy\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}, batch: 8, epochs: 1}\n"
	return schedule.New(passtest.Graph(t, text, true), target.Generic)
}

type plan = *schedule.Plan

// groupOf returns the group of that name, nil where there is none.
func groupOf(p plan, name string) *schedule.Group {
	i := slices.IndexFunc(p.Groups, func(g *schedule.Group) bool { return g.Name == name })
	if i < 0 {
		return nil
	}
	return p.Groups[i]
}

// stage returns stage i of a group.
func stage(p plan, group string, i int) *schedule.Stage { return &groupOf(p, group).Stages[i] }

// damages break one rule each, in the plan of 7 → 5, sigmoid → 3, or of 7 → 100, relu → 3 (large).
var damages = []struct {
	name   string
	large  bool
	damage func(plan)
	want   string
}{
	{"good", false, func(plan) {}, ""},
	{"good, large", true, func(plan) {}, ""},

	{"op missing", false, func(p plan) { p.Groups = p.Groups[:len(p.Groups)-1] }, "no group computes dense1.dz"},
	{"epilogue missing", false, func(p plan) { stage(p, "dense1", 0).Epilogue = nil }, "reads dense1.y before it is computed"},
	{"op twice", false, func(p plan) { p.Groups[0].Stages = append(p.Groups[0].Stages, p.Groups[0].Stages[0]) }, "dense1 computes dense1.z a second time"},
	{"order of groups", false, func(p plan) { p.Groups[0], p.Groups[1] = p.Groups[1], p.Groups[0] }, "dense2 reads dense1.y before it is computed"},
	{"order of stages", false, func(p plan) {
		s := groupOf(p, "dense1Backward").Stages
		s[0], s[1] = s[1], s[0]
	}, "dense1Backward reads dense1.dz before it is computed"},

	{"epilogue of another value", false, func(p plan) {
		s, last := stage(p, "dense1", 0), stage(p, "dense2", 0)
		s.Epilogue, last.Epilogue = nil, s.Epilogue
	}, "reads dense1.y before"},
	{"sum not kept", false, func(p plan) {
		stage(p, "dense2", 0).Epilogue = nil
		p.Graph.Output = stage(p, "dense1", 0).Node.Outs[0]
	}, "dense1.z is read later, but not kept"},
	{"register read outside", false, func(p plan) { stage(p, "dense2Backward", 2).Resident = true }, "dense1.dy is in registers, but read outside"},
	{"overwritten and read", false, func(p plan) {
		dz, db := stage(p, "dense1Backward", 0), stage(p, "dense1Backward", 1)
		dz.Resident, dz.InPlace = false, true
		db.Node.Args[0] = dz.Node.Args[0]
	}, "dense1.dy is overwritten, but read later"},

	{"no rows", false, func(p plan) { p.Block = 0 }, "a block has 0 rows"},
	{"block of one", true, func(p plan) { p.Block = 1 }, "works on a block, but rows come one by one"},

	{"parameter missing", false, func(p plan) { p.Params = p.Params[:3] }, "dense2.b has no place"},
	{"parameter twice", false, func(p plan) { p.Params[3] = p.Params[2] }, "dense2.w is placed twice"},
	{"overlap", false, func(p plan) { p.Params[2].Offset-- }, "dense2.w is at offset 39, want 40"},
	{"hole", false, func(p plan) { p.Params[3].Offset++ }, "dense2.b is at offset 56, want 55"},
	{"order of axes", false, func(p plan) { p.Params[0].Order = "oo" }, "dense1.w is in order oo, want each of oi once"},

	{"axis missing", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops = stage(p, "dense1", 0).Nest.Loops[:1] }, "no loop over i"},
	{"axis twice", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[1].Axis = 'o' }, "loops over o twice"},
	{"unknown axis", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[1].Axis = 'k' }, "loops over k, which it does not have"},
	{"too short", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[1].Segments[0] = schedule.Segment{To: 6, Step: 6} }, "ends at 6, want 7"},
	{"too long", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[1].Segments[0] = schedule.Segment{To: 8, Step: 8} }, "ends at 8, want 7"},
	{"gap", true, func(p plan) { stage(p, "dense1", 0).Nest.Loops[0].Segments[1].From += 6 }, "goes on at"},
	{"step", true, func(p plan) { stage(p, "dense1", 0).Nest.Loops[0].Segments[1].Step = 4 }, "steps of 4 do not fill it"},
	{"lanes", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[0].Segments[0].Lanes = 2 }, "2 lanes do not fill a step"},
	{"terms in lanes", false, func(p plan) { stage(p, "dense1", 0).Nest.Loops[1].Segments[0].Lanes = 7 }, "has the terms of its sums in lanes, along i"},
	{"two axes in lanes", false, func(p plan) {
		loops := stage(p, "dense1Backward", 2).Nest.Loops
		loops[0].Segments[0].Lanes, loops[1].Segments[0].Lanes = 5, 7
	}, "has two axes in lanes, oi"},
	{"rows of a row", false, func(p plan) { stage(p, "dense1", 0).Nest.Rows = 4 }, "takes 4 rows per pass, in a function of a row: true"},
	{"no rows of a block", true, func(p plan) { stage(p, "dense1Backward", 0).Nest.Rows = 0 }, "takes 0 rows per pass"},
	{"more rows than a block", true, func(p plan) { stage(p, "dense1Backward", 1).Nest.Rows = 64 }, "takes 64 rows per pass of a block of 32"},
	{"one row in lanes", true, func(p plan) { stage(p, "dense1Backward", 0).Nest.RowLanes = true }, "has no rows to lie in lanes"},
	{"tile", true, func(p plan) {
		stage(p, "dense1", 0).Nest.Loops[0].Segments = []schedule.Segment{{To: 100, Step: 10}}
	}, "10 sums at once, want at most 8"},
	{"tile of the sums of rows", true, func(p plan) { // the loop over o is the outer one, so that sums stay in registers
		nest := &stage(p, "dense2Backward", 2).Nest
		nest.Loops[0], nest.Loops[1] = nest.Loops[1], nest.Loops[0]
		nest.Loops[0].Segments = []schedule.Segment{{To: 100, Step: 10}}
	}, "10 sums at once, want at most 8"},
	{"interleaved sums", false, func(p plan) { stage(p, "dense2", 0).Nest.Sums = 9 }, "27 sums at once"},
	{"interleaved sums over rows", true, func(p plan) { stage(p, "dense1Backward", 2).Nest.Sums = 2 }, "2 interleaved sums, which do not stay in registers"},
	{"interleaved sums in memory", true, func(p plan) { stage(p, "dense2Backward", 2).Nest.Sums = 2 }, "2 interleaved sums, which do not stay in registers"},
}

func TestVerify(t *testing.T) {
	for _, test := range damages {
		units := "dense: {units: 5, activation: sigmoid}"
		if test.large {
			units = "dense: {units: 100, activation: relu}"
		}
		p := planOf(t, units, "dense: {units: 3}")
		test.damage(p)
		err := p.Verify()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
