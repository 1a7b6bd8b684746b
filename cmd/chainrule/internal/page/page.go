// Package page makes the report of a network: one HTML file that needs no other,
// with the curves of the training, the measures, and the layers with their
// formulas and their generated functions.
package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"strconv"

	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/predictor"
	"github.com/chainrule-go/chainrule/cmd/chainrule/internal/source"
	"github.com/chainrule-go/chainrule/gen"
	"github.com/chainrule-go/chainrule/templates"
)

// Input is what a report is made of.
type Input struct {
	Spec       *source.Spec
	LogName    string // for errors
	Log        []byte // the lines of chainrule train --json
	Points     []byte // the line of an evaluation with points; nil for none
	PointsName string // the rows that were evaluated
	BenchName  string
	Bench      []byte // what chainrule bench --json prints; nil for none
}

// page is what the template is filled with.
type page struct {
	Name, File, Spec string
	Parameters       int64
	Training         *training
	Tiles            []tile
	Layers           []layer
	Points           *points
	Bench            *bench

	Script, Style template.HTML // of uPlot, which is known to be harmless
	Plots         plots
}

// tile is a number that matters.
type tile struct{ Label, Value string }

// plots is what the script of the page draws.
type plots struct {
	Epochs []float64 `json:"epochs"`
	Curves []curve   `json:"curves"`
	Points *points   `json:"points,omitempty"`
}

// points are the targets and what was predicted for them, one list per target.
type points struct {
	Rows      string      `json:"rows"` // which they are of
	Names     []string    `json:"names"`
	Actual    [][]float64 `json:"actual"`
	Predicted [][]float64 `json:"predicted"`
}

// HTML returns the report.
func HTML(in *Input) ([]byte, error) {
	m := in.Spec.Model
	p := &page{Name: m.Name, File: in.Spec.Base(), Spec: string(in.Spec.Text), Parameters: m.Parameters()}
	var err error
	if p.Training, err = parseLog(in.LogName, in.Log); err != nil {
		return nil, err
	}
	files, err := gen.Generate(m, gen.Options{ImportPath: "network", Source: in.Spec.Base()})
	if err != nil {
		return nil, err
	}
	if p.Layers, err = layers(m, files); err != nil {
		return nil, err
	}
	if in.Points != nil {
		if p.Points, err = parsePoints(in); err != nil {
			return nil, err
		}
	}
	if in.Bench != nil {
		if p.Bench, err = parseBench(in.BenchName, in.Bench); err != nil {
			return nil, err
		}
	}
	p.Tiles = p.tiles()
	p.Plots = plots{p.Training.Epochs, p.Training.Curves, p.Points}
	return p.render()
}

// parsePoints turns the rows of an evaluation into a list per target.
func parsePoints(in *Input) (*points, error) {
	var m predictor.Measures
	if err := json.Unmarshal(in.Points, &m); err != nil {
		return nil, err
	}
	if m.Points == nil {
		return nil, nil
	}
	p := &points{Rows: in.PointsName, Names: in.Spec.Model.Output.TargetNames()}
	for target := range p.Names {
		var actual, predicted []float64
		for row := range m.Points.Actual {
			actual = append(actual, m.Points.Actual[row][target])
			predicted = append(predicted, m.Points.Predicted[row][target])
		}
		p.Actual, p.Predicted = append(p.Actual, actual), append(p.Predicted, predicted)
	}
	return p, nil
}

// tiles returns the numbers at the top of the page.
func (p *page) tiles() []tile {
	f := &p.Training.Final
	var all []tile
	add := func(label, value string) { all = append(all, tile{label, value}) }
	switch {
	case f.Classification != nil:
		add("accuracy", fmt.Sprintf("%.4f", f.Accuracy))
	case f.Regression != nil:
		if f.R2 != nil {
			add("R²", fmt.Sprintf("%.4f", *f.R2))
		}
		add("RMSE", short(math.Sqrt(f.MSE)))
		add("MAE", short(f.MAE))
	}
	if f.Final {
		add("loss", short(f.Loss))
		add(f.On+" rows", strconv.Itoa(f.Rows))
	}
	add("epochs", strconv.Itoa(len(p.Training.Epochs)))
	if f.Best > 0 {
		add("best epoch", strconv.Itoa(f.Best))
	}
	add("parameters", strconv.FormatInt(p.Parameters, 10))
	return all
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// render fills the template.
func (p *page) render() ([]byte, error) {
	script, err := templates.Files.ReadFile("uplot/uPlot.iife.min.js")
	if err != nil {
		return nil, err
	}
	style, err := templates.Files.ReadFile("uplot/uPlot.min.css")
	if err != nil {
		return nil, err
	}
	license, err := templates.Files.ReadFile("uplot/LICENSE")
	if err != nil {
		return nil, err
	}
	p.Script = template.HTML("<script>\n/*\n" + string(license) + "*/\n" + string(script) + "</script>")
	p.Style = template.HTML("<style>" + string(style) + "</style>")
	t, err := template.New("report.html.tmpl").Funcs(template.FuncMap{
		"percent": func(x float64, of int) string {
			if of == 0 {
				return "–"
			}
			return fmt.Sprintf("%.1f %%", 100*x)
		},
		"shade": shade,
		"short": short,
	}).ParseFS(templates.Files, "report.html.tmpl")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

// shade returns how dark a cell of the confusion matrix is, from 0 to 1: its share of the rows of its class.
func shade(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(n)/float64(of), 'f', 3, 64)
}
