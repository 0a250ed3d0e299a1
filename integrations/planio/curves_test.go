package planio_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"parterre/integrations/planio"
	"parterre/modules/ticketmap/plan"
)

// curveDXF is a drawing with seats and some entities; unit is $INSUNITS, 0 none.
func curveDXF(unit int, entities string) string {
	head := ""
	if unit != 0 {
		head = fmt.Sprintf("0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n%d\n0\nENDSEC\n", unit)
	}
	seats := ""
	for k := range 8 {
		seats += fmt.Sprintf("0\nINSERT\n8\n座位-池座\n2\nCHAIR\n10\n%.2f\n20\n%d\n", float64(k%4)*0.55, -k/4)
	}
	return head + "0\nSECTION\n2\nENTITIES\n" + seats + entities + "0\nENDSEC\n0\nEOF\n"
}

func pairs(code string, values ...float64) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "%s\n%v\n", code, v)
	}
	return b.String()
}

func points(x, y string, ps ...[2]float64) string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "%s\n%v\n%s\n%v\n", x, p[0], y, p[1])
	}
	return b.String()
}

// circleSpline is a circle as a rational spline of degree 2 with nine control points.
func circleSpline(r float64) string {
	h := math.Sqrt2 / 2
	return "0\nSPLINE\n8\nSTAGE\n70\n5\n71\n2\n72\n12\n73\n9\n" + pairs("40", 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4) + pairs("41", 1, h, 1, h, 1, h, 1, h, 1) +
		points("10", "20", [2]float64{r, 0}, [2]float64{r, r}, [2]float64{0, r}, [2]float64{-r, r}, [2]float64{-r, 0}, [2]float64{-r, -r}, [2]float64{0, -r}, [2]float64{r, -r}, [2]float64{r, 0})
}

// Splines and ellipses are flattened to within 5 mm, closed ones are outlines, open ones close with lines.
func TestDXFCurves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entity string
		area   float64 // m²
		within float64
	}{
		"a circle as a spline": {circleSpline(5), 25 * math.Pi, 0.1},
		"an ellipse":           {"0\nELLIPSE\n8\nSTAGE\n10\n1\n20\n2\n11\n0\n21\n6\n40\n0.5\n41\n0\n42\n6.283185307179586\n", 18 * math.Pi, 0.2},
		"half an ellipse and a line": {"0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n4\n21\n0\n40\n0.5\n41\n0\n42\n3.141592653589793\n" +
			"0\nLINE\n8\nSTAGE\n10\n-4\n20\n0\n11\n4\n21\n0\n", 4 * math.Pi, 0.1},
		"half an ellipse from behind": {"0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n4\n21\n0\n40\n0.5\n41\n0\n42\n3.141592653589793\n230\n-1\n" +
			"0\nLINE\n8\nSTAGE\n10\n-4\n20\n0\n11\n4\n21\n0\n", 4 * math.Pi, 0.1},
		// A cubic Bezier from (0,0) over (0,4) and (6,4) to (6,0) encloses 3/5 of 6 x 4.
		"a cubic spline and a line": {"0\nSPLINE\n8\nSTAGE\n70\n8\n71\n3\n" + pairs("40", 0, 0, 0, 0, 1, 1, 1, 1) + points("10", "20", [2]float64{0, 0}, [2]float64{0, 4}, [2]float64{6, 4}, [2]float64{6, 0}) +
			"0\nLINE\n8\nSTAGE\n10\n6\n20\n0\n11\n0\n21\n0\n", 14.4, 0.05},
		"fit points alone": {"0\nSPLINE\n8\nSTAGE\n70\n1\n71\n3\n74\n5\n" + points("11", "21", [2]float64{0, 0}, [2]float64{4, 0}, [2]float64{4, 3}, [2]float64{0, 3}, [2]float64{0, 0}), 12, 0.001},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, told := take(t, planio.DXF, []byte(curveDXF(6, c.entity)))
			stage := shapesOf(p, plan.Stage)
			if len(stage) != 1 {
				t.Fatalf("%d stages; told %v", len(stage), codes(told))
			}
			if got := area(stage[0].Outline); math.Abs(got-c.area) > c.within {
				t.Errorf("%.3f m², want %.3f", got, c.area)
			}
			if slices.Contains(codes(told), "planio.curves") || slices.Contains(codes(told), "planio.lines") || slices.Contains(codes(told), "planio.spline_fit") != (name == "fit points alone") {
				t.Errorf("told %v", codes(told))
			}
			if name == "a circle as a spline" {
				circle(t, stage[0].Outline)
			}
		})
	}
}

