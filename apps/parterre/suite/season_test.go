package suite

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// offer puts a package on sale: one seat of the stalls in each session.
func (w *world) offer(tenant int32, h house, price money.Fen, sessions ...ids.ID) ids.ID {
	w.t.Helper()
	kind, tickets := sales.PackageSeries, 1
	if len(sessions) == 1 {
		kind, tickets = sales.PackageTickets, 2
	}
	ctx := w.as(tenant)
	p, err := w.s.Sales.SavePackage(ctx, ids.New(), h.show.ID, 0, sales.PackageContent{
		Name: "演出季联票", NameEn: "Season", Kind: kind, Sessions: sessions, Choose: len(sessions), Tickets: tickets, Channels: []string{"online", "counter"},
		Refund: sales.RefundWhole, Options: []sales.PackageOption{{No: 1, Name: "池座", Zones: []int{1}, Price: price}},
	})
	must(w.t, err)
	_, err = w.s.Sales.MovePackage(ctx, p.ID, sales.PackageOnSale)
	must(w.t, err)
	return p.ID
}

func (w *world) bundle(c *accesstest.Client, pack ids.ID) (b saleshttp.SaleBundleDetail) {
	w.t.Helper()
	c.Do("POST", "/api/v1/shop/bundles", map[string]any{"id": ids.New(), "package": pack, "option": 1}).Want(201).JSON(&b)
	c.Do("POST", "/api/v1/shop/bundles/"+b.ID.String()+"/order", map[string]any{"consent": true}).Want(200).JSON(&b)
	return b
}

// A package is told to the regulator as a price item with its tickets, and each
// ticket under that item with its share; the day's books add up by price as by
// channel, and the order's number is one in all its sessions.
func TestPackagesInFactsAndBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", noNames())
	second, _ := w.onSale(w.Tenant, h, h.session.StartsAt.Add(24*time.Hour), noNames())
	pack := w.offer(w.Tenant, h, 100_001, h.session.ID, second.ID)
	buyer := w.Buyer()
	b := w.bundle(buyer, pack)
	w.payAt(buyer, "/api/v1/shop/bundles/"+b.ID.String()+"/pay")
	buyer.Do("POST", "/api/v1/shop/bundles/"+b.ID.String()+"/check", nil).Want(200).JSON(&b)
	if b.State != sales.Confirmed {
		t.Fatalf("the bundle is %s", b.State)
	}
	w.buy(buyer, h.session.ID, 20)
	day := clock.DayOf(w.Clock.Now(), clock.Shanghai)
	share := b.Parts[0].Amount
	d := w.books(day, h)
	check(t, "the day", d, fact.Movement{Sold: 2, SoldAmount: share + salestest.StallPrice}, 2)
	if l := line(d.ByPrice, "K0001-1"); l.Sold != 1 || l.SoldAmount != share {
		t.Errorf("the package's price item: %+v of %+v", l, d.ByPrice)
	}
	must(t, w.s.project(w.as(w.Tenant)))
	var items, unknown, numbers, sum int64
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select (select count(*) from reporting.fact where kind = 'PRICE' and body ->> 'code' = 'K0001-1' and body ->> 'item' = 'package' and (body ->> 'tickets')::int = 2),
			(select count(*) from reporting.fact s, jsonb_array_elements(s.body -> 'tickets') x where s.kind = 'SALE' and not exists (
				select from reporting.fact p where p.kind = 'PRICE' and p.body ->> 'sessionCode' = s.body ->> 'sessionCode' and p.body ->> 'code' = x ->> 'priceCode')),
			(select count(distinct body ->> 'orderNumber') from reporting.fact s where kind = 'SALE' and exists (select from jsonb_array_elements(s.body -> 'tickets') x where x ->> 'kind' = 'package')),
			(select sum((x ->> 'amount')::bigint) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'SALE' and x ->> 'kind' = 'package')`).
			Scan(&items, &unknown, &numbers, &sum)
	})
	if items != 2 || unknown != 0 || numbers != 1 || sum != 100_001 {
		t.Errorf("%d price items, %d tickets of an unknown price, %d order numbers, %d in all", items, unknown, numbers, sum)
	}
	buyer.Do("POST", "/api/v1/shop/bundles/"+b.ID.String()+"/refunds", map[string]any{"id": ids.New(), "fee": 0}).Want(200)
	must(t, w.s.project(w.as(w.Tenant)))
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select count(distinct body ->> 'orderNumber') from reporting.fact where kind in ('SALE', 'REFUND')`).Scan(&numbers)
	})
	if numbers != 2 {
		t.Errorf("%d order numbers, the package's and the single ticket's", numbers)
	}
	check(t, "after the refund", w.books(day, h), fact.Movement{Sold: 2, SoldAmount: share + salestest.StallPrice, Refunded: 1, RefundAmount: share}, 1)
}

