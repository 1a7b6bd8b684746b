package runtime

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// ResumeError says that the state of a training cannot go on as this one, because something is not what it was.
type ResumeError struct {
	What       string // "batch", "checksum of the rows", …
	Have, Want any    // of the state, of this training
	Normalized bool   // rows are normalised otherwise: by weights with which one of the two began
}

// Error names what differs.
func (e *ResumeError) Error() string {
	return fmt.Sprintf("does not fit this training: %s is %v, want %v", e.What, e.Have, e.Want)
}

// setup is what has to be the same when a training goes on. Settings that only steer what is still to come may change:
// the rate and its schedule, the epochs, clip, penalty, stop.
type setup struct {
	Network, Spec, Precision string
	Optimizer                string
	Batch, Parameters        int
	Shards                   bool // of batches
	TrainRows                int
	ValidationRows           int
	TestRows                 int
	Seed                     uint64
	Validation, Test         float64
	Data                     checksums
}

// checksums are those of all rows as they were given, of their targets, and of how much they count.
type checksums struct{ Rows, Targets, Weights checksum }

// checksum is a CRC-32C.
type checksum uint32

// String prints it with all its digits.
func (c checksum) String() string { return fmt.Sprintf("%08x", uint32(c)) }

// setup returns what must not change.
func (l *loop[F, X, T]) setup() setup {
	c, name := &l.config, fmt.Sprintf("%T", l.config.Optimizer)
	precision, _ := dtype[F]()
	return setup{
		Network: l.net.Name, Spec: c.Checkpoint.Spec, Precision: precision,
		Optimizer: name[strings.LastIndexByte(name, '.')+1:],
		Batch:     c.Batch, Parameters: len(l.net.Params), Shards: l.crew != nil,
		TrainRows: len(l.rows.train), ValidationRows: len(l.rows.validation), TestRows: len(l.rows.test),
		Seed: c.Seed, Validation: c.Validation, Test: c.Test,
		Data: l.data,
	}
}

// checksums returns those of what the training was given.
func (l *loop[F, X, T]) checksums() checksums {
	var c checksums
	var bytes []byte
	target := make([]float64, l.net.Outputs)
	for i := range l.given {
		x, t := l.given[i], l.goals[i] // copies: the network gets no pointer into the caller's rows
		bytes = appendFloats(bytes[:0], l.net.Row(&x))
		c.Rows.add(bytes)
		l.net.Target(target, &t)
		bytes = appendFloats(bytes[:0], target)
		c.Targets.add(bytes)
	}
	c.Weights.add(appendFloats(nil, l.weights))
	return c
}

// add goes on with more bytes.
func (c *checksum) add(bytes []byte) { *c = checksum(crc32.Update(uint32(*c), castagnoli, bytes)) }

// check reports what does not fit this training.
func (l *loop[F, X, T]) check(p *progress) error {
	if have, want := p.Setup, l.setup(); have != want {
		return difference(have, want)
	}
	perEpoch := l.at.stepsPerEpoch
	steps := int64(p.Epoch-1)*perEpoch + int64(p.Batches)
	switch {
	case p.Epoch < 1 || p.Batches < 0 || int64(p.Batches) >= perEpoch || p.Step != steps || !finite(p.Sum):
		return fmt.Errorf("section %s: is at batch %d of epoch %d and step %d, which cannot be", sectionProgress, p.Batches, p.Epoch, p.Step)
	case p.Watch.Epoch < 0 || p.Watch.Epoch >= p.Epoch || p.Watch.Waiting < 0:
		return fmt.Errorf("section %s: has its best epoch at %d, which cannot be", sectionProgress, p.Watch.Epoch)
	}
	return nil
}

// difference names the first setting that is not the same.
func difference(have, want setup) error {
	for _, d := range []struct {
		what       string
		have, want any
	}{
		{"network", have.Network, want.Network}, {"hash of the spec", have.Spec, want.Spec},
		{"precision", have.Precision, want.Precision}, {"number of parameters", have.Parameters, want.Parameters},
		{"optimizer", have.Optimizer, want.Optimizer}, {"batch", have.Batch, want.Batch},
		{"cutting of batches for workers", have.Shards, want.Shards}, {"seed", have.Seed, want.Seed},
		{"validation", have.Validation, want.Validation}, {"test", have.Test, want.Test},
		{"number of training rows", have.TrainRows, want.TrainRows},
		{"number of validation rows", have.ValidationRows, want.ValidationRows},
		{"number of test rows", have.TestRows, want.TestRows},
		{"checksum of the rows", have.Data.Rows, want.Data.Rows},
		{"checksum of the targets", have.Data.Targets, want.Data.Targets},
	} {
		if d.have != d.want {
			return &ResumeError{What: d.what, Have: d.have, Want: d.want}
		}
	}
	return &ResumeError{What: "checksum of the weights of rows", Have: have.Data.Weights, Want: want.Data.Weights}
}

// sameNormalizers reports a state whose rows were normalised otherwise: by what parameters that were trained before had
// from other rows.
func (l *loop[F, X, T]) sameNormalizers(params []F) error {
	for _, t := range l.net.Stored()[len(l.net.Tensors):] {
		for i := range t.Len() {
			if have, want := params[t.At(i)], l.net.Params[t.At(i)]; have != want {
				return &ResumeError{fmt.Sprintf("%s[%d]", t.Name, i), have, want, true}
			}
		}
	}
	return nil
}
