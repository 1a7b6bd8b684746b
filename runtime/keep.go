package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// keepSteps is the number of steps between two looks at the clock within an epoch.
const keepSteps = 256

// keepEpochs is a number of epochs whose reports a file may hold, however few are wanted now.
const keepEpochs = 1 << 20

// keeper saves the state of a training from time to time.
type keeper struct {
	slots *slots
	every time.Duration
	last  time.Time
}

// openCheckpoint makes the training keep its state, if the settings say so, and resumes it.
func (l *loop[F, X, T]) openCheckpoint(d disk) error {
	c := l.config.Checkpoint
	if c.File == "" {
		if c.Resume {
			return errors.New("config: Checkpoint.Resume is set without Checkpoint.File")
		}
		return nil
	}
	if l.net.Row == nil {
		return fmt.Errorf("network %s: Row is nil, want it for the checksum of a checkpoint", l.net.Name)
	}
	l.data = l.checksums()
	most := checkpointBytes[F](len(l.net.Params), max(l.config.Epochs, keepEpochs))
	s, latest, damage := openSlots(d, c.File, most)
	l.keep = &keeper{slots: s, every: c.Every, last: time.Now()}
	if !c.Resume { // what is wrong with the files of an earlier training does not matter: they are replaced
		s.replace = latest != nil || damage != nil
		return nil
	}
	l.report.KeepErr = damage
	switch {
	case latest == nil && damage != nil:
		return fmt.Errorf("cannot resume: %w", damage)
	case latest == nil:
		return fmt.Errorf("cannot resume: %w", &fs.PathError{Op: "open", Path: s.name(0), Err: fs.ErrNotExist})
	}
	if err := l.restore(latest); err != nil {
		return fmt.Errorf("cannot resume: %s: %w", s.name(1-s.next), err)
	}
	l.report.Resumed = l.current
	return nil
}

// keepIfDue saves the state when it is time.
func (l *loop[F, X, T]) keepIfDue() {
	if l.keep != nil && time.Since(l.keep.last) >= l.keep.every {
		l.keepNow()
	}
}

// keepNow saves the state, unless parameters are not finite: the end of the epoch will complain, and the state before
// is worth more.
func (l *loop[F, X, T]) keepNow() {
	if l.keep == nil || !l.finite() {
		return
	}
	sections, err := l.state()
	if err == nil {
		err = l.keep.slots.save(sections)
	}
	if err != nil {
		l.report.KeepErr = err
	} else {
		l.report.Kept++
	}
	l.keep.last = time.Now()
}