// circle: all corners and the middles of all edges are within the tolerance, and no more corners than needed.
func circle(t *testing.T, ps []plan.Point) {
	for i, p := range ps {
		q := ps[(i+1)%len(ps)]
		if d := math.Hypot(float64(p.X), float64(p.Y)); math.Abs(d-5000) > 2 {
			t.Errorf("corner %d is %.1f mm from the centre", i, d)
		}
		if d := math.Hypot(float64(p.X+q.X)/2, float64(p.Y+q.Y)/2); d < 5000-7 {
			t.Errorf("edge %d is %.1f mm inside", i, 5000-d)
		}
	}
	if len(ps) < 30 || len(ps) > 400 {
		t.Errorf("%d corners", len(ps))
	}
}

func hostileCurves() map[string]string {
	spline := func(degree int, knots string, pts ...[2]float64) string {
		return fmt.Sprintf("0\nSPLINE\n8\nSTAGE\n70\n8\n71\n%d\n", degree) + knots + points("10", "20", pts...)
	}
	box := [][2]float64{{0, 0}, {4, 0}, {4, 4}, {0, 4}}
	return map[string]string{
		"all knots the same":     spline(3, pairs("40", 1, 1, 1, 1, 1, 1, 1, 1), box...),
		"knots that fall":        spline(3, pairs("40", 0, 0, 0, 0, -1, 1, 1, 1), box...),
		"too few knots":          spline(3, pairs("40", 0, 0, 1, 1), box...),
		"degree 0":               spline(0, pairs("40", 0, 1, 2, 3, 4), box...),
		"degree of a million":    spline(1_000_000, pairs("40", 0, 0, 0, 0, 1, 1, 1, 1), box...),
		"negative degree":        spline(-5, pairs("40", 0, 0, 0, 0, 1, 1, 1, 1), box...),
		"a weight of nothing":    spline(3, pairs("40", 0, 0, 0, 0, 1, 1, 1, 1)+pairs("41", 1, 0, 1, 1), box...),
		"far points":             spline(3, pairs("40", 0, 0, 0, 0, 1, 1, 1, 1), [2]float64{1e300, 0}, [2]float64{-1e300, 0}, [2]float64{1e300, 1e300}, [2]float64{0, 0}),
		"no points":              spline(3, pairs("40", 0, 0, 0, 0, 1, 1, 1, 1)),
		"an ellipse of no size":  "0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n0\n21\n0\n40\n1\n",
		"an ellipse of no width": "0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n1\n21\n0\n40\n0\n",
		"an ellipse that winds":  "0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n1\n21\n0\n40\n1\n41\n0\n42\n1e9\n",
		"a million pairs":        spline(3, strings.Repeat("40\n0\n", 70_000), box...),
	}
}

