package httpx

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// form is a schema made ready for one question: is this body surely right? The
// answer comes from the bytes themselves, while huma makes a tree of them
// first. Most bodies are right; any doubt (an escape, a null, a name in other
// letters, a rule that a form does not know) leaves the body to huma, whose
// errors the caller then sees. So a form may refuse what huma takes, never the
// other way round (shown by a fuzzed test).
type form struct {
	kind     string // of the schema; "" is always in doubt
	names    map[string]int
	fields   []*form
	required uint64 // by position in fields
	others   *form  // values under names that the schema does not list; nil refuses them
	items    *form
	least    int // runes or items
	most     int
	uuid     bool
	pattern  *regexp.Regexp
	among    map[string]bool
	lo, hi   float64
}

const (
	unlimited = 1 << 30
	maxFields = 64 // of one object: bits of form.required
	maxNested = 16
	maxDigits = 15 // that a float64 holds exactly
)

// formOf compiles a schema; known has those that were met already, by their
// reference, for a schema may hold itself.
func formOf(r huma.Registry, s *huma.Schema, known map[string]*form) *form {
	f := &form{least: 0, most: unlimited, lo: -1e300, hi: 1e300}
	if s == nil {
		return f
	}
	if s.Ref != "" {
		if had := known[s.Ref]; had != nil {
			return had
		}
		known[s.Ref] = f
		s = r.SchemaFromRef(s.Ref)
	}
	if s == nil || s.Ref != "" || s.OneOf != nil || s.AnyOf != nil || s.AllOf != nil || s.Not != nil || len(s.DependentRequired) > 0 || s.MinProperties != nil ||
		s.MaxProperties != nil || s.UniqueItems || s.MultipleOf != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil || s.ContentEncoding != "" {
		return f
	}
	switch s.Type {
	case huma.TypeObject:
		f.object(r, s, known)
	case huma.TypeArray:
		f.kind, f.items = s.Type, formOf(r, s.Items, known)
		f.limits(s.MinItems, s.MaxItems)
	case huma.TypeString:
		f.text(s)
	case huma.TypeInteger, huma.TypeNumber:
		f.kind = s.Type
		if s.Minimum != nil {
			f.lo = *s.Minimum
		}
		if s.Maximum != nil {
			f.hi = *s.Maximum
		}
	case huma.TypeBoolean:
		f.kind = s.Type
	}
	if len(s.Enum) > 0 && s.Type != huma.TypeString {
		f.kind = ""
	}
	return f
}

func (f *form) limits(least, most *int) {
	if least != nil {
		f.least = *least
	}
	if most != nil {
		f.most = *most
	}
}

func (f *form) object(r huma.Registry, s *huma.Schema, known map[string]*form) {
	if len(s.Properties) > maxFields {
		return
	}
	f.names = make(map[string]int, len(s.Properties))
	for name, p := range s.Properties {
		f.names[name] = len(f.fields)
		f.fields = append(f.fields, formOf(r, p, known))
	}
	for _, name := range s.Required {
		if i, ok := f.names[name]; ok {
			f.required |= 1 << i
		}
	}
	if other, ok := s.AdditionalProperties.(*huma.Schema); ok {
		f.others = formOf(r, other, known)
	}
	f.kind = s.Type
}

func (f *form) text(s *huma.Schema) {
	switch s.Format {
	case "":
	case "uuid":
		f.uuid = true
	default:
		return
	}
	if s.Pattern != "" {
		var err error
		if f.pattern, err = regexp.Compile(s.Pattern); err != nil {
			return
		}
	}
	if len(s.Enum) > 0 {
		f.among = make(map[string]bool, len(s.Enum))
		for _, v := range s.Enum {
			one, ok := v.(string)
			if !ok {
				return
			}
			f.among[one] = true
		}
	}
	f.limits(s.MinLength, s.MaxLength)
	f.kind = s.Type
}

// accepts reports whether data surely is one JSON value that the schema takes.
func (f *form) accepts(data []byte) bool {
	rest, ok := f.value(space(data), maxNested)
	return ok && len(space(rest)) == 0
}

