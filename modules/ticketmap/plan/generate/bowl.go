package generate

import (
	"errors"
	"math"

	"parterre/modules/ticketmap/plan"
)

// Bowl is tiers of seats around an oval floor: the common part of arena and stadium.
type Bowl struct {
	HalfWidth, HalfHeight               float64 // of the first row, mm
	TopRadius, SideRadius, CornerRadius float64
	SeatPitch, RowPitch                 float64
	AisleWidth                          float64
	Tiers                               []Tier
}

// Tier is one ring of sections (一层看台).
type Tier struct {
	Name       string
	Prefix     int     // sections are numbered Prefix+1, Prefix+2 … clockwise from the top
	Gap        float64 // walkway before the first row, mm
	Rows       int
	Sections   int
	VomAfter   int                      // a vomitory (出入口) cuts the section's middle after this many rows; 0 for none
	VomRows    int                      // rows that it cuts
	VomWidth   float64                  // mm
	VomEvery   int                      // every n-th section has one
	Gates      int                      // the gates over the ring; sections are shared out evenly
	Accessible int                      // wheelchair places in the last row of every fourth section
	Skip       func(share float64) bool `json:"-"`
}

func (b Bowl) check() error {
	if err := lengths(b.HalfWidth, b.HalfHeight, b.TopRadius, b.SideRadius, b.CornerRadius, b.SeatPitch, b.RowPitch, b.AisleWidth); err != nil {
		return err
	}
	if err := between("the number of tiers", len(b.Tiers), 1, 10); err != nil {
		return err
	}
	rows := 0
	for _, t := range b.Tiers {
		rows += t.Rows * t.Sections
		for _, c := range []struct {
			name         string
			n, low, high int
		}{{"Rows", t.Rows, 1, 100}, {"Sections", t.Sections, 2, 500}, {"Gates", t.Gates, 1, 500}, {"VomAfter", t.VomAfter, 0, 100}, {"VomRows", t.VomRows, 0, 100}, {"Accessible", t.Accessible, 0, 50}} {
			if err := between(t.Name+" "+c.name, c.n, c.low, c.high); err != nil {
				return err
			}
		}
		if t.Gap < 0 || t.Gap > 100_000 || t.VomWidth < 0 || t.VomWidth > 50_000 {
			return errors.New("generate: Gap lies between 0 and 100,000 mm, VomWidth between 0 and 50,000 mm")
		}
	}
	// The longest row of a bowl of these sizes times its rows.
	if around := 8 * (b.HalfWidth + b.HalfHeight); around/b.SeatPitch*float64(rows)/float64(b.Tiers[0].Sections) > 4*plan.MaxSeats {
		return errors.New("generate: this bowl would have far more seats than a plan can hold")
	}
	return nil
}

// bowl carries what a generator decides about seats.
type bowl struct {
	Bowl
	*builder
	oval *oval
	look struct {
		focal plan.Point
		// Both are asked with the middle of the section, so that a section is of one piece.
		category func(tier, row int, at vec) string
		view     func(tier, row int, at vec) (plan.View, string)
	}
	rise struct {
		first, target, clearance float64 // from the oval to the design viewpoint, its height, the C value: mm
		base                     int32   // floor of the first row of the first tier
	}
}

// rings writes all tiers and returns the outermost offset.
func (g *bowl) rings() float64 {
	d, base := 0.0, g.rise.base
	for i, t := range g.Tiers {
		level := g.level(t.Name)
		d += t.Gap
		rake := rise(base, g.rise.target, g.rise.clearance, even(g.rise.first+d, g.RowPitch, t.Rows))
		if i > 0 {
			rake.Parapet = balconyRail()
		}
		g.setRake(level, rake)
		base = top(rake, t.Rows) + storey
		g.ring(i, level, t, d, rake)
		d += float64(t.Rows) * g.RowPitch
	}
	return d
}

func (g *bowl) ring(index int, level string, t Tier, inner float64, rake *plan.Rake) {
	if rake.Parapet == nil {
		rake = nil // as the level
	}
	mid := inner + float64(t.Rows)*g.RowPitch/2
	for k := range t.Sections {
		centre := float64(k) / float64(t.Sections)
		if t.Skip != nil && t.Skip(centre) {
			continue
		}
		from := g.oval.markAt(centre-0.5/float64(t.Sections), mid)
		to := g.oval.markAt(centre+0.5/float64(t.Sections), mid)
		g.block(index, level, t, k, inner, g.oval.between(from, to), rake)
	}
}

