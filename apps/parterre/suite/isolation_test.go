package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
)

// Nobody of one tenant reaches, sees or changes anything of another by its id,
// over any route of the suite (SEC-ASVS-8.4.1, 8.2.2).
func TestTenantsDoNotReachEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.house(w.Tenant, "11010100101", noNames())
	accesstest.Isolation(t, w.World, w.foreign())
}

// foreign makes things of the second tenant and says how each operation is
// tried with their ids.
func (w *world) foreign() map[string]accesstest.Target {
	t, other := w.t, w.DB.Other
	h := w.house(other, "31010100101", noNames())
	ctx := w.as(other)
	extra, err := w.s.Venues.AddHall(ctx, h.venue.ID, "排练厅")
	must(t, err)
	saved := w.draft(other, extra.ID)
	extra, err = w.s.Venues.AddHall(ctx, h.venue.ID, "多功能厅")
	must(t, err)
	dropped := w.draft(other, extra.ID)
	buyer := w.BuyerOf(other)
	bought := w.buy(buyer, h.session.ID, salestest.FirstStall, salestest.FirstStall+1)
	pending := w.order(buyer, h.session.ID, w.hold(buyer, h.session.ID, 5))
	loose := w.hold(buyer, h.session.ID, 7)
	seller := w.World.Other(access.Seller)
	sold := w.counter(seller, h.session.ID, 11)
	desk := w.hold(buyer, h.session.ID, 13)
	key, _, err := w.Access.MakeKey(ctx, "k", []httpx.Permission{"show.read"}, 1)
	must(t, err)
	seq := w.report(other)

	p := func(kv ...string) map[string]string {
		out := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i]] = kv[i+1]
		}
		return out
	}
	plain := func(why string) accesstest.Target { return accesstest.Target{Plain: why} }
	list, ops := plain("lists the caller's own"), plain("of no tenant")
	out := map[string]accesstest.Target{
		"ops.live": ops, "ops.ready": ops, "ops.metrics": ops, "ops.openapi": ops, "ops.docs": ops, "ops.docsScript": ops,
		"codes.explain": ops, "codes.kinds": ops, "codes.regions": ops, "codes.tables": ops, "codes.table": {Params: p("table", "performance-type"), Plain: "of no tenant"},
		"lab.clock": ops, "lab.moveClock": ops,
		"lab.overview": list, "lab.exchanges": list, "lab.calendar": {Plain: "the caller's own platform", Query: "from=2026-11-23"}, "lab.rules": list, "lab.setRules": list, "lab.profile": list,
		"lab.totals":   {Params: p("day", "2026-11-23"), Plain: "a day of the caller's own platform"},
		"lab.exchange": {Params: p("number", "1"), NoControl: "numbers run through all tenants; the first is another tenant's or nobody's"},
		"auth.signIn":  plain("by name and password"), "auth.signOut": plain("the caller's own session"), "auth.guest": plain("makes a visitor"), "auth.me": list, "auth.changePassword": plain("the caller's own"), "auth.pin": list, "auth.setPin": plain("the caller's own"),
		"audit.list": list, "ops.nodes": list, "audit.verify": list,
		"access.listUsers": list, "access.createUser": plain("names no thing"), "access.listRoles": list, "access.getPolicy": list, "access.setPolicy": list,
		"access.listDevices": list, "access.makePairingCode": plain("names no thing"), "access.pairDevice": plain("by a one-time code"), "access.listKeys": list, "access.makeKey": plain("names no thing"),
		"access.revokeKey": {Params: p("key", key.ID.String())},
		"venue.list":       list, "venue.create": plain("names no thing"), "show.list": list, "show.create": plain("names no thing"),
		"sales.orders": {Query: "session=" + h.session.ID.String(), Plain: "lists the caller's own"}, "sales.myOrders": list,
		"sales.shopSessions": {Query: "show=" + h.show.ID.String(), Plain: "lists the caller's own"}, "show.sessions": {Query: "show=" + h.show.ID.String(), Plain: "lists the caller's own"},
		"reporting.channels": list, "reporting.deliveries": {Query: "channel=beta-only", Plain: "lists the caller's own"}, "reporting.days": {Query: "from=2026-11-20", Plain: "the caller's own"},
		"reporting.day": {Params: p("day", "2026-11-23"), Plain: "a day of the caller's own"}, "reporting.closeDay": {Params: p("day", "2026-11-22"), Plain: "a day of the caller's own"},
		"reporting.putChannel": {Params: p("channel", "beta-only"), Plain: "makes or changes the caller's own channel of that code"},
		"sales.paymentNotice":  {Params: p("provider", "sandbox", "tenant", "2"), Plain: "whoever sends it: only the provider's signature counts"},
		"gate.scan":            {Body: map[string]any{"id": ids.New(), "session": h.session.ID, "method": "code", "text": "T"}},
	}
	user := p("user", w.SignedIn(other, access.Seller).ID.String())
	out["access.getUser"] = accesstest.Target{Params: user}
	out["access.updateUser"] = accesstest.Target{Params: user, Body: map[string]any{"disabled": true}}
	out["access.setRoles"] = accesstest.Target{Params: user, Body: map[string]any{"roles": []string{"gate"}}}
	device := p("device", w.Pair(other, access.NewPairing{Kind: access.GateDevice, Name: "闸机"}).ID.String())
	out["access.getDevice"], out["access.revokeDevice"] = accesstest.Target{Params: device}, accesstest.Target{Params: device}
	w.foreignShows(out, h, saved.ID, dropped.ID)
	w.foreignSales(out, h, buyer, bought, pending, sold, [2]ids.ID{loose, desk})
	w.foreignAgent(out, h)
	w.foreignSeason(out, h)
	w.foreignOffers(out, h)
	w.foreignCounter(out, h)
	delivery := p("channel", "beta-only", "seq", seq)
	out["reporting.unprojected"] = list
	out["reporting.backfill"] = accesstest.Target{Params: p("channel", "beta-only")}
	out["reporting.delivery"] = accesstest.Target{Params: delivery}
	out["reporting.requeue"] = accesstest.Target{Params: delivery, Body: map[string]any{"reason": "再报一次"}}
	out["reporting.drop"] = accesstest.Target{Params: delivery, Body: map[string]any{"reason": "重复登记"}}
	return out
}

