package bench

import "testing"

func TestParse(t *testing.T) {
	const head = "goos: linux\ngoarch: amd64\npkg: example.com/m\ncpu: AMD EPYC\n"
	for _, test := range []struct {
		out  string
		want sample
		ok   bool
	}{
		{head + "BenchmarkForward \t 35281468\t        33.38 ns/op\t       0 B/op\t       0 allocs/op\nPASS\n", sample{33.38, 0}, true},
		{head + "BenchmarkStep/32-2         \t   10000\t  117092 ns/op\t 96 B/op\t 12 allocs/op\nPASS\n", sample{117092, 12}, true},
		{head + "PASS\n", sample{}, false},
		{"BenchmarkA 1 2 ns/op 0 B/op 0 allocs/op\nBenchmarkB 1 2 ns/op 0 B/op 0 allocs/op\n", sample{}, false},
		{"--- FAIL: BenchmarkStep\n", sample{}, false},
	} {
		got, err := parse([]byte(test.out))
		if got != test.want || (err == nil) != test.ok {
			t.Errorf("%q: got %+v, error %v; want %+v", test.out, got, err, test.want)
		}
	}
}
