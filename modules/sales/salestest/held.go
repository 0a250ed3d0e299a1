package salestest

import (
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// OnSaleHeld makes another session of the show, a day later, under the same
// rules, whose map holds places back from the start.
func (w *World) OnSaleHeld(holds []ticketmap.SeatHold) ids.ID {
	w.T.Helper()
	ctx := w.As(w.Tenant)
	rules := w.Session.Rules
	se, err := w.Shows.AddSession(ctx, w.Show.ID, show.NewSession{HallID: w.Hall.ID, PlanID: w.Plan.ID, StartsAt: w.Session.StartsAt.Add(24 * time.Hour), Audience: Seats + Standing, Rules: &rules})
	w.must(err)
	m, err := w.TicketMap.CreateMap(ctx, ticketmap.NewMap{PlanID: w.Plan.ID, SessionID: se.ID, Approved: se.Audience, Name: "次日"})
	w.must(err)
	for i, price := range []money.Fen{StallPrice, BalconyPrice, StandingPrice} {
		m.Zones[i].Price = price
	}
	m.Holds = holds
	m, _, err = w.TicketMap.SetMap(ctx, m.ID, m.Version, m.MapContent)
	w.must(err)
	_, err = w.Shows.SetMap(ctx, se.ID, m.ID)
	w.must(err)
	_, err = w.Shows.Move(ctx, se.ID, "on_sale", nil)
	w.must(err)
	return se.ID
}
