package sales_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
)

// season is a world with several sessions of one show.
type season struct {
	*salestest.World
	t        *testing.T
	sessions []ids.ID
}

func newSeason(t *testing.T, n int, rules *show.Rules, change ...func(*salestest.Config)) *season {
	t.Helper()
	w := salestest.New(t, append(change, func(c *salestest.Config) { c.Rules = rules })...)
	s := &season{World: w, t: t, sessions: []ids.ID{w.Session.ID}}
	for len(s.sessions) < n {
		at := w.Session.StartsAt.Add(time.Duration(len(s.sessions)) * 24 * time.Hour)
		s.sessions = append(s.sessions, w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, at, rules).ID)
	}
	return s
}

func (s *season) content(kind string, choose, tickets int, price money.Fen) sales.PackageContent {
	c := sales.PackageContent{
		Name: "家庭套票", NameEn: "Family", Kind: kind, Sessions: s.sessions, Choose: choose, Tickets: tickets, Channels: []string{"online", "counter"}, Refund: sales.RefundWhole,
		Options: []sales.PackageOption{{No: 1, Name: "池座", Zones: []int{1}, Price: price}},
	}
	if kind == sales.PackageTickets {
		c.Sessions = s.sessions[:1]
	}
	return c
}

func (s *season) offer(c sales.PackageContent) ids.ID {
	s.t.Helper()
	ctx := s.As(s.Tenant)
	p, err := s.Sales.SavePackage(ctx, ids.New(), s.Show.ID, 0, c)
	if err == nil {
		p, err = s.Sales.MovePackage(ctx, p.ID, sales.PackageOnSale)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return p.ID
}

func (s *season) try(c *accesstest.Client, id, pack ids.ID, sessions []ids.ID, seats [][]int32) *accesstest.Reply {
	body := map[string]any{"id": id, "package": pack, "option": 1}
	if sessions != nil {
		body["sessions"] = sessions
	}
	if seats != nil {
		body["seats"] = seats
	}
	return c.Do("POST", "/api/v1/shop/bundles", body)
}

func (s *season) hold(c *accesstest.Client, pack ids.ID, sessions []ids.ID, seats [][]int32) (b saleshttp.SaleBundleDetail) {
	s.t.Helper()
	s.try(c, ids.New(), pack, sessions, seats).Want(201).JSON(&b)
	return b
}

func (s *season) tryOrder(c *accesstest.Client, id ids.ID, people ...map[string]any) *accesstest.Reply {
	body := map[string]any{"phone": "13800138000", "consent": true}
	if len(people) > 0 {
		body["people"] = people
	}
	return c.Do("POST", "/api/v1/shop/bundles/"+id.String()+"/order", body)
}

func (s *season) get(c *accesstest.Client, id ids.ID) (b saleshttp.SaleBundleDetail) {
	s.t.Helper()
	c.Do("GET", "/api/v1/shop/bundles/"+id.String(), nil).Want(200).JSON(&b)
	return b
}

func (s *season) pay(c *accesstest.Client, id ids.ID) {
	s.t.Helper()
	s.PayAt(c.Do("POST", "/api/v1/shop/bundles/"+id.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl"), "normal")
}

func (s *season) bought(c *accesstest.Client, pack ids.ID, sessions []ids.ID, seats [][]int32) saleshttp.SaleBundleDetail {
	s.t.Helper()
	b := s.hold(c, pack, sessions, seats)
	s.tryOrder(c, b.ID).Want(200)
	s.pay(c, b.ID)
	s.Notify()
	if b = s.get(c, b.ID); b.State != sales.Confirmed {
		s.t.Fatalf("the bundle is %s", b.State)
	}
	return b
}

// balance checks a bundle's money: paid is what its live tickets cost, what
// went back and what was kept, and the provider gave back as much.
func (s *season) balance(id ids.ID) (live, back int64) {
	s.t.Helper()
	of := "(select order_id from sales.bundle_part where bundle_id = $1)"
	paid := number(s.t, s.World, "select coalesce(sum(amount), 0)::bigint from sales.payment where order_id = $1 and state = 'paid'", id.String())
	live = number(s.t, s.World, "select coalesce(sum(price), 0)::bigint from sales.ticket where order_id in "+of, id.String())
	back = number(s.t, s.World, "select coalesce(sum(paid - fee), 0)::bigint from sales.refund where state = 'done' and order_id in "+of, id.String())
	kept := number(s.t, s.World, "select coalesce(sum(fee), 0)::bigint from sales.refund where state = 'done' and order_id in "+of, id.String())
	theirs := number(s.t, s.World, "select coalesce(sum(r.amount), 0)::bigint from payment_sandbox.refund r join payment_sandbox.payment p on p.id = r.payment_id where p.order_ref = $1", id.String())
	if paid != live+back+kept || back != theirs {
		s.t.Errorf("%d paid, %d in tickets, %d back (the provider: %d), %d kept", paid, live, back, theirs, kept)
	}
	return live, back
}

// A package's price is divided over its tickets to the 分, and every ticket is
// one of kind package with its own price (PT, price item: package).
func TestAPackageOfTickets(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 1, salestest.NoNames())
	c := s.content(sales.PackageTickets, 1, 3, 100_000)
	c.Options[0].Zones = []int{1, 2}
	c.Options[0].Price = 80_000
	pack := s.offer(c)
	buyer := s.Buyer()
	b := s.bought(buyer, pack, nil, [][]int32{{1, 2, salestest.FirstBalcony}})
	var sum money.Fen
	for _, k := range b.Parts[0].Order.Tickets {
		sum += k.Price
		if k.Kind != "package" || k.State != "valid" || k.QR == "" {
			t.Errorf("ticket: %+v", k)
		}
	}
	if sum != 80_000 || b.Parts[0].Order.Tickets[0].Price <= b.Parts[0].Order.Tickets[2].Price {
		t.Errorf("the shares: %v", b.Parts[0].Order.Tickets)
	}
	if live, _ := s.balance(b.ID); live != 80_000 {
		t.Errorf("the tickets cost %d", live)
	}
	s.try(buyer, ids.New(), pack, nil, [][]int32{{3, 4}}).WantProblem(422, "sales.package_seats")
	s.try(buyer, ids.New(), pack, nil, [][]int32{{1, 5, 6}}).WantProblem(409, "inventory.seat_taken")
	// RL-11: no package may cost more than its tickets.
	dear := c
	dear.Options = []sales.PackageOption{{No: 1, Name: "贵", Zones: []int{2}, Price: 3*salestest.BalconyPrice + 1}}
	if _, err := s.Sales.SavePackage(s.As(s.Tenant), ids.New(), s.Show.ID, 0, dear); errs.CodeOf(err) != "core.fields" {
		t.Errorf("a package that costs more than its tickets: %v", err)
	}
	// One ticket of a package that goes back whole cannot go back alone (RL-5).
	o := b.Parts[0].Order
	refund(s.World, buyer, o.ID, ids.New(), 0, 1).WantProblem(409, "sales.package_whole")
	buyer.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/cancel", nil).WantProblem(409, "sales.state")
	var q saleshttp.SaleBundleQuote
	buyer.Do("GET", "/api/v1/shop/bundles/"+b.ID.String()+"/refund-quote", nil).Want(200).JSON(&q)
	if !q.Possible || !q.Whole || q.Back != 80_000 {
		t.Errorf("quote: %+v", q)
	}
	back := map[string]any{"id": ids.New(), "fee": 0}
	for range 2 {
		buyer.Do("POST", "/api/v1/shop/bundles/"+b.ID.String()+"/refunds", back).Want(200)
	}
	if live, back := s.balance(b.ID); live != 0 || back != 80_000 || s.get(buyer, b.ID).State != sales.Refunded {
		t.Errorf("after the refund: %d live, %d back", live, back)
	}
}

// RL-1: the people of a package have a ticket in each of its sessions, and a
// document that has one already stops all of them.
func TestSessionsOfAPackageUnderRealNames(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 3, salestest.Named())
	pack := s.offer(s.content(sales.PackageChoice, 2, 1, 100_001))
	buyer, other := s.Buyer(), s.Buyer()
	pick := []ids.ID{s.sessions[2], s.sessions[0]}
	s.try(buyer, ids.New(), pack, pick[:1], nil).WantProblem(422, "sales.package_pick")
	s.try(buyer, ids.New(), pack, []ids.ID{pick[0], pick[0]}, nil).WantProblem(422, "sales.package_pick")
	b := s.hold(buyer, pack, pick, nil)
	if b.People != 1 || len(b.Parts) != 2 || b.Parts[0].Amount+b.Parts[1].Amount != 100_001 {
		t.Fatalf("bundle: %+v", b)
	}
	s.tryOrder(buyer, b.ID).WantProblem(422, "sales.people")
	s.tryOrder(buyer, b.ID, salestest.Person(0)).Want(200)
	s.tryOrder(buyer, b.ID, salestest.Person(0)).Want(200)
	s.pay(buyer, b.ID)
	s.Notify()
	if got := s.get(buyer, b.ID); got.State != sales.Confirmed {
		t.Fatalf("the bundle is %s", got.State)
	}
	if n := number(t, s.World, "select count(*) from identity.holding"); n != 2 {
		t.Errorf("%d documents are bound", n)
	}
	again := s.hold(other, pack, []ids.ID{s.sessions[1], s.sessions[0]}, nil)
	s.tryOrder(other, again.ID, salestest.Person(0)).WantProblem(409, "inventory.document_used")
	s.tryOrder(other, again.ID, salestest.Person(1)).Want(200) // named anew, nothing was lost
	other.Do("GET", "/api/v1/shop/bundles/"+b.ID.String(), nil).WantProblem(404, "sales.bundle_not_found")
}

// A series has the same seats in all sessions or none in any.
func TestASeasonSeries(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 3, salestest.NoNames())
	pack := s.offer(s.content(sales.PackageSeries, 3, 2, 333_335))
	buyer := s.Buyer()
	if _, err := s.Seats.Do(s.As(s.Tenant), s.sessions[2], &engine.Hold{Meta: engine.Meta{Key: engine.Key(ids.New().Bytes())}, Seats: []int32{5}}, nil); err != nil {
		t.Fatal(err)
	}
	s.try(buyer, ids.New(), pack, nil, [][]int32{{5, 6}, {5, 6}, {5, 6}}).WantProblem(409, "inventory.seat_taken")
	b := s.bought(buyer, pack, nil, nil)
	var sum money.Fen
	for _, p := range b.Parts {
		sum += p.Amount
		if len(p.Places) != 2 || p.Places[0].Seat != b.Parts[0].Places[0].Seat || p.Places[1].Seat != b.Parts[0].Places[1].Seat {
			t.Errorf("other seats: %+v", p.Places)
		}
	}
	if sum != 333_335 {
		t.Errorf("the shares add up to %v", sum)
	}
	for _, id := range s.sessions {
		m, err := s.Seats.Meter(s.As(s.Tenant), id)
		if err != nil || m.Sold != 2 {
			t.Errorf("session %s: %d sold, %v", id, m.Sold, err)
		}
	}
	s.balance(b.ID)
}

