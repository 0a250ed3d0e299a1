package sales_test

import (
	"context"
	"testing"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
)

func newPass(sessions []ids.ID, person int) map[string]any {
	return map[string]any{"id": ids.New(), "sessions": sessions, "person": salestest.Person(person), "organisation": "舞美公司", "role": "灯光", "areas": []string{"后台", "舞台"}, "entrance": "员工通道"}
}

// RL-4: passes are named, one a document and session, counted against a number,
// and end when they are revoked. Their numbers are never those of tickets.
func TestWorkPasses(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 2, salestest.Named())
	manager := s.SignedIn(s.Tenant, access.Manager)
	manager.Do("POST", "/api/v1/passes", newPass(s.sessions, 0)).WantProblem(409, "sales.pass_quota") // none until it is said
	for _, id := range s.sessions {
		manager.Do("PUT", "/api/v1/sessions/"+id.String()+"/pass-quota", map[string]any{"work": 1, "gifts": 0}).Want(200)
	}
	var p, again saleshttp.PassShown
	body := newPass(s.sessions, 0)
	manager.Do("POST", "/api/v1/passes", body).Want(201).JSON(&p)
	manager.Do("POST", "/api/v1/passes", body).Want(201).JSON(&again)
	if len(p.Tickets) != 2 || p.Tickets[0].Code == p.Tickets[1].Code || again.Tickets[0].Code != p.Tickets[0].Code || p.Person == nil || p.Person.Number != "110105********002X" {
		t.Errorf("the pass: %+v", p)
	}
	manager.Do("POST", "/api/v1/passes", newPass(s.sessions[:1], 1)).WantProblem(409, "sales.pass_quota")
	manager.Do("PUT", "/api/v1/sessions/"+s.sessions[0].String()+"/pass-quota", map[string]any{"work": 5, "gifts": 0}).Want(200)
	manager.Do("POST", "/api/v1/passes", newPass(s.sessions[:1], 0)).WantProblem(409, "sales.pass_document")
	if pdf := manager.Do("GET", p.PDF, nil).Want(200).Body; len(pdf) < 4000 || string(pdf[:5]) != "%PDF-" {
		t.Errorf("the printed pass is %d bytes", len(pdf))
	}
	old := p.ID
	p = saleshttp.PassShown{}
	manager.Do("POST", "/api/v1/passes/"+old.String()+"/revoke", map[string]any{"reason": "离职"}).Want(200).JSON(&p)
	if p.State != "revoked" || p.Tickets[1].State != "void" || p.PDF != "" {
		t.Errorf("revoked: %+v", p)
	}
	manager.Do("POST", "/api/v1/passes", newPass(s.sessions, 0)).Want(201).JSON(&p) // its place is free again
	var list saleshttp.PassesShown
	manager.Do("GET", "/api/v1/sessions/"+s.sessions[0].String()+"/passes", nil).Want(200).JSON(&list)
	if list.Live != 1 || len(list.Passes) != 2 || list.Quota.Work != 5 {
		t.Errorf("passes: %+v", list)
	}
	if n := number(t, s.World, "select count(distinct code) from sales.pass_ticket"); n != 4 {
		t.Errorf("%d codes of 4 tickets", n)
	}
	// RL-13: whose they were is forgotten with the session's persons.
	s.Clock.Set(s.Session.EndsAt.Add(sales.KeepPersons + 1e9))
	if _, err := s.Sales.Erase(s.As(s.Tenant)); err != nil {
		t.Fatal(err)
	}
	if n := number(t, s.World, "select count(*) from sales.pass_ticket where session_id = $1 and (blind is not null or person_id is not null)", s.sessions[0].String()); n != 0 {
		t.Errorf("%d passes still name somebody", n)
	}
}

// RL-2: tickets are given of places set aside for it, within their number, for
// nothing, and their people can be named later (RL-3).
func TestComplimentaryTickets(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	manager, ctx := w.SignedIn(w.Tenant, access.Manager), w.As(w.Tenant)
	give := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{20, 21}, "recipient": "某小学", "reason": "公益场", "bindLater": true}
	manager.Do("POST", "/api/v1/gifts", give).WantProblem(409, "sales.gift_pool")
	m, err := w.TicketMap.SessionMap(ctx, w.Session.ID)
	if err != nil {
		t.Fatal(err)
	}
	m.Holds = []ticketmap.SeatHold{{No: 1, Reason: "complimentary", Seats: [][2]int32{{20, 22}}, Areas: []ticketmap.HeldArea{}}}
	next := w.OnSaleHeld(m.Holds)
	give["session"] = next
	at := "/api/v1/sessions/" + next.String() + "/"
	manager.Do("POST", "/api/v1/gifts", give).WantProblem(409, "sales.gift_quota")
	manager.Do("PUT", at+"pass-quota", map[string]any{"work": 0, "gifts": 2}).Want(200)
	var o saleshttp.SaleOrderDetail
	for range 2 {
		manager.Do("POST", "/api/v1/gifts", give).Want(201).JSON(&o)
	}
	if o.Amount != 0 || len(o.Payments) != 0 || len(o.Tickets) != 2 || o.Tickets[0].Kind != "complimentary" || o.Tickets[0].Price != 0 || o.BindBy == nil {
		t.Errorf("given: %+v", o)
	}
	manager.Do("POST", "/api/v1/gifts", map[string]any{"id": ids.New(), "session": next, "n": 1, "recipient": "甲", "reason": "乙", "bindLater": true}).WantProblem(409, "sales.gift_quota")
	var list saleshttp.PassesShown
	manager.Do("GET", at+"passes", nil).Want(200).JSON(&list)
	if list.Gifts != 2 || len(list.Given) != 1 || list.Given[0].Reason != "公益场" || list.Given[0].State != "given" {
		t.Errorf("gifts: %+v", list)
	}
	manager.Do("PUT", at+"pass-quota", map[string]any{"work": 0, "gifts": 10}).Want(200)
	open := map[string]any{"id": ids.New(), "session": next, "seats": []int32{1}, "recipient": "甲", "reason": "乙", "bindLater": true}
	manager.Do("POST", "/api/v1/gifts", open).Want(409) // a public place
	var sold int
	if err := w.Seats.Look(ctx, next, func(st *engine.State) { sold = st.Meter().Sold }); err != nil || sold != 2 {
		t.Errorf("%d sold, %v", sold, err)
	}
	err = w.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		moved, err := sales.Movements(ctx, tx, tx.Now.AddDate(0, 0, -1), tx.Now.AddDate(0, 0, 1))
		if err == nil && (len(moved) != 1 || moved[0].Kind != "complimentary" || moved[0].Sold != 2 || moved[0].SoldAmount != 0) {
			t.Errorf("movements: %+v", moved)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