// foreignSeason are the operations on packages, passes, bindings and invoices.
func (w *world) foreignSeason(out map[string]accesstest.Target, h house) {
	other := w.DB.Other
	pack := w.offer(other, h, 50_000, h.session.ID)
	buyer, seller := w.BuyerOf(other), w.Other(access.Seller)
	open, held := w.bundle(buyer, pack), saleshttp.SaleBundleDetail{}
	buyer.Do("POST", "/api/v1/shop/bundles", map[string]any{"id": ids.New(), "package": pack, "option": 1}).Want(201).JSON(&held)
	var desk saleshttp.SaleBundleDetail
	seller.Do("POST", "/api/v1/counter/bundles", map[string]any{"id": ids.New(), "package": pack, "option": 1}).Want(201).JSON(&desk)
	seller.Do("POST", "/api/v1/counter/bundles/"+desk.ID.String()+"/sale", map[string]any{"method": "card"}).Want(200)
	at := func(name string, id ids.ID) map[string]string { return map[string]string{name: id.String()} }
	p, err := w.s.Sales.Package(w.as(other), pack)
	must(w.t, err)
	back := map[string]any{"id": ids.New(), "fee": 0}
	single, asked := w.buy(buyer, h.session.ID, 30), w.buy(buyer, h.session.ID, 32)
	invoice := func() map[string]any {
		return map[string]any{"id": ids.New(), "kind": "personal", "title": "张三丰", "email": "a@example.com"}
	}
	bill := buyer.Do("POST", "/api/v1/shop/orders/"+asked.String()+"/invoices", invoice()).Want(201).Get("id")
	must(w.t, w.s.Sales.SetPassQuota(w.as(other), h.session.ID, sales.PassQuota{Work: 9, Gifts: 9}))
	var pass saleshttp.PassShown
	w.Other(access.Manager).Do("POST", "/api/v1/passes", workPass(h.session.ID, 2)).Want(201).JSON(&pass)
	bind := map[string]any{"id": ids.New(), "seat": 30, "person": salestest.Person(0)}
	for id, target := range map[string]accesstest.Target{
		"sales.packages": {Query: "show=" + h.show.ID.String(), Plain: "lists the caller's own"}, "sales.shopPackages": {Query: "show=" + h.show.ID.String(), Plain: "lists the caller's own"},
		"sales.package": {Params: at("package", pack)}, "sales.shopPackage": {Params: at("package", pack)}, "sales.packageBundles": {Params: at("package", pack), Plain: "lists the caller's own"},
		"sales.savePackage": {Params: at("package", pack), Body: map[string]any{"show": h.show.ID, "version": p.Version, "content": p.Content}},
		"sales.movePackage": {Params: at("package", pack), Body: map[string]any{"to": "closed"}, NoControl: "the other operations need it on sale"},
		"sales.holdBundle":  {Body: map[string]any{"id": ids.New(), "package": pack, "option": 1}}, "sales.counterHoldBundle": {Body: map[string]any{"id": ids.New(), "package": pack, "option": 1}},
		"sales.myBundles": {Plain: "lists the caller's own"}, "sales.bundle": {Params: at("bundle", open.ID), Owner: buyer}, "sales.counterBundle": {Params: at("bundle", desk.ID)},
		"sales.orderBundle": {Params: at("bundle", held.ID), Owner: buyer, Body: map[string]any{"consent": true}},
		"sales.payBundle":   {Params: at("bundle", open.ID), Owner: buyer, Body: map[string]any{"provider": "sandbox"}}, "sales.checkBundle": {Params: at("bundle", open.ID), Owner: buyer},
		"sales.cancelBundle": {Params: at("bundle", held.ID), Owner: buyer, NoControl: "it may be ordered by then"}, "sales.counterCancelBundle": {Params: at("bundle", open.ID), NoControl: "its buyer still needs it"},
		"sales.counterSellBundle":  {Params: at("bundle", desk.ID), Body: map[string]any{"method": "card"}},
		"sales.counterOrderBundle": {Params: at("bundle", desk.ID), Body: map[string]any{"consent": true}},
		"sales.bundleScanPay":      {Params: at("bundle", desk.ID), Body: map[string]any{"id": ids.New(), "code": "131234567890123400"}, NoControl: "it is paid, and the second tenant has no account that takes codes"},
		"sales.bundleScanCheck":    {Params: at("bundle", desk.ID)}, "sales.bundleScanReverse": {Params: at("bundle", desk.ID)},
		"sales.bundleRefundQuote": {Params: at("bundle", open.ID), Owner: buyer}, "sales.refundBundle": {Params: at("bundle", open.ID), Owner: buyer, Body: back, NoControl: "it is not paid"},
		"sales.staffBundle": {Params: at("bundle", desk.ID)}, "sales.staffBundleQuote": {Params: at("bundle", desk.ID)}, "sales.staffRefundBundle": {Params: at("bundle", desk.ID), Body: back},
		"sales.requestInvoice":        {Params: at("order", single), Owner: buyer, Body: invoice()},
		"sales.invoicesOf":            {Params: at("order", single), Owner: buyer},
		"sales.counterRequestInvoice": {Params: at("order", asked), Body: invoice(), NoControl: "it has one"},
		"sales.counterInvoicesOf":     {Params: at("order", asked)},
		"sales.invoices":              {Plain: "lists the caller's own"},
		"sales.invoicesCsv":           {Plain: "lists the caller's own"},
		"sales.moveInvoice":           {Params: map[string]string{"invoice": bill}, Body: map[string]any{"to": "issued", "number": "1"}},
		"sales.dayReport":             {Params: map[string]string{"day": "2026-11-23"}, Plain: "a day of the caller's own"},
		"sales.dayTotal":              {Params: map[string]string{"day": "2026-11-23"}, Plain: "a day of the caller's own"},
		"sales.signDay":               {Params: map[string]string{"day": "2026-11-23"}, Body: map[string]any{"password": "482915"}, Plain: "a day of the caller's own"},
		"sales.dayTotals":             {Query: "until=2026-11-23", Plain: "days of the caller's own"},
		"sales.passes":                {Params: at("session", h.session.ID)},
		"sales.setPassQuota":          {Params: at("session", h.session.ID), Body: map[string]any{"work": 9, "gifts": 9}},
		"sales.issuePass":             {Body: workPass(h.session.ID, 3)}, "sales.passPdf": {Params: at("pass", pass.ID)},
		"sales.revokePass":    {Params: at("pass", pass.ID), Body: map[string]any{"reason": "离职"}, NoControl: "it is printed as well"},
		"sales.give":          {Body: map[string]any{"id": ids.New(), "session": h.session.ID, "n": 1, "recipient": "甲", "reason": "乙"}, NoControl: "the session sets no places aside"},
		"sales.unbound":       {Params: at("session", h.session.ID)},
		"sales.setBindPolicy": {Params: at("session", h.session.ID), Body: map[string]any{"remind": []int{24}, "action": "lock"}},
		"sales.bind":          {Params: at("order", single), Owner: buyer, Body: bind, NoControl: "the session carries no names"},
		"sales.staffBind":     {Params: at("order", single), Body: bind, NoControl: "the session carries no names"},
		"agent.bind":          {Params: at("order", single), Body: bind, NoControl: "the session carries no names"},
	} {
		out[id] = target
	}
}

