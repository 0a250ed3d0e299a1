package plan

import (
	"bytes"
	"compress/gzip"
	"io"
)

// Unpack returns data as it is, or inflated if it is gzip. What would inflate
// beyond MaxBytes is refused after MaxBytes, not after all of it.
func Unpack(data []byte) ([]byte, error) {
	if len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b {
		return data, nil
	}
	r := &report{}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		r.err("syntax", ".", "gzip: "+err.Error(), 0)
		return nil, Findings(r.list)
	}
	out, err := io.ReadAll(io.LimitReader(z, MaxBytes+1))
	switch {
	case err != nil:
		r.err("syntax", ".", "gzip: "+err.Error(), len(out))
	case len(out) > MaxBytes:
		r.err("too_large", ".", MaxBytes)
	default:
		return out, nil
	}
	return nil, Findings(r.list)
}
