package font

import (
	_ "embed"
	"fmt"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Style chooses the chain of faces a text is set in.
type Style uint8

const (
	Regular Style = iota
	Bold
	latinRegular // a text without Chinese: quotes and dots are narrow there
	latinBold
	styles = 4
)

// For is the style a whole text is set in: quotes, dots and dashes have one code
// for both scripts, wide in Chinese and narrow in Latin text.
func (s Style) For(text string) Style {
	shared := false
	for _, r := range text {
		if r >= 0x2E80 {
			return s
		}
		shared = shared || r == 0xB7 || r >= 0x2010 && r <= 0x2027
	}
	if !shared {
		return s // nothing to tell apart: one face fewer in the file
	}
	return s | latinRegular
}

// Geta (〓 U+3013) stands for a character that no face has.
const Geta = '〓'

// firstPrivate is where make.sh puts the supplementary-plane characters.
const firstPrivate = 0xE000

//go:embed regular.ttf
var regularTTF []byte

//go:embed bold.ttf
var boldTTF []byte

//go:embed latin.ttf
var latinTTF []byte

//go:embed latin-bold.ttf
var latinBoldTTF []byte

//go:embed rare.ttf
var rareTTF []byte

//go:embed han_plane2.txt
var plane2 string

// FaceID names one embedded face.
type FaceID uint8

const (
	FaceRegular FaceID = iota
	FaceBold
	FaceLatin
	FaceLatinBold
	FaceRare
	Faces = 5
)

// chains lists the faces of a style in the order they are asked.
var chains = [styles][]FaceID{
	Regular: {FaceRegular, FaceLatin, FaceRare},
	Bold:    {FaceBold, FaceLatinBold, FaceRegular, FaceLatin, FaceRare},

	latinRegular: {FaceLatin, FaceRegular, FaceRare},
	latinBold:    {FaceLatinBold, FaceBold, FaceLatin, FaceRegular, FaceRare},
}

// TTF returns a copy of the face's bytes. It is a copy because the PDF library
// appends to slices of what it is given and would write into the shared face.
func TTF(id FaceID) []byte {
	src := [Faces][]byte{regularTTF, boldTTF, latinTTF, latinBoldTTF, rareTTF}[id]
	return append(make([]byte, 0, len(src)), src...)
}

// ProblemKind says what was wrong with a character.
type ProblemKind uint8

const (
	// Missing: no face has the character; 〓 is printed in its place.
	Missing ProblemKind = iota
	// Unprintable: a control or formatting character, left out.
	Unprintable
)

// Problem is one character that is not printed as it was given.
type Problem struct {
	Kind ProblemKind
	Rune rune
}

// String names the character by code point only: the text around it may be a
// person's name and is not repeated.
func (p Problem) String() string {
	if p.Kind == Unprintable {
		return fmt.Sprintf("U+%04X is not printable and was left out", p.Rune)
	}
	return fmt.Sprintf("U+%04X is not in the printing fonts and is shown as 〓", p.Rune)
}

// Run is a piece of text in one face. Text holds only characters of the basic
// plane; Source is what a reader of it sees: the same, or the character beyond
// U+FFFF that a stand-in of Text shows.
type Run struct {
	Face   FaceID
	Text   string
	Source string
}

type glyph struct {
	face  FaceID
	known bool
	width uint16
}

type table struct {
	faces   [Faces]map[rune]uint16
	glyphs  [styles][0x10000]glyph
	private map[rune]rune
}

var load = sync.OnceValue(func() *table {
	t := &table{private: map[rune]rune{}}
	next := rune(firstPrivate)
	for _, r := range plane2 {
		if r > 0xFFFF {
			t.private[r] = next
			next++
		}
	}
	for id := range FaceID(Faces) {
		m, err := parseMetrics(TTF(id))
		if err != nil {
			panic(fmt.Sprintf("font: embedded face %d: %v", id, err)) // make.sh wrote a bad file
		}
		t.faces[id] = m
	}
	for style, chain := range chains {
		for i := len(chain) - 1; i >= 0; i-- {
			for r, w := range t.faces[chain[i]] {
				t.glyphs[style][r] = glyph{face: chain[i], known: true, width: w}
			}
		}
	}
	return t
})

// find returns the 16-bit code a rune is printed with and its glyph.
func (t *table) find(r rune, style Style) (rune, glyph) {
	if p, ok := t.private[r]; ok {
		return p, t.glyphs[style][p]
	}
	if r < 0 || r > 0xFFFF || (r >= 0xE000 && r <= 0xF8FF) {
		return Geta, glyph{}
	}
	return r, t.glyphs[style][r]
}

// Has reports whether a face of the style can print the character.
func Has(r rune, style Style) bool {
	_, g := load().find(r, style)
	return g.known
}

// Advance is the width of a character in thousandths of the type size; that of
// 〓 when no face has it.
func Advance(r rune, style Style) int {
	t := load()
	if _, g := t.find(r, style); g.known {
		return int(g.width)
	}
	return int(t.glyphs[style][Geta].width)
}

// FaceAdvance is the width of a character of a shaped run in its own face, in
// thousandths of the type size.
func FaceAdvance(r rune, face FaceID) int { return int(load().faces[face][r]) }

// Width is the width of a cleaned text in millimetres at a size in points.
func Width(s string, style Style, size float64) float64 {
	sum := 0
	for _, r := range s {
		sum += Advance(r, style)
	}
	return float64(sum) * size / 1000 * MMPerPoint
}

// MMPerPoint converts points to millimetres.
const MMPerPoint = 25.4 / 72

// Clean returns the text as it will be printed: composed (NFC), line ends as
// \n, tabs as blanks, unprintable characters left out. Every character that is
// left out, and every one that will appear as 〓, is reported once per
// occurrence; the latter stays in the text.
func Clean(s string, style Style) (string, []Problem) {
	if plain(s) {
		return s, nil
	}
	var problems []Problem
	t := load()
	out := make([]rune, 0, len(s))
	previous := rune(0)
	for _, r := range norm.NFC.String(s) {
		switch {
		case r == '\n' && previous == '\r':
		case r == '\r' || r == '\n' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			out = append(out, '\n')
		case r == '\t':
			out = append(out, ' ')
		case unicode.Is(unicode.C, r) && !unicode.Is(unicode.Co, r), unicode.Is(unicode.Variation_Selector, r):
			problems = append(problems, Problem{Unprintable, r})
		default:
			if _, g := t.find(r, style); !g.known {
				problems = append(problems, Problem{Missing, r})
			}
			out = append(out, r)
		}
		previous = r
	}
	return string(out), problems
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

// Shape splits a cleaned text into runs of one face each, with 〓 for what no
// face has. Joined, the runs hold exactly one character per character of s.
func Shape(s string, style Style) []Run {
	t := load()
	var runs []Run
	var text, source []rune
	flush := func(face FaceID) {
		if len(text) > 0 {
			runs = append(runs, Run{Face: face, Text: string(text), Source: string(source)})
			text, source = text[:0], source[:0]
		}
	}
	current := chains[style][0]
	for _, r := range s {
		code, g := t.find(r, style)
		if !g.known {
			r, code, g = Geta, Geta, t.glyphs[style][Geta]
		}
		if g.face != current {
			flush(current)
			current = g.face
		}
		text, source = append(text, code), append(source, r)
	}
	flush(current)
	return runs
}

// Chinese says the same as String.
func (p Problem) Chinese() string {
	if p.Kind == Unprintable {
		return fmt.Sprintf("字符 U+%04X 无法打印，已略去", p.Rune)
	}
	return fmt.Sprintf("字库中没有字符 U+%04X，以〓代替", p.Rune)
}
