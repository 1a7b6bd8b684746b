package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Checkpoint says where the state of a training is kept, so that one that was interrupted can go on. What comes out is,
// to the last bit, what it would have been without the interruption, as long as settings, rows and the kind of processor
// are the same. A state that is not of this training is refused with a [ResumeError].
//
// A training that does not resume replaces the state of an earlier one with its own, and not before there is one: until
// then, the earlier training can still be resumed.
type Checkpoint struct {
	// File is where the state is kept: in the files File.1 and File.2, the two latest states, of which one is whole
	// whatever happens. "" means nowhere.
	File string
	// Every is the time between two states, which are taken at the end of an epoch or within it. There is another one
	// when the context is canceled.
	Every time.Duration
	// Resume begins where the latest state left off. That there is none is an error.
	Resume bool
	// Spec is the hash of the network's spec: a state of another network is refused.
	Spec string
}

// Latest returns the file with the latest state, "" where there is none.
func (c Checkpoint) Latest() string {
	s, latest, _ := openSlots(realDisk{}, c.File, math.MaxInt64)
	if latest == nil {
		return ""
	}
	return s.name(1 - s.next)
}

// Tier returns the tier of the latest state, as [Report] has it; "" where there is none. A training that resumes on another
// one goes on, but not to the bits that it would have had.
func (c Checkpoint) Tier() string {
	_, latest, _ := openSlots(realDisk{}, c.File, math.MaxInt64)
	var p progress
	for _, s := range latest {
		if s.name == sectionProgress && json.Unmarshal(s.data, &p) != nil {
			return ""
		}
	}
	return p.Tier
}

// Remove removes the files, once they are not needed any more: after the weights have been saved.
func (c Checkpoint) Remove() error {
	if c.File == "" {
		return nil
	}
	return (&slots{disk: realDisk{}, file: c.File}).removeAll()
}

// progress is how far a training has come.
type progress struct {
	Setup   setup
	Tier    string  // of the report; another one may go on, with other bits
	Epoch   int     // the current one, from 1
	Batches int     // of it that are done
	Sum     float64 // of their losses, each times its rows
	Step    int64
	Updates uint64
	Rate    float64
	Shuffle []byte // state of the PCG before the epoch was shuffled
	Watch   watchState
	Elapsed time.Duration
}

// watchState is a watch without its settings.
type watchState struct {
	Epoch        int
	Lowest, Mark float64
	Waiting      int
}

// The sections of a checkpoint.
const (
	sectionProgress = "progress" // JSON, whose numbers are exact
	sectionParams   = "params"   // flat, as in memory
	sectionBest     = "best"     // parameters with the lowest watched loss; absent where they are not kept
	sectionState    = "state"    // of the optimizer, vector by vector; absent where it has none
	sectionEpochs   = "epochs"   // the reports so far
)

// checkpointBytes bounds the size of a file for a network of so many parameters of that precision.
func checkpointBytes[F Float](params, epochs int) int64 {
	_, size := dtype[F]()
	return 1<<16 + 4*int64(size)*int64(params) + epochBytes*int64(epochs)
}

// state returns the sections of a checkpoint, which has all that the rest of the training depends on.
func (l *loop[F, X, T]) state() ([]section, error) {
	shuffle, err := l.before.MarshalBinary()
	if err != nil {
		return nil, err
	}
	w := &l.watch
	p := progress{
		Setup: l.setup(), Tier: l.report.Tier, Epoch: l.current, Batches: l.batches, Sum: l.sum, Step: l.at.step, Rate: l.rate, Shuffle: shuffle,
		Watch: watchState{w.epoch, w.lowest, w.mark, w.waiting}, Elapsed: l.elapsed(),
	}
	sections := []section{{sectionParams, appendFloats(nil, l.net.Params)}, {sectionEpochs, appendEpochs(nil, l.report.Epochs)}}
	if l.best != nil {
		sections = append(sections, section{sectionBest, appendFloats(nil, l.best)})
	}
	if l.updater != nil {
		p.Updates = l.updater.t
		sections = append(sections, section{sectionState, l.updater.appendState(nil)})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return append([]section{{sectionProgress, text}}, sections...), nil
}

// restore sets the state of the training from the sections of a checkpoint. After an error it is as it was.
func (l *loop[F, X, T]) restore(sections []section) error {
	byName := map[string][]byte{}
	for _, s := range sections {
		byName[s.name] = s.data
	}
	var p progress
	if err := json.Unmarshal(byName[sectionProgress], &p); err != nil {
		return fmt.Errorf("section %s: %w", sectionProgress, err)
	}
	if err := l.check(&p); err != nil {
		return err
	}
	var shuffle rand.PCG
	if err := shuffle.UnmarshalBinary(p.Shuffle); err != nil {
		return fmt.Errorf("section %s: %w", sectionProgress, err)
	}
	epochs, err := epochsOf(byName[sectionEpochs], l.config.Epochs)
	if err == nil && len(epochs) != p.Epoch-1 {
		err = fmt.Errorf("section %s: has %d epochs, want %d", sectionEpochs, len(epochs), p.Epoch-1)
	}
	best, kept := byName[sectionBest]
	state := byName[sectionState]
	want := 0
	if l.updater != nil {
		want = l.updater.stateLen()
	}
	err = errors.Join(err,
		checkFloats[F](sectionParams, byName[sectionParams], len(l.net.Params)),
		checkFloats[F](sectionState, state, want))
	if kept {
		err = errors.Join(err, checkFloats[F](sectionBest, best, len(l.net.Params)))
	}
	if err != nil {
		return err
	}
	params := make([]F, len(l.net.Params))
	setFloats(params, byName[sectionParams])
	if err := l.sameNormalizers(params); err != nil {
		return err
	}
	// Nothing can fail from here on.
	copy(l.net.Params, params)
	if l.updater != nil {
		l.updater.setState(state)
		l.updater.t = p.Updates
	}
	w := p.Watch
	switch {
	case l.best != nil && kept:
		setFloats(l.best, best)
		fallthrough
	case l.best == nil:
		l.watch.epoch, l.watch.lowest, l.watch.mark, l.watch.waiting = w.Epoch, w.Lowest, w.Mark, w.Waiting
	}
	*l.random = shuffle
	l.at.step, l.rate = p.Step, p.Rate
	l.current, l.batches, l.sum = p.Epoch, p.Batches, p.Sum
	l.report.Epochs, l.earlier = epochs, p.Elapsed
	if p.Tier != l.report.Tier {
		l.report.Tier = TrainedMixed
	}
	return nil
}
