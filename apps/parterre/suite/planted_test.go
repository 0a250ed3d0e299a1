package suite

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// unfilled are the tables that the flows below leave empty, each with the
// reason why nothing of a person can come there.
var unfilled = map[string]string{
	"access.attempt":           "failed sign-ins by a hash of login and address; swept",
	"access.pin":               "hashes of numbers that staff chose, of no customer",
	"channel.mode":             "whether a tenant's agents work in the sandbox",
	"channel.push":             "positions of news on their way, of channel.change",
	"codes.gap":                "numbers of codes that were never given out",
	"inventory.open_batch":     "who works on which batch, between two of its steps",
	"inventory.reseat":         "numbers of places before and after a plan's move",
	"sales.asked":              "keyed digests of requests, erased with the persons before the look",
	"sales.retention":          "terms in days that a house sets",
	"sales.tries":              "misses of pickup codes by a keyed digest of a login or an address; swept",
	"sales.exchange_due":       "what an exchange still costs: seats, prices and ids",
	"inventory.snapshot":       "made after 100000 events; the state it is made of is looked at by states",
	"reporting.decision":       "what staff decided on a delivery, by its number",
	"reporting.inbox":          "positions of facts until they are numbered",
	"reporting.unprojected":    "fields of facts that were not made; the facts that are made are in reporting.fact",
	"ticketmap.applied":        "maps",
	"ticketmap.price_change":   "prices",
	"ticketmap.price_program":  "prices",
	"ticketmap.price_proposal": "prices",
	"ticketmap.price_state":    "prices",
}

// RL-13, SEC-PIPL, SEC-ASVS-14.2.1: names, numbers, phones and addresses of
// people go through every flow that takes one, right and wrong, and are then
// nowhere in the clear: in no column of any table, no log line, no metric, no
// answer, no address and no file. A table that the flows do not fill fails the
// test unless it is excused by name.
func TestPlantedPersonsAreNowhereInTheClear(t *testing.T) {
	t.Parallel()
	e := &ear{t: t}
	w := newWorld(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(e, &slog.HandlerOptions{Level: slog.LevelDebug})) // without the masking of package log
	})
	w.Observe = e.hear
	targets := w.foreign() // fills the second tenant
	for _, r := range w.s.HTTP.Routes() {
		w.visit(r.ID, r.Method, r.Path, targets)
	}
	p := &plant{world: w, ear: e, h: w.house(w.Tenant, "11010100101", show.DefaultRules())}
	must(t, w.s.demoChannel(w.system(), w.Tenant))
	must(t, w.s.demoPayments(w.system(), w.Tenant))
	for _, f := range []func(){p.shop, p.accounts, p.counter, p.reservations, p.waiting, p.packages, p.passes, p.agents, p.invoices, p.finding, p.discounts, p.gate, p.wrong} {
		f()
	}
	p.states()
	p.background()

	for _, leak := range e.found {
		t.Errorf("an answer: %s", leak)
	}
	for _, leak := range leaks([]byte(e.text())) {
		t.Errorf("the log: %s: %s", leak, line1(e.text(), leak))
	}
	s := w.scan()
	for _, leak := range s.found {
		t.Errorf("the database: %s", leak)
	}
	n, found := files(t, w.s.cfg.Var)
	for _, leak := range found {
		t.Errorf("a file: %s", leak)
	}
	w.metricsAreClean()
	for table, rows := range s.rows {
		why, excused := unfilled[table]
		switch {
		case rows == 0 && !excused:
			t.Errorf("%s is empty: plant something there, or excuse it", table)
		case rows > 0 && excused && why == "":
			t.Errorf("%s: an excuse without a reason", table)
		}
	}
	for table := range unfilled {
		if _, ok := s.rows[table]; !ok {
			t.Errorf("%s is excused, but there is no such table", table)
		}
	}
	known := map[string]bool{}
	for _, x := range Sealed() {
		for c := range x.Fields {
			known[x.Table+"."+c] = true
			if !s.sealed[x.Table+"."+c] && x.Table+"."+c != "channel.hook.previous" {
				t.Errorf("%s.%s is listed as sealed, and nothing sealed is there", x.Table, c)
			}
		}
	}
	for at := range s.sealed {
		if !known[at] {
			t.Errorf("%s holds sealed values that a rotation of the keys does not know (SEC-PIPL-51)", at)
		}
	}
	if s.columns < 700 || n < 5 || e.answers < 300 || e.pdfs < 4 || !strings.Contains(e.text(), "level=DEBUG msg=request") {
		t.Errorf("%d columns, %d files, %d answers, %d of them PDF, %d bytes of log: is everything looked through?", s.columns, n, e.answers, e.pdfs, len(e.text()))
	}
	w.control()
	t.Logf("%d columns of %d tables, %d files, %d answers (%d PDF), %d bytes of log", s.columns, len(s.rows), n, e.answers, e.pdfs, len(e.text()))
}

