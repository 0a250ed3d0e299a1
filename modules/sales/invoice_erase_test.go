package sales_test

import (
	"bytes"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// RL-17, RL-13: what an invoice says of its buyer is kept as long as the
// transaction, not a second less, and then emptied; its number and amount stay.
// One that is still to be issued is kept.
func TestInvoiceDataIsErasedOnTime(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c, finance := w.Buyer(), w.SignedIn(w.Tenant, access.Finance)
	ask := func(seat int32) ids.ID {
		id := ids.New()
		c.Do("POST", "/api/v1/shop/orders/"+w.Bought(c, seat).ID.String()+"/invoices",
			map[string]any{"id": id, "kind": "enterprise", "title": "甲文化公司", "taxNumber": creditCode, "email": "buyer@example.com"}).Want(201)
		return id
	}
	done, open := ask(1), ask(2)
	finance.Do("POST", "/api/v1/invoices/"+done.String()+"/state", map[string]any{"to": "issued", "number": "26112000000000000001"}).Want(200)
	round := func(want int) {
		t.Helper()
		if got, err := w.Sales.Erase(w.As(w.Tenant)); err != nil || got.Invoices != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	w.Clock.Advance(sales.KeepInvoices - time.Second)
	round(0)
	w.Clock.Advance(time.Second)
	if got, err := w.Sales.Erase(w.As(w.DB.Other)); err != nil || got.Invoices != 0 {
		t.Errorf("another theatre's round: %+v, %v", got, err)
	}
	round(1)
	round(0)
	body := w.SignedIn(w.Tenant, access.Finance).Do("GET", "/api/v1/invoices", nil).Want(200).Body
	if bytes.Count(body, []byte("甲文化公司")) != 1 || bytes.Count(body, []byte("@example.com")) != 1 || !bytes.Contains(body, []byte("26112000000000000001")) {
		t.Errorf("after the time: %s", body)
	}
	if n := number(t, w, "select count(*) from sales.invoice where tax_number is not null and id = $1", open.String()); n != 1 {
		t.Error("what is still to be issued was erased")
	}
}
