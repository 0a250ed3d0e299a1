package ticketmap

import (
	"context"
	"fmt"
	"math"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/plan"
)

// Layout is a session's map as plain data for whoever sells it.
type Layout struct {
	Map      Map
	PlanHash string
	Levels   []string     // names by LayoutSeat.Level - 1
	Seats    []LayoutSeat // ascending by id: the order of ranks
	Areas    []LayoutArea
	Focal    plan.Point // what the audience looks at
}

// LayoutSeat is one seat dressed for sale. Neighbours have the same Row and
// a Pos that differs by one, so an aisle is a jump in Pos.
type LayoutSeat struct {
	ID                     int32
	Row, Pos               int32
	X, Y                   int32
	Level, Section         uint16 // index + 1 in the plan's lists, 0 none
	Zone                   uint16 // number of the zone, 0 none: not for sale
	Price                  money.Fen
	Kind                   plan.Kind
	View                   plan.View
	Quality                uint16 // 0 best
	Pair                   int32  // of an accessible seat: its companion seat
	Unit                   int32  // seats with the same unit are sold together; 0 none
	Buffer                 bool
	Hold                   string // reason, empty if not held
	Allotment              int    // number of the allotment that keeps it for a channel, 0 none
	SectionLabel, RowLabel string // as printed
	Number, Entrance, Gate string
	Note                   string
}

// LayoutArea is a standing area dressed for sale. Its places have the ids First, First+1 …, all negative.
type LayoutArea struct {
	ID             int32 // index + 1 in the plan's list
	Area           string
	Label          string
	First          int32
	Capacity       int32
	Held           map[string]int32
	Allotted       map[int]int32 // places by number of the allotment
	Level, Section uint16
	Zone           uint16
	Price          money.Fen
	X, Y           int32
	Entrance, Gate string
}

// maxLayoutAreas keeps the ids of standing places within an int32.
const maxLayoutAreas = 2000

// aisle is the distance of neighbours' centres, mm, from which there is a way between them.
const aisle = 1000

// LayoutTx makes the layout of a session's map.
func LayoutTx(ctx context.Context, tx db.Tx, session ids.ID) (*Layout, error) {
	m, err := MapOfSession(ctx, tx, session)
	if err != nil {
		return nil, err
	}
	p, doc, err := DocumentTx(ctx, tx, m.PlanID)
	if err != nil {
		return nil, err
	}
	painted, err := Paint(doc, m.MapContent)
	if err != nil {
		return nil, err
	}
	l, err := painted.Layout()
	if err != nil {
		return nil, err
	}
	l.Map, l.PlanHash = m, p.Hash
	return l, nil
}

// Layout makes the plain data of a painted plan.
func (p *Painted) Layout() (*Layout, error) {
	if len(p.plan.Areas) > maxLayoutAreas {
		return nil, fmt.Errorf("ticketmap: %d standing areas; at most %d can be sold", len(p.plan.Areas), maxLayoutAreas)
	}
	b := newLayouter(p)
	l := &Layout{Focal: b.focal, Seats: make([]LayoutSeat, len(p.plan.Seats))}
	for _, level := range p.plan.Levels {
		l.Levels = append(l.Levels, level.Name)
	}
	for i := range p.plan.Seats {
		l.Seats[i] = b.seat(i)
	}
	b.places(l.Seats)
	b.units(l.Seats)
	b.qualities(l.Seats)
	slices.SortFunc(l.Seats, func(x, y LayoutSeat) int { return int(x.ID) - int(y.ID) })
	for i := range p.plan.Areas {
		l.Areas = append(l.Areas, b.area(i))
	}
	return l, nil
}

type layouter struct {
	*Painted
	levels, sections, rows map[string]int // id -> index
	home                   map[int32]int  // seat -> pseudo row of its table or box
	homeSection, homeLevel map[int32]int
	homeLabel              map[int32]string
	companion              map[int32]int32
	focal                  plan.Point
}

