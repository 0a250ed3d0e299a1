package font

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errShort = errors.New("table is shorter than it says")

// parseMetrics reads a TrueType file's cmap (format 4) and hmtx and returns the
// advance of every mapped character in thousandths of an em, rounded as the PDF
// library rounds so that both measure alike.
func parseMetrics(ttf []byte) (widths map[rune]uint16, err error) {
	defer func() {
		if recover() != nil { // an index beyond a truncated file
			err = errShort
		}
	}()
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(ttf[4:])) {
		rec := ttf[12+16*i:]
		offset, length := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = ttf[offset : offset+length]
	}
	for _, name := range []string{"head", "hhea", "hmtx", "cmap"} {
		if tables[name] == nil {
			return nil, fmt.Errorf("no %s table", name)
		}
	}
	em := float64(be.Uint16(tables["head"][18:]))
	metrics := int(be.Uint16(tables["hhea"][34:]))
	hmtx := tables["hmtx"]
	sub, err := format4(tables["cmap"])
	if err != nil {
		return nil, err
	}
	widths = map[rune]uint16{}
	eachGlyph(sub, func(r rune, gid int) {
		if gid >= metrics {
			gid = metrics - 1
		}
		widths[r] = uint16(float64(be.Uint16(hmtx[4*gid:]))*1000/em + 0.5)
	})
	return widths, nil
}

func format4(cmap []byte) ([]byte, error) {
	be := binary.BigEndian
	for i := range int(be.Uint16(cmap[2:])) {
		sub := cmap[be.Uint32(cmap[4+8*i+4:]):]
		if be.Uint16(sub) == 4 {
			return sub, nil
		}
	}
	return nil, errors.New("no cmap of format 4")
}

func eachGlyph(sub []byte, use func(r rune, gid int)) {
	be := binary.BigEndian
	segX2 := int(be.Uint16(sub[6:]))
	ends, starts := sub[14:], sub[16+segX2:]
	deltas, offsets := sub[16+2*segX2:], sub[16+3*segX2:]
	for s := 0; s < segX2; s += 2 {
		first, last := int(be.Uint16(starts[s:])), int(be.Uint16(ends[s:]))
		delta, offset := int(be.Uint16(deltas[s:])), int(be.Uint16(offsets[s:]))
		for c := first; c <= last && c != 0xFFFF; c++ {
			gid := c
			if offset != 0 {
				gid = int(be.Uint16(offsets[s+offset+2*(c-first):]))
			}
			if gid != 0 || offset == 0 {
				gid = (gid + delta) & 0xFFFF
			}
			if gid != 0 {
				use(rune(c), gid)
			}
		}
	}
}