func (w *world) foreignShows(out map[string]accesstest.Target, h house, saved, dropped ids.ID) {
	at := func(name string, id ids.ID) map[string]string { return map[string]string{name: id.String()} }
	ve, sh, se, pl, ma := at("venue", h.venue.ID), at("show", h.show.ID), at("session", h.session.ID), at("plan", h.plan.ID), at("map", h.mapID)
	details := map[string]any{"kind": "performance", "title": "改名", "performanceType": salestest.PerformanceType(), "organiser": "甲", "minutes": 90}
	m, err := w.s.Maps.Map(w.as(w.DB.Other), h.mapID)
	must(w.t, err)
	document, err := plan.Encode(salestest.Plan())
	must(w.t, err)
	var onePixel bytes.Buffer
	must(w.t, png.Encode(&onePixel, image.NewGray(image.Rect(0, 0, 1, 1))))
	for _, level := range []string{"", "gone"} {
		_, err := w.s.Maps.SetUnderlay(w.as(w.DB.Other), h.plan.ID, level, onePixel.Bytes(), ticketmap.Placing{MMPerPixel: 10, Opacity: 40})
		must(w.t, err)
	}
	content := map[string]any{"zones": m.Zones, "holds": m.Holds}
	const noProgram = "the second tenant has no price program"
	for id, target := range map[string]accesstest.Target{
		"venue.get": {Params: ve}, "venue.update": {Params: ve, Body: map[string]any{"version": 1, "name": "改名"}}, "venue.addHall": {Params: ve, Body: map[string]any{"name": "新厅"}},
		"show.get": {Params: sh}, "show.update": {Params: sh, Query: "version=2", Body: details},
		"show.approve":    {Params: sh, Body: map[string]any{"number": "京演〔2026〕0002号", "authority": "文旅局", "audience": 100, "validFrom": "2026-11-23", "validTo": "2027-01-01"}},
		"show.addSession": {Params: sh, Body: map[string]any{"hallId": h.hall.ID, "planId": h.plan.ID, "startsAt": "2026-12-01T19:30:00+08:00"}},
		"show.session":    {Params: se}, "show.moveSession": {Params: se, Body: map[string]any{"to": "paused"}},
		"ticketmap.plans": {Params: at("hall", h.hall.ID)}, "ticketmap.importPlan": {Params: at("hall", h.hall.ID), Body: document},
		"ticketmap.plan": {Params: pl}, "ticketmap.document": {Params: pl}, "ticketmap.geometry": {Params: pl}, "ticketmap.skeleton": {Params: pl}, "ticketmap.maps": {Params: pl},
		"ticketmap.createMap": {Params: pl, Body: map[string]any{"name": "模板"}}, "ticketmap.revisePlan": {Params: pl},
		"ticketmap.savePlan": {Params: at("plan", saved), Query: "version=1", Body: document}, "ticketmap.publishPlan": {Params: at("plan", saved), Query: "version=1"},
		"ticketmap.discardPlan": {Params: at("plan", dropped), Query: "version=1"},
		"ticketmap.underlays":   {Params: pl}, "ticketmap.underlay": {Params: pl}, "ticketmap.setUnderlay": {Params: pl, Query: "mmPerPixel=10", Body: []byte("no picture")},
		"ticketmap.placeUnderlay": {Params: pl, Body: map[string]any{"x": 0, "y": 0, "mmPerPixel": 10, "opacity": 40}}, "ticketmap.dropUnderlay": {Params: pl, Query: "level=gone"},
		"ticketmap.map": {Params: ma}, "ticketmap.meter": {Params: ma}, "ticketmap.tryMeter": {Params: ma, Body: content},
		"ticketmap.pricePrograms": {Params: ma}, "ticketmap.priceHistory": {Params: ma}, "ticketmap.priceProposals": {Params: ma}, "ticketmap.priceSchema": {Plain: "of no tenant"},
		"ticketmap.whyPrice":             {Params: ma, Query: "seat=" + fmt.Sprint(salestest.FirstStall)},
		"ticketmap.sessionPrice":         {Params: se, Query: "seat=" + fmt.Sprint(salestest.FirstStall)},
		"ticketmap.previewPrices":        {Params: ma, Body: map[string]any{"program": map[string]any{}, "zone": 1}, NoControl: noProgram},
		"ticketmap.setKinds":             {Params: ma, Body: map[string]any{"version": m.Version, "kinds": []any{}}, NoControl: "the version was used by setMap"},
		"ticketmap.splitZone":            {Params: map[string]string{"map": h.mapID.String(), "zone": "1"}, Body: map[string]any{"version": m.Version, "bands": 2, "step": 0}, NoControl: "the version was used by setMap"},
		"ticketmap.paintMap":             {Params: ma, Body: map[string]any{"version": m.Version, "zones": m.Zones, "holds": m.Holds}, NoControl: "the version was used by setMap"},
		"ticketmap.priceProgram":         {Params: map[string]string{"map": h.mapID.String(), "version": "1"}, NoControl: noProgram},
		"ticketmap.savePriceProgram":     {Params: ma, Body: map[string]any{"program": map[string]any{}}, NoControl: noProgram},
		"ticketmap.checkPriceProgram":    {Params: ma, Body: map[string]any{"program": map[string]any{}}, NoControl: noProgram},
		"ticketmap.dryRunPrices":         {Params: ma, Body: map[string]any{"program": map[string]any{}}, NoControl: noProgram},
		"ticketmap.proposePrices":        {Params: ma, NoControl: noProgram},
		"ticketmap.activatePriceProgram": {Params: ma, Body: map[string]any{"mode": "manual", "version": 1}, NoControl: noProgram},
		"ticketmap.confirmPrices":        {Params: at("proposal", h.mapID), NoControl: noProgram},
		"ticketmap.rejectPrices":         {Params: at("proposal", h.mapID), NoControl: noProgram},
		"manage.checkPlanMove":           {Params: se, Query: "to=" + h.plan.ID.String(), NoControl: "the session is on this version already"},
		"manage.movePlan":                {Params: se, Body: map[string]any{"to": h.plan.ID}, NoControl: "the session is on this version already"},
		"manage.applyMap":                {Params: ma, Body: map[string]any{"sessions": []ids.ID{h.session.ID}}, NoControl: "the session has this map already"},
		"ticketmap.setMap":               {Params: ma, Body: map[string]any{"version": m.Version, "zones": m.Zones, "holds": m.Holds}}, "ticketmap.zones": {Params: se},
		"gate.occupancy": {Params: se}, "gate.scans": {Params: se},
		"gate.undo": {Params: se, Body: map[string]any{"ticketCode": "0000000000000000000000000", "reason": "误扫"}, NoControl: "nobody was admitted, which is 404 as well"},
	} {
		out[id] = target
	}
}

