package channelhttp_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/channel/channelhttp"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

const agentAt = "/api/v1/agent"

// offer puts a package of two sessions, two tickets each, on sale.
func (w *world) offer(t *testing.T, sessions []ids.ID, channels ...string) ids.ID {
	t.Helper()
	p, err := w.Sales.SavePackage(w.As(w.Tenant), ids.New(), w.Show.ID, 0, sales.PackageContent{
		Name: "双场套票", NameEn: "Two nights", Kind: sales.PackageChoice, Sessions: sessions, Choose: 2, Tickets: 2, Channels: channels, Refund: sales.RefundWhole, Quota: 3,
		Options: []sales.PackageOption{{No: 1, Name: "池座", Zones: []int{1}, Price: 3 * salestest.StallPrice}},
	})
	must(t, err)
	_, err = w.Sales.MovePackage(w.As(w.Tenant), p.ID, sales.PackageOnSale)
	must(t, err)
	return p.ID
}

func (w *world) tryBundle(c *accesstest.Client, id, pack ids.ID, seats ...[]int32) *accesstest.Reply {
	body := map[string]any{"id": id, "package": pack, "option": 1}
	if len(seats) > 0 {
		body["seats"] = seats
	}
	return c.Do("POST", agentAt+"/bundles", body)
}

func (w *world) day(c *accesstest.Client) (d struct {
	Totals  struct{ Orders, Places, Refunds, Returned, Amount, Back, Off, Net int }
	Entries []struct {
		Kind, Ref, Bundle, State, Order string
		Amount, Off, Net, Places        int
	}
},
) {
	w.T.Helper()
	at := agentAt + "/days/" + w.Clock.Now().In(time.FixedZone("", 8*3600)).Format("2006-01-02")
	c.Do("GET", at, nil).Want(200).JSON(&d)
	rows, err := csv.NewReader(bytes.NewReader(c.Do("GET", at+"?format=csv", nil).Want(200).Body)).ReadAll()
	must(w.T, err)
	if len(rows) != len(d.Entries)+2 || len(rows[0]) != 13 {
		w.T.Errorf("the file has %d lines of %d fields for %d entries", len(rows), len(rows[0]), len(d.Entries))
	}
	return d
}

// PT-sales: an agent sells a package whole or not at all, under the same rules
// as the shop, and the day's file names the package (RL-1, RL-6).
func TestAgentsSellPackages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	a, other := w.agent(t), w.agent(t)
	sessions := []ids.ID{w.Session.ID, w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, w.Session.StartsAt.Add(24*time.Hour), salestest.Named()).ID}
	pack, shut := w.offer(t, sessions, "online", "agent"), w.offer(t, sessions, "online")
	var list struct{ Items []channelhttp.AgentPackage }
	a.Do("GET", agentAt+"/packages", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].ID != pack || *list.Items[0].Left != 3 || list.Items[0].Options[0].Single != 4*salestest.StallPrice {
		t.Fatalf("the catalogue has %+v", list.Items)
	}
	w.tryBundle(a, ids.New(), shut).WantProblem(409, "sales.package_channel")
	w.lock(a, map[string]any{"seats": []int32{7}})
	w.tryBundle(a, ids.New(), pack, []int32{6, 7}, []int32{6, 7}).WantProblem(409, "inventory.seat_taken")
	w.lock(a, map[string]any{"seats": []int32{6}, "session": sessions[1]}) // none of it is held

	id := ids.New()
	var b channelhttp.AgentBundle
	for range 2 {
		w.tryBundle(a, id, pack, []int32{1, 2}, []int32{1, 2}).Want(201).JSON(&b)
	}
	if b.State != "held" || b.Amount != 3*salestest.StallPrice || b.People != 2 || len(b.Parts) != 2 || b.SecondsLeft == 0 {
		t.Fatalf("held: %+v", b)
	}
	at := agentAt + "/bundles/" + id.String()
	other.Do("GET", at, nil).WantProblem(404, "sales.bundle_not_found")
	other.Do("POST", at+"/cancel", map[string]any{}).WantProblem(404, "sales.bundle_not_found")
	w.tryBundle(other, id, pack).WantProblem(409, "sales.id_taken")
	if got := a.Do("GET", at, nil).Want(200).Get("state"); got != "held" {
		t.Errorf("another agent's request made it %s", got)
	}
	sale := map[string]any{"people": []any{salestest.Person(0), salestest.Person(1)}, "consent": false, "rulesHash": b.RulesHash, "ref": "K-7"}
	other.Do("POST", at+"/sale", sale).WantProblem(404, "sales.bundle_not_found")
	a.Do("POST", at+"/sale", sale).WantProblem(422, "sales.consent")
	sale["consent"], sale["rulesHash"] = true, strings.Repeat("0", 64)
	a.Do("POST", at+"/sale", sale).WantProblem(409, "channel.rules_changed")
	sale["rulesHash"] = b.RulesHash
	for range 2 {
		a.Do("POST", at+"/sale", sale).Want(200).JSON(&b)
	}
	if b.State != "confirmed" || b.Parts[1].Order == nil {
		t.Fatalf("sold: %+v", b)
	}
	var o channelhttp.AgentOrder
	a.Do("GET", agentAt+"/orders/"+b.Parts[1].Order.String(), nil).Want(200).JSON(&o)
	if o.Ref != "K-7" || o.Seller != "好票网" || len(o.Places) != 2 || o.Places[0].State != "valid" || o.Places[0].Code == "" || o.Session != sessions[1] {
		t.Errorf("an order of it: %+v", o)
	}
	// One document, one ticket of a session, in whatever it is sold (RL-1).
	l := w.lock(a, map[string]any{"seats": []int32{11}})
	a.Do("POST", agentAt+"/orders", w.orderBody(l, salestest.Person(0))).WantProblem(409, "inventory.document_used")
	a.Do("POST", agentAt+"/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).WantProblem(409, "sales.package_whole")
	if d := w.day(a); d.Totals.Orders != 2 || d.Totals.Net != 3*int(salestest.StallPrice) || d.Entries[0].Bundle != id.String() || d.Entries[1].Ref != "K-7" {
		t.Errorf("the day: %+v", d)
	}
	var q channelhttp.AgentBundleQuote
	a.Do("GET", at+"/refund-quote", nil).Want(200).JSON(&q)
	if !q.Possible || !q.Whole || q.Paid != 3*salestest.StallPrice {
		t.Errorf("the quote: %+v", q)
	}
	refund := map[string]any{"id": ids.New(), "fee": q.Fee + 1}
	a.Do("POST", at+"/refunds", refund).WantProblem(409, "sales.fee_changed")
	other.Do("POST", at+"/refunds", refund).WantProblem(404, "sales.bundle_not_found")
	refund["fee"] = q.Fee
	for range 2 {
		a.Do("POST", at+"/refunds", refund).Want(200).JSON(&b)
	}
	if d := w.day(a); b.State != "refunded" || d.Totals.Refunds != 2 || d.Totals.Returned != 4 || d.Totals.Net != int(q.Fee) {
		t.Errorf("given back: %s, %+v", b.State, d.Totals)
	}
	w.tryBundle(a, ids.New(), pack).Want(201).JSON(&b)
	a.Do("POST", agentAt+"/bundles/"+b.ID.String()+"/cancel", map[string]any{}).Want(200).JSON(&b)
	if b.State != "cancelled" {
		t.Errorf("given up: %s", b.State)
	}
}

