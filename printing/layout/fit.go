package layout

import (
	"parterre/printing/canvas"
	"parterre/printing/font"
)

// Box is the room a text has and how far it may shrink.
type Box struct {
	W, H     float64 // millimetres; H 0 means any height
	Max, Min float64 // type size in points
	Leading  float64 // line distance as a multiple of the size; 0 means 1.35
	MaxLines int     // 0 means as many as the height holds
	Balance  bool    // even out the lines (titles), no lone last character
}

// Block is a text broken for a box.
type Block struct {
	Lines []string
	Type  canvas.Type
	Step  float64 // distance of baselines in millimetres
}

// Height is the block's height in millimetres.
func (b Block) Height() float64 { return float64(len(b.Lines)) * b.Step }

// shrinkStep is how finely sizes are tried, in points.
const shrinkStep = 0.25

// Fit breaks a cleaned text at the largest size of the box at which it fits,
// preferring one at which no word is broken inside. When even the smallest size
// does not do, ok is false and the block holds the whole text at that size.
func Fit(s string, style font.Style, color canvas.Color, box Box) (block Block, ok bool) {
	style = style.For(s)
	for _, allowSplit := range []bool{false, true} {
		for size := box.Max; size >= box.Min-1e-9; size -= shrinkStep {
			b, split, fits := try(s, style, box, size)
			if fits && (allowSplit || !split) {
				b.Type.Color = color
				return b, true
			}
		}
	}
	b, _, _ := try(s, style, box, box.Min)
	b.Type.Color = color
	return b, false
}

func try(s string, style font.Style, box Box, size float64) (b Block, split, fits bool) {
	leading := box.Leading
	if leading == 0 {
		leading = 1.35
	}
	lines, split := Break(s, box.W, style, size)
	b = Block{Lines: lines, Type: canvas.Type{Size: size, Style: style}, Step: size * leading * font.MMPerPoint}
	fits = (box.H == 0 || b.Height() <= box.H+1e-9) && (box.MaxLines == 0 || len(lines) <= box.MaxLines)
	for _, line := range lines { // a single character may be wider than the box
		fits = fits && b.Type.Width(line) <= box.W+1e-6
	}
	if box.Balance && fits && !split && len(lines) > 1 {
		b.Lines = balance(s, len(lines), box.W, style, size)
	}
	return b, split, fits
}

// balance finds the narrowest width that keeps the number of lines.
func balance(s string, count int, width float64, style font.Style, size float64) []string {
	low, high := width/float64(count)*0.8, width
	for range 12 {
		middle := (low + high) / 2
		if lines, split := Break(s, middle, style, size); len(lines) <= count && !split {
			high = middle
		} else {
			low = middle
		}
	}
	lines, _ := Break(s, high, style, size)
	return lines
}

// Put draws a block with its first line's top at y; the result is the y below
// its last line.
func (b Block) Put(p *canvas.Page, x, y float64, align canvas.Align) float64 {
	ascent := b.Type.Size * font.MMPerPoint * 0.88
	gap := (b.Step - b.Type.Size*font.MMPerPoint) / 2
	for _, line := range b.Lines {
		p.Text(x, y+gap+ascent, line, b.Type, align)
		y += b.Step
	}
	return y
}
