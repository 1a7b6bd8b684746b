package spec

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The grammar of numbers is narrower than YAML's and Go's: no octal, no hex, no
// underscores, no infinities, so that no two readers of a spec see two numbers.
var (
	integerText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberText  = regexp.MustCompile(`^[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
	leadingZero = regexp.MustCompile(`^[-+]?0[0-9]`)
)

// isNull reports whether a plain scalar stands for nothing.
func (n *node) isNull() bool {
	return n.kind == scalar && n.plain && slices.Contains([]string{"", "~", "null", "Null", "NULL"}, n.text)
}

// parseInteger returns the size and the sign of a plain scalar, or a complaint.
func (n *node) parseInteger() (value uint64, negative bool, complaint string) {
	switch {
	case n.kind != scalar || !n.plain || n.isNull():
		return 0, false, n.describe() + ", want an integer"
	case leadingZero.MatchString(n.text):
		return 0, false, n.describe() + ", octal to some readers; want an integer without leading zeros"
	case !integerText.MatchString(n.text):
		return 0, false, n.describe() + ", want an integer in plain digits"
	}
	digits, negative := strings.CutPrefix(n.text, "-")
	value, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, false, n.describe() + ", too large for an integer of 64 bits"
	}
	return value, negative && value != 0, ""
}

// parseNumber returns the value of a plain scalar, or a complaint. The value is
// at most most in size, and zero only when it is written so.
func (n *node) parseNumber(most float64) (value float64, complaint string) {
	switch {
	case n.kind != scalar || !n.plain || n.isNull():
		return 0, n.describe() + ", want a number"
	case leadingZero.MatchString(n.text):
		return 0, n.describe() + ", octal to some readers; want a number without leading zeros"
	case !numberText.MatchString(n.text):
		return 0, n.describe() + ", want a finite decimal number"
	}
	value, err := strconv.ParseFloat(n.text, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(n.text), "e")
	switch {
	case err != nil || math.Abs(value) > most:
		return 0, n.describe() + ", too large for the precision"
	case value == 0 && strings.ContainsAny(mantissa, "123456789"):
		return 0, n.describe() + ", too small for the precision"
	}
	return value, ""
}

// ambiguous are the words that some YAML readers take for a boolean or nothing.
var ambiguous = []string{"true", "false", "yes", "no", "on", "off", "null", "~"}

// needsQuotes reports whether some YAML reader takes the plain scalar text for
// something else than that text. Digits without a leading zero are the
// exception: as the name of a class, 7 can only mean "7".
func needsQuotes(text string) bool {
	if slices.Contains(ambiguous, strings.ToLower(text)) {
		return true
	}
	if integerText.MatchString(text) && text != "-0" {
		return false
	}
	_, errFloat := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	_, errInt := strconv.ParseInt(text, 0, 64)
	return errFloat == nil || errInt == nil || strings.HasSuffix(strings.ToLower(text), ".nan") ||
		strings.HasSuffix(strings.ToLower(text), ".inf")
}

// parseText returns a complaint when n is no text.
func (n *node) parseText(what string) (complaint string) {
	switch {
	case n.kind != scalar || n.isNull():
		return n.describe() + ", want " + what
	case n.plain && needsQuotes(n.text):
		return n.describe() + ", not a text to every reader; want " + what + " in quotes"
	case n.text == "":
		return `is "", want ` + what
	case utf8.RuneCountInString(n.text) > maxTextLength:
		return n.describe() + ", want at most " + strconv.Itoa(maxTextLength)
	case strings.TrimSpace(n.text) != n.text:
		return n.describe() + ", want " + what + " without space around it"
	case strings.ContainsFunc(n.text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "is " + strconv.QuoteToASCII(clip(n.text)) + ", want printable characters only"
	}
	return ""
}