// PT-sales: an agent's order takes voucher codes as the shop's does, says what
// was taken off, and its file counts it.
func TestAgentsUseCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, m := w.agent(t), w.Client(access.Manager)
	rule := func(when map[string]any) string {
		id, batch := ids.New(), ids.New()
		m.Do("PUT", "/api/v1/discounts/"+id.String(), map[string]any{
			"id": id, "name": "八折", "nameEn": "A fifth off", "group": "g", "position": 1, "effect": "percent", "per": "ticket", "permille": 200, "code": true, "when": when, "limit": map[string]any{}, "active": true, "version": 0,
		}).Want(200)
		m.Do("POST", "/api/v1/voucher-batches", map[string]any{"id": batch, "rule": id, "name": "券", "codes": 1, "uses": 1, "startsAt": w.Clock.Now().Add(-time.Hour), "expiresAt": w.Clock.Now().Add(time.Hour), "giveBack": false}).Want(201)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(m.Do("GET", "/api/v1/voucher-batches/"+batch.String()+"/codes.csv", nil).Want(200).Body, []byte("\uFEFF")))).ReadAll()
		must(t, err)
		return rows[1][1]
	}
	m.Do("PUT", "/api/v1/discount-groups/g", map[string]any{"id": "g", "name": "g", "nameEn": "g", "mode": "best", "exclusive": false, "position": 1, "version": 0}).Want(200)
	code, counter := rule(map[string]any{"channels": []string{"agent", "online"}}), rule(map[string]any{"channels": []string{"counter"}})
	l := w.lock(a, map[string]any{"seats": []int32{1, 2}})
	price := agentAt + "/sessions/" + w.Session.ID.String() + "/locks/" + l.ID.String() + "/price"
	var q channelhttp.AgentPriceQuote
	a.Do("POST", price, map[string]any{"codes": []string{code}}).Want(200).JSON(&q)
	want := 2 * salestest.StallPrice * 8 / 10
	if q.Due != want || q.List != 2*salestest.StallPrice || len(q.Places[0].Off) != 1 {
		t.Fatalf("the quote: %+v", q)
	}
	w.agent(t).Do("POST", price, map[string]any{}).Want(404) // another's lock
	a.Do("POST", price, map[string]any{"codes": []string{counter}}).Want(200).JSON(&q)
	if q.Due != 2*salestest.StallPrice || len(q.Not) == 0 {
		t.Errorf("a code of the counter: %+v", q)
	}
	body := w.orderBody(l)
	body["codes"] = []string{"0000-0000-0000-0000"}
	a.Do("POST", agentAt+"/orders", body).Want(422)
	body["codes"], body["due"] = []string{code}, 2*salestest.StallPrice
	a.Do("POST", agentAt+"/orders", body).WantProblem(409, "sales.price_changed")
	body["due"] = want
	var o channelhttp.AgentOrder
	for range 2 {
		a.Do("POST", agentAt+"/orders", body).Want(201).JSON(&o)
	}
	if o.Amount != want || o.Places[0].Off != salestest.StallPrice/5 || o.Places[0].Price != salestest.StallPrice*8/10 {
		t.Errorf("the order: %+v", o)
	}
	again := w.orderBody(w.lock(a, map[string]any{"seats": []int32{3}}))
	again["codes"] = []string{code}
	if r := a.Do("POST", agentAt+"/orders", again); r.Status < 400 || !strings.HasPrefix(r.Get("fields.0.code")+r.Get("code"), "sales.voucher") {
		t.Errorf("a code that is used up: %d %s", r.Status, r.Body)
	}
	if d := w.day(a); d.Totals.Net != int(want) || d.Totals.Off != int(2*salestest.StallPrice-want) || d.Entries[0].Off != d.Totals.Off {
		t.Errorf("the day: %+v", d)
	}
}