// line1 is a line of the log with the leak.
func line1(log, leak string) string {
	secret, _, _ := strings.Cut(leak, " (")
	for line := range strings.SplitSeq(log, "\n") {
		if strings.Contains(line, secret) {
			return line
		}
	}
	return ""
}

// control: the scan finds what is planted, in text, JSON, bytes and files.
func (w *world) control() {
	w.t.Helper()
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		_, err := pg.Exec(ctx, `begin; set local session_replication_role = replica;
			update sales.refund set reason = 'x'||'`+salestest.Documents[0]+`';
			update sales.orders set contact = convert_to('aa`+plantedPhone+`', 'UTF8'), lines = lines || jsonb_build_array(encode('xyz`+plantedMail+`', 'base64')) where id = (select max(id::text)::uuid from sales.orders); commit`)
		return err
	})
	found := strings.Join(w.scan().found, "; ")
	for _, want := range []string{"sales.refund.reason: " + salestest.Documents[0] + " (as it is)", "sales.orders.contact: " + plantedPhone + " (as it is)", "sales.orders.lines: " + plantedMail + " (base64/"} {
		if !strings.Contains(found, want) {
			w.t.Errorf("the scan does not find %s: %s", want, found)
		}
	}
}

// visit asks each operation as whoever may, with things of its own tenant, for
// what it answers and logs.
func (w *world) visit(id, method, path string, targets map[string]accesstest.Target) {
	w.t.Helper()
	x := targets[id]
	if method != http.MethodGet || x.Owner == nil || strings.Contains(id, "Stream") {
		return
	}
	for k, v := range x.Params {
		path = strings.ReplaceAll(path, "{"+k+"}", v)
	}
	if x.Query != "" {
		path += "?" + x.Query
	}
	x.Owner.Do(method, path, x.Body)
}

func (w *world) metricsAreClean() {
	w.t.Helper()
	r := w.Client(access.PlatformAdmin).Do("GET", "/metrics", nil)
	if found := leaks(r.Body); len(found) > 0 || !strings.Contains(string(r.Body), "parterre_") {
		w.t.Errorf("the metrics: %d %v %.200s", r.Status, found, r.Body)
	}
}

// plant goes through the flows of one tenant.
type plant struct {
	*world
	ear  *ear
	h    house
	docs int
	days int
}

// somebody is a person with a document that nobody else has.
func (p *plant) somebody() map[string]any {
	p.docs++
	if p.docs <= len(salestest.Documents) {
		return map[string]any{"name": plantedName, "kind": "1", "number": salestest.Documents[p.docs-1]}
	}
	return map[string]any{"name": plantedName, "kind": "2", "number": fmt.Sprintf(plantedPassport+"%02d", p.docs), "guardian": p.docs%2 == 0}
}

func (p *plant) people(n int) (out []any) {
	for range n {
		out = append(out, p.somebody())
	}
	return out
}

// night is one more session of the show, with names.
func (p *plant) night(held ...ticketmap.SeatHold) ids.ID {
	p.t.Helper()
	p.days++
	se, _ := p.onSaleHeld(p.Tenant, p.h, p.h.session.StartsAt.Add(time.Duration(p.days)*24*time.Hour), show.DefaultRules(), held)
	return se.ID
}

