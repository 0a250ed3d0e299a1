package suite

import (
	"testing"
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/waiting"
)

// TestHoldsNeedAPassWhileThereIsALine goes through the line over HTTP
// (FC-5.1.2, SEC-ASVS-2.4.1).
func TestHoldsNeedAPassWhileThereIsALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", noNames())
	buyer := w.Buyer()
	hold := func(seat int32, pass string) *accesstest.Reply {
		return buyer.Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": h.session.ID, "seats": []int32{seat}}, accesstest.Header("X-Queue-Pass", pass))
	}
	hold(1, "").Want(201)
	_, err := w.s.Waiting.Set(w.as(w.Tenant), h.session.ID, 0, waiting.Settings{Enabled: true, OpensAt: w.Clock.Now(), Low: 1, High: 60, Inside: 5, PassMinutes: 5})
	must(t, err)
	hold(3, "").WantProblem(409, "waiting.pass")
	at := "/api/v1/shop/sessions/" + h.session.ID.String() + "/queue"
	ticket := buyer.Do("POST", at, nil).Want(200).Get("ticket")
	w.Clock.Advance(2 * time.Second)
	pass := buyer.Do("GET", at, nil, accesstest.Header("X-Queue-Ticket", ticket)).Want(200).Get("pass")
	if pass == "" {
		t.Fatal("no pass")
	}
	hold(3, pass).Want(201)
	w.Buyer().Do("POST", "/api/v1/shop/holds", map[string]any{"id": ids.New(), "session": h.session.ID, "seats": []int32{5}}, accesstest.Header("X-Queue-Pass", pass)).WantProblem(409, "waiting.pass")
}

// TestPackagesNeedAPassOfEachLine: a package takes seats of several sessions,
// so it carries the pass of each of them that has a line (FC-5.1.2).
func TestPackagesNeedAPassOfEachLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.house(w.Tenant, "11010100101", noNames())
	pack := w.offer(w.Tenant, h, 20000, h.session.ID)
	buyer := w.Buyer()
	buy := func(c *accesstest.Client, pass string) *accesstest.Reply {
		return c.Do("POST", "/api/v1/shop/bundles", map[string]any{"id": ids.New(), "package": pack, "option": 1}, accesstest.Header("X-Queue-Pass", pass))
	}
	_, err := w.s.Waiting.Set(w.as(w.Tenant), h.session.ID, 0, waiting.Settings{Enabled: true, OpensAt: w.Clock.Now(), Low: 1, High: 60, Inside: 5, PassMinutes: 5})
	must(t, err)
	buy(buyer, "").WantProblem(409, "waiting.pass")
	at := "/api/v1/shop/sessions/" + h.session.ID.String() + "/queue"
	ticket := buyer.Do("POST", at, nil).Want(200).Get("ticket")
	w.Clock.Advance(2 * time.Second)
	pass := buyer.Do("GET", at, nil, accesstest.Header("X-Queue-Ticket", ticket)).Want(200).Get("pass")
	buy(w.Buyer(), pass).WantProblem(409, "waiting.pass") // another's
	buy(buyer, ",,"+ticket).WantProblem(409, "waiting.pass")
	buy(buyer, "another-session's-pass,"+pass).Want(201)
}
