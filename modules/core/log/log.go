// Package log sets up structured logging. Personal data never reaches a log:
// values of that kind are of type Secret, which prints as "***" however it is
// formatted, and Handler masks what looks like a document or phone number in
// any string, as a second line.
package log

import (
	"context"
	"io"
	"log/slog"
	"regexp"
)

// Secret is a text that must not be printed. Reveal gives it back.
type Secret string

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// String implements fmt.Stringer.
func (Secret) String() string { return "***" }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return "***" }

// MarshalText implements encoding.TextMarshaler, so JSON prints it masked too.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Reveal returns the text for its one proper use.
func (s Secret) Reveal() string { return string(s) }

// personal matches identity-card numbers (15, 18 digits, last may be X) and
// mobile numbers. Hexadecimal ids and codes of other lengths pass.
var personal = regexp.MustCompile(`(^|[^0-9A-Za-z-])([1-9]\d{16}[0-9Xx]|[1-9]\d{14}|1[3-9]\d{9})($|[^0-9A-Za-z-])`)

// Mask replaces what looks like a personal number by "***".
func Mask(s string) string {
	if len(s) < 11 {
		return s
	}
	for range 3 { // neighbours share a separator, so one pass may miss the second
		t := personal.ReplaceAllString(s, "$1***$3")
		if t == s {
			break
		}
		s = t
	}
	return s
}

// New makes a logger that writes text for people or JSON for machines.
func New(w io.Writer, json bool, level slog.Level) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Resolve(); v.Kind() {
		case slog.KindString:
			a.Value = slog.StringValue(Mask(v.String()))
		case slog.KindAny:
			if err, ok := v.Any().(error); ok {
				a.Value = slog.StringValue(Mask(err.Error()))
			}
		}
		return a
	}}
	if json {
		return slog.New(masking{slog.NewJSONHandler(w, opts)})
	}
	return slog.New(masking{slog.NewTextHandler(w, opts)})
}

// masking masks the message itself, which ReplaceAttr sees only in part.
type masking struct{ slog.Handler }

func (m masking) Handle(ctx context.Context, r slog.Record) error {
	c := slog.NewRecord(r.Time, r.Level, Mask(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool { c.AddAttrs(a); return true })
	return m.Handler.Handle(ctx, c)
}

func (m masking) WithAttrs(as []slog.Attr) slog.Handler { return masking{m.Handler.WithAttrs(as)} }
func (m masking) WithGroup(n string) slog.Handler       { return masking{m.Handler.WithGroup(n)} }
