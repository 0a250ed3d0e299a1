// Package salestest makes a tenant with a session on sale, for the tests of
// sales and of whatever stands on it: a venue, a hall with a small plan, a
// priced map, a show with its approval, the real seat engine, the real sandbox
// payment provider over TLS, and a server that both can reach.
//
//	w := salestest.New(t)
//	buyer := w.Buyer()
//	order := w.Bought(buyer, salestest.FirstStall)
package salestest

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"parterre/codes"
	"parterre/codes/codestore"
	"parterre/codes/payload"
	"parterre/integrations/payment"
	"parterre/integrations/payment/sandbox"
	"parterre/integrations/payment/sim"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/seating"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/venue"
)

// Prices of the small hall's zones 1, 2 and 3.
const (
	StallPrice    money.Fen = 68_000
	BalconyPrice  money.Fen = 28_050
	StandingPrice money.Fen = 9_900
)

// Documents are published sample numbers (ChinaTax and GB 11643 examples).
var Documents = []string{"11010519491231002X", "440524188001010014", "34052419800101001X", "370101190102039973"}

// Config changes what New makes.
type Config struct {
	Rules    *show.Rules           // default: show.DefaultRules without names
	StartsIn time.Duration         // default 30 days
	Hook     func(at string) error // of the seat engine's commits
	Admitted func(ctx context.Context, tx db.Tx, session ids.ID, codes []string) ([]string, error)
	Provider func(payment.Provider) payment.Provider // wraps the sandbox's client
	More     func(w *World)                          // adds operations to the server
	Log      io.Writer                               // of the server, the services and the provider; default none
}

// World is the tenant with everything on it.
type World struct {
	*accesstest.World
	T         testing.TB
	Log       *slog.Logger
	Venues    *venue.Service
	Maps      *seating.Seating
	TicketMap *ticketmap.Service
	Shows     *show.Service
	Seats     *inventory.Service
	Sales     *sales.Service
	Vault     *identity.Vault
	Codes     *codes.UniqueKeys
	Public    ed25519.PublicKey // verifies the tickets' payloads
	Cashier   *sandbox.Server
	PaySim    *sim.Server // simulated WeChat Pay and Alipay
	PayFront  *httptest.Server
	Trusting  *http.Client // trusts the test's TLS servers
	Address   string       // of the server, https

	Venue   venue.Venue
	Hall    venue.Hall
	Plan    ticketmap.Plan
	Show    show.Show
	Session show.Session

	begin func()
}

// NoNames are the rules of a session that asks for no documents.
func NoNames() *show.Rules {
	r := show.DefaultRules()
	r.RealName = show.RealName{}
	return &r
}

// Named are the rules of a session with one document a ticket.
func Named() *show.Rules {
	r := show.DefaultRules()
	return &r
}

