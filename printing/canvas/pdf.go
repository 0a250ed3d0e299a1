package canvas

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-pdf/fpdf"

	"parterre/printing/font"
)

// Doc is what a PDF says about itself. Created is written as given, so that a
// reprint of the same data is the same file. Titles must not name a person.
type Doc struct {
	Title, Author, Lang string
	Created             time.Time
}

// Write writes the pages as one PDF. A page that cannot be drawn fails with a
// *PageError that names it; nothing has then been written.
func (d Doc) Write(w io.Writer, pages []*Page) error {
	p := &painter{pdf: fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: 210, Ht: 297}})}
	pdf := p.pdf
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	pdf.SetCompression(false) // compact packs the pages
	pdf.SetCreationDate(d.Created)
	pdf.SetModificationDate(d.Created)
	pdf.SetProducer("Parterre", true)
	pdf.SetTitle(basicPlane(d.Title), true)
	pdf.SetAuthor(basicPlane(d.Author), true)
	pdf.SetLang(d.Lang)
	for i, page := range pages {
		if err := p.page(page); err != nil {
			return &PageError{Page: i, Err: err}
		}
	}
	return p.output(w)
}

// basicPlane makes a text safe for the library's metadata, which panics on bytes
// that are not UTF-8 and garbles characters beyond U+FFFF. What pages say is not
// touched by it.
func basicPlane(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF || r == utf8.RuneError {
			return font.Geta
		}
		return r
	}, s)
}

// PageError says which page (from 0) could not be drawn.
type PageError struct {
	Page int
	Err  error
}

func (e *PageError) Error() string {
	return fmt.Sprintf("page %d cannot be drawn: %v", e.Page+1, e.Err)
}
func (e *PageError) Unwrap() error { return e.Err }

type painter struct {
	pdf    *fpdf.Fpdf
	height float64
	loaded [font.Faces]bool
}

// families are the names under which the faces go into the PDF.
var families = [font.Faces]string{
	font.FaceRegular: "parterre-regular", font.FaceBold: "parterre-bold",
	font.FaceLatin: "parterre-latin", font.FaceLatinBold: "parterre-latin-bold", font.FaceRare: "parterre-rare",
}

func (p *painter) page(page *Page) (err error) {
	defer func() {
		if r := recover(); r != nil { // the library panics on what it does not expect
			err = fmt.Errorf("drawing failed: %v", r)
		}
	}()
	p.pdf.AddPageFormat("P", fpdf.SizeType{Wd: page.W, Ht: page.H})
	p.height = page.H
	for _, it := range page.items {
		it.draw(p)
	}
	return p.pdf.Error()
}

func (p *painter) output(w io.Writer) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("writing the PDF failed: %v", r)
		}
	}()
	var raw bytes.Buffer
	if err := p.pdf.Output(&raw); err != nil {
		return err
	}
	return compact(raw.Bytes(), w)
}

// use loads a face the first time a document needs it: parsing the rare face
// costs more than most documents.
func (p *painter) use(face font.FaceID, size float64) {
	if !p.loaded[face] {
		p.pdf.AddUTF8FontFromBytes(families[face], "", font.TTF(face))
		p.loaded[face] = true
	}
	p.pdf.SetFont(families[face], "", size)
}

func (t textItem) draw(p *painter) {
	p.pdf.SetTextColor(int(t.kind.Color.R), int(t.kind.Color.G), int(t.kind.Color.B))
	x := t.x
	for _, run := range t.runs {
		p.use(run.Face, t.kind.Size)
		if run.Text == run.Source {
			p.pdf.Text(x, t.y, run.Text)
		} else {
			// Printed through a 16-bit stand-in; copying and searching see the character.
			p.pdf.RawWriteStr("/Span <</ActualText <" + utf16Hex(run.Source) + ">>> BDC")
			p.pdf.Text(x, t.y, run.Text)
			p.pdf.RawWriteStr("EMC")
		}
		for _, r := range run.Text {
			x += float64(font.FaceAdvance(r, run.Face)) * t.kind.Size / 1000 * font.MMPerPoint
		}
	}
}

func utf16Hex(s string) string {
	var b strings.Builder
	b.WriteString("FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

func (r rectItem) draw(p *painter) {
	p.pdf.SetFillColor(int(r.fill.R), int(r.fill.G), int(r.fill.B))
	if r.radius > 0 {
		p.pdf.RoundedRect(r.x, r.y, r.w, r.h, r.radius, "1234", "F")
		return
	}
	p.pdf.Rect(r.x, r.y, r.w, r.h, "F")
}

func (l lineItem) draw(p *painter) {
	p.pdf.SetDrawColor(int(l.color.R), int(l.color.G), int(l.color.B))
	p.pdf.SetLineWidth(l.width)
	p.pdf.SetDashPattern(l.dash, 0)
	p.pdf.Line(l.x1, l.y1, l.x2, l.y2)
}

// draw fills the whole matrix as one path in module units: integer coordinates,
// so no rounding, and one fill, so no hairline between neighbours.
func (q matrixItem) draw(p *painter) {
	n, rows := q.m.Size()
	if _, ok := q.m.(PerModule); ok {
		q.drawPerModule(p, n, rows)
		return
	}
	const point = 72 / 25.4
	module := q.side * point / float64(n)
	b := make([]byte, 0, 4096)
	b = append(b, "q 0 g "...)
	for _, v := range []float64{module, 0, 0, -module, q.x * point, (p.height - q.y) * point} {
		b = strconv.AppendFloat(b, v, 'f', 5, 64)
		b = append(b, ' ')
	}
	b = append(b, "cm\n"...)
	for y := range rows {
		for x := 0; x < n; x++ {
			start := x
			for x < n && q.m.Dark(x, y) {
				x++
			}
			if x == start {
				continue
			}
			b = strconv.AppendInt(b, int64(start), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(y), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(x-start), 10)
			b = append(b, " 1 re\n"...)
		}
	}
	b = append(b, "f Q"...)
	p.pdf.RawWriteStr(string(b))
}

func (q matrixItem) drawPerModule(p *painter, n, rows int) {
	side := q.side / float64(n)
	p.pdf.SetFillColor(0, 0, 0)
	for y := range rows {
		for x := range n {
			if q.m.Dark(x, y) {
				p.pdf.Rect(q.x+float64(x)*side, q.y+float64(y)*side, side, side, "F")
			}
		}
	}
}
