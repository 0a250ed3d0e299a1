package ticketmap

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/plan"
)

// Split parts a zone by seat quality: its seats, best first, go in equal shares
// into bands, each band a step cheaper than the one before.
type Split struct {
	Zone  int
	Bands int       // 2 to 8, the zone itself is the best one
	Step  money.Fen // how much a band costs less than the one before
}

// Errors of splitting and painting.
var (
	ErrSplit       = errs.New(errs.Invalid, "ticketmap.split", "票档 {zone} 只有 {seats} 个可分座位，不能分成 {bands} 档。", "Zone {zone} has {seats} seats that can be parted, too few for {bands} bands.").At("bands")
	ErrSplitPrice  = errs.New(errs.Invalid, "ticketmap.split_price", "最低一档的价格会低于零，请减小级差。", "The last band would cost less than nothing; choose a smaller step.").At("step")
	ErrPriceLocked = errs.New(errs.Forbidden, "ticketmap.price_locked", "票档“{zone}”的价格、类型或座位范围须由有定价权限的人更改。", "The price, kind or seats of zone \"{zone}\" are changed by somebody who may set prices.")
)

// SplitZone makes sub-zones of a zone by seat quality, as a new revision. Seats
// that are sold or being bought stay in the zone. Each band is a zone of its own, so price rules may
// go by its quality. Errors: ticketmap.stale, ticketmap.no_such_zone, ticketmap.split, ticketmap.split_price, as SetMap.
func (s *Service) SplitZone(ctx context.Context, id ids.ID, version int, x Split) (m Map, meter Meter, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if m, err = getMap(ctx, tx, "m.id = ?", id, "update"); err != nil {
			return err
		}
		painted, err := paint(ctx, tx, m.PlanID, m.MapContent)
		if err != nil {
			return err
		}
		l, err := painted.Layout()
		if err != nil {
			return err
		}
		var sold []int32
		if !m.SessionID.IsZero() {
			if sold, err = s.sold.SoldInSession(ctx, tx, m.SessionID); err != nil {
				return err
			}
		}
		c, err := m.split(l, sold, x)
		if err != nil {
			return err
		}
		m, meter, err = s.SetMap(ctx, id, version, c)
		return err
	})
	return m, meter, err
}

func (m Map) split(l *Layout, sold []int32, x Split) (MapContent, error) {
	c := m.MapContent
	at := slices.IndexFunc(c.Zones, func(z PriceZone) bool { return z.No == x.Zone })
	if at < 0 {
		return c, errSeatZone
	}
	var seats []LayoutSeat
	for _, s := range l.Seats {
		if int(s.Zone) == x.Zone && !slices.Contains(sold, s.ID) {
			seats = append(seats, s)
		}
	}
	if len(seats) < x.Bands || x.Bands < 2 || x.Bands > 8 {
		return c, ErrSplit.With("zone", x.Zone).With("seats", len(seats)).With("bands", x.Bands)
	}
	z := c.Zones[at]
	if x.Step < 0 || z.Price < x.Step*money.Fen(x.Bands-1) {
		return c, ErrSplitPrice
	}
	slices.SortFunc(seats, func(a, b LayoutSeat) int { return cmp.Or(cmp.Compare(a.Quality, b.Quality), cmp.Compare(a.ID, b.ID)) })
	kept := append([]int32(nil), sold...)
	c.Zones = slices.Clone(c.Zones)
	free := freeNumber(c.Zones)
	for b := range x.Bands {
		var list []int32
		for _, s := range seats[len(seats)*b/x.Bands : len(seats)*(b+1)/x.Bands] {
			list = append(list, s.ID)
		}
		if b == 0 {
			for _, s := range l.Seats { // what is sold stays where it is
				if int(s.Zone) == x.Zone && slices.Contains(kept, s.ID) {
					list = append(list, s.ID)
				}
			}
			c.Zones[at].Seats = runsOf(list)
			continue
		}
		band := z
		band.No, band.Name, band.Letter = free+b-1, fmt.Sprintf("%s·%d", cut(z.Name, 36), b+1), fmt.Sprintf("%s%d", cut(z.Letter, 3), b+1)
		band.Color, band.Price, band.Seats, band.Areas = shade(z.Color, b, x.Bands), z.Price-x.Step*money.Fen(b), runsOf(list), []string{}
		c.Zones = append(c.Zones, band)
	}
	for i := range c.Kinds { // a kind that is sold in the zone is sold in its bands
		if k := &c.Kinds[i]; slices.Contains(k.Zones, x.Zone) {
			k.Zones = slices.Clone(k.Zones)
			for b := 1; b < x.Bands; b++ {
				k.Zones = append(k.Zones, free+b-1)
			}
		}
	}
	return c, nil
}

