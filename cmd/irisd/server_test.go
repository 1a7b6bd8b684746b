package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/generated/iris"
)

// setosa is a request, and versicolor another.
const (
	setosa     = `{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}`
	versicolor = `{"petal_width": 1.3, "petal_length": 4.2, "sepal_width": 2.7, "sepal_length": 5.6}`
)

// answer sends a request to a handler.
func answer(h http.Handler, method, path, body string) (status int, text string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, w.Body.String()
}

func TestPredict(t *testing.T) {
	s, err := newServer("")
	if err != nil {
		t.Fatal(err)
	}
	for body, class := range map[string]string{setosa: "setosa", versicolor: "versicolor"} {
		status, text := answer(s.handler(), "POST", "/predict", body)
		var got struct {
			Class         string
			Probabilities map[string]float32
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != http.StatusOK {
			t.Fatalf("status %d, error %v: %s", status, err, text)
		}
		sum := float32(0)
		for _, p := range got.Probabilities {
			sum += p
		}
		if got.Class != class || len(got.Probabilities) != 3 || sum < 0.9999 || sum > 1.0001 || got.Probabilities[class] < 0.8 {
			t.Errorf("%s: answer is %s, want %s", body, text, class)
		}
	}
	if status, text := answer(s.handler(), "GET", "/healthz", ""); status != http.StatusOK || text != "{\"status\":\"ok\"}\n" {
		t.Errorf("health: status %d, %s", status, text)
	}
	if n := s.predictions.Value(); n != 2 {
		t.Errorf("counted %d predictions, want 2", n)
	}
}

// TestRefused sends what is no iris.
func TestRefused(t *testing.T) {
	s, err := newServer("")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		body   string
		status int
		want   string
	}{
		{"", 400, "body: is empty, want an object"},
		{"{", 400, "body: ends within the object"},
		{"[]", 400, "body: is array, want an object"},
		{"null", 400, "sepal_length: is missing, want centimeters"},
		{strings.Replace(setosa, "5.1", "null", 1), 400, "sepal_length: is missing, want centimeters"},
		{strings.Replace(setosa, `"petal_width": 0.2`, `"petal_length": 0.2`, 1), 400, "petal_width: is missing, want centimeters"},
		{strings.Replace(setosa, "sepal_width", "sepal_with", 1), 400, "body: json: unknown field \"sepal_with\""},
		{strings.Replace(setosa, "5.1", `"5.1"`, 1), 400, "sepal_length: is string, want a finite number"},
		{strings.Replace(setosa, "5.1", "1e39", 1), 400, "sepal_length: is number 1e39, want a finite number"},
		{strings.Replace(setosa, "5.1", "NaN", 1), 400, "body: invalid character 'N' looking for beginning of value"},
		{strings.Replace(setosa, "5.1", "-1", 1), 400, "sepal_length: is -1, want 0 to 100 centimeters"},
		{strings.Replace(setosa, "5.1", "101", 1), 400, "sepal_length: is 101, want 0 to 100 centimeters"},
		{setosa + setosa, 400, "body: more follows the object, want one object"},
		{strings.Repeat(" ", maxBody) + setosa, 413, "body: http: request body too large"},
		{setosa + strings.Repeat(" ", maxBody), 413, "body: more follows the object, want one object\nhttp: request body too large"},
	}
	for _, test := range tests {
		status, text := answer(s.handler(), "POST", "/predict", test.body)
		if text = errorOf(t, text); status != test.status || text != test.want {
			t.Errorf("%.100q: status %d, text %q; want %d, %q", test.body, status, text, test.status, test.want)
		}
	}
	if n := s.refused.Value(); n != int64(len(tests)) || s.predictions.Value() != 0 {
		t.Errorf("counted %d refused requests, want %d", n, len(tests))
	}
	for _, r := range []struct {
		method, path string
		status       int
	}{{"GET", "/predict", 405}, {"POST", "/healthz", 405}, {"GET", "/", 404}, {"POST", "/predict/iris", 404}} {
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, httptest.NewRequest(r.method, r.path, nil))
		if text := errorOf(t, w.Body.String()); w.Code != r.status || text != http.StatusText(r.status) {
			t.Errorf("%s %s: status %d, text %q; want %d", r.method, r.path, w.Code, text, r.status)
		}
		if got := w.Header().Get("Content-Type"); got != "application/json" {
			t.Errorf("%s %s: the type of the answer is %s", r.method, r.path, got)
		}
		if allow := w.Header().Get("Allow"); (allow == "") == (r.status == 405) {
			t.Errorf("%s %s: allows %q", r.method, r.path, allow)
		}
	}
}

// errorOf returns the text of an answer that is an error, which is one object.
func errorOf(t *testing.T, answer string) string {
	t.Helper()
	var got map[string]string
	if err := json.Unmarshal([]byte(answer), &got); err != nil || len(got) != 1 {
		t.Errorf("the answer is %q (%v), want an object with an error", answer, err)
	}
	return got["error"]
}

// TestReload reads good weights, and refuses others.
func TestReload(t *testing.T) {
	file := filepath.Join(t.TempDir(), "iris.safetensors")
	write(t, file, weights(t, 0))
	s, err := newServer(file)
	if err != nil {
		t.Fatal(err)
	}
	_, before := answer(s.handler(), "POST", "/predict", setosa)
	write(t, file, weights(t, 9))
	if err := s.reload(); err != nil {
		t.Fatal(err)
	}
	_, after := answer(s.handler(), "POST", "/predict", setosa)
	if after == before {
		t.Error("the answer is that of the old weights")
	}
	damaged := weights(t, 0)
	damaged[len(damaged)-1] ^= 1
	spec := []byte(strings.Replace(string(weights(t, 0)), `"spec":"`, `"spec":"0`, 1))
	for name, bad := range map[string][]byte{"empty": nil, "damaged": damaged, "short": damaged[:400], "of another spec": spec} {
		write(t, file, bad)
		if err := s.reload(); err == nil || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("%s: error is %v, want one about the file", name, err)
		}
		if _, text := answer(s.handler(), "POST", "/predict", setosa); text != after {
			t.Errorf("%s: the answer is %s, want that of the weights before", name, text)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := s.reload(); err == nil {
		t.Error("reloads a file that is not there")
	}
	if s.reloads.Value() != 1 || s.failedReloads.Value() != 5 {
		t.Errorf("counted %v reloads and %v failed ones, want 1 and 5", &s.reloads, &s.failedReloads)
	}
	if _, err := newServer(file); err == nil {
		t.Error("starts without its weights")
	}
}

// TestAllocations predicts into a buffer.
func TestAllocations(t *testing.T) {
	s, err := newServer("")
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 0, 1024)
	f := iris.Features{SepalLength: 5.1, SepalWidth: 3.5, PetalLength: 1.4, PetalWidth: 0.2}
	if n := testing.AllocsPerRun(1000, func() {
		buffer = appendAnswer(buffer[:0], f, s.params.Load())
		s.latency.add(time.Microsecond)
		s.predictions.Add(1)
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func TestHistogram(t *testing.T) {
	var h histogram
	for _, d := range []time.Duration{0, 1000, 1001, 2000, 3000, time.Hour} {
		h.add(d)
	}
	const want = `{"count":6,"mean_us":600000001.2,"at_most_us":{"1":2,"2":4,"4":5,"8388608":6}}`
	if got := h.String(); got != want {
		t.Errorf("histogram is %s, want %s", got, want)
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func readAll(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
