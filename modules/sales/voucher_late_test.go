package sales_test

import (
	"net/http"
	"testing"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// PT-sales, RL-5: an order with a voucher lapses, which frees the voucher, and
// then its money comes. The voucher is taken again with the seat, or, when one
// of them is gone, all the money goes back and nothing of it stays taken.
func TestALatePaymentTakesItsVoucherAgain(t *testing.T) {
	t.Parallel()
	const off = 5000
	for _, meanwhile := range []string{"free", "voucher used", "seat sold"} {
		t.Run(meanwhile, func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t)
			rule := setRule(w, map[string]any{"effect": "amount", "per": "order", "amount": off, "code": true})
			_, codes := vouchers(w, rule, 1, 1, true)
			c, other := w.Buyer(), w.Buyer()
			left := func() int64 { return number(t, w, "select uses_left from sales.voucher") }
			id := ids.New()
			orderWith(w, c, id, w.Hold(c, 1).Hold, codes, nil).Want(201)
			at := c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/pay", map[string]any{"provider": "sandbox"}).Want(200).Get("payUrl")
			w.PayAt(at, sandbox.Missing) // paid in time, but nobody is told
			// The provider does not answer, so the order ends as if it were not paid.
			front := w.PayFront.Config.Handler
			w.PayFront.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/cancel", nil).Want(200)
			w.PayFront.Config.Handler = front
			if left() != 1 || w.Get(c, id).State != sales.Cancelled {
				t.Fatalf("%d uses left of an order that is %s", left(), w.Get(c, id).State)
			}
			switch meanwhile {
			case "voucher used":
				second := ids.New()
				orderWith(w, other, second, w.Hold(other, 9).Hold, codes, nil).Want(201)
				w.Pay(other, second, sandbox.Normal)
				w.Notify()
			case "seat sold":
				w.Bought(other, 1)
			}
			c.Do("POST", "/api/v1/shop/orders/"+id.String()+"/check", map[string]any{}).Want(200)
			sweep(t, w)
			o := w.Get(c, id)
			due := salestest.StallPrice - money.Fen(off)
			want, uses, back := sales.Confirmed, int64(0), money.Fen(0)
			if meanwhile != "free" {
				want, back = sales.Refunded, due
			}
			if meanwhile == "seat sold" {
				uses = 1
			}
			if o.State != want || o.PaidFen != due || o.BackFen != back || left() != uses {
				t.Errorf("%s: paid %d, back %d, %d uses left", o.State, o.PaidFen, o.BackFen, left())
			}
			if n := number(t, w, "select count(*) from sales.discount_use where state = 'used' and order_id = $1", id.String()); n != map[bool]int64{true: 1}[meanwhile == "free"] {
				t.Errorf("%d uses are the order's", n)
			}
			if n := number(t, w, "select count(*) from sales.refund where reason = '付款到达时优惠券已被使用'"); n != map[bool]int64{true: 1}[meanwhile == "voucher used"] {
				t.Errorf("%d refunds say that the voucher was used", n)
			}
			books(t, w, id)
		})
	}
}
