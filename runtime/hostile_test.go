package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
)

// allocated returns the bytes that f allocates in all, which is no less than it holds at once.
func allocated(f func()) int {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	f()
	goruntime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// malformedCSV are files that must be refused. Where a refusal says what is wrong in a row it says which.
func malformedCSV() []string {
	files := []string{
		"", "\n", "\ufeff", "a", "a,b", "a,b\n", "a\n1\n", "b\n1\n", "x,y\n1,2\n", "A,B\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "a b\n1 2\n",
		"a,a\n1,2\n", "a,b,a\n1,2,3\n", "\"a,b\n1,2\n", "a,\"b\n1,2\n", "a,b\n\"1,2\n", "a,b\n1,\"2\n3,4\n", "a,b\n1,2\"\n\"3,4\n", "a,b\n\"1\"x,2\n", "a,b\n1,\"2\" x\n",
		"\x00", "a,b\n\x00,1\n", "\x1f\x8b\x08\x00", "PK\x03\x04", "%PDF-1.7", "\xff\xfea\x00,\x00b\x00", "{\"a\":1}\n", "<html>\n", "a,b\r1,2\r", "a,b\n1\u20282\n",
		"а,b\n1,2\n", "a,b\n１,2\n", strings.Repeat("a,", 1<<16) + "b\n1,2\n", strings.Repeat("x", maxLineBytes+1), "a,b\n" + strings.Repeat("1,", maxLineBytes),
		"a,b\n\"" + strings.Repeat("1,2\n", 1<<20), "a,b\n" + strings.Repeat("\"", 1<<20) + "\n", "a,b\n1,2\n" + strings.Repeat("9", 1<<20) + ",1\n",
	}
	number := []string{
		"", " ", "?", "NA", "N/A", "null", "nil", "None", "nan", "NaN", "-nan", "inf", "+Inf", "-Infinity", "∞", "1e400", "-1e400", "1e99999999999", "1e-400", "5e-325", "0x10", "0X1P-2", "0b1", "0o7",
		"1_000", "1,000", "1 000", "1'000", "1.2.3", "1..2", "..", ".", "-", "+", "--1", "+-1", "1-", "1e", "1e+", "e5", ".e1", "1e1.5", "1f", "1d", "1L", "1%", "$1", "€1", "1€", "#1", "=1", "=A1", "@x",
		"1;2", "1/2", "½", "²", "1:30", "2024-01-01", "true", "false", "yes", "a", "A", "١", "१", "１", "1\u00a0000", "\u200b1", "1\u200b", "−1", "1\x00", "\x001", "\x1b[1m1", "\ufeff1", "1e٣", "0x", "1p3", "i",
	}
	for _, bad := range number {
		for _, row := range []string{bad + ",1", "1," + bad} {
			if strings.Contains(bad, ",") {
				continue
			}
			files = append(files, "a,b\n1,2\n"+row+"\n3,4\n", "b,x,a\n1,2,3\n"+strings.Replace(row, ",", ",7,", 1)+"\n")
		}
	}
	for _, row := range []string{"1", "1,2,3", ",", ",,", "1,", ",2", "1,2,", ",1,2", "\"1,2\"", "1 2", "1;2", "1\t2", "\"1\"\"\",2", "1,2\\"} {
		files = append(files, "a,b\n"+row+"\n", "a,b\n1,2\n"+row+"\n", "a,b\n1,2\n\n"+row, "\ufeffa,b\r\n1,2\r\n"+row+"\r\n")
	}
	return files
}

// place is where an error of a CSV file is.
var placeInCSV = regexp.MustCompile(`^f\.csv:\d+:\d+: `)

// TestHostileCSV reads files that nobody means well with.
func TestHostileCSV(t *testing.T) {
	files := malformedCSV()
	if len(files) < 300 {
		t.Errorf("%d files, want 300", len(files))
	}
	for _, text := range files {
		var err error
		spent := allocated(func() { _, err = ReadCSV(strings.NewReader(text), "f.csv", ab) })
		if most := 2*len(text) + 16<<20; spent > most {
			t.Errorf("%.60q: %d bytes of it cost %d, want at most %d", text, len(text), spent, most)
		}
		var list *CSVErrors
		if !errors.As(err, &list) || len(list.Errors) == 0 {
			t.Errorf("%.80q: error is %v, want those of the file", text, err)
			continue
		}
		for line := range strings.Lines(err.Error()) {
			if !placeInCSV.MatchString(line) && !strings.HasPrefix(line, "f.csv: and ") || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), isControl) || len(line) > 2000 {
				t.Errorf("%.80q: a line of the error is %.300q", text, line)
			}
		}
	}
}