// crashing stops answering after some commands: what the caller sees is a
// process that died there.
type crashing struct {
	*inventory.Service
	mu   sync.Mutex
	when func(engine.Command) bool
}

func (c *crashing) Do(ctx context.Context, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error) {
	c.mu.Lock()
	stop := c.when != nil && c.when(cmd)
	c.mu.Unlock()
	if stop {
		return engine.Answer{}, context.Canceled
	}
	return c.Service.Do(ctx, session, cmd, payload)
}

func nth(kind func(engine.Command) bool, n int) func(engine.Command) bool {
	return func(c engine.Command) bool {
		if kind(c) {
			n--
		}
		return n <= 0
	}
}

func confirms(c engine.Command) bool { _, ok := c.(*engine.Confirm); return ok }
func assigns(c engine.Command) bool  { _, ok := c.(*engine.Assign); return ok }

// A crash between the parts of a paid package leaves nothing half sold: the
// sweeper finishes it, or gives all money back when a part is gone for good.
func TestACrashBetweenThePartsOfAPackage(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		s := newSeason(t, 3, salestest.NoNames())
		pack := s.offer(s.content(sales.PackageSeries, 3, 2, 300_000))
		buyer := s.Buyer()
		b := s.hold(buyer, pack, nil, nil)
		s.tryOrder(buyer, b.ID).Want(200)
		s.pay(buyer, b.ID)
		crash := &crashing{Service: s.Seats, when: nth(confirms, 2)}
		s.Sales.Seats = crash
		s.Notify()
		if n := number(t, s.World, "select count(*) from sales.ticket"); n != 2 {
			t.Fatalf("%d tickets after the crash, want those of one part", n)
		}
		if got := s.get(buyer, b.ID); got.State != sales.Paid {
			t.Fatalf("the bundle is %s", got.State)
		}
		s.Sales.Seats = s.Seats
		if lost { // long enough for the holds to end; somebody takes a seat of the last session
			s.Clock.Advance(30 * time.Minute)
			seat := b.Parts[2].Places[0].Seat
			if _, err := s.Seats.Do(s.As(s.Tenant), s.sessions[2], &engine.Hold{Meta: engine.Meta{Key: engine.Key(ids.New().Bytes())}, Seats: []int32{seat}}, nil); err != nil {
				t.Fatal(err)
			}
		} else {
			s.Clock.Advance(time.Minute)
		}
		sweep(t, s.World)
		sweep(t, s.World)
		got := s.get(buyer, b.ID)
		live, back := s.balance(b.ID)
		switch {
		case lost && (got.State != sales.Refunded || live != 0 || back != 300_000):
			t.Errorf("a part was lost: %s, %d live, %d back", got.State, live, back)
		case !lost && (got.State != sales.Confirmed || live != 300_000):
			t.Errorf("after the sweep: %s, %d live", got.State, live)
		}
		for i, id := range s.sessions {
			m, err := s.Seats.Meter(s.As(s.Tenant), id)
			if want := 2; err != nil || !lost && m.Sold != want || lost && m.Sold != 0 {
				t.Errorf("session %d: %d sold, %v", i, m.Sold, err)
			}
		}
	}
}

