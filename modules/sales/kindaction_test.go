package sales_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
)

// bench is a season in which orders of every kind are made and acted upon by
// staff. Each order has three tickets of one session in the balcony, the cheap
// zone, or in the row set aside for guests.
type bench struct {
	*season
	staff  *accesstest.Client
	buyer  *accesstest.Client
	gifts  ids.ID // a session that sets places aside
	next   int32
	people int
}

func newBench(t *testing.T) *bench {
	s := newSeason(t, 1, salestest.Named())
	b := &bench{season: s, staff: s.SignedIn(s.Tenant, access.Manager), buyer: s.Buyer(), next: salestest.FirstBalcony}
	b.gifts = s.OnSaleHeld([]ticketmap.SeatHold{{No: 1, Reason: "complimentary", Seats: [][2]int32{{51, 53}}, Areas: []ticketmap.HeldArea{}}})
	s.sessions = append(s.sessions, s.OnSale(s.Tenant, s.Show.ID, s.Hall.ID, s.Plan, s.Session.StartsAt.Add(48*time.Hour), salestest.Named()).ID)
	for _, id := range append([]ids.ID{b.gifts}, s.sessions...) {
		b.staff.Do("PUT", "/api/v1/sessions/"+id.String()+"/pass-quota", map[string]any{"work": 1, "gifts": 3}).Want(200)
	}
	return b
}

// three are three fresh seats of the balcony.
func (b *bench) three() []int32 {
	b.next += 3
	return []int32{b.next - 3, b.next - 2, b.next - 1}
}

func (b *bench) persons(n int) (out []map[string]any) {
	for range n {
		b.people++
		out = append(out, passport(b.people))
	}
	return out
}

func (b *bench) counterHold(session ids.ID, seats ...int32) ids.ID {
	b.t.Helper()
	var h saleshttp.SaleHold
	b.staff.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": session, "seats": seats}).Want(201).JSON(&h)
	return h.Hold
}

func (b *bench) packageOf(kind string, choose int, refund string) ids.ID {
	c := b.content(kind, choose, 3, 3*money.Fen(choose)*salestest.BalconyPrice-900)
	c.Refund, c.Options[0].Zones, c.Options[0].Name = refund, []int{2}, "楼座"
	p := b.offer(c)
	pick := map[string]any{"id": ids.New(), "package": p, "option": 1, "seats": [][]int32{}}
	seats := b.three()
	pick["sessions"] = b.sessions[:choose]
	list := [][]int32{}
	for range choose {
		list = append(list, seats)
	}
	pick["seats"] = list
	var d saleshttp.SaleBundleDetail
	b.staff.Do("POST", "/api/v1/counter/bundles", pick).Want(201).JSON(&d)
	b.staff.Do("POST", "/api/v1/counter/bundles/"+d.ID.String()+"/sale", map[string]any{"people": b.persons(3), "method": "cash", "taken": 1_000_000, "phone": "13800138000"}).Want(200)
	o, err := b.Sales.Bundle(b.As(b.Tenant), d.ID)
	if err != nil || o.State != sales.Confirmed {
		b.t.Fatalf("%s: %s, %v", kind, o.State, err)
	}
	return o.Parts[0].Order
}

func (b *bench) asAgent(seats []int32) ids.ID {
	b.t.Helper()
	ctx := db.WithScope(b.t.Context(), db.Scope{Tenant: b.Tenant, Actor: db.Actor{Kind: sales.ActorAgent, ID: ids.New()}})
	h, err := b.Sales.LockForAgent(ctx, sales.AgentChoice{Choice: sales.Choice{Key: ids.New(), Session: b.sessions[0], Seats: seats}, For: time.Minute * 10})
	if err != nil {
		b.t.Fatal(err)
	}
	n := sales.NewOrder{ID: ids.New(), Session: b.sessions[0], Hold: h.Hold, Consent: true, Phone: "13800138000"}
	for _, p := range b.persons(3) {
		n.People = append(n.People, sales.Person{Name: "张三", Kind: "2", Number: p["number"].(string)})
	}
	o, err := b.Sales.SellByAgent(ctx, n)
	if err != nil {
		b.t.Fatal(err)
	}
	return o.ID
}

