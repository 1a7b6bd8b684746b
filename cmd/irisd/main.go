// Command irisd is an HTTP service that tells irises apart: an example of a
// network in production. The network is a package of this module, with its
// weights; there is no other process and no file to deploy.
//
//	irisd -addr localhost:8080
//	curl -d '{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}' localhost:8080/predict
//
// With -weights it reads newer weights from a file, and again on SIGHUP, between
// two requests. A file that does not fit the network is refused, and the weights
// that are in use stay. GET /healthz says that it runs, GET /debug/vars how often
// and how fast it has answered.
package main

import (
	"context"
	"errors"
	"expvar"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	weights := flag.String("weights", "", "file with the weights, read again on SIGHUP (default: those in the program)")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	if err := run(ctx, listener, *weights, hangup); err != nil {
		log.Fatal(err)
	}
}

// The limits of a request and of the end. The handlers need microseconds: what
// takes longer is the network.
const (
	requestTime  = 5 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
)

// run serves until ctx ends, then answers the requests that have begun. Every
// signal on reload reads the weights again.
func run(ctx context.Context, listener net.Listener, weights string, reload <-chan os.Signal) error {
	s, err := newServer(weights)
	if err != nil {
		return err
	}
	expvar.Publish("irisd", s.vars)
	h := &http.Server{Handler: s.handler(), ReadTimeout: requestTime, WriteTimeout: requestTime, IdleTimeout: idleTime}
	served := make(chan error, 1)
	go func() { served <- h.Serve(listener) }()
	log.Printf("listening on %v", listener.Addr())
	for {
		select {
		case err := <-served:
			return err
		case <-reload:
			if err := s.reload(); err != nil {
				log.Printf("weights stay as they are: %v", err)
			} else {
				log.Printf("weights are those of %s", weights)
			}
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.Background(), shutdownTime)
			defer cancel()
			return errors.Join(h.Shutdown(end), unlessClosed(<-served))
		}
	}
}

// unlessClosed returns err unless it is what a server ends with.
func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
