package runtime

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// appendFloats appends numbers, little-endian.
func appendFloats[F Float](data []byte, values []F) []byte {
	if _, size := dtype[F](); size == 8 {
		for _, v := range values {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(float64(v)))
		}
		return data
	}
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
	}
	return data
}

// checkFloats reports whether a section holds so many numbers.
func checkFloats[F Float](name string, data []byte, want int) error {
	if _, size := dtype[F](); len(data) != size*want {
		return fmt.Errorf("section %s: has %d bytes, want %d", name, len(data), size*want)
	}
	return nil
}

// setFloats sets values from data and returns the data behind them.
func setFloats[F Float](values []F, data []byte) []byte {
	_, size := dtype[F]()
	for i := range values {
		if size == 8 {
			values[i] = F(math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])))
		} else {
			values[i] = F(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
	}
	return data[size*len(values):]
}

// stateLen returns the number of elements of all state vectors.
func (u *updater[F]) stateLen() int {
	n := 0
	for _, r := range u.runs {
		n += len(r.state) * len(r.p)
	}
	return n
}

// appendState appends the state vectors, each through all runs.
func (u *updater[F]) appendState(data []byte) []byte {
	for v := range u.vectors {
		for _, r := range u.runs {
			data = appendFloats(data, r.state[v])
		}
	}
	return data
}

// setState sets the state vectors from what appendState has made.
func (u *updater[F]) setState(data []byte) {
	for v := range u.vectors {
		for _, r := range u.runs {
			data = setFloats(r.state[v], data)
		}
	}
}

// epochBytes is the size of the report of an epoch: loss, validation loss, rate, elapsed time, flags.
const epochBytes = 5 * 8

// appendEpochs appends the reports of epochs.
func appendEpochs(data []byte, epochs []EpochReport) []byte {
	for _, e := range epochs {
		flags := uint64(0)
		if e.Validated {
			flags |= 1
		}
		if e.Lowest {
			flags |= 2
		}
		for _, v := range []uint64{math.Float64bits(e.Loss), math.Float64bits(e.ValidationLoss), math.Float64bits(e.Rate), uint64(e.Elapsed), flags} {
			data = binary.LittleEndian.AppendUint64(data, v)
		}
	}
	return data
}

// epochsOf returns the reports of epochs, of as many as there may be now.
func epochsOf(data []byte, most int) ([]EpochReport, error) {
	if len(data)%epochBytes != 0 {
		return nil, fmt.Errorf("section %s: has %d bytes, want a multiple of %d", sectionEpochs, len(data), epochBytes)
	}
	epochs := make([]EpochReport, len(data)/epochBytes)
	for i := range epochs {
		word := func(k int) uint64 { return binary.LittleEndian.Uint64(data[i*epochBytes+8*k:]) }
		epochs[i] = EpochReport{
			Epoch: i + 1, Epochs: most,
			Loss: math.Float64frombits(word(0)), ValidationLoss: math.Float64frombits(word(1)), Rate: math.Float64frombits(word(2)),
			Elapsed: time.Duration(word(3)), Validated: word(4)&1 != 0, Lowest: word(4)&2 != 0,
		}
	}
	return epochs, nil
}
