package channelhttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"parterre/modules/access"
	"parterre/modules/channel"
	"parterre/modules/core/ids"
)

// Staff make an agent, give it keys that work at once and end at once, see its
// webhooks with their deliveries, and read the same bytes of its day as it does.
func TestStaffLookAfterAnAgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.receiver(t)
	boss := w.SignedIn(w.Tenant, access.Manager)
	agent := boss.Do("POST", "/api/v1/agents", map[string]any{"name": "好票网", "rate": 1000, "burst": 1000}).Want(201).Get("id")
	made := boss.Do("POST", "/api/v1/agents/"+agent+"/keys", map[string]any{"days": 30}).Want(201)
	c := w.Bearer(made.Get("secret"))
	c.Do("GET", "/api/v1/agent/me", nil).Want(200)

	hook := ids.New().String()
	c.Do("PUT", "/api/v1/agent/webhooks/"+hook, map[string]any{"url": r.URL + "/in"}).Want(200)
	ping := c.Do("POST", "/api/v1/agent/webhooks/"+hook+"/ping", map[string]any{}).Want(200).Get("id")
	var p channel.Profile
	boss.Do("GET", "/api/v1/agents/"+agent, nil).Want(200).JSON(&p)
	if len(p.Keys) != 1 || p.Keys[0].ID.String() != made.Get("key.id") || len(p.Webhooks) != 1 || p.Webhooks[0].ID.String() != hook || len(p.Allotments) != 0 {
		t.Errorf("the agent is shown as %+v", p)
	}
	at := "/api/v1/agents/" + agent + "/webhooks/" + hook + "/deliveries"
	var log struct{ Items []channel.Delivery }
	boss.Do("GET", at, nil).Want(200).JSON(&log)
	if len(log.Items) != 1 || log.Items[0].ID.String() != ping {
		t.Errorf("the log is %+v, not %s", log.Items, ping)
	}
	if got := boss.Do("POST", at+"/"+ping+"/retry", nil).Want(200).Get("state"); got != "waiting" {
		t.Errorf("sent again: %q", got)
	}
	boss.Do("GET", "/api/v1/agents/"+ids.New().String()+"/webhooks/"+hook+"/deliveries", nil).Want(404)

	w.sell(c, 21, 23)
	day := w.Clock.Now().Format("2006-01-02")
	theirs, ours := c.Do("GET", "/api/v1/agent/days/"+day+"?format=csv", nil).Want(200), boss.Do("GET", "/api/v1/agents/"+agent+"/days/"+day+"?format=csv", nil).Want(200)
	if sum := sha256.Sum256(ours.Body); string(theirs.Body) != string(ours.Body) || ours.Header.Get("X-Content-SHA256") != hex.EncodeToString(sum[:]) {
		t.Errorf("the books differ:\n%s\n%s", theirs.Body, ours.Body)
	}
	if n := boss.Do("GET", "/api/v1/agents/"+agent+"/days/"+day, nil).Want(200).Get("totals.places"); n != "2" {
		t.Errorf("%s places", n)
	}

	boss.Do("POST", "/api/v1/agents/"+agent+"/keys/"+ids.New().String()+"/revoke", nil).Want(404)
	boss.Do("POST", "/api/v1/agents/"+agent+"/keys/"+made.Get("key.id")+"/revoke", nil).Want(204)
	c.Do("GET", "/api/v1/agent/me", nil).Want(401)
	w.SignedIn(w.Tenant, access.Seller).Do("GET", "/api/v1/agents/"+agent, nil).Want(403)
}
