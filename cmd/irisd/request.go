package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/chainrule-go/chainrule/generated/iris"
)

// maxBody bounds the bytes of a request: four numbers with their names.
const maxBody = 4 << 10

// request is the body of a request. Pointers tell what is missing from what is 0.
type request struct {
	SepalLength *float32 `json:"sepal_length"`
	SepalWidth  *float32 `json:"sepal_width"`
	PetalLength *float32 `json:"petal_length"`
	PetalWidth  *float32 `json:"petal_width"`
}

// maxLength is more centimeters than an iris is long.
const maxLength = 100

// decode reads the features of an iris, and says what is wrong with them.
func decode(body io.Reader) (f iris.Features, err error) {
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	var r request
	if err := d.Decode(&r); err != nil {
		return f, explain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return f, explain(errors.Join(errors.New("more follows the object, want one object"), tooLarge(err)))
	}
	for _, field := range []struct {
		name string
		from *float32
		to   *float32
	}{
		{"sepal_length", r.SepalLength, &f.SepalLength},
		{"sepal_width", r.SepalWidth, &f.SepalWidth},
		{"petal_length", r.PetalLength, &f.PetalLength},
		{"petal_width", r.PetalWidth, &f.PetalWidth},
	} {
		switch {
		case field.from == nil:
			return f, fmt.Errorf("%s: is missing, want centimeters", field.name)
		case *field.from < 0 || *field.from > maxLength:
			return f, fmt.Errorf("%s: is %v, want 0 to %d centimeters", field.name, *field.from, maxLength)
		}
		*field.to = *field.from
	}
	return f, nil
}

// explain puts what encoding/json says into the terms of a request.
func explain(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Errorf("%s: is %s, want a finite number", wrongType.Field, wrongType.Value)
	case errors.As(err, &wrongType):
		return fmt.Errorf("body: is %s, want an object", wrongType.Value)
	case errors.Is(err, io.EOF):
		return errors.New("body: is empty, want an object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("body: ends within the object")
	}
	return fmt.Errorf("body: %w", err)
}

// tooLarge returns err if it is that the body is too large.
func tooLarge(err error) error {
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	return nil
}

// statusOf returns the status of an answer that is an error.
func statusOf(err error) int {
	if tooLarge(err) != nil {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}
