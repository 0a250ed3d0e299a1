package saleshttp_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// Every wrong digit of a pickup code is seen (ISO 7064, MOD 11,10), so a slip
// never finds another's order.
func TestPickupDigit(t *testing.T) {
	t.Parallel()
	if got := sales.PickupDigit("0794"); got != '5' { // the standard's own example
		t.Errorf("0794: %c", got)
	}
	code := "482915307" + string(sales.PickupDigit("482915307"))
	for i := range code {
		for d := byte('0'); d <= '9'; d++ {
			wrong := code[:i] + string(d) + code[i+1:]
			if sales.GoodPickup(wrong) != (wrong == code) {
				t.Errorf("%s passes for %s", wrong, code)
			}
		}
	}
}

// PT-sales: who paid has a code by which any counter of the theatre finds the
// order; nobody else is told it, and guessing ends soon (SEC-ASVS-2.4.1).
func TestPickupCodes(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	w.Sales.Guard = sales.NewGuard(w.Clock)
	buyer, seller := w.Buyer(), w.SignedIn(w.Tenant, access.Seller)
	waits := w.Order(buyer, w.Hold(buyer, 3).Hold)
	if got := w.Get(buyer, waits.ID).Pickup; got != "" {
		t.Errorf("an order that is not paid has the code %s", got)
	}
	o := w.Bought(buyer, 1, 2)
	code := w.Get(buyer, o.ID).Pickup
	if !sales.GoodPickup(code) || w.Get(buyer, o.ID).Pickup != code {
		t.Fatalf("the code is %q, then %q", code, w.Get(buyer, o.ID).Pickup)
	}
	if got := seller.Do("GET", "/api/v1/orders/"+o.ID.String(), nil).Want(200).Get("pickup"); got != "" {
		t.Errorf("staff are told the code %s", got)
	}
	body := func(text string) map[string]any { return map[string]any{"text": text} }
	var list struct{ Items []saleshttp.SaleOrder }
	seller.Do("POST", "/api/v1/orders/find", body(code[:3]+" "+code[3:6]+"-"+code[6:])).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].ID != o.ID {
		t.Fatalf("the code found %+v", list.Items)
	}
	w.SignedIn(w.DB.Other, access.Seller).Do("POST", "/api/v1/orders/find", body(code)).Want(200).JSON(&list)
	if len(list.Items) != 0 {
		t.Error("another theatre's counter finds it")
	}
	slip := code[:9] + string('0'+(code[9]-'0'+1)%10)
	for range 30 { // slips of the hand cost nothing
		seller.Do("POST", "/api/v1/orders/find", body(slip)).WantProblem(422, "sales.pickup_code")
	}
	guess := func(n int) string {
		nine := strings.Repeat(string('0'+byte(n)), 9)
		return nine + string(sales.PickupDigit(nine))
	}
	for n := range 5 {
		seller.Do("POST", "/api/v1/orders/find", body(guess(n))).Want(200)
	}
	w.Sales.Guard = sales.NewGuard(w.Clock)         // as another node, or this one after a restart: the count is the database's
	for _, text := range []string{guess(5), code} { // the right one is refused as well, so a refusal tells nothing
		seller.Do("POST", "/api/v1/orders/find", body(text)).WantProblem(429, "sales.pickup_attempts")
	}
	seller.Do("POST", "/api/v1/orders/find", body(o.Number)).Want(200)
	for range 4 { // others at the same address, until it has had enough
		other := w.SignedIn(w.Tenant, access.Seller)
		for n := range 4 {
			other.Do("POST", "/api/v1/orders/find", body(guess(n)))
		}
	}
	w.SignedIn(w.Tenant, access.Seller).Do("POST", "/api/v1/orders/find", body(code)).WantProblem(429, "sales.pickup_attempts")
	w.Clock.Advance(2 * time.Minute)
	seller.Do("POST", "/api/v1/orders/find", body(code)).Want(200).JSON(&list)
	if len(list.Items) != 1 {
		t.Error("after a while it is found again")
	}
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		var told int
		err := c.QueryRow(ctx, "select count(*) from audit.entry e where e::text like '%' || $1 || '%'", code).Scan(&told)
		if told != 0 {
			t.Errorf("the audit log holds the code %d times", told)
		}
		return err
	})
	// Given back, the code finds nothing.
	buyer.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1, 2}, "fee": 0}).Want(201)
	seller.Do("POST", "/api/v1/orders/find", body(code)).Want(200).JSON(&list)
	if len(list.Items) != 0 || w.Get(buyer, o.ID).Pickup != "" {
		t.Error("an order that was given back has its code still")
	}
}
