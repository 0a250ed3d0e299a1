package suite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parterre/codes"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/core/localca"
	"parterre/modules/core/money"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/venue"
)

// world is the whole suite on a database of its own, served over TLS, since it
// calls itself: the sandbox payment provider is a part of it.
type world struct {
	*accesstest.World
	t      *testing.T
	s      *Suite
	client *http.Client // trusts the suite's authority; follows no redirect

	base    string             // https://address
	shopper *accesstest.Client // a buyer
	spare   ids.ID             // an id of nothing
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	d := dbtest.Private(t)
	dir := t.TempDir()
	ca, err := localca.Open(localca.Config{Dir: filepath.Join(dir, "tls")})
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root())
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	lab, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	cfg := Config{
		DB: d.DB, AdminDSN: d.AdminDSN, AppDSN: d.AppDSN, Var: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Clock: d.Clock,
		Apps: AllApps, Version: "test", BaseURL: "https://" + ln.Addr().String(), LabURL: "https://" + lab.Addr().String(), Roots: roots, Sandbox: true,
	}
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(t.Context(), cfg)
	must(t, err)
	done := make(chan error, 1)
	go func() { done <- s.HTTP.Serve(ln, ca.TLSConfig()) }()
	labCtx, stopLab := context.WithCancel(context.WithoutCancel(t.Context()))
	labDone := make(chan error, 1)
	go func() { labDone <- s.Lab.Serve(labCtx, tls.NewListener(lab, ca.TLSConfig())) }()
	t.Cleanup(func() {
		_ = s.HTTP.Stop(5 * time.Second)
		<-done
		stopLab()
		<-labDone
		s.Seats.Close()
	})
	w := &world{World: accesstest.From(t, d, s.HTTP, s.Access), t: t, s: s, client: client, base: "https://" + ln.Addr().String(), spare: ids.New()}
	w.shopper = w.Buyer()
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is one tenant's theatre with a session on sale.
type house struct {
	venue   venue.Venue
	hall    venue.Hall
	plan    ticketmap.Plan
	show    show.Show
	session show.Session
	mapID   ids.ID
}

func (w *world) as(tenant int32) context.Context { return w.AsTenant(w.t.Context(), tenant) }

// house makes a theatre with the small hall of salestest. starts zero: in 30 days.
func (w *world) house(tenant int32, code string, rules show.Rules) house {
	w.t.Helper()
	ctx := w.as(tenant)
	var h house
	c, err := codes.ParseVenue(code)
	must(w.t, err)
	h.venue, err = w.s.Venues.Create(ctx, venue.NewVenue{Code: c, Name: "大剧院", Address: "前门大街 1 号"})
	must(w.t, err)
	h.hall, err = w.s.Venues.AddHall(ctx, h.venue.ID, "小剧场")
	must(w.t, err)
	h.plan = w.draft(tenant, h.hall.ID)
	h.plan, err = w.s.Maps.Publish(ctx, h.plan.ID, h.plan.Version)
	must(w.t, err)
	h.show, err = w.s.Shows.Create(ctx, show.Details{Kind: "performance", Title: "龙井茶香", PerformanceType: salestest.PerformanceType(), Organiser: "甲剧院", Performers: "甲剧团", Minutes: 120})
	must(w.t, err)
	today := clock.DayOf(w.Clock.Now(), clock.Shanghai)
	h.show, err = w.s.Shows.Approve(ctx, h.show.ID, show.Approval{Number: "京演〔2026〕0001号", Authority: "北京市文化和旅游局", Audience: 200, ValidFrom: today, ValidTo: today.Add(365)})
	must(w.t, err)
	h.session, h.mapID = w.onSale(tenant, h, w.Clock.Now().Add(30*24*time.Hour), rules)
	return h
}

func (w *world) draft(tenant int32, hall ids.ID) ticketmap.Plan {
	w.t.Helper()
	doc, err := plan.Encode(salestest.Plan())
	must(w.t, err)
	p, err := w.s.Maps.Import(w.as(tenant), hall, doc)
	must(w.t, err)
	return p
}

