package plan

import "slices"

type owned struct {
	Run
	id    string
	index int
}

func sortOwned(all []owned) {
	slices.SortFunc(all, func(a, b owned) int { return int(a.First) - int(b.First) })
}

// Extent is the smallest rectangle around everything in p; false if p is empty.
func Extent(p *Plan) (Rect, bool) {
	e := extent{}
	for i := range p.Seats {
		e.add(p.Seats[i].X, p.Seats[i].Y)
	}
	for i := range p.Sections {
		e.outline(p.Sections[i].Outline)
		if f := p.Sections[i].Focal; f != nil {
			e.add(f.X, f.Y)
		}
	}
	for i := range p.Areas {
		e.outline(p.Areas[i].Outline)
	}
	for i := range p.Tables {
		t := &p.Tables[i]
		e.add(clampCoordinate(t.X-t.Radius), clampCoordinate(t.Y-t.Radius))
		e.add(clampCoordinate(t.X+t.Radius), clampCoordinate(t.Y+t.Radius))
	}
	for i := range p.Boxes {
		e.outline(p.Boxes[i].Outline)
	}
	for i := range p.Shapes {
		e.outline(p.Shapes[i].Outline)
		if a := p.Shapes[i].At; a != nil {
			e.add(a.X, a.Y)
		}
	}
	return e.Rect, e.any
}

// Fit sets the bounds of p to its extent widened by margin mm.
func Fit(p *Plan, margin int32) {
	r, _ := Extent(p)
	p.Bounds = Rect{
		Point{clampCoordinate(r.Min.X - margin), clampCoordinate(r.Min.Y - margin)},
		Point{clampCoordinate(r.Max.X + margin), clampCoordinate(r.Max.Y + margin)},
	}
}

func clampCoordinate(v int32) int32 { return min(max(v, -MaxCoordinate), MaxCoordinate) }

type extent struct {
	Rect
	any bool
}

func (e *extent) add(x, y int32) {
	if !e.any {
		e.Rect, e.any = Rect{Point{x, y}, Point{x, y}}, true
		return
	}
	e.Min.X, e.Min.Y = min(e.Min.X, x), min(e.Min.Y, y)
	e.Max.X, e.Max.Y = max(e.Max.X, x), max(e.Max.Y, y)
}

func (e *extent) outline(ps []Point) {
	for _, p := range ps {
		e.add(p.X, p.Y)
	}
}

// Runs turns ascending seat ids into runs.
func Runs(ids []int32) []Run {
	var out []Run
	for _, id := range ids {
		if n := len(out); n > 0 && out[n-1].Last+1 == id {
			out[n-1].Last = id
			continue
		}
		out = append(out, Run{id, id})
	}
	return out
}

// sortBy sorts indexes by a key; equal keys keep ascending indexes.
func sortBy(list []int, key func(int) float64) {
	slices.SortStableFunc(list, func(a, b int) int {
		ka, kb := key(a), key(b)
		switch {
		case ka < kb:
			return -1
		case ka > kb:
			return 1
		}
		return a - b
	})
}

func sortIDs(ids []int32) { slices.Sort(ids) }
