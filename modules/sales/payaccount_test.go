package sales_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// TestPayingThroughAccounts: over each provider and each scene, with every
// fault of notices, an order is confirmed once for the right amount, and parts
// go back once.
func TestPayingThroughAccounts(t *testing.T) {
	t.Parallel()
	for kind, scenes := range map[string][]string{"wechat": {"phone", "code"}, "alipay": {"phone", "page", "code"}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			code := w.Account(kind)
			seat := int32(0)
			for i, fault := range []string{"", "late", "twice", "missing", "wrong_amount", "forged", "wrong_app", "old"} {
				seat += 2
				c := w.Buyer()
				o := w.Order(c, w.Hold(c, seat-1, seat).Hold)
				scene := scenes[i%len(scenes)]
				made := c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": code, "scene": scene}).Want(200)
				at := made.Get("payUrl")
				if scene == "code" {
					if at = made.Get("qr"); !strings.HasPrefix(made.Get("qrImage"), "data:image/svg+xml;base64,") {
						t.Errorf("no code to scan")
					}
				}
				w.PayAtSim(at, salestest.Fault(fault))
				w.NotifySim()
				w.Clock.Advance(time.Minute)
				w.NotifySim()
				if fault == "missing" {
					c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/check", nil).Want(200)
				}
				got := w.Get(c, o.ID)
				if got.State != sales.Confirmed || got.PaidFen != o.Amount || len(got.Tickets) != 2 {
					t.Fatalf("%s: %+v", fault, got)
				}
				var q struct{ Tickets []struct{ Fee int64 } }
				c.Do("GET", "/api/v1/shop/orders/"+o.ID.String()+"/refund-quote", nil).Want(200).JSON(&q)
				c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{seat}, "fee": q.Tickets[0].Fee}).Want(201)
				w.NotifySim() // Alipay tells of the refund at the payment's address
				simBooks(t, w, o.ID)
			}
		})
	}
}

// simBooks checks that an order's money adds up, and that the simulated
// provider's books say the same.
func simBooks(t *testing.T, w *salestest.World, order ids.ID) {
	t.Helper()
	id := order.String()
	paid := number(t, w, "select coalesce(sum(amount), 0)::bigint from sales.payment where order_id = $1 and state = 'paid'", id)
	live := number(t, w, "select coalesce(sum(price), 0)::bigint from sales.ticket where order_id = $1", id)
	back := number(t, w, "select coalesce(sum(paid - fee), 0)::bigint from sales.refund where order_id = $1 and state = 'done'", id)
	kept := number(t, w, "select coalesce(sum(fee), 0)::bigint from sales.refund where order_id = $1 and state = 'done'", id)
	theirs := number(t, w, "select coalesce(sum(r.amount), 0)::bigint from payment_sandbox.trade_refund r join sales.payment p on replace(p.id::text, '-', '') = r.trade where p.order_id = $1", id)
	if paid != live+back+kept || back != theirs {
		t.Errorf("order %s: %d paid, %d in tickets, %d given back (provider: %d), %d kept", id, paid, live, back, theirs, kept)
	}
}

// TestARefundOnItsWay: the buyer is told at once; the provider's notice, or the
// sweep, ends it, and the money goes back once.
func TestARefundOnItsWay(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"notice", "sweep"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			code, c := w.Account("wechat"), w.Buyer()
			w.PaySim.SlowRefunds = true
			o := w.Order(c, w.Hold(c, 1).Hold)
			w.PayAtSim(c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": code, "scene": "phone"}).Want(200).Get("payUrl"), "")
			w.NotifySim()
			c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
			sweep(t, w)
			if got := w.Get(c, o.ID); got.Refunds[0].State != "seats_back" {
				t.Errorf("on its way: %+v", got.Refunds)
			}
			if err := w.PaySim.FinishRefunds(t.Context()); err != nil {
				t.Fatal(err)
			}
			if how == "notice" {
				if n := w.NotifySim(); n != 1 {
					t.Errorf("%d notices", n)
				}
			} else {
				sweep(t, w)
				w.NotifySim()
			}
			if got := w.Get(c, o.ID); got.State != sales.Refunded || got.Refunds[0].State != "done" || got.BackFen != got.PaidFen {
				t.Errorf("ended: %+v", got)
			}
			simBooks(t, w, o.ID)
		})
	}
}

