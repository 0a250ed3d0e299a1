package plan

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner pulls JSON values out of bytes. It is stricter than encoding/json:
// whole numbers only, valid UTF-8 only, no repeated members, and every problem
// has a path. The first problem stops it.
type scanner struct {
	data []byte
	at   int
	path []byte
	rep  *report
	bad  bool
}

func (s *scanner) fail(code string, args ...any) {
	if s.bad {
		return
	}
	s.bad = true
	path := string(s.path)
	if path == "" {
		path = "."
	}
	s.rep.err(code, path, args...)
}

func (s *scanner) syntax(what string) { s.fail("syntax", what, s.at) }

func (s *scanner) blank() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek is the first byte of the next token, 0 at the end.
func (s *scanner) peek() byte {
	s.blank()
	if s.bad || s.at >= len(s.data) {
		return 0
	}
	return s.data[s.at]
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// array calls item for each element, which must consume it. limit bounds the count.
func (s *scanner) array(limit int, item func(i int)) {
	if !s.take('[') {
		s.fail("type", "数组", "an array")
		return
	}
	if s.take(']') {
		return
	}
	base := len(s.path)
	for i := 0; !s.bad; i++ {
		if i >= limit {
			s.fail("too_many", limit)
			return
		}
		s.path = append(strconv.AppendInt(append(s.path, '['), int64(i), 10), ']')
		item(i)
		if s.bad {
			return
		}
		s.path = s.path[:base]
		if s.take(',') {
			continue
		}
		if !s.take(']') {
			s.syntax("expected , or ] in an array")
		}
		return
	}
}

// object calls member for each member, which must consume the value and say
// whether it knows the name. The names in need must all appear.
func (s *scanner) object(need []string, member func(name string) bool) {
	if !s.take('{') {
		s.fail("type", "对象", "an object")
		return
	}
	var seen []string
	base := len(s.path)
	for first := true; !s.bad; first = false {
		if first && s.take('}') {
			break
		}
		if s.peek() != '"' {
			s.syntax("expected a member name")
			return
		}
		name := s.text()
		if s.bad {
			return
		}
		for _, n := range seen {
			if n == name {
				s.fail("repeated_member", clip(name))
				return
			}
		}
		if seen = append(seen, name); len(seen) > maxMembers {
			s.fail("too_many", maxMembers)
			return
		}
		if !s.take(':') {
			s.syntax("expected :")
			return
		}
		if base > 0 {
			s.path = append(s.path, '.')
		}
		s.path = append(s.path, clip(name)...)
		if !member(name) && !s.bad {
			s.path = s.path[:base]
			s.fail("unknown_member", clip(name))
		}
		if s.bad {
			return
		}
		s.path = s.path[:base]
		if s.take(',') {
			continue
		}
		if !s.take('}') {
			s.syntax("expected , or } in an object")
			return
		}
		break
	}
	for _, n := range need {
		if !has(seen, n) {
			s.fail("missing_member", n)
			return
		}
	}
}

func has(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}

// clip keeps hostile names short in messages.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

// null consumes null and says so.
func (s *scanner) null() bool { return s.peek() == 'n' && s.literal("null") }

func (s *scanner) literal(word string) bool {
	if len(s.data)-s.at >= len(word) && string(s.data[s.at:s.at+len(word)]) == word {
		s.at += len(word)
		return true
	}
	return false
}

func (s *scanner) boolean() bool {
	switch s.peek() {
	case 't':
		if s.literal("true") {
			return true
		}
	case 'f':
		if s.literal("false") {
			return false
		}
	}
	s.fail("type", "true 或 false", "true or false")
	return false
}

// integer reads a whole number between low and high.
func (s *scanner) integer(low, high int32) int32 {
	c := s.peek()
	if c != '-' && (c < '0' || c > '9') {
		s.fail("type", "整数", "a whole number")
		return 0
	}
	start := s.at
	if c == '-' {
		s.at++
	}
	digits := s.at
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' {
		s.at++
	}
	if s.at < len(s.data) {
		if n := s.data[s.at]; n == '.' || n == 'e' || n == 'E' {
			s.fail("not_integer")
			return 0
		}
	}
	if s.at == digits || (s.data[digits] == '0' && s.at-digits > 1) || (c == '-' && s.data[digits] == '0') {
		s.syntax("malformed number")
		return 0
	}
	if s.at-digits > 10 {
		s.fail("range", low, high)
		return 0
	}
	v, err := strconv.ParseInt(string(s.data[start:s.at]), 10, 64)
	if err != nil || v < int64(low) || v > int64(high) {
		s.fail("range", low, high)
		return 0
	}
	return int32(v)
}