func newLayouter(p *Painted) *layouter {
	b := &layouter{
		Painted: p, levels: map[string]int{}, sections: map[string]int{}, rows: map[string]int{},
		home: map[int32]int{}, homeSection: map[int32]int{}, homeLevel: map[int32]int{}, homeLabel: map[int32]string{}, companion: map[int32]int32{},
	}
	for i := range p.plan.Levels {
		b.levels[p.plan.Levels[i].ID] = i
	}
	for i := range p.plan.Sections {
		b.sections[p.plan.Sections[i].ID] = i
	}
	for i := range p.plan.Rows {
		b.rows[p.plan.Rows[i].ID] = i
	}
	for i := range p.plan.Tables {
		t := &p.plan.Tables[i]
		for _, s := range t.Seats {
			b.home[s], b.homeSection[s], b.homeLabel[s] = len(p.plan.Rows)+i, b.sections[t.Section]+1, t.Label
		}
	}
	for i := range p.plan.Boxes {
		for _, s := range p.plan.Boxes[i].Seats {
			b.home[s], b.homeLabel[s] = len(p.plan.Rows)+len(p.plan.Tables)+i, p.plan.Boxes[i].Name
			if level, ok := b.levels[p.plan.Boxes[i].Level]; ok {
				b.homeLevel[s] = level + 1
			}
		}
	}
	for i := range p.plan.Seats {
		if s := &p.plan.Seats[i]; s.CompanionOf != 0 {
			b.companion[s.CompanionOf] = s.ID
		}
	}
	b.focal = focalOf(p.plan)
	return b
}

// focalOf is the middle of the first stage or screen, else of the sections' focal points, else of the bounds.
func focalOf(p *plan.Plan) plan.Point {
	for i := range p.Sections {
		if f := p.Sections[i].Focal; f != nil {
			return *f
		}
	}
	for i := range p.Shapes {
		s := &p.Shapes[i]
		if (s.Kind == plan.Stage || s.Kind == plan.Screen) && len(s.Outline) > 0 {
			return middle(s.Outline)
		}
	}
	return plan.Point{X: (p.Bounds.Min.X + p.Bounds.Max.X) / 2, Y: p.Bounds.Min.Y}
}

func middle(outline []plan.Point) plan.Point {
	var x, y int64
	for _, p := range outline {
		x += int64(p.X)
		y += int64(p.Y)
	}
	n := int64(len(outline))
	return plan.Point{X: int32(x / n), Y: int32(y / n)}
}

func (b *layouter) seat(i int) LayoutSeat {
	s := &b.plan.Seats[i]
	out := LayoutSeat{
		ID: s.ID, X: s.X, Y: s.Y, Kind: s.Kind, View: s.View, Number: s.Number, Entrance: s.Entrance, Note: s.Note,
		Buffer: b.buffer[i], Pair: b.companion[s.ID],
	}
	if s.Row != "" {
		r := b.rows[s.Row]
		out.Row, out.RowLabel = int32(r), b.plan.Rows[r].Label
		b.inSection(&out, b.sections[b.plan.Rows[r].Section]+1)
	} else {
		out.Row, out.RowLabel = int32(b.home[s.ID]), b.homeLabel[s.ID]
		out.Level = uint16(b.homeLevel[s.ID]) // of a box; a table's section says more
		b.inSection(&out, b.homeSection[s.ID])
	}
	if z := b.zone[i]; z > 0 {
		out.Zone, out.Price = uint16(b.content.Zones[z-1].No), b.content.Zones[z-1].Price
	}
	if a := b.allot[i]; a > 0 {
		out.Allotment = b.content.Allotments[a-1].No
	}
	if h := b.hold[i]; h > 0 {
		out.Hold = b.content.Holds[h-1].Reason
	}
	return out
}

