package ticket

import (
	"fmt"

	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

// frame is the measures of a page ticket; u scales type and distances from A5.
type frame struct{ w, h, margin, u float64 }

var frames = map[Medium]frame{
	A5: {148, 210, 13, 1},
	A4: {210, 297, 20, 1.36},
}

func (f frame) width() float64 { return f.w - 2*f.margin }

// composePage sets the page ticket from top to bottom; rules that do not fit
// below it go on to a further page.
func (s *sheet) composePage(f frame) {
	s.add(f.w, f.h)
	y := s.pageHead(f)
	y = s.pagePlace(f, y)
	y = s.pagePanel(f, y)
	y = s.pageCode(f, y)
	s.pageRules(f, y)
	s.pageFoot(f)
}

func (s *sheet) pageHead(f frame) float64 {
	t, u, x, w := s.t, f.u, f.margin, f.width()
	y := 8.5 * u
	s.page.Rect(x, y, 9*u, 1.3*u, 0, s.pal.accent)
	y += 3.8 * u
	s.line("ticket", s.say(lTicket), x, y, w*0.45, 8.5*u, 6, font.Regular, s.pal.quiet, canvas.Left)
	if t.Reprint > 0 {
		s.line("reprint", fmt.Sprintf(s.say(lReprint), t.Reprint), x+w, y, w*0.5, 8.5*u, 6, font.Bold, s.pal.ink, canvas.Right)
	}
	y += 6.2 * u
	title := s.fit("show", t.Show, font.Bold, s.pal.ink, layout.Box{W: w, H: 20 * u, Max: 24 * u, Min: 11, Leading: 1.26, MaxLines: 3, Balance: true})
	y = title.Put(s.page, x, y, canvas.Left)
	if t.Subtitle != "" {
		b := s.fit("subtitle", t.Subtitle, font.Regular, s.pal.quiet, layout.Box{W: w, Max: 10 * u, Min: 7, MaxLines: 2})
		y = b.Put(s.page, x, y+1*u, canvas.Left)
	}
	return y + 3*u
}

func (s *sheet) pagePlace(f frame, y float64) float64 {
	t, u, x, w := s.t, f.u, f.margin, f.width()
	when := s.fit("starts", Day(t.Starts, s.lang)+"  "+Clock(t.Starts), font.Bold, s.pal.ink,
		layout.Box{W: w * 0.72, Max: 15 * u, Min: 10, MaxLines: 1, Leading: 1.3})
	below := when.Put(s.page, x, y, canvas.Left)
	if !t.Doors.IsZero() {
		s.line("doors", fmt.Sprintf(s.say(lDoors), Clock(t.Doors)), x+w, y+1.9*u, w*0.27, 9*u, 6, font.Regular, s.pal.quiet, canvas.Right)
	}
	y = below + 1.2*u
	place := s.fit("venue", joinDot(s.lang, t.Venue, t.Hall), font.Regular, s.pal.ink, layout.Box{W: w, Max: 11 * u, Min: 8, MaxLines: 2, Leading: 1.35})
	y = place.Put(s.page, x, y, canvas.Left)
	if t.Address != "" {
		b := s.fit("address", t.Address, font.Regular, s.pal.quiet, layout.Box{W: w, Max: 8.5 * u, Min: 6.5, MaxLines: 2})
		y = b.Put(s.page, x, y+0.4*u, canvas.Left)
	}
	return y + 3.8*u
}

// pagePanel shows the place large and the other facts smaller, on a quiet ground.
func (s *sheet) pagePanel(f frame, y float64) float64 {
	u, x, w := f.u, f.margin, f.width()
	const pad = 4.5
	h := 31 * u
	s.page.Rect(x, y, w, h, 1.6*u, s.pal.ground)
	s.cells(s.seatCells(), x+pad*u, y+3.2*u, w-2*pad*u, 19*u, 9, u)
	s.page.Line(x+pad*u, y+17.2*u, x+w-pad*u, y+17.2*u, 0.2*u, s.pal.line)
	s.cells(s.factCells(), x+pad*u, y+19*u, w-2*pad*u, 11.5*u, 7, u)
	y += h + 2.6*u
	if s.t.View != "" {
		s.page.Rect(x, y+0.5*u, 0.9*u, 4*u, 0, s.pal.warning)
		head := s.say(lView) + "  "
		kind := canvas.Type{Size: 9 * u, Style: font.Bold, Color: s.pal.warning}
		s.page.Text(x+2.6*u, y+3.7*u, head, kind, canvas.Left)
		left := x + 2.6*u + kind.Width(head)
		b := s.fit("view", s.t.View, font.Regular, s.pal.ink, layout.Box{W: x + w - left, Max: 9 * u, Min: 7, MaxLines: 2, Leading: 1.35})
		y = b.Put(s.page, left, y+0.35*u, canvas.Left)
	}
	return y
}

// cells puts cells side by side on one baseline: in equal columns, four or more,
// so that rows above one another line up, or, when a value needs more, in
// columns as wide as their values.
func (s *sheet) cells(cells []cell, x, y, w, size, min, u float64) {
	left := x
	for i, room := range s.columns(cells, w, size, u) {
		c := cells[i]
		s.line(c.field, c.label, left, y, room-1.5*u, 7.5*u, 5, font.Regular, s.pal.quiet, canvas.Left)
		box := layout.Box{W: room - 1.5*u, Max: size, Min: min, MaxLines: 1, Leading: 1.2}
		b, ok := layout.Fit(s.clean(c.field, c.value, font.Bold), font.Bold, s.pal.ink, box)
		if ok {
			s.page.Text(left, y+3.6*u+size*font.MMPerPoint*1.02, b.Lines[0], b.Type, canvas.Left)
		} else { // two small lines in the room of a large one
			box.MaxLines, box.H, box.Max, box.Min, box.Leading = 2, size*font.MMPerPoint*1.25, size/2, 5.5, 1.15
			s.fit(c.field, c.value, font.Bold, s.pal.ink, box).Put(s.page, left, y+3.4*u, canvas.Left)
		}
		left += room
	}
}

func (s *sheet) columns(cells []cell, w, size, u float64) []float64 {
	widths := make([]float64, len(cells))
	equal, sum, tight := w/float64(max(len(cells), 4)), 0.0, false
	for i, c := range cells {
		clean, _ := font.Clean(c.value, font.Bold)
		widths[i] = max(font.Width(clean, font.Bold, size), font.Width(c.label, font.Regular, 7.5*u)) + 4*u
		sum += widths[i]
		tight = tight || widths[i] > equal
	}
	for i := range widths {
		switch {
		case !tight:
			widths[i] = equal
		case sum <= w: // what is left over is shared out
			widths[i] += (w - sum) / float64(len(cells))
		default: // values shrink, the longest by the most
			widths[i] = (widths[i]/sum*2 + 1/float64(len(cells))) / 3 * w
		}
	}
	return widths
}

func (s *sheet) pageCode(f frame, y float64) float64 {
	t, u, x, w := s.t, f.u, f.margin, f.width()
	side := 45 * u
	quiet := 4 * side / float64(modules(t.QR)) // four modules of nothing all round
	y += max(quiet, 3*u)
	s.page.Matrix(x, y, side, t.QR)
	gap := max(8*u, quiet+1)
	left, room := x+side+gap, w-side-gap
	code := s.fit("code", Groups(t.Code), font.Bold, s.pal.ink, layout.Box{W: room, Max: 11.5 * u, Min: 7, MaxLines: 3, Leading: 1.3})
	s.line("code", s.say(lShow), left, y-0.8*u, room, 7.5*u, 5, font.Regular, s.pal.quiet, canvas.Left)
	top := code.Put(s.page, left, y+2.6*u, canvas.Left) + 2.2*u
	bottom := y + side
	cells := s.personCells()
	beside := min(len(cells), 2*int((bottom-top)/(8.4*u)))
	if beside > 0 {
		step := min((bottom-top)/float64((beside+1)/2), 12.5*u)
		s.facts(cells[:beside], left, top, room, 2, step, u)
	}
	y = bottom + max(quiet, 4*u)
	if rest := cells[beside:]; len(rest) > 0 { // what has no room beside the code goes below it
		const perRow, step = 4, 9.5
		s.facts(rest, x, y, w, perRow, step*u, u)
		y += float64((len(rest)+perRow-1)/perRow)*step*u + 1.5*u
	}
	if y > f.h-14*u {
		s.tooMany("extra")
	}
	return y
}

// facts puts small labelled texts in a grid.
func (s *sheet) facts(cells []cell, x, y, w float64, perRow int, step, u float64) {
	column := w / float64(perRow)
	for i, c := range cells {
		cx, cy := x+float64(i%perRow)*column, y+float64(i/perRow)*step
		s.line(c.field, c.label, cx, cy, column-2*u, 7.5*u, 5, font.Regular, s.pal.quiet, canvas.Left)
		s.line(c.field, c.value, cx, cy+3.5*u, column-2*u, 9.5*u, 5.5, font.Regular, s.pal.ink, canvas.Left)
	}
}
