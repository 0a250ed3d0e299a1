package planio

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// What architects draw with single lines and arcs, and what they fill: on layers
// that name a thing of a plan, lines and arcs that close are joined into outlines, and the
// borders of hatches are taken as outlines. On other layers they are background.

// maxDXFSegments bounds what is kept to be joined.
const maxDXFSegments = 200_000

// layerThing is what a layer's name says its outlines are: a section by its
// label, or a kind of shape. ok is false for a layer that says nothing.
func layerThing(layer string) (section string, kind plan.ShapeKind, ok bool) {
	l := strings.ToLower(layer)
	for _, t := range []struct {
		kind  plan.ShapeKind
		words []string
	}{
		{plan.Stage, []string{"stage", "舞台"}},
		{plan.Screen, []string{"screen", "银幕"}},
		{plan.Wall, []string{"wall", "墙"}},
		{plan.Aisle, []string{"aisle", "gangway", "过道", "走道"}},
		{plan.Entrance, []string{"entrance", "door", "入口"}},
	} {
		for _, w := range t.words {
			if strings.Contains(l, w) {
				return "", t.kind, true
			}
		}
	}
	for _, mark := range []string{"section", "outline", "分区"} {
		if i := strings.Index(l, mark); i >= 0 && len(l) == len(layer) {
			if label := strings.Trim(layer[i+len(mark):], " _-:"); label != "" {
				return label, "", true
			}
		}
	}
	return "", "", false
}

type dxfSegment struct{ points []sioPoint }

// line keeps a LINE or an ARC of a layer that says what it is. false: it is background.
func (r *dxfReader) line(e *dxfEntity) bool {
	if _, _, ok := layerThing(e.layer); !ok {
		return false
	}
	if r.segments == nil {
		r.segments = map[string][]dxfSegment{}
	}
	if r.kept++; r.kept > maxDXFSegments {
		return false
	}
	var ps []sioPoint
	if e.kind == "LINE" {
		ps = []sioPoint{{e.x, e.y}, {e.x2, e.y2}}
	} else {
		ps = arc(e.x, e.y, e.radius, e.rotation, e.angle2)
	}
	r.segments[e.layer] = append(r.segments[e.layer], dxfSegment{ps})
	return true
}

// arc is an arc from one angle to another, anticlockwise, degrees, with a corner every 10 at most.
func arc(x, y, radius, from, to float64) []sioPoint {
	sweep := math.Mod(to-from, 360)
	if sweep <= 0 {
		sweep += 360
	}
	n := max(2, int(math.Ceil(sweep/10)))
	out := make([]sioPoint, 0, n+1)
	for i := range n + 1 {
		s, c := math.Sincos((from + sweep*float64(i)/float64(n)) * math.Pi / 180)
		out = append(out, sioPoint{x + radius*c, y + radius*s})
	}
	return out
}

// bulged is a polyline with the arcs that bulges make of its edges: a bulge is the
// tangent of a quarter of the angle that the arc goes through.
func bulged(xs, ys, bulges []float64) []sioPoint {
	n := min(len(xs), len(ys))
	var out []sioPoint
	for i := range n {
		out = append(out, sioPoint{xs[i], ys[i]})
		if i >= len(bulges) || math.Abs(bulges[i]) < 1e-6 || math.Abs(bulges[i]) > 1e3 {
			continue
		}
		j := (i + 1) % n
		dx, dy, sweep := xs[j]-xs[i], ys[j]-ys[i], 4*math.Atan(bulges[i])
		chord := math.Hypot(dx, dy)
		if chord == 0 {
			continue
		}
		// The centre lies off the middle of the chord, to its left for a bulge of more than 0 and less than 1.
		off := (1/bulges[i] - bulges[i]) / 4
		cx, cy := (xs[i]+xs[j])/2-dy*off, (ys[i]+ys[j])/2+dx*off
		steps := max(1, int(math.Ceil(math.Abs(sweep)/(math.Pi/18))))
		start, radius := math.Atan2(ys[i]-cy, xs[i]-cx), math.Hypot(xs[i]-cx, ys[i]-cy)
		for k := 1; k < steps && len(out) < plan.MaxOutlinePoints; k++ {
			s, c := math.Sincos(start + sweep*float64(k)/float64(steps))
			out = append(out, sioPoint{cx + radius*c, cy + radius*s})
		}
	}
	return out
}