// Curves whose data makes no sense are left out and told, quickly; what is no number refuses the file.
func TestHostileCurves(t *testing.T) {
	t.Parallel()
	for name, c := range hostileCurves() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, told := take(t, planio.DXF, []byte(curveDXF(6, c)))
			if len(shapesOf(p, plan.Stage)) != 0 || !slices.Contains(codes(told), "planio.curves") {
				t.Errorf("%d stages, told %v", len(shapesOf(p, plan.Stage)), codes(told))
			}
		})
	}
	for _, bad := range []string{"NaN", "Inf", "x", ""} {
		_, _, err := planio.Import(planio.DXF, []byte(curveDXF(6, "0\nSPLINE\n8\nSTAGE\n71\n3\n40\n"+bad+"\n")))
		if found, ok := err.(plan.Findings); !ok || found[0].Code != "planio.number" {
			t.Errorf("a knot of %q: %v", bad, err)
		}
	}
}

// hatchBorder is a hatch with one border of edges, each a text from its 72 on; then what it was made of and the hatch's own tail.
func hatchBorder(edges ...string) string {
	return fmt.Sprintf("0\nHATCH\n8\nSTAGE\n10\n0\n20\n0\n2\nSOLID\n70\n1\n71\n0\n91\n1\n92\n1\n93\n%d\n", len(edges)) +
		strings.Join(edges, "") + "97\n1\n330\nA1\n75\n0\n76\n1\n98\n1\n10\n99\n20\n99\n"
}

// Splines that border a hatch are carried as those that are drawn alone, with lines and without, with what later versions write behind them.
func TestDXFHatchSplines(t *testing.T) {
	t.Parallel()
	h := math.Sqrt2 / 2
	round := "72\n4\n94\n2\n73\n1\n74\n0\n95\n12\n96\n9\n" + pairs("40", 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4)
	for i, c := range [][2]float64{{5, 0}, {5, 5}, {0, 5}, {-5, 5}, {-5, 0}, {-5, -5}, {0, -5}, {5, -5}, {5, 0}} {
		round += points("10", "20", c) + pairs("42", []float64{1, h}[i%2])
	}
	bezier := "72\n4\n94\n3\n73\n0\n74\n0\n95\n8\n96\n4\n" + pairs("40", 0, 0, 0, 0, 1, 1, 1, 1) +
		points("10", "20", [2]float64{0, 0}, [2]float64{0, 4}, [2]float64{6, 4}, [2]float64{6, 0})
	back := "72\n1\n10\n6\n20\n0\n11\n0\n21\n0\n"
	for name, c := range map[string]struct {
		entity string
		area   float64 // m²
		within float64
	}{
		"a circle":                          {hatchBorder(round), 25 * math.Pi, 0.1},
		"a cubic and a line":                {hatchBorder(bezier, back), 14.4, 0.05},
		"a line, then a cubic of AC1024":    {hatchBorder(back, bezier+"97\n0\n"), 14.4, 0.05},
		"a cubic of AC1024 with fit points": {hatchBorder(bezier+"97\n2\n11\n0\n21\n0\n11\n6\n21\n0\n12\n0\n22\n1\n13\n0\n23\n-1\n", back), 14.4, 0.05},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, told := take(t, planio.DXF, []byte(curveDXF(6, c.entity)))
			stage := shapesOf(p, plan.Stage)
			if len(stage) != 1 {
				t.Fatalf("%d stages; told %v", len(stage), codes(told))
			}
			if got := area(stage[0].Outline); math.Abs(got-c.area) > c.within {
				t.Errorf("%.3f m², want %.3f", got, c.area)
			}
			if slices.Contains(codes(told), "planio.curves") || slices.Contains(codes(told), "planio.lines") {
				t.Errorf("told %v", codes(told))
			}
			if name == "a circle" {
				circle(t, stage[0].Outline)
			}
		})
	}
	// An edge that cannot be read: the border is told of and not closed without it.
	square := []string{back, "72\n1\n10\n0\n20\n0\n11\n3\n21\n5\n", "72\n1\n10\n3\n20\n5\n11\n6\n21\n0\n"}
	for name, bad := range map[string]string{
		"knots that fall":        "72\n4\n94\n3\n" + pairs("40", 0, 0, 0, 0, -1, 1, 1, 1) + points("10", "20", [2]float64{0, 0}, [2]float64{0, 4}, [2]float64{6, 4}, [2]float64{6, 0}),
		"a kind of edge unknown": "72\n9\n10\n0\n20\n0\n",
		"too many pairs":         "72\n4\n94\n3\n" + strings.Repeat("40\n0\n", 70_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, told := take(t, planio.DXF, []byte(curveDXF(6, hatchBorder(append(slices.Clone(square), bad)...))))
			if len(shapesOf(p, plan.Stage)) != 0 || !slices.Contains(codes(told), "planio.curves") {
				t.Errorf("%d stages, told %v", len(shapesOf(p, plan.Stage)), codes(told))
			}
		})
	}
}

