package audithttp_test

import (
	"testing"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/audit"
	"parterre/modules/audit/audithttp"
)

// SEC-MLPS-AUD-b: who changed what, when and with which result, over HTTP.
func TestSearchAndProve(t *testing.T) {
	t.Parallel()
	w := accesstest.New(t, func(w *accesstest.World) { audithttp.Register(w.Server.API, audit.New(w.DB.DB)) })
	auditor, admin := w.Client(access.Auditor), w.Client(access.PlatformAdmin)
	user := w.SignedIn(w.Tenant, access.Seller).ID.String()
	request := admin.Do("PATCH", "/api/v1/users/"+user, map[string]any{"name": "王五"}, accesstest.Header("X-Reason", "改名")).Want(200).Header.Get("X-Request-Id")

	var list struct {
		Items []audit.Entry `json:"items"`
		Next  string        `json:"next"`
	}
	auditor.Do("GET", "/api/v1/audit?target=access.account&key=id:"+user+"&action=update", nil).Want(200).JSON(&list)
	if len(list.Items) != 1 {
		t.Fatalf("%+v", list)
	}
	e := list.Items[0]
	if e.Actor != "user:"+admin.ID.String() || e.Reason != "改名" || e.Request != request || string(e.Before) != `{"name":"测试"}` || string(e.After) != `{"name":"王五"}` {
		t.Errorf("%+v: before %s, after %s", e, e.Before, e.After)
	}
	auditor.Do("GET", "/api/v1/audit?size=2", nil).Want(200).JSON(&list)
	if len(list.Items) != 2 || list.Next == "" {
		t.Errorf("%+v", list)
	}
	for _, bad := range []string{"key=id", "key=:x", "from=yesterday", "size=0", "cursor=x", "who=me"} {
		auditor.Do("GET", "/api/v1/audit?"+bad, nil).Want(422)
	}

	r := auditor.Do("GET", "/api/v1/audit/verify", nil).Want(200)
	if r.Get("ok") != "true" || r.Get("entries") == "0" {
		t.Fatalf("%s", r.Body)
	}
	anchor := r.Get("head.seq") + ":" + r.Get("head.hash")
	if got := auditor.Do("GET", "/api/v1/audit/verify?anchor="+anchor, nil).Want(200).Get("ok"); got != "true" {
		t.Error("an honest anchor is refused")
	}
	wrong := "1:" + r.Get("head.hash")
	if got := auditor.Do("GET", "/api/v1/audit/verify?anchor="+wrong, nil).Want(200).Get("ok"); got != "false" {
		t.Error("a wrong anchor is taken")
	}
	auditor.Do("GET", "/api/v1/audit/verify?anchor=x", nil).WantProblem(422, "audit.anchor")
}