// TestAccounts: who may, what is refused, what is never shown, what is offered.
func TestAccounts(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	finance, manager, c := w.Client("finance"), w.Client("manager"), w.Buyer()
	edit := func(more map[string]any) map[string]any {
		b := map[string]any{"kind": "wechat", "name": "微信支付", "channels": []string{"online"}, "enabled": true, "version": 0}
		for k, v := range more {
			b[k] = v
		}
		return b
	}
	manager.Do("PUT", "/api/v1/pay/accounts/wx", edit(nil)).Want(403)
	manager.Do("PUT", "/api/v1/pay/accounts/wx/simulated", edit(nil)).Want(403)
	finance.Do("PUT", "/api/v1/pay/accounts/wx", edit(map[string]any{"settings": map[string]any{"mchId": "1"}, "secrets": map[string]any{"privateKey": "S3CRET", "apiV3Key": "S3CRET"}})).WantProblem(422, "sales.account_keys")
	finance.Do("PUT", "/api/v1/pay/accounts/cash/simulated", edit(nil)).WantProblem(422, "sales.account_code")
	finance.Do("PUT", "/api/v1/pay/accounts/sandbox/simulated", edit(nil)).WantProblem(422, "sales.account_code")
	finance.Do("PUT", "/api/v1/pay/accounts/wx/simulated", edit(nil)).Want(200)
	finance.Do("PUT", "/api/v1/pay/accounts/wx/simulated", edit(nil)).WantProblem(409, "sales.account_changed")
	listed := string(manager.Do("GET", "/api/v1/pay/accounts", nil).Want(200).Body)
	if strings.Contains(listed, "PRIVATE KEY") || strings.Contains(listed, "apiV3Key") || !strings.Contains(listed, "微信支付") {
		t.Errorf("shown: %s", listed)
	}
	if n := number(t, w, "select count(*) from sales.pay_account where position('PRIVATE'::bytea in secrets) > 0 or settings::text like '%PRIVATE%'"); n != 0 {
		t.Error("a key is stored in the clear")
	}
	if n := number(t, w, "select count(*) from audit.entry where target like '%pay_account%' and coalesce(before->>'secrets', after->>'secrets', '(omitted)') <> '(omitted)'"); n != 0 {
		t.Error("the sealed keys are in the audit log")
	}

	o := w.Order(c, w.Hold(c, 1).Hold)
	ways := func() string {
		return string(c.Do("GET", "/api/v1/shop/orders/"+o.ID.String()+"/pay-ways", nil).Want(200).Body)
	}
	if got := ways(); !strings.Contains(got, `"provider":"wx"`) || !strings.Contains(got, `"simulated":true`) {
		t.Errorf("offered: %s", got)
	}
	w.Buyer().Do("GET", "/api/v1/shop/orders/"+o.ID.String()+"/pay-ways", nil).Want(404)
	var list struct {
		Items []struct{ Settings map[string]any }
	}
	manager.Do("GET", "/api/v1/pay/accounts", nil).Want(200).JSON(&list)
	settings := list.Items[0].Settings
	for i, change := range []map[string]any{{"enabled": false}, {"channels": []string{"counter"}}} {
		change["settings"], change["version"] = settings, i+1
		finance.Do("PUT", "/api/v1/pay/accounts/wx", edit(change)).Want(200)
		if got := ways(); strings.Contains(got, `"provider":"wx"`) {
			t.Errorf("%v: still offered: %s", change, got)
		}
		c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "wx", "scene": "phone"}).WantProblem(422, "sales.provider")
	}
	finance.Do("PUT", "/api/v1/pay/accounts/wx", edit(map[string]any{"settings": settings, "version": 3, "venue": ids.New()})).WantProblem(422, "sales.account_venue")
	finance.Do("PUT", "/api/v1/pay/accounts/wx", edit(map[string]any{"settings": settings, "version": 3, "venue": w.Venue.ID})).Want(200)
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": "wx", "scene": "phone"}).Want(200)
	if secret := fmt.Sprintf("%v %+v %#v", sales.PaySecrets{PrivateKey: "S3"}, sales.PaySecrets{APIv3Key: "S3"}, sales.PaySecrets{APIv3Key: "S3"}); strings.Contains(secret, "S3") {
		t.Error("secrets print")
	}
}

