package codec

import (
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// DecodeGeometry reads PTG1. Its memory is bounded by the count of seats, which is
// checked against the bytes at hand before anything is allocated.
func DecodeGeometry(b []byte) (*Geometry, error) {
	r := &reader{b: b}
	r.magic("PTG", 1)
	unit, n, rows := r.count(), r.count(), r.count()
	if r.err == nil && (unit < 1 || unit > 1000) {
		r.fail("unit")
	}
	if r.err == nil && (n > plan.MaxSeats || rows > plan.MaxRows || n > len(b)) {
		r.fail("count")
	}
	if r.err != nil {
		return nil, r.err
	}
	g := &Geometry{Unit: int32(unit), Rows: rows}
	sizes := g.readGroups(r, n)
	g.readIDs(r, n)
	g.X = g.readAxis(r, n, sizes)
	g.Y = g.readAxis(r, n, sizes)
	g.readFlags(r, n)
	g.readNumbers(r, n, sizes)
	g.readExtras(r, n)
	r.end(r)
	if r.err != nil {
		return nil, r.err
	}
	return g, nil
}

func (g *Geometry) readGroups(r *reader, n int) []int {
	s := r.stream()
	var sizes []int
	g.Row = make([]int32, 0, n)
	row := int64(0)
	for len(g.Row) < n && s.err == nil {
		step := s.zigzag()
		size := s.count()
		row += step
		switch {
		case s.err != nil:
		case len(sizes) > 0 && step == 0:
			s.fail("two groups of one row")
		case row < 0 || row > int64(g.Rows) || size < 1 || size > n-len(g.Row):
			s.fail("group")
		default:
			for range size {
				g.Row = append(g.Row, int32(row)-1)
			}
			sizes = append(sizes, size)
		}
	}
	r.end(s)
	return sizes
}

func (g *Geometry) readIDs(r *reader, n int) {
	s := r.stream()
	g.IDs = make([]int32, n)
	before := int64(0)
	for i := 0; i < n && s.err == nil; i++ {
		id := before + 1 + s.zigzag()
		if id <= before || id > plan.MaxSeatID {
			s.fail("id")
			break
		}
		g.IDs[i] = int32(id)
		before = id
	}
	r.end(s)
}

func (g *Geometry) readAxis(r *reader, n int, sizes []int) []int32 {
	s := r.stream()
	out := make([]int32, 0, n)
	var c curve
	for _, size := range sizes {
		c.n = 0
		for range size {
			v := c.predict() + s.zigzag()
			if mm := v * int64(g.Unit); s.err != nil || mm > plan.MaxCoordinate+int64(g.Unit) || mm < -plan.MaxCoordinate-int64(g.Unit) {
				s.fail("coordinate")
				r.end(s)
				return nil
			}
			c.take(v)
			out = append(out, int32(v)*g.Unit)
		}
	}
	r.end(s)
	return out
}

func (g *Geometry) readFlags(r *reader, n int) {
	s := r.stream()
	before := -1
	for len(g.Kind) < n && s.err == nil {
		v, size := s.count(), s.count()
		k, view := v&7, v>>3
		if s.err == nil && (k > int(plan.Sofa) || view > int(plan.Blocked) || size < 1 || size > n-len(g.Kind) || v == before) {
			s.fail("flags")
		}
		if s.err != nil {
			break
		}
		for range size {
			g.Kind = append(g.Kind, plan.Kind(k))
			g.View = append(g.View, plan.View(view))
		}
		before = v
	}
	r.end(s)
}

func (g *Geometry) readNumbers(r *reader, n int, sizes []int) {
	s := r.stream()
	g.Numbers = make([]string, 0, n)
	var c curve
	for _, size := range sizes {
		mode := s.byte()
		if mode > 1 {
			s.fail("number mode")
		}
		if mode == 0 {
			c.n = 0
		}
		plain := true
		for i := 0; i < size && s.err == nil; i++ {
			var text string
			if mode == 0 {
				v := c.predict() + s.zigzag()
				c.take(v)
				text = strconv.FormatInt(v, 10)
			} else {
				text = s.text(128)
			}
			_, ok := decimal(text)
			plain = plain && ok
			if s.err == nil && (mode == 0 && !ok || text == "") {
				s.fail("number")
			}
			g.Numbers = append(g.Numbers, text)
		}
		if s.err == nil && mode == 1 && plain {
			s.fail("number mode")
		}
		if s.err != nil {
			break
		}
	}
	r.end(s)
}

func (g *Geometry) readExtras(r *reader, n int) {
	s := r.stream()
	count := s.count()
	rank := 0
	for i := 0; i < count && s.err == nil; i++ {
		gap := s.count()
		companion := s.varint(32)
		e := Extra{Entrance: s.text(128), Note: s.text(800)}
		switch {
		case s.err != nil:
		case i > 0 && gap < 1 || gap >= n-rank:
			s.fail("extra")
		case companion > plan.MaxSeatID:
			s.fail("companion")
		case companion == 0 && e.Entrance == "" && e.Note == "":
			s.fail("empty extra")
		}
		rank += gap
		e.Rank, e.CompanionOf = rank, int32(companion)
		g.Extras = append(g.Extras, e)
	}
	r.end(s)
}
