package accesstest

import (
	"net/http"
	"strings"

	"parterre/modules/access"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// Permissions checks a permission table against the API (SEC-MLPS-AC-a, d).
// A line of table is "METHOD /path permission"; the permission is a name,
// "public" or "signed-in". "stream" after it says that the answer does not
// end, "itself" that the handler asks for more; such a line is only tried by
// those who may not.
//
//	GET  /api/v1/shows         show.read
//	POST /api/v1/shows         show.manage
//	GET  /api/v1/seats/events  inventory.read  stream
//
// Lines that begin with # say something. Every operation of the API must be in
// the table with its permission, and every line must have its operation. Then
// each is called as every role, every kind of device, a buyer, an API key with
// and one without the permission, and a visitor: those who have the permission
// must pass the door, all others must be stopped by it.
func Permissions(t T, w *World, table string) {
	t.Helper()
	type line struct {
		needs  httpx.Permission
		stream bool
	}
	lines := map[string]line{}
	for _, text := range strings.Split(table, "\n") {
		f := strings.Fields(text)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) < 3 || len(f) > 4 || (len(f) == 4 && f[3] != "stream" && f[3] != "itself") {
			t.Fatalf("the line %q is not METHOD /path permission [stream|itself]", text)
		}
		if _, twice := lines[f[0]+" "+f[1]]; twice {
			t.Errorf("%s %s is twice in the table", f[0], f[1])
		}
		lines[f[0]+" "+f[1]] = line{httpx.Permission(f[2]), len(f) == 4}
	}
	for _, r := range w.Server.Routes() {
		key := r.Method + " " + r.Path
		l, ok := lines[key]
		delete(lines, key)
		switch {
		case !ok:
			t.Errorf("%s (%s) is not in the table; it needs %s", key, r.ID, r.Needs)
		case l.needs != r.Needs:
			t.Errorf("%s needs %s, the table says %s", key, r.Needs, l.needs)
		case r.Needs != httpx.Public && r.Needs != httpx.SignedIn && !access.Known(r.Needs):
			t.Errorf("%s needs %s, which access.Grants does not know: nobody could ever do it", key, r.Needs)
		default:
			tryAll(t, w, r, l.stream)
		}
		w.pause()
	}
	for key := range lines {
		t.Errorf("%s is in the table, but the API has no such operation", key)
	}
}

func tryAll(t T, w *World, r httpx.Route, stream bool) {
	t.Helper()
	need := r.Needs
	open := need == httpx.Public
	signed := open || need == httpx.SignedIn
	try := func(who string, c *Client, may bool, code string) {
		t.Helper()
		if may && stream {
			return
		}
		reply := c.Do(r.Method, sample(r.Path), sampleBody(r.Method))
		stopped := reply.Problem.Code == httpx.ErrDenied.Code || reply.Problem.Code == httpx.ErrUnsigned.Code
		if may && stopped {
			t.Errorf("%s as %s is stopped at the door (%s), but %s grants %s", r.ID, who, reply.Problem.Code, who, need)
		}
		if !may && reply.Problem.Code != code {
			t.Errorf("%s as %s: %d %s, want %s: %s is not granted", r.ID, who, reply.Status, reply.Problem.Code, code, need)
		}
	}
	staff := httpx.ErrDenied.Code
	if strings.HasPrefix(string(need), "shop.") { // a session is not looked at there, so that staff can shop as anybody
		staff = httpx.ErrUnsigned.Code
	}
	for _, role := range access.Roles {
		c := w.Client(role.Role)
		if signed && r.Method != http.MethodGet { // it may end its own session
			c = w.SignedIn(w.Tenant, role.Role)
		}
		try(string(role.Role), c, signed || access.RoleCan(role.Role, need), staff)
	}
	try("an account without roles", w.SignedIn(w.Tenant), signed, staff)
	for _, k := range access.DeviceKinds {
		try("device "+string(k), w.Device(k), signed || access.DeviceCan(k, need), httpx.ErrDenied.Code)
	}
	try("buyer", w.Buyer(), signed || access.BuyerCan(need), httpx.ErrDenied.Code)
	if access.KeyMay(need) {
		try("key with it", w.once(w.Tenant, "key "+string(need), func() *Client { return w.Key(need) }), true, "")
	}
	other := httpx.Permission("venue.read")
	if need == other {
		other = "map.read"
	}
	try("key without it", w.once(w.Tenant, "key "+string(other), func() *Client { return w.Key(other) }), signed, httpx.ErrDenied.Code)
	try("visitor", w.Visitor(), open, httpx.ErrUnsigned.Code)
}

// sample fills a path with ids of nothing.
func sample(path string) string {
	for _, p := range params(path) {
		path = strings.ReplaceAll(path, "{"+p+"}", ids.New().String())
	}
	return path
}

func sampleBody(method string) any {
	if method == http.MethodGet {
		return nil
	}
	return map[string]any{}
}
