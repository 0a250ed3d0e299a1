package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
)

// The server and its database are killed again and again while people buy, at
// moments that a seed chooses, and started again on what is left. No order
// whose buyer was told "confirmed" may be missing, no order may be half there,
// no seat sold twice, and the money must add up: at the payment provider, in
// the payments, the orders and the tickets.
//
// PARTERRE_KILLS sets how often (default 3), PARTERRE_SEED the seed.
func TestKilledDuringASaleNothingIsLost(t *testing.T) {
	t.Parallel()
	kills, seed := setting(t, "PARTERRE_KILLS", 3), uint64(setting(t, "PARTERRE_SEED", 20261123))
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable on purpose
	h := newHouse(t)
	h.start()
	h.furnish()
	m := &crowd{h: h, up: make(chan struct{}), acked: map[ids.ID]order{}}
	close(m.up)
	m.killAt.Store(int64(20 + r.IntN(60)))
	m.dead = make(chan struct{}, 1)
	var wg sync.WaitGroup
	for i := range 6 {
		b := m.buyer(rand.New(rand.NewPCG(seed, uint64(i+2)))) //nolint:gosec // repeatable on purpose
		wg.Go(func() { b.run() })
	}
	for n := range kills {
		<-m.dead
		h.kill()
		h.start()
		if n < kills-1 {
			m.killAt.Store(m.sent.Load() + int64(20+r.IntN(60)))
		} else {
			m.closing.Store(true) // each buyer finishes what it began
		}
		m.goOn()
	}
	wg.Wait()
	if len(m.acked) < 5 || m.broken.Load() == 0 {
		t.Errorf("%d orders were acknowledged and %d requests broken off: this test shows nothing", len(m.acked), m.broken.Load())
	}
	m.verify()
	h.stop()
	h.start() // and once more, after a clean end: all is as it was
	m.verify()
	t.Logf("seed %d: %d kills, %d orders acknowledged, %d requests broken off, %d sent", seed, kills, len(m.acked), m.broken.Load(), m.sent.Load())
}

func setting(t *testing.T, name string, or int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return or
	}
	n, err := strconv.Atoi(v)
	must(t, err)
	return n
}

// crowd is the buyers together with what they were told.
type crowd struct {
	h       *house
	sent    atomic.Int64 // requests
	broken  atomic.Int64 // requests that got no answer
	killAt  atomic.Int64 // the request during which the server dies
	signal  os.Signal    // what ends it; default SIGKILL
	closing atomic.Bool
	dead    chan struct{}

	mu    sync.Mutex
	up    chan struct{} // closed while the server is up
	acked map[ids.ID]order
}

// order is what a buyer is shown of its own.
type order struct {
	ID      ids.ID
	State   string
	Amount  int64
	Paid    int64
	Tickets []struct {
		Seat  int32
		State string
		Code  string
	}
}

func (m *crowd) goOn() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.up)
}

// wait returns once the server is up.
func (m *crowd) wait() {
	m.mu.Lock()
	up := m.up
	m.mu.Unlock()
	<-up
}

type buyer struct {
	*crowd
	r      *rand.Rand
	client *http.Client
}

func (m *crowd) buyer(r *rand.Rand) *buyer { return &buyer{crowd: m, r: r, client: m.h.client()} }

// run buys until the last kill is over.
func (b *buyer) run() {
	b.do("POST", b.h.url("/api/v1/auth/guest"), map[string]any{}, nil)
	for done := false; !done; {
		done = b.closing.Load()
		b.buy()
	}
}

