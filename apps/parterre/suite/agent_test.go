package suite

import (
	"bytes"
	"encoding/pem"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parterre/modules/access/accesstest"
	"parterre/modules/channel"
	"parterre/modules/channel/channelhttp"
	"parterre/modules/core/ids"
	"parterre/modules/core/localca"
	"parterre/modules/sales"
	"parterre/modules/sales/salestest"
	"parterre/modules/show"
)

// foreignAgent makes things of an agent of the second tenant and says how each
// operation is tried with their ids.
func (w *world) foreignAgent(out map[string]accesstest.Target, h house) {
	t := w.t
	a := w.KeyOf(w.DB.Other, channel.Sell)
	session := h.session.ID.String()
	lock := func(seats ...int32) ids.ID {
		id := ids.New()
		a.Do("POST", "/api/v1/agent/locks", map[string]any{"id": id, "session": session, "seats": seats}).Want(201)
		return id
	}
	order := ids.New()
	a.Do("POST", "/api/v1/agent/orders", map[string]any{"id": order, "session": session, "lock": lock(21), "consent": true}).Want(201)
	loose, ready := lock(23), lock(25)
	hook := func() (ids.ID, string) {
		id := ids.New()
		a.Do("PUT", "/api/v1/agent/webhooks/"+id.String(), map[string]any{"url": "https://hooks.example.com/x"}).Want(200)
		return id, a.Do("POST", "/api/v1/agent/webhooks/"+id.String()+"/ping", map[string]any{}).Want(200).Get("id")
	}
	kept, delivery := hook()
	dropped, _ := hook()
	other, err := w.s.Channel.Add(w.as(w.DB.Other), channel.Settings{Name: "乙代理"})
	must(t, err)
	p := func(kv ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m
	}
	plain := accesstest.Target{Plain: "the caller's own"}
	for _, id := range []string{"me", "venues", "shows", "sessions", "changes", "orders", "webhooks", "guide"} {
		out["agent."+id] = plain
	}
	for _, id := range []string{"session", "seats", "stock", "stockChanges", "stockSnapshot"} {
		out["agent."+id] = accesstest.Target{Params: p("session", session), Owner: a}
	}
	for _, id := range []string{"order", "tickets", "ticketsPdf", "quote"} {
		out["agent."+id] = accesstest.Target{Params: p("order", order.String()), Owner: a}
	}
	out["agent.reconcile"] = accesstest.Target{Params: p("day", "2026-11-23"), Plain: "a day of the caller's own"}
	out["agent.batch"] = accesstest.Target{Plain: "each item is what it is alone"}
	out["agent.lock"] = accesstest.Target{Body: map[string]any{"id": ids.New(), "session": session, "seats": []int32{27}}}
	out["agent.confirm"] = accesstest.Target{Body: map[string]any{"id": ids.New(), "session": session, "lock": ready, "consent": true}}
	out["agent.extend"] = accesstest.Target{Params: p("session", session, "lock", ready.String()), Body: map[string]any{"id": ids.New()}, Owner: a}
	out["agent.release"] = accesstest.Target{Params: p("session", session, "lock", loose.String()), Owner: a}
	out["agent.lockKinds"] = accesstest.Target{Params: p("session", session, "lock", ready.String()), Body: map[string]any{"kinds": []string{"full"}}, Owner: a}
	out["agent.refund"] = accesstest.Target{Params: p("order", order.String()), Body: map[string]any{"id": ids.New(), "seats": []int32{21}, "fee": 0}, Owner: a}
	out["agent.putWebhook"] = accesstest.Target{Params: p("webhook", kept.String()), Plain: "makes or changes the caller's own webhook of that id"}
	for _, id := range []string{"rotateWebhook", "pingWebhook", "deliveries"} {
		out["agent."+id] = accesstest.Target{Params: p("webhook", kept.String()), Body: body(id != "deliveries"), Owner: a}
	}
	out["agent.retryDelivery"] = accesstest.Target{Params: p("webhook", kept.String(), "delivery", delivery), Body: body(true), Owner: a}
	out["agent.dropWebhook"] = accesstest.Target{Params: p("webhook", dropped.String()), Owner: a}
	w.foreignAgentOffers(out, h, a, lock(29))
	queue := p("session", session)
	out["waiting.room"], out["waiting.join"], out["waiting.where"] = accesstest.Target{Params: queue}, accesstest.Target{Params: queue}, accesstest.Target{Params: queue}
	out["waiting.set"] = accesstest.Target{Params: queue, Body: map[string]any{"enabled": false, "opensAt": "2026-12-01T00:00:00Z", "measured": true, "low": 1, "high": 2, "inside": 3, "passMinutes": 4, "version": 0}}
	out["channel.agents"], out["channel.addAgent"] = plain, accesstest.Target{Plain: "names no thing"}
	out["channel.setSandbox"] = accesstest.Target{Plain: "the caller's own tenant"}
	out["channel.changeAgent"] = accesstest.Target{Params: p("agent", other.ID.String()), Body: map[string]any{"name": "乙", "version": 1}}
	bound, _, err := w.s.Channel.MakeKey(w.as(w.DB.Other), other.ID, 1)
	must(t, err)
	self := a.ID.String() // a key that was bound to no agent is one of its own
	out["channel.allotments"] = plain
	out["channel.agent"] = accesstest.Target{Params: p("agent", other.ID.String())}
	out["channel.agentDay"] = accesstest.Target{Params: p("agent", other.ID.String(), "day", "2026-11-23")}
	out["channel.revokeAgentKey"] = accesstest.Target{Params: p("agent", other.ID.String(), "key", bound.ID.String())}
	out["channel.agentDeliveries"] = accesstest.Target{Params: p("agent", self, "webhook", kept.String())}
	out["channel.retryAgentDelivery"] = accesstest.Target{Params: p("agent", self, "webhook", kept.String(), "delivery", delivery)}
	out["channel.makeAgentKey"] = accesstest.Target{Params: p("agent", other.ID.String()), Body: map[string]any{"days": 1}}
}

