package channelhttp_test

import (
	"encoding/json"
	"testing"
	"time"

	"parterre/modules/channel"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
)

// PT-sales: agents follow packages as they do sessions: each change has a
// number in /changes and an event, also the one by which a package is theirs no
// more; of a package that never was theirs they hear nothing. What is sold of
// one is told with its bundle and with what its tickets really cost.
func TestAgentsAreToldOfPackages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *salestest.Config) { c.Rules = salestest.NoNames() })
	r := w.receiver(t)
	a := w.agent(t)
	must(t, first(w.channel.Gather(w.As(w.Tenant))))
	putHook(a, r.URL+"/in", channel.PackageChanged, channel.OrderConfirmed, channel.TicketsRefunded)
	sessions := []ids.ID{w.Session.ID, w.OnSale(w.Tenant, w.Show.ID, w.Hall.ID, w.Plan, w.Session.StartsAt.Add(24*time.Hour), salestest.NoNames()).ID}
	pack := w.offer(t, sessions, "online", "agent")
	w.offer(t, sessions, "online")
	type told struct {
		Type string
		Data struct {
			Package, State, Bundle, Order string
			Amount                        money.Fen
		}
	}
	news := func() (out []told) {
		t.Helper()
		before := len(r.got)
		w.news(t)
		for _, m := range r.got[before:] {
			var x told
			must(t, json.Unmarshal(m.body, &x))
			out = append(out, x)
		}
		return out
	}
	changes := func() (n int) {
		var list struct{ Items []channel.Changed }
		a.Do("GET", agentAt+"/changes", nil).Want(200).JSON(&list)
		for _, c := range list.Items {
			if c.Kind == "package" {
				n++
				if c.ID != pack {
					t.Errorf("told of package %s, which is not theirs", c.ID)
				}
			}
		}
		return n
	}
	if got := news(); len(got) != 1 || got[0].Data.Package != pack.String() || got[0].Data.State != sales.PackageOnSale || changes() != 1 {
		t.Fatalf("on sale: %+v, %d changes", got, changes())
	}
	id := ids.New()
	w.tryBundle(a, id, pack, []int32{1, 2}, []int32{1, 2}).Want(201)
	a.Do("POST", agentAt+"/bundles/"+id.String()+"/sale", map[string]any{"consent": true}).Want(200)
	got := news()
	var sum money.Fen
	for _, x := range got {
		if x.Type == channel.OrderConfirmed && x.Data.Bundle == id.String() {
			sum += x.Data.Amount
		}
	}
	if len(got) != 2 || sum != 3*salestest.StallPrice {
		t.Errorf("sold for %d: %+v", sum, got)
	}
	ctx := w.As(w.Tenant)
	p, err := w.Sales.Package(ctx, pack)
	must(t, err)
	p.Content.Channels = []string{"online"}
	_, err = w.Sales.SavePackage(ctx, pack, p.Show, p.Version, p.Content)
	must(t, err)
	if got := news(); len(got) != 1 || got[0].Data.State != "withdrawn" || changes() != 2 {
		t.Errorf("withdrawn: %+v, %d changes", got, changes())
	}
}
