package foreign

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// right is a file with an array as it is and a compressed one.
func right() []byte {
	return npz(entry{"a.npy", zip.Store, npyOf("(2, 2)", 1, 2, 3, 4)}, entry{"b.npy", zip.Deflate, npyOf("(2,)", 5, 6)})
}

// malformed are files that must be refused.
func malformed() [][]byte {
	whole := right()
	var files [][]byte
	for n := range len(whole) { // every truncation: the directory is at the end
		files = append(files, whole[:n])
	}
	zeros := make([]byte, 64<<20)
	a := npyOf("(1,)", 1)
	many := make([]entry, 20_000)
	for i := range many {
		many[i] = entry{fmt.Sprint(i, ".npy"), zip.Store, a}
	}
	files = append(files,
		npz(entry{"bomb.npy", zip.Deflate, zeros}), // a thousandth of its size
		npz(entry{"bomb.npy", zip.Deflate, zeros[:9<<20]}),
		npz(slices.Repeat([]entry{{"a.npy", zip.Store, a}}, 2)...),
		npz(many...),
		npz(entry{"a", zip.Store, a}), npz(entry{"a.npy/", zip.Store, nil}), npz(entry{"a.npy", zip.Store, nil}), npz(entry{"a.npy", zip.Store, zeros[:100]}),
		npz(entry{"a.npy", zip.Store, npyOf("(4294967296, 4294967296)", 1)}), npz(entry{"a.npy", zip.Deflate, npyOf("(3,)", 1)}),
		npz(entry{"\x1b[1m.npy", zip.Store, nil}), npz(entry{strings.Repeat("a", 60_000) + ".npy", zip.Store, nil}),
		bytes.Repeat([]byte("PK\x01\x02"), 1<<20), bytes.Repeat([]byte("PK\x03\x04"), 1<<20),
	)
	// Sizes and offsets in the directory that are not true, and methods that are not known.
	central := bytes.Index(whole, []byte("PK\x01\x02"))
	for _, field := range []struct{ at, size int }{{10, 2}, {16, 4}, {20, 4}, {24, 4}, {28, 2}, {42, 4}} {
		for _, v := range []uint32{1, 0x7f, 0xfff0, 0x7fffffff, 0xffffffff} {
			file := slices.Clone(whole)
			if field.size == 2 {
				binary.LittleEndian.PutUint16(file[central+field.at:], uint16(v))
			} else {
				binary.LittleEndian.PutUint32(file[central+field.at:], v)
			}
			files = append(files, file)
		}
	}
	for _, header := range []string{
		`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, `{"a":{"dtype":"F16","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F32","shape":[` + strings.Repeat("2147483647,", 50_000) + `1],"data_offsets":[0,4]}}`, `{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F32","shape":[` + strings.Repeat("1,", 100_000) + `1],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}`, `{"a":{"dtype":"BF16","shape":[],"data_offsets":[0,4]}}`, `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":null}`,
		`{`, `{}`, `{"a":1}`, `{"a":[]}`, `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, `{"__metadata__":{"crc32":"00000000"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
	} {
		files = append(files, safetensorsFile(header, 1, 2, 3, 4))
	}
	return files
}

// check reads a file that is not to be trusted: what it costs is bounded, and errors are printable.
func check(t *testing.T, data []byte) error {
	t.Helper()
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	begin := time.Now()
	f, err := Decode("f", data)
	spent := time.Since(begin)
	goruntime.ReadMemStats(&after)
	if cost, most := int(after.TotalAlloc-before.TotalAlloc), 2*len(data)+16<<20; cost > most {
		t.Errorf("%.60q: %d bytes of it cost %d, want at most %d", data, len(data), cost, most)
	}
	if spent > 10*time.Second {
		t.Errorf("%.60q: takes %v", data, spent)
	}
	if err != nil {
		text := err.Error()
		if !strings.HasPrefix(text, "f: ") || len(text) > 20_000 || strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), func(r rune) bool { return r < ' ' || 0x7f <= r && r < 0xa0 }) {
			t.Errorf("%.60q: error is %.500q", data, text)
		}
		return err
	}
	for _, a := range f.Tensors { // its elements are there
		if n := length(a); a.At != nil && n > 0 {
			a.At(n - 1)
		}
	}
	return nil
}

// length is the number of elements of a tensor.
func length(a Tensor) int {
	n := 1
	for _, size := range a.Shape {
		n *= size
	}
	return n
}

func TestHostile(t *testing.T) {
	files := malformed()
	if len(files) < 300 {
		t.Errorf("%d files, want 300", len(files))
	}
	for _, data := range files {
		if check(t, data) == nil {
			t.Errorf("%.200q is accepted", data)
		}
	}
	if err := check(t, right()); err != nil {
		t.Error(err)
	}
}

// TestBitFlips flips each bit of a file: it may go unnoticed, as in the date of an array, but then all numbers are the same.
func TestBitFlips(t *testing.T) {
	whole := right()
	for bit := range 8 * len(whole) {
		data := slices.Clone(whole)
		data[bit/8] ^= 1 << (bit % 8)
		if check(t, data) != nil {
			continue
		}
		f, err := Decode("f", data)
		if err != nil {
			t.Fatal(err)
		}
		var values []float64
		for _, a := range f.Tensors {
			for i := range length(a) {
				values = append(values, a.At(i))
			}
		}
		if !slices.Equal(values, []float64{1, 2, 3, 4, 5, 6}) {
			t.Errorf("with bit %d of byte %d flipped, the numbers are %v", bit%8, bit/8, values)
		}
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, data := range malformed() {
		if len(data) < 1000 && r.IntN(4) == 0 {
			f.Add(data)
		}
	}
	f.Add(right())
	f.Fuzz(func(t *testing.T, data []byte) { _ = check(t, data) })
}