// join makes outlines of the segments that close, layer by layer, and tells of those that do not.
func (r *dxfReader) join() {
	layers := make([]string, 0, len(r.segments))
	for l := range r.segments {
		layers = append(layers, l)
	}
	slices.Sort(layers)
	open := 0
	for _, layer := range layers {
		loops, left := loopsOf(r.segments[layer])
		open += left
		for _, ring := range loops {
			r.ring(layer, ring)
		}
	}
	if open > 0 {
		r.tell("open_lines", "LINE", "有些直线和圆弧没有围成闭合轮廓，未导入。", "Some lines and arcs do not close to an outline and were left out.")
	}
}

// ring adds an outline in the drawing's units, y up.
func (r *dxfReader) ring(layer string, ps []sioPoint) {
	if len(ps) < 3 {
		return
	}
	section, kind, _ := layerThing(layer)
	o := scenePolygon{section: section, kind: kind}
	for _, p := range r.thinned(ps) {
		o.points = append(o.points, sioPoint{p.X, -p.Y})
	}
	r.outlines = append(r.outlines, o)
}

// loopsOf joins segments whose ends meet into rings; left is how many segments belong to none.
func loopsOf(list []dxfSegment) (loops [][]sioPoint, left int) {
	type end struct{ x, y int64 }
	size := 1.0
	for _, s := range list {
		for _, p := range s.points {
			size = max(size, math.Abs(p.X), math.Abs(p.Y))
		}
	}
	grain := size * 1e-6 // ends of drawings meet only nearly
	key := func(p sioPoint) end { return end{int64(math.Round(p.X / grain)), int64(math.Round(p.Y / grain))} }
	at := map[end][]int{}
	for i, s := range list {
		a, b := key(s.points[0]), key(s.points[len(s.points)-1])
		at[a] = append(at[a], i)
		if a != b {
			at[b] = append(at[b], i)
		}
	}
	used := make([]bool, len(list))
	for i := range list {
		if used[i] {
			continue
		}
		used[i] = true
		way, start := slices.Clone(list[i].points), key(list[i].points[0])
		n := 1
		for key(way[len(way)-1]) != start {
			here := key(way[len(way)-1])
			next := slices.IndexFunc(at[here], func(j int) bool { return !used[j] })
			if next < 0 {
				break
			}
			j := at[here][next]
			used[j] = true
			n++
			ps := list[j].points
			if key(ps[0]) != here {
				ps = slices.Clone(ps)
				slices.Reverse(ps)
			}
			way = append(way, ps[1:]...)
		}
		if key(way[len(way)-1]) == start && len(way) > 3 {
			loops = append(loops, way[:len(way)-1])
		} else {
			left += n
		}
	}
	return loops, left
}

// hatchPair is a group of a hatch, whose codes mean another thing at each place.
type hatchPair struct {
	code int
	v    float64
}

