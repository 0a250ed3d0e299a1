package canvas

import (
	"parterre/printing"
	"parterre/printing/font"
)

// Color is an sRGB colour.
type Color struct{ R, G, B uint8 }

// Hex makes a colour of 0xRRGGBB.
func Hex(rgb uint32) Color { return Color{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb)} }

// Align says which end of a text its x coordinate names.
type Align uint8

const (
	Left Align = iota
	Center
	Right
)

// Type is how a text looks.
type Type struct {
	Size  float64 // points
	Style font.Style
	Color Color
}

// Width is the width of a cleaned text in millimetres.
func (t Type) Width(s string) float64 { return font.Width(s, t.Style, t.Size) }

// Page is a list of things drawn in the order they were added.
type Page struct {
	W, H  float64
	items []item
}

type item interface{ draw(*painter) }

type textItem struct {
	x, y float64
	kind Type
	runs []font.Run
}

type rectItem struct {
	x, y, w, h, radius float64
	fill               Color
}

type lineItem struct {
	x1, y1, x2, y2, width float64
	color                 Color
	dash                  []float64
}

type matrixItem struct {
	x, y, side float64
	m          printing.Matrix
}

// Text puts a cleaned text (font.Clean) with its baseline at y.
func (p *Page) Text(x, y float64, s string, t Type, align Align) {
	switch align {
	case Center:
		x -= t.Width(s) / 2
	case Right:
		x -= t.Width(s)
	}
	if s != "" {
		p.items = append(p.items, textItem{x, y, t, font.Shape(s, t.Style)})
	}
}

// Strings returns what the page says, in drawing order.
func (p *Page) Strings() []string {
	var all []string
	for _, it := range p.items {
		if t, ok := it.(textItem); ok {
			s := ""
			for _, run := range t.runs {
				s += run.Source
			}
			all = append(all, s)
		}
	}
	return all
}

// Rect fills a box; a radius above zero rounds its corners.
func (p *Page) Rect(x, y, w, h, radius float64, fill Color) {
	p.items = append(p.items, rectItem{x, y, w, h, radius, fill})
}

// Line strokes a line of the given width; dash gives on and off lengths.
func (p *Page) Line(x1, y1, x2, y2, width float64, c Color, dash ...float64) {
	p.items = append(p.items, lineItem{x1, y1, x2, y2, width, c, dash})
}

// Matrix paints a symbol, black, side millimetres wide and as high as its modules
// make it. The quiet zone (for
// QR four modules of white all round) is the caller's to leave.
func (p *Page) Matrix(x, y, side float64, m printing.Matrix) {
	p.items = append(p.items, matrixItem{x: x, y: y, side: side, m: m})
}

// PerModule marks a matrix to be painted as one box per module, the way that
// leaves hairlines between modules. It is there to be measured against.
type PerModule struct{ printing.Matrix }
