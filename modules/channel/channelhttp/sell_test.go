package channelhttp_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/channel"
	"parterre/modules/channel/channelhttp"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// TestASale goes from the catalogue to tickets and back (PT-sales, RL-6).
func TestASale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	a := w.agent(t)
	at := "/api/v1/agent/sessions/" + w.Session.ID.String()
	var se channelhttp.AgentSessionDetail
	a.Do("GET", at, nil).Want(200).JSON(&se)
	if se.Seller != "好票网" || se.Organiser == "" || se.Approval == "" || len(se.Terms) < 5 || len(se.Zones) != 3 || len(se.Areas) != 1 {
		t.Errorf("the session: %+v", se)
	}
	l := w.lock(a, map[string]any{"seats": []int32{1, 2}, "minutes": 10})
	if l.Amount != 2*salestest.StallPrice || l.SecondsLeft != 600 || l.Places[0].Text == "" {
		t.Errorf("the lock: %+v", l)
	}
	body := w.orderBody(l, salestest.Person(0), salestest.Person(1))
	body["rulesHash"] = "0"
	a.Do("POST", "/api/v1/agent/orders", body).WantProblem(409, "channel.rules_changed")
	body["rulesHash"] = se.RulesHash
	body["consent"] = false
	a.Do("POST", "/api/v1/agent/orders", body).WantProblem(422, "sales.consent")
	body["consent"] = true
	var o channelhttp.AgentOrder
	a.Do("POST", "/api/v1/agent/orders", body).Want(201).JSON(&o)
	if o.State != "confirmed" || o.Seller != "好票网" || o.Ref != "R-1" || o.Amount != 2*salestest.StallPrice || len(o.Places) != 2 || o.Places[1].Code == "" {
		t.Fatalf("the order: %+v", o)
	}
	var issued struct {
		Tickets []struct{ Payload, Code, QR, Holder string }
	}
	a.Do("GET", o.Tickets, nil).Want(200).JSON(&issued)
	if len(issued.Tickets) != 2 || issued.Tickets[0].Payload == "" || issued.Tickets[0].Code != o.Places[0].Code || issued.Tickets[0].Holder != "张*" {
		t.Errorf("issued: %+v", issued)
	}
	if pdf := a.Do("GET", o.PDF, nil).Want(200).Body; !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("the PDF begins %.10q", pdf)
	}
	// Staff see the channel; one document has one ticket, whichever the channel (RL-1).
	if got := w.Client(access.Manager).Do("GET", "/api/v1/orders/"+o.ID.String(), nil).Want(200).Get("channel"); got != "agent" {
		t.Errorf("the channel is %q", got)
	}
	buyer := w.Buyer()
	w.TryOrder(buyer, ids.New(), w.Hold(buyer, 11).Hold, salestest.Person(0)).WantProblem(409, "inventory.document_used")
	var q channelhttp.AgentQuote
	a.Do("GET", "/api/v1/agent/orders/"+o.ID.String()+"/refund-quote", nil).Want(200).JSON(&q)
	if len(q.Tickets) != 2 || !q.Tickets[0].Possible || q.Tickets[0].Back != salestest.StallPrice {
		t.Errorf("the quote: %+v", q)
	}
	refund := map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 1}
	a.Do("POST", "/api/v1/agent/orders/"+o.ID.String()+"/refunds", refund).WantProblem(409, "sales.fee_changed")
	refund["fee"] = 0
	for range 2 { // again: the same refund
		var f channelhttp.AgentRefund
		a.Do("POST", "/api/v1/agent/orders/"+o.ID.String()+"/refunds", refund).Want(201).JSON(&f)
		if f.State != "done" || f.Back != salestest.StallPrice {
			t.Errorf("the refund: %+v", f)
		}
	}
	var after channelhttp.AgentOrder
	a.Do("GET", "/api/v1/agent/orders/"+o.ID.String(), nil).Want(200).JSON(&after)
	if after.Places[0].State != "refunded" || after.Places[1].State != "valid" || len(after.Refunds) != 1 {
		t.Errorf("after the refund: %+v", after)
	}
	var day struct {
		Final  bool
		Totals struct{ Orders, Places, Refunds, Returned, Amount, Back, Net int }
	}
	a.Do("GET", "/api/v1/agent/days/"+o.ConfirmedAt.Format("2006-01-02"), nil).Want(200).JSON(&day)
	if x := day.Totals; x.Orders != 1 || x.Refunds != 1 || x.Amount != 2*int(salestest.StallPrice) || x.Net != int(salestest.StallPrice) || x.Places-x.Returned != 1 {
		t.Errorf("the day: %+v", day)
	}
	if a.Do("GET", "/api/v1/agent/days/2999-01-01", nil).Status != 422 {
		t.Error("a day that has not come has a file")
	}
}

