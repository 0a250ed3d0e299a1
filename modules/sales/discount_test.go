package sales_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

func setRule(w *salestest.World, body map[string]any) ids.ID {
	w.T.Helper()
	id := ids.New()
	all := map[string]any{"id": id, "name": "优惠", "nameEn": "Offer", "group": "g", "position": 1, "effect": "percent", "per": "ticket", "permille": 200, "when": map[string]any{}, "limit": map[string]any{}, "active": true, "version": 0}
	for k, v := range body {
		all[k] = v
	}
	w.Client(access.Manager).Do("PUT", "/api/v1/discounts/"+id.String(), all).Want(200)
	return id
}

func setGroup(w *salestest.World, id, mode string, exclusive bool, position int) {
	w.T.Helper()
	w.Client(access.Manager).Do("PUT", "/api/v1/discount-groups/"+id, map[string]any{"id": id, "name": id, "nameEn": id, "mode": mode, "exclusive": exclusive, "position": position, "version": 0}).Want(200)
}

func vouchers(w *salestest.World, rule ids.ID, n, uses int, giveBack bool) (batch ids.ID, codes []string) {
	w.T.Helper()
	m, batch := w.Client(access.Manager), ids.New()
	body := map[string]any{"id": batch, "rule": rule, "name": "券", "codes": n, "uses": uses, "startsAt": w.Clock.Now().Add(-time.Hour), "expiresAt": w.Clock.Now().Add(1000 * time.Hour), "giveBack": giveBack}
	m.Do("POST", "/api/v1/voucher-batches", body).Want(201)
	m.Do("POST", "/api/v1/voucher-batches", body).Want(201)
	r := m.Do("GET", "/api/v1/voucher-batches/"+batch.String()+"/codes.csv", nil).Want(200)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(r.Body, []byte("\uFEFF")))).ReadAll()
	if err != nil || len(rows) != n+1 {
		w.T.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		codes = append(codes, row[1])
	}
	return batch, codes
}

func orderWith(w *salestest.World, c *accesstest.Client, id, hold ids.ID, codes []string, due *money.Fen) *accesstest.Reply {
	body := map[string]any{"id": id, "session": w.Session.ID, "hold": hold, "consent": true}
	if codes != nil {
		body["codes"] = codes
	}
	if due != nil {
		body["due"] = *due
	}
	return c.Do("POST", "/api/v1/shop/orders", body)
}

func quote(w *salestest.World, c *accesstest.Client, hold ids.ID, codes ...string) (q saleshttp.SalePriceQuote) {
	w.T.Helper()
	c.Do("POST", "/api/v1/shop/prices", map[string]any{"session": w.Session.ID, "hold": hold, "codes": codes}).Want(200).JSON(&q)
	return q
}

// PT-sales: the price that was shown is paid, the order and the tickets say
// what came off and why, each ticket gives back exactly what was paid for it.
func TestDiscountsFromQuoteToRefund(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	setGroup(w, "g", "best", false, 1)
	setGroup(w, "coupon", "all", false, 2)
	pct := setRule(w, map[string]any{"permille": 333, "name": "早鸟", "when": map[string]any{"hoursBefore": 24}})
	three := setRule(w, map[string]any{"group": "coupon", "effect": "amount", "amount": 1000, "per": "order", "when": map[string]any{"minCount": 3}, "name": "满三张减十元"})
	c := w.Buyer()
	h := w.Hold(c, 1, 2, 41)
	q := quote(w, c, h.Hold)
	list := 2*salestest.StallPrice + salestest.BalconyPrice
	want := list - money.Fen((int64(list)*333+500)/1000) - 1000
	if q.List != list || q.Due != want || len(q.Places[0].Off) != 2 || q.Places[0].Off[0].Rule != pct || q.Places[0].Off[1].Rule != three {
		t.Fatalf("quote: %+v, want %v", q, want)
	}
	w.Buyer().Do("POST", "/api/v1/shop/prices", map[string]any{"session": w.Session.ID, "hold": h.Hold}).WantProblem(404, "sales.hold_not_found")
	wrong := q.Due - 1
	orderWith(w, c, ids.New(), h.Hold, nil, &wrong).WantProblem(409, "sales.price_changed")
	id := ids.New()
	orderWith(w, c, id, h.Hold, nil, &q.Due).Want(201)
	w.Pay(c, id, sandbox.Normal)
	w.Notify()
	o := w.Get(c, id)
	if o.State != "confirmed" || o.Amount != want || o.PaidFen != want || o.Tickets[0].List != salestest.StallPrice || len(o.Tickets[0].Off) != 2 || o.Tickets[0].Price != q.Places[0].Price {
		t.Fatalf("order: %+v", o)
	}
	books(t, w, id)
	// One ticket goes back: what was paid for it, to the fen.
	one := o.Tickets[0]
	refundAll(w, c, o, one.Seat)
	o = w.Get(c, id)
	if o.BackFen != one.Price {
		t.Errorf("back %v, paid %v", o.BackFen, one.Price)
	}
	books(t, w, id)
	// An exchange keeps what was taken off: a dearer place costs the difference of the list prices.
	var balcony saleshttp.SaleTicket
	for _, x := range o.Tickets {
		if x.Seat == 41 {
			balcony = x
		}
	}
	dear := w.Hold(c, 5)
	staff := w.Client(access.Seller)
	staff.Do("POST", "/api/v1/orders/"+id.String()+"/exchanges", map[string]any{"id": ids.New(), "from": []int32{41}, "hold": dear.Hold, "method": "cash"}).Want(200)
	o = w.Get(c, id)
	for _, x := range o.Tickets {
		if x.Seat == 5 && (x.Price != balcony.Price+salestest.StallPrice-salestest.BalconyPrice || x.List != salestest.StallPrice) {
			t.Errorf("after the exchange: %+v, before %+v", x, balcony)
		}
	}
	refundAll(w, c, o, 2, 5)
	if o = w.Get(c, id); o.State != "refunded" || o.BackFen != o.PaidFen {
		t.Errorf("all back: %v of %v, %s", o.BackFen, o.PaidFen, o.State)
	}
	// A counter sale has the same rules and asks for what is due.
	var held saleshttp.SaleHold
	staff.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{20}}).Want(201).JSON(&held)
	due := salestest.StallPrice - money.Fen((int64(salestest.StallPrice)*333+500)/1000)
	staff.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": held.Hold, "method": "cash", "taken": due - 1}).WantProblem(409, "sales.amount")
	var sold struct {
		Change money.Fen `json:"change"`
	}
	staff.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": held.Hold, "method": "cash", "taken": due + 5}).Want(201).JSON(&sold)
	if sold.Change != 5 {
		t.Errorf("change %v", sold.Change)
	}
}

