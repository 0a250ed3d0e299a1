package planio

import (
	"math"
	"unicode/utf8"
)

// Curves of a drawing: ellipses and their arcs, and splines (NURBS). On layers that name a
// thing they are flattened to straight pieces that stay within a tolerance, and taken as outlines when
// they close, else joined with the lines and arcs of their layer. Others are background.

// curveGap is how far a flattened curve may be from the true one, mm; of a
// drawing without a unit it is this part of the curve's size.
const (
	curveGap  = 5.0
	curvePart = 1.0 / 2000
)

// Bounds of what is read: a drawing program writes some hundred control points.
const (
	maxCurvePairs  = 60_000
	maxCurvePoints = 4_000
	maxDegree      = 25
)

var curveCodes = map[string][]int{
	"ELLIPSE": {10, 20, 11, 21, 40, 41, 42, 230},
	"SPLINE":  {70, 71, 72, 73, 74, 40, 41, 10, 20, 11, 21},
}

// gap is the tolerance in the drawing's units for a curve of that size.
func (r *dxfReader) gap(size float64) float64 {
	if r.unit > 0 {
		return curveGap / r.unit
	}
	return size * curvePart
}

// curve takes an ELLIPSE or a SPLINE. false: it is background.
func (r *dxfReader) curve(e *dxfEntity) bool {
	if e.kind == "ELLIPSE" && isSeat(e.layer) {
		r.seats = append(r.seats, sceneSeat{x: pairOf(e.curve, 10), y: -pairOf(e.curve, 20), section: sectionOfLayer(e.layer)})
		return true
	}
	if _, _, ok := layerThing(e.layer); !ok {
		return false
	}
	var ps []sioPoint
	if e.kind == "ELLIPSE" {
		ps = r.ellipseOf(e.curve)
	} else {
		ps = r.splineOf(e.curve)
	}
	if len(ps) < 2 || len(e.curve) >= maxCurvePairs || !finite(ps) {
		r.tell("curves", e.kind, "数据不完整、前后矛盾或过长的样条和椭圆未导入。", "Splines and ellipses whose data is incomplete, contradicts itself or is too long were left out.")
		return true
	}
	first, last := ps[0], ps[len(ps)-1]
	if math.Hypot(first.X-last.X, first.Y-last.Y) <= 1e-9*math.Max(1, math.Max(math.Abs(first.X), math.Abs(first.Y))) {
		r.ring(e.layer, ps[:len(ps)-1])
		return true
	}
	if r.kept++; r.kept > maxDXFSegments {
		return false
	}
	if r.segments == nil {
		r.segments = map[string][]dxfSegment{}
	}
	r.segments[e.layer] = append(r.segments[e.layer], dxfSegment{ps})
	return true
}

func pairOf(ps []hatchPair, code int) float64 {
	for _, p := range ps {
		if p.code == code {
			return p.v
		}
	}
	return 0
}

func finite(ps []sioPoint) bool {
	for _, p := range ps {
		if math.IsNaN(p.X) || math.IsInf(p.X, 0) || math.IsNaN(p.Y) || math.IsInf(p.Y, 0) || math.Abs(p.X) > 1e12 || math.Abs(p.Y) > 1e12 {
			return false
		}
	}
	return true
}

// ellipseOf flattens an ellipse: centre 10/20, end of the major axis from it 11/21,
// ratio of the axes 40, from and to 41/42 in radians; 230 below zero is seen from behind.
func (r *dxfReader) ellipseOf(ps []hatchPair) []sioPoint {
	mx, my, ratio := pairOf(ps, 11), pairOf(ps, 21), pairOf(ps, 40)
	from, to, hasTo := 0.0, 2*math.Pi, false
	for _, p := range ps {
		switch p.code {
		case 41:
			from = p.v
		case 42:
			to, hasTo = p.v, true
		}
	}
	if pairOf(ps, 230) < 0 {
		ratio = -ratio
	}
	return r.ellipseArc(pairOf(ps, 10), pairOf(ps, 20), mx, my, ratio, from, to, hasTo)
}

// ellipseArc is the arc of an ellipse; a ratio below zero turns clockwise.
func (r *dxfReader) ellipseArc(x, y, mx, my, ratio, from, to float64, hasTo bool) []sioPoint {
	size := math.Hypot(mx, my)
	if !(size > 0) || size > 1e12 || !(math.Abs(ratio) > 1e-6) || math.Abs(ratio) > 1e3 || math.Abs(from) > 1e4 || math.Abs(to) > 1e4 {
		return nil
	}
	sweep := math.Mod(to-from, 2*math.Pi)
	whole := !hasTo || math.Abs(math.Abs(to-from)-2*math.Pi) < 1e-6
	if whole {
		sweep = 2 * math.Pi
	} else if sweep <= 0 {
		sweep += 2 * math.Pi
	}
	radius := size * math.Max(1, math.Abs(ratio))
	step := 2 * math.Acos(math.Max(1-r.gap(radius)/radius, 0.5))
	n := min(max(int(math.Ceil(sweep/step)), 4), maxCurvePoints)
	out := make([]sioPoint, 0, n+1)
	for i := range n + 1 {
		s, c := math.Sincos(from + sweep*float64(i)/float64(n))
		out = append(out, sioPoint{x + c*mx - s*ratio*my, y + c*my + s*ratio*mx})
	}
	if whole {
		out[n] = out[0]
	}
	return out
}

// nurbs is a rational B-spline in homogeneous coordinates.
type nurbs struct {
	degree int
	knots  []float64
	pts    [][3]float64 // x*w, y*w, w
}