func body(is bool) any {
	if is {
		return map[string]any{}
	}
	return nil
}

var runnable = regexp.MustCompile(`(?s)<code class="run">(.*?)</code>`)

// TestGuide runs the commands of /docs/agent as they stand on the page, in a
// sandbox tenant, over TLS with curl.
func TestGuide(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("the guide's examples need %s: %v", tool, err)
		}
	}
	w := newWorld(t)
	must(t, w.s.Channel.SetSandbox(w.as(w.Tenant), true))
	h := w.house(w.Tenant, "11010100101", show.DefaultRules())
	pack, err := w.s.Sales.SavePackage(w.as(w.Tenant), ids.New(), h.show.ID, 0, sales.PackageContent{
		Name: "双人套票", Kind: sales.PackageTickets, Sessions: []ids.ID{h.session.ID}, Choose: 1, Tickets: 2, Channels: []string{"agent"}, Refund: sales.RefundWhole,
		Options: []sales.PackageOption{{No: 1, Name: "池座", Zones: []int{1}, Price: 100}},
	})
	must(t, err)
	_, err = w.s.Sales.MovePackage(w.as(w.Tenant), pack.ID, sales.PackageOnSale)
	must(t, err)
	a, err := w.s.Channel.Add(w.as(w.Tenant), channel.Settings{Name: "好票网"})
	must(t, err)
	_, key, err := w.s.Channel.MakeKey(w.as(w.Tenant), a.ID, 30)
	must(t, err)
	if _, err := w.s.Channel.Gather(w.as(w.Tenant)); err != nil {
		t.Fatal(err)
	}
	page := w.Visitor().Do("GET", "/docs/agent", nil).Want(200)
	if !bytes.Equal(page.Body, channelhttp.Guide()) {
		t.Fatal("the page is not the guide")
	}
	blocks := runnable.FindAllSubmatch(page.Body, -1)
	if len(blocks) < 10 {
		t.Fatalf("only %d examples", len(blocks))
	}
	script := []string{"set -euo pipefail"}
	for _, b := range blocks {
		script = append(script, html.UnescapeString(string(b[1])))
	}
	dir := t.TempDir()
	ca, err := localca.Open(localca.Config{Dir: filepath.Join(w.s.cfg.Var, "tls")})
	must(t, err)
	root := filepath.Join(dir, "root.pem")
	must(t, os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root().Raw}), 0o600))
	cmd := exec.CommandContext(t.Context(), "bash", "-c", strings.Join(script, "\n"))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PARTERRE="+w.s.cfg.BaseURL, "KEY="+key, "CURL_CA_BUNDLE="+root)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the guide's examples: %v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte(`"payload"`)) || !bytes.Contains(out, []byte(`"sandbox":true`)) || bytes.Contains(out, []byte(salestest.Documents[0])) {
		t.Fatalf("the examples said %s", out)
	}
}