// A crash while the orders are being made: the same request goes on, and
// without one the sweeper gives all up.
func TestACrashWhileAPackageIsOrdered(t *testing.T) {
	t.Parallel()
	for _, again := range []bool{true, false} {
		s := newSeason(t, 3, salestest.NoNames())
		pack := s.offer(s.content(sales.PackageChoice, 3, 1, 150_000))
		buyer := s.Buyer()
		b := s.hold(buyer, pack, nil, nil)
		s.Sales.Seats = &crashing{Service: s.Seats, when: nth(assigns, 2)}
		s.tryOrder(buyer, b.ID)
		if n := number(t, s.World, "select count(*) from sales.orders"); n != 1 {
			t.Fatalf("%d orders after the crash", n)
		}
		s.Sales.Seats = s.Seats
		if again {
			s.tryOrder(buyer, b.ID).Want(200)
			s.pay(buyer, b.ID)
			s.Notify()
			if got := s.get(buyer, b.ID); got.State != sales.Confirmed {
				t.Errorf("asked again: %s", got.State)
			}
			continue
		}
		s.Clock.Advance(20 * time.Minute)
		sweep(t, s.World)
		if got := s.get(buyer, b.ID); got.State != sales.Expired {
			t.Errorf("after the sweep: %s", got.State)
		}
		if n := number(t, s.World, "select count(*) from sales.orders where state <> 'expired'"); n != 0 {
			t.Errorf("%d orders are still open", n)
		}
		for _, id := range s.sessions {
			if m, err := s.Seats.Meter(s.As(s.Tenant), id); err != nil || m.Held != 0 {
				t.Errorf("%d seats are still held, %v", m.Held, err)
			}
		}
	}
}

