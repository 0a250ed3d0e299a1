package ticket

import (
	"fmt"
	"strings"

	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

// Measures of the stock: the main part, then the stub that is torn off.
const (
	stockW, stockH = 180.0, 80.0
	stubX          = 132.0
	stockMargin    = 6.0
	// dot is one dot of a 203 dpi head. Codes are laid on whole dots so that every
	// module is equally wide on paper.
	dot = 25.4 / 203
	// Fewer dots than this and cheap gate scanners miss modules.
	leastDots = 3
)

// composeStock sets the 180 x 80 mm ticket.
func (s *sheet) composeStock(guides bool) {
	s.add(stockW, stockH)
	side := s.stockCode()
	if s.err != nil {
		return
	}
	s.stockMain(stubX - stockMargin - side - 4*side/float64(modules(s.t.QR)) - 1 - stockMargin)
	s.stockStub()
	if guides {
		s.page.Line(stubX, 0, stubX, stockH, 0.2, canvas.Hex(0x8f959e), 1.2, 1.2)
	}
}

// stockCode puts the QR at the right of the main part and returns its side.
func (s *sheet) stockCode() float64 {
	t, n := s.t, modules(s.t.QR)
	quiet := 4
	dots := int(30 / dot / float64(n))
	if dots < leastDots {
		s.err = &printing.Error{
			Code: "printing.does_not_fit", Field: "qr",
			ZH: "二维码内容过长，票纸上的模块太小，无法可靠识读", EN: "the code is too dense for the stock to be read reliably",
		}
		return 0
	}
	side := float64(n*dots) * dot
	margin := max(stockMargin, float64(quiet*dots)*dot)
	x := snap(stubX - margin - side)
	y := snap(stockMargin + 1)
	s.page.Matrix(x, y, side, t.QR)
	centre := x + side/2
	below := y + side + max(2, float64(quiet*dots)*dot*0.6)
	code := s.fit("code", Groups(t.Code), font.Regular, s.pal.ink, layout.Box{W: side + 6, H: 14, Max: 8.5, Min: 6, MaxLines: 4, Leading: 1.25, Balance: true})
	below = code.Put(s.page, centre, below, canvas.Center) + 1
	if t.Gate != "" {
		s.line("gate", s.say(lGate), centre, below+0.6, side+6, 7, 5, font.Regular, s.pal.ink, canvas.Center)
		s.line("gate", t.Gate, centre, below+3.8, side+6, 16, 7, font.Bold, s.pal.ink, canvas.Center)
	}
	return side
}

func snap(mm float64) float64 { return float64(int(mm/dot)) * dot }

// stockMain sets the part that the visitor keeps.
func (s *sheet) stockMain(w float64) {
	t, x, y := s.t, stockMargin, stockMargin
	title := s.fit("show", t.Show, font.Bold, s.pal.ink, layout.Box{W: w, H: 13.6, Max: 18, Min: 9, Leading: 1.22, MaxLines: 2, Balance: true})
	y = title.Put(s.page, x, y-0.6, canvas.Left)
	if t.Subtitle != "" {
		s.line("subtitle", t.Subtitle, x, y+0.4, w, 8, 6, font.Regular, s.pal.ink, canvas.Left)
		y += 3.8
	}
	place := joinDot(s.lang, t.Venue, t.Hall)
	if !t.Doors.IsZero() {
		place += doorsGap(place, w) + strings.ReplaceAll(fmt.Sprintf(s.say(lDoors), Clock(t.Doors)), " ", nbsp)
	}
	// When and where stand on the line below, so that a short title leaves its
	// room above them.
	const bottom = 36.4
	date := s.fit("starts", Day(t.Starts, s.lang)+"  "+Clock(t.Starts), font.Bold, s.pal.ink,
		layout.Box{W: w, Max: 13, Min: 8.5, MaxLines: 1, Leading: 1.3})
	where := s.fit("venue", place, font.Regular, s.pal.ink, layout.Box{W: w, H: bottom - y - 0.4 - date.Height(), Max: 9, Min: 6, Leading: 1.25, MaxLines: 2})
	y = max(y, bottom-where.Height()-date.Height())
	y = date.Put(s.page, x, y, canvas.Left)
	where.Put(s.page, x, y, canvas.Left)
	// The place: the line that is read at the door, in the dark.
	y = 37.2
	s.page.Line(x, y, x+w, y, 0.25, s.pal.ink)
	s.cells(s.seatCells(), x, y+1.2, w, 19, 9, 0.95)
	y = 52.6
	s.page.Line(x, y, x+w, y, 0.25, s.pal.ink)
	s.stockFacts(x, 53.4, w)
	s.stockSmall(x, 66.6, w)
}

func (s *sheet) stockFacts(x, y, w float64) {
	t := s.t
	facts := filled([]cell{
		{"price", s.say(lPrice), Yuan(t.PriceFen, s.whole())},
		{"zone", s.say(lZone), t.Zone},
		{"kind", s.say(lKind), t.Kind},
		{"holder", s.say(lHolder), strings.Trim(t.Holder+"\n"+t.Document, "\n")},
	})
	columns := s.columns(facts[:min(3, len(facts))], w*0.62, 11, 0.75)
	left := x
	for i, c := range facts {
		room, lines := x+w-left, 2
		if i < len(columns) && i < len(facts)-1 {
			room, lines = columns[i], 1
		}
		s.line(c.field, c.label, left, y, room-1.5, 6.5, 5, font.Regular, s.pal.ink, canvas.Left)
		b := s.fit(c.field, c.value, font.Bold, s.pal.ink, layout.Box{W: room - 1.5, H: 8.8, Max: 11, Min: 5.5, MaxLines: lines, Leading: 1.15})
		b.Put(s.page, left, y+3.1, canvas.Left)
		left += room
	}
}

// stockSmall is the foot: who answers for the show, and where the rules are.
func (s *sheet) stockSmall(x, y, w float64) {
	t := s.t
	if t.View != "" {
		head := s.say(lView) + "  "
		kind := canvas.Type{Size: 7, Style: font.Bold, Color: s.pal.ink}
		left := x + kind.Width(head)
		b := s.fit("view", t.View, font.Regular, s.pal.ink, layout.Box{W: x + w - left, Max: 7, Min: 5, MaxLines: 1})
		s.page.Text(x, y+1.6, head, kind, canvas.Left)
		s.page.Text(left, y+1.6, b.Lines[0], b.Type, canvas.Left)
		y += 2.6
	}
	var foot []string
	if t.Organiser != "" {
		foot = append(foot, s.say(lOrgan)+nbsp+t.Organiser)
	}
	if t.Approval != "" {
		foot = append(foot, s.say(lApprove)+nbsp+t.Approval)
	}
	if t.Order != "" {
		foot = append(foot, s.say(lOrder)+nbsp+t.Order)
	}
	if t.FeeFen > 0 {
		foot = append(foot, s.say(lFee)+nbsp+Yuan(t.FeeFen, s.whole()))
	}
	if !t.SoldAt.IsZero() {
		foot = append(foot, s.say(lSold)+nbsp+t.SoldAt.Format("2006-01-02"+nbsp+"15:04"))
	}
	if t.Seller != "" {
		foot = append(foot, t.Seller)
	}
	for _, f := range t.Extra {
		foot = append(foot, f.Label+nbsp+f.Value)
	}
	if len(t.Refund)+len(t.Notes) > 0 {
		foot = append(foot, s.say(lMoved))
		s.warnings = append(s.warnings, printing.Warning{
			Code: "printing.moved", Field: "notes",
			ZH: "票纸放不下退票规则与须知，票面已指向电子票", EN: "refund rules and notes are not on the stock; the ticket points to the e-ticket",
		})
	}
	if len(foot) > 0 {
		s.putFacts(foot, x, y, layout.Box{W: w, H: stockH - 3.6 - y, Max: 6.5, Min: 4.75, Leading: 1.25})
	}
}

// doorsGap puts the doors' time on the place's line if the two have room there.
func doorsGap(place string, w float64) string {
	const gap, room = "   ", 26.0 // room for the time at 8 points
	if font.Width(place+gap, font.Regular, 8)+room > w {
		return "\n"
	}
	return gap
}

// putFacts sets facts one after the other and breaks lines between them only,
// as long as each fits a line by itself.
func (s *sheet) putFacts(facts []string, x, y float64, box layout.Box) {
	const gap = "   "
	for size := box.Max; ; size -= 0.25 {
		kind := canvas.Type{Size: size}
		lines := []string{""}
		for _, f := range facts {
			last := &lines[len(lines)-1]
			switch {
			case *last == "":
				*last = f
			case kind.Width(*last+gap+f) <= box.W:
				*last += gap + f
			default:
				lines = append(lines, f)
			}
		}
		try := box
		try.Max, try.Min = size, size
		text := strings.Join(lines, "\n")
		if size <= box.Min {
			s.fit("foot", text, font.Regular, s.pal.ink, try).Put(s.page, x, y, canvas.Left)
			return
		}
		if b, ok := layout.Fit(s.clean("foot", text, font.Regular), font.Regular, s.pal.ink, try); ok && len(b.Lines) == len(lines) {
			b.Put(s.page, x, y, canvas.Left)
			return
		}
	}
}

// stockStub repeats what the venue keeps.
func (s *sheet) stockStub() {
	t, x := s.t, stubX+5
	w := stockW - x - 5
	y := stockMargin
	head := s.say(lStub)
	if t.Reprint > 0 {
		head = joinDot(s.lang, head, fmt.Sprintf(s.say(lReprint), t.Reprint))
	}
	y = s.line("stub", head, x, y-0.4, w, 7, 5, font.Regular, s.pal.ink, canvas.Left) + 0.8
	b := s.fit("stub.show", t.Show, font.Bold, s.pal.ink, layout.Box{W: w, H: 11.4, Max: 10.5, Min: 5.5, Leading: 1.22, MaxLines: 3, Balance: true})
	y = b.Put(s.page, x, y, canvas.Left) + 0.6
	y = s.line("starts", Day(t.Starts, s.lang), x, y, w, 8, 6, font.Regular, s.pal.ink, canvas.Left)
	y = s.line("starts", Clock(t.Starts), x, y, w, 11.5, 8, font.Bold, s.pal.ink, canvas.Left) + 0.2
	where := s.fit("stub.venue", joinDot(s.lang, t.Venue, t.Hall), font.Regular, s.pal.ink, layout.Box{W: w, H: 36.8 - y, Max: 7.5, Min: 4.75, Leading: 1.2, MaxLines: 2})
	where.Put(s.page, x, y, canvas.Left)
	y = 37.2
	s.page.Line(x, y, x+w, y, 0.25, s.pal.ink)
	y += 1.4
	for _, c := range s.seatCells() {
		s.page.Text(x, y+3.6, s.clean(c.field, c.label, font.Regular), canvas.Type{Size: 7, Color: s.pal.ink}, canvas.Left)
		s.line(c.field, c.value, x+w, y-0.5, w*0.7, 12, 6, font.Bold, s.pal.ink, canvas.Right)
		y += 5.3
	}
	y = max(y+0.6, 59.4)
	s.page.Line(x, y, x+w, y, 0.25, s.pal.ink)
	price := s.fit("price", Yuan(t.PriceFen, s.whole()), font.Bold, s.pal.ink, layout.Box{W: w * 0.6, Max: 12, Min: 7, MaxLines: 1, Leading: 1.3})
	price.Put(s.page, x+w, y+0.6, canvas.Right)
	kind := s.fit("kind", t.Kind, font.Regular, s.pal.ink,
		layout.Box{W: w - price.Type.Width(price.Lines[0]) - 2, H: 6.4, Max: 8, Min: 4.75, MaxLines: 2, Leading: 1.15})
	kind.Put(s.page, x, y+0.9+(5.6-kind.Height())/2, canvas.Left)
	code := s.fit("code", Groups(t.Code), font.Regular, s.pal.ink, layout.Box{W: w, H: stockH - 4 - (y + 7.4), Max: 7, Min: 5, Leading: 1.2})
	code.Put(s.page, x, y+7.4, canvas.Left)
}