// onSale makes a session of the house and opens its sale.
func (w *world) onSale(tenant int32, h house, starts time.Time, rules show.Rules) (show.Session, ids.ID) {
	w.t.Helper()
	return w.onSaleHeld(tenant, h, starts, rules, nil)
}

// onSaleHeld is onSale with places held back.
func (w *world) onSaleHeld(tenant int32, h house, starts time.Time, rules show.Rules, held []ticketmap.SeatHold) (show.Session, ids.ID) {
	w.t.Helper()
	ctx := w.as(tenant)
	se, err := w.s.Shows.AddSession(ctx, h.show.ID, show.NewSession{HallID: h.hall.ID, PlanID: h.plan.ID, StartsAt: starts, Audience: salestest.Seats + salestest.Standing, Rules: &rules})
	must(w.t, err)
	m, err := w.s.Maps.CreateMap(ctx, ticketmap.NewMap{PlanID: h.plan.ID, SessionID: se.ID, Approved: se.Audience, Name: "首演"})
	must(w.t, err)
	for i, price := range []money.Fen{salestest.StallPrice, salestest.BalconyPrice, salestest.StandingPrice} {
		m.Zones[i].Price = price
	}
	if held != nil {
		m.Holds = held
	}
	m, _, err = w.s.Maps.SetMap(ctx, m.ID, m.Version, m.MapContent)
	must(w.t, err)
	se, err = w.s.Shows.Move(ctx, se.ID, "on_sale", nil)
	must(w.t, err)
	return se, m.ID
}

// noNames are rules of a session that asks for no documents.
func noNames() show.Rules {
	r := show.DefaultRules()
	r.RealName = show.RealName{}
	r.MaxTickets = 50
	return r
}

// hold and order for a buyer; people may be none.
func (w *world) hold(c *accesstest.Client, session ids.ID, seats ...int32) ids.ID {
	w.t.Helper()
	var h struct{ Hold ids.ID }
	c.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": session, "seats": seats}).Want(201).JSON(&h)
	return h.Hold
}

func (w *world) order(c *accesstest.Client, session, hold ids.ID) ids.ID {
	w.t.Helper()
	id := ids.New()
	c.Do("POST", "/api/v1/shop/orders", map[string]any{"id": id, "session": session, "hold": hold, "consent": true}).Want(201)
	return id
}

// pay goes through the cashier's page over TLS and has the shop ask for the money.
func (w *world) pay(c *accesstest.Client, order ids.ID) {
	w.t.Helper()
	w.payAt(c, "/api/v1/shop/orders/"+order.String()+"/pay")
	if got := c.Do("POST", "/api/v1/shop/orders/"+order.String()+"/check", map[string]any{}).Want(200).Get("state"); got != "confirmed" {
		w.t.Fatalf("a paid order is %s", got)
	}
}

// payAt asks for a cashier's page and presses its button.
func (w *world) payAt(c *accesstest.Client, path string) {
	w.t.Helper()
	at := c.Do("POST", path, map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl")
	form := url.Values{"do": {"pay"}, "mode": {"normal"}}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	must(w.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.client.Do(req)
	must(w.t, err)
	_ = res.Body.Close()
}

func (w *world) buy(c *accesstest.Client, session ids.ID, seats ...int32) ids.ID {
	w.t.Helper()
	id := w.order(c, session, w.hold(c, session, seats...))
	w.pay(c, id)
	return id
}

// counter sells seats for cash and returns the order.
func (w *world) counter(c *accesstest.Client, session ids.ID, seats ...int32) ids.ID {
	w.t.Helper()
	var h struct {
		Hold   ids.ID
		Amount money.Fen
	}
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": session, "seats": seats}).Want(201).JSON(&h)
	id := ids.New()
	c.Do("POST", "/api/v1/counter/sales", map[string]any{"id": id, "session": session, "hold": h.Hold, "consent": true, "method": "cash", "taken": h.Amount}).Want(201)
	return id
}
