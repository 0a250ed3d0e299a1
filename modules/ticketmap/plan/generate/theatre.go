package generate

import (
	"errors"
	"math"

	"parterre/modules/ticketmap/plan"
)

// Theatre is a fan-shaped auditorium (扇形观众厅): rows on arcs about one centre, a
// centre aisle, two side aisles, odd numbers left of the centre aisle and even right,
// as Chinese theatres number.
type Theatre struct {
	Name       string
	SeatPitch  float64 // along the row, mm
	RowPitch   float64 // between rows, mm
	StageWidth float64
	Levels     []TheatreLevel
	Boxes      int // boxes (包厢) on each side of the first level
}

// TheatreLevel is one level (楼层) of a Theatre.
type TheatreLevel struct {
	Name       string
	Rows       int
	Radius     float64 // of the first row, mm from the centre of the arcs
	HalfAngle  float64 // of the fan, degrees
	SideAisle  float64 // angle of the side aisles, degrees; 0 for none
	CrossAfter int     // a cross aisle after this many rows; 0 for none
	Accessible int     // wheelchair places at each end of the row behind the cross aisle, or of the last row
}

// DefaultTheatre seats about 1,500 on 池座, 二楼 and 三楼.
func DefaultTheatre() Theatre {
	return Theatre{
		Name: "大剧院歌剧厅", SeatPitch: 540, RowPitch: 950, StageWidth: 20_000, Boxes: 4,
		Levels: []TheatreLevel{
			{Name: "池座", Rows: 19, Radius: 17_000, HalfAngle: 30, SideAisle: 15.5, CrossAfter: 10, Accessible: 3},
			{Name: "二楼", Rows: 6, Radius: 40_500, HalfAngle: 26, SideAisle: 12.8, Accessible: 1},
			{Name: "三楼", Rows: 4, Radius: 50_000, HalfAngle: 22.5, SideAisle: 11},
		},
	}
}

const (
	centreAisle = 1300.0
	sideAisle   = 1100.0
	crossAisle  = 1600.0
)

type theatre struct {
	Theatre
	*builder
	centre vec // of the arcs
	focal  plan.Point
}

// Generate makes the plan. The stage is at the top; y grows towards the back.
func (t Theatre) Generate() (*plan.Plan, error) {
	if err := lengths(t.SeatPitch, t.RowPitch, t.StageWidth); err != nil {
		return nil, err
	}
	if err := between("the number of levels", len(t.Levels), 1, 8); err != nil {
		return nil, err
	}
	for _, l := range t.Levels {
		if err := between(l.Name+" Rows", l.Rows, 1, 80); err != nil {
			return nil, err
		}
		if err := lengths(l.Radius); err != nil {
			return nil, err
		}
		if !(l.HalfAngle >= 5 && l.HalfAngle <= 80 && l.SideAisle >= 0 && l.SideAisle < l.HalfAngle) || l.Accessible < 0 || l.Accessible > 20 {
			return nil, errors.New("generate: " + l.Name + ": HalfAngle lies between 5 and 80 degrees, SideAisle below it, Accessible between 0 and 20")
		}
	}
	if err := between("Boxes", t.Boxes, 0, 30); err != nil {
		return nil, err
	}
	g := &theatre{Theatre: t, builder: newBuilder(t.Name), centre: vec{0, -12_000}, focal: plan.Point{X: 0, Y: -1500}}
	g.category("c1", "一档", "#b3212b")
	g.category("c2", "二档", "#d9782d")
	g.category("c3", "三档", "#d6a92b")
	g.category("c4", "四档", "#3f8f6b")
	g.category("c5", "五档", "#3e6fa8")
	g.category("cb", "包厢", "#7a4a9e")
	ids := make([]string, len(t.Levels))
	for i, l := range t.Levels {
		ids[i] = g.level(l.Name)
	}
	g.stage()
	base := int32(0)
	for i, l := range t.Levels {
		base = g.levelRows(i, ids[i], l, base)
	}
	if t.Boxes > 0 && len(t.Levels) > 0 {
		g.boxes(ids[0])
	}
	return g.finish()
}

