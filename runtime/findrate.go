package runtime

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// References:
//
//	Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, arXiv:1506.01186, section 3.3.
//	Howard and Gugger, fastai: A Layered API for Deep Learning, 2020, arXiv:2002.04688 (smoothing, the end of the sweep).

// The sweep of [FindRate].
const (
	sweepSteps = 100
	sweepFrom  = 1e-7
	sweepTo    = 10
	sweepSpan  = 5 // points on both sides that share in the mean of a point, and over which its slope is taken
	sweepEnd   = 4 // the sweep ends when the loss is so many times its lowest mean so far
)

// RatePoint is a step of a sweep.
type RatePoint struct {
	Rate float64 `json:"rate"`
	Loss float64 `json:"loss"` // mean over neighbouring steps
}

// RateCurve is what [FindRate] has seen.
type RateCurve struct {
	Points []RatePoint
	// Suggestion is the rate at which the loss fell fastest, per factor of the
	// rate: about the largest that is safe. 0 = the loss never fell.
	Suggestion float64
}

// FindRate trains for 100 steps at learning rates that grow from 1e-7 to 10, each by the same factor, and watches the
// loss; it ends earlier when that explodes. The parameters are afterwards what they were before. Of the settings, the
// rate and its schedule, epochs and early stopping have no meaning.
func FindRate[F Float, X, T any](ctx context.Context, n *Network[F, X, T], x []X, target []T, c Config) (*RateCurve, error) {
	c.Schedule, c.Checkpoint, c.Stop, c.Epochs = sweep{}, Checkpoint{}, Stop{}, sweepSteps
	before := slices.Clone(n.Params)
	defer copy(n.Params, before)
	l, err := newTraining(n, x, target, c)
	if err != nil {
		return nil, err
	}
	l.crew.begin()
	defer l.crew.end()

	curve, lowest := &RateCurve{}, math.Inf(1)
	var losses []float64
	for len(losses) < sweepSteps {
		copy(l.order, l.rows.train)
		shuffle(l.random, l.order)
		for rows := range slices.Chunk(l.order, l.config.Batch) {
			if ctx.Err() != nil {
				return curve, context.Cause(ctx)
			}
			loss, broken := l.step(rows)
			if broken != "" || loss > sweepEnd*lowest || len(losses) == sweepSteps {
				curve.smooth(losses)
				return curve, nil
			}
			losses = append(losses, loss)
			lowest = min(lowest, mean(losses, len(losses)-1))
			curve.Points = append(curve.Points, RatePoint{Rate: l.rate})
		}
	}
	curve.smooth(losses)
	return curve, nil
}

// mean returns the mean of the losses around one of them. A running mean would lag behind, by a factor of the rate.
func mean(losses []float64, at int) float64 {
	sum, part := 0.0, losses[max(0, at-sweepSpan):min(len(losses), at+sweepSpan+1)]
	for _, loss := range part {
		sum += loss
	}
	return sum / float64(len(part))
}

// smooth sets the losses of the points to means, and finds where they fall fastest: before the lowest, and not where the
// means are of fewer points than elsewhere.
func (c *RateCurve) smooth(losses []float64) {
	lowest := 0
	for i := range c.Points {
		if c.Points[i].Loss = mean(losses, i); c.Points[i].Loss < c.Points[lowest].Loss {
			lowest = i
		}
	}
	steepest := 0.0
	for i := 2 * sweepSpan; i < min(lowest, len(losses)-sweepSpan); i++ {
		if slope := c.Points[i+sweepSpan].Loss - c.Points[i-sweepSpan].Loss; slope < steepest {
			steepest, c.Suggestion = slope, c.Points[i].Rate
		}
	}
}

// sweep is the schedule of FindRate.
type sweep struct{}

func (sweep) rate(_ float64, at moment) float64 {
	return float64(sweepFrom * math.Pow(sweepTo/sweepFrom, float64(at.step)/(sweepSteps-1)))
}

func (sweep) settings() []setting { return nil }

// String draws the curve, a bar for the loss at some of the rates, and names the suggestion.
func (c *RateCurve) String() string {
	var s strings.Builder
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range c.Points {
		low, high = min(low, p.Loss), max(high, p.Loss)
	}
	const width, lines = 40, 25
	for i := 0; i < len(c.Points); i += max(1, len(c.Points)/lines) {
		p := c.Points[i]
		bar := int(math.Round(width * (p.Loss - low) / max(high-low, math.SmallestNonzeroFloat64)))
		fmt.Fprintf(&s, "rate %-9.3g loss %-11.6g%s\n", p.Rate, p.Loss, strings.Repeat("█", bar))
	}
	if c.Suggestion == 0 {
		s.WriteString("the loss does not fall at any rate\n")
		return s.String()
	}
	fmt.Fprintf(&s, "the loss falls fastest at a rate of %.2g\n", c.Suggestion)
	return s.String()
}