// New makes a world of its own, gone when the test ends.
func New(t testing.TB, change ...func(*Config)) *World {
	t.Helper()
	cfg := Config{Rules: NoNames(), StartsIn: 30 * 24 * time.Hour, Log: io.Discard}
	for _, f := range change {
		f(&cfg)
	}
	w := &World{T: t, Log: slog.New(slog.NewTextHandler(cfg.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	accesstest.New(t, func(a *accesstest.World) {
		w.World = a
		w.compose(cfg)
		saleshttp.Register(a.Server, saleshttp.Deps{Sales: w.Sales, Seats: w.Seats, Maps: w.Maps, TicketMaps: w.TicketMap, Shows: w.Shows, Venues: w.Venues})
		if cfg.More != nil {
			cfg.More(w)
		}
	})
	w.begin() // only now: routes are not added to a server that runs
	w.Venue, w.Hall, w.Plan, w.Show = w.House(w.Tenant, "11010100101")
	w.Session = w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, w.Clock.Now().Add(cfg.StartsIn), cfg.Rules)
	return w
}

// compose makes the services as an app does, with servers on free ports.
func (w *World) compose(cfg Config) {
	t := w.T
	w.Venues, w.Maps = venue.New(w.DB.DB), seating.New(w.DB.DB)
	w.TicketMap = ticketmap.New(w.DB.DB, ticketmap.NothingSold{})
	w.Shows = show.New(w.DB.DB, codestore.New(w.DB.DB),
		func(ctx context.Context, tx db.Tx, s show.Session) error {
			return ticketmap.Ready(ctx, tx, s.ID, s.Audience)
		},
		func(context.Context, db.Tx, show.Show, *show.Session) error { return nil })
	keys, err := codes.NewUniqueKeys('0', map[byte][]byte{'0': []byte("0123456789abcdef0123456789abcdef")})
	w.must(err)
	w.Codes = keys
	w.Seats, err = inventory.New(t.Context(), inventory.Deps{
		DB: w.DB.DB, Catalog: w.Maps, Rows: []inventory.RowWriter{sales.NewRows(keys)}, Node: "test", Log: w.Log,
		Options: inventory.Options{Hook: cfg.Hook, FeedEvery: time.Nanosecond},
	})
	w.must(err)
	t.Cleanup(w.Seats.Close)
	w.Vault, err = identity.OpenVault(filepath.Join(t.TempDir(), "identity.json"))
	w.must(err)
	public, private, err := ed25519.GenerateKey(nil)
	w.must(err)
	w.Public = public
	signer, err := payload.NewEd25519Signer(private)
	w.must(err)
	provider := w.serve(cfg)
	w.Sales = sales.New(sales.Deps{
		DB: w.DB.DB, Seats: w.Seats, Maps: w.Maps, Vault: w.Vault, Codes: keys, Signer: signer,
		Providers: map[string]payment.Provider{"sandbox": provider, "second": provider}, Log: w.Log, Address: w.Address, Admitted: cfg.Admitted,
		OpenAccount: w.openAccount, Enrol: w.enrol,
	})
}

// serve starts the provider over TLS and prepares the server itself.
func (w *World) serve(cfg Config) payment.Provider {
	t := w.T
	key := []byte("a key that the sandbox and the shop share")
	w.Cashier = &sandbox.Server{Prefix: "/pay/sandbox", Key: key, Clock: w.Clock, Pool: w.DB.Pool(), Log: w.Log}
	w.PaySim = &sim.Server{Prefix: "/pay/sim", Clock: w.Clock, Pool: w.DB.Pool(), Log: w.Log}
	mux := http.NewServeMux()
	mux.Handle("/pay/sandbox/", w.Cashier.Handler())
	mux.Handle("/pay/sim/", w.PaySim.Handler())
	front := httptest.NewTLSServer(mux)
	t.Cleanup(front.Close)
	w.PayFront, w.PaySim.Base = front, front.URL+"/pay/sim"
	w.Trusting = front.Client()
	w.Trusting.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w.Trusting.Timeout = 30 * time.Second
	w.Cashier.HTTP, w.PaySim.HTTP = w.Trusting, w.Trusting
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	w.must(err)
	w.Address = "https://" + ln.Addr().String()
	tls := front.TLS.Clone()
	tls.NextProtos = nil
	w.begin = func() {
		done := make(chan error, 1)
		go func() { done <- w.Server.Serve(ln, tls) }()
		t.Cleanup(func() {
			_ = w.Server.Stop(5 * time.Second)
			<-done
		})
	}
	var p payment.Provider = &sandbox.Client{Base: front.URL + "/pay/sandbox", Key: key, Clock: w.Clock, HTTP: w.Trusting}
	if cfg.Provider != nil {
		p = cfg.Provider(p)
	}
	return p
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatalf("salestest: %v", err)
	}
}

// As is a scope of a tenant's own.
func (w *World) As(tenant int32) context.Context { return w.DB.AsTenant(w.T.Context(), tenant) }

// House makes a venue with the small hall, its published plan, and an approved show.
func (w *World) House(tenant int32, code string) (venue.Venue, venue.Hall, ticketmap.Plan, show.Show) {
	w.T.Helper()
	ctx := w.As(tenant)
	c, err := codes.ParseVenue(code)
	w.must(err)
	v, err := w.Venues.Create(ctx, venue.NewVenue{Code: c, Name: "大剧院", NameEn: "Grand Theatre", Address: "前门大街 1 号"})
	w.must(err)
	h, err := w.Venues.AddHall(ctx, v.ID, "小剧场")
	w.must(err)
	doc, err := plan.Encode(Plan())
	w.must(err)
	p, err := w.TicketMap.Import(ctx, h.ID, doc)
	w.must(err)
	p, err = w.TicketMap.Publish(ctx, p.ID, p.Version)
	w.must(err)
	sh, err := w.Shows.Create(ctx, show.Details{
		Kind: "performance", Title: "龙井茶香", TitleEn: "Tea", PerformanceType: PerformanceType(),
		Organiser: "甲剧院", Performers: "甲剧团", Minutes: 120,
	})
	w.must(err)
	today := clock.DayOf(w.Clock.Now(), clock.Shanghai)
	sh, err = w.Shows.Approve(ctx, sh.ID, show.Approval{Number: "京演〔2026〕0001号", Authority: "北京市文化和旅游局", Audience: 200, ValidFrom: today, ValidTo: today.Add(365)})
	w.must(err)
	return v, h, p, sh
}

// OnSale makes a session with a priced map and opens its sale.
func (w *World) OnSale(tenant int32, showID, hall ids.ID, p ticketmap.Plan, starts time.Time, rules *show.Rules) show.Session {
	w.T.Helper()
	ctx := w.As(tenant)
	se, err := w.Shows.AddSession(ctx, showID, show.NewSession{HallID: hall, PlanID: p.ID, StartsAt: starts, Audience: Seats + Standing, Rules: rules})
	w.must(err)
	m, err := w.TicketMap.CreateMap(ctx, ticketmap.NewMap{PlanID: p.ID, SessionID: se.ID, Approved: se.Audience, Name: "首演"})
	w.must(err)
	for i, price := range []money.Fen{StallPrice, BalconyPrice, StandingPrice} {
		m.Zones[i].Price = price
	}
	m, _, err = w.TicketMap.SetMap(ctx, m.ID, m.Version, m.MapContent)
	w.must(err)
	_, err = w.Shows.SetMap(ctx, se.ID, m.ID)
	w.must(err)
	se, err = w.Shows.Move(ctx, se.ID, "on_sale", nil)
	w.must(err)
	return se
}

// PerformanceType is a type of the code table.
func PerformanceType() string { return codes.MustTable("performance-type").Entries()[0].Code }