func workPass(session ids.ID, person int) map[string]any {
	return map[string]any{"id": ids.New(), "sessions": []ids.ID{session}, "person": salestest.Person(person), "organisation": "舞美公司", "role": "灯光", "areas": []string{"后台"}}
}

// RL-4: a work pass is let in by its kind, before the doors and beside the
// approved audience, once; a revoked one is refused. It is told to the
// regulator and counted in the day's books as work, not as a sale.
func TestWorkPassesAtTheGateAndInTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", noNames())
	must(t, w.s.Sales.SetPassQuota(w.as(w.Tenant), h.session.ID, sales.PassQuota{Work: 2}))
	manager, gate := w.Client(access.Manager), w.Device(access.GateDevice)
	var in, out saleshttp.PassShown
	manager.Do("POST", "/api/v1/passes", workPass(h.session.ID, 0)).Want(201).JSON(&in)
	manager.Do("POST", "/api/v1/passes", workPass(h.session.ID, 1)).Want(201).JSON(&out)
	manager.Do("POST", "/api/v1/passes/"+out.ID.String()+"/revoke", map[string]any{"reason": "换人"}).Want(200)
	w.buy(w.Buyer(), h.session.ID, 1)
	day := clock.DayOf(w.Clock.Now(), clock.Shanghai)
	d := w.books(day, h)
	if d.Work != (fact.Movement{Sold: 2, Refunded: 1}) || d.Public.Sold != 1 || d.Valid != 2 {
		t.Errorf("the day: %+v", d)
	}
	var told int64
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select count(*) from reporting.fact, jsonb_array_elements(body -> 'tickets') x where kind = 'SALE' and x ->> 'kind' = 'work' and not (x ->> 'publicSale')::boolean`).Scan(&told)
	})
	if told != 2 {
		t.Errorf("%d work tickets were told", told)
	}
	w.Clock.Set(h.session.DoorsAt.Add(-2 * time.Hour))
	scan := func(code string) *accesstest.Reply {
		return gate.Do("POST", "/api/v1/gate/scans", map[string]any{"id": ids.New(), "session": h.session.ID, "method": "code", "text": code}).Want(200)
	}
	// Found by its holder's document too, at the gate and at the counter; a
	// revoked one, or a document that has none, is not.
	byCard := func(person int) *accesstest.Reply {
		return gate.Do("POST", "/api/v1/gate/scans", map[string]any{"id": ids.New(), "session": h.session.ID, "method": "idcard", "text": salestest.Documents[person]}).Want(200)
	}
	for person, want := range map[int]int{0: 1, 1: 1, 2: 0} {
		var found struct{ Passes []saleshttp.PassShown }
		w.Client(access.Manager).Do("POST", "/api/v1/orders/find", map[string]any{"text": salestest.Documents[person]}).Want(200).JSON(&found)
		if len(found.Passes) != want || want > 0 && found.Passes[0].Person == nil {
			t.Errorf("the counter finds %+v by document %d", found.Passes, person)
		}
	}
	if got := byCard(1); got.Get("admitted") != "false" {
		t.Errorf("a revoked pass by its document: %s", got.Body)
	}
	first := scan(in.Tickets[0].Code)
	if first.Get("admitted") != "true" || first.Get("kind") != "work" {
		t.Errorf("the pass: %s", first.Body)
	}
	if got := scan(in.Tickets[0].Code).Get("reason"); got != "already_in" {
		t.Errorf("the pass again: %s", got)
	}
	if got := byCard(0); got.Get("reason") != "already_in" {
		t.Errorf("the pass by its document: %s", got.Body)
	}
	if got := scan(out.Tickets[0].Code).Get("admitted"); got != "false" {
		t.Errorf("a revoked pass: admitted %s", got)
	}
	var inside int64
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, "select coalesce(sum(inside), 0) from checking.occupancy").Scan(&inside)
	})
	if inside != 0 {
		t.Errorf("%d of the audience are inside", inside)
	}
}
