package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chainrule-go/chainrule/generated/iris"
	"github.com/chainrule-go/chainrule/generated/iris/iristrain"
)

// weights returns the weights file of the network, with a number added to the
// bias of the first class.
func weights(t *testing.T, add float32) []byte {
	t.Helper()
	p := iris.Trained()
	p.Unfold()
	p.Dense2B()[0] += add
	name := filepath.Join(t.TempDir(), "iris.safetensors")
	if err := iristrain.Save(name, p); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestLoad reloads weights 50 times while 64 clients send 1,000 requests each: all
// are answered, by the old weights or by the new ones.
func TestLoad(t *testing.T) {
	clients, requests, reloads := 64, 1000, 50
	if testing.Short() {
		clients, requests, reloads = 16, 50, 10
	}
	file := filepath.Join(t.TempDir(), "iris.safetensors")
	versions := [][]byte{weights(t, 0), weights(t, 9), []byte("damaged")}
	write(t, file, versions[0])
	s, err := newServer(file)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.handler())
	defer web.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}

	want := map[string]bool{} // the answers of both versions
	for _, version := range versions[:2] {
		write(t, file, version)
		if err := s.reload(); err != nil {
			t.Fatal(err)
		}
		_, text := answer(s.handler(), "POST", "/predict", setosa)
		want[text] = true
	}
	if len(want) != 2 {
		t.Fatal("both weights give the same answer")
	}
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for range requests {
				r, err := client.Post(web.URL+"/predict", "application/json", strings.NewReader(setosa))
				if err != nil {
					t.Error(err)
					return
				}
				if text := readAll(t, r.Body); r.StatusCode != http.StatusOK || !want[text] {
					t.Errorf("status %d, answer %q", r.StatusCode, text)
					return
				}
			}
		})
	}
	for i := range reloads {
		write(t, file, versions[i%3])
		if err := s.reload(); (err == nil) != (i%3 < 2) {
			t.Errorf("reload %d: %v", i, err)
		}
		for done := s.predictions.Value(); s.predictions.Value() < min(done+10, int64(clients*requests)) && !t.Failed(); {
			time.Sleep(time.Millisecond) // reloads are spread over the requests
		}
	}
	all.Wait()
	if got, want := s.predictions.Value(), int64(clients*requests+2); got != want {
		t.Errorf("counted %d predictions, want %d", got, want)
	}
	if got := s.reloads.Value() + s.failedReloads.Value(); got != int64(reloads+2) {
		t.Errorf("counted %d reloads, want %d", got, reloads+2)
	}
}

// TestRun starts the service, reloads by a signal and stops it while a request is
// being sent.
func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "iris.safetensors")
	write(t, file, weights(t, 0))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	reload, ended := make(chan os.Signal), make(chan error)
	go func() { ended <- run(ctx, listener, file, reload) }()
	url := "http://" + listener.Addr().String()
	post := func() string {
		r, err := http.Post(url+"/predict", "application/json", strings.NewReader(setosa))
		if err != nil {
			t.Fatal(err)
		}
		return readAll(t, r.Body)
	}
	before := post()
	write(t, file, weights(t, 9))
	reload <- syscall.SIGHUP
	reload <- syscall.SIGHUP // taken when the first one is done
	if post() == before {
		t.Error("the answer is that of the old weights")
	}
	r, err := http.Get(url + "/debug/vars")
	if err != nil {
		t.Fatal(err)
	}
	if text := readAll(t, r.Body); !strings.Contains(text, `"latency": {"count":2,`) || !strings.Contains(text, `"reloads": `) {
		t.Errorf("variables are %s", text)
	}

	// A request whose body is on its way is answered, although the service is told to stop.
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /predict HTTP/1.1\r\nHost: iris\r\nContent-Length: %d\r\n\r\n%s", len(setosa), setosa[:10])
	time.Sleep(50 * time.Millisecond) // until the service has read so far
	stop()
	fmt.Fprint(conn, setosa[10:])
	head := make([]byte, 15)
	if _, err := conn.Read(head); err != nil || string(head) != "HTTP/1.1 200 OK" {
		t.Errorf("answer is %q, error %v", head, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