// held takes seats at the counter.
func (p *plant) held(c *accesstest.Client, session ids.ID, seats ...int32) (id ids.ID, due money.Fen) {
	p.t.Helper()
	var h struct {
		Hold   ids.ID
		Amount money.Fen
	}
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": session, "seats": seats}).Want(201).JSON(&h)
	return h.Hold, h.Amount
}

func (p *plant) shopOrder(c *accesstest.Client, seats ...int32) ids.ID {
	p.t.Helper()
	id := ids.New()
	c.Do("POST", "/api/v1/shop/orders", map[string]any{
		"id": id, "session": p.h.session.ID, "hold": p.hold(c, p.h.session.ID, seats...), "consent": true, "phone": plantedPhone, "people": p.people(len(seats)),
	}).Want(201)
	return id
}

// shop buys, exchanges, corrects, refunds and lets an order expire.
func (p *plant) shop() {
	c := p.Buyer()
	id := p.shopOrder(c, 1, 2, 3)
	p.pay(c, id)
	at := "/api/v1/shop/orders/" + id.String()
	c.Do("POST", at+"/corrections", map[string]any{"id": ids.New(), "seat": 1, "person": p.somebody()}).Want(200)
	c.Do("POST", at+"/exchanges", map[string]any{"id": ids.New(), "from": []int{2}, "hold": p.hold(c, p.h.session.ID, 4)}).Want(200)
	c.Do("POST", at+"/refunds", map[string]any{"id": ids.New(), "seats": []int{3}, "fee": 0, "reason": "不去了"}).Want(201)
	for _, path := range []string{at, at + "/tickets.pdf", at + "/tickets/1/qr.svg", at + "/refund-quote", "/api/v1/shop/orders"} {
		c.Do("GET", path, nil).Want(200)
	}
	p.shopOrder(c, 5) // stays open
	for _, path := range []string{"/api/v1/orders", "/api/v1/orders/" + id.String()} {
		p.Client(access.Seller).Do("GET", path, nil).Want(200)
	}
}

// accounts pays through the simulated WeChat Pay and Alipay.
func (p *plant) accounts() {
	for i, code := range []string{"wxpay", "zhifubao"} {
		c := p.Buyer()
		id := p.shopOrder(c, int32(7+i))
		at := c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/pay", map[string]any{"provider": code, "scene": "phone"}).Want(200).Get("payUrl")
		if found := leaks([]byte(at)); len(found) > 0 {
			p.t.Errorf("the address of %s: %v", code, found)
		}
		p.cashier(at)
		c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/check", map[string]any{}).Want(200)
		_, err := p.s.paySim.SendDue(p.t.Context())
		must(p.t, err)
		c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int{7 + i}, "fee": 0}).Want(201)
		p.Client(access.Finance).Do("PUT", "/api/v1/pay/accounts/"+code+"/reconciliations/2026-11-22", map[string]any{})
	}
}

// cashier follows a simulated provider's address and presses its button.
func (p *plant) cashier(at string) {
	p.t.Helper()
	send := func(method, at, body string) *http.Response {
		req, err := http.NewRequestWithContext(p.t.Context(), method, at, strings.NewReader(body))
		must(p.t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := p.client.Do(req)
		must(p.t, err)
		raw, err := io.ReadAll(res.Body)
		must(p.t, err)
		_ = res.Body.Close()
		if found := leaks(raw); len(found) > 0 {
			p.t.Errorf("the cashier's page %s: %v", at, found)
		}
		return res
	}
	if res := send(http.MethodGet, at, ""); res.StatusCode >= 300 {
		at = res.Header.Get("Location")
		send(http.MethodGet, at, "")
	}
	if res := send(http.MethodPost, at, url.Values{"do": {"pay"}, "fault": {""}}.Encode()); res.StatusCode != http.StatusSeeOther {
		p.t.Fatalf("the cashier answers %d", res.StatusCode)
	}
}
