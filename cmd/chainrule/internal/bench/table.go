package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/chainrule-go/chainrule/runtime"
)

// Text prints a result for people: a line per call and contestant.
func (r *Result) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s, %s, %d parameters; multiply-adds per sample: forward %d, step %d\n",
		r.Network, r.Shape, r.Precision, r.Parameters, r.Forward, r.Step)
	fmt.Fprintf(w, "%s\n\n", r.method())
	others := r.others()
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "call\trows\tby\tns/sample\tmultiply-adds/ns\tof peak\t"
	for _, o := range others {
		head += "× " + o + "\t"
	}
	fmt.Fprintln(t, head+"allocs\t")
	for i, m := range r.Measurements {
		if i > 0 && (m.Call != r.Measurements[i-1].Call || m.Rows != r.Measurements[i-1].Rows) {
			fmt.Fprintln(t, strings.Repeat("\t", len(others)+7))
		}
		line := fmt.Sprintf("%s\t%d\t%s\t%s\t%.1f\t%.1f %%\t", m.Call, m.Rows, m.By, number(m.Nanoseconds), m.MultiplyAdds, 100*m.OfPeak)
		for _, o := range others {
			line += m.over(o) + "\t"
		}
		allocs := ""
		if m.Allocs != nil {
			allocs = fmt.Sprint(*m.Allocs)
		}
		fmt.Fprintln(t, line+allocs+"\t")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	for _, note := range r.Notes {
		fmt.Fprintln(w, note)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// method says what was measured on, and how.
func (r *Result) method() string {
	return fmt.Sprintf("%s, %s, %s; peak %.1f multiply-adds per ns (%s); medians of %d rounds of %g ms",
		r.Processor, r.Core, r.Go, r.Peak, r.Widest, r.Rounds, r.Milliseconds)
}

// others lists what tiers are compared with: the portable tier, the reference and peers.
func (r *Result) others() []string {
	compared := map[string]bool{}
	for _, m := range r.Measurements {
		for other := range m.SpeedUp {
			compared[other] = other != runtime.TierAVX2.String() && other != runtime.TierAVX512.String()
		}
	}
	return slices.DeleteFunc(slices.Clone(r.Contestants), func(name string) bool { return !compared[name] })
}

// over prints a speed-up.
func (m *Measurement) over(other string) string {
	if ratio, ok := m.SpeedUp[other]; ok {
		return number(ratio)
	}
	return ""
}

// number prints three significant digits, and all of those before the point.
func number(x float64) string {
	decimals := 0
	if x != 0 {
		decimals = max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	}
	return fmt.Sprintf("%.*f", min(decimals, 2), x)
}

// Markdown prints results as one table: a line per network and call, a column per contestant with nanoseconds per sample.
// What follows is about the widest tier, which is the one that programs take.
func Markdown(w io.Writer, results []*Result) error {
	by := contestants(results)
	head := append([]string{"network", "call", "rows"}, by...)
	head = append(head, "of peak")
	var others []string
	for _, name := range by {
		compared := func(r *Result) bool { return slices.Contains(r.others(), name) }
		if name != runtime.TierGeneric.String() && slices.ContainsFunc(results, compared) {
			others, head = append(others, name), append(head, "× "+name)
		}
	}
	printRow(w, append(head, "allocs"))
	printRow(w, slices.Repeat([]string{"---"}, len(head)+1))
	for _, r := range results {
		for i := 0; i < len(r.Measurements); {
			n := i + 1
			for n < len(r.Measurements) && r.Measurements[n].Call == r.Measurements[i].Call && r.Measurements[n].Rows == r.Measurements[i].Rows {
				n++
			}
			row := cells(r, r.Measurements[i:n], by, others)
			if i > 0 {
				row[0] = ""
			}
			printRow(w, row)
			i = n
		}
	}
	for _, r := range results {
		fmt.Fprintf(w, "\n%s: %s.", r.Network, strings.Join(append([]string{r.method()}, r.Notes...), ". "))
	}
	_, err := fmt.Fprintln(w)
	return err
}

// contestants lists who was measured, in order.
func contestants(results []*Result) []string {
	var names []string
	for _, r := range results {
		for _, name := range r.Contestants {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// cells returns a line of the table of Markdown: the measurements of one call.
func cells(r *Result, call []Measurement, by, others []string) []string {
	row := []string{r.Network + " " + r.Shape, call[0].Call, fmt.Sprint(call[0].Rows)}
	for _, name := range by {
		cell := ""
		if i := slices.IndexFunc(call, func(m Measurement) bool { return m.By == name }); i >= 0 {
			cell = number(call[i].Nanoseconds)
		}
		row = append(row, cell)
	}
	widest := call[0]
	for _, m := range call {
		if m.SpeedUp != nil {
			widest = m
		}
	}
	row = append(row, fmt.Sprintf("%.1f %%", 100*widest.OfPeak))
	for _, o := range others {
		row = append(row, widest.over(o))
	}
	return append(row, fmt.Sprint(*widest.Allocs))
}

// printRow prints a line of a table in Markdown.
func printRow(w io.Writer, row []string) {
	fmt.Fprintf(w, "|%s|\n", strings.Join(row, "|"))
}