// isControl tells whether a terminal may take a character for a command.
func isControl(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

// malformedSafetensors are files that must be refused: every truncation of a right one, and edits of its header.
func malformedSafetensors() [][]byte {
	right := rawFile(twoHeader, 32)
	var files [][]byte
	for n := range len(right) {
		files = append(files, right[:n])
	}
	for _, n := range []int{1, 2, 7, 8, 1000} {
		files = append(files, append(slices.Clone(right), make([]byte, n)...))
	}
	for _, length := range []uint64{0, 1, 2, 9, uint64(len(twoHeader)) - 1, uint64(len(twoHeader)) + 1, 1 << 20, 1<<20 + 1, 100 << 20, 1 << 31, 1 << 32, 1 << 62, 1 << 63, 1<<64 - 1, 1<<64 - 8} {
		files = append(files, append(binary.LittleEndian.AppendUint64(nil, length), right[8:]...))
	}
	for _, edit := range []struct{ old, new string }{
		{"F32", "F64"}, {"F32", "f32"}, {"F32", "BF16"}, {"F32", "I32"}, {"F32", ""}, {`"F32"`, "32"}, {`"F32"`, "null"}, {`"F32"`, `["F32"]`}, {"F32", "F\\u0033\\u0032x"},
		{"[2,3]", "[3,2]"}, {"[2,3]", "[6]"}, {"[2,3]", "[2,3,1]"}, {"[2,3]", "[]"}, {"[2,3]", "6"}, {"[2,3]", "[-2,-3]"}, {"[2,3]", "[2.0,3]"}, {"[2,3]", "[2e0,3]"}, {"[2,3]", "[\"2\",3]"},
		{"[2,3]", "[4294967296,4294967296]"}, {"[2,3]", "[9223372036854775807,3]"}, {"[2,3]", "[2,3"}, {"[2,3]", "[2,,3]"}, {"[2,3]", "[2,3,]"}, {"[2,3]", "[[2,3]]"}, {"[2,3]", "[null,3]"}, {"[2,3]", "[0,0]"},
		{"[0,24]", "[0,25]"}, {"[0,24]", "[1,24]"}, {"[0,24]", "[24,0]"}, {"[0,24]", "[-24,0]"}, {"[0,24]", "[0,24,32]"}, {"[0,24]", "[0]"}, {"[0,24]", "[]"}, {"[0,24]", "[0,18446744073709551616]"},
		{"[24,32]", "[0,8]"}, {"[24,32]", "[23,31]"}, {"[24,32]", "[25,33]"}, {"[24,32]", "[24,33]"}, {"[24,32]", "[32,40]"}, {"[24,32]", "[24,9223372036854775807]"}, {"[24,32]", "[9223372036854775800,9223372036854775807]"},
		{"dense1.bias", "dense1.weight"}, {"dense1.bias", "dense1.Bias"}, {"dense1.bias", "dense1.bias "}, {"dense1.bias", ""}, {"dense1.bias", "__metadata__"}, {"dense1.bias", "dense1\\u002ebias\\u0000"},
		{`"shape"`, `"shape":[1],"shape"`}, {`"dtype"`, `"dtype":"F64","dtype"`}, {`"dtype"`, `"Dtype"`}, {`"shape":[2],`, ""}, {`"dtype":"F32",`, ""}, {`,"data_offsets":[24,32]`, ""}, {`"data_offsets"`, `"extra":1,"data_offsets"`},
		{"{", "["}, {"{", " {"}, {"{", "{{"}, {"}", ""}, {"}}", "}}}"}, {"}}", "}},"}, {"}}", "}}x"}, {"}}", "}}\x00"}, {"}}", "}}{}"}, {",", ";"}, {":", "="}, {`"`, "'"}, {"{", "{\"__metadata__\":1,"}, {"{", "{\"__metadata__\":{\"a\":1},"},
		{"{", "{\"__metadata__\":{\"a\":{}},"}, {"{", "{\"__metadata__\":[],"}, {"{", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"},"}, {"{", "{\"__metadata__\":{},\"__metadata__\":{},"}, {"{", "{\"x\":null,"}, {"{", "{\"x\":{},"},
		{"{", "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]},"}, {"{", "//\n{"}, {"{", "\ufeff{"}, {"{", "\xff{"}, {"dense1", "dense\xff"},
	} {
		header := strings.Replace(twoHeader, edit.old, edit.new, 1)
		files = append(files, rawFile(header, 32))
	}
	for _, header := range []string{"", "{}", "[]", "null", "0", `""`, "{", "}", strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 200_000), `{"a":` + strings.Repeat("[", 1<<19), "{" + strings.Repeat(`"a":{},`, 100_000) + `"b":{}}`, strings.Repeat(" ", 1<<20)} {
		files = append(files, rawFile(header, 32), rawFile(header, 0))
	}
	r := rand.New(rand.NewPCG(16, 16))
	for len(files) < 500 { // structure, with a bit of the header flipped: a name, a number or a sign is another
		file := slices.Clone(right)
		file[8+r.IntN(len(twoHeader))] ^= 1 << r.IntN(8)
		files = append(files, file)
	}
	return files
}

