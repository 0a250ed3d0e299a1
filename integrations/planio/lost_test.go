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

// everything is a plan that has one of each thing that some format cannot hold.
const everything = `{"format":"parterre.plan","version":2,"name":"样","unit":"mm","nextSeatId":20,
"levels":[{"id":"L1","name":"池座","order":0,"rake":{"base":0,"slope":100}}],
"categories":[{"id":"c1","name":"甲","color":"#aa0000","seats":[[1,2]],"objects":["a1"]},{"id":"c2","name":"空","color":"#00aa00"}],
"sections":[{"id":"s1","level":"L1","name":"A区","label":"A区","outline":[[-2000,-2000],[9000,-2000],[9000,6000],[-2000,6000]],"gate":"东门"}],
"rows":[{"id":"r1","section":"s1","label":"1排","kind":"curved"}],
"seatColumns":["id","row","number","x","y","kind","view","companionOf","entrance","note"],
"seats":[[1,"r1","1",0,0,0,1,null,null,"柱子"],[2,"r1","2",550,0,5,0,null,"1号门",null],[3,"r1","3",1100,0,0,0],[7,null,"1",20000,0,0,0]],
"areas":[{"id":"a1","section":"s1","name":"站","label":"站","capacity":50,"outline":[[0,2000],[4000,2000],[4000,3000],[0,3000]]}],
"boxes":[{"id":"b1","level":"L1","name":"包厢1","outline":[[19000,-1000],[21000,-1000],[21000,1000],[19000,1000]],"seats":[7]}],
"shapes":[{"id":"g1","kind":"stage","outline":[[0,-6000],[6000,-6000],[6000,-4000],[0,-4000]],"text":"舞台","height":1000}],
"bounds":[-2000,-6000,21000,6000]}`

// The report of an export names what the file lacks, with how many of how many, and nothing that the plan has not or the file holds.
func TestExportTellsWhatIsLost(t *testing.T) {
	t.Parallel()
	p, err := plan.Decode([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[planio.Format]struct{ told, untold []string }{
		planio.CSV:     {[]string{"categories", "colours", "outlines", "area_outline", "boxes", "shapes", "heights", "rakes"}, []string{"gates", "notes", "entrances", "kinds", "areas", "tables", "whole", "companions"}},
		planio.Pretix:  {[]string{"kinds", "views", "notes", "entrances", "gates", "areas", "boxes", "rakes"}, []string{"categories", "colours", "tables", "ids"}},
		planio.SeatsIO: {[]string{"gates", "notes", "rakes", "boxes", "kinds"}, []string{"areas", "categories", "colours", "tables"}},
		planio.SVG:     {[]string{"gates", "rakes", "boxes", "heights", "categories"}, []string{"notes", "kinds", "ids", "areas", "area_outline", "outlines", "texts", "shapes"}},
		planio.DXF:     {[]string{"gates", "rakes", "boxes", "texts", "object_categories"}, []string{"notes", "kinds", "ids", "areas", "outlines", "shapes"}},
	} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			_, told, err := planio.Export(format, p)
			if err != nil {
				t.Fatal(err)
			}
			got := codes(told)
			for _, c := range want.told {
				if !slices.Contains(got, "planio."+c) {
					t.Errorf("%s is lost and not told: %v", c, got)
				}
			}
			for _, c := range want.untold {
				if slices.Contains(got, "planio."+c) {
					t.Errorf("%s is told and not lost, or not there: %v", c, got)
				}
			}
			for _, f := range told {
				if f.Code == "planio.categories" && !strings.Contains(f.Zh, "2 处中有 1 处") {
					t.Errorf("one of two zones has no seat: %s", f.Zh)
				}
			}
		})
	}
	if _, told, err := planio.Export(planio.Parterre, p); err != nil || len(told) != 0 {
		t.Errorf("our own: %v %v", told, err)
	}
}

// An outline with more corners than a plan takes keeps its shape, thinned out, and that is told: it is not cut off.
func TestFineOutlinesAreThinned(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("0\nLWPOLYLINE\n8\nSTAGE\n70\n1\n")
	const n = 30_000
	for i := range n {
		s, c := math.Sincos(2 * math.Pi * float64(i) / n)
		fmt.Fprintf(&b, "10\n%.6f\n20\n%.6f\n", 5*c, 5*s)
	}
	p, told := take(t, planio.DXF, []byte(curveDXF(6, b.String())))
	stage := shapesOf(p, plan.Stage)
	if len(stage) != 1 || math.Abs(area(stage[0].Outline)-25*math.Pi) > 0.1 || !slices.Contains(codes(told), "planio.outline_thinned") {
		t.Errorf("%d stages, told %v", len(stage), codes(told))
	}
}
