package generate

import (
	"parterre/modules/ticketmap/plan"
)

// Cinema is a screening hall (影厅): gently curved rows before a screen, two aisles,
// couple seats in the last row, wheelchair places in the first.
type Cinema struct {
	Name        string
	Rows        int
	Centre      int     // seats between the aisles
	Side        int     // seats beside each aisle
	SeatPitch   float64 // mm
	RowPitch    float64 // mm
	Curve       float64 // radius of the first row, mm
	CouplePairs int     // pairs in the middle of the last row
	Accessible  int     // wheelchair places at each end of the first row
}

// DefaultCinema seats about 220.
func DefaultCinema() Cinema {
	return Cinema{Name: "1号厅", Rows: 11, Centre: 14, Side: 3, SeatPitch: 600, RowPitch: 1100, Curve: 34_000, CouplePairs: 5, Accessible: 1}
}

// Generate makes the plan.
func (c Cinema) Generate() (*plan.Plan, error) {
	if err := between("Rows", c.Rows, 1, 60); err != nil {
		return nil, err
	}
	if err := between("Centre", c.Centre, 2, 60); err != nil {
		return nil, err
	}
	if err := lengths(c.SeatPitch, c.RowPitch, c.Curve); err != nil {
		return nil, err
	}
	b := newBuilder(c.Name)
	b.category("c1", "标准", "#3e6fa8")
	b.category("c2", "情侣座", "#b0457b")
	level := b.level("影厅")
	const aisleWidth, firstRow = 1200.0, 4500.0
	centre := vec{0, firstRow - c.Curve}
	width := float64(c.Centre+2*c.Side)*c.SeatPitch + 2*aisleWidth
	focal := plan.Point{}
	last := c.Curve + float64(c.Rows-1)*c.RowPitch
	near, far := (width/2+400)/c.Curve, (width/2+400)/last
	var outline []vec
	for i := range 17 {
		outline = append(outline, polar(centre, c.Curve-700, near*(float64(i)/8-1)))
	}
	for i := range 17 {
		outline = append(outline, polar(centre, last+700, far*(1-float64(i)/8)))
	}
	section := b.section(plan.Section{Level: level, Name: c.Name, Label: c.Name, Outline: points(outline), Focal: &focal})
	b.shape(plan.Screen, "", rect(-width*.45, -300, width*.45, 0), "银幕")
	b.setHeight(screenEdge)
	b.setRake(level, rise(0, screenEdge, 120, even(firstRow, c.RowPitch, c.Rows)))
	for r := range c.Rows {
		c.row(b, section, centre, r, aisleWidth)
	}
	b.mark(plan.Entrance, level, polar(centre, c.Curve-1900, -near), "入口", 0)
	b.mark(plan.Entrance, level, polar(centre, last+1300, far), "出口", 0)
	return b.finish()
}

// row writes one row, numbered from the viewer's left.
func (c Cinema) row(b *builder, section string, centre vec, r int, aisleWidth float64) {
	radius := c.Curve + float64(r)*c.RowPitch
	row := b.row(section, num(r+1)+"排", plan.Curved)
	inner := float64(c.Centre) * c.SeatPitch / 2
	n := c.Centre + 2*c.Side
	pairs := c.CouplePairs
	if r < c.Rows-1 || pairs*2 > c.Centre {
		pairs = 0
	}
	wheel := 0
	if r == 0 && 3*c.Accessible <= c.Side {
		wheel = c.Accessible
	}
	number := 0
	for k := range n {
		s := (float64(k-c.Side) + 0.5) * c.SeatPitch
		switch {
		case k < c.Side:
			s -= inner + aisleWidth
		case k >= c.Side+c.Centre:
			s += aisleWidth - inner
		default:
			s -= inner
		}
		seat := plan.Seat{Row: row}
		// A wheelchair place and its companion stand where three seats were.
		edge := min(k, n-1-k)
		if edge < 3*wheel {
			switch edge % 3 {
			case 0:
				seat.Kind = plan.Accessible
			case 1:
				continue
			case 2:
				seat.Kind = plan.Companion
			}
		}
		if first := c.Side + (c.Centre-2*pairs)/2; k >= first && k < first+2*pairs {
			seat.Kind = plan.CoupleLeft + plan.Kind((k-first)%2)
		}
		number++
		seat.Number = num(number)
		category := "c1"
		if seat.Kind == plan.CoupleLeft || seat.Kind == plan.CoupleRight {
			category = "c2"
		}
		b.seat(seat, polar(centre, radius, s/radius), category)
	}
	b.pairRow(row)
}

// pairRow links each companion seat of the last row written with the accessible seat beside it.
func (b *builder) pairRow(row string) {
	taken := map[int32]bool{}
	for i := range b.p.Seats {
		s := &b.p.Seats[i]
		if s.Row != row || s.Kind != plan.Companion {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(b.p.Seats) && b.p.Seats[j].Row == row && b.p.Seats[j].Kind == plan.Accessible && !taken[b.p.Seats[j].ID] {
				s.CompanionOf = b.p.Seats[j].ID
				taken[s.CompanionOf] = true
				break
			}
		}
	}
}
