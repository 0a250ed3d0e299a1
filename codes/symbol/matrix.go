package symbol

import (
	"encoding/binary"
	"slices"

	"parterre/codes"
)

// Matrix is a symbol as modules, without its quiet zone. It does not change once made.
type Matrix struct {
	kind          Kind
	width, height int
	rowHeight     int // modules drawn per row: 1, or the bar height of a linear symbol
	bits          []byte
}

func newMatrix(k Kind, width, height int) *Matrix {
	return &Matrix{kind: k, width: width, height: height, rowHeight: 1, bits: make([]byte, (width*height+7)/8)}
}

func (m *Matrix) put(x, y int, dark bool) {
	i := y*m.width + x
	m.bits[i/8] &^= 0x80 >> (i % 8)
	if dark {
		m.bits[i/8] |= 0x80 >> (i % 8)
	}
}

// Kind is the sort of symbol.
func (m *Matrix) Kind() Kind { return m.kind }

// Size is the size as drawn, without the quiet zone, in modules.
func (m *Matrix) Size() (width, height int) { return m.width, m.height * m.rowHeight }

// Outer is the size with the quiet zone, in modules.
func (m *Matrix) Outer() (width, height int) {
	qx, qy := m.kind.Quiet()
	w, h := m.Size()
	return w + 2*qx, h + 2*qy
}

// Dark tells whether a module of Size is dark; modules outside are light.
func (m *Matrix) Dark(x, y int) bool {
	w, h := m.Size()
	if x < 0 || y < 0 || x >= w || y >= h {
		return false
	}
	i := y/m.rowHeight*m.width + x
	return m.bits[i/8]&(0x80>>(i%8)) != 0
}

// Rect is a rectangle in modules; the origin is the upper left corner of the quiet zone.
type Rect struct{ X, Y, W, H int }

// Rects covers the dark modules with as few rectangles as rows allow: runs along the row, and equal runs of neighbouring
// rows merged. They do not overlap.
func (m *Matrix) Rects() []Rect {
	qx, qy := m.kind.Quiet()
	var out []Rect
	open := map[[2]int]int{} // run -> index of the rectangle that ends in the row above
	for y := range m.height {
		next := map[[2]int]int{}
		for x := 0; x < m.width; {
			if !m.Dark(x, y*m.rowHeight) {
				x++
				continue
			}
			from := x
			for x < m.width && m.Dark(x, y*m.rowHeight) {
				x++
			}
			run := [2]int{from, x - from}
			i, ok := open[run]
			if ok {
				out[i].H += m.rowHeight
			} else {
				i = len(out)
				out = append(out, Rect{from + qx, y*m.rowHeight + qy, x - from, m.rowHeight})
			}
			next[run] = i
		}
		open = next
	}
	return out
}

var kindNumbers = []Kind{"", QR, Code128, PDF417, Aztec, DataMatrix} // numbers are stored: never change them

const (
	storedVersion = 1
	maxSide       = 4096
)

// MarshalBinary is the form to store: version, kind, width, height, row height, modules.
func (m *Matrix) MarshalBinary() ([]byte, error) {
	b := []byte{storedVersion, byte(slices.Index(kindNumbers, m.kind))}
	for _, n := range []int{m.width, m.height, m.rowHeight} {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	return append(b, m.bits...), nil
}

// UnmarshalBinary restores a stored symbol. Error: codes.symbol.stored.
func (m *Matrix) UnmarshalBinary(b []byte) error {
	bad := codes.NewError("codes.symbol.stored", "symbol", "存储的码图已损坏", "the stored symbol is damaged")
	if len(b) < 8 || b[0] != storedVersion || b[1] == 0 || int(b[1]) >= len(kindNumbers) {
		return bad
	}
	w, h, rh := int(binary.BigEndian.Uint16(b[2:])), int(binary.BigEndian.Uint16(b[4:])), int(binary.BigEndian.Uint16(b[6:]))
	if w < 1 || h < 1 || rh < 1 || w > maxSide || h > maxSide || rh > maxSide || len(b)-8 != (w*h+7)/8 {
		return bad
	}
	if rest := w * h % 8; rest != 0 && b[len(b)-1]<<rest != 0 {
		return bad // bits beyond the last module
	}
	*m = Matrix{kind: kindNumbers[b[1]], width: w, height: h, rowHeight: rh, bits: slices.Clone(b[8:])}
	return nil
}
