package planio

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// scene is a drawing (SVG, DXF) read into plain things, in units of the drawing
// with y down, before a plan is made of it.
type scene struct {
	name     string
	scale    float64 // mm per unit; 0: told from the seats
	seats    []sceneSeat
	outlines []scenePolygon
	texts    []sceneText
}

type sceneSeat struct {
	x, y                                            float64
	level, section, row, number, category, entrance string
	note, table                                     string
	whole                                           bool
	kind                                            plan.Kind
	view                                            plan.View
	id, companion                                   int32
	order                                           int
}

// scenePolygon is a section's outline, a standing area or a shape.
type scenePolygon struct {
	points         []sioPoint
	level, section string // of an outline
	area           string // label of a standing area
	capacity       int
	category       string
	kind           plan.ShapeKind
	text           string
}

type sceneText struct {
	x, y, rotation float64
	text           string
	kind           plan.ShapeKind
}

func (s *scene) full() bool {
	return len(s.seats) > plan.MaxSeats || len(s.outlines)+len(s.texts) > 3*plan.MaxOthers
}

// build makes the plan.
func (s *scene) build() (*plan.Plan, []plan.Finding, error) {
	if s.full() {
		return nil, nil, refuse("too_many", ".", "对象数量超过上限。", "There are more objects than the limit.")
	}
	guessed := 0
	for i := range s.seats {
		s.seats[i].order = i
		if s.seats[i].row == "" && s.seats[i].table == "" || s.seats[i].number == "" {
			guessed++
		}
	}
	scale := s.scale
	if scale == 0 {
		scale = s.guessScale()
	}
	d := newDraft(or(s.name, "导入的座位图"), scale)
	if s.scale == 0 {
		d.tell("scale", ".", "图纸没有单位，按相邻座位间距 520 毫米推算比例。", "The drawing has no unit; the usual distance of seats was taken as 520 mm.")
	}
	if guessed > 0 {
		s.guessRows()
		d.tell("rows_guessed", "seats", "部分座位没有排号或座号，已按位置编号，请核对。", "Some seats carry no row or number; they were numbered by their places. Please check.")
	}
	b := &sceneBuilder{draft: d, tables: map[string]*csvTable{}, ids: map[int32]int32{}}
	for i := range s.outlines {
		if o := &s.outlines[i]; o.section != "" && o.area == "" {
			b.outline(o)
		}
	}
	for i := range s.seats {
		b.seat(&s.seats[i])
	}
	b.companions(s)
	b.closeTables()
	for i := range s.outlines {
		b.polygon(&s.outlines[i])
	}
	for i := range s.texts {
		t := &s.texts[i]
		at := d.point(t.x, t.y, "texts")
		d.shape(cmp.Or(t.kind, plan.Label), nil, &at, t.text, t.rotation)
	}
	b.keepIDs(s)
	return d.finish()
}

// guessScale takes the median distance to the nearest seat as seatDistance.
func (s *scene) guessScale() float64 {
	n := min(len(s.seats), 2000)
	var ds []float64
	for i := range n {
		best := math.Inf(1)
		for j := range n {
			if d := math.Hypot(s.seats[i].x-s.seats[j].x, s.seats[i].y-s.seats[j].y); j != i && d > 1e-9 && d < best {
				best = d
			}
		}
		if !math.IsInf(best, 1) {
			ds = append(ds, best)
		}
	}
	if len(ds) == 0 {
		return 1
	}
	slices.Sort(ds)
	if k := seatDistance / ds[len(ds)/2]; k > 1e-4 && k < 1e5 {
		return k
	}
	return 1
}

// guessRows gives rows and numbers to the seats that have none: within a section,
// seats whose y differ by less than half the usual distance make a row.
func (s *scene) guessRows() {
	bySection := map[string][]int{}
	for i := range s.seats {
		if t := &s.seats[i]; t.table == "" && (t.row == "" || t.number == "") {
			bySection[t.level+"\x00"+t.section] = append(bySection[t.level+"\x00"+t.section], i)
		}
	}
	k := s.scale
	if k == 0 {
		k = s.guessScale()
	}
	step := seatDistance / 2 / k
	for _, list := range bySection {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(s.seats[a].y, s.seats[b].y) })
		row := 0
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && s.seats[list[to]].y-s.seats[list[to-1]].y < step {
				to++
			}
			row++
			line := list[from:to]
			slices.SortStableFunc(line, func(a, b int) int { return cmp.Compare(s.seats[a].x, s.seats[b].x) })
			for n, i := range line {
				s.seats[i].row, s.seats[i].number = strconv.Itoa(row)+"排", strconv.Itoa(n+1)
			}
			from = to
		}
	}
}

