package saleshttp_test

import (
	"strings"
	"testing"

	"parterre/codes/payload"
	"parterre/integrations/payment/sandbox"
	"parterre/modules/core/ids"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// TestWholePath goes from the list of sessions to tickets in hand and back:
// browse, hold, order with names, pay over TLS, notice, QR, PDF, refund.
func TestWholePath(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	visitor, buyer := w.Visitor(), w.Buyer()

	var list struct{ Items []saleshttp.ShopSession }
	visitor.Do("GET", "/api/v1/shop/sessions", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].PriceFrom != salestest.StandingPrice || list.Items[0].PriceTo != salestest.StallPrice || list.Items[0].Counts == nil ||
		list.Items[0].Counts.Free != salestest.Seats+salestest.Standing {
		t.Fatalf("the list: %+v", list.Items)
	}
	at := "/api/v1/shop/sessions/" + w.Session.ID.String()
	var se saleshttp.ShopSessionDetail
	visitor.Do("GET", at, nil).Want(200).JSON(&se)
	d := se.Disclosures
	if d.Organiser == "" || d.Seller == "" || d.Approval == "" || d.Performers == "" || d.Minutes != 120 || d.Audience != salestest.Seats+salestest.Standing || len(d.Rules) < 5 { // RL-6, RL-7, RL-11
		t.Errorf("disclosures: %+v", d)
	}
	if len(se.Zones) != 3 || se.Zones[0].Free != 40 || se.Zones[2].Free != salestest.Standing || len(se.Areas) != 1 || se.Areas[0].Free != salestest.Standing { // RL-12
		t.Errorf("zones: %+v, areas: %+v", se.Zones, se.Areas)
	}

	hold := w.Hold(buyer, salestest.FirstStall, salestest.FirstStall+1)
	if hold.Amount != 2*salestest.StallPrice || hold.SecondsLeft != 15*60 || hold.Places[0].Text != "一层 池座 1排1座" {
		t.Errorf("hold: %+v", hold)
	}
	o := w.Order(buyer, hold.Hold, salestest.Person(0), salestest.Person(1))
	if o.State != "pending" || o.SecondsLeft != 15*60 || o.Tickets[0].Person.Number != "110105********002X" || o.Tickets[0].Person.Name != "张*" || o.Phone != "138****8000" || o.Tickets[0].QR != "" {
		t.Fatalf("order: %+v", o)
	}
	w.Pay(buyer, o.ID, sandbox.Normal)
	if n := w.Notify(); n != 1 {
		t.Fatalf("%d notices", n)
	}
	o = w.Get(buyer, o.ID)
	if o.State != "confirmed" || o.PaidFen != 2*salestest.StallPrice || len(o.Tickets) != 2 || o.Tickets[1].Code == "" || o.Tickets[1].QR == "" || !o.Refundable {
		t.Fatalf("paid: %+v", o)
	}
	tickets(t, w, buyer.Do("GET", o.Tickets[1].QR, nil).Want(200).Body, buyer.Do("GET", o.PDF, nil).Want(200).Body, o)

	visitor.Do("GET", at, nil).Want(200).JSON(&se)
	if se.Zones[0].Sold != 2 || se.Counts.Sold != 2 {
		t.Errorf("sold: %+v", se.Zones[0])
	}
	var q saleshttp.SaleQuote
	buyer.Do("GET", "/api/v1/shop/orders/"+o.ID.String()+"/refund-quote", nil).Want(200).JSON(&q)
	if len(q.Tickets) != 2 || q.Tickets[0].Fee != 0 || !q.Tickets[0].Possible { // 30 days before: no fee
		t.Errorf("quote: %+v", q)
	}
	var f saleshttp.SaleRefund
	buyer.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{salestest.FirstStall}, "fee": 0}).Want(201).JSON(&f)
	if f.State != "done" || f.Back != salestest.StallPrice {
		t.Errorf("refund: %+v", f)
	}
	o = w.Get(buyer, o.ID)
	if o.State != "confirmed" || o.Tickets[0].State != "refunded" || o.Tickets[0].QR != "" || o.Tickets[1].State != "valid" || o.BackFen != salestest.StallPrice {
		t.Errorf("after the refund: %+v", o)
	}
	buyer.Do("GET", "/api/v1/shop/orders/"+o.ID.String()+"/tickets/1/qr.svg", nil).WantProblem(409, "sales.not_ticket")
}

func tickets(t *testing.T, w *salestest.World, svg, pdf []byte, o saleshttp.SaleOrderDetail) {
	t.Helper()
	if !strings.HasPrefix(string(svg), "<svg") || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("svg %.40s, pdf %.10s", svg, pdf)
	}
	ctx := w.As(w.Tenant)
	list, err := w.Sales.Tickets(ctx, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Maps.Map(ctx, w.Session.ID)
	if err != nil {
		t.Fatal(err)
	}
	v, err := payload.NewEd25519Verifier(w.Public)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := payload.NewKeyring(v)
	if err != nil {
		t.Fatal(err)
	}
	for i, tk := range list {
		text, err := w.Sales.Payload(tk, w.Session, m.Places[tk.Seat])
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := ring.Verify(text)
		if err != nil || got.Code.String() != o.Tickets[i].Code || got.Seat != uint32(tk.Seat) {
			t.Errorf("payload: %+v, %v", got, err)
		}
	}
}