// What a plan has nothing for is told by its kind.
func TestUnknownEntitiesAreTold(t *testing.T) {
	t.Parallel()
	_, told := take(t, planio.DXF, []byte(curveDXF(6, "0\n3DFACE\n8\n0\n10\n1\n20\n1\n0\nSPLINE\n8\n0\n71\n3\n")))
	if got := codes(told); !slices.Equal(got, []string{"planio.entities", "planio.lines", "planio.rows_guessed"}) {
		t.Errorf("told %v", got)
	}
}

const zonesChart = `{"name":"体育场","venueType":"LARGE_THEATRE","categories":{"list":[{"label":"A","key":1,"color":"#ff0000"}]},
"zones":[{"key":"east","label":"东看台"},{"key":"west","label":"西看台"},{"key":"none","label":"空"}],
"subChart":{"width":100,"height":100,"rows":[{"label":"1","zone":"west","sectionLabel":"甲","seats":[{"x":50,"y":5,"label":"1","categoryKey":1},{"x":70,"y":5,"label":"2","categoryKey":1}]}],
"sections":[{"label":"101","zone":"east","points":[{"x":0,"y":0},{"x":40,"y":0},{"x":40,"y":40},{"x":0,"y":40}],"subChart":{"width":40,"height":40,"rows":[{"label":"1","seats":[{"x":1,"y":5,"label":"1","categoryKey":1},{"x":21,"y":5,"label":"2","categoryKey":1}]}]}}]}}`

// seats.io zones come in as levels and levels go out as zones.
func TestSeatsIOZones(t *testing.T) {
	t.Parallel()
	p, told := take(t, planio.SeatsIO, []byte(zonesChart))
	level := map[string]string{}
	for _, l := range p.Levels {
		level[l.ID] = l.Name
	}
	got := map[string]string{}
	for _, s := range p.Sections {
		got[s.Label] = level[s.Level]
	}
	if len(p.Levels) != 2 || got["101"] != "东看台" || got["甲"] != "西看台" {
		t.Errorf("levels %+v, sections %v", p.Levels, got)
	}
	if c := codes(told); !slices.Contains(c, "planio.zone_level") || !slices.Contains(c, "planio.zones") { // the empty one
		t.Errorf("told %v", c)
	}
	out, _, err := planio.Export(planio.SeatsIO, p)
	if err != nil {
		t.Fatal(err)
	}
	again, told := take(t, planio.SeatsIO, out)
	if len(again.Levels) != 2 || slices.Contains(codes(told), "planio.zones") {
		t.Errorf("back again: %+v, told %v", again.Levels, codes(told))
	}
	for _, zones := range []string{`{"a":1}`, `[1]`, `[null]`, `[{"key":"a"},{"key":"a"}]`, `[{}]`, `"x"`} {
		_, told := take(t, planio.SeatsIO, []byte(strings.Replace(zonesChart, `[{"key":"east","label":"东看台"},{"key":"west","label":"西看台"},{"key":"none","label":"空"}]`, zones, 1)))
		if !slices.Contains(codes(told), "planio.zones") {
			t.Errorf("%s: told %v", zones, codes(told))
		}
	}
}
