package suite

import (
	"context"
	"encoding/json"
	"fmt"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// demoProgram is the price program of the demo world's concert, over the
// prices that its zones are announced at: less a week ahead, more as a zone
// fills and sells fast, up to the announced price; the counter has its own
// price, and late seats far from the stage cost less.
func demoProgram(prices []money.Fen) *pricing.Program {
	at := func(n int) *int { return &n }
	const day = 24 * 60
	p := &pricing.Program{
		Format: pricing.Format, Version: pricing.Version, Name: "巡演标准规则",
		Rounding: pricing.Rounding{To: 1000, Direction: "nearest"},
		Limits:   pricing.Limits{ChangesPerDay: 6, MovePermille: 300, MinutesBetween: 30},
		Rules: []pricing.Rule{
			{ID: "early", Name: "提前一周优惠", When: pricing.When{ToShow: &pricing.Range{Min: at(7 * day)}}, Effect: pricing.Effect{Kind: "percent", Permille: 900}},
			{
				ID: "filling", Name: "上座过六成逐级回调", When: pricing.When{Occupancy: &pricing.Range{Min: at(600)}},
				Effect: pricing.Effect{Kind: "step", Amount: 2000, Step: &pricing.Step{Of: "occupancyPermille", From: 600, Every: 50, Times: 6}},
			},
			{ID: "rush", Name: "一小时热卖", When: pricing.When{Velocity: &pricing.Velocity{Window: 60, Min: 300}}, Effect: pricing.Effect{Kind: "add", Amount: 3000}},
			{
				ID: "late", Name: "临近开演远区优惠", When: pricing.When{Zones: []int{5, 6}, ToShow: &pricing.Range{Max: at(3 * 60)}},
				Effect: pricing.Effect{Kind: "percent", Permille: 800},
			},
			{ID: "counter", Name: "窗口价", When: pricing.When{Channels: []string{"counter"}}, Effect: pricing.Effect{Kind: "percent", Permille: 950}},
		},
	}
	for i, price := range prices {
		p.Zones = append(p.Zones, pricing.Zone{No: i + 1, Base: price, Floor: price / 2, Cap: price})
	}
	return p
}

// demoPrices puts the program to work on a map: it is stored, activated, and
// has set its first prices.
func (s *Suite) demoPrices(ctx context.Context, mapID ids.ID, prices []money.Fen) error {
	raw, err := json.Marshal(demoProgram(prices))
	if err != nil {
		return err
	}
	stored, err := s.Maps.SaveProgram(ctx, mapID, raw, "巡演各站通用")
	if err != nil {
		return fmt.Errorf("price program: %w", err)
	}
	if _, err := s.Maps.Activate(ctx, mapID, stored.Version, "automatic"); err != nil {
		return fmt.Errorf("price program: %w", err)
	}
	_, err = s.Maps.Tick(ctx)
	return err
}