func freeNumber(zones []PriceZone) int {
	top := 0
	for _, z := range zones {
		top = max(top, z.No)
	}
	return top + 1
}

func runsOf(seats []int32) [][2]int32 {
	slices.Sort(seats)
	out := [][2]int32{}
	for _, r := range plan.Runs(seats) {
		out = append(out, [2]int32{r.First, r.Last})
	}
	return out
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// shade lightens a colour by the band, so that bands look related.
func shade(color string, band, bands int) string {
	var r, g, b int
	if _, err := fmt.Sscanf(color, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return color
	}
	mix := func(v int) int { return v + (235-v)*band*2/(bands*3) }
	return fmt.Sprintf("#%02x%02x%02x", mix(r), mix(g), mix(b))
}

// SetKinds replaces the kinds of ticket that a map sells beside the full price,
// as a new revision. Errors: ticketmap.stale, core.fields.
func (s *Service) SetKinds(ctx context.Context, id ids.ID, version int, kinds []TicketKind) (m Map, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if m, err = getMap(ctx, tx, "m.id = ?", id, "update"); err != nil {
			return err
		}
		c := m.MapContent
		c.Kinds = append([]TicketKind{}, kinds...)
		c.Prices = append([]ListPrice{}, c.Prices...) // those of kinds that go are dropped as untidy
		m, _, err = s.SetMap(ctx, id, version, c)
		return err
	})
	return m, err
}

// PaintMap is SetMap for who may design but not set prices: zones keep their
// prices, kinds and numbers; a new zone costs nothing and only a map that was never on sale gets one. Once a map is live its
// seats stay in their zones, for another zone is another price; holds and allotments may change.
// Errors: ticketmap.price_locked, as SetMap.
func (s *Service) PaintMap(ctx context.Context, id ids.ID, version int, c MapContent) (m Map, meter Meter, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if m, err = getMap(ctx, tx, "m.id = ?", id, "update"); err != nil {
			return err
		}
		c.Kinds, c.Prices = nil, nil
		if err := m.paintable(c); err != nil {
			return err
		}
		m, meter, err = s.SetMap(ctx, id, version, c)
		return err
	})
	return m, meter, err
}

func (m Map) paintable(c MapContent) error {
	for _, old := range m.Zones {
		at := slices.IndexFunc(c.Zones, func(z PriceZone) bool { return z.No == old.No })
		if at < 0 {
			if old.Price != 0 || m.Live {
				return ErrPriceLocked.With("zone", old.Name).At("zones")
			}
			continue
		}
		z, path := c.Zones[at], fmt.Sprintf("zones[%d]", at)
		switch {
		case z.Price != old.Price:
			return ErrPriceLocked.With("zone", old.Name).At(path + ".price")
		case z.Kind != old.Kind:
			return ErrPriceLocked.With("zone", old.Name).At(path + ".kind")
		case m.Live && (!slices.Equal(z.Seats, old.Seats) || !slices.Equal(z.Areas, old.Areas)):
			return ErrPriceLocked.With("zone", old.Name).At(path + ".seats")
		}
	}
	for i, z := range c.Zones {
		if slices.ContainsFunc(m.Zones, func(old PriceZone) bool { return old.No == z.No }) {
			continue
		}
		if z.Price != 0 || m.Live {
			return ErrPriceLocked.With("zone", z.Name).At(fmt.Sprintf("zones[%d].price", i))
		}
	}
	return nil
}
