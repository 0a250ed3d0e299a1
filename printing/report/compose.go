package report

import (
	"fmt"

	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

var (
	ink    = canvas.Hex(0x1f2329)
	quiet  = canvas.Hex(0x646a73)
	line   = canvas.Hex(0xe3e6ea)
	ground = canvas.Hex(0xf5f6f8)
	accent = canvas.Hex(0xb4232c)
	danger = canvas.Hex(0xc0362c)
)

const (
	margin     = 15.0
	footHeight = 14.0
	bodySize   = 8.5
	smallest   = 6.0
	padding    = 3.4 // left and right of a cell, together
)

var labels = map[string][2]string{
	"total": {"合计", "Total"}, "printed": {"打印时间", "Printed"}, "empty": {"本期无记录", "No records in this period"},
}

// setter sets a report: pages grow downwards, y is where the next thing goes.
type setter struct {
	r        *Report
	pages    []*canvas.Page
	page     *canvas.Page
	y        float64
	w, h     float64
	warnings []printing.Warning
}

func (s *setter) say(key string) string { return labels[key][s.r.Lang] }

func (s *setter) clean(field, text string, style font.Style) string {
	out, problems := font.Clean(text, style)
next:
	for _, p := range problems {
		w := printing.Warning{Code: "printing.missing_glyph", Field: field, ZH: p.Chinese(), EN: p.String()}
		if p.Kind == font.Unprintable {
			w.Code = "printing.unprintable"
		}
		for _, old := range s.warnings {
			if old == w {
				continue next
			}
		}
		s.warnings = append(s.warnings, w)
	}
	return out
}

func (s *setter) compose() ([]*canvas.Page, error) {
	if err := s.r.check(); err != nil {
		return nil, err
	}
	s.w, s.h = 210, 297
	if s.r.Landscape {
		s.w, s.h = 297, 210
	}
	s.newPage()
	s.head()
	s.summary()
	for i := range s.r.Tables {
		if err := s.table(fmt.Sprintf("tables[%d]", i), &s.r.Tables[i]); err != nil {
			return nil, err
		}
	}
	s.notes()
	s.signatures()
	s.feet()
	return s.pages, nil
}

func (s *setter) width() float64  { return s.w - 2*margin }
func (s *setter) bottom() float64 { return s.h - footHeight }

func (s *setter) newPage() {
	s.page = &canvas.Page{W: s.w, H: s.h}
	s.pages = append(s.pages, s.page)
	s.y = margin
}

// need begins a new page when there is not that much room; it says so.
func (s *setter) need(height float64) bool {
	if s.y+height <= s.bottom() {
		return false
	}
	s.newPage()
	return true
}

// paragraph sets a text over the full width, over pages if it must.
func (s *setter) paragraph(field, text string, style font.Style, color canvas.Color, size float64) {
	b, _ := layout.Fit(s.clean(field, text, style), style, color, layout.Box{W: s.width(), Max: size, Min: size, Leading: 1.4})
	for _, l := range b.Lines {
		s.need(b.Step)
		s.y = layout.Block{Lines: []string{l}, Type: b.Type, Step: b.Step}.Put(s.page, margin, s.y, canvas.Left)
	}
}

func (s *setter) head() {
	s.page.Rect(margin, s.y, 11, 1.5, 0, accent)
	s.y += 4.5
	s.paragraph("title", s.r.Title, font.Bold, ink, 19)
	second := s.r.Period
	if s.r.Organisation != "" {
		second += "   " + s.r.Organisation
	}
	if second != "" {
		s.paragraph("period", second, font.Regular, quiet, 10)
	}
	s.y += 5
}

// summary shows the figures that are read first, up to four in a row.
func (s *setter) summary() {
	const perRow, height = 4, 17.0
	for first := 0; first < len(s.r.Summary); first += perRow {
		row := s.r.Summary[first:min(first+perRow, len(s.r.Summary))]
		s.page.Rect(margin, s.y, s.width(), height, 1.6, ground)
		column := (s.width() - 10) / perRow
		for i, f := range row {
			x := margin + 5 + float64(i)*column
			s.fitted("summary", f.Label, x, s.y+2.6, column-4, 8, font.Regular, quiet)
			s.fitted("summary", format(f.Kind, f.Value), x, s.y+6.8, column-6, 15, font.Bold, ink)
		}
		s.y += height + 2
	}
	if len(s.r.Summary) > 0 {
		s.y += 4
	}
}

// fitted shrinks a text to one line; a very long one is broken below it.
func (s *setter) fitted(field, text string, x, y, w, size float64, style font.Style, color canvas.Color) {
	box := layout.Box{W: w, Max: size, Min: 5, MaxLines: 1, Leading: 1.2}
	b, ok := layout.Fit(s.clean(field, text, style), style, color, box)
	if !ok {
		box.MaxLines = 0
		b, _ = layout.Fit(s.clean(field, text, style), style, color, box)
	}
	b.Put(s.page, x, y, canvas.Left)
}

func (s *setter) notes() {
	if len(s.r.Notes) == 0 {
		return
	}
	s.y += 3
	for _, n := range s.r.Notes {
		s.paragraph("notes", n, font.Regular, quiet, 8)
	}
}

func (s *setter) signatures() {
	if len(s.r.Signatures) == 0 {
		return
	}
	s.need(24)
	s.y += 15
	each := s.width() / float64(len(s.r.Signatures))
	for i, sign := range s.r.Signatures {
		x := margin + float64(i)*each
		label := s.clean("signatures", sign.Label, font.Regular)
		kind := canvas.Type{Size: 8.5, Color: quiet}
		s.page.Text(x, s.y, label, kind, canvas.Left)
		from := x + kind.Width(label) + 2
		s.page.Line(from, s.y+0.8, x+each-8, s.y+0.8, 0.2, quiet)
		if sign.Name != "" {
			s.page.Text(from+2, s.y-0.6, s.clean("signatures", sign.Name, font.Regular), canvas.Type{Size: 10, Color: ink}, canvas.Left)
			s.page.Text(from+2, s.y+4.6, s.clean("signatures", sign.At, font.Regular), canvas.Type{Size: 7.5, Color: quiet}, canvas.Left)
		}
	}
	s.y += 6
}

// feet number the pages, now that all are known.
func (s *setter) feet() {
	kind := canvas.Type{Size: 7.5, Color: quiet}
	y := s.h - 8
	for i, p := range s.pages {
		p.Line(margin, y-4.4, margin+s.width(), y-4.4, 0.2, line)
		number := fmt.Sprintf("%d / %d", i+1, len(s.pages))
		p.Text(margin+s.width(), y, number, kind, canvas.Right)
		printed := s.say("printed") + " " + s.r.Created.Format("2006-01-02 15:04:05")
		p.Text(margin+s.width()-18, y, printed, kind, canvas.Right)
		title := s.clean("title", s.r.Title, font.Regular)
		room := s.width() - 22 - kind.Width(printed)
		b, ok := layout.Fit(title, font.Regular, quiet, layout.Box{W: room, Max: 7.5, Min: 5, MaxLines: 1})
		if ok {
			p.Text(margin, y, b.Lines[0], b.Type, canvas.Left)
		}
	}
}
