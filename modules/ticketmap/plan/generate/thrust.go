package generate

import (
	"errors"
	"fmt"
	"math"

	"parterre/modules/ticketmap/plan"
)

// Thrust is a thrust stage (伸出式舞台): the audience sits on three sides.
type Thrust struct {
	Name       string
	StageWidth float64 // of the thrust, mm
	StageDepth float64 // how far it comes out, mm
	FrontRows  int
	SideRows   int
	SeatPitch  float64
	RowPitch   float64
}

// DefaultThrust seats about 420.
func DefaultThrust() Thrust {
	return Thrust{Name: "实验剧场", StageWidth: 9000, StageDepth: 10_000, FrontRows: 10, SideRows: 6, SeatPitch: 540, RowPitch: 950}
}

// Generate makes the plan.
func (t Thrust) Generate() (*plan.Plan, error) {
	for _, c := range []struct {
		name string
		n    int
	}{{"FrontRows", t.FrontRows}, {"SideRows", t.SideRows}} {
		if err := between(c.name, c.n, 1, 60); err != nil {
			return nil, err
		}
	}
	if err := lengths(t.StageWidth, t.StageDepth, t.SeatPitch, t.RowPitch); err != nil {
		return nil, err
	}
	b := newBuilder(t.Name)
	b.category("c1", "正面", "#b3212b")
	b.category("c2", "侧面", "#3f8f6b")
	level := b.level("观众厅")
	w := t.StageWidth / 2
	b.shape(plan.Stage, "", []vec{{-w - 5000, -5000}, {w + 5000, -5000}, {w + 5000, 0}, {w, 0}, {w, t.StageDepth}, {-w, t.StageDepth}, {-w, 0}, {-w - 5000, 0}}, "舞台")
	b.setHeight(thrustStage)
	const gap = 1800.0
	// One looks at the near edge, as far from the front as from the sides.
	b.setRake(level, rise(0, thrustStage, 60, even(gap, t.RowPitch, max(t.FrontRows, t.SideRows))))
	// The front block widens with each row; the side blocks run along the thrust.
	front := func(i int) (vec, vec, float64) {
		wide := w + 420*float64(i)
		return vec{-wide, t.StageDepth + gap + float64(i)*t.RowPitch}, vec{1, 0}, 2 * wide
	}
	side := func(dir float64) func(int) (vec, vec, float64) {
		return func(i int) (vec, vec, float64) {
			x := dir * (w + gap + float64(i)*t.RowPitch)
			if dir < 0 { // numbers run from the viewer's left: for the left block from the stage's back
				return vec{x, 800}, vec{0, 1}, t.StageDepth - 800
			}
			return vec{x, t.StageDepth}, vec{0, -1}, t.StageDepth - 800
		}
	}
	focal := vec{0, t.StageDepth / 2}.round()
	t.block(b, level, "左区", "c2", t.SideRows, side(-1), focal)
	t.block(b, level, "正面", "c1", t.FrontRows, front, focal)
	t.block(b, level, "右区", "c2", t.SideRows, side(1), focal)
	bottom := t.StageDepth + gap + float64(t.FrontRows)*t.RowPitch + 1500
	b.mark(plan.Entrance, level, vec{-w - 3500, bottom}, "左门", 0)
	b.mark(plan.Entrance, level, vec{w + 3500, bottom}, "右门", 0)
	return b.finish()
}

// block writes rows that line gives as start, direction and length.
func (t Thrust) block(b *builder, level, name, category string, rows int, line func(int) (vec, vec, float64), focal plan.Point) {
	a, dir, l := line(0)
	z, _, long := line(rows - 1)
	// Rows follow one another away from the stage: down for the front block, outwards for the sides.
	pad := vec{math.Abs(dir.y) * math.Copysign(500, a.x), math.Abs(dir.x) * 500}
	ends := dir.mul(300)
	section := b.section(plan.Section{
		Level: level, Name: name, Label: name, Focal: &focal,
		Outline: points([]vec{a.add(pad.mul(-1)).add(ends.mul(-1)), a.add(dir.mul(l)).add(pad.mul(-1)).add(ends), z.add(dir.mul(long)).add(pad).add(ends), z.add(pad).add(ends.mul(-1))}),
	})
	for i := range rows {
		start, d, length := line(i)
		row := b.row(section, num(i+1)+"排", plan.Straight)
		for k, s := range spread(length, t.SeatPitch) {
			b.seat(plan.Seat{Row: row, Number: num(k + 1)}, start.add(d.mul(s)), category)
		}
	}
}

func between(name string, v, low, high int) error {
	if v < low || v > high {
		return fmt.Errorf("generate: %s is %d; it must lie between %d and %d", name, v, low, high)
	}
	return nil
}

// lengths refuses parameters that no hall has, before they cost memory.
func lengths(vs ...float64) error {
	for _, v := range vs {
		if math.IsNaN(v) || v < 300 || v > 1_000_000 {
			return errors.New("generate: lengths are millimetres between 300 and 1,000,000")
		}
	}
	return nil
}

// Generator makes a plan from its parameters.
type Generator interface {
	Generate() (*plan.Plan, error)
}

// Kinds gives a new generator with default parameters by its name on the
// command line. Parameters can be decoded over it from JSON.
func Kinds() map[string]Generator {
	theatre, arena, stadium, cinema, thrust := DefaultTheatre(), DefaultArena(), DefaultStadium(), DefaultCinema(), DefaultThrust()
	return map[string]Generator{"theatre": &theatre, "arena": &arena, "stadium": &stadium, "cinema": &cinema, "thrust": &thrust}
}
