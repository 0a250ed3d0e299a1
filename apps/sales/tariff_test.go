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

// A zone is parted by seat quality: the better half keeps number and price, the
// rest is cheaper; what is sold stays. A designer paints but sets no price.
func TestSplitByQualityAndPaintWithoutPrices(t *testing.T) {
	t.Parallel()
	w := setup(t)
	buyer := w.Buyer()
	w.Bought(buyer, 36) // the farthest of the stalls
	m := w.current(t)
	m, _, err := w.maps.SplitZone(w.ctx, m.ID, m.Version, ticketmap.Split{Zone: 1, Bands: 3, Step: 10_000})
	if err != nil || len(m.Zones) != 5 || m.Zones[3].Price != salestest.StallPrice-10_000 || m.Zones[4].Price != salestest.StallPrice-20_000 || m.Zones[4].Letter == m.Zones[0].Letter {
		t.Fatalf("%+v %v", m.Zones, err)
	}
	w.follow(t, 1)
	zone := func(seat int32) int {
		for _, z := range w.current(t).Zones {
			for _, r := range z.Seats {
				if r[0] <= seat && seat <= r[1] {
					return z.No
				}
			}
		}
		return 0
	}
	if zone(36) != 1 || zone(37) == 1 || zone(5) == zone(37) {
		t.Errorf("seat 36 is in %d, 37 in %d, 5 in %d", zone(36), zone(37), zone(5))
	}
	w.price(t, buyer, 37, salestest.StallPrice-20_000)
	for name, x := range map[string]ticketmap.Split{"more bands than seats": {Zone: 3, Bands: 2}, "no such zone": {Zone: 77, Bands: 2}, "below zero": {Zone: 1, Bands: 3, Step: 50_000}} {
		if _, _, err := w.maps.SplitZone(w.ctx, m.ID, m.Version, x); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	c := w.current(t)
	holds := c.MapContent
	holds.Holds = []ticketmap.SeatHold{{No: 1, Reason: "work", Seats: [][2]int32{{10, 10}}, Areas: []ticketmap.HeldArea{}}}
	if _, _, err := w.maps.PaintMap(w.ctx, c.ID, c.Version, holds); err != nil {
		t.Errorf("a hold by a designer: %v", err)
	}
	c = w.current(t)
	for name, change := range map[string]func(*ticketmap.MapContent){
		"price": func(c *ticketmap.MapContent) { c.Zones[0].Price++ }, "kind": func(c *ticketmap.MapContent) { c.Zones[0].Kind = "work" },
		"seats of a live map": func(c *ticketmap.MapContent) { c.Zones[0].Seats = nil }, "zone away": func(c *ticketmap.MapContent) { c.Zones = c.Zones[1:] },
	} {
		x := c.MapContent
		x.Zones = slices.Clone(x.Zones)
		change(&x)
		if _, _, err := w.maps.PaintMap(w.ctx, c.ID, c.Version, x); errs.CodeOf(err) != "ticketmap.price_locked" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The preview shows what the rules say over time and occupancy.
func TestPreview(t *testing.T) {
	t.Parallel()
	w := setup(t)
	raw, err := pricing.Encode(rules())
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.maps.PreviewPrices(w.ctx, w.id, ticketmap.View{Program: raw, Zone: 1})
	if err != nil || p.Prices[0][0] != salestest.StallPrice || p.Prices[1][0] != 72_000 || p.Rules[0].Points != 4*len(p.Times) {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := w.maps.PreviewPrices(w.ctx, w.id, ticketmap.View{Program: raw, Zone: 2}); errs.CodeOf(err) != "pricing.zone" {
		t.Errorf("a zone that is not governed: %v", err)
	}
}

// A channel whose price the rules leave alone does not follow the one they change.
func TestAPriceThatStaysDoesNotFollow(t *testing.T) {
	t.Parallel()
	w := setup(t)
	p := rules()
	p.Rules = []pricing.Rule{{ID: "online", Name: "线上加价", When: pricing.When{Channels: []string{"online"}}, Effect: pricing.Effect{Kind: "add", Amount: 10_000}}}
	for _, mode := range []string{"automatic", "manual"} {
		w.save(t, p, mode)
		if mode == "automatic" {
			w.tick(t, 1)
		} else {
			p.Rules[0].Effect.Amount += 5_000
			w.save(t, p, mode)
			x, err := w.maps.Propose(w.ctx, w.id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.maps.Confirm(w.ctx, x.ID); err != nil {
				t.Fatal(err)
			}
		}
		m := w.current(t)
		for channel, want := range map[string]money.Fen{"online": salestest.StallPrice + p.Rules[0].Effect.Amount, "counter": salestest.StallPrice, "agent": salestest.StallPrice} {
			if got, _ := m.Tariff().Price(ticketmap.Cell{Zone: 1, Channel: channel, Kind: "full"}); got != want {
				t.Errorf("%s %s: %v, want %v", mode, channel, got, want)
			}
		}
	}
}
