package main

import (
	"encoding/json"
	"net/http"
)

// writeError answers with an error as JSON: {"error":"what is wrong"}.
func writeError(w http.ResponseWriter, status int, text string) {
	body, err := json.Marshal(struct {
		Error string `json:"error"`
	}{text})
	if err != nil {
		panic(err) // a string has JSON
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // an error is that the client is gone
}

// refusal answers for a mux that has no route: with JSON in place of its text.
type refusal struct{ http.ResponseWriter }

// WriteHeader writes the whole answer.
func (r refusal) WriteHeader(status int) {
	writeError(r.ResponseWriter, status, http.StatusText(status))
}

// Write drops the text.
func (refusal) Write(text []byte) (int, error) { return len(text), nil }
