package suite

import (
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/discount"
)

// foreignOffers are the reservations, waiting lists and discounts of the
// second tenant.
func (w *world) foreignOffers(out map[string]accesstest.Target, h house) {
	ctx := w.Other(access.Seller).Scope(w.t.Context())
	until := w.Clock.Now().Add(time.Hour)
	reservation := func() map[string]string {
		r, err := w.s.Sales.Reserve(ctx, sales.NewReservation{
			Choice: sales.Choice{Key: ids.New(), Session: h.session.ID, Want: &engine.Want{N: 1}}, Name: "李四", Until: until,
		}, "counter")
		must(w.t, err)
		return map[string]string{"reservation": r.ID.String()}
	}
	one := reservation()
	session := "session=" + h.session.ID.String()
	policy := map[string]any{"lastMinutes": 60, "longestHours": 48, "maxSeats": 3, "maxPermille": 400, "version": 0}
	for id, target := range map[string]accesstest.Target{
		"sales.reserve":      {Body: map[string]any{"id": ids.New(), "session": h.session.ID, "best": map[string]any{"n": 1}, "name": "李四", "until": until}},
		"sales.reservations": {Query: session, Plain: "lists the caller's own"}, "sales.reservation": {Params: one},
		"sales.extendReservation":  {Params: one, Body: map[string]any{"until": until.Add(time.Hour)}},
		"sales.releaseReservation": {Params: reservation(), Body: map[string]any{"reason": "不来了"}},
		"sales.sellReservation":    {Params: one, Body: map[string]any{"id": ids.New(), "method": "card"}},
		"sales.reservePolicy":      {Query: session}, "sales.setReservePolicy": {Query: session, Body: policy},
	} {
		out[id] = target
	}
	w.foreignWaitList(out, h)
	w.foreignDiscounts(out, h)
	w.foreignTexts(out, h)
}

func (w *world) foreignDiscounts(out map[string]accesstest.Target, h house) {
	ctx, buyer := w.Other(access.Manager).Scope(w.t.Context()), w.BuyerOf(w.DB.Other)
	rule := discount.Rule{ID: ids.New(), Name: "券", Group: "g", Effect: discount.Amount, Per: discount.PerOrder, Amount: 100, Code: true}
	must(w.t, w.s.Sales.SetDiscountRule(ctx, sales.DiscountRule{Rule: rule, Active: true}))
	b, err := w.s.Sales.MakeVouchers(ctx, sales.VoucherBatch{ID: ids.New(), Rule: rule.ID, Name: "券", Codes: 1, Uses: 1, StartsAt: w.Clock.Now(), ExpiresAt: w.Clock.Now().Add(time.Hour)})
	must(w.t, err)
	hold := map[string]any{"session": h.session.ID, "hold": w.hold(buyer, h.session.ID, 60)}
	body := map[string]any{"id": rule.ID, "name": "券", "nameEn": "Voucher", "group": "g", "position": 1, "effect": "amount", "per": "order", "amount": 200, "code": true, "when": map[string]any{}, "limit": map[string]any{}, "active": true, "version": 0}
	batch := map[string]any{"id": ids.New(), "rule": rule.ID, "name": "券", "codes": 1, "uses": 1, "startsAt": w.Clock.Now(), "expiresAt": w.Clock.Now().Add(time.Hour), "giveBack": true}
	one := map[string]string{"batch": b.ID.String()}
	for id, target := range map[string]accesstest.Target{
		"sales.priceHold": {Body: hold, Owner: buyer}, "sales.counterPrice": {Body: hold}, "sales.discounts": {Plain: "lists the caller's own"},
		"sales.setDiscountGroup": {Params: map[string]string{"group": "g"}, Plain: "makes or changes the caller's own group of that name", Body: map[string]any{"id": "g", "name": "g", "nameEn": "g", "mode": "best", "exclusive": false, "position": 1, "version": 0}},
		"sales.setDiscountRule":  {Params: map[string]string{"rule": rule.ID.String()}, Body: body, Plain: "makes or changes the caller's own rule of that id, which it may not have yet"},
		"sales.voucherBatches":   {Plain: "lists the caller's own"}, "sales.makeVouchers": {Body: batch},
		"sales.voidVouchers": {Params: one}, "sales.voucherCodes": {Params: one},
	} {
		out[id] = target
	}
}

func (w *world) foreignWaitList(out map[string]accesstest.Target, h house) {
	manager, buyer := w.Other(access.Manager).Scope(w.t.Context()), w.BuyerOf(w.DB.Other)
	p := sales.DefaultWaitPolicy(h.session.ID)
	p.Active = true
	_, err := w.s.Sales.SetWaitPolicy(manager, p)
	must(w.t, err)
	release, err := w.s.Sales.AnnounceRelease(manager, ids.New(), h.session.ID, w.Clock.Now().Add(time.Hour))
	must(w.t, err)
	e, err := w.s.Sales.JoinWait(buyer.Scope(w.t.Context()), sales.WaitEntry{ID: ids.New(), Session: h.session.ID, Places: 1, MaxPrice: 1}, "")
	must(w.t, err)
	se, one := map[string]string{"session": h.session.ID.String()}, map[string]string{"entry": e.ID.String()}
	body := map[string]any{"active": true, "offerList": true, "publicRest": true, "claimMinutes": 60, "finalMinutes": 1440, "version": 1}
	for id, target := range map[string]accesstest.Target{
		"sales.shopWaitList": {Params: se}, "sales.joinWaitList": {Params: se, Body: map[string]any{"id": ids.New(), "places": 1, "maxPrice": 1}},
		"sales.myWaitEntries": {Plain: "lists the caller's own"}, "sales.myWaitEntry": {Params: one, Owner: buyer}, "sales.leaveWaitList": {Params: one, Owner: buyer},
		"sales.waitEntries": {Query: "session=" + h.session.ID.String(), Plain: "lists the caller's own"}, "sales.waitList": {Params: se}, "sales.setWaitPolicy": {Params: se, Body: body},
		"sales.announceRelease": {Params: se, Body: map[string]any{"id": ids.New(), "at": w.Clock.Now().Add(2 * time.Hour)}}, "sales.cancelRelease": {Params: map[string]string{"release": release.ID.String()}},
	} {
		out[id] = target
	}
}
