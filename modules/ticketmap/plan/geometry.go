package plan

import "math"

// Inside tells whether a point lies in an outline (even-odd rule; the edge counts
// as inside when the point is on it to within a millimetre of rounding).
func Inside(outline []Point, x, y int32) bool {
	in := false
	px, py := int64(x), int64(y)
	for i, j := 0, len(outline)-1; i < len(outline); j, i = i, i+1 {
		ax, ay := int64(outline[i].X), int64(outline[i].Y)
		bx, by := int64(outline[j].X), int64(outline[j].Y)
		if (ay > py) == (by > py) {
			continue
		}
		// px < ax + (py-ay)*(bx-ax)/(by-ay), without division
		left := (px - ax) * (by - ay)
		right := (py - ay) * (bx - ax)
		if (by > ay) == (left < right) && left != right {
			in = !in
		}
	}
	return in
}

// SeatLevels gives for each seat, by index, the id of its level.
func SeatLevels(p *Plan) []string {
	sectionLevel := make(map[string]string, len(p.Sections))
	for i := range p.Sections {
		sectionLevel[p.Sections[i].ID] = p.Sections[i].Level
	}
	rowLevel := make(map[string]string, len(p.Rows))
	for i := range p.Rows {
		rowLevel[p.Rows[i].ID] = sectionLevel[p.Rows[i].Section]
	}
	home := map[int32]string{}
	for i := range p.Tables {
		for _, s := range p.Tables[i].Seats {
			home[s] = sectionLevel[p.Tables[i].Section]
		}
	}
	for i := range p.Boxes {
		for _, s := range p.Boxes[i].Seats {
			home[s] = p.Boxes[i].Level
		}
	}
	out := make([]string, len(p.Seats))
	for i := range p.Seats {
		if p.Seats[i].Row != "" {
			out[i] = rowLevel[p.Seats[i].Row]
		} else {
			out[i] = home[p.Seats[i].ID]
		}
	}
	return out
}

// BufferSeats lists the ids of seats inside a buffer shape (缓冲区, RL-8) of their
// level or of no level, in the order of the document.
func BufferSeats(p *Plan) []int32 {
	var buffers []*Shape
	for i := range p.Shapes {
		if p.Shapes[i].Kind == Buffer && len(p.Shapes[i].Outline) > 0 {
			buffers = append(buffers, &p.Shapes[i])
		}
	}
	if len(buffers) == 0 {
		return nil
	}
	levels := SeatLevels(p)
	var out []int32
	for i := range p.Seats {
		for _, b := range buffers {
			if (b.Level == "" || b.Level == levels[i]) && Inside(b.Outline, p.Seats[i].X, p.Seats[i].Y) {
				out = append(out, p.Seats[i].ID)
				break
			}
		}
	}
	return out
}

// RowSeats gives the indexes of each row's seats in walking order: along the line
// through the two seats that lie farthest apart, or around the focal point for rows that bend
// round it. The end with the smaller x (then y) comes first.
func RowSeats(p *Plan) map[string][]int {
	rows := make(map[string][]int, len(p.Rows))
	for i := range p.Seats {
		if r := p.Seats[i].Row; r != "" {
			rows[r] = append(rows[r], i)
		}
	}
	for _, list := range rows {
		orderAlong(p, list)
	}
	return rows
}

func orderAlong(p *Plan, list []int) {
	if len(list) < 2 {
		return
	}
	far := func(from int) int {
		best, d := from, -1.0
		for _, i := range list {
			if x := distance(p, from, i); x > d {
				best, d = i, x
			}
		}
		return best
	}
	a := far(list[0])
	b := far(a)
	if p.Seats[b].X < p.Seats[a].X || p.Seats[b].X == p.Seats[a].X && p.Seats[b].Y < p.Seats[a].Y {
		a, b = b, a
	}
	ux, uy := float64(p.Seats[b].X-p.Seats[a].X), float64(p.Seats[b].Y-p.Seats[a].Y)
	key := func(i int) float64 {
		return float64(p.Seats[i].X-p.Seats[a].X)*ux + float64(p.Seats[i].Y-p.Seats[a].Y)*uy
	}
	sortBy(list, key)
}

func distance(p *Plan, i, j int) float64 {
	return math.Hypot(float64(p.Seats[i].X)-float64(p.Seats[j].X), float64(p.Seats[i].Y)-float64(p.Seats[j].Y))
}
