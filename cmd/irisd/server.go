package main

import (
	"errors"
	"expvar"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chainrule-go/chainrule/generated/iris"
)

// server answers requests with the weights of the moment.
type server struct {
	weights string // file; "" for those in the program
	params  atomic.Pointer[iris.Params]
	buffers sync.Pool // of *[]byte: answers

	vars                   *expvar.Map
	predictions, refused   expvar.Int // requests
	reloads, failedReloads expvar.Int
	latency                histogram
}

// newServer returns a server with the weights of a file or, for "", those in the
// program.
func newServer(weights string) (*server, error) {
	s := &server{weights: weights, vars: new(expvar.Map).Init()}
	s.buffers.New = func() any { return new([]byte) }
	s.vars.Set("predictions", &s.predictions)
	s.vars.Set("refused", &s.refused)
	s.vars.Set("reloads", &s.reloads)
	s.vars.Set("failed_reloads", &s.failedReloads)
	s.vars.Set("latency", &s.latency)
	if weights == "" {
		s.params.Store(iris.Trained())
		return s, nil
	}
	return s, s.load()
}

// load reads the weights. Requests that are being answered keep those they began with.
func (s *server) load() error {
	f, err := os.Open(s.weights)
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := iris.Load(f)
	if err != nil {
		return fmt.Errorf("%s: %w", s.weights, err)
	}
	s.params.Store(p)
	return nil
}

// reload reads the weights again, and counts it.
func (s *server) reload() error {
	err := errors.New("there is no file to read them from: start with -weights")
	if s.weights != "" {
		err = s.load()
	}
	if err != nil {
		s.failedReloads.Add(1)
		return err
	}
	s.reloads.Add(1)
	return nil
}

// handler returns the routes.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /predict", s.predict)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{\"status\":\"ok\"}\n"))
	})
	mux.Handle("GET /debug/vars", expvar.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, route := mux.Handler(r); route == "" {
			w = refusal{w}
		}
		mux.ServeHTTP(w, r)
	})
}

// predict answers a request with the class of an iris.
func (s *server) predict(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	features, err := decode(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.refused.Add(1)
		writeError(w, statusOf(err), err.Error())
		return
	}
	buffer := s.buffers.Get().(*[]byte)
	*buffer = appendAnswer((*buffer)[:0], features, s.params.Load())
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(*buffer) // an error is that the client is gone
	s.buffers.Put(buffer)
	s.predictions.Add(1)
	s.latency.add(time.Since(start))
}

// appendAnswer predicts, and appends the answer. It allocates nothing but what
// the buffer lacks.
func appendAnswer(b []byte, f iris.Features, p *iris.Params) []byte {
	class, probabilities := p.Predict(f)
	b = append(b, `{"class":"`...)
	b = append(b, class.String()...)
	b = append(b, `","probabilities":{`...)
	for c, probability := range probabilities {
		if c > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, iris.Class(c).String()...)
		b = append(b, `":`...)
		b = strconv.AppendFloat(b, float64(probability), 'g', -1, 32)
	}
	return append(b, "}}\n"...)
}