// value takes one value off the front of b.
func (f *form) value(b []byte, deep int) (rest []byte, ok bool) {
	if len(b) == 0 || deep == 0 {
		return nil, false
	}
	switch f.kind {
	case huma.TypeObject:
		return f.members(b, deep)
	case huma.TypeArray:
		return f.elements(b, deep)
	case huma.TypeString:
		var text []byte
		if text, rest, ok = plain(b); !ok {
			return nil, false
		}
		return rest, f.fits(text)
	case huma.TypeInteger, huma.TypeNumber:
		n, rest, ok := whole(b)
		return rest, ok && n >= f.lo && n <= f.hi
	case huma.TypeBoolean:
		if rest, ok = bytes.CutPrefix(b, []byte("true")); ok {
			return rest, true
		}
		return bytes.CutPrefix(b, []byte("false"))
	}
	return nil, false
}

func (f *form) members(b []byte, deep int) (rest []byte, ok bool) {
	if b[0] != '{' {
		return nil, false
	}
	var seen uint64
	if b = space(b[1:]); len(b) > 0 && b[0] == '}' {
		return b[1:], f.required == 0
	}
	for {
		name, after, ok := plain(b)
		if !ok {
			return nil, false
		}
		field := f.others
		if i, listed := f.names[string(name)]; listed {
			if seen&(1<<i) != 0 {
				return nil, false // which of the two counts, huma decides
			}
			seen |= 1 << i
			field = f.fields[i]
		}
		if b = space(after); field == nil || len(b) == 0 || b[0] != ':' {
			return nil, false
		}
		if b, ok = field.value(space(b[1:]), deep-1); !ok {
			return nil, false
		}
		if b = space(b); len(b) == 0 {
			return nil, false
		}
		switch b[0] {
		case '}':
			return b[1:], seen&f.required == f.required
		case ',':
			b = space(b[1:])
		default:
			return nil, false
		}
	}
}

func (f *form) elements(b []byte, deep int) (rest []byte, ok bool) {
	if b[0] != '[' {
		return nil, false
	}
	if b = space(b[1:]); len(b) > 0 && b[0] == ']' {
		return b[1:], f.least == 0
	}
	for n := 1; n <= f.most; n++ {
		if b, ok = f.items.value(b, deep-1); !ok {
			return nil, false
		}
		if b = space(b); len(b) == 0 {
			return nil, false
		}
		switch b[0] {
		case ']':
			return b[1:], n >= f.least
		case ',':
			b = space(b[1:])
		default:
			return nil, false
		}
	}
	return nil, false
}

func (f *form) fits(text []byte) bool {
	if f.least > 0 || f.most < unlimited {
		if n := utf8.RuneCount(text); n < f.least || n > f.most {
			return false
		}
	}
	return (!f.uuid || isUUID(text)) && (f.among == nil || f.among[string(text)]) && (f.pattern == nil || f.pattern.Match(text))
}

// plain takes a string without escapes off the front of b.
func plain(b []byte) (text, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != '"' {
		return nil, nil, false
	}
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return b[1:i], b[i+1:], utf8.Valid(b[1:i])
		case c < ' ' || c == '\\':
			return nil, nil, false
		}
	}
	return nil, nil, false
}

// whole takes a whole number off the front of b.
func whole(b []byte) (n float64, rest []byte, ok bool) {
	i, negative := 0, b[0] == '-'
	if negative {
		i = 1
	}
	from, sum := i, int64(0)
	for i < len(b) && b[i] >= '0' && b[i] <= '9' && i-from <= maxDigits {
		sum = sum*10 + int64(b[i]-'0')
		i++
	}
	if i == from || i-from > maxDigits || (b[from] == '0' && i-from > 1) {
		return 0, nil, false
	}
	if i < len(b) && (b[i] == '.' || b[i] == 'e' || b[i] == 'E') {
		return 0, nil, false
	}
	if negative {
		sum = -sum
	}
	return float64(sum), b[i:], true
}

func isUUID(text []byte) bool {
	if len(text) != 36 {
		return false
	}
	for i, c := range text {
		switch dash := i == 8 || i == 13 || i == 18 || i == 23; {
		case dash && c == '-', !dash && (c >= '0' && c <= '9' || c >= 'a' && c <= 'f'):
		default:
			return false
		}
	}
	return true
}

func space(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}