func (g *theatre) stage() {
	half := g.StageWidth / 2
	g.shape(plan.Stage, "", []vec{
		{-half, -11_000},
		{half, -11_000},
		{half * 1.08, -1000},
		{half * .72, 600},
		{half * .38, 1350},
		{0, 1600},
		{-half * .38, 1350},
		{-half * .72, 600},
		{-half * 1.08, -1000},
	}, "舞台")
	g.setHeight(theatreStage)
}

// stageEdge is the front of the stage on the centre line.
const stageEdge = 1600.0

// rake works out how a level rises and answers the floor of the next.
func (g *theatre) rake(index int, level string, l TheatreLevel, base int32) int32 {
	distances := make([]float64, l.Rows)
	for i := range distances {
		distances[i] = max(1000, g.centre.y+g.radius(l, i)-stageEdge) + float64(i) // rows inside the stage still follow each other
	}
	r := rise(base, theatreStage, 60, distances)
	if index > 0 {
		r.Parapet = balconyRail()
	}
	g.setRake(level, r)
	return top(r, l.Rows) + storey
}

// radius is the distance of row i (from 0) of a level from the centre.
func (g *theatre) radius(l TheatreLevel, i int) float64 {
	r := l.Radius + float64(i)*g.RowPitch
	if l.CrossAfter > 0 && i >= l.CrossAfter {
		r += crossAisle
	}
	return r
}

// levelRows writes a level whose first row stands on base and answers the floor of the next.
func (g *theatre) levelRows(index int, level string, l TheatreLevel, base int32) int32 {
	next := g.rake(index, level, l, base)
	inner, outer := g.radius(l, 0)-650, g.radius(l, l.Rows-1)+650
	half := radians(l.HalfAngle)
	edge := half + 350/outer
	focal := g.focal
	section := g.section(plan.Section{
		Level: level, Name: l.Name, Label: l.Name, Outline: points(g.fan(inner, outer, -edge, edge)), Focal: &focal,
		Entrance: []string{"一层厅门", "二层厅门", "三层厅门"}[min(index, 2)],
	})
	g.aisles(level, l, inner, outer)
	accessibleRow := l.Rows - 1
	if l.CrossAfter > 0 {
		accessibleRow = l.CrossAfter
	}
	for i := 0; i < l.Rows; i++ {
		wheel := 0
		if i == accessibleRow {
			wheel = l.Accessible
		}
		g.fanRow(index, l, section, i, wheel)
	}
	g.mark(plan.Label, level, polar(g.centre, outer+900, 0), l.Name, 0)
	for _, side := range []float64{-1, 1} {
		doors := []float64{(inner + outer) / 2}
		if l.CrossAfter > 0 {
			doors = []float64{g.radius(l, l.CrossAfter) - g.RowPitch/2 - crossAisle/2, outer - 1200}
		}
		names := [][]string{{"1号门", "3号门"}, {"2号门", "4号门"}}
		for k, r := range doors {
			side01 := 0
			if side > 0 {
				side01 = 1
			}
			at := polar(g.centre, r, side*(half+1000/r))
			g.mark(plan.Entrance, level, at, names[side01][k], -side*l.HalfAngle)
		}
	}
	return next
}

// fan is the outline between two radii and two angles.
func (g *theatre) fan(inner, outer, from, to float64) []vec {
	const steps = 24
	var out []vec
	for i := 0; i <= steps; i++ {
		out = append(out, polar(g.centre, inner, from+(to-from)*float64(i)/steps))
	}
	for i := steps; i >= 0; i-- {
		out = append(out, polar(g.centre, outer, from+(to-from)*float64(i)/steps))
	}
	return out
}

