package escpos

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"parterre/printing"
	"parterre/printing/font"
	"parterre/printing/layout"
)

// Profile says what a printer can do.
type Profile struct {
	Columns  int  // half-width characters a line: 48 on 80 mm paper, 32 on 58 mm
	Dots     int  // dots a line: 576 on 80 mm paper, 384 on 58 mm
	NativeQR bool // the printer knows GS ( k
	FourByte bool // the printer's font has the four-byte part of GB 18030
}

// The two common papers.
var (
	Paper80 = Profile{Columns: 48, Dots: 576, NativeQR: true}
	Paper58 = Profile{Columns: 32, Dots: 384, NativeQR: true}
)

// Align is where a line stands.
type Align uint8

const (
	Left Align = iota
	Center
	Right
)

// Look is how text is printed; Wide and Tall double it.
type Look struct {
	Align            Align
	Bold, Wide, Tall bool
}

// Builder collects one print job. The first error sticks.
type Builder struct {
	p        Profile
	buf      bytes.Buffer
	warnings []printing.Warning
	err      error
}

// New begins a job: the printer is reset and set to Chinese text.
func New(p Profile) *Builder {
	b := &Builder{p: p}
	b.raw(0x1B, '@', 0x1C, '&')
	return b
}

func (b *Builder) raw(bs ...byte) { b.buf.Write(bs) }

// Bytes returns the job, or the first error.
func (b *Builder) Bytes() ([]byte, []printing.Warning, error) {
	if b.err != nil {
		return nil, nil, b.err
	}
	return b.buf.Bytes(), b.warnings, nil
}

// Columns is how many half-width columns a text takes.
func Columns(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}

func columns(r rune) int {
	if r < 0x80 {
		return 1
	}
	return 2
}

// clean leaves only what the printer can print: 〓 stands for what it cannot.
func (b *Builder) clean(field, s string) string {
	clean, problems := font.Clean(s, font.Regular)
	for _, p := range problems {
		if p.Kind == font.Unprintable { // what the PDF fonts lack a printer may have
			b.warn("printing.unprintable", field, p.Chinese(), p.String())
		}
	}
	out := make([]rune, 0, len(clean))
	for _, r := range clean {
		switch coded := gb18030(r); {
		case r == '\u00A0':
			r = ' '
		case r == '¥': // U+00A5 is four bytes in GB 18030, U+FFE5 is two
			r = '￥'
		case r == '\n' || coded != nil && (len(coded) <= 2 || b.p.FourByte):
		default:
			b.warn("printing.missing_glyph", field, fmt.Sprintf("打印机字库中没有字符 U+%04X，以〓代替", r),
				fmt.Sprintf("U+%04X is not in the printer's font and is shown as 〓", r))
			r = font.Geta
		}
		out = append(out, r)
	}
	return string(out)
}

func gb18030(r rune) []byte {
	coded, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(string(r)))
	if err != nil {
		return nil
	}
	return coded
}

func (b *Builder) warn(code, field, zh, en string) {
	w := printing.Warning{Code: code, Field: field, ZH: zh, EN: en}
	for _, old := range b.warnings {
		if old == w {
			return
		}
	}
	b.warnings = append(b.warnings, w)
}

func (b *Builder) look(l Look) {
	size := byte(0)
	if l.Wide {
		size |= 0x10
	}
	if l.Tall {
		size |= 0x01
	}
	bold := byte(0)
	if l.Bold {
		bold = 1
	}
	b.raw(0x1B, 'a', byte(l.Align), 0x1B, 'E', bold, 0x1D, '!', size)
}

// Text prints a text, broken into the paper's columns.
func (b *Builder) Text(field, s string, l Look) {
	if s == "" {
		return
	}
	width := b.p.Columns
	if l.Wide {
		width /= 2
	}
	lines, _ := layout.BreakBy(b.clean(field, s), float64(width), func(r rune) float64 { return float64(columns(r)) })
	b.look(l)
	for _, line := range lines {
		b.write(line)
	}
}

func (b *Builder) write(line string) {
	for _, r := range line {
		b.buf.Write(gb18030(r))
	}
	b.raw('\n')
}

// Pair prints a text at the left and one at the right, on one line if both fit,
// else the right one on a line of its own.
func (b *Builder) Pair(field, left, right string, bold bool) {
	left, right = b.clean(field, left), b.clean(field, right)
	gap := b.p.Columns - Columns(left) - Columns(right)
	if gap < 1 || strings.Contains(left+right, "\n") {
		b.Text(field, left, Look{Bold: bold})
		b.Text(field, right, Look{Bold: bold, Align: Right})
		return
	}
	b.look(Look{Bold: bold})
	b.write(left + fmt.Sprintf("%*s", gap, "") + right)
}

// Rule prints a line across the paper.
func (b *Builder) Rule() {
	b.look(Look{})
	b.write(string(bytes.Repeat([]byte{'-'}, b.p.Columns)))
}

// Feed moves the paper on by lines.
func (b *Builder) Feed(lines int) { b.raw(0x1B, 'd', byte(min(max(lines, 0), 255))) }

// Cut feeds the paper past the knife and cuts it, leaving a bridge.
func (b *Builder) Cut() { b.raw(0x1D, 'V', 66, 0) }

// Drawer opens the cash drawer.
func (b *Builder) Drawer() { b.raw(0x1B, 'p', 0, 25, 250) }
