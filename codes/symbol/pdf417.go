package symbol

import (
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/pdf417"
)

// The encoder at hand (v1.1.0) writes (rows-3)/3 into the left row indicators of cluster 0 where ISO/IEC 15438 wants
// (rows-1)/3, so strict readers refuse every symbol whose number of rows is not a multiple of three. We write those
// indicators anew.

const (
	pdf417RowPixels = 2  // how high the encoder draws a row
	pdf417Word      = 17 // modules of a code word
)

// pdf417Left is the code words of cluster 0 for 30*a + b: a is the row number / 3, b is (rows-1)/3.
var pdf417Left = [10][10]uint32{
	{0x1d5c0, 0x1eaf0, 0x1f57c, 0x1d4e0, 0x1ea78, 0x1f53e, 0x1a8c0, 0x1d470, 0x1a860, 0x15040},
	{0x1af7c, 0x15e78, 0x1af3e, 0x15f7c, 0x1f5fa, 0x1d2e0, 0x1e978, 0x1f4be, 0x1a4c0, 0x1d270},
	{0x14ee0, 0x1a778, 0x1d3be, 0x14e70, 0x1a73c, 0x14e38, 0x1a71e, 0x14f78, 0x1a7be, 0x14f3c},
	{0x14630, 0x1a31c, 0x14618, 0x1460c, 0x14770, 0x1a3bc, 0x14738, 0x1a39e, 0x1471c, 0x147bc},
	{0x1430c, 0x14306, 0x1a1de, 0x1438e, 0x14140, 0x1a0b0, 0x1d05c, 0x14120, 0x1a098, 0x1d04e},
	{0x1ca38, 0x1e51e, 0x12840, 0x19430, 0x12820, 0x196e0, 0x1cb78, 0x1e5be, 0x12cc0, 0x19670},
	{0x1ed38, 0x1f69e, 0x1b440, 0x1da30, 0x1ed1c, 0x1b420, 0x1da18, 0x1ed0e, 0x1b410, 0x1da0c},
	{0x16ec0, 0x12660, 0x19338, 0x1c99e, 0x16e60, 0x1b738, 0x1db9e, 0x16e30, 0x12618, 0x16e18},
	{0x1ec8e, 0x1b210, 0x1d90c, 0x1b208, 0x1b204, 0x19160, 0x1c8b8, 0x1e45e, 0x1b360, 0x19130},
	{0x1918e, 0x16718, 0x1230c, 0x12306, 0x123b8, 0x191de, 0x167b8, 0x1239c, 0x1679c, 0x1238e},
}

func encodePDF417(text string, level int) (*Matrix, error) {
	b, err := pdf417.Encode(text, byte(level))
	if err != nil {
		return nil, err
	}
	m := pdf417Matrix(b)
	for row := 0; row < m.height; row += 3 {
		word := pdf417Left[row/3][(m.height-1)/3]
		for i := range pdf417Word {
			m.put(pdf417Word+i, row, word&(1<<(pdf417Word-1-i)) != 0) // the first word is the start pattern
		}
	}
	return m, nil
}

// pdf417Matrix draws the rows three modules high, the least that the standard advises.
func pdf417Matrix(b barcode.Barcode) *Matrix {
	r := b.Bounds()
	m := newMatrix(PDF417, r.Dx(), r.Dy()/pdf417RowPixels)
	m.rowHeight = 3
	for y := range m.height {
		for x := range m.width {
			m.put(x, y, dark(b, r.Min.X+x, r.Min.Y+y*pdf417RowPixels))
		}
	}
	return m
}
