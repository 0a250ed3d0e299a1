package ticketmap

import (
	"context"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// cell is which price a line is about; lines of before channels were told
// apart have none in their facts.
func (l *ProposalLine) cell() Cell { return cellOf(l.Facts) }

func cellOf(f pricing.Facts) Cell {
	c := Cell{Zone: f.Zone, Channel: f.Channel, Kind: f.Kind, Package: f.Package}
	if c.Channel == "" {
		c.Channel = "online"
	}
	if c.Kind == "" {
		c.Kind = pricing.FullKind
	}
	return c
}

// governed lists the prices that a program decides: those of the zones it
// governs, by channel, kind and package only where a rule goes by them or a price of its own is left
// from an earlier program; all others follow.
func governed(p *pricing.Program, c *MapContent) []Cell {
	channels, kinds, packs := p.UsesChannels(), p.UsesKinds(), p.PackageCodes()
	for _, x := range c.Prices {
		channels = channels || x.Channel != "online"
		kinds = kinds || x.Kind != pricing.FullKind
		if x.Package != "" && !slices.Contains(packs, x.Package) {
			packs = append(packs, x.Package)
		}
	}
	t := c.Tariff()
	var out []Cell
	for _, z := range c.Zones {
		if !p.Governs(z.No) {
			continue
		}
		for _, ch := range pricing.Channels() {
			if ch != "online" && !channels {
				continue
			}
			for _, pack := range append([]string{""}, packs...) {
				out = append(out, Cell{z.No, ch, pricing.FullKind, pack})
				for _, k := range c.Kinds {
					x := Cell{z.No, ch, k.Code, pack}
					if _, ok := t.Price(x); ok && kinds {
						out = append(out, x)
					}
				}
			}
		}
	}
	return out
}

// forCell are the facts of a zone for one of its prices.
func forCell(f pricing.Facts, c Cell, t *Tariff) pricing.Facts {
	f.Channel, f.Kind, f.Package, f.Off = c.Channel, c.Kind, c.Package, 0
	if c.Kind != pricing.FullKind {
		f.Off = 1000 - t.kinds[c.Kind].Permille
	}
	return f
}

// decided computes cells in order, full prices first, so that no kind ever
// costs more than the full price beside it.
func decided(p *pricing.Program, t *Tariff, cells []Cell, facts map[int]pricing.Facts, past map[Cell]zoneHistory) ([]ProposalLine, error) {
	full := map[Cell]money.Fen{}
	var out []ProposalLine
	for _, c := range cells {
		f := forCell(facts[c.Zone], c, t)
		on, _ := t.Price(c)
		h := past[c]
		d, err := p.Decide(f, pricing.OnSale{Price: on, Today: h.today, LastChange: h.last})
		if err != nil {
			return nil, err
		}
		beside := Cell{c.Zone, c.Channel, pricing.FullKind, c.Package}
		if c == beside {
			full[c] = d.Price
		} else if x, ok := full[beside]; ok {
			d.NotAbove(x)
		}
		out = append(out, ProposalLine{Decision: d, Facts: f})
	}
	return out, nil
}

// lines fills in what would change.
func (s *Service) lines(ctx context.Context, tx db.Tx, w *work) error {
	facts, err := s.facts(ctx, tx, w.m, w.program)
	if err != nil {
		return err
	}
	past, err := priceHistories(ctx, tx, w.m.ID, w.program.DayStart(tx.Now), w.state.Revision)
	if err != nil {
		return err
	}
	for _, z := range w.m.Zones {
		f := facts[z.No]
		w.over = w.over || !f.Now.Before(f.Starts)
	}
	cells := slices.DeleteFunc(governed(w.program, &w.m.MapContent), func(c Cell) bool { return past.byHand(c) })
	all, err := decided(w.program, w.m.Tariff(), cells, facts, past)
	for _, l := range all {
		if l.Change {
			w.lines = append(w.lines, l)
		}
	}
	return err
}

// histories are what happened to each price.
type histories map[Cell]zoneHistory

// byHand: a person set this price, or the zone's, since the program was activated.
func (h histories) byHand(c Cell) bool {
	return h[c].byHand || h[Cell{Zone: c.Zone, Channel: "online", Kind: pricing.FullKind}].byHand
}