// buy takes some of the best seats and pays for them. Whatever breaks off is
// asked again with the same ids, as a page does.
func (b *buyer) buy() {
	var hold struct{ Hold ids.ID }
	id, want := ids.New(), 1+b.r.IntN(4)
	if b.do("POST", b.h.url("/api/v1/shop/holds"), map[string]any{"id": ids.New(), "session": b.h.session.ID, "best": map[string]any{"n": want}}, &hold) != http.StatusCreated {
		return
	}
	if b.do("POST", b.h.url("/api/v1/shop/orders"), map[string]any{"id": id, "session": b.h.session.ID, "hold": hold.Hold, "consent": true}, nil) != http.StatusCreated {
		return
	}
	var pay struct{ PayURL string }
	at := b.h.url("/api/v1/shop/orders/" + id.String())
	if b.do("POST", at+"/pay", map[string]any{"provider": "sandbox"}, &pay) != http.StatusOK {
		return
	}
	b.do("POST", pay.PayURL, url.Values{"do": {"pay"}, "mode": {"normal"}}, nil)
	var o order
	for o.State != "confirmed" {
		if s := b.do("POST", at+"/check", map[string]any{}, &o); s != http.StatusOK && s != http.StatusServiceUnavailable {
			b.h.t.Errorf("the paid order %s: status %d, state %q", id, s, o.State)
			return
		}
	}
	b.mu.Lock()
	b.acked[id] = o
	b.mu.Unlock()
}

// do sends a request until it is answered and returns the status. One that
// breaks off is sent again when the server is back.
func (b *buyer) do(method, at string, body, into any) int {
	for {
		b.wait()
		status, raw, err := b.once(method, at, body)
		if err != nil {
			b.broken.Add(1)
			continue
		}
		if status >= 500 && status != http.StatusServiceUnavailable {
			b.h.t.Errorf("%s %s: %d %s", method, at, status, raw)
		}
		if into != nil && status < 300 {
			if err := json.Unmarshal(raw, into); err != nil {
				b.h.t.Errorf("%s %s: %v", method, at, err)
			}
		}
		if status == http.StatusServiceUnavailable && into == nil {
			continue
		}
		return status
	}
}

