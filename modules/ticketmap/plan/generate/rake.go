package generate

import (
	"math"

	"parterre/modules/ticketmap/plan"
)

// Heights of the generated halls, mm. Eyes and clearances are those of the design codes for
// theatres (JGJ 57), cinemas (JGJ 58) and sports buildings (JGJ 31): a ray from the design
// viewpoint (设计视点) passes the eye of the row before by the clearance (视线升高差 C 值); 60 lets
// one see over every second row, which suits rows whose seats are staggered, 120 over every row.
const (
	eye          = 1200.0 // over a sitter's floor
	steepest     = 0.67   // rise over row pitch, 34 degrees
	storey       = 3200   // from the last floor of a level to the first of the next
	theatreStage = 1000
	concertStage = 1500
	thrustStage  = 600
	screenEdge   = 1000 // lower edge of a cinema's screen
	turf         = 20   // over the track around it
	boxFloor     = 900
)

// balconyRail is the edge before the first row of a balcony or upper tier.
func balconyRail() *plan.Parapet { return &plan.Parapet{Height: 850, Before: 700} }

// rise works out the rake of rows that stand the given distances (mm, ascending, over 0) from the design
// viewpoint at height target, the first row's floor being base. Steps are whole centimetres.
func rise(base int32, target float64, clearance float64, distances []float64) *plan.Rake {
	r := &plan.Rake{Base: base}
	over := float64(base) + eye - target
	for i := 1; i < len(distances); i++ {
		need := (over+clearance)*distances[i]/distances[i-1] - over
		step := math.Ceil(max(0, need)/10-1e-6) * 10
		step = min(step, math.Floor(steepest*(distances[i]-distances[i-1])/10)*10, plan.MaxRise)
		r.Steps = append(r.Steps, int32(step))
		over += step
	}
	for n := len(r.Steps); n > 1 && r.Steps[n-1] == r.Steps[n-2]; n-- {
		r.Steps = r.Steps[:n-1] // the last goes on
	}
	return r
}

// top is the floor of the last of n rows.
func top(r *plan.Rake, rows int) int32 { return r.At(rows-1, 0) }

// even gives the distances of rows from the first on.
func even(first, pitch float64, rows int) []float64 {
	out := make([]float64, rows)
	for i := range out {
		out[i] = first + float64(i)*pitch
	}
	return out
}

// setRake gives a level its rake.
func (b *builder) setRake(level string, r *plan.Rake) {
	for i := range b.p.Levels {
		if b.p.Levels[i].ID == level {
			b.p.Levels[i].Rake = r
		}
	}
}

// setHeight gives the shape written last its height.
func (b *builder) setHeight(h int32) { b.p.Shapes[len(b.p.Shapes)-1].Height = h }
