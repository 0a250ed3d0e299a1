package sim_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

const secret = "platform test secret"

// client speaks to a platform as a reporting system does, and as one should not.
type client struct {
	t        *testing.T
	p        *performance.Profile
	platform *sim.Platform
	clock    *clock.Sim
	world    *reportingtest.World
	seq      int64
}

func newClient(t *testing.T) *client {
	t.Helper()
	p, err := performance.LoadProfile(performance.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, p: p, clock: clock.NewSim(dbtest.Start), world: reportingtest.NewWorld(1, dbtest.Start)}
	c.platform, err = sim.New(t.Context(), sim.Config{Profile: p, Clock: c.clock, Log: &sim.Memory{}, Apps: []sim.Registration{
		{ID: "app", Name: "app", Secret: secret}, {ID: "elsewhere", Name: "x", Secret: secret, Venues: []string{"31010100101"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// request is one call with everything that can be wrong about it.
type request struct {
	app, secret, nonce string
	stamp              time.Time
	body               []byte
	signed             []byte // what the signature is over, if not the body
}

func (c *client) request(body []byte) request {
	return request{app: "app", secret: secret, nonce: ids.Token(16), stamp: c.clock.Now(), body: body}
}

func (c *client) send(r request) performance.Answer {
	c.t.Helper()
	path := c.p.Wire.Path
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "https://platform"+path, bytes.NewReader(r.body))
	if err != nil {
		c.t.Fatal(err)
	}
	signed := r.signed
	if signed == nil {
		signed = r.body
	}
	stamp := strconv.FormatInt(r.stamp.UnixMilli(), 10)
	req.Header.Set(performance.HeaderApp, r.app)
	req.Header.Set(performance.HeaderTimestamp, stamp)
	req.Header.Set(performance.HeaderNonce, r.nonce)
	req.Header.Set(performance.HeaderSignature, performance.Sign(c.p.Wire.Signature, r.secret, http.MethodPost, path, stamp, r.nonce, signed))
	res, err := sim.Transport{Handler: c.platform}.RoundTrip(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, _ := io.ReadAll(res.Body)
	a, err := c.p.ParseAnswer(raw)
	if err != nil {
		c.t.Fatalf("%v: %s", err, raw)
	}
	return a
}

func (c *client) compose(bodies ...fact.Body) []byte {
	c.t.Helper()
	var items []reporting.Numbered
	for _, b := range bodies {
		c.seq++
		items = append(items, reporting.Numbered{Seq: c.seq, Fact: fact.New(c.clock.Now(), b)})
	}
	raw, refused := c.p.Compose(ids.New(), c.clock.Now(), items)
	if len(refused) > 0 {
		c.t.Fatal(refused)
	}
	return raw
}

func (c *client) report(bodies ...fact.Body) performance.Answer {
	c.t.Helper()
	return c.send(c.request(c.compose(bodies...)))
}

// base reports what must be known before sales.
func (c *client) base() {
	c.t.Helper()
	for _, f := range c.world.Base() {
		if a := c.report(f.Body); a.Code != "0000" || len(a.Rejected) != 0 {
			c.t.Fatalf("%s: %+v", f.Body.Kind(), a)
		}
	}
}

func (c *client) want(a performance.Answer, code string) {
	c.t.Helper()
	got := a.Code
	if got == "0000" && len(a.Rejected) == 1 {
		got = a.Rejected[0].Code
	}
	if got != code {
		c.t.Errorf("answer %+v, want %s", a, code)
	}
}

// PT interfaces: who is not let in, and the code that says why.
func TestDoor(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	venue := c.world.Base()[0].Body
	good := func() request { return c.request(c.compose(venue)) }
	c.want(c.send(good()), "0000")
	for name, x := range map[string]struct {
		spoil func(*request)
		code  string
	}{
		"unknown app":  {func(r *request) { r.app = "nobody" }, "1003"},
		"wrong secret": {func(r *request) { r.secret = "x" }, "1001"},
		"other body":   {func(r *request) { r.signed = []byte("x") }, "1001"},
		"slow clock":   {func(r *request) { r.stamp = r.stamp.Add(-301 * time.Second) }, "1002"},
		"fast clock":   {func(r *request) { r.stamp = r.stamp.Add(301 * time.Second) }, "1002"},
		"short nonce":  {func(r *request) { r.nonce = "x" }, "1001"},
	} {
		r := good()
		x.spoil(&r)
		if a := c.send(r); a.Code != x.code {
			t.Errorf("%s: %+v, want %s", name, a, x.code)
		}
	}
	edge := good()
	edge.stamp = edge.stamp.Add(300 * time.Second)
	c.want(c.send(edge), "0000")
	again := good()
	c.want(c.send(again), "0000")
	c.want(c.send(again), "1001") // the same nonce: a recorded request played again
	foreign := good()
	foreign.app = "elsewhere"
	c.want(c.send(foreign), "1003") // registered, but not for this venue
}

// PT interfaces: a repeated message is a success with one effect; the same id
// with other content is not taken.
func TestRepetition(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.base()
	sale := c.world.Next().Body
	raw := c.compose(sale)
	c.want(c.send(c.request(raw)), "0000")
	if a := c.send(c.request(raw)); a.Code != "2003" || a.Accepted != 1 {
		t.Errorf("repeated: %+v", a)
	}
	other := strings.Replace(string(raw), `"sequence":9`, `"sequence":99`, 1)
	c.want(c.send(c.request([]byte(other))), "9999")
	c.want(c.report(sale), "2003") // the same sale in a new message
	for key, n := range c.platform.Effects() {
		if n != 1 {
			t.Errorf("%s took effect %d times", key, n)
		}
	}
}

// References, seats and amounts: what the platform can know to be wrong.
func TestRecordsAreChecked(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.world.Base()
	c.want(c.report(first[1].Body), "2002") // a hall of an unknown venue
	c.base()
	s := c.world.Session()
	ticket := func(code, seat string) fact.TicketSold {
		return fact.TicketSold{TicketCode: s + code, PriceCode: "A", Kind: "full", PublicSale: true, Amount: 28000, Area: "A", Row: "1", Seat: seat, Medium: "paper"}
	}
	sale := func(order string, ts ...fact.TicketSold) fact.Sale {
		return fact.Sale{SessionCode: s, OrderNumber: order, Channel: "counter", Payment: "cash", SoldAt: dbtest.Start, Tickets: ts}
	}
	refund := func(number string, amount, fee int64) fact.Refund {
		return fact.Refund{
			SessionCode: s, OrderNumber: "O1", RefundNumber: number, RefundedAt: dbtest.Start, Reason: "buyer",
			Tickets: []fact.TicketRefunded{{TicketCode: s + "T1", Amount: fenOf(amount), Fee: fenOf(fee)}},
		}
	}
	c.want(c.report(sale("O1", ticket("T1", "1"))), "0000")
	c.want(c.report(sale("O2", ticket("T2", "1"))), "9999") // the seat is sold
	c.want(c.report(sale("O2", ticket("T1", "2"))), "9999") // the ticket is another's
	foreign := ticket("", "2")
	foreign.TicketCode = "X1"
	c.want(c.report(sale("O3", foreign)), "2002") // PT-ticket: not of this session
	unknownPrice := ticket("T3", "3")
	unknownPrice.PriceCode = "Q"
	c.want(c.report(sale("O3", unknownPrice)), "2002")
	c.want(c.report(refund("R1", 20000, 0)), "2004") // not what was paid
	c.want(c.report(refund("R1", 25200, 2800)), "0000")
	c.want(c.report(refund("R1", 25200, 2800)), "2003")
	c.want(c.report(refund("R2", 25200, 2800)), "9999") // given back already
	c.want(c.report(sale("O4", ticket("T4", "1"))), "0000")
	scan := fact.CheckIn{SessionCode: s, Scans: []fact.Scan{{TicketCode: s + "T9", At: dbtest.Start, Gate: "1", Credential: "qr"}}}
	c.want(c.report(scan), "2002")
}

// PT-mgmt: the daily report against the clock, itself, the increments, and the
// versions before it.
func TestDailyReport(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.base()
	for range 30 {
		if a := c.report(c.world.Next().Body); a.Code != "0000" || len(a.Rejected) > 0 {
			t.Fatalf("increment: %+v", a)
		}
	}
	day := clock.BusinessDay(dbtest.Start, 0)
	daily := func(version int, spoil func(*fact.Daily)) fact.Daily {
		d := c.world.Daily(day)
		d.Version = version
		if spoil != nil {
			spoil(&d)
		}
		return d
	}
	both := func(d *fact.Daily) { // agrees with itself, not with the increments
		d.Public.Sold++
		d.ByChannel[0].Movement.Sold++
		d.ByPrice[0].Movement.Sold++
	}
	deadline := day.Add(1).Start(clock.Shanghai).Add(12 * time.Hour)
	c.clock.Set(deadline)
	c.want(c.report(daily(1, both)), "2004")
	c.want(c.report(daily(1, func(d *fact.Daily) { d.CheckedTotal, d.Checked = d.Checked, 0 })), "2004")
	c.want(c.report(daily(1, nil)), "0000") // at 12:00:00 exactly it is in time
	c.want(c.report(daily(1, nil)), "2003")
	c.want(c.report(daily(1, func(d *fact.Daily) { d.Held++ })), "9999") // other figures under the same version
	raw := c.compose(daily(2, nil))
	c.clock.Advance(time.Second)
	c.want(c.send(c.request(raw)), "2005")  // composed in time, arrived late, not marked
	c.want(c.report(daily(2, nil)), "0000") // composed now: marked
	if got := c.platform.Day("", day)[0]; !got.Late || got.Version != 2 || !got.Agrees {
		t.Errorf("at the platform: %+v", got)
	}
	if got := c.platform.Calendar(day, 1)[0].Days[0]; got.Status != sim.DayLate {
		t.Errorf("calendar: %+v", got)
	}
}

// Faults within one record refuse that record; faults of the envelope refuse
// the message. Both are kept with their place in the bytes.
func TestSchemaFaults(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.base()
	two := string(c.compose(c.world.Next().Body, saleOf(c.world)))
	i := strings.LastIndex(two, `"channel":"`)
	a := c.send(c.request([]byte(two[:i] + `"channel":"` + strings.Repeat("x", 21) + two[i+len(`"channel":"`):])))
	if a.Code != "0000" || a.Accepted != 1 || len(a.Rejected) != 1 || a.Rejected[0].Index != 1 || a.Rejected[0].Code != "2001" {
		t.Errorf("a wide field in the second record: %+v", a)
	}
	c.want(c.send(c.request([]byte(strings.Replace(string(c.compose(saleOf(c.world))), `"records"`, `"recordz"`, 1)))), "2001")
	c.want(c.send(c.request([]byte(`{"messageId":`))), "2001")
	list, err := c.platform.Timeline(t.Context(), sim.Filter{Limit: 3})
	if err != nil || len(list) != 3 || len(list[2].Faults) == 0 || list[2].Faults[0].Start == 0 {
		t.Fatalf("timeline: %+v, %v", list, err)
	}
	d, err := c.platform.Exchange(t.Context(), list[2].Number)
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, f := range d.Fields {
		marked += len(f.Faults)
	}
	if marked == 0 || !strings.Contains(d.Request, "xxxxx") {
		t.Error("the opened exchange does not mark the fault")
	}
}

func saleOf(w *reportingtest.World) fact.Body {
	for {
		if b, ok := w.Next().Body.(fact.Sale); ok {
			return b
		}
	}
}

// Rules act in their order, as often as they say, and are refused at load when
// they could not act.
func TestRules(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	busy := sim.BehaviourRule{Name: "busy", Match: sim.RuleMatch{Type: "HALL"}, Not: &sim.RuleMatch{App: "x"}, Action: sim.ActRefuse, Code: "3001", Times: 1}
	if err := c.platform.SetRules(t.Context(), []sim.BehaviourRule{busy}); err != nil {
		t.Fatal(err)
	}
	base := c.world.Base()
	c.want(c.report(base[0].Body), "0000")
	c.want(c.report(base[1].Body), "3001")
	c.want(c.report(base[1].Body), "0000")
	if r := c.platform.Rules(); r[0].Acted != 1 {
		t.Errorf("acted %d times", r[0].Acted)
	}
	for name, r := range map[string]sim.BehaviourRule{
		"no name":        {Action: sim.ActCut},
		"action":         {Name: "x", Action: "explode"},
		"code":           {Name: "x", Action: sim.ActRefuse, Code: "4711"},
		"code elsewhere": {Name: "x", Action: sim.ActCut, Code: "3001"},
		"effect":         {Name: "x", Action: sim.ActRefuse, Code: "3001", Effect: true},
		"times":          {Name: "x", Action: sim.ActCut, Times: -1},
		"no delay":       {Name: "x", Action: sim.ActLate},
		"delay":          {Name: "x", Action: sim.ActLate, DelayMS: 3_600_000},
		"type":           {Name: "x", Action: sim.ActCut, Match: sim.RuleMatch{Type: "PRIZE"}},
		"not":            {Name: "x", Action: sim.ActCut, Not: &sim.RuleMatch{Resend: "maybe"}},
	} {
		if err := c.platform.SetRules(t.Context(), []sim.BehaviourRule{r}); errs.CodeOf(err) != "lab.rule" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, m := range sim.Menu() {
		if err := sim.CheckRules(c.p, []sim.BehaviourRule{m.Rule}); err != nil {
			t.Errorf("menu %s: %v", m.Rule.Name, err)
		}
	}
}

// failing is a log whose store is down.
type failing struct {
	sim.Log
	down bool
}

func (f *failing) Append(ctx context.Context, e sim.Exchange) (int64, error) {
	if f.down {
		return 0, io.ErrClosedPipe
	}
	return f.Log.Append(ctx, e)
}

// What cannot be stored did not happen: no answer, no effect, and the same
// message is taken once the store is back.
func TestNothingHappensUnstored(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	log := &failing{Log: &sim.Memory{}}
	var err error
	c.platform, err = sim.New(t.Context(), sim.Config{Profile: c.p, Clock: c.clock, Log: log, Apps: []sim.Registration{{ID: "app", Secret: secret}}})
	if err != nil {
		t.Fatal(err)
	}
	c.base()
	raw := c.compose(saleOf(c.world))
	log.down = true
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://platform"+c.p.Wire.Path, bytes.NewReader(raw))
	stamp := strconv.FormatInt(c.clock.Now().UnixMilli(), 10)
	req.Header.Set(performance.HeaderApp, "app")
	req.Header.Set(performance.HeaderTimestamp, stamp)
	req.Header.Set(performance.HeaderNonce, "nonce-00001")
	req.Header.Set(performance.HeaderSignature, performance.Sign(c.p.Wire.Signature, secret, "POST", c.p.Wire.Path, stamp, "nonce-00001", raw))
	res, err := sim.Transport{Handler: c.platform}.RoundTrip(req)
	if err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("with the store down: %v, %v", res, err)
	}
	_ = res.Body.Close()
	if n := len(c.platform.Effects()); n != 0 {
		t.Fatalf("%d effects of what was not stored", n)
	}
	log.down = false
	c.want(c.send(c.request(raw)), "0000")
	if n := len(c.platform.Effects()); n != 1 {
		t.Fatalf("%d effects", n)
	}
}

func fenOf(n int64) money.Fen { return money.Fen(n) }

// Who does not prove who he is cannot fill the store; a fault that was to act
// once does not come back with a restart, a lasting one does.
func TestStrangersAndRestarts(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	log := &sim.Memory{}
	cfg := sim.Config{Profile: c.p, Clock: c.clock, Log: log, Apps: []sim.Registration{{ID: "app", Secret: secret}}}
	var err error
	if c.platform, err = sim.New(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	r := c.request(bytes.Repeat([]byte(" "), 1<<20))
	r.secret = "x"
	c.want(c.send(r), "1001")
	e, err := log.Get(t.Context(), 1)
	if err != nil || len(e.Request) > 4<<10 || len(e.Notes) != 1 {
		t.Fatalf("%d bytes of a stranger are kept, %v, %v", len(e.Request), e.Notes, err)
	}
	rules := []sim.BehaviourRule{{Name: "once", Action: sim.ActCut, Times: 1}, {Name: "lasting", Action: sim.ActRefuse, Code: "3001"}}
	if err := c.platform.SetRules(t.Context(), rules); err != nil {
		t.Fatal(err)
	}
	if c.platform, err = sim.New(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if got := c.platform.Rules(); len(got) != 1 || got[0].Name != "lasting" {
		t.Fatalf("rules after a restart: %+v", got)
	}
}
