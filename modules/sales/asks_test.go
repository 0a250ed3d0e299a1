package sales_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// stands sends a request again as it was, which has no second effect, and with
// one thing changed at a time, each of which must be refused with the code.
func stands(t *testing.T, c *accesstest.Client, path string, body map[string]any, code string, changes map[string]any) *accesstest.Reply {
	t.Helper()
	first := c.Do("POST", path, body)
	if again := c.Do("POST", path, body); first.Status >= 300 || again.Status >= 300 {
		t.Fatalf("%s: %d %s, again %d %s", path, first.Status, first.Body, again.Status, again.Body)
	}
	for _, field := range slices.Sorted(maps.Keys(changes)) {
		other := maps.Clone(body)
		other[field] = changes[field]
		if r := c.Do("POST", path, other); r.Status != 409 || r.Get("code") != code {
			t.Errorf("%s with another %s: %d %s", path, field, r.Status, r.Get("code"))
		}
	}
	return first
}

const taken = "sales.id_taken"

// PT-sales: an id that a client made stands for one request. Sent again with
// other content it is refused, never answered with what was made before.
func TestAnIDIsForOneRequest(t *testing.T) {
	t.Parallel()
	w := salestest.New(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	seller, buyer, manager := w.Client(access.Seller), w.Buyer(), w.Client(access.Manager)
	until := w.Clock.Now().Add(72 * time.Hour)

	body := map[string]any{"id": ids.New(), "session": w.Session.ID, "name": "王小明", "phone": "13800138000", "note": "前排", "until": until, "seats": []int32{1, 2}, "people": []any{salestest.Person(0), salestest.Person(1)}}
	stands(t, seller, "/api/v1/reservations", body, taken, map[string]any{
		"name": "王大明", "phone": "13800138001", "note": "后排", "until": until.Add(time.Hour), "seats": []int32{1, 3}, "people": []any{salestest.Person(1), salestest.Person(0)},
	})
	if n := number(t, w, "select jsonb_array_length(lines) from sales.reservation"); n != 2 {
		t.Errorf("%d places reserved", n)
	}
	hold := map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{5, 6}}
	stands(t, buyer, "/api/v1/shop/holds", hold, "inventory.key_reused", map[string]any{"seats": []int32{5, 7}})

	o := w.Order(buyer, w.Hold(buyer, 8, 9).Hold, salestest.Person(2), salestest.Person(3))
	w.Pay(buyer, o.ID, "normal")
	w.Notify()
	at := "/api/v1/shop/orders/" + o.ID.String()
	person := salestest.Person(2)
	person["name"] = "李四"
	stands(t, buyer, at+"/corrections", map[string]any{"id": ids.New(), "seat": 8, "person": person}, taken, map[string]any{"person": salestest.Person(2)})
	swap := map[string]any{"id": ids.New(), "from": []int32{9}, "hold": w.Hold(buyer, 12).Hold}
	stands(t, buyer, at+"/exchanges", swap, taken, map[string]any{"from": []int32{8}, "hold": w.Hold(buyer, 13).Hold})
	stands(t, buyer, at+"/invoices", map[string]any{"id": ids.New(), "kind": "personal", "title": "张三", "email": "a@example.com"}, taken, map[string]any{"title": "李四", "email": "b@example.com"})
	back := map[string]any{"id": ids.New(), "seats": []int32{8}, "fee": 0, "reason": "有事"}
	stands(t, buyer, at+"/refunds", back, taken, map[string]any{"seats": []int32{12}, "reason": "生病"})

	shift := map[string]any{"id": ids.New(), "counter": "一号", "opening": 10_000}
	opened := stands(t, seller, "/api/v1/shifts", shift, taken, map[string]any{"counter": "二号", "opening": 20_000})
	stands(t, seller, "/api/v1/shifts/"+opened.Get("id")+"/cash", map[string]any{"id": ids.New(), "amount": 500, "reason": "零钱"}, taken, map[string]any{"amount": 600, "reason": "找零"})

	rule := setRule(w, nil)
	starts := w.Clock.Now()
	batch := map[string]any{"id": ids.New(), "rule": rule, "name": "老友", "codes": 2, "uses": 1, "startsAt": starts, "expiresAt": until, "giveBack": true}
	stands(t, manager, "/api/v1/voucher-batches", batch, taken, map[string]any{"name": "新友", "codes": 3, "uses": 2, "expiresAt": until.Add(time.Hour), "giveBack": false})

	// What was asked for is erased as persons are; then only the id is left.
	w.Clock.Set(w.Session.EndsAt.Add(sales.KeepPersons + time.Second))
	if _, err := w.Sales.Erase(w.As(w.Tenant)); err != nil {
		t.Fatal(err)
	}
	if n := number(t, w, "select count(*) from sales.asked"); n != 0 {
		t.Errorf("%d traces of requests are left", n)
	}
}

// The same of packages and of passes.
func TestAnIDIsForOnePackageOrPass(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 3, salestest.Named())
	c := s.Buyer()
	p := s.offer(s.content("sessions", 2, 1, 100))
	body := map[string]any{"id": ids.New(), "package": p, "option": 1, "sessions": s.sessions[:2], "seats": [][]int32{{1}, {2}}}
	b := stands(t, c, "/api/v1/shop/bundles", body, taken, map[string]any{"sessions": s.sessions[1:], "seats": [][]int32{{1}, {3}}})
	order := map[string]any{"phone": "13800138000", "consent": true, "people": []any{salestest.Person(0)}}
	stands(t, c, "/api/v1/shop/bundles/"+b.Get("id")+"/order", order, taken, map[string]any{"phone": "13800138001", "people": []any{salestest.Person(1)}})

	manager := s.SignedIn(s.Tenant, access.Manager)
	manager.Do("PUT", "/api/v1/sessions/"+s.sessions[0].String()+"/pass-quota", map[string]any{"work": 2, "gifts": 0}).Want(200)
	stands(t, manager, "/api/v1/passes", newPass(s.sessions[:1], 0), taken, map[string]any{"person": salestest.Person(1), "role": "音响", "areas": []string{"前厅"}})
}

// The same of the waiting list, also when places have become free meanwhile.
func TestAnIDIsForOneWaitEntry(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	scarce(t, w, 1)
	policy(w, nil)
	w.Bought(w.Buyer(), 1)
	c := w.Buyer()
	path := "/api/v1/shop/sessions/" + w.Session.ID.String() + "/waitlist"
	stands(t, c, path, map[string]any{"id": ids.New(), "places": 1, "zones": []int{1}, "phone": "13800138000"}, taken, map[string]any{"places": 2, "phone": "13800138001"})
	manager := w.Client(access.Manager)
	stands(t, manager, "/api/v1/sessions/"+w.Session.ID.String()+"/releases", map[string]any{"id": ids.New(), "at": w.Clock.Now().Add(time.Hour)}, taken, map[string]any{"at": w.Clock.Now().Add(2 * time.Hour)})
}