// TestAnAccountThatIsOff still takes the notices and refunds of what was paid
// through it.
func TestAnAccountThatIsOff(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	code, c := w.Account("alipay"), w.Buyer()
	o := w.Order(c, w.Hold(c, 1).Hold)
	at := c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": code, "scene": "page"}).Want(200).Get("payUrl")
	list, err := w.Sales.PayAccounts(w.As(w.Tenant))
	if err != nil {
		t.Fatal(err)
	}
	list[0].Enabled = false
	if _, err := w.Sales.SavePayAccount(w.As(w.Tenant), list[0], nil); err != nil {
		t.Fatal(err)
	}
	w.PayAtSim(at, "")
	if n := w.NotifySim(); n != 1 || w.Get(c, o.ID).State != sales.Confirmed {
		t.Fatalf("%d notices, %s", n, w.Get(c, o.ID).State)
	}
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
	simBooks(t, w, o.ID)
}

// TestReconciliation: a day that agrees has no difference; every kind of
// difference is found, and nothing that is merely of the next day.
func TestReconciliation(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"wechat", "alipay"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			code, c := w.Account(kind), w.Buyer()
			buy := func(seat int32) ids.ID {
				o := w.Order(c, w.Hold(c, seat).Hold)
				w.PayAtSim(c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/pay", map[string]any{"provider": code, "scene": "phone"}).Want(200).Get("payUrl"), "")
				w.NotifySim()
				return o.ID
			}
			first := buy(1)
			buy(2)
			buy(3)
			c.Do("POST", "/api/v1/shop/orders/"+first.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
			day := clock.DayOf(w.Clock.Now(), clock.Shanghai)
			if _, err := w.Sales.Reconcile(w.As(w.Tenant), code, day); errs.CodeOf(err) != "payment.no_bill" {
				t.Errorf("a day that is not over: %v", err)
			}
			w.Clock.Advance(24 * time.Hour)
			buy(4)
			make := func() sales.Reconciliation {
				r, err := w.Sales.Reconcile(w.As(w.Tenant), code, day)
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := make()
			if len(r.Differences) != 0 || r.Ours != r.Theirs || r.Ours != (sales.Figures{Paid: 3, PaidFen: 3 * salestest.StallPrice, Back: 1, BackFen: salestest.StallPrice}) {
				t.Fatalf("%+v", r)
			}
			w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
				_, err := pg.Exec(ctx, `with a as (select number from payment_sandbox.trade where paid_at is not null order by serial offset 1 limit 1) update payment_sandbox.trade set amount = amount + 5 where number in (select number from a)`)
				if err != nil {
					return err
				}
				if _, err = pg.Exec(ctx, `with a as (select number from payment_sandbox.trade where paid_at is not null order by serial offset 2 limit 1) update payment_sandbox.trade set state = 'waiting', paid_at = null where number in (select number from a)`); err != nil {
					return err
				}
				_, err = pg.Exec(ctx, `insert into payment_sandbox.trade (kind, app, number, amount, subject, scene, state, notify_url, expires_at, created_at, paid_at)
					select kind, app, x.number, 77, 'x', scene, 'paid', notify_url, expires_at, created_at, created_at from (select * from payment_sandbox.trade order by serial limit 1) t, (values ('0192f0c0000070008000000000000001'), ('OTHER_SYSTEM_1')) x(number)`)
				return err
			})
			got := map[string]int{}
			r = make()
			for _, d := range r.Differences {
				got[d.Kind]++
			}
			if len(r.Differences) != 4 || got["amount"] != 1 || got["not_theirs"] != 1 || got["not_ours"] != 1 || got["foreign"] != 1 {
				t.Errorf("%+v", r.Differences)
			}
			finance := w.Client("finance")
			if body := finance.Do("GET", "/api/v1/pay/reconciliations", nil).Want(200).Body; !bytes.Contains(body, []byte(`"not_theirs"`)) {
				t.Errorf("kept: %s", body)
			}
			finance.Do("PUT", "/api/v1/pay/accounts/"+code+"/reconciliations/"+day.String(), map[string]any{}).Want(200)
		})
	}
}