// A voucher is used as often as it says, also when many try at once; an order
// that came to nothing gives it back, a refund as its batch says.
func TestVouchers(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	rule := setRule(w, map[string]any{"effect": "amount", "per": "order", "amount": 5000, "code": true})
	_, codes := vouchers(w, rule, 3, 1, true)
	if n := number(t, w, "select count(*) from sales.voucher where position(convert_to($1, 'UTF8') in hash) > 0", codes[0]); n != 0 || len(codes[0]) != 19 {
		t.Error("a code is in the clear")
	}
	c := w.Buyer()
	h := w.Hold(c, 30)
	for code, want := range map[string]string{"0000-0000-0000-0000": "sales.voucher_unknown", "": "sales.voucher_unknown"} {
		c.Do("POST", "/api/v1/shop/prices", map[string]any{"session": w.Session.ID, "hold": h.Hold, "codes": []string{code}}).WantProblem(422, want)
	}
	orderWith(w, c, ids.New(), h.Hold, codes[:2], nil).WantProblem(422, "sales.voucher_twice")
	if q := quote(w, c, h.Hold); q.Due != salestest.StallPrice || len(q.Not) != 1 || q.Not[0].Why != "code" {
		t.Errorf("without: %+v", q)
	}
	if q := quote(w, c, h.Hold, strings.ToLower(strings.ReplaceAll(codes[0], "-", " "))); q.Due != salestest.StallPrice-5000 {
		t.Errorf("with: %+v", q)
	}

	// Forty at once, each with a hold and an order of its own, want one code.
	const many = 24
	var won atomic.Int32
	var winner ids.ID
	var owner *accesstest.Client
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range many {
		b := w.Buyer()
		hold := w.Hold(b, int32(41+i))
		id := ids.New()
		wg.Go(func() {
			for range 2 { // and each asks twice
				r := orderWith(w, b, id, hold.Hold, codes[:1], nil)
				if r.Status == 201 {
					mu.Lock()
					if winner != id {
						won.Add(1)
					}
					winner, owner = id, b
					mu.Unlock()
				} else if code := r.Get("code"); code != "sales.voucher_used" {
					t.Errorf("%s", r.Body)
				}
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || number(t, w, "select count(*) from sales.discount_use where state = 'used'") != 1 || number(t, w, "select uses_left from sales.voucher where no = 0") != 0 {
		t.Fatalf("%d orders have the voucher", won.Load())
	}
	// Negative control: looking first and counting afterwards, without the guard
	// and the table's check, sells it to everybody who looked.
	w.Sudo(func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "create table public.naive as select 1 as uses_left"); err != nil {
			return err
		}
		sold := 0
		var looks [3]int
		for i := range looks {
			if err := conn.QueryRow(ctx, "select uses_left from public.naive").Scan(&looks[i]); err != nil {
				return err
			}
		}
		for _, left := range looks {
			if left > 0 {
				sold++
				if _, err := conn.Exec(ctx, "update public.naive set uses_left = uses_left - 1"); err != nil {
					return err
				}
			}
		}
		if sold == 1 {
			t.Error("the control does not show the harm")
		}
		_, err := conn.Exec(ctx, "drop table public.naive")
		return err
	})

	// The order is cancelled: the code is good again.
	owner.Do("POST", "/api/v1/shop/orders/"+winner.String()+"/cancel", nil).Want(200)
	id := ids.New()
	orderWith(w, c, id, h.Hold, codes[:1], nil).Want(201)
	w.Pay(c, id, sandbox.Normal)
	w.Notify()
	if o := w.Get(c, id); o.PaidFen != salestest.StallPrice-5000 {
		t.Errorf("paid %v", o.PaidFen)
	}
	// Refunded whole: given back by the batch's rule.
	refundAll(w, c, w.Get(c, id), 30)
	if number(t, w, "select uses_left from sales.voucher where no = 0") != 1 {
		t.Error("not given back")
	}
	books(t, w, id)
	// Another batch does not give back, and can be ended.
	batch, kept := vouchers(w, rule, 1, 2, false)
	h = w.Hold(c, 31)
	id = ids.New()
	orderWith(w, c, id, h.Hold, kept, nil).Want(201)
	w.Pay(c, id, sandbox.Normal)
	w.Notify()
	refundAll(w, c, w.Get(c, id), 31)
	if number(t, w, "select uses_left from sales.voucher v where batch_id = $1", batch.String()) != 1 {
		t.Error("given back against the rule")
	}
	w.Client(access.Manager).Do("POST", "/api/v1/voucher-batches/"+batch.String()+"/void", nil).Want(200)
	h = w.Hold(c, 32)
	orderWith(w, c, ids.New(), h.Hold, kept, nil).WantProblem(409, "sales.voucher_time")
}

// Bounds hold under concurrency, and what a crash left taken is given back.
func TestBoundsOfDiscounts(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	setRule(w, map[string]any{"effect": "amount", "amount": 1000, "limit": map[string]any{"budget": 3500, "orders": 10}})
	var cheap atomic.Int32
	var wg sync.WaitGroup
	for i := range 12 {
		b := w.Buyer()
		hold := w.Hold(b, int32(1+i))
		wg.Go(func() {
			id := ids.New()
			for {
				r := orderWith(w, b, id, hold.Hold, nil, nil)
				if r.Status == 201 {
					if strings.Contains(string(r.Body), `"fen":1000`) {
						cheap.Add(1)
					}
					return
				}
				if r.Get("code") != "sales.discount_used_up" { // decided on what was left a moment ago: asked again
					t.Errorf("%s", r.Body)
					return
				}
			}
		})
	}
	wg.Wait()
	if cheap.Load() != 3 || number(t, w, "select spent from sales.discount_meter") != 3000 || number(t, w, "select orders from sales.discount_meter") != 3 {
		t.Errorf("%d orders got it", cheap.Load())
	}
	// Nobody pays: all is given back, once.
	w.Clock.Advance(time.Hour)
	ctx := w.As(w.Tenant)
	for range 2 {
		if _, err := w.Sales.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Sales.SettleDiscounts(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if number(t, w, "select spent from sales.discount_meter") != 0 || number(t, w, "select count(*) from sales.discount_use where state = 'returned'") != 3 {
		t.Error("not given back")
	}
	// What was taken for an order that never came.
	err := w.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, "update sales.discount_meter set spent = 1000, orders = 1 where tenant_id = ?", tx.Scope.Tenant); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "insert into sales.discount_use select tenant_id, gen_random_uuid(), rule_id, null, 1000, 1, true, 'reserved', ?::timestamptz - interval '1 day' from sales.discount_meter where tenant_id = ?", tx.Now, tx.Scope.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Sales.SettleDiscounts(ctx); err != nil || n != 1 || number(t, w, "select spent from sales.discount_meter") != 0 {
		t.Errorf("a crash's: %d %v", n, err)
	}
}

// RL-15: an age counts by the document alone; a document has its number of
// reduced tickets over all orders.
func TestDiscountsByDocument(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(cfg *salestest.Config) { cfg.Rules = salestest.Named() })
	setRule(w, map[string]any{"permille": 500, "when": map[string]any{"minAge": 60}, "limit": map[string]any{"document": 1}})
	c := w.Buyer()
	h := w.Hold(c, 1, 2)
	if q := quote(w, c, h.Hold); q.Due != q.List || q.Not[0].Why != "age" {
		t.Errorf("without a document: %+v", q)
	}
	o := w.Order(c, h.Hold, salestest.Person(0), salestest.Person(2)) // born 1949 and 1980
	if o.Amount != salestest.StallPrice/2+salestest.StallPrice {
		t.Errorf("amount %v", o.Amount)
	}
	if n := number(t, w, "select count(*) from sales.discount_person"); n != 1 {
		t.Error("the document is not counted")
	}
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/cancel", nil).Want(200)
	if n := number(t, w, "select count(*) from sales.discount_person"); n != 0 {
		t.Error("a cancelled order counts")
	}
}
