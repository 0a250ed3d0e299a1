package sales_test

import (
	"slices"
	"sync"
	"testing"

	"parterre/integrations/payment/sandbox"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// TestAHerdOnFewSeats: thirty buyers want the same six seats at once, with
// every request sent twice. Each seat is sold once, who is refused is told
// which seats are gone, and all money is accounted for.
func TestAHerdOnFewSeats(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	const buyers, seats = 30, 6
	var mu sync.Mutex
	var won []ids.ID
	var wg sync.WaitGroup
	for i := range buyers {
		c := w.Buyer()
		wg.Go(func() {
			body := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{int32(i%seats) + 1}}
			c.Do("POST", "/api/v1/shop/holds", body)
			r := c.Do("POST", "/api/v1/shop/holds", body)
			if r.Status != 201 {
				if r.Problem.Code != "inventory.seat_taken" || r.Problem.Params["seats"] == nil {
					t.Errorf("refused with %d %s", r.Status, r.Body)
				}
				return
			}
			var h saleshttp.SaleHold
			r.JSON(&h)
			order := ids.New()
			w.TryOrder(c, order, h.Hold)
			w.TryOrder(c, order, h.Hold).Want(201)
			w.Pay(c, order, sandbox.Twice)
			mu.Lock()
			won = append(won, order)
			mu.Unlock()
		})
	}
	wg.Wait()
	for w.Notify() > 0 {
	}
	if len(won) != seats {
		t.Errorf("%d buyers got one of %d seats", len(won), seats)
	}
	slices.SortFunc(won, func(a, b ids.ID) int { return slices.Compare([]byte(a.String()), []byte(b.String())) })
	for _, o := range won {
		books(t, w, o)
	}
	if n := number(t, w, "select count(distinct seat_id) from sales.ticket"); n != seats {
		t.Errorf("%d seats have a ticket", n)
	}
	if n := number(t, w, "select count(*) from sales.orders where state = $1", sales.Confirmed); n != seats {
		t.Errorf("%d orders are confirmed", n)
	}
}