// hatch takes the borders of a hatch: polylines with bulges, or edges that are lines, arcs,
// arcs of ellipses and splines. false: the layer says nothing, or it has no border that closes.
func (r *dxfReader) hatch(e *dxfEntity) bool {
	if _, _, ok := layerThing(e.layer); !ok {
		return false
	}
	ps := e.hatch
	if len(ps) >= maxCurvePairs {
		r.tell("curves", e.kind, "数据不完整、前后矛盾或过长的样条和椭圆未导入。", "Splines and ellipses whose data is incomplete, contradicts itself or is too long were left out.")
		return true
	}
	i := slices.IndexFunc(ps, func(p hatchPair) bool { return p.code == 91 })
	if i < 0 {
		return false
	}
	got, paths, before := false, int(ps[i].v), r.n["curves"]
	for i++; i < len(ps) && paths > 0 && ps[i].code == 92; paths-- {
		polyline := int(ps[i].v)&2 != 0
		end := i + 1
		for end < len(ps) && ps[end].code != 92 && ps[end].code != 75 {
			end++ // 97 counts what the border was made of, and within a spline the points it was fitted through
		}
		var ring []sioPoint
		if polyline {
			ring = hatchPolyline(ps[i+1 : end])
		} else {
			ring = r.hatchEdges(ps[i+1 : end])
		}
		if len(ring) >= 3 {
			r.ring(e.layer, ring)
			got = true
		}
		i = end
	}
	return got || r.n["curves"] > before
}

func hatchPolyline(ps []hatchPair) []sioPoint {
	var xs, ys, bulges []float64
	for _, p := range ps {
		switch p.code {
		case 10:
			xs = append(xs, p.v)
		case 20:
			ys, bulges = append(ys, p.v), append(bulges, 0)
		case 42:
			if len(bulges) > 0 {
				bulges[len(bulges)-1] = p.v
			}
		}
	}
	return bulged(xs, ys, bulges)
}

// hatchSpline gives the groups of a spline in a border the codes that a SPLINE has: 94 is its degree, 42 its weights.
func hatchSpline(ps []hatchPair) []hatchPair {
	out := make([]hatchPair, 0, len(ps))
	for _, p := range ps {
		switch p.code {
		case 94:
			p.code = 71
		case 42:
			p.code = 41
		case 10, 20, 11, 21, 40:
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// hatchEdges joins a border's edges. An edge begins at 72: 1 a line, 2 an arc, 3 an arc of an ellipse, 4 a spline. A
// border with an edge that cannot be read is told of and left out: without the edge it would close where it does not.
func (r *dxfReader) hatchEdges(ps []hatchPair) []sioPoint {
	var list []dxfSegment
	edges := 0
	for i := 0; i < len(ps); {
		if ps[i].code != 72 {
			i++
			continue
		}
		edges++
		end := i + 1
		for end < len(ps) && ps[end].code != 72 {
			end++
		}
		get := func(code int) float64 {
			for _, p := range ps[i+1 : end] {
				if p.code == code {
					return p.v
				}
			}
			return 0
		}
		switch int(ps[i].v) {
		case 1:
			list = append(list, dxfSegment{[]sioPoint{{get(10), get(20)}, {get(11), get(21)}}})
		case 2:
			from, to := get(50), get(51)
			if get(73) == 0 { // clockwise: angles count the other way
				from, to = -to, -from
			}
			list = append(list, dxfSegment{arc(get(10), get(20), get(40), from, to)})
		case 3: // angles in degrees along the ellipse
			ratio, from, to := get(40), get(50)*math.Pi/180, get(51)*math.Pi/180
			if get(73) == 0 {
				ratio = -ratio
			}
			if ps := r.ellipseArc(get(10), get(20), get(11), get(21), ratio, from, to, true); len(ps) > 1 && finite(ps) {
				list = append(list, dxfSegment{ps})
			}
		case 4:
			if ps := r.splineOf(hatchSpline(ps[i+1 : end])); len(ps) > 1 && finite(ps) {
				list = append(list, dxfSegment{ps})
			}
		}
		i = end
	}
	if len(list) < edges {
		r.tell("curves", "HATCH", "数据不完整、前后矛盾或过长的样条和椭圆未导入。", "Splines and ellipses whose data is incomplete, contradicts itself or is too long were left out.")
		return nil
	}
	loops, _ := loopsOf(list)
	if len(loops) == 0 {
		return nil
	}
	return slices.MaxFunc(loops, func(a, b []sioPoint) int { return cmp.Compare(len(a), len(b)) })
}
