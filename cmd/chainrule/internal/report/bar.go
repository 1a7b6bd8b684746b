package report

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress is a progress bar. A nil one, where nobody watches, does nothing.
type Progress struct{ bar *progressbar.ProgressBar }

// NewProgress returns a progress bar of so many steps on the terminal, nil if it
// is none.
func NewProgress(terminal *os.File, description string, steps int) *Progress {
	if !term.IsTerminal(int(terminal.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return &Progress{progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(terminal),
		progressbar.OptionSetDescription(description),
		progressbar.OptionSetWidth(20),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true), // the time left
		progressbar.OptionThrottle(100*time.Millisecond),
	)}
}

// Describe says in front of the bar what has come out so far, from the next Set on.
func (p *Progress) Describe(text string) {
	if p != nil {
		p.bar.Describe(text)
	}
}

// Set shows how many steps are done.
func (p *Progress) Set(done int) {
	if p != nil {
		_ = p.bar.Set(done)
	}
}

// Clear takes the bar off the terminal, until the next Set.
func (p *Progress) Clear() {
	if p != nil {
		_ = p.bar.Clear()
	}
}
