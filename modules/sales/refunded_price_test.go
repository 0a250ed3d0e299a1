package sales_test

import (
	"testing"

	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// TestARefundedTicketKeepsItsPrice: what a ticket cost is shown after it was
// given back too, and the order's money is told from its tickets: paid is what
// was taken, back is the refunded ticket's price, the other one is as it was.
func TestARefundedTicketKeepsItsPrice(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, 1, salestest.FirstBalcony)
	before := map[int32]int64{}
	for _, x := range o.Tickets {
		before[x.Seat] = int64(x.Price)
	}
	if before[1] != int64(salestest.StallPrice) || before[salestest.FirstBalcony] != int64(salestest.BalconyPrice) {
		t.Fatalf("bought for %v", before)
	}
	c.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1}, "fee": 0}).Want(201)
	sweep(t, w)
	got := w.Get(c, o.ID)
	for _, x := range got.Tickets {
		want := "valid"
		if x.Seat == 1 {
			want = "refunded"
		}
		if x.State != want || int64(x.Price) != before[x.Seat] || x.List != x.Price {
			t.Errorf("seat %d: %s, %d of %d", x.Seat, x.State, x.Price, before[x.Seat])
		}
	}
	if got.State != sales.Confirmed || len(got.Tickets) != 2 || got.PaidFen != salestest.StallPrice+salestest.BalconyPrice || got.BackFen != salestest.StallPrice {
		t.Errorf("%s, %d tickets, %d paid, %d back", got.State, len(got.Tickets), got.PaidFen, got.BackFen)
	}
}
