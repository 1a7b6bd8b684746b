package runtime

// References:
//
//	Prechelt, Early Stopping – But When?, 1998.

// Stop ends training before the last epoch. It watches the loss of the
// validation rows when there are any, else that of the training rows.
type Stop struct {
	Patience int     // stop after so many epochs in a row without progress; 0 = never
	MinDelta float64 // a loss has to fall by more than this to count as progress
	Below    float64 // stop as soon as the loss is below this; 0 = never
}

// Stopped says why training ended.
type Stopped string

// The reasons for the end of training.
const (
	StoppedEpochs   Stopped = "epochs"   // all epochs are done
	StoppedPatience Stopped = "patience" // no progress for Stop.Patience epochs
	StoppedBelow    Stopped = "below"    // the loss fell below Stop.Below
	StoppedCanceled Stopped = "canceled" // the context was canceled
	StoppedFailed   Stopped = "failed"   // a NonFiniteError
)

// watch follows the watched loss over the epochs.
type watch struct {
	stop    Stop
	epoch   int     // of the lowest loss; 0 before the first
	lowest  float64 // loss
	mark    float64 // the loss that progress is measured from
	waiting int     // epochs since the mark
}

// see takes the loss of an epoch. It reports whether that is the lowest so far,
// and why to stop, or "".
func (w *watch) see(epoch int, loss float64) (lowest bool, why Stopped) {
	first := w.epoch == 0
	if lowest = first || loss < w.lowest; lowest {
		w.epoch, w.lowest = epoch, loss
	}
	w.waiting++
	if first || loss < w.mark-w.stop.MinDelta {
		w.mark, w.waiting = loss, 0
	}
	switch {
	case w.stop.Below != 0 && loss < w.stop.Below:
		return lowest, StoppedBelow
	case w.stop.Patience > 0 && w.waiting >= w.stop.Patience:
		return lowest, StoppedPatience
	}
	return lowest, ""
}
