package sales_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// RL-13, RL-17: how long personal data is kept is a version of the house's
// profile: each change is kept with who and why, bounds hold, and what is erased
// follows the one in force.
func TestRetentionIsAVersionedProfile(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	buyer := w.Buyer()
	o := w.Order(buyer, w.Hold(buyer, 1).Hold, salestest.Person(0))
	w.Pay(buyer, o.ID, "normal")
	w.Notify()
	buyer.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/invoices", map[string]any{"id": ids.New(), "kind": "personal", "title": "张三", "email": "a@example.com"}).Want(201)
	admin, seller := w.Client(access.PlatformAdmin), w.Client(access.Seller)
	var list struct{ Items []sales.Retention }
	admin.Do("GET", "/api/v1/retention", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0] != sales.DefaultRetention() || list.Items[0].PersonsDays != 30 || list.Items[0].InvoicesDays != 1095 || !list.Items[0].Provisional {
		t.Fatalf("the default: %+v", list.Items)
	}
	set := func(version, persons, invoices int, reason string) map[string]any {
		return map[string]any{"version": version, "personsDays": persons, "invoicesDays": invoices, "reason": reason}
	}
	admin.Do("PUT", "/api/v1/retention", set(0, 10, 364, "太短")).Want(422)
	admin.Do("PUT", "/api/v1/retention", set(0, 10, 2000, "  ")).WantProblem(422, "sales.retention")
	admin.Do("PUT", "/api/v1/retention", set(0, 10, 2000, "按院方制度")).Want(200)
	admin.Do("PUT", "/api/v1/retention", set(0, 11, 2000, "没看见已改")).WantProblem(409, "sales.retention_version")
	admin.Do("PUT", "/api/v1/retention", set(1, 20, 1500, "按新制度")).Want(200)
	seller.Do("PUT", "/api/v1/retention", set(2, 1, 1095, "无权")).Want(403)
	admin.Do("GET", "/api/v1/retention", nil).Want(200).JSON(&list)
	if len(list.Items) != 3 || list.Items[0].Version != 2 || list.Items[0].PersonsDays != 20 || list.Items[1].Reason != "按院方制度" || list.Items[0].ChangedBy == "" {
		t.Errorf("versions: %+v", list.Items)
	}
	persons := func(after time.Duration) (n int64) {
		t.Helper()
		w.Clock.Set(w.Session.EndsAt.Add(after))
		if _, err := w.Sales.Erase(w.As(w.Tenant)); err != nil {
			t.Fatal(err)
		}
		return number(t, w, "select count(*) from identity.person")
	}
	const day = 24 * time.Hour
	if before, after := persons(20*day-time.Minute), persons(20*day+time.Minute); before != 1 || after != 0 {
		t.Errorf("persons: %d before their time, %d after", before, after)
	}
	if n := number(t, w, "select count(*) from sales.invoice where length(title) > 32"); n != 1 {
		t.Error("the invoice's data is gone with the persons")
	}
}

// Bindings count for their address as orders do: new cookies do not buy new
// answers about documents (SEC-ASVS-2.4.1).
func TestBindingsCountForTheirAddress(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		t.Run(map[bool]string{true: "guarded", false: "control"}[on], func(t *testing.T) {
			t.Parallel()
			w := salestest.New(t, guarded(on))
			victim := w.Buyer()
			taken := w.Order(victim, w.Hold(victim, 1).Hold, salestest.Person(0))
			w.Pay(victim, taken.ID, "normal")
			w.Notify()
			spies, orders := make([]*accesstest.Client, 12), make([]ids.ID, 12)
			for i := range spies {
				spies[i] = w.Buyer()
				o := w.Order(spies[i], w.Hold(spies[i], int32(i+2)).Hold, passport(i+1))
				w.Pay(spies[i], o.ID, "normal")
				w.Notify()
				orders[i] = o.ID
			}
			w.Sudo(func(ctx context.Context, c *pgx.Conn) error { // as if nobody had been named
				_, err := c.Exec(ctx, "begin; set local session_replication_role = replica; update sales.ticket set person_id = null where seat_id > 1; commit")
				return err
			})
			told := 0
			for i, spy := range spies {
				for range 5 {
					r := spy.Do("POST", "/api/v1/shop/orders/"+orders[i].String()+"/bindings", map[string]any{"id": ids.New(), "seat": i + 2, "person": salestest.Person(0)})
					if r.Get("code") == "inventory.document_used" {
						told++
					}
				}
			}
			if want := map[bool]int{true: 40, false: 60}[on]; told != want {
				t.Errorf("told %d times, want %d", told, want)
			}
		})
	}
}