type sceneBuilder struct {
	*draft
	tables map[string]*csvTable
	order  []*csvTable
	ids    map[int32]int32 // id of the file -> given id
}

func (b *sceneBuilder) home(level, section string) *draftSection {
	return b.section(b.level(or(level, "一层")), section, section)
}

func (b *sceneBuilder) outline(o *scenePolygon) {
	sec := b.home(o.level, o.section)
	b.at(sec).Outline, sec.drawn = b.trace(o.points, "sections"), true
}

func (b *sceneBuilder) trace(ps []sioPoint, path string) []plan.Point {
	var out []plan.Point
	for _, p := range b.thinned(ps) {
		out = append(out, b.point(p.X, p.Y, path))
	}
	return distinct(out)
}

func (b *sceneBuilder) seat(s *sceneSeat) {
	sec := b.home(s.level, s.section)
	at := b.point(s.x, s.y, "seats")
	out := plan.Seat{Number: s.number, X: at.X, Y: at.Y, Kind: s.kind, View: s.view, Entrance: s.entrance, Note: s.note}
	if s.table == "" {
		out.Row = b.row(sec, s.row, s.row, plan.Curved)
	}
	id := b.draft.seat(sec, out, b.category(s.category, s.category, ""))
	if s.id > 0 {
		b.ids[s.id] = id
	}
	if s.table != "" {
		key := fmt.Sprint(sec.index, "\x00", s.table)
		if b.tables[key] == nil {
			b.tables[key] = &csvTable{section: sec, label: s.table}
			b.order = append(b.order, b.tables[key])
		}
		t := b.tables[key]
		t.whole = t.whole || s.whole
		t.seats = append(t.seats, id)
	}
}

func (b *sceneBuilder) closeTables() {
	c := &csvReader{draft: b.draft, tables: b.order}
	c.closeTables()
}

func (b *sceneBuilder) companions(s *scene) {
	for i := range s.seats {
		if i >= len(b.p.Seats) || s.seats[i].companion == 0 || s.seats[i].kind != plan.Companion {
			continue
		}
		if of := b.ids[s.seats[i].companion]; of > 0 && int(of) <= len(b.p.Seats) && b.p.Seats[of-1].Kind == plan.Accessible {
			b.p.Seats[i].CompanionOf = of
		}
	}
}

func (b *sceneBuilder) polygon(o *scenePolygon) {
	switch {
	case o.area != "" || o.capacity > 0:
		b.area(b.home(o.level, o.section), o.area, o.capacity, b.trace(o.points, "areas"), b.category(o.category, o.category, ""))
	case o.section == "":
		b.shape(cmp.Or(o.kind, plan.Label), b.trace(o.points, "shapes"), nil, o.text, 0)
	}
}

// keepIDs gives seats the permanent ids of the file, if all have one and none twice.
func (b *sceneBuilder) keepIDs(s *scene) {
	if b.err != nil || len(s.seats) == 0 || len(b.ids) != len(b.p.Seats) || len(s.seats) != len(b.p.Seats) {
		return
	}
	back := make(map[int32]int32, len(b.ids))
	top := int32(0)
	for of, given := range b.ids {
		back[given] = of
		top = max(top, of)
	}
	for i := range b.p.Seats {
		b.p.Seats[i].ID = back[b.p.Seats[i].ID]
		if c := b.p.Seats[i].CompanionOf; c != 0 {
			b.p.Seats[i].CompanionOf = back[c]
		}
	}
	for i := range b.p.Tables {
		for k, id := range b.p.Tables[i].Seats {
			b.p.Tables[i].Seats[k] = back[id]
		}
	}
	for c := range b.catSeats {
		for k, id := range b.catSeats[c] {
			b.catSeats[c][k] = back[id]
		}
	}
	b.p.NextSeatID = top + 1
}
