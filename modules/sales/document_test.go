package sales_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// TestOneDocumentOneTicket has eight buyers and a counter order different
// seats for one document at once: one gets it, before anybody pays (RL-1).
func TestOneDocumentOneTicket(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	const buyers = 8
	replies := make([]*accesstest.Reply, buyers+1)
	orders := make([]ids.ID, buyers+1)
	var wg sync.WaitGroup
	for i := range buyers {
		c := w.Buyer()
		hold, order := w.Hold(c, int32(i+1)).Hold, ids.New()
		orders[i] = order
		wg.Go(func() { replies[i] = w.TryOrder(c, order, hold, salestest.Person(0)) })
	}
	seller := w.Client(access.Seller)
	var h struct{ Hold ids.ID }
	seller.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{20}}).Want(201).JSON(&h)
	orders[buyers] = ids.New()
	wg.Go(func() {
		replies[buyers] = seller.Do("POST", "/api/v1/counter/sales", map[string]any{
			"id": orders[buyers], "session": w.Session.ID, "hold": h.Hold,
			"people": []any{salestest.Person(0)}, "method": "card",
		})
	})
	wg.Wait()
	won := 0
	for i, r := range replies {
		if r.Status == 201 {
			won++
			continue
		}
		// By when the winner was paid: an order that waits for its money, or a ticket.
		if r.Problem.Code != "sales.document_pending" {
			r.WantProblem(409, "inventory.document_used")
		}
		r.Want(409)
		if len(r.Problem.Fields) != 1 || r.Problem.Fields[0].Path != "people[0].number" || r.Problem.Rule != "RL-1" {
			t.Errorf("the refusal names %+v, rule %q", r.Problem.Fields, r.Problem.Rule)
		}
		if n := number(t, w, "select count(*) from sales.orders where id = $1", orders[i].String()); n != 0 {
			t.Error("a refused order is in the books")
		}
	}
	if won != 1 {
		t.Fatalf("%d orders for one document", won)
	}
}

// TestSameDocumentWhereTheSessionDoesNotAsk is the control: without the rule
// the same document may have several tickets.
func TestSameDocumentWhereTheSessionDoesNotAsk(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	for seat := int32(1); seat <= 2; seat++ {
		c := w.Buyer()
		o := w.Order(c, w.Hold(c, seat).Hold, salestest.Person(0))
		w.Pay(c, o.ID, sandbox.Normal)
		w.Notify()
		if got := w.Get(c, o.ID).State; got != "confirmed" {
			t.Errorf("seat %d: %s", seat, got)
		}
	}
}

// TestTheDatabaseRefusesASecondTicketOfADocument: the last line behind the
// seat engine is a primary key.
func TestTheDatabaseRefusesASecondTicketOfADocument(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c := w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold, salestest.Person(0))
	w.Pay(c, o.ID, sandbox.Normal)
	w.Notify()
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		for table, plant := range map[string]string{
			"holding_pkey": "insert into identity.holding select tenant_id, session_id, blind, 9 from identity.holding",
			"ticket_pkey":  "insert into sales.ticket (tenant_id, session_id, seat_id, order_id, serial, code, price, zone, kind, channel, sold_at) select tenant_id, session_id, seat_id, order_id, 1, 'x', 1, 1, 'full', 'online', sold_at from sales.ticket",
		} {
			_, err := pg.Exec(ctx, "begin; select set_config('app.actor', 'system:test', true), set_config('app.tenant', (select min(tenant_id) from sales.ticket)::text, true), set_config('app.batch', 'on', true); "+plant)
			if err == nil || !strings.Contains(err.Error(), table) {
				t.Errorf("%s did not refuse: %v", table, err)
			}
			if _, err := pg.Exec(ctx, "rollback"); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestFaultsOfPeopleAreNamedByField: every fault at once, none with the number in it.
func TestFaultsOfPeopleAreNamedByField(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	c := w.Buyer()
	hold := w.Hold(c, 1, 2).Hold
	bad := salestest.Documents[0][:17] + "1"
	r := w.TryOrder(c, ids.New(), hold, map[string]any{"name": "3", "kind": "1", "number": salestest.Documents[1]}, map[string]any{"name": "李四", "kind": "1", "number": bad})
	r.WantProblem(422, "core.fields")
	got := map[string]string{}
	for _, f := range r.Problem.Fields {
		got[f.Path] = f.Code
	}
	if got["people[0].name"] != "identity.name" || got["people[1].number"] != "identity.check_digit" || len(got) != 2 {
		t.Errorf("fields: %v", got)
	}
	if strings.Contains(string(r.Body), bad) {
		t.Error("the answer repeats the number")
	}
	r = w.TryOrder(c, ids.New(), hold, salestest.Person(0), salestest.Person(0))
	if r.WantProblem(422, "core.fields"); r.Problem.Fields[0].Code != "sales.document_twice" || r.Problem.Fields[0].Path != "people[1].number" {
		t.Errorf("twice: %+v", r.Problem.Fields)
	}
	w.TryOrder(c, ids.New(), hold, salestest.Person(0)).WantProblem(422, "sales.people")
	w.TryOrder(c, ids.New(), hold).WantProblem(422, "sales.people")
	c.Do("POST", "/api/v1/shop/orders", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": hold, "people": []any{salestest.Person(0), salestest.Person(1)}}).WantProblem(422, "sales.consent") // RL-6
	stale := map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": hold, "people": []any{salestest.Person(0), salestest.Person(1)}, "consent": true, "rulesHash": strings.Repeat("0", 64)}
	c.Do("POST", "/api/v1/shop/orders", stale).WantProblem(409, "sales.rules_changed")
	if shown := w.Visitor().Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String(), nil).Want(200).Get("disclosures.rulesHash"); shown != sales.RulesHash(sales.RulesText(w.Session)) {
		t.Errorf("the rules that are shown are %s", shown)
	}
	o := w.Order(c, hold, salestest.Person(0), salestest.Person(1)) // after all the faults the hold is still good
	if n := number(t, w, "select count(*) from identity.consent where id = $1 and length(text_hash) = 32 and purpose = 'purchase'", o.ID.String()); n != 1 {
		t.Errorf("%d consents are recorded (RL-6, RL-14)", n)
	}
}
