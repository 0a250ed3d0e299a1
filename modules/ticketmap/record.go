package ticketmap

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// keepTariff fills in what a page that knows nothing of kinds and list prices
// leaves out: they stay, but for prices of zones whose own price was changed.
func (c *MapContent) keepTariff(was MapContent) {
	if c.Kinds == nil {
		c.Kinds = was.Kinds
	}
	if c.Prices != nil {
		return
	}
	old := map[int]money.Fen{}
	for _, z := range was.Zones {
		old[z.No] = z.Price
	}
	same := map[int]bool{}
	for _, z := range c.Zones {
		p, ok := old[z.No]
		same[z.No] = ok && p == z.Price
	}
	for _, p := range was.Prices {
		if same[p.Zone] {
			c.Prices = append(c.Prices, p)
		}
	}
}

// recordHand notes the prices that a person changed between two contents: of
// zones, and of channels, kinds and packages that do not merely follow them (RL-15).
func recordHand(ctx context.Context, tx db.Tx, m Map, before MapContent) error {
	old, now := before.Tariff(), m.Tariff()
	cells := map[Cell]bool{}
	for _, c := range append(before.Cells(), m.Cells()...) {
		cells[c] = true
	}
	var list []PriceChange
	for _, c := range slices.SortedFunc(maps.Keys(cells), Cell.compare) {
		was, had := old.Price(c)
		is, has := now.Price(c)
		if had == has && was == is || !c.main() && !stated(old, now, c) {
			continue
		}
		x := PriceChange{Revision: m.Version, Cell: c, Source: "hand", Steps: []pricing.Reason{}}
		if had {
			x.Old = &was
		}
		if has {
			x.New = &is
		}
		list = append(list, x)
	}
	return insertChanges(ctx, tx, m.ID, list)
}

// stated reports whether somebody said what a cell costs, before or after: by
// a price of its own, or by the kind's terms.
func stated(old, now *Tariff, c Cell) bool {
	_, a := old.set[c]
	_, b := now.set[c]
	return a || b || c.Kind != pricing.FullKind && c.Channel == "online" && !reflect.DeepEqual(old.kinds[c.Kind], now.kinds[c.Kind])
}
