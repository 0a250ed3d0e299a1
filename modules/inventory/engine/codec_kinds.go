package engine

import (
	"encoding/binary"
	"slices"
)

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// appendKinds writes ticket kinds as a list of the different ones and a number
// per seat, for most orders have one or two.
func appendKinds(b []byte, kinds []string) []byte {
	var names []string
	for _, k := range kinds {
		if !slices.Contains(names, k) {
			names = append(names, k)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(names)))
	for _, n := range names {
		b = appendText(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(kinds)))
	for _, k := range kinds {
		b = binary.AppendUvarint(b, uint64(slices.Index(names, k)))
	}
	return b
}

func (r *reader) kinds() []string {
	names := make([]string, r.count(1))
	for i := range names {
		names[i] = string(r.bytes())
	}
	n := r.count(1)
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		k := r.uvarint()
		if k >= uint64(len(names)) {
			r.bad = true
			return nil
		}
		out[i] = names[k]
	}
	return out
}
