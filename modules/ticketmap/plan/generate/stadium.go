package generate

import (
	"math"

	"parterre/modules/ticketmap/plan"
)

// Stadium is an open bowl (体育场) around a football pitch with tiers, vomitories and gates.
type Stadium struct {
	Name                      string
	Bowl                      Bowl
	PitchLength, PitchBreadth float64
	Gates                     int
}

// DefaultStadium seats about 60,000.
func DefaultStadium() Stadium {
	return Stadium{
		Name: "奥林匹克体育场", PitchLength: 105_000, PitchBreadth: 68_000, Gates: 16,
		Bowl: Bowl{
			HalfWidth: 70_000, HalfHeight: 51_000, TopRadius: 190_000, SideRadius: 95_000, CornerRadius: 30_000,
			SeatPitch: 520, RowPitch: 900, AisleWidth: 1200,
			Tiers: []Tier{
				{Name: "一层看台", Prefix: 100, Gap: 2500, Rows: 28, Sections: 40, Gates: 16, VomAfter: 17, VomRows: 4, VomWidth: 3000, VomEvery: 2, Accessible: 4},
				{Name: "二层看台", Prefix: 200, Gap: 4500, Rows: 15, Sections: 48, Gates: 16, VomAfter: 6, VomRows: 3, VomWidth: 2600, VomEvery: 2, Accessible: 2},
				{Name: "三层看台", Prefix: 300, Gap: 4500, Rows: 16, Sections: 56, Gates: 16, VomAfter: 5, VomRows: 3, VomWidth: 2600, VomEvery: 2},
			},
		},
	}
}

// Generate makes the plan. The long sides of the pitch are at the top (west stand) and the bottom.
func (s Stadium) Generate() (*plan.Plan, error) {
	if err := s.Bowl.check(); err != nil {
		return nil, err
	}
	b := s.Bowl
	o, err := newOval(b.HalfWidth, b.HalfHeight, b.TopRadius, b.SideRadius, b.CornerRadius)
	if err != nil {
		return nil, err
	}
	g := &bowl{Bowl: b, builder: newBuilder(s.Name), oval: o}
	g.category("c1", "主看台", "#a3223a")
	g.category("c2", "一档", "#d4552f")
	g.category("c3", "二档", "#e0a030")
	g.category("c4", "三档", "#6fa34f")
	g.category("c5", "四档", "#3c8f95")
	g.category("c6", "五档", "#4569a6")
	g.look.focal = plan.Point{}
	g.look.category = func(tier, row int, at vec) string { return stadiumZone(tier, row, at) }
	g.look.view = func(tier, row int, at vec) (plan.View, string) {
		if tier == 0 && row == 0 {
			return plan.Partial, "首排较低，广告板遮挡近侧边线"
		}
		return plan.Clear, ""
	}
	// One looks at the near touchline.
	g.rise.first, g.rise.target, g.rise.clearance, g.rise.base = max(3000, b.HalfHeight-s.PitchBreadth/2), turf, 90, 1200
	s.pitch(g)
	end := g.rings()
	g.gates(s.Gates, end+5500)
	g.ringShape(plan.Wall, end+2500, "")
	for _, l := range []struct {
		at   vec
		text string
	}{{vec{0, -b.HalfHeight + 4500}, "西看台"}, {vec{0, b.HalfHeight - 4500}, "东看台"}} {
		g.mark(plan.Label, "", l.at, l.text, 0)
	}
	g.mark(plan.Label, "", vec{-b.HalfWidth + 5500, 0}, "南看台", -90)
	g.mark(plan.Label, "", vec{b.HalfWidth - 5500, 0}, "北看台", 90)
	return g.finish()
}

func stadiumZone(tier, row int, at vec) string {
	side := math.Abs(at.x) < 34_000
	end := math.Abs(at.y) < 30_000 && math.Abs(at.x) > 60_000
	switch tier {
	case 0:
		switch {
		case side && at.y < 0 && row >= 4:
			return "c1"
		case side:
			return "c2"
		case end:
			return "c4"
		}
		return "c3"
	case 1:
		switch {
		case side:
			return "c2"
		case end:
			return "c5"
		}
		return "c4"
	}
	if side {
		return "c5"
	}
	return "c6"
}

// pitch draws the field of play with its lines (Laws of the Game, law 1).
func (s Stadium) pitch(g *bowl) {
	l, b := s.PitchLength/2, s.PitchBreadth/2
	g.shape(plan.Stage, "", rect(-l, -b, l, b), "足球场")
	g.setHeight(turf)
	g.shape(plan.Label, "", rect(-60, -b, 60, b), "")
	circle := make([]vec, 0, 48)
	for i := range 48 {
		circle = append(circle, polar(vec{}, 9150, float64(i)*math.Pi/24))
	}
	g.shape(plan.Label, "", circle, "")
	for _, d := range []float64{-1, 1} {
		g.shape(plan.Label, "", rect(min(d*l, d*(l-16_500)), -20_160, max(d*l, d*(l-16_500)), 20_160), "")
		g.shape(plan.Label, "", rect(min(d*l, d*(l-5500)), -9160, max(d*l, d*(l-5500)), 9160), "")
	}
}