// block writes one section: rows from the inside out, numbers clockwise from 1. Where a parapet stands the
// section has a rake of its own: the first rows of an oval are not all as far from the middle.
func (g *bowl) block(index int, level string, t Tier, k int, inner float64, ps []piece, rake *plan.Rake) {
	outer := inner + float64(t.Rows)*g.RowPitch
	number := num(t.Prefix + k + 1)
	gate := k*t.Gates/t.Sections + 1
	focal := g.look.focal
	section := g.section(plan.Section{
		Level: level, Name: t.Name + number + "区", Label: number + "区",
		Outline: points(strip(ps, inner+80, outer-80, g.AisleWidth/2-150)), Focal: &focal,
		Gate: num(gate) + "号门", Entrance: number + "通道", Rake: rake,
	})
	middle, _ := walk(ps, (inner+outer)/2, pathLength(ps, (inner+outer)/2)/2)
	vom := t.VomAfter > 0 && t.VomEvery > 0 && k%t.VomEvery == 0
	if vom {
		g.vomitory(level, t, inner, ps)
	}
	for r := range t.Rows {
		wheel := 0
		if r == t.Rows-1 && k%4 == 0 {
			wheel = t.Accessible
		}
		cut := 0.0
		if vom && r >= t.VomAfter && r < t.VomAfter+t.VomRows {
			cut = t.VomWidth
		}
		offset := inner + (float64(r)+0.5)*g.RowPitch
		look := plan.Seat{}
		if g.look.view != nil {
			look.View, look.Note = g.look.view(index, r, middle)
		}
		g.blockRow(section, g.look.category(index, r, middle), look, r, offset, ps, cut, wheel)
	}
}

func (g *bowl) vomitory(level string, t Tier, inner float64, ps []piece) {
	a := inner + float64(t.VomAfter)*g.RowPitch + 100
	b := a + float64(t.VomRows)*g.RowPitch - 200
	var out []vec
	for _, c := range [][2]float64{{a, -1}, {a, 1}, {b, 1}, {b, -1}} {
		at, _ := walk(ps, c[0], pathLength(ps, c[0])/2+c[1]*(t.VomWidth/2-150))
		out = append(out, at)
	}
	g.shape(plan.Entrance, level, out, "")
}

// blockRow writes the seats of one row; cut is the width taken out of its middle.
func (g *bowl) blockRow(section, category string, look plan.Seat, r int, d float64, ps []piece, cut float64, wheel int) {
	usable := pathLength(ps, d) - g.AisleWidth
	if usable < g.SeatPitch {
		return
	}
	var at []float64
	if cut > 0 {
		side := (usable - cut) / 2
		at = append(at, spread(side, g.SeatPitch)...)
		for _, s := range spread(side, g.SeatPitch) {
			at = append(at, side+cut+s)
		}
	} else {
		at = spread(usable, g.SeatPitch)
	}
	if len(at) == 0 {
		return
	}
	kinds, at := wheels(at, wheel)
	row := g.row(section, num(r+1)+"排", plan.Curved)
	for i, s := range at {
		p, _ := walk(ps, d, g.AisleWidth/2+s)
		seat := look
		seat.Row, seat.Number, seat.Kind = row, num(i+1), kinds[i]
		id := g.seat(seat, p, category)
		if kinds[i] == plan.Companion {
			g.p.Seats[len(g.p.Seats)-1].CompanionOf = id - 1
		}
	}
}

// wheels replaces the first seats of a row by n wheelchair places with a companion each:
// five seats of 520 mm give way to three places of 900 and 560 mm at most.
func wheels(at []float64, n int) ([]plan.Kind, []float64) {
	if n == 0 || len(at) < 4*n {
		return make([]plan.Kind, len(at)), at
	}
	pitch := at[1] - at[0]
	lost := int(math.Ceil(float64(n) * 1460 / pitch))
	if lost >= len(at) {
		return make([]plan.Kind, len(at)), at
	}
	edge := at[0] - pitch/2
	step := float64(lost) * pitch / float64(n)
	var out []float64
	var kinds []plan.Kind
	for i := range n {
		base := edge + float64(i)*step
		out = append(out, base+450, base+450+step/2)
		kinds = append(kinds, plan.Accessible, plan.Companion)
	}
	for _, s := range at[lost:] {
		out = append(out, s)
		kinds = append(kinds, plan.Normal)
	}
	return kinds, out
}

// gates marks the gates outside the bowl.
func (g *bowl) gates(count int, offset float64) {
	for i := range count {
		share := (float64(i) + 0.5) / float64(count)
		m := g.oval.markAt(share, offset)
		p, n := g.oval.arcs[m.arc].at(m.t, offset)
		g.mark(plan.Entrance, "", p, num(i+1)+"号门", math.Atan2(n.x, -n.y)*180/math.Pi)
	}
}

// ringShape draws a closed line at an offset.
func (g *bowl) ringShape(kind plan.ShapeKind, d float64, text string) {
	var out []vec
	for i := range 120 {
		m := g.oval.markAt(float64(i)/120, d)
		p, _ := g.oval.arcs[m.arc].at(m.t, d)
		out = append(out, p)
	}
	g.shape(kind, "", out, text)
}
