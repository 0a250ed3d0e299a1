package suite

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
)

// PT-sales: orders from before the blind indexes of phones and names are found
// again once the job has made them; what was erased stays erased, and one value
// that does not open is named and does not hold up what was done.
func TestOrdersFromBeforeAreFoundAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", show.DefaultRules())
	buyer, seller := w.Buyer(), w.Client(access.Seller)
	const n = 3
	var orders [n]ids.ID
	for i := range orders {
		orders[i] = ids.New()
		buyer.Do("POST", "/api/v1/shop/orders", map[string]any{
			"id": orders[i], "session": h.session.ID, "hold": w.hold(buyer, h.session.ID, int32(2*i+1)), "consent": true, "phone": "+86 138 0013 8000", "people": []any{salestest.Person(i)},
		}).Want(201)
	}
	sudo := func(q string, args ...any) {
		w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
			if _, err := c.Exec(ctx, "set session_replication_role = replica"); err != nil {
				return err
			}
			_, err := c.Exec(ctx, q, args...)
			return err
		})
	}
	find := func(text string, want int) {
		t.Helper()
		var out struct{ Items []struct{ ID ids.ID } }
		seller.Do("POST", "/api/v1/orders/find", map[string]any{"text": text}).Want(200).JSON(&out)
		if len(out.Items) != want {
			t.Errorf("%d orders are found, want %d", len(out.Items), want)
		}
	}
	find("13800138000", n)
	find("张三", n)
	sudo("update sales.orders set contact_blind = null") // as 0067 found them
	sudo("update identity.person set name_blind = null")
	sudo("update sales.orders set contact = null where id = $1", orders[2].String()) // erased
	find("13800138000", 0)
	find("张三", 0)
	refind := func() (int, error) { return w.s.keys.vault.Refind(w.system(), w.s.cfg.DB, Found()) }
	if made, err := refind(); err != nil || made != n-1+n {
		t.Errorf("%d indexes, %v", made, err)
	}
	find("13800138000", n-1)
	find("138 0013 8000", n-1)
	find("张三", n)
	if made, err := refind(); err != nil || made != 0 {
		t.Errorf("again: %d indexes, %v", made, err)
	}
	sudo("update sales.orders set contact_blind = null, contact = overlay(contact placing '\\x00000009' from 1) where id = $1", orders[0].String())
	if _, err := refind(); err == nil {
		t.Error("a value whose key is gone is passed over in silence")
	}
}
