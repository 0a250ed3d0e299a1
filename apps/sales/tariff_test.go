package sales_test

import (
	"slices"
	"testing"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/pricing"
)

// byChannel is a program with a rule by channel and one by kind.
func byChannel() *pricing.Program {
	p := rules()
	p.Rules = []pricing.Rule{
		{ID: "counter", Name: "柜台优惠", When: pricing.When{Channels: []string{"counter"}}, Effect: pricing.Effect{Kind: "percent", Permille: 900}},
		{ID: "student", Name: "学生再减", When: pricing.When{Kinds: []string{"student"}}, Effect: pricing.Effect{Kind: "add", Amount: -5_000}},
	}
	return p
}

func students(c *ticketmap.MapContent) {
	c.Kinds = []ticketmap.TicketKind{{Code: "student", Permille: 500}, {Code: "disabled", Permille: 500}, {Code: "companion", Permille: 0}}
}

// PT-6.3.2.4, RL-11, RL-15: rules by channel and ticket kind are switched on and
// reach the seats; each change is on record with its rule.
func TestRulesByChannelAndKind(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.follow(t, 1)
	w.set(t, students)
	w.save(t, byChannel(), "automatic")
	w.tick(t, 1)
	w.tick(t, 0)
	w.follow(t, 1)
	full := money.Fen(salestest.StallPrice)
	counter := full * 900 / 1000 / 1000 * 1000
	buyer, seller := w.Buyer(), w.SignedIn(w.Tenant, access.Seller)
	w.price(t, buyer, 1, full)
	var held struct {
		Hold   ids.ID
		Amount money.Fen
		Places []struct {
			Seat  int32
			Price money.Fen
			Kind  string
		}
		Kinds []struct {
			Code   string
			Prices []money.Fen
		}
	}
	body := func(seats []int32, kinds []string) map[string]any {
		return map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": seats, "kinds": kinds}
	}
	// A seller's price follows from who is signed in.
	seller.Do("POST", "/api/v1/counter/holds", body([]int32{2, 3}, []string{"full", "student"})).JSON(&held)
	student := (full/2*900/1000 - 5_000) / 1000 * 1000
	if len(held.Places) != 2 || held.Places[0].Price != counter || held.Places[1].Kind != "student" || max(held.Places[1].Price-student, student-held.Places[1].Price) > 1000 {
		t.Errorf("at the counter: %+v, want %v and about %v", held, counter, student)
	}
	list, err := w.maps.History(w.ctx, w.id, 1, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	found := slices.ContainsFunc(list, func(c ticketmap.PriceChange) bool {
		return c.Channel == "counter" && c.Kind == "student" && c.Source == "program" && slices.ContainsFunc(c.Steps, func(r pricing.Reason) bool { return r.Rule == "counter" }) &&
			slices.ContainsFunc(c.Steps, func(r pricing.Reason) bool { return r.Rule == "student" })
	})
	if !found {
		t.Errorf("RL-15: the change is not on record: %+v", list)
	}
	why, err := w.maps.WhyPrice(w.ctx, w.id, ticketmap.Question{Seat: 3, Channel: "counter", Kind: "student"})
	if err != nil || why.OnSale != held.Places[1].Price || why.Now == nil || why.Now.Change || len(why.Steps) < 3 {
		t.Errorf("why: %+v %v", why, err)
	}
	if _, err := w.maps.WhyPrice(w.ctx, w.id, ticketmap.Question{Seat: 3, Kind: "child"}); errs.CodeOf(err) != "ticketmap.not_sold_so" {
		t.Errorf("a kind that is not sold: %v", err)
	}
	told, err := w.maps.Tell(w.ctx, w.Session.ID, ticketmap.Question{Zone: 2, Kind: "student"})
	if err != nil || told.Price != pricing.Concession(salestest.BalconyPrice, 500) || len(told.Steps) != 1 {
		t.Errorf("what everybody is told: %+v %v", told, err)
	}
	// A program without such rules brings the channels together again.
	w.save(t, rules(), "automatic")
	w.tick(t, 1)
	if m := w.current(t); len(m.Prices) != 0 {
		t.Errorf("prices of their own are left: %+v", m.Prices)
	}
}

// A kind is chosen per place, before or after the hold; the hold keeps all its prices.
func TestKindsOfAHold(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.set(t, students)
	w.follow(t, 1)
	buyer := w.Buyer()
	h := w.Hold(buyer, 1, 2)
	if len(h.Kinds) != 4 || h.Kinds[1].Code != "student" || h.Kinds[1].Prices[0] != salestest.StallPrice/2 || h.Kinds[1].Proof == "" {
		t.Fatalf("kinds of the hold: %+v", h.Kinds)
	}
	w.set(t, func(c *ticketmap.MapContent) { c.Zones[0].Price = 90_000 })
	w.follow(t, 1)
	at := "/api/v1/shop/sessions/" + w.Session.ID.String() + "/holds/" + h.Hold.String() + "/kinds"
	put := func(kinds ...string) string {
		r := buyer.Do("PUT", at, map[string]any{"kinds": kinds})
		if r.Status == 200 {
			r.JSON(&h)
		}
		return r.Get("code")
	}
	for _, c := range []struct {
		kinds []string
		code  string
	}{{[]string{"full", "student"}, ""}, {[]string{"senior", "full"}, "sales.ticket_kind"}, {[]string{"full", "companion"}, "sales.companion"}, {[]string{"full"}, "inventory.bad_request"}, {[]string{"disabled", "companion"}, ""}, {[]string{"student", "full"}, ""}} {
		if code := put(c.kinds...); code != c.code {
			t.Errorf("%v: %q, want %q", c.kinds, code, c.code)
		}
	}
	if h.Amount != salestest.StallPrice+salestest.StallPrice/2 || h.Places[0].Kind != "student" {
		t.Errorf("the hold lost its price: %+v", h)
	}
	o := w.Order(buyer, h.Hold)
	if o.Amount != h.Amount || o.Tickets[0].Kind != "student" || o.Tickets[0].Price != salestest.StallPrice/2 {
		t.Errorf("the order: %+v", o)
	}
	if code := put("student", "student"); code != "inventory.kinds_fixed" {
		t.Errorf("kinds under an order: %q", code)
	}
	w.Pay(buyer, o.ID, sandbox.Normal)
	w.Notify()
	sold := w.Get(buyer, o.ID)
	if sold.State != sales.Confirmed || sold.Tickets[0].Kind != "student" || sold.Tickets[0].Price+sold.Tickets[1].Price != sold.PaidFen {
		t.Errorf("sold: %+v", sold)
	}
}