func (b *buyer) once(method, at string, body any) (int, []byte, error) {
	raw, kind := []byte(nil), "application/json"
	if form, ok := body.(url.Values); ok {
		raw, kind = []byte(form.Encode()), "application/x-www-form-urlencoded"
	} else {
		raw, _ = json.Marshal(body)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(b.h.t.Context()), method, at, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Parterre", "1")
	if b.sent.Add(1) == b.killAt.Load() {
		b.strike()
	}
	res, err := b.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err = io.ReadAll(res.Body)
	return res.StatusCode, raw, err
}

// strike kills the server while this and the others' requests are on their way.
func (b *buyer) strike() {
	b.mu.Lock()
	b.up = make(chan struct{})
	b.mu.Unlock()
	if b.signal == nil {
		b.signal = os.Kill
	}
	_ = b.h.cmd.Process.Signal(b.signal)
	b.dead <- struct{}{}
}

// verify compares what buyers were told with what the database holds.
func (m *crowd) verify() {
	t := m.h.t
	t.Helper()
	m.h.admin(func(ctx context.Context, c *pgx.Conn) {
		for id, o := range m.acked {
			var state string
			var amount, paid int64
			var seats []int32
			err := c.QueryRow(ctx, `select state, amount, (select coalesce(sum(amount), 0)::bigint from sales.payment p where p.order_id = o.id and p.state = 'paid'),
				(select coalesce(array_agg(seat_id order by seat_id), '{}') from sales.ticket k where k.order_id = o.id) from sales.orders o where id = $1`, id.String()).Scan(&state, &amount, &paid, &seats)
			told := make([]int32, 0, len(o.Tickets))
			for _, k := range o.Tickets {
				told = append(told, k.Seat)
			}
			slices.Sort(told)
			if err != nil || state != "confirmed" || amount != o.Amount || paid != o.Amount || !slices.Equal(seats, told) {
				t.Errorf("order %s, told %d fen for %v: %s, %d fen, paid %d, seats %v, %v", id, o.Amount, told, state, amount, paid, seats, err)
			}
		}
		for what, q := range faults {
			var n int
			must(t, c.QueryRow(ctx, q).Scan(&n))
			if n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		var sold int
		must(t, c.QueryRow(ctx, "select count(*) from sales.ticket").Scan(&sold))
		if shown := m.soldByEngine(); shown != sold {
			t.Errorf("the seat engine counts %d sold, there are %d tickets", shown, sold)
		}
	})
}

// faults count what may never be there.
var faults = map[string]string{
	"confirmed orders whose seats are not their tickets": `select count(*) from sales.orders o where state = 'confirmed' and
		(select array_agg((l ->> 'seat')::int order by (l ->> 'seat')::int) from jsonb_array_elements(lines) l) is distinct from
		(select array_agg(seat_id order by seat_id) from sales.ticket k where k.order_id = o.id and k.session_id = o.session_id)`,
	"tickets of orders that are not confirmed": "select count(*) from sales.ticket k join sales.orders o on o.id = k.order_id where o.state <> 'confirmed'",
	"tickets without an order":                 "select count(*) from sales.ticket k where not exists (select from sales.orders o where o.id = k.order_id)",
	"seats sold twice":                         "select count(*) from (select session_id, seat_id from sales.ticket group by 1, 2 having count(*) > 1) x",
	"ticket codes given twice":                 "select count(*) from (select code from sales.ticket group by 1 having count(*) > 1) x",
	"orders whose tickets cost something else": "select count(*) from sales.orders o where state = 'confirmed' and amount <> (select sum(price) from sales.ticket k where k.order_id = o.id)",
	"orders paid otherwise than once":          "select count(*) from sales.orders o where state = 'confirmed' and (select count(*) from sales.payment p where p.order_id = o.id and p.state = 'paid' and p.amount = o.amount) <> 1",
	"payments that the provider knows better":  "select count(*) from payment_sandbox.payment s full join sales.payment p on p.id = s.id where (s.state = 'paid') is distinct from (p.state = 'paid') and (s.state = 'paid' or p.state = 'paid')",
	"paid orders without tickets":              "select count(*) from sales.orders o where exists (select from sales.payment p where p.order_id = o.id and p.state = 'paid') and not exists (select from sales.ticket k where k.order_id = o.id)",
}

// soldByEngine asks the running server how many places are sold.
func (m *crowd) soldByEngine() int {
	m.h.t.Helper()
	var se struct{ Counts struct{ Sold int } }
	b := &buyer{crowd: m, client: m.h.client()}
	req, err := http.NewRequestWithContext(m.h.t.Context(), http.MethodGet, m.h.url("/api/v1/shop/sessions/"+m.h.session.ID.String()), nil)
	must(m.h.t, err)
	res, err := b.client.Do(req)
	must(m.h.t, err)
	defer func() { _ = res.Body.Close() }()
	must(m.h.t, json.NewDecoder(res.Body).Decode(&se))
	return se.Counts.Sold
}

// A server answers what it should, and at its end: requests that had begun when the operator stopped the server get their
// answers, and the process ends by itself without a complaint.
func TestPagesAndGracefulStop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.start()
	pages(t, h)
	h.furnish()
	const n = 8
	answers := make(chan error, n)
	h.admin(func(ctx context.Context, c *pgx.Conn) {
		tx, err := c.Begin(ctx)
		must(t, err)
		_, err = tx.Exec(ctx, "lock table venue.hall in access exclusive mode") // each request now waits in the middle of its work
		must(t, err)
		for range n {
			client := h.client()
			go func() { answers <- get(client, h.url("/api/v1/shop/sessions/"+h.session.ID.String())) }()
		}
		for waiting := 0; waiting < n; {
			must(t, c.QueryRow(ctx, "select count(*) from pg_locks where not granted and relation = 'venue.hall'::regclass").Scan(&waiting))
		}
		must(t, h.cmd.Process.Signal(os.Interrupt))
		h.output.wait("stopping: open requests may finish", nil)
		must(t, tx.Commit(ctx))
		for range n {
			if err := <-answers; err != nil {
				t.Errorf("a request that had begun: %v", err)
			}
		}
	})
	if err := <-h.ended; err != nil {
		t.Errorf("the server ended with %v:\n%s", err, h.output)
	}
	h.cmd = nil
	if err := get(h.client(), h.url("/healthz")); err == nil {
		t.Error("the server answers after its end")
	}
}

func get(c *http.Client, at string) error {
	res, err := c.Get(at) //nolint:noctx // bounded by the test
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(fmt.Sprint(res.StatusCode, " ", strings.TrimSpace(string(body))))
	}
	return err
}
