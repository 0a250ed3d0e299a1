package report

import (
	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

// grid is a table with its columns measured.
type grid struct {
	t      *Table
	field  string
	size   float64
	widths []float64
}

func (s *setter) table(field string, t *Table) error {
	if len(t.Columns) == 0 {
		return nil
	}
	g, err := s.measure(field, t)
	if err != nil {
		return err
	}
	total, err := s.totalRow(t)
	if err != nil {
		return err
	}
	head := s.row(g, heads(t), font.Bold)
	title := 0.0
	if t.Title != "" {
		title = 8
	}
	s.need(title + head.height + 14)
	if t.Title != "" {
		s.page.Text(margin, s.y+4, s.clean(field+".title", t.Title, font.Bold), canvas.Type{Size: 11, Style: font.Bold, Color: ink}, canvas.Left)
		s.y += title
	}
	s.putHead(g, head)
	for i, cells := range t.Rows {
		r := s.row(g, texts(t, cells), font.Regular)
		want := r.height
		if i == len(t.Rows)-1 && total != nil { // a total never stands on a page alone
			want += s.row(g, total, font.Bold).height
		}
		if s.need(want) {
			s.putHead(g, head)
		}
		s.putRow(g, r, cells)
		s.page.Line(margin, s.y, margin+s.width(), s.y, 0.12, line)
	}
	if len(t.Rows) == 0 {
		s.page.Text(margin+padding/2, s.y+5, s.say("empty"), canvas.Type{Size: g.size, Color: quiet}, canvas.Left)
		s.y += 8
	}
	if total != nil {
		r := s.row(g, total, font.Bold)
		s.page.Line(margin, s.y, margin+s.width(), s.y, 0.35, ink)
		s.putRow(g, r, nil)
	}
	s.y += 8
	return nil
}

func heads(t *Table) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Head
	}
	return out
}

func texts(t *Table, cells []Cell) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = format(t.Columns[i].Kind, c)
	}
	return out
}

// totalRow is nil when the table has no totals.
func (s *setter) totalRow(t *Table) ([]string, error) {
	if !t.Totals {
		return nil, nil
	}
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if c.Kind != Count && c.Kind != Money {
			continue
		}
		sum, err := t.Sum(i)
		if err != nil {
			return nil, err
		}
		out[i] = format(c.Kind, Cell{N: sum})
	}
	if t.Columns[0].Kind == Text {
		out[0] = s.say("total")
	}
	return out, nil
}

// measure gives number columns what they need and text columns the rest, at the
// largest size at which no number is broken.
func (s *setter) measure(field string, t *Table) (grid, error) {
	total, err := s.totalRow(t)
	if err != nil {
		return grid{}, err
	}
	natural := make([]float64, len(t.Columns)) // widest value per point of type size
	note := func(values []string, style font.Style) {
		for i, v := range values {
			clean, _ := font.Clean(v, style)
			natural[i] = max(natural[i], font.Width(clean, style, 1))
		}
	}
	note(heads(t), font.Bold)
	note(total, font.Bold)
	for _, cells := range t.Rows {
		note(texts(t, cells), font.Regular)
	}
	for size := bodySize; size >= smallest; size -= 0.25 {
		g := grid{t: t, field: field, size: size, widths: make([]float64, len(natural))}
		numbers, words := 0.0, 0.0
		for i, c := range t.Columns {
			g.widths[i] = natural[i]*size + padding
			if c.Kind == Text {
				words += g.widths[i]
			} else {
				numbers += g.widths[i]
			}
		}
		if g.share(s.width(), numbers, words) {
			return g, nil
		}
	}
	return grid{}, &printing.Error{
		Code: "printing.does_not_fit", Field: field,
		ZH: "表格列太多，纸面放不下，请改用横向或减少列", EN: "the table is too wide for the page; use landscape or fewer columns",
	}
}

// share fits the columns to the page; it fails when text columns would get less
// than eight characters on average.
func (g *grid) share(width, numbers, words float64) bool {
	rest := width - numbers
	texts := 0
	for _, c := range g.t.Columns {
		if c.Kind == Text {
			texts++
		}
	}
	if texts == 0 {
		if rest < 0 {
			return false
		}
		for i := range g.widths {
			g.widths[i] += rest / float64(len(g.widths))
		}
		return true
	}
	if rest < words && rest < float64(texts)*8*g.size*font.MMPerPoint {
		return false
	}
	if rest >= words { // share the spare room among all columns
		for i := range g.widths {
			g.widths[i] += (rest - words) / float64(len(g.widths))
		}
		return true
	}
	g.squeeze(rest, words)
	return true
}

// squeeze narrows text columns: short ones keep their width, long ones wrap.
func (g *grid) squeeze(rest, words float64) {
	fair := rest
	for range g.widths { // water-filling: settles in at most one round a column
		long, kept := 0, 0.0
		level := fair
		for i, c := range g.t.Columns {
			if c.Kind != Text {
				continue
			}
			if g.widths[i] > level {
				long++
			} else {
				kept += g.widths[i]
			}
		}
		if long == 0 {
			long = 1
		}
		next := (rest - kept) / float64(long)
		if next == fair {
			break
		}
		fair = next
	}
	for i, c := range g.t.Columns {
		if c.Kind == Text {
			g.widths[i] = min(g.widths[i], fair)
		}
	}
}

// set is a row broken into lines.
type set struct {
	blocks []layout.Block
	height float64
}

func (s *setter) row(g grid, values []string, style font.Style) set {
	r := set{}
	for i, v := range values {
		b, _ := layout.Fit(s.clean(g.field, v, style), style, ink,
			layout.Box{W: g.widths[i] - padding + 0.01, Max: g.size, Min: g.size, Leading: 1.35})
		r.blocks = append(r.blocks, b)
		r.height = max(r.height, b.Height())
	}
	r.height += 2.4
	return r
}

func (s *setter) putHead(g grid, head set) {
	s.page.Rect(margin, s.y, s.width(), head.height, 0, ground)
	s.putRow(g, head, nil)
	s.page.Line(margin, s.y, margin+s.width(), s.y, 0.25, quiet)
}

// putRow draws a row; numbers stand right, negative ones in the danger colour
// with their sign.
func (s *setter) putRow(g grid, r set, cells []Cell) {
	x := margin
	for i, b := range r.blocks {
		left, align := x+padding/2, canvas.Left
		if g.t.Columns[i].Kind != Text {
			left, align = x+g.widths[i]-padding/2, canvas.Right
			if cells != nil && cells[i].N < 0 {
				b.Type.Color = danger
			}
		}
		b.Put(s.page, left, s.y+1.2, align)
		x += g.widths[i]
	}
	s.y += r.height
}
