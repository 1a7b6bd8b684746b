package runtime

import "testing"

func TestWatch(t *testing.T) {
	for _, test := range []struct {
		name    string
		stop    Stop
		losses  []float64
		ends    int // the epoch that ends it; 0 = none
		why     Stopped
		lowestE int
	}{
		{"never", Stop{}, []float64{1, 2, 3, 4, 5}, 0, "", 1},
		{"patience", Stop{Patience: 2}, []float64{3, 2, 2, 2, 1}, 4, StoppedPatience, 2},
		{"progress resets patience", Stop{Patience: 2}, []float64{3, 4, 2, 4, 1}, 0, "", 5},
		{"creeping is no progress, but the lowest counts", Stop{Patience: 3, MinDelta: 0.5}, []float64{3, 2.9, 2.8, 2.7}, 4, StoppedPatience, 4},
		{"creeping adds up", Stop{Patience: 3, MinDelta: 0.5}, []float64{3, 2.7, 2.4, 2.1, 1.8, 1.7}, 0, "", 6},
		{"exactly MinDelta is no progress", Stop{Patience: 1, MinDelta: 0.5}, []float64{3, 2.5}, 2, StoppedPatience, 2},
		{"below", Stop{Below: 0.5}, []float64{1, 0.5, 0.4, 0.3}, 3, StoppedBelow, 3},
		{"below at once", Stop{Below: 2, Patience: 1}, []float64{1}, 1, StoppedBelow, 1},
	} {
		w := watch{stop: test.stop}
		ends, why := 0, Stopped("")
		for i, loss := range test.losses {
			if _, why = w.see(i+1, loss); why != "" {
				ends = i + 1
				break
			}
		}
		if ends != test.ends || why != test.why || w.epoch != test.lowestE {
			t.Errorf("%s: ended at %d (%q), lowest at %d; want %d (%q), %d", test.name, ends, why, w.epoch, test.ends, test.why, test.lowestE)
		}
	}
}
