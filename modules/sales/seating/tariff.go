package seating

import (
	"slices"

	"parterre/codes"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

// lists are a map's prices by channel, kind and package as the seat engine
// takes them; full is what the zones cost online. A list that says the same as full is left out.
func lists(c *ticketmap.MapContent, full []int64) []engine.PriceList {
	if len(c.Kinds)+len(c.Prices) == 0 {
		return nil
	}
	t := c.Tariff()
	row := func(channel, kind, pack string) ([]int64, bool) {
		out := make([]int64, len(full))
		some := false
		for zone := range full {
			out[zone] = -1
			if p, ok := t.Price(ticketmap.Cell{Zone: zone, Channel: channel, Kind: kind, Package: pack}); ok {
				out[zone], some = int64(p), true
			}
		}
		return out, some
	}
	packs := []string{""}
	for _, p := range c.Prices {
		if !slices.Contains(packs, p.Package) {
			packs = append(packs, p.Package)
		}
	}
	var out []engine.PriceList
	for _, channel := range pricing.Channels() {
		for _, pack := range packs {
			if prices, _ := row(channel, pricing.FullKind, pack); pack != "" || !slices.Equal(prices, full) {
				out = append(out, engine.PriceList{Channel: sales.ChannelNo(channel), Package: pack, Prices: prices})
			}
			for _, k := range c.Kinds {
				if prices, ok := row(channel, k.Code, pack); ok {
					out = append(out, engine.PriceList{Channel: sales.ChannelNo(channel), Kind: k.Code, Package: pack, Prices: prices})
				}
			}
		}
	}
	return out
}

// tariff tells sales which kinds there are and what they cost.
func tariff(m *sales.Map, c *ticketmap.MapContent) {
	for _, k := range c.Kinds {
		e, _ := codes.MustTable("ticket-kind").Lookup(k.Code)
		zh, en := k.ProofOf()
		m.Kinds = append(m.Kinds, sales.TicketKind{Code: k.Code, Name: e.ZH, NameEn: e.EN, Proof: zh, ProofEn: en, MaxSeats: k.MaxSeats})
	}
	t := c.Tariff()
	for _, x := range c.Cells() {
		if p, ok := t.Price(x); ok && x.Package == "" {
			m.Prices = append(m.Prices, sales.ZonePrice{Zone: x.Zone, Channel: x.Channel, Kind: x.Kind, Price: p})
		}
	}
}
