package sales

import (
	"context"
	"fmt"
	"slices"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/money"
)

// Errors of exchanges that a kind of order does not allow.
var (
	ErrMoveSeries = errs.New(errs.Conflict, "sales.exchange_series", "联票各场次须为同一座位，不能单独换座；如须更换，请按退票规则退票后重新购买。", "A series is for the same seat in every session; its tickets cannot be exchanged. Give it back by its rules and buy again.").By("RL-5").At("from")
	ErrMoveOption = errs.New(errs.Conflict, "sales.exchange_option", "套票只能换到所购价档（{option}）的座位，或换到更贵的价区并补差价。", "A ticket of a package is exchanged within its price option ({option}), or for a dearer zone at the difference.").By("RL-11").At("hold")
	ErrMoveAgent  = errs.New(errs.Conflict, "sales.exchange_agent", "该票由代理商售出并结算，不能换座；请经代理商退票后重新购买。", "An agent sold and settles this ticket; it cannot be exchanged. Have the agent take it back and buy again.").At("from")
	ErrMoveGift   = errs.New(errs.Conflict, "sales.exchange_gift", "赠票取自专门留出的座位，不能换座；请退回后重新赠送。", "Complimentary tickets are of places set aside for them and cannot be exchanged; take them back and give others.").By("RL-2").At("from")
	ErrMovePrices = errs.New(errs.Conflict, "sales.exchange_prices", "票价已变化，请重新换座。", "The prices have changed; please exchange again.").At("hold")
)

// exchangeRule says under which package an order is exchanged, nil for an order
// by itself, or why it is not exchanged at all.
func exchangeRule(ctx context.Context, tx db.Tx, o Order, from []int32) (*Bundle, error) {
	if o.Channel == "agent" {
		return nil, ErrMoveAgent
	}
	for _, l := range o.Lines {
		if l.Kind == "complimentary" && slices.Contains(from, l.Seat) {
			return nil, ErrMoveGift
		}
	}
	id, err := bundleOf(ctx, tx, o.ID)
	if err != nil || id.IsZero() {
		return nil, err
	}
	b, err := getBundle(ctx, tx, id, "")
	if err == nil && b.Content.Kind == PackageSeries {
		err = ErrMoveSeries
	}
	return &b, err
}

// partPrices is what tickets of a package cost in other places: the same within
// the price option that was bought, and in a dearer zone outside of it what the
// places themselves cost more. What was saved by the package stays saved.
func (s *Service) partPrices(ctx context.Context, b *Bundle, o Order, from, to []int32) ([]money.Fen, error) {
	m, err := s.Maps.Map(ctx, o.Session)
	if err != nil {
		return nil, err
	}
	option, ok := b.Content.Option(b.Option)
	if !ok {
		return nil, ErrPackageOption
	}
	name := option.Name
	if name == "" {
		name = fmt.Sprint(option.No)
	}
	out := make([]money.Fen, len(to))
	for i, seat := range to {
		k := slices.IndexFunc(o.Lines, func(l Line) bool { return l.Seat == from[i] })
		place, there := m.Places[seat]
		if k < 0 || !there {
			return nil, ErrNotTicket
		}
		out[i] = o.Lines[k].Price
		old := m.Places[from[i]].Zone
		if slices.Contains(option.Zones, place.Zone) && slices.Contains(option.Zones, old) {
			continue
		}
		more := m.FullPrice(place.Zone, o.Channel) - m.FullPrice(old, o.Channel)
		if more < 0 || more == 0 && !slices.Contains(option.Zones, place.Zone) && place.Zone != old {
			return nil, ErrMoveOption.With("option", name)
		}
		out[i] += more
	}
	return out, nil
}

// price is what the i-th new place of an exchange costs; list is what the seat
// engine asks for it.
func (p *moved) price(i int, list int64) money.Fen {
	if i < len(p.part) {
		return p.part[i]
	}
	return p.order.afterMove(p.x.From[i], money.Fen(list))
}

// duePrices are the partPrices of an exchange whose difference was paid. They
// are refused when they have changed meanwhile: the difference then goes back.
func (s *Service) duePrices(ctx context.Context, b *Bundle, o Order, d ExchangeDue) ([]money.Fen, error) {
	out, err := s.partPrices(ctx, b, o, d.From, d.To)
	if err != nil {
		return nil, err
	}
	more := -d.Amount
	for i := range out {
		k := slices.IndexFunc(o.Lines, func(l Line) bool { return l.Seat == d.From[i] })
		more += out[i] - o.Lines[k].Price
	}
	if more != 0 {
		return nil, ErrMovePrices
	}
	return out, nil
}
