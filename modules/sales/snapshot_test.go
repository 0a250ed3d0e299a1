package sales_test

import (
	"context"
	"sync/atomic"
	"testing"

	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// between does something while an order is being read: after the order itself,
// before its tickets.
type between struct {
	sales.Maps
	do atomic.Pointer[func()]
}

func (b *between) Map(ctx context.Context, session ids.ID) (*sales.Map, error) {
	if do := b.do.Swap(nil); do != nil {
		(*do)()
	}
	return b.Maps.Map(ctx, session)
}

// TestAnOrderIsReadAsOneState: an exchange that commits while its order is read
// is in all of what is shown or in nothing of it, and in all of the next read.
func TestAnOrderIsReadAsOneState(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Buyer()
	o := w.Bought(c, salestest.FirstBalcony)
	d := dearer(w, c, o.ID, salestest.FirstBalcony, 1)
	maps := &between{Maps: w.Sales.Maps}
	w.Sales.Maps = maps
	done := false
	pay := func() {
		payDue(w, c, d)
		done = c.Do("GET", "/api/v1/shop/exchange-dues/"+d.ID.String(), nil).Want(200).Get("state") == sales.DueDone
	}
	maps.do.Store(&pay)
	if got := live(t, w.Get(c, o.ID)); got.Seat != salestest.FirstBalcony || !done {
		t.Errorf("read over an exchange (done: %v): %+v", done, got)
	}
	if got := live(t, w.Get(c, o.ID)); got.Seat != 1 {
		t.Errorf("read after it: %+v", got)
	}
}