// TestHostileSafetensors reads files that nobody means well with. None may change the parameters.
func TestHostileSafetensors(t *testing.T) {
	for _, data := range malformedSafetensors() {
		params := twoParams[float32]()
		var err error
		spent := allocated(func() { _, err = DecodeSafetensors("f", data, params, twoTensors()) })
		if most := 2*len(data) + 16<<20; spent > most {
			t.Errorf("%.60q: %d bytes of it cost %d, want at most %d", data, len(data), spent, most)
		}
		switch {
		case err == nil:
			t.Errorf("%.200q is accepted", data)
		case !strings.HasPrefix(err.Error(), "f: "), len(err.Error()) > 20_000, strings.ContainsFunc(strings.ReplaceAll(err.Error(), "\n", ""), isControl):
			t.Errorf("%.200q: error is %.500q", data, err.Error())
		case !slices.EqualFunc(params, twoParams[float32](), sameBits):
			t.Errorf("%.200q: parameters changed", data)
		}
		checkParse(t, data)
	}
}

// checkParse takes a file apart for whoever reads tensors of any type: it costs as little, and each tensor has its bytes.
func checkParse(t *testing.T, data []byte) {
	t.Helper()
	var tensors []Stored
	var err error
	spent := allocated(func() { tensors, _, err = ParseSafetensors("f", data) })
	if most := 2*len(data) + 16<<20; spent > most {
		t.Errorf("%.60q: to parse %d bytes costs %d, want at most %d", data, len(data), spent, most)
	}
	size := 0
	for _, s := range tensors {
		size += len(s.Data)
	}
	if err == nil && size >= len(data) || err != nil && !strings.HasPrefix(err.Error(), "f: ") {
		t.Errorf("%.200q: %d bytes of tensors, error %v", data, size, err)
	}
}

// TestBitFlipsInHeader checks each bit of the header: no flip goes unnoticed, but those that change white space or nothing
// that is read.
func TestBitFlipsInHeader(t *testing.T) {
	right := rawFile(twoHeader, 32)
	for bit := range 8 * (8 + len(twoHeader)) {
		file := slices.Clone(right)
		file[bit/8] ^= 1 << (bit % 8)
		if _, err := DecodeSafetensors("f", file, twoParams[float32](), twoTensors()); err == nil {
			t.Errorf("bit %d of byte %d, %s, can be flipped", bit%8, bit/8, fmt.Sprintf("%q", file[bit/8]))
		}
	}
}