// TestRacingTheShop: agents and buyers want the same seats; every seat is sold
// once, and a confirmation that is sent many times has one effect.
func TestRacingTheShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const seats = 12
	a, b := w.agent(t), w.agent(t)
	buyers := make([]func(int32) bool, 3)
	for i := range buyers {
		c := w.Buyer()
		buyers[i] = func(seat int32) bool {
			return c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Status == 201
		}
	}
	var mu sync.Mutex
	won := map[int32]int{}
	var orders []ids.ID
	var wg sync.WaitGroup
	for seat := int32(1); seat <= seats; seat++ {
		for _, c := range []*accesstest.Client{a, b} {
			wg.Go(func() {
				if id, ok := w.race(t, c, seat); ok {
					mu.Lock()
					won[seat]++
					orders = append(orders, id)
					mu.Unlock()
				}
			})
		}
		wg.Go(func() {
			if buyers[seat%3](seat) {
				mu.Lock()
				won[seat]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for seat := int32(1); seat <= seats; seat++ {
		if won[seat] != 1 {
			t.Errorf("seat %d was won %d times", seat, won[seat])
		}
	}
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		var tickets, sold, paid int
		err := c.QueryRow(ctx, `select (select count(*) from sales.ticket), (select count(*) from sales.orders where channel = 'agent'), (select count(*) from sales.payment where provider = 'agent')`).Scan(&tickets, &sold, &paid)
		if tickets != len(orders) || sold != len(orders) || paid != len(orders) {
			t.Errorf("%d orders were told, there are %d with %d tickets and %d payments", len(orders), sold, tickets, paid)
		}
		return err
	})
}

// race locks a seat and, if it got it, confirms it from three senders at once.
func (w *world) race(t *testing.T, c *accesstest.Client, seat int32) (ids.ID, bool) {
	r := c.Do("POST", "/api/v1/agent/locks", w.lockBody(map[string]any{"seats": []int32{seat}}))
	if r.Status != 201 {
		return ids.ID{}, false
	}
	var l channelhttp.AgentLock
	r.JSON(&l)
	body := w.orderBody(l)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if r := c.Do("POST", "/api/v1/agent/orders", body); r.Status != 201 {
				t.Errorf("a repeated confirmation: %d %s", r.Status, r.Body)
			}
		})
	}
	wg.Wait()
	return body["id"].(ids.ID), true
}