func (w *world) foreignSales(out map[string]accesstest.Target, h house, buyer *accesstest.Client, bought, pending, sold ids.ID, holds [2]ids.ID) {
	session := h.session.ID.String()
	se := map[string]string{"session": session}
	mine, open, desk := map[string]string{"order": bought.String()}, map[string]string{"order": pending.String()}, map[string]string{"order": sold.String()}
	seat := func(o map[string]string, n string) map[string]string {
		return map[string]string{"order": o["order"], "seat": n}
	}
	hold := func(id ids.ID) map[string]string { return map[string]string{"session": session, "hold": id.String()} }
	back := map[string]any{"id": ids.New(), "seats": []int{salestest.FirstStall}, "fee": 0}
	correction := func(seat int) map[string]any {
		return map[string]any{"id": ids.New(), "seat": seat, "person": salestest.Person(0)}
	}
	seller := w.Other(access.Seller)
	begun, err := w.s.Sales.OpenShift(seller.Scope(w.t.Context()), ids.New(), "1 号窗", 0)
	must(w.t, err)
	shift := map[string]string{"shift": begun.ID.String()}
	for id, target := range map[string]accesstest.Target{
		"sales.shopSession": {Params: se}, "sales.shopGeometry": {Params: se}, "sales.shopSeats": {Params: se}, "sales.shopStatus": {Params: se},
		"sales.shopStatusStream": {Params: se, NoControl: "the stream does not end"},
		"sales.hold":             {Body: map[string]any{"id": ids.New(), "session": session, "seats": []int{20}}},
		"sales.counterHold":      {Body: map[string]any{"id": ids.New(), "session": session, "seats": []int{20}}},
		"sales.holdKinds":        {Params: hold(holds[0]), Owner: buyer, Body: map[string]any{"kinds": []string{"full"}}},
		"sales.counterKinds":     {Params: hold(holds[1]), Body: map[string]any{"kinds": []string{"full"}}},
		"sales.counterPrices":    {Params: se},
		"sales.releaseHold":      {Params: hold(holds[0]), Owner: buyer}, "sales.counterRelease": {Params: hold(holds[1])},
		"sales.createOrder":  {Body: map[string]any{"id": ids.New(), "session": session, "hold": holds[0], "consent": true}},
		"sales.counterSell":  {Body: map[string]any{"id": ids.New(), "session": session, "hold": holds[1], "consent": true, "method": "cash", "taken": 100000}},
		"sales.freeDocument": {Params: se, Body: map[string]any{"kind": "1", "number": salestest.Documents[3], "reason": "持证核对"}, NoControl: "nothing of the session is unpaid with a document"},
		"sales.payWays":      {Params: open, Owner: buyer}, "sales.payAccounts": {Plain: "lists the caller's own"}, "sales.reconciliations": {Plain: "lists the caller's own"},
		"sales.savePayAccount": {Params: map[string]string{"code": "wxpay"}, Plain: "a code is the caller's own"}, "sales.simulatePayAccount": {Params: map[string]string{"code": "wxpay"}, Plain: "a code is the caller's own"}, "sales.reconcile": {Params: map[string]string{"code": "wxpay", "day": "2026-11-22"}, Plain: "a code is the caller's own"},
		"sales.myOrder": {Params: mine, Owner: buyer}, "sales.refundQuote": {Params: mine, Owner: buyer}, "sales.myTicketsPdf": {Params: mine, Owner: buyer},
		"sales.myTicketQr": {Params: seat(mine, "1"), Owner: buyer}, "sales.refundOrder": {Params: mine, Owner: buyer, Body: back},
		"sales.payOrder": {Params: open, Owner: buyer, Body: map[string]any{"provider": "sandbox"}}, "sales.checkOrder": {Params: open, Owner: buyer}, "sales.cancelOrder": {Params: open, Owner: buyer},
		"sales.order": {Params: mine}, "sales.staffRefundQuote": {Params: mine}, "sales.staffRefund": {Params: desk, Body: map[string]any{"id": ids.New(), "seats": []int{11}, "fee": 0}},
		"sales.counterTicketsPdf": {Params: desk}, "sales.counterTicketQr": {Params: seat(desk, "11")}, "sales.massRefund": {Params: se},
		"sales.exchange":        {Params: mine, Owner: buyer, Body: map[string]any{"id": ids.New(), "from": []int{salestest.FirstStall}, "hold": holds[0]}},
		"sales.counterExchange": {Params: desk, Body: map[string]any{"id": ids.New(), "from": []int{11}, "hold": holds[1], "method": "cash"}},
		"sales.correct":         {Params: mine, Owner: buyer, Body: correction(salestest.FirstStall)}, "sales.counterCorrect": {Params: desk, Body: correction(11)},
		"sales.reprint": {Params: seat(desk, "11"), Body: map[string]any{"reason": "卡纸"}}, "sales.printed": {Params: desk, Body: map[string]any{"seats": []int{11}}},
		"sales.shifts": {Plain: "lists the caller's own"}, "sales.openShift": {Plain: "the caller's own"}, "sales.currentShift": {Plain: "the caller's own"},
		"sales.closeShift": {Params: shift, Owner: seller, Body: map[string]any{"counted": 0}}, "sales.signShift": {Params: shift},
		"sales.findOrders": {Plain: "finds in the caller's own", Body: map[string]any{"text": "0000ABCDEF12"}}, "sales.myShifts": {Plain: "lists the caller's own"},
		"sales.moveCash":      {Params: shift, Body: map[string]any{"id": ids.New(), "amount": 100, "reason": "零钱"}, NoControl: "another test closes the shift"},
		"sales.signShiftHere": {Params: shift, Body: map[string]any{"login": "nobody", "password": "x"}, NoControl: "needs a second person's password"},
		"sales.handOver":      {Params: shift, Body: map[string]any{"next": ids.New(), "counted": 0, "login": "nobody", "password": "x"}, NoControl: "needs a second person's password"},
		"sales.shiftReport":   {Params: shift}, "sales.counterSlip": {Params: desk}, "sales.openDrawer": {Plain: "of no tenant"},
	} {
		out[id] = target
	}
}