// make makes an order of a kind and returns it.
func (b *bench) make(kind string) ids.ID {
	b.t.Helper()
	id := ids.New()
	switch kind {
	case "online":
		o := b.Order(b.buyer, b.Hold(b.buyer, b.three()...).Hold, b.persons(3)...)
		b.Pay(b.buyer, o.ID, "normal")
		b.Notify()
		return o.ID
	case "counter":
		b.staff.Do("POST", "/api/v1/counter/sales", map[string]any{"id": id, "session": b.sessions[0], "hold": b.counterHold(b.sessions[0], b.three()...), "people": b.persons(3), "method": "cash", "taken": 1_000_000}).Want(201)
	case "agent":
		return b.asAgent(b.three())
	case "group":
		r := reservation(b.World, b.staff, reserve(b.World, b.staff, b.Clock.Now().Add(48*time.Hour), map[string]any{"seats": b.three()}))
		b.staff.Do("POST", "/api/v1/reservations/"+r.ID.String()+"/sales", map[string]any{"id": id, "people": b.persons(3), "method": "cash", "taken": 1_000_000}).Want(201)
	case "tickets, whole":
		return b.packageOf("tickets", 1, "whole")
	case "sessions, by ticket":
		return b.packageOf("sessions", 2, "part")
	case "series, whole":
		return b.packageOf("series", 2, "whole")
	case "gift":
		b.staff.Do("POST", "/api/v1/gifts", map[string]any{"id": id, "session": b.gifts, "seats": []int32{51, 52, 53}, "recipient": "某小学", "reason": "公益", "people": b.persons(3)}).Want(201)
	case "pass":
		b.staff.Do("POST", "/api/v1/passes", newPass(b.sessions[:1], 0)).Want(201)
		b.staff.Do("GET", "/api/v1/sessions/"+b.sessions[0].String()+"/passes", nil).Want(200)
	}
	return id
}

// act tries an action on an order and returns "" or the code of its refusal.
func (b *bench) act(order ids.ID, action string) string {
	b.t.Helper()
	at := "/api/v1/orders/" + order.String()
	var o saleshttp.SaleOrderDetail
	if r := b.staff.Do("GET", at, nil); r.Status != 200 {
		o.Tickets, o.Session = []saleshttp.SaleTicket{{SalePlace: saleshttp.SalePlace{Seat: 1}, State: "valid"}, {State: "valid"}, {State: "valid"}}, b.sessions[0]
	} else {
		r.JSON(&o)
	}
	live := slices.DeleteFunc(slices.Clone(o.Tickets), func(t saleshttp.SaleTicket) bool { return t.State != "valid" })
	if len(live) < 2 {
		b.t.Fatalf("%d tickets are left of %+v", len(live), o.Tickets)
	}
	seat := live[0].Seat
	var r *accesstest.Reply
	switch action {
	case "refund":
		var q saleshttp.SaleQuote
		if x := b.staff.Do("GET", at+"/refund-quote", nil); x.Status == 200 {
			x.JSON(&q)
		}
		fee := money.Fen(0)
		for _, t := range q.Tickets {
			if t.Seat == seat {
				fee = t.Fee
			}
		}
		r = b.staff.Do("POST", at+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{seat}, "fee": fee, "reason": "有事"})
	case "exchange":
		b.next++
		r = b.staff.Do("POST", at+"/exchanges", map[string]any{"id": ids.New(), "from": []int32{seat}, "hold": b.counterHold(o.Session, b.next-1)})
	case "dearer":
		stall := b.next - salestest.FirstBalcony + 1 // as far into the stalls as the balcony is used
		body := map[string]any{"id": ids.New(), "from": []int32{seat}, "hold": b.counterHold(o.Session, stall)}
		if r = b.staff.Do("POST", at+"/exchanges", body); r.Get("code") == "sales.difference" {
			body["method"] = "cash"
			r = b.staff.Do("POST", at+"/exchanges", body)
		}
	case "correct":
		p := b.persons(1)[0]
		r = b.staff.Do("POST", at+"/corrections", map[string]any{"id": ids.New(), "seat": seat, "person": p})
	case "reprint":
		r = b.staff.Do("POST", at+"/tickets/"+strconv.Itoa(int(seat))+"/reprint", map[string]any{"reason": "票纸损坏"})
	}
	if r.Status >= 500 {
		b.t.Errorf("%s: %d %s", action, r.Status, r.Body)
	}
	if r.Status < 300 {
		return ""
	}
	return r.Get("code")
}

