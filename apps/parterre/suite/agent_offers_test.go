package suite

import (
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// foreignAgentOffers are the operations of agents on packages, codes and reservations.
func (w *world) foreignAgentOffers(out map[string]accesstest.Target, h house, a *accesstest.Client, lock ids.ID) {
	ctx := w.as(w.DB.Other)
	like, err := w.s.Sales.Package(ctx, w.offer(w.DB.Other, h, 50_000, h.session.ID))
	must(w.t, err)
	c := like.Content
	c.Channels = []string{"agent"}
	pack, err := w.s.Sales.SavePackage(ctx, ids.New(), h.show.ID, 0, c)
	must(w.t, err)
	_, err = w.s.Sales.MovePackage(ctx, pack.ID, sales.PackageOnSale)
	must(w.t, err)
	bundle := func(sold bool) map[string]string {
		id := ids.New()
		a.Do("POST", "/api/v1/agent/bundles", map[string]any{"id": id, "package": pack.ID, "option": 1}).Want(201)
		if sold {
			a.Do("POST", "/api/v1/agent/bundles/"+id.String()+"/sale", map[string]any{"consent": true}).Want(200)
		}
		return map[string]string{"bundle": id.String()}
	}
	until := w.Clock.Now().Add(24 * time.Hour).Truncate(time.Minute)
	reserve := func() map[string]any {
		return map[string]any{"id": ids.New(), "session": h.session.ID, "best": map[string]any{"n": 1}, "name": "甲", "until": until}
	}
	reservation := func() map[string]string {
		return map[string]string{"reservation": a.Do("POST", "/api/v1/agent/reservations", reserve()).Want(201).Get("id")}
	}
	sold, kept := bundle(true), reservation()
	for id, target := range map[string]accesstest.Target{
		"packages": {Plain: "lists the caller's own"}, "reservations": {Plain: "lists the caller's own"},
		"holdBundle": {Body: map[string]any{"id": ids.New(), "package": pack.ID, "option": 1}},
		"bundle":     {Params: sold, Owner: a}, "bundleQuote": {Params: sold, Owner: a},
		"sellBundle":         {Params: sold, Owner: a, Body: map[string]any{"consent": true}},
		"refundBundle":       {Params: sold, Owner: a, Body: map[string]any{"id": ids.New(), "fee": 0}, NoControl: "the quote still needs it"},
		"cancelBundle":       {Params: bundle(false), Owner: a, Body: map[string]any{}},
		"price":              {Params: map[string]string{"session": h.session.ID.String(), "lock": lock.String()}, Owner: a, Body: map[string]any{}},
		"reserve":            {Body: reserve()},
		"reservation":        {Params: kept, Owner: a},
		"extendReservation":  {Params: kept, Owner: a, Body: map[string]any{"until": until}},
		"releaseReservation": {Params: reservation(), Owner: a, Body: map[string]any{"reason": "不要了"}},
		"sellReservation":    {Params: reservation(), Owner: a, Body: map[string]any{"id": ids.New(), "consent": true}},
	} {
		out["agent."+id] = target
	}
}
