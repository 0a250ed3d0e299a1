package suite

import (
	_ "embed"
	"net/http"
	"strings"
	"testing"

	"parterre/modules/core/httpx"
)

//go:embed testdata/once.txt
var onceTable string

// Every operation that changes something is either keyed by the server or in
// the table with the reason why a second request is harmless.
func TestEveryChangeIsKeyedOrExcused(t *testing.T) {
	t.Parallel()
	d := newDocument(t)
	excused := map[string]string{}
	for _, line := range strings.Split(onceTable, "\n") {
		if id, why, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			excused[id] = strings.TrimSpace(why)
		}
	}
	keyed := 0
	for _, r := range d.routes {
		if r.Method == http.MethodGet {
			continue
		}
		why, ok := excused[r.ID]
		delete(excused, r.ID)
		if r.Mode == httpx.Auto && !r.Raw {
			keyed++
			if ok {
				t.Errorf("%s is keyed and excused", r.ID)
			}
			continue
		}
		switch {
		case !ok:
			t.Errorf("%s (%s %s) is not keyed and not excused", r.ID, r.Method, r.Path)
		case why == "id":
			body := d.operation(r).body
			if _, has := d.resolve(body).Properties["id"]; !has || !contains(d.resolve(body).Required, "id") {
				t.Errorf("%s: the body has no required id", r.ID)
			}
		case len(why) < 10:
			t.Errorf("%s: %q is no reason", r.ID, why)
		}
	}
	for id := range excused {
		t.Errorf("%s is excused, but is no such operation", id)
	}
	if keyed < 20 {
		t.Errorf("only %d keyed operations: is the list complete?", keyed)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
