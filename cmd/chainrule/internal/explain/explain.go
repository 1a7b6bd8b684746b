// Package explain prints the derivation of a network for people: as text, or as Markdown.
package explain

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/chainrule-go/chainrule/gen"
)

// Text prints the derivation for a terminal.
func Text(w io.Writer, e *gen.Explanation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", e.Network, summary(e))
	for _, l := range e.Layers {
		fmt.Fprintf(&b, "\n%s: %s\n", l.Name, l.Kind)
		if len(l.Tensors) > 0 {
			fmt.Fprintf(&b, "    parameters: %s; %d in all, %s\n", strings.Join(tensors(l), ", "), l.Parameters, plural(l.Bytes, "byte"))
		}
		if l.Activations > 0 {
			fmt.Fprintf(&b, "    leaves for the way back: %s per row\n", plural(l.Activations, "byte"))
		}
		textFunction(&b, "forward", l.Forward)
		textFunction(&b, "backward", l.Backward)
	}
	fmt.Fprintf(&b, "\nloss\n")
	textFunction(&b, "forward and backward", &e.Loss)
	fmt.Fprintln(&b)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range totals(e) {
		fmt.Fprintln(t, strings.Join(row, "\t")+"\t")
	}
	t.Flush()
	for _, note := range notes(e) {
		fmt.Fprintf(&b, "\n%s\n", note)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// textFunction prints a function: its schedule and its formulas.
func textFunction(b *strings.Builder, phase string, f *gen.Function) {
	if f == nil {
		return
	}
	fmt.Fprintf(b, "    %s, %s: %s\n", phase, f.Name, plural(f.MultiplyAdds, "multiply-add"))
	for _, formula := range f.Formulas {
		fmt.Fprintf(b, "        %s\n", formula)
	}
	fmt.Fprintf(b, "        schedule: %s\n", f.Schedule)
}

// Markdown prints the derivation for a document.
func Markdown(w io.Writer, e *gen.Explanation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", e.Network, capital(summary(e)))
	for _, l := range e.Layers {
		fmt.Fprintf(&b, "\n## %s: %s\n", l.Name, l.Kind)
		if len(l.Tensors) > 0 {
			fmt.Fprintf(&b, "\n| parameter | shape | offset | length |\n|---|---|---|---|\n")
			for _, t := range l.Tensors {
				fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", t.Name, shape(t), t.Offset, t.Length)
			}
		}
		markdownFunction(&b, "Forward", l.Forward)
		markdownFunction(&b, "Backward", l.Backward)
	}
	fmt.Fprintf(&b, "\n## Loss\n")
	markdownFunction(&b, "Forward and backward", &e.Loss)
	fmt.Fprintf(&b, "\n## Totals\n\n")
	for i, row := range totals(e) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintln(&b, strings.Repeat("|---", len(row))+"|")
		}
	}
	for _, note := range notes(e) {
		fmt.Fprintf(&b, "\n%s\n", note)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownFunction prints a function: its schedule and its formulas.
func markdownFunction(b *strings.Builder, phase string, f *gen.Function) {
	if f == nil {
		return
	}
	fmt.Fprintf(b, "\n%s, `%s`: %s. %s\n\n", phase, f.Name, plural(f.MultiplyAdds, "multiply-add"), capital(f.Schedule))
	for _, formula := range f.Formulas {
		fmt.Fprintf(b, "    %s\n", formula)
	}
}

// summary says what the network is, in a sentence.
func summary(e *gen.Explanation) string {
	text := fmt.Sprintf("%s, %s, %s, %s of %s (%s)", plural(e.Inputs, "input"), plural(e.Outputs, "output"), e.Precision,
		plural(e.Parameters, "parameter"), strings.Replace(e.Precision, "float", "", 1)+" bits", plural(e.Bytes, "byte"))
	if e.Link != "" {
		text += fmt.Sprintf("; a prediction is the %s of the output", e.Link)
	}
	return text + "."
}

// totals is the table of all layers.
func totals(e *gen.Explanation) [][]string {
	rows := [][]string{{"layer", "parameters", "bytes", "activations", "multiply-adds forward", "backward"}}
	var activations, backward int
	for _, l := range e.Layers {
		row := []string{l.Name, fmt.Sprint(l.Parameters), fmt.Sprint(l.Bytes), fmt.Sprint(l.Activations), adds(l.Forward), adds(l.Backward)}
		rows = append(rows, row)
		activations += l.Activations
		if l.Backward != nil {
			backward += l.Backward.MultiplyAdds
		}
	}
	return append(rows, []string{"total", fmt.Sprint(e.Parameters), fmt.Sprint(e.Bytes), fmt.Sprint(activations), fmt.Sprint(e.Forward), fmt.Sprint(backward)})
}

func adds(f *gen.Function) string {
	if f == nil {
		return "0"
	}
	return fmt.Sprint(f.MultiplyAdds)
}

// notes says what holds for the whole network.
func notes(e *gen.Explanation) []string {
	list := []string{fmt.Sprintf("A step makes %s per row, forward and backward; portable Go has %s in work at once.",
		plural(e.Step, "multiply-add"), plural(e.Block, "row"))}
	if e.Numerics == "strict" {
		list = append(list, "The numerics are strict: vector code has the bits of portable Go.")
	}
	for _, v := range e.Vector {
		list = append(list, fmt.Sprintf("Vector code for %s: %s.", v.Tier, strings.Join(v.Calls, ", ")))
	}
	if len(e.Vector) == 0 {
		list = append(list, "No vector code: portable Go on every processor.")
	}
	return list
}

// tensors lists the parameters of a layer: w [16×4] at 0.
func tensors(l gen.Layer) []string {
	var list []string
	for _, t := range l.Tensors {
		list = append(list, fmt.Sprintf("%s %s at %d", t.Name, shape(t), t.Offset))
	}
	return list
}

// shape prints [16×4], and that the tensor is not trained.
func shape(t gen.Tensor) string {
	text := strings.ReplaceAll(fmt.Sprint(t.Shape), " ", "×")
	if t.Frozen {
		text += " frozen"
	}
	return text
}

// plural counts: 1 row, 2 rows.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// capital makes the first letter a capital.
func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
