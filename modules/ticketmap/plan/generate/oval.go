package generate

import (
	"errors"
	"math"
)

// oval is a closed curve of eight arcs with a common tangent where they meet (top,
// corner, side …): the parallel curves of a bowl. A row at offset d has every
// radius longer by d, and aisles are normals that all rows share.
type oval struct {
	arcs []arc
	len0 float64 // length at offset 0
}

// arc runs clockwise on the screen from direction t0 to t1, measured from "up"; r at offset 0.
type arc struct {
	c      vec
	r      float64
	t0, t1 float64
}

func (a arc) length(d float64) float64 { return (a.r + d) * (a.t1 - a.t0) }

// at is the point at direction t and offset d, and the outward direction.
func (a arc) at(t, d float64) (vec, vec) {
	n := vec{math.Sin(t), -math.Cos(t)}
	return a.c.add(n.mul(a.r + d)), n
}

// newOval makes the curve with half-width a, half-height b, radius of the top and bottom
// arcs rt, of the left and right arcs rs and of the corners rc.
func newOval(a, b, rt, rs, rc float64) (*oval, error) {
	// The corner's centre lies rt-rc from the top arc's centre and rs-rc from the side's.
	ct, cs := vec{0, rt - b}, vec{a - rs, 0} // y down: the top arc's centre is below its top (0,-b)
	p, q := rt-rc, rs-rc
	dx, dy := cs.x-ct.x, cs.y-ct.y
	dist := math.Hypot(dx, dy)
	if p <= 0 || q <= 0 || dist > p+q || dist < math.Abs(p-q) || dist == 0 {
		return nil, errors.New("generate: the arcs of the bowl do not meet; use a smaller corner radius or larger side radii")
	}
	l := (p*p - q*q + dist*dist) / (2 * dist)
	h := math.Sqrt(math.Max(0, p*p-l*l))
	best := vec{math.Inf(-1), 0}
	for _, sign := range []float64{-1, 1} {
		c := vec{ct.x + l*dx/dist + sign*h*dy/dist, ct.y + l*dy/dist - sign*h*dx/dist}
		if c.x > 0 && c.y < 0 && c.x > best.x {
			best = c
		}
	}
	if math.IsInf(best.x, -1) {
		return nil, errors.New("generate: the corner of the bowl has no centre in its quarter")
	}
	t1 := math.Atan2(best.x-ct.x, -(best.y - ct.y)) // from up, clockwise
	t2 := math.Atan2(best.x-cs.x, -(best.y - cs.y))
	o := &oval{}
	flip := func(c vec, sx, sy float64) vec { return vec{c.x * sx, c.y * sy} }
	half := math.Pi
	o.arcs = []arc{
		{ct, rt, -t1, t1},
		{best, rc, t1, t2},
		{cs, rs, t2, half - t2},
		{flip(best, 1, -1), rc, half - t2, half - t1},
		{flip(ct, 1, -1), rt, half - t1, half + t1},
		{flip(best, -1, -1), rc, half + t1, half + t2},
		{flip(cs, -1, 1), rs, half + t2, 2*half - t2},
		{flip(best, -1, 1), rc, 2*half - t2, 2*half - t1},
	}
	for _, x := range o.arcs {
		o.len0 += x.length(0)
	}
	return o, nil
}

// mark is a normal of the oval: a direction on one of its arcs.
type mark struct {
	arc int
	t   float64
}

// markAt is the normal at a share 0 … 1 of the length at offset d, from the top clockwise.
func (o *oval) markAt(share, d float64) mark {
	total := 0.0
	for _, a := range o.arcs {
		total += a.length(d)
	}
	want := math.Mod(share, 1) * total
	if want < 0 {
		want += total
	}
	want += o.arcs[0].length(d) / 2 // arc 0 begins left of the top
	if want >= total {
		want -= total
	}
	for i, a := range o.arcs {
		if l := a.length(d); want <= l || i == len(o.arcs)-1 {
			return mark{i, a.t0 + want/(a.r+d)}
		} else {
			want -= l
		}
	}
	return mark{0, o.arcs[0].t0}
}

// piece is part of one arc.
type piece struct {
	arc
}

// between gives the arcs from mark m to mark n, clockwise.
func (o *oval) between(m, n mark) []piece {
	var out []piece
	for i, first := m.arc, true; ; i, first = (i+1)%len(o.arcs), false {
		a := o.arcs[i]
		if first {
			a.t0 = m.t
		}
		if i == n.arc && (!first || n.t > m.t) {
			a.t1 = n.t
			return append(out, piece{a})
		}
		out = append(out, piece{a})
	}
}

func pathLength(ps []piece, d float64) float64 {
	l := 0.0
	for _, p := range ps {
		l += p.length(d)
	}
	return l
}

// walk is the point and the outward direction at distance s along ps at offset d.
func walk(ps []piece, d, s float64) (vec, vec) {
	for i, p := range ps {
		l := p.length(d)
		if s <= l || i == len(ps)-1 {
			return p.at(p.t0+s/(p.r+d), d)
		}
		s -= l
	}
	return vec{}, vec{}
}

// strip is the outline between two offsets of ps, cut back by trim at both ends.
func strip(ps []piece, inner, outer, trim float64) []vec {
	var out []vec
	chain := func(d float64) []vec {
		l := pathLength(ps, d) - 2*trim
		n := max(3, int(l/3500))
		var c []vec
		for i := 0; i <= n; i++ {
			at, _ := walk(ps, d, trim+l*float64(i)/float64(n))
			c = append(c, at)
		}
		return c
	}
	out = append(out, chain(inner)...)
	back := chain(outer)
	for i := len(back) - 1; i >= 0; i-- {
		out = append(out, back[i])
	}
	return out
}