// TestAgentsAreApart: for another agent, and for another theatre's, an order,
// a lock and a webhook are not there (SEC-ASVS-8.2.2, 8.4.1).
func TestAgentsAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, other := w.agent(t), w.agent(t)
	o := w.sell(owner, 1)
	l := w.lock(owner, map[string]any{"seats": []int32{2}})
	hook := ids.New()
	owner.Do("PUT", "/api/v1/agent/webhooks/"+hook.String(), map[string]any{"url": "https://hooks.example.com/a"}).Want(200)
	at, hk := "/api/v1/agent/orders/"+o.ID.String(), "/api/v1/agent/webhooks/"+hook.String()
	for _, path := range []string{at, at + "/tickets", at + "/tickets.pdf", at + "/refund-quote"} {
		other.Do("GET", path, nil).WantProblem(404, "sales.order_not_found")
	}
	other.Do("POST", at+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).WantProblem(404, "sales.order_not_found")
	other.Do("POST", "/api/v1/agent/orders", w.orderBody(l)).WantProblem(404, "inventory.hold_unknown")
	taken := w.orderBody(w.lock(other, map[string]any{"seats": []int32{5}}))
	taken["id"] = o.ID
	other.Do("POST", "/api/v1/agent/orders", taken).WantProblem(409, "sales.id_taken")
	// Nor is an agent's own id good for another request.
	body := w.orderBody(w.lock(owner, map[string]any{"seats": []int32{7}}))
	for range 2 {
		owner.Do("POST", "/api/v1/agent/orders", body).Want(201)
	}
	body["phone"] = "13800138001"
	owner.Do("POST", "/api/v1/agent/orders", body).WantProblem(409, "sales.id_taken")
	body["lock"] = w.lock(owner, map[string]any{"seats": []int32{8}}).ID
	delete(body, "phone")
	owner.Do("POST", "/api/v1/agent/orders", body).WantProblem(409, "sales.id_taken")
	lock := "/api/v1/agent/sessions/" + w.Session.ID.String() + "/locks/" + l.ID.String()
	other.Do("POST", lock+"/extend", map[string]any{"id": ids.New()}).WantProblem(404, "inventory.hold_unknown")
	other.Do("DELETE", lock, nil).Want(204) // harmless: it is not the other's
	for _, r := range []*accesstest.Reply{
		other.Do("GET", hk+"/deliveries", nil), other.Do("POST", hk+"/rotate", map[string]any{}), other.Do("POST", hk+"/ping", map[string]any{}), other.Do("DELETE", hk, nil),
		other.Do("PUT", hk, map[string]any{"url": "https://hooks.example.com/b"}),
	} {
		r.WantProblem(404, "channel.webhook_not_found")
	}
	// The same lock id is another lock for another agent.
	same := w.lock(other, map[string]any{"id": l.ID, "seats": []int32{3}})
	if same.Places[0].Seat != 3 {
		t.Errorf("the other agent got %+v", same)
	}
	if got := other.Do("GET", "/api/v1/agent/orders", nil).Want(200).Get("items"); got != "[]" {
		t.Errorf("the other agent sees %s", got)
	}
	owner.Do("POST", "/api/v1/agent/orders", w.orderBody(l)).Want(201) // the lock is still the owner's
	foreign := w.KeyOf(w.DB.Other, channel.Sell)
	foreign.Do("GET", at, nil).WantProblem(404, "sales.order_not_found")
	foreign.Do("GET", "/api/v1/agent/sessions/"+w.Session.ID.String()+"/stock", nil).Want(404)
	foreign.Do("POST", "/api/v1/agent/locks", w.lockBody(map[string]any{"seats": []int32{4}})).Want(404)
	// A new key of the same agent sees all of it.
	_, secret, err := w.channel.MakeKey(w.As(w.Tenant), owner.ID, 30)
	must(t, err)
	w.Visitor().Do("GET", at, nil, accesstest.Header("Authorization", "Bearer "+secret)).Want(200)
}

// TestBatch: each item is answered by itself (Interfaces 3).
func TestBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.agent(t)
	w.sell(a, 1)
	l := w.lock(a, map[string]any{"seats": []int32{2}})
	items := []map[string]any{
		{"op": "confirm", "confirm": w.orderBody(l)},
		{"op": "lock", "lock": w.lockBody(map[string]any{"seats": []int32{1}})},
		{"op": "lock", "confirm": w.orderBody(l)},
		{"op": "refund", "refund": map[string]any{"order": ids.New(), "id": ids.New(), "seats": []int32{1}, "fee": 0}},
	}
	for i := range 96 {
		want := map[string]any{"best": map[string]any{"n": 1}}
		if i%4 == 0 {
			want = map[string]any{"standing": []map[string]any{{"area": 1, "n": 1}}}
		}
		items = append(items, map[string]any{"op": "lock", "lock": w.lockBody(want)})
	}
	var out struct {
		Accepted int
		Items    []channelhttp.AgentItemDone
	}
	a.Do("POST", "/api/v1/agent/batch", map[string]any{"items": items}).Want(200).JSON(&out)
	// 80 seats, of which 2 are taken and 2 are kept for wheelchair users: 72 fit, and 24 stand.
	if out.Accepted != 97 || len(out.Items) != 100 || out.Items[0].Order == nil || out.Items[1].Problem.Code != "inventory.seat_taken" ||
		out.Items[2].Problem.Code != "channel.batch_item" || out.Items[3].Problem.Code != "sales.order_not_found" {
		t.Fatalf("%d accepted: %+v", out.Accepted, out.Items[:4])
	}
	seen := map[int32]bool{}
	for i, x := range out.Items[4:] {
		if x.Index != i+4 || x.Lock == nil || seen[x.Lock.Places[0].Seat] {
			t.Fatalf("item %d: %+v", i+4, x)
		}
		seen[x.Lock.Places[0].Seat] = true
	}
	var again struct{ Items []channelhttp.AgentItemDone }
	a.Do("POST", "/api/v1/agent/batch", map[string]any{"items": items}).Want(200).JSON(&again)
	for i, x := range again.Items[4:] { // the whole batch again: the same locks
		if x.Lock == nil || x.Lock.Places[0] != out.Items[i+4].Lock.Places[0] {
			t.Fatalf("again, item %d: %+v", i+4, x)
		}
	}
	a.Do("POST", "/api/v1/agent/batch", map[string]any{"items": append(items, items[0])}).Want(422)
}
