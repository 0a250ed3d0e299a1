package salestest

import (
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// The small hall of World: two sections of 4 rows with 10 seats each, one
// wheelchair place with its companion, one seat behind a pillar, and a standing
// area. Seat ids count from 1: stalls 1-40 in zone 1, balcony 41-80 in zone 2.
const (
	FirstStall   = 1
	FirstBalcony = 41
	Seats        = 80
	Standing     = 50 // capacity of the standing area, in zone 3
	Wheelchair   = 39
	Companion    = 40
	Pillar       = 80 // a partial view
)

// Plan makes the small hall.
func Plan() *plan.Plan {
	p := &plan.Plan{
		Name: "小剧场", NextSeatID: Seats + 1,
		Levels: []plan.Level{{ID: "L1", Name: "一层", Order: 0}, {ID: "L2", Name: "二层", Order: 1}},
		Categories: []plan.Category{
			{ID: "c1", Name: "池座票", Color: "#b3212b", Seats: []plan.Run{{First: 1, Last: 40}}},
			{ID: "c2", Name: "楼座票", Color: "#2b61b3", Seats: []plan.Run{{First: 41, Last: 80}}},
			{ID: "c3", Name: "站席票", Color: "#2f7d4f", Objects: []string{"a1"}},
		},
		Shapes: []plan.Shape{{ID: "x1", Kind: plan.Stage, Outline: box(0, -4000, 6000, -1000)}},
	}
	for i, name := range []string{"池座", "楼座"} {
		y := int32(i) * 20_000
		p.Sections = append(p.Sections, plan.Section{
			ID: "s" + strconv.Itoa(i+1), Level: p.Levels[i].ID, Name: name, Label: name, Outline: box(-1000, y-500, 7000, y+5000),
			Focal: &plan.Point{X: 2500, Y: -2000}, Entrance: "东门", Gate: strconv.Itoa(i+1) + "号检票口",
		})
		for r := range 4 {
			id := "r" + strconv.Itoa(i*4+r+1)
			p.Rows = append(p.Rows, plan.Row{ID: id, Section: p.Sections[i].ID, Label: strconv.Itoa(r+1) + "排", Kind: plan.Straight})
			for n := range 10 {
				p.Seats = append(p.Seats, plan.Seat{ID: int32(len(p.Seats) + 1), Row: id, Number: strconv.Itoa(n + 1), X: int32(n) * 550, Y: y + int32(r)*1000})
			}
		}
	}
	p.Seats[Wheelchair-1].Kind = plan.Accessible
	p.Seats[Companion-1].Kind, p.Seats[Companion-1].CompanionOf = plan.Companion, Wheelchair
	p.Seats[Pillar-1].View, p.Seats[Pillar-1].Note = plan.Partial, "立柱遮挡部分舞台"
	p.Areas = []plan.Area{{ID: "a1", Section: "s1", Name: "站席", Label: "前区站席", Capacity: Standing, Outline: box(-1000, 5200, 7000, 9000)}}
	p.Sections[0].Outline = box(-1000, -500, 7000, 9500)
	p.Bounds = plan.Rect{Min: plan.Point{X: -1000, Y: -4000}, Max: plan.Point{X: 7000, Y: 25_000}}
	return p
}

func box(x0, y0, x1, y1 int32) []plan.Point {
	return []plan.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}