// RL-10: a cancelled session's share of a package goes back without a fee,
// whatever the package's rule; the other tickets stay.
func TestACancelledSessionOfAPackage(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 2, salestest.NoNames())
	pack := s.offer(s.content(sales.PackageSeries, 2, 1, 100_001))
	buyer := s.Buyer()
	b := s.bought(buyer, pack, nil, nil)
	ctx := s.As(s.Tenant)
	if _, err := s.Shows.Move(ctx, s.sessions[1], "cancelled", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sales.MassRefund(ctx, s.sessions[1], nil); err != nil {
		t.Fatal(err)
	}
	live, back := s.balance(b.ID)
	if live != int64(b.Parts[0].Amount) || back != int64(b.Parts[1].Amount) {
		t.Errorf("%d live, %d back of %v", live, back, b.Parts)
	}
}

// A package's quota and a buyer's limit hold when many ask at once, and seats
// of those refused are free again.
func TestAPackagesQuota(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 2, salestest.NoNames())
	c := s.content(sales.PackageSeries, 2, 1, 50_000)
	c.Quota, c.PerBuyer = 3, 1
	pack := s.offer(c)
	buyers := make([]*accesstest.Client, 8)
	for i := range buyers {
		buyers[i] = s.Buyer()
	}
	status := make([]int, len(buyers))
	var wg sync.WaitGroup
	for i, b := range buyers {
		wg.Go(func() { status[i] = s.try(b, ids.New(), pack, nil, nil).Status })
	}
	wg.Wait()
	got := 0
	for i, code := range status {
		if code == 201 {
			got++
			s.try(buyers[i], ids.New(), pack, nil, nil).Want(409)
		}
	}
	if got != 3 {
		t.Errorf("%d packages of 3: %v", got, status)
	}
	if m, err := s.Seats.Meter(s.As(s.Tenant), s.sessions[0]); err != nil || m.Held != 3 {
		t.Errorf("%d seats held, %v", m.Held, err)
	}
	s.Clock.Advance(20 * time.Minute) // the holds end and leave room
	sweep(t, s.World)
	s.hold(buyers[0], pack, nil, nil)
	s.try(buyers[0], ids.New(), pack, nil, nil).WantProblem(409, "sales.package_limit")
}