// report makes a channel that only the second tenant has, with a delivery, and
// returns the delivery's number.
func (w *world) report(tenant int32) (seq string) {
	w.t.Helper()
	ctx := w.as(tenant)
	settings, err := json.Marshal(map[string]any{"endpoint": "https://127.0.0.1:1", "appId": labApp(tenant), "secret": labSecret})
	must(w.t, err)
	must(w.t, w.s.Reporting.PutChannel(ctx, reporting.Channel{Code: "beta-only", Name: "采集平台", Adapter: "performance", Settings: settings, Active: true}))
	_, err = w.s.Shows.Move(ctx, w.house(tenant, "31010100102", noNames()).session.ID, "paused", nil)
	must(w.t, err)
	// Numbers are given behind the oldest transaction of the whole cluster, and
	// other tests have theirs open: ask until the number is there.
	for seq == "" && w.t.Context().Err() == nil {
		_, err = reporting.PG{DB: w.DB.DB, Tenant: tenant}.Sequence(w.t.Context())
		must(w.t, err)
		w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
			return c.QueryRow(ctx, "select coalesce(min(seq)::text, '') from reporting.delivery where tenant_id = $1 and channel = 'beta-only'", tenant).Scan(&seq)
		})
	}
	return seq
}

// Ids of another tenant are not found in bodies either, and one buyer's order
// is nothing to another buyer.
func TestForeignIdsInBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine, theirs := w.house(w.Tenant, "11010100101", noNames()), w.house(w.DB.Other, "31010100101", noNames())
	manager := w.Client(access.Manager)
	session := func(hall, plan ids.ID) map[string]any {
		return map[string]any{"hallId": hall, "planId": plan, "startsAt": "2026-12-03T19:30:00+08:00"}
	}
	sessions, maps := "/api/v1/shows/"+mine.show.ID.String()+"/sessions", "/api/v1/plans/"+mine.plan.ID.String()+"/maps"
	manager.Do("POST", sessions, session(theirs.hall.ID, mine.plan.ID)).WantProblem(404, "venue.hall_not_found")
	manager.Do("POST", sessions, session(mine.hall.ID, theirs.plan.ID)).WantProblem(404, "ticketmap.plan_not_found")
	manager.Do("POST", maps, map[string]any{"name": "x", "approved": 100, "sessionId": theirs.session.ID}).WantProblem(404, "show.session_not_found")
	manager.Do("POST", maps, map[string]any{"name": "x", "from": theirs.mapID}).WantProblem(404, "ticketmap.map_not_found")
	manager.Do("POST", sessions, session(mine.hall.ID, mine.plan.ID)).Want(201)

	first, second := w.Buyer(), w.Buyer()
	order := w.buy(first, mine.session.ID, 1).String()
	at := "/api/v1/shop/orders/" + order
	for _, path := range []string{at, at + "/refund-quote", at + "/tickets.pdf", at + "/tickets/1/qr.svg"} {
		second.Do("GET", path, nil).Want(404)
		first.Do("GET", path, nil).Want(200)
	}
	second.Do("POST", at+"/refunds", map[string]any{"id": ids.New(), "seats": []int{1}, "fee": 0}).Want(404)
	second.Do("POST", at+"/cancel", map[string]any{}).Want(404)
	second.Do("POST", at+"/check", map[string]any{}).Want(404)
	second.Do("POST", at+"/pay", map[string]any{"provider": "sandbox"}).Want(404)
	second.Do("DELETE", "/api/v1/shop/sessions/"+mine.session.ID.String()+"/holds/"+w.hold(first, mine.session.ID, 5).String(), nil)
	second.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": mine.session.ID, "seats": []int{5}}).Want(409)
}
