// Package codec puts a plan's geometry and the state of its seats into few
// bytes for the wire. The bytes are described in ../FORMAT.md ("Wire codecs"); the
// TypeScript package planrender reads and writes the same, and both are held to
// ../testdata/codec/*.json.
//
// Decoders refuse whatever the encoder would not have written.
package codec

import (
	"fmt"
	"unicode/utf8"
)

// Error tells what was wrong at which byte of the stream in hand.
type Error struct {
	What string
	At   int
}

// Error is the English sentence.
func (e *Error) Error() string { return fmt.Sprintf("codec: bad %s at byte %d", e.What, e.At) }

// ErrorCode is the machine code.
func (e *Error) ErrorCode() string { return "codec.malformed" }

type writer struct{ b []byte }

func (w *writer) varint(v uint64) {
	for v >= 0x80 {
		w.b = append(w.b, byte(v)|0x80)
		v >>= 7
	}
	w.b = append(w.b, byte(v))
}

func (w *writer) zigzag(v int64) { w.varint(uint64(v)<<1 ^ uint64(v>>63)) }

func (w *writer) text(s string) {
	w.varint(uint64(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) stream(s *writer) {
	w.varint(uint64(len(s.b)))
	w.b = append(w.b, s.b...)
}

// reader keeps the first error; after it every read gives zero.
type reader struct {
	b   []byte
	at  int
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = &Error{what, r.at}
	}
}

func (r *reader) byte() byte {
	if r.err != nil {
		return 0
	}
	if r.at >= len(r.b) {
		r.fail("end")
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

// varint reads an unsigned LEB128 of at most bits bits in its shortest form.
func (r *reader) varint(bits uint) uint64 {
	var v uint64
	for shift := uint(0); ; shift += 7 {
		c := r.byte()
		if r.err != nil {
			return 0
		}
		if shift >= 63 {
			r.fail("varint")
			return 0
		}
		v |= uint64(c&0x7f) << shift
		if v>>bits != 0 {
			r.fail("varint")
			return 0
		}
		if c < 0x80 {
			if c == 0 && shift > 0 {
				r.fail("longer varint than needed")
				return 0
			}
			return v
		}
	}
}

func (r *reader) count() int { return int(r.varint(32)) }

func (r *reader) zigzag() int64 {
	v := r.varint(32)
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) take(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.b)-r.at) {
		r.fail("length")
	}
	if r.err != nil {
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

func (r *reader) text(limit int) string {
	n := r.count()
	if n > limit {
		r.fail("text")
		return ""
	}
	b := r.take(n)
	if !utf8.Valid(b) {
		r.fail("UTF-8")
		return ""
	}
	return string(b)
}

// stream is the next stream as a reader of its own.
func (r *reader) stream() *reader {
	b := r.take(r.count())
	return &reader{b: b, err: r.err}
}

// end takes over the error of a stream and refuses bytes after its end.
func (r *reader) end(s *reader) {
	if s.err == nil && s.at != len(s.b) {
		s.fail("trailing bytes")
	}
	if r.err == nil {
		r.err = s.err
	}
}

func (r *reader) magic(m string, version byte) {
	for i := range len(m) {
		if r.byte() != m[i] {
			r.fail("magic")
			return
		}
	}
	if r.byte() != version {
		r.fail("version")
	}
}