func (g *theatre) aisles(level string, l TheatreLevel, inner, outer float64) {
	strip := func(t, width float64) {
		a, b := polar(g.centre, inner+300, t), polar(g.centre, outer-200, t)
		n := vec{math.Cos(t), -math.Sin(t)}.mul(width / 2)
		g.shape(plan.Aisle, level, []vec{a.add(n), b.add(n), b.add(n.mul(-1)), a.add(n.mul(-1))}, "")
	}
	strip(0, centreAisle-250)
	if l.SideAisle > 0 {
		strip(radians(l.SideAisle), sideAisle-250)
		strip(-radians(l.SideAisle), sideAisle-250)
	}
	if l.CrossAfter > 0 {
		mid := g.radius(l, l.CrossAfter) - (g.RowPitch+crossAisle)/2
		half := radians(l.HalfAngle)
		g.shape(plan.Aisle, level, g.fan(mid-crossAisle/2-50, mid+crossAisle/2-50, -half, half), "")
	}
}

// place is one seat of a row before it is written: distance from the centre line along the arc.
type place struct {
	s     float64
	wheel bool
	comp  bool
}

// fanRow writes one row, left to right, numbered outwards from the centre aisle.
func (g *theatre) fanRow(index int, l TheatreLevel, section string, i, wheel int) {
	r := g.radius(l, i)
	side := g.half(l, r)
	if wheel > 0 {
		side = withWheelchairs(side, wheel)
	}
	row := g.row(section, num(i+1)+"排", plan.Curved)
	n := len(side)
	for k := n - 1; k >= 0; k-- {
		g.fanSeat(index, l, row, i, r, -1, k, side)
	}
	for k := 0; k < n; k++ {
		g.fanSeat(index, l, row, i, r, 1, k, side)
	}
}

// half gives the places of one half of a row, from the centre aisle outwards.
func (g *theatre) half(l TheatreLevel, r float64) []place {
	var out []place
	end := r * radians(l.HalfAngle)
	start := centreAisle / 2
	blocks := [][2]float64{{start, end}}
	if l.SideAisle > 0 {
		cut := r * radians(l.SideAisle)
		blocks = [][2]float64{{start, cut - sideAisle/2}, {cut + sideAisle/2, end}}
	}
	for _, b := range blocks {
		for _, d := range spread(b[1]-b[0], g.SeatPitch) {
			out = append(out, place{s: b[0] + d})
		}
	}
	return out
}

// withWheelchairs turns the outer end of half a row into wheelchair places (800 mm
// wide, GB 50763) each with a companion seat beside it.
func withWheelchairs(side []place, wheel int) []place {
	const wide = 900.0
	if len(side) < 2 {
		return side
	}
	need := int(math.Ceil(float64(wheel)*(wide+560)/(side[1].s-side[0].s) + 0.01))
	if need >= len(side) {
		return side
	}
	keep := side[:len(side)-need]
	at := side[len(side)-1].s + (side[1].s-side[0].s)/2
	var tail []place
	for range wheel {
		tail = append(tail, place{s: at - wide/2, wheel: true}, place{s: at - wide - 280, comp: true})
		at -= wide + 560
	}
	for i := len(tail) - 1; i >= 0; i-- {
		keep = append(keep, tail[i])
	}
	return keep
}

func (g *theatre) fanSeat(index int, l TheatreLevel, row string, i int, r float64, dir float64, k int, side []place) {
	pl := side[k]
	t := dir * pl.s / r
	number := 2*k + 1
	if dir > 0 {
		number = 2*k + 2
	}
	s := plan.Seat{Row: row, Number: num(number)}
	s.View, s.Note = g.view(index, l, i, math.Abs(t))
	category := g.zone(index, l, i, math.Abs(t))
	switch {
	case pl.wheel:
		s.Kind, s.View, s.Note = plan.Accessible, plan.Clear, ""
	case pl.comp:
		s.Kind, s.View, s.Note = plan.Companion, plan.Clear, ""
	}
	id := g.seat(s, polar(g.centre, r, t), category)
	g.pair(id)
}

// pair links a companion seat with the accessible seat next to it, whichever came first.
func (g *theatre) pair(id int32) {
	seats := g.p.Seats
	if len(seats) < 2 {
		return
	}
	a, b := &seats[len(seats)-2], &seats[len(seats)-1]
	switch {
	case a.Row != b.Row || a.CompanionOf != 0:
	case a.Kind == plan.Accessible && b.Kind == plan.Companion && b.ID == id && !g.taken(a.ID):
		b.CompanionOf = a.ID
	case a.Kind == plan.Companion && b.Kind == plan.Accessible && !g.taken(b.ID):
		a.CompanionOf = b.ID
	}
}