func TestAPackageAtTheCounter(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 2, salestest.NoNames())
	c := s.content(sales.PackageSeries, 2, 2, 200_000)
	c.Channels, c.Refund = []string{"counter"}, sales.RefundPart
	pack := s.offer(c)
	s.try(s.Buyer(), ids.New(), pack, nil, nil).WantProblem(409, "sales.package_channel")
	seller := s.SignedIn(s.Tenant, access.Seller)
	var b saleshttp.SaleBundleDetail
	seller.Do("POST", "/api/v1/counter/bundles", map[string]any{"id": ids.New(), "package": pack, "option": 1}).Want(201).JSON(&b)
	at := "/api/v1/counter/bundles/" + b.ID.String() + "/sale"
	seller.Do("POST", at, map[string]any{"method": "cash", "taken": 199_999}).WantProblem(409, "sales.amount")
	for range 2 {
		seller.Do("POST", at, map[string]any{"method": "cash", "taken": 200_000}).Want(200).JSON(&b)
	}
	if b.State != sales.Confirmed || len(b.Payments) != 1 || b.Payments[0].Amount != 200_000 || b.Payments[0].Provider != "cash" {
		t.Errorf("sold: %s %+v", b.State, b.Payments)
	}
	// ticket by ticket: this package may be given back in parts
	o := b.Parts[0].Order
	seller.Do("POST", "/api/v1/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{o.Tickets[0].Seat}, "fee": 0}).Want(201)
	if n := number(t, s.World, "select count(*) from sales.ticket"); n != 3 {
		t.Errorf("%d tickets are left", n)
	}
	var list saleshttp.PackageList
	seller.Do("GET", "/api/v1/packages?show="+s.Show.ID.String(), nil).Want(200).JSON(&list)
	if i := slices.IndexFunc(list.Items, func(p saleshttp.PackageShown) bool { return p.ID == pack }); i < 0 || list.Items[i].Sales.Sold != 1 || list.Items[i].Sales.Amount != 200_000 {
		t.Errorf("packages: %+v", list)
	}
}