// text reads a string.
func (s *scanner) text() string {
	if !s.take('"') {
		s.fail("type", "字符串", "a string")
		return ""
	}
	start := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			raw := s.data[start:s.at]
			s.at++
			if !utf8.Valid(raw) {
				s.syntax("invalid UTF-8")
				return ""
			}
			return string(raw)
		case c == '\\':
			return s.escaped(append([]byte(nil), s.data[start:s.at]...))
		case c < 0x20:
			s.syntax("control character in a string")
			return ""
		}
		s.at++
	}
	s.syntax("string without end")
	return ""
}

// escaped reads the rest of a string that holds an escape.
func (s *scanner) escaped(out []byte) string {
	for s.at < len(s.data) {
		c := s.data[s.at]
		s.at++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				s.syntax("invalid UTF-8")
				return ""
			}
			return string(out)
		case c < 0x20:
			s.syntax("control character in a string")
			return ""
		case c != '\\':
			out = append(out, c)
		default:
			r, ok := s.escape()
			if !ok {
				s.syntax("malformed escape")
				return ""
			}
			out = utf8.AppendRune(out, r)
		}
	}
	s.syntax("string without end")
	return ""
}

func (s *scanner) escape() (rune, bool) {
	if s.at >= len(s.data) {
		return 0, false
	}
	c := s.data[s.at]
	s.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		r, ok := s.hex4()
		if !ok || !utf16.IsSurrogate(r) {
			return r, ok
		}
		if s.at+1 < len(s.data) && s.data[s.at] == '\\' && s.data[s.at+1] == 'u' {
			s.at += 2
			if low, ok := s.hex4(); ok {
				full := utf16.DecodeRune(r, low)
				return full, full != utf8.RuneError
			}
		}
	}
	return 0, false
}

func (s *scanner) hex4() (rune, bool) {
	if s.at+4 > len(s.data) {
		return 0, false
	}
	v, err := strconv.ParseUint(string(s.data[s.at:s.at+4]), 16, 16)
	s.at += 4
	return rune(v), err == nil
}

// end refuses anything after the value.
func (s *scanner) end() {
	if s.peek() != 0 || (!s.bad && s.at < len(s.data)) {
		s.syntax("text after the document")
	}
}

// maxMembers bounds the members of one object; the format needs sixteen.
const maxMembers = 64

// maxDepth bounds nesting; the format needs five.
const maxDepth = 16

// skip consumes any value.
func (s *scanner) skip(depth int) {
	if depth > maxDepth {
		s.fail("too_deep")
		return
	}
	switch c := s.peek(); c {
	case '"':
		s.text()
	case '{':
		s.at++
		s.skipList('}', func() {
			s.text()
			if !s.bad && !s.take(':') {
				s.syntax("expected :")
			}
			s.skip(depth + 1)
		})
	case '[':
		s.at++
		s.skipList(']', func() { s.skip(depth + 1) })
	default:
		start := s.at
		for s.at < len(s.data) && (s.data[s.at] == '-' || s.data[s.at] == '+' || s.data[s.at] == '.' ||
			s.data[s.at]|0x20 >= 'a' && s.data[s.at]|0x20 <= 'z' || s.data[s.at] >= '0' && s.data[s.at] <= '9') {
			s.at++
		}
		if s.at == start {
			s.syntax("expected a value")
		}
	}
}

func (s *scanner) skipList(end byte, item func()) {
	if s.take(end) {
		return
	}
	for !s.bad {
		item()
		if s.take(',') {
			continue
		}
		if !s.take(end) {
			s.syntax("expected , or an end")
		}
		return
	}
}
