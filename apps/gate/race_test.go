package gate_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/apps/gate"
	"parterre/modules/access/accesstest"
	"parterre/modules/checking"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
)

// door is a hall whose gate and whose commits can be stopped on their way.
type door struct {
	*salestest.World
	t      *testing.T
	buyer  *accesstest.Client
	order  saleshttp.SaleOrderDetail
	hold   ids.ID // of another seat at the same price
	gate   *checking.Service
	inside func()      // called in the gate's transaction, when it has decided
	fence  func()      // called in a commit of the seat engine, when its rows are written
	armed  atomic.Bool // from here on fence is called, once
}

func open(t *testing.T) *door {
	t.Helper()
	d := &door{t: t, inside: func() {}}
	d.World = salestest.New(t, func(c *salestest.Config) {
		c.Rules = salestest.Named()
		c.Rules.Refunds, c.Rules.BindBefore = []show.RefundTier{{}}, 0
		c.Admitted = checking.AdmittedTx
		c.Hook = func(at string) error {
			if at == "fence" && d.armed.CompareAndSwap(true, false) {
				d.fence()
			}
			return nil
		}
	})
	d.buyer = d.Buyer()
	o := d.Order(d.buyer, d.Hold(d.buyer, 1).Hold, salestest.Person(0))
	d.Pay(d.buyer, o.ID, "normal")
	d.Notify()
	d.order = d.Get(d.buyer, o.ID)
	d.Clock.Set(d.Session.StartsAt.Add(-20 * time.Minute)) // the doors are open
	d.hold = d.Hold(d.buyer, 2).Hold
	d.gate = checking.New(d.DB.DB, &gate.Source{Maps: d.Maps, Codes: d.Codes, Vault: d.Vault}, &gate.Verifier{},
		func(context.Context, db.Tx, checking.Session, checking.Ticket, string, string) error {
			d.inside()
			return nil
		})
	return d
}

// ways to end or change a ticket, and what is left of it then for the gate.
var ways = map[string]struct {
	ask  func(d *door) *accesstest.Reply
	done int
}{
	"exchange": {func(d *door) *accesstest.Reply {
		return d.post("exchanges", map[string]any{"id": ids.New(), "from": []int32{1}, "hold": d.hold})
	}, 200},
	"refund": {func(d *door) *accesstest.Reply {
		return d.post("refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0})
	}, 201},
	"correction": {func(d *door) *accesstest.Reply {
		return d.post("corrections", map[string]any{"id": ids.New(), "seat": 1, "person": salestest.Person(1)})
	}, 200},
}

func (d *door) post(what string, body any) *accesstest.Reply {
	return d.buyer.Do("POST", "/api/v1/shop/orders/"+d.order.ID.String()+"/"+what, body)
}

// scan is the first holder at the gate, by ticket code or by document.
func (d *door) scan(way string) (checking.Verdict, error) {
	sc := checking.Scan{ID: ids.New(), Session: d.Session.ID, Method: "code", Text: d.order.Tickets[0].Code}
	if way == "correction" {
		sc.Method, sc.Text = "idcard", salestest.Documents[0]
	}
	return d.gate.Check(d.As(d.Tenant), sc)
}

// waits returns when somebody waits for a row of another transaction.
func (d *door) waits() {
	for n := 0; n == 0; {
		d.Sudo(func(ctx context.Context, c *pgx.Conn) error {
			return c.QueryRow(ctx, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Scan(&n)
		})
	}
}

func (d *door) count(sql string) (n int) {
	d.Sudo(func(ctx context.Context, c *pgx.Conn) error { return c.QueryRow(ctx, sql).Scan(&n) })
	return n
}

// RL-5, RL-9: somebody is being let in while the ticket is exchanged, refunded
// or given another name. The gate has decided first, so the ticket stays.
func TestTheGateCameFirst(t *testing.T) {
	t.Parallel()
	for way, w := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			decided, goOn := make(chan struct{}), make(chan struct{})
			d.inside = func() { close(decided); <-goOn }
			in := make(chan checking.Verdict, 1)
			go func() {
				v, err := d.scan(way)
				if err != nil {
					t.Error(err)
				}
				in <- v
			}()
			<-decided
			answer := make(chan *accesstest.Reply, 1)
			go func() { answer <- w.ask(d) }()
			d.waits()
			close(goOn)
			(<-answer).WantProblem(409, "sales.admitted")
			if v := <-in; !v.Admitted {
				t.Errorf("the gate says %+v", v)
			}
			w.ask(d).WantProblem(409, "sales.admitted")
			o := d.Get(d.buyer, d.order.ID)
			if o.State != "confirmed" || len(o.Tickets) != 1 || o.Tickets[0].State != "valid" || o.Tickets[0].Code != d.order.Tickets[0].Code || o.Tickets[0].Person.Number != d.order.Tickets[0].Person.Number {
				t.Errorf("the ticket has changed: %+v", o)
			}
			if n := d.count("select count(*) from sales.refund where state <> 'refused'"); n != 0 {
				t.Errorf("%d refunds are under way", n)
			}
		})
	}
}

// The other order: the change has been decided first, so nobody enters with
// what the ticket was.
func TestTheChangeCameFirst(t *testing.T) {
	t.Parallel()
	for way, w := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			written, goOn := make(chan struct{}), make(chan struct{})
			d.fence = func() { close(written); <-goOn }
			answer := make(chan *accesstest.Reply, 1)
			if way == "exchange" { // it gives its hold more time first
				inner := d.fence
				d.fence = func() { d.fence = inner; d.armed.Store(true) }
			}
			d.armed.Store(true)
			go func() { answer <- w.ask(d) }()
			<-written
			in := make(chan checking.Verdict, 1)
			go func() {
				v, err := d.scan(way)
				if err != nil {
					t.Error(err)
				}
				in <- v
			}()
			d.waits()
			close(goOn)
			(<-answer).Want(w.done)
			want := checking.Refunded
			if way == "correction" {
				want = checking.NoPerson
			}
			if v := <-in; v.Admitted || v.Reason != want {
				t.Errorf("the gate says %+v", v)
			}
			if n := d.count("select count(*) from checking.admission"); n != 0 {
				t.Errorf("%d were let in", n)
			}
		})
	}
}

// The control: without the last line in the commit the ticket that somebody is
// inside with is exchanged for another one.
func TestWithoutTheLastLineATicketIsUsedAndExchanged(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "create or replace function checking.outside(tenant int, session uuid, code text) returns boolean language sql as 'select true'")
		return err
	})
	decided, goOn := make(chan struct{}), make(chan struct{})
	d.inside = func() { close(decided); <-goOn }
	in := make(chan struct{})
	go func() { _, _ = d.scan("exchange"); close(in) }()
	<-decided
	answer := make(chan *accesstest.Reply, 1)
	go func() { answer <- ways["exchange"].ask(d) }()
	d.waits()
	close(goOn)
	(<-answer).Want(200)
	<-in
	if n := d.count("select count(*) from checking.admission a join sales.ticket_past k on k.code = a.ticket_code"); n != 1 {
		t.Errorf("%d tickets were used and exchanged: the tests above show nothing", n)
	}
}
