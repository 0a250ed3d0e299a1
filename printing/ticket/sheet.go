package ticket

import (
	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

// palette is the colours of a medium.
type palette struct{ ink, quiet, line, ground, accent, warning canvas.Color }

var (
	screenPalette = palette{
		ink: canvas.Hex(0x1f2329), quiet: canvas.Hex(0x646a73), line: canvas.Hex(0xe3e6ea),
		ground: canvas.Hex(0xf5f6f8), accent: canvas.Hex(0xb4232c), warning: canvas.Hex(0xb26a00),
	}
	// Thermal heads print black or nothing: a grey would be a screen of dots.
	stockPalette = palette{}
)

// sheet collects one ticket's pages, warnings and first error.
type sheet struct {
	t        *Ticket
	lang     printing.Lang
	pal      palette
	pages    []*canvas.Page
	page     *canvas.Page
	warnings []printing.Warning
	err      error
}

func (s *sheet) say(l label) string { return l.in(s.lang) }

func (s *sheet) add(w, h float64) {
	s.page = &canvas.Page{W: w, H: h}
	s.pages = append(s.pages, s.page)
}

// clean prepares a text and turns what cannot be printed into warnings, one per
// distinct character of a field.
func (s *sheet) clean(field, text string, style font.Style) string {
	out, problems := font.Clean(text, style)
	seen := map[rune]bool{}
	for _, p := range problems {
		if seen[p.Rune] {
			continue
		}
		seen[p.Rune] = true
		w := printing.Warning{Code: "printing.missing_glyph", Field: field, EN: p.String(), ZH: p.Chinese()}
		if p.Kind == font.Unprintable {
			w.Code = "printing.unprintable"
		}
		for _, old := range s.warnings {
			if old == w {
				w.Code = ""
			}
		}
		if w.Code != "" {
			s.warnings = append(s.warnings, w)
		}
	}
	return out
}

// fit lays out a text that must be on the ticket; when it does not fit even at
// the smallest readable size the ticket is refused.
func (s *sheet) fit(field, text string, style font.Style, color canvas.Color, box layout.Box) layout.Block {
	b, ok := layout.Fit(s.clean(field, text, style), style, color, box)
	if !ok && s.err == nil {
		s.err = &printing.Error{
			Code: "printing.does_not_fit", Field: field,
			ZH: "文字过长，缩小到最小字号仍放不下，请缩短后重试",
			EN: "the text is too long even at the smallest size; shorten it",
		}
	}
	return b
}

// line puts a text on one line, shrinking it to the width if it must.
func (s *sheet) line(field, text string, x, y, w, size, min float64, style font.Style, color canvas.Color, align canvas.Align) float64 {
	if text == "" {
		return y
	}
	return s.fit(field, text, style, color, layout.Box{W: w, Max: size, Min: min, MaxLines: 1, Leading: 1.3}).Put(s.page, x, y, align)
}

// cell is a small label with its value below, the ticket's basic figure.
type cell struct{ field, label, value string }

// seatCells are the parts of the place, in the order a visitor walks.
func (s *sheet) seatCells() []cell {
	seat := s.t.Seat
	all := []cell{{"seat.level", s.say(lLevel), seat.Level}, {"seat.section", s.say(lSection), seat.Section}}
	if seat.Free {
		all = append(all, cell{"seat", s.say(lSeat), s.say(lFree)})
	} else {
		all = append(all, cell{"seat.row", s.say(lRow), seat.Row}, cell{"seat.number", s.say(lSeat), seat.Number})
	}
	return filled(all)
}

func (s *sheet) whole() bool { return s.t.PriceFen%100 == 0 && s.t.FeeFen%100 == 0 }

func (s *sheet) factCells() []cell {
	t := s.t
	all := []cell{
		{"gate", s.say(lGate), t.Gate},
		{"zone", s.say(lZone), t.Zone},
		{"price", s.say(lPrice), Yuan(t.PriceFen, s.whole())},
		{"kind", s.say(lKind), t.Kind},
	}
	return filled(all)
}

// personCells are the facts beside the code.
func (s *sheet) personCells() []cell {
	t := s.t
	all := []cell{{"holder", s.say(lHolder), t.Holder}, {"document", s.say(lDoc), t.Document}, {"order", s.say(lOrder), t.Order}}
	if t.FeeFen > 0 {
		all = append(all, cell{"fee", s.say(lFee), Yuan(t.FeeFen, s.whole())})
	}
	if !t.SoldAt.IsZero() {
		all = append(all, cell{"sold_at", s.say(lSold), t.SoldAt.Format("2006-01-02 15:04")})
	}
	all = append(all, cell{"seller", s.say(lSeller), t.Seller})
	for _, f := range t.Extra {
		all = append(all, cell{"extra", f.Label, f.Value})
	}
	return filled(all)
}

// Facts lists what a ticket says about its holder's place, price and purchase,
// labelled, in reading order: for media that set no page.
func (t *Ticket) Facts(lang printing.Lang) (seat, facts, purchase []Fact) {
	s := &sheet{t: t, lang: lang}
	plain := func(cells []cell) (out []Fact) {
		for _, c := range cells {
			out = append(out, Fact{c.label, c.value})
		}
		return out
	}
	return plain(s.seatCells()), plain(s.factCells()), plain(s.personCells())
}

func filled(all []cell) []cell {
	var kept []cell
	for _, c := range all {
		if c.value != "" {
			kept = append(kept, c)
		}
	}
	return kept
}