// PT-sales, RL-5: what can be done with an order of each kind: every action has
// its effect, or is refused with the rule that forbids it.
func TestEveryKindOfOrderAndWhatIsDoneWithIt(t *testing.T) {
	t.Parallel()
	actions := []string{"exchange", "dearer", "correct", "reprint", "refund"}
	for _, c := range []struct {
		kind string
		want [5]string // by action; "" is done
	}{
		{"online", [5]string{}},
		{"counter", [5]string{}},
		{"group", [5]string{}},
		{"agent", [5]string{"sales.exchange_agent", "sales.exchange_agent", "", "", ""}},
		{"tickets, whole", [5]string{"", "", "", "", "sales.package_whole"}},
		{"sessions, by ticket", [5]string{}},
		{"series, whole", [5]string{"sales.exchange_series", "sales.exchange_series", "", "", "sales.package_whole"}},
		{"gift", [5]string{"sales.exchange_gift", "sales.exchange_gift", "", "", ""}},
		{"pass", [5]string{"sales.order_not_found", "sales.order_not_found", "sales.order_not_found", "sales.order_not_found", "sales.order_not_found"}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			order := b.make(c.kind)
			for i, action := range actions {
				if got := b.act(order, action); got != c.want[i] {
					t.Errorf("%s: %q, want %q", action, got, c.want[i])
				}
			}
		})
	}
}

// RL-5, RL-11: tickets of a package are exchanged within its price option for
// nothing and for a dearer zone at the difference of the places' own prices;
// what is given back later goes through the payments that took it, to the 分.
func TestAPackageIsExchangedByItsRules(t *testing.T) {
	t.Parallel()
	b := newSeason(t, 2, salestest.NoNames())
	c := b.Buyer()
	content := b.content("sessions", 2, 1, 2*salestest.BalconyPrice-1_000)
	content.Options[0].Zones = []int{2}
	d := b.hold(c, b.offer(content), nil, [][]int32{{salestest.FirstBalcony}, {salestest.FirstBalcony}})
	b.tryOrder(c, d.ID).Want(200).JSON(&d)
	b.PayAt(c.Do("POST", "/api/v1/shop/bundles/"+d.ID.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl"), "normal")
	b.Notify()
	d = b.get(c, d.ID)
	share := d.Parts[0].Places[0].Price
	first := d.Parts[0].Order.ID
	ask := func(order ids.ID, from, to int32, session ids.ID) *accesstest.Reply {
		var h saleshttp.SaleHold
		c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": session, "seats": []int32{to}}).Want(201).JSON(&h)
		body := map[string]any{"id": ids.New(), "from": []int32{from}, "hold": h.Hold}
		if r := c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchanges", body); r.Get("code") != "sales.difference" {
			return r
		}
		return c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchange-dues", body)
	}
	ask(first, salestest.FirstBalcony, salestest.FirstBalcony+5, d.Parts[0].Session).Want(200)
	if d = b.get(c, d.ID); d.Parts[0].Places[0].Seat != salestest.FirstBalcony+5 || d.Parts[0].Places[0].Price != share || d.Amount != 2*salestest.BalconyPrice-1_000 {
		t.Errorf("within the option: %+v", d.Parts[0])
	}
	var due saleshttp.SaleExchangeDue
	ask(first, salestest.FirstBalcony+5, 1, d.Parts[0].Session).Want(201).JSON(&due)
	if due.Amount != difference {
		t.Errorf("the difference is %d, not %d", due.Amount, difference)
	}
	payDue(b.World, c, due)
	if d = b.get(c, d.ID); d.Parts[0].Places[0].Seat != 1 || d.Parts[0].Places[0].Price != share+difference {
		t.Errorf("the dearer place: %+v", d.Parts[0])
	}
	// Back to the option gives nothing back: it would be more than was paid for it.
	ask(first, 1, salestest.FirstBalcony+8, d.Parts[0].Session).WantProblem(409, "sales.exchange_option")

	var q saleshttp.SaleBundleQuote
	c.Do("GET", "/api/v1/shop/bundles/"+d.ID.String()+"/refund-quote", nil).Want(200).JSON(&q)
	total := 2*salestest.BalconyPrice - 1_000 + difference
	if q.Paid != total {
		t.Errorf("the quote says %d of %d", q.Paid, total)
	}
	c.Do("POST", "/api/v1/shop/bundles/"+d.ID.String()+"/refunds", map[string]any{"id": ids.New(), "fee": q.Fee}).Want(200)
	for range 3 {
		b.Notify()
		if _, err := b.Sales.Sweep(b.As(b.Tenant)); err != nil {
			t.Fatal(err)
		}
	}
	if n := number(t, b.World, "select sum(amount)::int from payment_sandbox.refund"); n != int64(total-q.Fee) {
		t.Errorf("%d of %d went back", n, total-q.Fee)
	}
	if n := number(t, b.World, "select count(*) from sales.refund where state <> 'done'"); n != 0 {
		t.Errorf("%d refunds are open", n)
	}
}