// PT-sales: an agent keeps places without payment within the theatre's policy,
// and sells or gives back what it kept; another agent cannot.
func TestAgentsReserve(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, other := w.agent(t), w.agent(t)
	until := w.Clock.Now().Add(48 * time.Hour).Truncate(time.Minute)
	body := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{1, 2}, "name": "王小明", "phone": "13800138000", "until": until}
	var r channelhttp.AgentReservation
	for range 2 {
		a.Do("POST", agentAt+"/reservations", body).Want(201).JSON(&r)
	}
	if r.State != "held" || r.Name != "王**" || len(r.Places) != 2 || r.Amount != 2*salestest.StallPrice {
		t.Fatalf("reserved: %+v", r)
	}
	at := agentAt + "/reservations/" + r.ID.String()
	for _, x := range []*accesstest.Reply{
		other.Do("GET", at, nil), other.Do("POST", at+"/extend", map[string]any{"until": until.Add(time.Hour)}), other.Do("POST", at+"/release", map[string]any{"reason": "x"}),
		other.Do("POST", at+"/orders", map[string]any{"id": ids.New(), "consent": true}),
	} {
		x.WantProblem(404, "sales.reservation_not_found")
	}
	other.Do("POST", agentAt+"/reservations", body).WantProblem(409, "sales.id_taken")
	late := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{5}, "name": "王小明", "until": w.Session.StartsAt}
	a.Do("POST", agentAt+"/reservations", late).WantProblem(422, "sales.reserve_until")
	w.lock(a, map[string]any{"seats": []int32{5}}) // the refusal kept nothing
	a.Do("POST", at+"/extend", map[string]any{"until": until.Add(time.Hour)}).Want(200)
	a.Do("POST", at+"/release", map[string]any{"reason": "少来一人", "seats": []int32{2}}).Want(200)
	sale := map[string]any{"id": ids.New(), "consent": true, "ref": "V-1"}
	var o channelhttp.AgentOrder
	for range 2 {
		a.Do("POST", at+"/orders", sale).Want(201).JSON(&o)
	}
	if o.State != "confirmed" || o.Ref != "V-1" || o.Amount != salestest.StallPrice || len(o.Places) != 1 {
		t.Errorf("sold: %+v", o)
	}
	if got := w.Client(access.Manager).Do("GET", "/api/v1/orders/"+o.ID.String(), nil).Want(200).Get("channel"); got != "agent" {
		t.Errorf("the channel is %s", got)
	}
	// A lock becomes a reservation; only the agent's own lock does.
	l := w.lock(a, map[string]any{"seats": []int32{8}})
	locked := map[string]any{"id": ids.New(), "session": w.Session.ID, "lock": l.ID, "name": "王小明", "until": until}
	other.Do("POST", agentAt+"/reservations", locked).Want(404)
	a.Do("POST", agentAt+"/reservations", locked).Want(201).JSON(&r)
	a.Do("POST", agentAt+"/reservations/"+r.ID.String()+"/release", map[string]any{"reason": "不要了"}).Want(200).JSON(&r)
	if r.State != "released" {
		t.Errorf("given back: %+v", r)
	}
	var list struct {
		Items []channelhttp.AgentReservation
	}
	a.Do("GET", agentAt+"/reservations", nil).Want(200).JSON(&list)
	if len(list.Items) != 2 || other.Do("GET", agentAt+"/reservations", nil).Want(200).Get("items") != "[]" {
		t.Errorf("the lists: %+v", list.Items)
	}
	d := w.day(a)
	states := map[string]int{}
	for _, e := range d.Entries {
		if e.Kind == "reservation" {
			states[e.State]++
		}
	}
	if states["sold"] != 1 || states["released"] != 1 || d.Totals.Net != int(salestest.StallPrice) || d.Totals.Orders != 1 {
		t.Errorf("the day: %+v", d)
	}
}
