package planio_test

import (
	"math"
	"os"
	"slices"
	"testing"

	"parterre/integrations/planio"
	"parterre/modules/ticketmap/plan"
)

func shapesOf(p *plan.Plan, kind plan.ShapeKind) (out []plan.Shape) {
	for _, s := range p.Shapes {
		if s.Kind == kind {
			out = append(out, s)
		}
	}
	return out
}

// area is a ring's area in square metres.
func area(ps []plan.Point) float64 {
	a := 0.0
	for i, p := range ps {
		q := ps[(i+1)%len(ps)]
		a += float64(p.X)*float64(q.Y) - float64(q.X)*float64(p.Y)
	}
	return math.Abs(a) / 2e6
}

// Lines and arcs that close, borders of hatches and bulges become outlines where
// the layer says of what; what stays behind is told (PT-6.3.2.4).
func TestDXFOutlines(t *testing.T) {
	t.Parallel()
	p, told := take(t, planio.DXF, read(t, "testdata/architect.dxf"))
	stage, aisle, wall := shapesOf(p, plan.Stage), shapesOf(p, plan.Aisle), shapesOf(p, plan.Wall)
	if len(stage) != 1 || len(aisle) != 1 || len(wall) != 1 || len(p.Shapes) != 4 {
		t.Fatalf("%d stages, %d aisles, %d walls of %d shapes", len(stage), len(aisle), len(wall), len(p.Shapes))
	}
	// 6 m by 3 m, and half a circle of 3 m (as 18 corners) before it.
	if got, want := area(stage[0].Outline), 18+9*math.Pi/2; math.Abs(got-want) > 0.1 {
		t.Errorf("the stage has %.2f m², want %.2f", got, want)
	}
	if got := area(aisle[0].Outline); math.Abs(got-4) > 0.001 {
		t.Errorf("the aisle has %.2f m²", got)
	}
	// A triangle of 4 m², less the arc that a bulge of a half takes off its side of 1 m.
	if got, want := area(wall[0].Outline), 4-0.1747; math.Abs(got-want) > 0.01 {
		t.Errorf("the wall has %.2f m²: its bulge is lost", got)
	}
	if s := p.Sections[0]; s.Label != "池座" || len(s.Outline) < 6 || len(p.Sections) != 1 {
		t.Errorf("the section's outline: %+v of %d", s, len(p.Sections))
	}
	if got := codes(told); !slices.Equal(got, []string{"planio.curves", "planio.lines", "planio.open_lines", "planio.rows_guessed"}) {
		t.Errorf("told %v", got)
	}
	for _, f := range plan.Check(p) {
		if f.Severity == plan.SeverityError {
			t.Error(f)
		}
	}
}

// A picture's place is kept and its bytes are not.
func TestSVGImage(t *testing.T) {
	t.Parallel()
	p, told := take(t, planio.SVG, read(t, "testdata/poster.svg"))
	image := shapesOf(p, plan.Image)
	if len(image) != 1 || math.Abs(area(image[0].Outline)-108) > 0.001 || len(shapesOf(p, plan.Stage)) != 1 || p.Counts().Seats != 10 {
		t.Errorf("%+v %+v", p.Shapes, p.Counts())
	}
	if got := codes(told); !slices.Equal(got, []string{"planio.images"}) {
		t.Errorf("told %v", got)
	}
}

// A section inside a section stays one of its own and its name says whose.
func TestNestedSections(t *testing.T) {
	t.Parallel()
	p, told := take(t, planio.SeatsIO, read(t, "testdata/nested.seatsio.json"))
	var names []string
	for _, s := range p.Sections {
		names = append(names, s.Name+"/"+s.Label)
	}
	if !slices.Equal(names, []string{"东/东", "东 · 包厢一/包厢一", "西/西"}) || p.Counts().Seats != 13 || p.Counts().Rows != 3 {
		t.Errorf("%v %+v", names, p.Counts())
	}
	if got := codes(told); !slices.Equal(got, []string{"planio.background"}) {
		t.Errorf("told %v", got)
	}
	out, _, err := planio.Export(planio.SeatsIO, p)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := take(t, planio.SeatsIO, out); len(again.Sections) != 3 || again.Counts().Seats != 13 {
		t.Errorf("back again: %+v", again.Counts())
	}
}

// seeds adds the samples of a format to a fuzz test.
func seeds(f *testing.F, format planio.Format) {
	for name, of := range map[string]planio.Format{"architect.dxf": planio.DXF, "poster.svg": planio.SVG, "nested.seatsio.json": planio.SeatsIO} {
		if of != format {
			continue
		}
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	if format == planio.DXF {
		for _, c := range hostileCurves() {
			f.Add([]byte(curveDXF(6, c)))
		}
		f.Add([]byte(curveDXF(6, circleSpline(3))))
		f.Add([]byte(curveDXF(0, "0\nELLIPSE\n8\nSTAGE\n10\n0\n20\n0\n11\n4\n21\n0\n40\n0.5\n41\n0\n42\n6.283185307\n")))
	}
	if format == planio.SeatsIO {
		f.Add([]byte(zonesChart))
	}
}
