package sales_test

import (
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// desk is a seller with a package of two sessions and one ticket each.
type packDesk struct {
	*season
	seller *accesstest.Client
	pack   ids.ID
}

func newPackDesk(t *testing.T) *packDesk {
	t.Helper()
	s := newSeason(t, 2, salestest.NoNames())
	counterAccount(t, s.World, "wechat")
	c := s.content(sales.PackageChoice, 2, 1, 90_000)
	c.Channels = []string{"counter"}
	return &packDesk{s, s.SignedIn(s.Tenant, access.Seller), s.offer(c)}
}

// held holds a package, with a named seat in each session unless they are nil,
// and names its people.
func (d *packDesk) held(seats [][]int32) (b saleshttp.SaleBundleDetail) {
	d.t.Helper()
	body := map[string]any{"id": ids.New(), "package": d.pack, "option": 1, "sessions": d.sessions}
	if seats != nil {
		body["seats"] = seats
	}
	d.seller.Do("POST", "/api/v1/counter/bundles", body).Want(201).JSON(&b)
	for range 2 {
		d.seller.Do("POST", d.at(b.ID, "/order"), map[string]any{"consent": true}).Want(200).JSON(&b)
	}
	if b.State != sales.Pending {
		d.t.Fatalf("the bundle is %s", b.State)
	}
	return b
}

func (d *packDesk) at(b ids.ID, more string) string {
	return "/api/v1/counter/bundles/" + b.String() + more
}

func (d *packDesk) code(b ids.ID, end string) (s saleshttp.SaleBundleScan) {
	d.t.Helper()
	d.seller.Do("POST", d.at(b, "/scan"), map[string]any{"id": ids.New(), "code": scanCodes["wechat"] + end}).Want(200).JSON(&s)
	return s
}

// TestAPackageIsPaidByCode: one payment by the payer's code sells a counter's
// package with the seats that were named, in all sessions, once.
func TestAPackageIsPaidByCode(t *testing.T) {
	t.Parallel()
	d := newPackDesk(t)
	b := d.held([][]int32{{3}, {5}})
	if b.Parts[0].Places[0].Seat != 3 || b.Parts[1].Places[0].Seat != 5 {
		t.Fatalf("other seats than those named: %+v", b.Parts)
	}
	// A part is not paid by itself: neither by a code nor by hand.
	part := b.Parts[0].Order.ID
	d.seller.Do("POST", scanAt(part, "/scan"), map[string]any{"id": ids.New(), "code": scanCodes["wechat"] + "00"}).WantProblem(409, "sales.package_part")
	d.seller.Do("POST", scanAt(part, "/pay"), map[string]any{"method": "card"}).WantProblem(409, "sales.package_part")
	id := ids.New()
	for range 2 {
		var s saleshttp.SaleBundleScan
		d.seller.Do("POST", d.at(b.ID, "/scan"), map[string]any{"id": id, "code": scanCodes["wechat"] + "00"}).Want(200).JSON(&s)
		if s.State != sales.ScanPaid || s.Kind != "wechat" || s.Bundle.State != sales.Confirmed || len(s.Bundle.Parts[1].Order.Tickets) != 1 || s.Bundle.Parts[1].Order.Tickets[0].Code == "" {
			t.Fatalf("%+v", s)
		}
	}
	if n := number(t, d.World, "select count(*) from sales.payment where order_id = $1 and amount = 90000 and scene = 'scan' and state = 'paid' and taken_by is not null", b.ID.String()); n != 1 {
		t.Errorf("%d payments", n)
	}
	if n := number(t, d.World, "select count(*) from payment_sandbox.trade where state = 'paid'"); n != 1 {
		t.Errorf("the provider has %d paid trades", n)
	}
	// The customer types the password while the counter asks.
	b = d.held(nil)
	if s := d.code(b.ID, "96"); s.State != sales.ScanWaiting || s.Bundle.State != sales.Pending {
		t.Fatalf("%+v", s)
	}
	d.seller.Do("POST", d.at(b.ID, "/sale"), map[string]any{"method": "card"}).WantProblem(409, "sales.scan_open")
	for _, want := range []string{sales.ScanWaiting, sales.ScanPaid} {
		var s saleshttp.SaleBundleScan
		d.seller.Do("POST", d.at(b.ID, "/scan/check"), nil).Want(200).JSON(&s)
		if s.State != want {
			t.Fatalf("%s, not %s", s.State, want)
		}
	}
}

// TestAPackageThatWasNotPaidByCode: refused or reversed it is as good for cash;
// given up or forgotten it leaves no seat held and no trade that could be paid.
func TestAPackageThatWasNotPaidByCode(t *testing.T) {
	t.Parallel()
	d := newPackDesk(t)
	b := d.held([][]int32{{3}, {5}})
	if s := d.code(b.ID, "97"); s.State != sales.ScanRefused || s.Reason == "" {
		t.Fatalf("%+v", s)
	}
	d.code(b.ID, "99")
	var s saleshttp.SaleBundleScan
	d.seller.Do("POST", d.at(b.ID, "/scan/reverse"), nil).Want(200).JSON(&s)
	if s.State != sales.ScanClosed || s.Bundle.State != sales.Pending {
		t.Fatalf("%+v", s)
	}
	d.seller.Do("POST", d.at(b.ID, "/sale"), map[string]any{"method": "cash", "taken": 1}).WantProblem(409, "sales.amount")
	d.seller.Do("POST", d.at(b.ID, "/sale"), map[string]any{"method": "cash", "taken": 90_000}).Want(200).JSON(&b)
	if b.State != sales.Confirmed {
		t.Errorf("%s", b.State)
	}
	// Asked again it was paid in cash, and in no other way.
	d.seller.Do("POST", d.at(b.ID, "/sale"), map[string]any{"method": "cash", "taken": 90_000}).Want(200)
	d.seller.Do("POST", d.at(b.ID, "/sale"), map[string]any{"method": "card"}).WantProblem(409, taken)
	up, forgotten := d.held([][]int32{{6}, {6}}), d.held([][]int32{{7}, {7}})
	d.code(up.ID, "99")
	d.seller.Do("POST", d.at(up.ID, "/cancel"), nil).Want(200)
	d.code(forgotten.ID, "99")
	d.Clock.Advance(time.Hour)
	sweep(t, d.World)
	if n := number(t, d.World, "select count(*) from sales.payment where scene = 'scan' and state = 'waiting'"); n != 0 {
		t.Errorf("%d payments are open", n)
	}
	if n := number(t, d.World, "select count(*) from payment_sandbox.trade where not reversed and state = 'waiting'"); n != 0 {
		t.Errorf("%d trades could still be paid", n)
	}
	for _, seat := range []int32{6, 7} {
		d.Hold(d.Buyer(), seat)
	}
}
