package channelhttp_test

import (
	"crypto/x509"
	"net/netip"
	"testing"

	"parterre/modules/access/accesstest"
	"parterre/modules/channel"
	"parterre/modules/channel/channelhttp"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// world is a theatre with a session on sale and agents that may sell it.
type world struct {
	*salestest.World
	channel *channel.Service
	roots   *x509.CertPool
	reach   func(netip.Addr) bool
}

func newWorld(t *testing.T, change ...func(*salestest.Config)) *world {
	t.Helper()
	w := &world{roots: x509.NewCertPool(), reach: channel.Public}
	w.World = salestest.New(t, append(change, func(c *salestest.Config) {
		c.More = func(s *salestest.World) {
			w.channel = channel.New(channel.Deps{
				DB: s.DB.DB, Access: s.Access, Sales: s.Sales, Seats: s.Seats, Maps: s.Maps, Shows: s.Shows, Venues: s.Venues, Vault: s.Vault, Log: s.Log,
				Reach: func(a netip.Addr) bool { return w.reach(a) }, Roots: w.roots,
			})
			channelhttp.Register(s.Server, w.channel)
		}
	})...)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// agent is a key that is an agent of its own, with room for many requests.
func (w *world) agent(t *testing.T) *accesstest.Client {
	t.Helper()
	c := w.Key(channel.Sell)
	c.Do("GET", "/api/v1/agent/me", nil).Want(200)
	_, err := w.channel.Change(w.As(w.Tenant), c.ID, 1, channel.Settings{Name: "好票网", Rate: 1000, Burst: 10000})
	must(t, err)
	return c
}

func (w *world) lock(c *accesstest.Client, body map[string]any) (l channelhttp.AgentLock) {
	w.T.Helper()
	c.Do("POST", "/api/v1/agent/locks", w.lockBody(body)).Want(201).JSON(&l)
	return l
}

func (w *world) lockBody(body map[string]any) map[string]any {
	out := map[string]any{"id": ids.New(), "session": w.Session.ID}
	for k, v := range body {
		out[k] = v
	}
	return out
}

func (w *world) orderBody(l channelhttp.AgentLock, people ...map[string]any) map[string]any {
	out := map[string]any{"id": ids.New(), "session": w.Session.ID, "lock": l.ID, "consent": true, "ref": "R-1"}
	if len(people) > 0 {
		out["people"] = people
	}
	return out
}

func (w *world) sell(c *accesstest.Client, seats ...int32) (o channelhttp.AgentOrder) {
	w.T.Helper()
	l := w.lock(c, map[string]any{"seats": seats})
	c.Do("POST", "/api/v1/agent/orders", w.orderBody(l)).Want(201).JSON(&o)
	return o
}
