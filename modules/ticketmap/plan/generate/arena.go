package generate

import (
	"math"

	"parterre/modules/ticketmap/plan"
)

// Arena is an indoor hall (体育馆) set for a concert with an end stage at the top: seats on
// the floor (内场) and two tiers around it.
type Arena struct {
	Name string
	Bowl Bowl
	// FloorRows and FloorSeats are the rows and seats per row of one floor block.
	FloorRows, FloorSeats int
	FloorColumns          int
	FloorBlocksDeep       int
}

// DefaultArena seats about 12,000.
func DefaultArena() Arena {
	return Arena{
		Name: "城市体育馆", FloorRows: 14, FloorSeats: 18, FloorColumns: 3, FloorBlocksDeep: 3,
		Bowl: Bowl{
			HalfWidth: 23_000, HalfHeight: 36_000, TopRadius: 46_000, SideRadius: 120_000, CornerRadius: 13_000,
			SeatPitch: 520, RowPitch: 900, AisleWidth: 1200,
			Tiers: []Tier{
				{Name: "一层看台", Prefix: 100, Gap: 1200, Rows: 13, Sections: 24, Gates: 8, VomAfter: 8, VomRows: 3, VomWidth: 2600, VomEvery: 2, Accessible: 3},
				{Name: "二层看台", Prefix: 200, Gap: 3000, Rows: 12, Sections: 32, Gates: 8, VomAfter: 4, VomRows: 3, VomWidth: 2400, VomEvery: 2, Skip: behindStage},
			},
		},
	}
}

// Generate makes the plan.
func (a Arena) Generate() (*plan.Plan, error) {
	if err := a.Bowl.check(); err != nil {
		return nil, err
	}
	for _, n := range []int{a.FloorRows, a.FloorSeats, a.FloorColumns, a.FloorBlocksDeep} {
		if err := between("each floor parameter", n, 1, 60); err != nil {
			return nil, err
		}
	}
	o, err := newOval(a.Bowl.HalfWidth, a.Bowl.HalfHeight, a.Bowl.TopRadius, a.Bowl.SideRadius, a.Bowl.CornerRadius)
	if err != nil {
		return nil, err
	}
	g := &bowl{Bowl: a.Bowl, builder: newBuilder(a.Name), oval: o}
	g.category("c1", "内场 VIP", "#9e1f3d")
	g.category("c2", "内场", "#cf4a35")
	g.category("c3", "看台一档", "#dd9a2e")
	g.category("c4", "看台二档", "#5b9a57")
	g.category("c5", "看台三档", "#3d7cae")
	g.category("c6", "侧后方", "#7b6f9a")
	stage := vec{0, -a.Bowl.HalfHeight + 7_500}
	g.look.focal = vec{0, stage.y + 4000}.round()
	g.look.category = func(tier, _ int, at vec) string { return arenaZone(tier, at, stage) }
	g.look.view = func(_, _ int, at vec) (plan.View, string) { return arenaView(at, stage) }
	// One looks half way to the middle of the floor, where a stage may come out.
	g.rise.first, g.rise.target, g.rise.clearance, g.rise.base = a.Bowl.HalfWidth/2, concertStage, 60, 2000
	floor := g.level("内场")
	g.setRake(floor, &plan.Rake{}) // flat
	a.stage(g, stage)
	a.floor(g, floor, stage)
	end := g.rings()
	g.gates(8, end+3500)
	g.ringShape(plan.Wall, end+1500, "")
	return g.finish()
}

// behindStage leaves out the sections of the upper tier that a curtain covers.
func behindStage(share float64) bool { return math.Abs(math.Mod(share+0.5, 1)-0.5) < 0.11 }

// bearing is the angle off the stage's axis at which a seat sees its front, degrees: 0
// straight ahead, 90 beside it, more behind it.
func bearing(at, stage vec) float64 {
	return math.Abs(math.Atan2(at.x-stage.x, at.y-stage.y)) * 180 / math.Pi
}

func arenaView(at, stage vec) (plan.View, string) {
	front := vec{stage.x, stage.y + 4500}
	switch b := bearing(at, front); {
	case b > 118:
		return plan.Blocked, "舞台背面，看不到舞台正面和大屏"
	case b > 92:
		return plan.Partial, "舞台侧后方，音响架遮挡部分舞台"
	}
	return plan.Clear, ""
}

func arenaZone(tier int, at, stage vec) string {
	b := bearing(at, vec{stage.x, stage.y + 4500})
	switch {
	case b > 92:
		return "c6"
	case tier == 0 && b < 75:
		return "c3"
	case tier == 0 || b < 45:
		return "c4"
	}
	return "c5"
}

func (a Arena) stage(g *bowl, at vec) {
	g.shape(plan.Stage, "", []vec{
		{-14_000, at.y - 4500},
		{14_000, at.y - 4500},
		{14_000, at.y + 3500},
		{2200, at.y + 3500},
		{2200, at.y + 9000},
		{4200, at.y + 9000},
		{4200, at.y + 12_500},
		{-4200, at.y + 12_500},
		{-4200, at.y + 9000},
		{-2200, at.y + 9000},
		{-2200, at.y + 3500},
		{-14_000, at.y + 3500},
	}, "舞台")
	g.setHeight(concertStage)
	for _, x := range []float64{-1, 1} {
		g.shape(plan.Screen, "", rect(min(x*14_600, x*18_200), at.y-2600, max(x*14_600, x*18_200), at.y-1900), "侧屏")
	}
}

// floor writes blocks of straight rows in front of the stage: A1 … in the first line, B1 … behind.
func (a Arena) floor(g *bowl, level string, stage vec) {
	const pitch, rowPitch, aisle, cross = 530.0, 950.0, 1600.0, 2200.0
	width := float64(a.FloorSeats) * pitch
	total := float64(a.FloorColumns)*width + float64(a.FloorColumns-1)*aisle
	top := stage.y + 14_200
	for deep := range a.FloorBlocksDeep {
		for c := range a.FloorColumns {
			x0 := -total/2 + float64(c)*(width+aisle)
			y0 := top + float64(deep)*(float64(a.FloorRows)*rowPitch+cross)
			label := string(rune('A'+deep)) + num(c+1) + "区"
			focal := g.look.focal
			section := g.section(plan.Section{
				Level: level, Name: "内场" + label, Label: label, Focal: &focal, Entrance: "内场通道", Gate: num(4+c%2) + "号门",
				Outline: points(rect(x0-200, y0-500, x0+width+200, y0+float64(a.FloorRows)*rowPitch-300)),
			})
			for r := range a.FloorRows {
				row := g.row(section, num(r+1)+"排", plan.Straight)
				for k := range a.FloorSeats {
					at := vec{x0 + (float64(k)+0.5)*pitch, y0 + float64(r)*rowPitch}
					category := "c2"
					if deep == 0 {
						category = "c1"
					}
					g.seat(plan.Seat{Row: row, Number: num(k + 1)}, at, category)
				}
			}
		}
	}
	bottom := top + float64(a.FloorBlocksDeep)*(float64(a.FloorRows)*rowPitch+cross) + 300
	g.shape(plan.Wall, level, rect(-3200, bottom, 3200, bottom+2600), "控台")
}
