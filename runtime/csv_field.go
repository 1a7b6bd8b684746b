package runtime

import (
	"strconv"
	"strings"
)

// field is a field of a line, without quotes and the spaces around it.
type field struct {
	text string
	col  int // where it begins, in bytes from 1
}

// splitFields appends the fields of a line to dst. A field in quotes ends on its
// line, or one stray quote would swallow the file.
func splitFields(dst []field, line string) ([]field, *CSVError) {
	for at := 0; ; {
		at += len(line[at:]) - len(strings.TrimLeft(line[at:], " \t"))
		f, rest := field{col: at + 1}, line[at:]
		if strings.HasPrefix(rest, `"`) {
			text, n := unquote(rest)
			if n == 0 {
				return dst, &CSVError{Col: f.col, Problem: "quote is not closed on its line"}
			}
			f.text = text
			at += n
			at += len(line[at:]) - len(strings.TrimLeft(line[at:], " \t"))
			if at < len(line) && line[at] != ',' {
				return dst, &CSVError{Col: at + 1, Problem: "text follows a closing quote, want a comma"}
			}
		} else {
			n := strings.IndexByte(rest, ',')
			if n < 0 {
				n = len(rest)
			}
			f.text = strings.TrimRight(rest[:n], " \t")
			at += n
		}
		dst = append(dst, f)
		if at == len(line) {
			return dst, nil
		}
		at++
	}
}

// unquote returns the text in quotes that s begins with, two quotes standing
// for one, and its length in s; 0 if there is no closing quote.
func unquote(s string) (text string, n int) {
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		return strings.ReplaceAll(s[1:i], `""`, `"`), i + 1
	}
	return "", 0
}

// parseNumber parses a decimal number, [+-] digits [. digits] [e [+-] digits].
// It takes less than strconv.ParseFloat: no NaN, Inf, hexadecimal or underscores,
// and no number that is not 0 but so small that it would become 0.
func parseNumber(s string) (v float64, problem string) {
	if s == "" {
		return 0, "is empty, want a number"
	}
	if !isNumber(s) {
		return 0, "is " + quote(s) + ", want a number"
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, "is " + quote(s) + ", too large for a number"
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(s), "e")
	if v == 0 && strings.ContainsAny(mantissa, "123456789") {
		return 0, "is " + quote(s) + ", too small for a number other than 0"
	}
	return v, ""
}

// isNumber reports whether s follows the grammar of parseNumber.
func isNumber(s string) bool {
	digits := func() (n int) {
		for s != "" && '0' <= s[0] && s[0] <= '9' {
			s, n = s[1:], n+1
		}
		return n
	}
	accept := func(any string) bool {
		if s == "" || strings.IndexByte(any, s[0]) < 0 {
			return false
		}
		s = s[1:]
		return true
	}
	accept("+-")
	n := digits()
	if accept(".") {
		n += digits()
	}
	if n == 0 {
		return false
	}
	if accept("eE") {
		accept("+-")
		if digits() == 0 {
			return false
		}
	}
	return s == ""
}