// splineOf flattens a SPLINE. One that has only the points it was fitted through is
// carried as straight pieces between them, and told so.
func (r *dxfReader) splineOf(ps []hatchPair) []sioPoint {
	var s nurbs
	var weights, xs, ys, fx, fy []float64
	for _, p := range ps {
		switch p.code {
		case 71:
			s.degree = int(math.Max(-1, math.Min(p.v, 1e6)))
		case 40:
			s.knots = append(s.knots, p.v)
		case 41:
			weights = append(weights, p.v)
		case 10:
			xs = append(xs, p.v)
		case 20:
			ys = append(ys, p.v)
		case 11:
			fx = append(fx, p.v)
		case 21:
			fy = append(fy, p.v)
		}
	}
	if len(xs) == 0 && len(fx) >= 2 && len(fx) == len(fy) {
		r.tell("spline_fit", "SPLINE", "只有拟合点的样条按折线导入。", "Splines that hold only the points they were fitted through came in as straight pieces.")
		out := make([]sioPoint, len(fx))
		for i := range fx {
			out[i] = sioPoint{fx[i], fy[i]}
		}
		return out[:min(len(out), maxCurvePoints)]
	}
	if len(xs) != len(ys) || (len(weights) > 0 && len(weights) != len(xs)) {
		return nil
	}
	for i := range xs {
		w := 1.0
		if len(weights) > 0 {
			if w = weights[i]; !(w > 1e-9) || w > 1e9 {
				return nil
			}
		}
		s.pts = append(s.pts, [3]float64{xs[i] * w, ys[i] * w, w})
	}
	if !s.valid() {
		return nil
	}
	return s.flatten(r.gap(s.size()))
}

// valid checks degree, counts and knots: not falling, and some way between the ends.
func (s *nurbs) valid() bool {
	n := len(s.pts)
	if s.degree < 1 || s.degree > maxDegree || n <= s.degree || len(s.knots) != n+s.degree+1 {
		return false
	}
	for i := 1; i < len(s.knots); i++ {
		if s.knots[i] < s.knots[i-1] {
			return false
		}
	}
	return s.knots[n]-s.knots[s.degree] > 0
}

func (s *nurbs) size() float64 {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range s.pts {
		for k := range 2 {
			lo[k], hi[k] = math.Min(lo[k], p[k]/p[2]), math.Max(hi[k], p[k]/p[2])
		}
	}
	return math.Hypot(hi[0]-lo[0], hi[1]-lo[1])
}

// at is the point of the curve at t in knot span k, by de Boor's scheme.
func (s *nurbs) at(k int, t float64) sioPoint {
	var d [maxDegree + 1][3]float64
	copy(d[:s.degree+1], s.pts[k-s.degree:k+1])
	for r := 1; r <= s.degree; r++ {
		for j := s.degree; j >= r; j-- {
			a, b := s.knots[j+k-s.degree], s.knots[j+1+k-r]
			f := 0.0
			if b > a {
				f = (t - a) / (b - a)
			}
			for x := range 3 {
				d[j][x] = (1-f)*d[j-1][x] + f*d[j][x]
			}
		}
	}
	p := d[s.degree]
	return sioPoint{p[0] / p[2], p[1] / p[2]}
}

// flatten cuts each span until its pieces are within gap of the curve.
func (s *nurbs) flatten(gap float64) []sioPoint {
	n := len(s.pts)
	var out []sioPoint
	for k := s.degree; k < n; k++ {
		a, b := s.knots[k], s.knots[k+1]
		if !(b > a) {
			continue
		}
		if len(out) == 0 {
			out = append(out, s.at(k, a))
		}
		// A span is one polynomial piece; it is begun with a cut per degree, so that a wave is not overlooked.
		for i := range s.degree {
			t0, t1 := a+(b-a)*float64(i)/float64(s.degree), a+(b-a)*float64(i+1)/float64(s.degree)
			end := s.at(k, t1)
			out = s.cut(out, k, t0, t1, out[len(out)-1], end, gap, 10)
		}
	}
	return out
}

func (s *nurbs) cut(out []sioPoint, k int, t0, t1 float64, p0, p1 sioPoint, gap float64, depth int) []sioPoint {
	mid := (t0 + t1) / 2
	m := s.at(k, mid)
	if depth == 0 || len(out) >= maxCurvePoints || (offLine(m, p0, p1) <= gap && offLine(s.at(k, (t0+mid)/2), p0, p1) <= gap && offLine(s.at(k, (mid+t1)/2), p0, p1) <= gap) {
		if len(out) > 0 && out[len(out)-1] == p1 {
			return out
		}
		return append(out, p1)
	}
	out = s.cut(out, k, t0, mid, p0, m, gap, depth-1)
	return s.cut(out, k, mid, t1, m, p1, gap, depth-1)
}

// offLine is the distance of p from the stretch between a and b.
func offLine(p, a, b sioPoint) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	l := dx*dx + dy*dy
	t := 0.0
	if l > 0 {
		t = math.Max(0, math.Min(1, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l))
	}
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}

// unknown tells of entities that a plan has nothing for.
func (r *dxfReader) unknown(kind string) {
	switch kind {
	case "", "SECTION", "ENDSEC", "EOF", "SEQEND", "VIEWPORT", "ATTDEF":
		return
	}
	if len(kind) > 40 || !utf8.ValidString(kind) {
		kind = "?"
	}
	r.tell("entities", kind, "下列种类的图元未导入："+kind+"。", "Entities of kinds that a plan has nothing for were left out, as "+kind+".")
}