func (g *theatre) taken(id int32) bool {
	for i := len(g.p.Seats) - 1; i >= 0 && i >= len(g.p.Seats)-4; i-- {
		if g.p.Seats[i].CompanionOf == id {
			return true
		}
	}
	return false
}

// view proposes what is seen from a seat: wings of the first rows look at the
// stage from the side, the last rows below a balcony lose the surtitles.
func (g *theatre) view(index int, l TheatreLevel, i int, t float64) (plan.View, string) {
	share := t / radians(l.HalfAngle)
	switch {
	case index == 0 && i < 4 && share > 0.86:
		return plan.Partial, "侧面视角，看不到舞台一侧的纵深"
	case index == 0 && i == l.Rows-1:
		return plan.Partial, "二楼挑台遮挡字幕屏上沿"
	case index > 0 && i == 0 && share > 0.9:
		return plan.Partial, "前排栏杆遮挡舞台近侧"
	case index == 2 && share > 0.93:
		return plan.Partial, "侧面视角，看不到舞台一侧的纵深"
	}
	return plan.Clear, ""
}

// zone proposes a price zone by distance and angle.
func (g *theatre) zone(index int, l TheatreLevel, i int, t float64) string {
	wing := t > radians(l.SideAisle)
	switch index {
	case 0:
		switch {
		case i < l.CrossAfter && i >= 2 && !wing:
			return "c1"
		case i < l.CrossAfter || !wing && i < l.CrossAfter+6:
			return "c2"
		}
		return "c3"
	case 1:
		if i < 3 && !wing {
			return "c3"
		}
		return "c4"
	}
	if i < 2 && !wing {
		return "c4"
	}
	return "c5"
}

// boxes puts boxes of four seats along both side walls of the first level, on a
// line parallel to the edge of the fan.
func (g *theatre) boxes(level string) {
	const pitch, away = 2450.0, 3300.0
	l := g.Levels[0]
	half := radians(l.HalfAngle)
	focal := g.focal
	for _, dir := range []float64{-1, 1} {
		side := "左"
		if dir > 0 {
			side = "右"
		}
		along := polar(vec{}, 1, dir*half)
		out := vec{math.Cos(half) * dir, -math.Sin(half)} // away from the seats
		base := polar(g.centre, g.radius(l, 0)+100, dir*half).add(out.mul(away))
		frame := func(u, v float64) vec { return base.add(along.mul(u)).add(out.mul(v)) }
		length := pitch * float64(g.Boxes)
		section := g.section(plan.Section{
			Level: level, Name: side + "侧包厢", Label: side + "侧包厢", Focal: &focal, Entrance: side + "侧贵宾门", Rake: &plan.Rake{Base: boxFloor},
			Outline: points([]vec{frame(-150, -1350), frame(length+150, -1350), frame(length+150, 1350), frame(-150, 1350)}),
		})
		for k := range g.Boxes {
			mid := (float64(k) + 0.5) * pitch
			g.box(level, section, side+num(k+1), func(u, v float64) vec { return frame(mid+u, v) })
		}
	}
}

func (g *theatre) box(level, section, name string, corner func(u, v float64) vec) {
	row := g.row(section, name+"包厢", plan.Free)
	var ids []int32
	for k, at := range [][2]float64{{-420, -420}, {420, -420}, {-420, 480}, {420, 480}} {
		s := plan.Seat{Row: row, Number: num(k + 1)}
		if k >= 2 {
			s.View, s.Note = plan.Partial, "包厢后座，视线受前座影响"
		}
		ids = append(ids, g.seat(s, corner(at[0], at[1]), "cb"))
	}
	g.p.Boxes = append(g.p.Boxes, plan.Box{
		ID: g.id("b"), Level: level, Name: name + "包厢",
		Outline: points([]vec{corner(-1100, -1150), corner(1100, -1150), corner(1100, 1150), corner(-1100, 1150)}), Seats: ids,
	})
}
