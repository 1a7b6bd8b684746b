package main

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets whose bounds double. It is an expvar.Var.
type histogram struct {
	buckets [24]atomic.Int64 // [i]: up to 2ⁱ µs; the last one has the rest
	sum     atomic.Int64     // of nanoseconds
}

// add counts a duration.
func (h *histogram) add(d time.Duration) {
	micros := uint64(max(0, d-1)) / uint64(time.Microsecond) // a bound belongs to its bucket
	h.buckets[min(bits.Len64(micros), len(h.buckets)-1)].Add(1)
	h.sum.Add(int64(d))
}

// String returns the histogram as JSON: the number of durations, their mean, and
// how many are at most so many microseconds.
func (h *histogram) String() string {
	count := int64(0)
	atMost := map[string]int64{}
	for i := range h.buckets {
		if n := h.buckets[i].Load(); n > 0 {
			count += n
			atMost[strconv.FormatInt(1<<i, 10)] = count
		}
	}
	mean := float64(h.sum.Load()) / 1e3 / float64(max(1, count))
	text, _ := json.Marshal(atMost) // of a map of integers, cannot fail
	return fmt.Sprintf(`{"count":%d,"mean_us":%.1f,"at_most_us":%s}`, count, mean, text)
}
