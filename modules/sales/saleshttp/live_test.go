package saleshttp_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"parterre/modules/access/accesstest"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/modules/ticketmap/plan/codec"
)

type message struct{ event, id, data string }

// read gathers the stream's messages, up to a blank line each.
func read(in *bufio.Scanner) (m message, ok bool) {
	for in.Scan() {
		k, v, _ := strings.Cut(in.Text(), ": ")
		switch {
		case in.Text() == "" && m.event != "":
			return m, true
		case k == "event":
			m.event = v
		case k == "id":
			m.id = v
		case k == "data":
			m.data = v
		}
	}
	return m, false
}

// TestLiveStatus watches a session over TLS while seats are held and sold: the
// snapshot with the deltas on it is what a fresh snapshot says.
func TestLiveStatus(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Address+"/api/v1/shop/sessions/"+w.Session.ID.String()+"/status/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Parterre-Tenant", "alpha")
	client := *w.Trusting
	client.Timeout = 0
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		body, _ := io.ReadAll(res.Body)
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	in := bufio.NewScanner(res.Body)
	in.Buffer(nil, 1<<20)
	next := func(kind string) message {
		m, ok := read(in)
		if !ok || m.event != kind {
			t.Fatalf("got %+v, want a %s", m, kind)
		}
		return m
	}
	if m := next("plan"); m.data != w.Plan.ID.String() {
		t.Errorf("the seats are of plan %s, told %s", w.Plan.ID, m.data)
	}
	raw, err := base64.StdEncoding.DecodeString(next("snapshot").data)
	if err != nil {
		t.Fatal(err)
	}
	version, states, err := codec.DecodeSnapshot(raw)
	if err != nil || len(states) != salestest.Seats {
		t.Fatalf("%d states, %v", len(states), err)
	}
	next("counts")

	c := w.Buyer()
	w.Hold(c, 1, 2, 3)
	w.Bought(w.Buyer(), 10)
	w.Clock.Advance(time.Second)
	raw, err = base64.StdEncoding.DecodeString(next("delta").data)
	if err != nil {
		t.Fatal(err)
	}
	d, err := codec.DecodeDelta(raw, len(states))
	if err != nil || d.From != version {
		t.Fatalf("delta from %d, %v", d.From, err)
	}
	if err := d.Apply(states); err != nil {
		t.Fatal(err)
	}
	var n saleshttp.ShopCounts
	if err := json.Unmarshal([]byte(next("counts").data), &n); err != nil || n.Held != 3 || n.Sold != 1 || n.Free != salestest.Seats+salestest.Standing-4 {
		t.Errorf("counts: %+v, %v", n, err)
	}
	fresh := w.Visitor().Do("GET", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/status", nil).Want(200)
	_, want, err := codec.DecodeSnapshot(fresh.Body)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if want[i] != states[i] {
			t.Errorf("rank %d: %d, a fresh snapshot says %d", i, states[i], want[i])
		}
	}
	if states[0] != 1 || states[9] != 2 || states[4] != 0 {
		t.Errorf("states: %v", states)
	}
	// A stop of the server ends the stream.
	go func() { _ = w.Server.Stop(10 * time.Second) }()
	for {
		if _, ok := read(in); !ok {
			break
		}
	}
}

// TestSeatsAndGeometry: both are answered once and then known by their tags,
// and speak of the same seats.
func TestSeatsAndGeometry(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	v := w.Visitor()
	at := "/api/v1/shop/sessions/" + w.Session.ID.String()
	geo := v.Do("GET", at+"/geometry", nil).Want(200)
	g, err := codec.DecodeGeometry(geo.Body)
	if err != nil {
		t.Fatal(err)
	}
	seats := v.Do("GET", at+"/seats", nil).Want(200)
	var list struct {
		Sections []struct{ Level, Name string }
		Rows     []struct {
			Section int
			Row     string
			Seats   []int32
			Numbers []string
			Zones   []int
			Views   []string
			Kinds   []string
		}
		Notes map[int32]string
	}
	seats.JSON(&list)
	known := map[int32]bool{}
	for _, r := range list.Rows {
		if len(r.Numbers) != len(r.Seats) || len(r.Zones) != len(r.Seats) || len(r.Views) > len(r.Seats) {
			t.Errorf("row %s: lists of unlike lengths", r.Row)
		}
		for i, id := range r.Seats {
			known[id] = true
			if id == salestest.Pillar && (r.Views[i] != "partial" || list.Notes[id] == "") { // RL-18
				t.Errorf("the pillar is not told of: %+v", r)
			}
			if id == salestest.Wheelchair && r.Kinds[i] != "accessible" {
				t.Errorf("the wheelchair place is not told of: %+v", r)
			}
		}
	}
	if len(known) != salestest.Seats || len(g.IDs) != salestest.Seats || len(list.Sections) != 2 || len(list.Rows) != 8 {
		t.Errorf("%d seats in words, %d on the map, %d sections, %d rows", len(known), len(g.IDs), len(list.Sections), len(list.Rows))
	}
	for _, id := range g.IDs {
		if !known[id] {
			t.Errorf("seat %d has no words", id)
		}
	}
	for path, tag := range map[string]string{"/geometry": geo.Header.Get("ETag"), "/seats": seats.Header.Get("ETag")} {
		if r := v.Do("GET", at+path, nil, accesstest.Header("If-None-Match", tag)).Want(304); tag == "" || len(r.Body) > 0 {
			t.Errorf("%s: tag %q, %d bytes", path, tag, len(r.Body))
		}
		if r := v.Do("GET", at+path, nil, accesstest.Header("Accept-Encoding", "gzip")).Want(200); r.Header.Get("Content-Encoding") != "gzip" || r.Body[0] != 0x1f {
			t.Errorf("%s is not compressed", path)
		}
	}
}