// inSection fills in what a seat has from its section; number is index + 1.
func (b *layouter) inSection(out *LayoutSeat, number int) {
	if number == 0 {
		return
	}
	sec := &b.plan.Sections[number-1]
	out.Section, out.Level, out.SectionLabel, out.Gate = uint16(number), uint16(b.levels[sec.Level]+1), sec.Label, sec.Gate
	if out.Entrance == "" {
		out.Entrance = sec.Entrance
	}
}

// places numbers the seats of each row in walking order, with a jump at an aisle.
func (b *layouter) places(seats []LayoutSeat) {
	for _, list := range plan.RowSeats(b.plan) {
		pos := int32(0)
		for k, i := range list {
			if k > 0 {
				a, c := &seats[list[k-1]], &seats[i]
				if pos++; math.Hypot(float64(a.X-c.X), float64(a.Y-c.Y)) >= aisle {
					pos++
				}
			}
			seats[i].Pos = pos
		}
	}
	next := map[int32]int32{}
	for i := range seats {
		if b.plan.Seats[i].Row == "" {
			seats[i].Pos = next[seats[i].Row]
			next[seats[i].Row]++
		}
	}
}

// units ties couples and the seats of whole tables together under their smallest id.
func (b *layouter) units(seats []LayoutSeat) {
	index := make(map[int32]int, len(seats))
	for i := range seats {
		index[seats[i].ID] = i
	}
	for _, t := range b.plan.Tables {
		if t.Whole && len(t.Seats) > 0 {
			unit := slices.Min(t.Seats)
			for _, s := range t.Seats {
				seats[index[s]].Unit = unit
			}
		}
	}
	for _, list := range plan.RowSeats(b.plan) {
		for k := 1; k < len(list); k++ {
			a, c := &seats[list[k-1]], &seats[list[k]]
			couple := a.Kind == plan.CoupleLeft && c.Kind == plan.CoupleRight || a.Kind == plan.CoupleRight && c.Kind == plan.CoupleLeft
			if couple && a.Unit == 0 && c.Pos == a.Pos+1 {
				a.Unit, c.Unit = min(a.ID, c.ID), min(a.ID, c.ID)
			}
		}
	}
}

// qualities ranks seats by distance from the focal point, more so off its axis, and by view.
func (b *layouter) qualities(seats []LayoutSeat) {
	cost := make([]float64, len(seats))
	worst := 1.0
	for i := range seats {
		s := &seats[i]
		f := b.focal
		if s.Section > 0 && b.plan.Sections[s.Section-1].Focal != nil {
			f = *b.plan.Sections[s.Section-1].Focal
		}
		dx, dy := math.Abs(float64(s.X-f.X)), math.Abs(float64(s.Y-f.Y))
		cost[i] = math.Hypot(dx, dy) + dx/2 + 4000*float64(s.View) + 3000*float64(max(int(s.Level), 1)-1)
		worst = max(worst, cost[i])
	}
	for i := range seats {
		seats[i].Quality = uint16(math.Round(cost[i] / worst * 65535))
	}
}

func (b *layouter) area(i int) LayoutArea {
	a := &b.plan.Areas[i]
	at := middle(a.Outline)
	out := LayoutArea{ID: int32(i + 1), Area: a.ID, Label: a.Label, First: -int32(i+1) * plan.MaxCapacity, Capacity: a.Capacity, Held: map[string]int32{}, Allotted: map[int]int32{}, X: at.X, Y: at.Y}
	if k, ok := b.sections[a.Section]; ok {
		sec := &b.plan.Sections[k]
		out.Section, out.Level, out.Entrance, out.Gate = uint16(k+1), uint16(b.levels[sec.Level]+1), sec.Entrance, sec.Gate
	}
	if z := b.areaZone[a.ID]; z > 0 {
		out.Zone, out.Price = uint16(b.content.Zones[z-1].No), b.content.Zones[z-1].Price
	}
	for h, n := range b.areaHold[a.ID] {
		out.Held[b.content.Holds[h].Reason] += int32(n)
	}
	for x, n := range b.areaAllot[a.ID] {
		out.Allotted[b.content.Allotments[x].No] += int32(n)
	}
	return out
}
