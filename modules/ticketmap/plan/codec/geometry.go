package codec

import (
	"slices"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// DefaultUnit is the server's millimetres per unit: 10 mm is below a pixel at any useful zoom.
const DefaultUnit = 10

// Extra is what few seats have.
type Extra struct {
	Rank        int
	CompanionOf int32
	Entrance    string
	Note        string
}

// Geometry is the decoded form: arrays by rank. Coordinates are multiples of Unit mm.
type Geometry struct {
	Unit    int32
	Rows    int // rows of the skeleton
	IDs     []int32
	Row     []int32 // index of the row in the skeleton, -1 for none
	X, Y    []int32
	Kind    []plan.Kind
	View    []plan.View
	Numbers []string
	Extras  []Extra
}

// FromPlan makes the arrays of p, coordinates rounded to unit mm (1 … 1000).
func FromPlan(p *plan.Plan, unit int32) *Geometry {
	seats := slices.Clone(p.Seats)
	slices.SortFunc(seats, func(a, b plan.Seat) int { return int(a.ID) - int(b.ID) })
	rows := make(map[string]int32, len(p.Rows))
	for i := range p.Rows {
		rows[p.Rows[i].ID] = int32(i)
	}
	n := len(seats)
	g := &Geometry{
		Unit: unit, Rows: len(p.Rows), IDs: make([]int32, n), Row: make([]int32, n), X: make([]int32, n), Y: make([]int32, n),
		Kind: make([]plan.Kind, n), View: make([]plan.View, n), Numbers: make([]string, n),
	}
	for i := range seats {
		s := &seats[i]
		g.IDs[i], g.Row[i], g.Kind[i], g.View[i], g.Numbers[i] = s.ID, -1, s.Kind, s.View, s.Number
		g.X[i], g.Y[i] = quantise(s.X, unit)*unit, quantise(s.Y, unit)*unit
		if s.Row != "" {
			g.Row[i] = rows[s.Row]
		}
		if s.CompanionOf != 0 || s.Entrance != "" || s.Note != "" {
			g.Extras = append(g.Extras, Extra{i, s.CompanionOf, s.Entrance, s.Note})
		}
	}
	return g
}

// quantise is floor((v + floor(q/2)) / q).
func quantise(v, q int32) int32 {
	v += q / 2
	if v < 0 && v%q != 0 {
		return v/q - 1
	}
	return v / q
}

// curve codes a series: the first of a group against the first of the group
// before, the second as a difference, later ones as differences of differences, so
// an evenly bent row costs next to nothing.
type curve struct {
	n                 int
	first, last, step int64
}

func (c *curve) predict() int64 {
	switch c.n {
	case 0:
		return c.first
	case 1:
		return c.last
	}
	return c.last + c.step
}

func (c *curve) take(v int64) {
	if c.n == 0 {
		c.first = v
	} else {
		c.step = v - c.last
	}
	c.last = v
	c.n++
}

// groups calls f with the bounds of each run of seats of one row.
func (g *Geometry) groups(f func(from, to int)) {
	for from := 0; from < len(g.Row); {
		to := from + 1
		for to < len(g.Row) && g.Row[to] == g.Row[from] {
			to++
		}
		f(from, to)
		from = to
	}
}

// EncodeGeometry writes PTG1, not yet compressed. The plan must be valid.
func EncodeGeometry(p *plan.Plan, unit int32) []byte { return FromPlan(p, unit).Encode() }

// Encode writes PTG1.
func (g *Geometry) Encode() []byte {
	out := &writer{b: append(make([]byte, 0, 64+len(g.IDs)*5), 'P', 'T', 'G', 1)}
	out.varint(uint64(g.Unit))
	out.varint(uint64(len(g.IDs)))
	out.varint(uint64(g.Rows))
	groups, ids := &writer{}, &writer{}
	before := int64(0)
	g.groups(func(from, to int) {
		groups.zigzag(int64(g.Row[from]) + 1 - before)
		groups.varint(uint64(to - from))
		before = int64(g.Row[from]) + 1
	})
	before = 0
	for _, id := range g.IDs {
		ids.zigzag(int64(id) - before - 1)
		before = int64(id)
	}
	out.stream(groups)
	out.stream(ids)
	out.stream(g.axis(g.X))
	out.stream(g.axis(g.Y))
	out.stream(g.flags())
	out.stream(g.numbers())
	out.stream(g.extras())
	return out.b
}

func (g *Geometry) axis(vs []int32) *writer {
	w := &writer{}
	var c curve
	g.groups(func(from, to int) {
		c.n = 0
		for _, v := range vs[from:to] {
			u := int64(v / g.Unit)
			w.zigzag(u - c.predict())
			c.take(u)
		}
	})
	return w
}

func (g *Geometry) flags() *writer {
	w := &writer{}
	for i := 0; i < len(g.Kind); {
		j := i + 1
		for j < len(g.Kind) && g.Kind[j] == g.Kind[i] && g.View[j] == g.View[i] {
			j++
		}
		w.varint(uint64(g.Kind[i]) | uint64(g.View[i])<<3)
		w.varint(uint64(j - i))
		i = j
	}
	return w
}

func (g *Geometry) numbers() *writer {
	w := &writer{}
	var c curve
	g.groups(func(from, to int) {
		values := make([]int64, 0, to-from)
		for _, s := range g.Numbers[from:to] {
			if v, ok := decimal(s); ok {
				values = append(values, v)
			}
		}
		if len(values) < to-from {
			w.b = append(w.b, 1)
			for _, s := range g.Numbers[from:to] {
				w.text(s)
			}
			return
		}
		w.b = append(w.b, 0)
		c.n = 0
		for _, v := range values {
			w.zigzag(v - c.predict())
			c.take(v)
		}
	})
	return w
}

// decimal reads 0 … 99999999 without leading zero.
func decimal(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 8 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	v, err := strconv.ParseInt(s, 10, 64)
	return v, err == nil
}

func (g *Geometry) extras() *writer {
	w := &writer{}
	w.varint(uint64(len(g.Extras)))
	before := 0
	for _, e := range g.Extras {
		w.varint(uint64(e.Rank - before))
		w.varint(uint64(e.CompanionOf))
		w.text(e.Entrance)
		w.text(e.Note)
		before = e.Rank
	}
	return w
}
