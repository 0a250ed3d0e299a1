package channelhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/channel"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// offered brings two buyers an offer of the waiting list: one agreed to be sent
// a message, one only gave a number.
func (w *world) offered(t *testing.T) {
	t.Helper()
	ctx := w.As(w.Tenant)
	var cfg engine.Config
	must(t, w.Seats.Look(ctx, w.Session.ID, func(s *engine.State) { cfg = s.Config() }))
	cfg.Pools = append(cfg.Pools, engine.Pool{ID: 77, Name: "house"})
	cfg.PublicPermille, cfg.Approved = 0, 0
	var rest []int32
	for i := int32(3); i <= 40; i++ {
		rest = append(rest, i)
	}
	for _, cmd := range []engine.Command{&engine.Configure{Config: cfg}, &engine.Block{Pool: 77, Seats: rest}} {
		engine.MetaOf(cmd).Key = engine.Key(ids.New().Bytes())
		_, err := w.Seats.Do(ctx, w.Session.ID, cmd, nil)
		must(t, err)
	}
	buyer, told, silent := w.Buyer(), w.Buyer(), w.Buyer()
	o := w.Bought(buyer, 1, 2)
	at := "/api/v1/sessions/" + w.Session.ID.String()
	manager := w.Client(access.Manager)
	manager.Do("PUT", at+"/waitlist", map[string]any{"active": true, "offerList": true, "publicRest": true, "claimMinutes": 60, "finalMinutes": 1440, "version": 0}).Want(200)
	join := func(c *accesstest.Client, phone string, notify bool) *accesstest.Reply {
		return c.Do("POST", "/api/v1/shop/sessions/"+w.Session.ID.String()+"/waitlist", map[string]any{"id": ids.New(), "places": 1, "zones": []int{1}, "phone": phone, "notify": notify})
	}
	join(told, "", true).WantProblem(422, "sales.wait_notify")
	join(told, "13800138000", true).Want(201)
	join(silent, "13800138001", false).Want(201)
	manager.Do("POST", at+"/releases", map[string]any{"id": ids.New(), "at": w.Clock.Now().Add(time.Hour)}).Want(201)
	buyer.Do("POST", "/api/v1/shop/orders/"+o.ID.String()+"/refunds", map[string]any{"id": ids.New(), "seats": []int32{1, 2}, "fee": 0}).Want(201)
	w.Clock.Advance(time.Hour)
	for range 2 {
		_, err := w.Sales.RunReleases(ctx)
		must(t, err)
	}
}

func (w *world) texts(t *testing.T) int {
	t.Helper()
	n, err := w.channel.SendTexts(w.As(w.Tenant))
	must(t, err)
	return n
}

func (w *world) messages() []sales.Message {
	w.T.Helper()
	var list struct{ Items []sales.Message }
	w.SignedIn(w.Tenant, access.Manager).Do("GET", "/api/v1/messages", nil).Want(200).JSON(&list)
	return list.Items
}

// PT-sales, SEC-PIPL: who agreed to it is sent a message about an offer, once,
// signed, again after a failure under the same id; nobody else is. The number
// is in the request's body and nowhere else.
func TestOffersAreSentToThoseWhoAgreed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := newWorld(t, func(c *salestest.Config) { c.Log = &lockedWriter{w: &log} })
	r := w.receiver(t)
	w.offered(t)
	if n := w.texts(t); n != 0 { // there is no way to send it yet
		t.Fatalf("%d tried", n)
	}
	manager := w.Client(access.Manager)
	manager.Do("PUT", "/api/v1/texting", map[string]any{"mode": "webhook", "url": "http://plain.example.com/", "version": 0}).Want(422)
	secret := manager.Do("PUT", "/api/v1/texting", map[string]any{"mode": "webhook", "url": r.URL + "/sms", "version": 0}).Want(200).Get("secret")
	if again := manager.Do("PUT", "/api/v1/texting", map[string]any{"mode": "webhook", "url": r.URL + "/sms", "version": 1}).Want(200).Get("secret"); again != "" || !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("the secret is shown once: %q, then %q", secret, again)
	}
	r.answer = http.StatusInternalServerError
	if n := w.texts(t); n != 1 || len(r.got) != 1 {
		t.Fatalf("%d tried, %d came", n, len(r.got))
	}
	if n := w.texts(t); n != 0 {
		t.Errorf("%d tried before their time", n)
	}
	w.Clock.Advance(6 * time.Second)
	r.answer = http.StatusNoContent
	if n := w.texts(t); n != 1 || len(r.got) != 2 || r.got[0].id != r.got[1].id || !r.got[1].signedBy(secret) {
		t.Fatalf("again: %d tried, %d came", n, len(r.got))
	}
	w.Clock.Advance(time.Minute)
	if n := w.texts(t); n != 0 {
		t.Errorf("%d sent twice", n)
	}
	var sent struct {
		ID   string
		Data struct{ To, Text, Purpose string }
	}
	must(t, json.Unmarshal(r.got[1].body, &sent))
	if sent.ID != r.got[1].id || sent.Data.To != "+8613800138000" || sent.Data.Purpose != sales.MessageOffer || !strings.Contains(sent.Data.Text, "1 张票") || strings.Contains(sent.Data.Text, "13800138000") {
		t.Errorf("sent: %+v", sent)
	}
	list := w.messages()
	if len(list) != 1 || list[0].Phone != "138****8000" || list[0].State != sales.MessageSent || list[0].Attempts != 2 {
		t.Errorf("the back office shows %+v", list)
	}
	w.nowhere(t, &log, "13800138000", "13800138001", "whsec_")
	// What is erased is not sent, and its number is not shown.
	w.Clock.Set(w.Session.EndsAt.Add(sales.KeepPersons + time.Second))
	_, err := w.Sales.Erase(w.As(w.Tenant))
	must(t, err)
	if list := w.messages(); len(list) != 1 || list[0].Phone != "" {
		t.Errorf("after its time: %+v", list)
	}
}

// nowhere looks for texts in all rows that messages come by and in the log.
func (w *world) nowhere(t *testing.T, log *bytes.Buffer, texts ...string) {
	t.Helper()
	var rows string
	w.Sudo(func(ctx context.Context, c *pgx.Conn) error {
		return c.QueryRow(ctx, `select (select coalesce(string_agg(p::text, ''), '') from sales.message p) || (select string_agg(s::text, '') from channel.texting s)
			|| (select string_agg(e::text, '') from sales.waitlist_entry e) || (select string_agg(e::text, '') from audit.entry e)`).Scan(&rows)
	})
	for _, x := range texts {
		if strings.Contains(rows, x) || strings.Contains(log.String(), x) {
			t.Errorf("%s is in the clear", x)
		}
	}
	if !strings.Contains(rows, "wait_offer") || log.Len() == 0 {
		t.Error("there was nothing to look through")
	}
}

// An offer that is over is told to nobody.
func TestAnOfferThatIsOverIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offered(t)
	w.Clock.Advance(2 * time.Hour)
	w.Client(access.Manager).Do("PUT", "/api/v1/texting", map[string]any{"mode": "sandbox", "url": "", "version": 0}).Want(200)
	w.texts(t)
	if list := w.messages(); len(list) != 1 || list[0].State != sales.MessageDropped || list[0].Error != "late" || list[0].Sandbox != "" {
		t.Errorf("%+v", list)
	}
}

// RL-3: whose tickets have no person is reminded by a message; the sandbox
// shows what would have been sent. Once they are named it is of no use.
func TestRemindersAreShownInTheSandbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *salestest.Config) { c.Rules = salestest.Named() })
	staff := w.Client(access.Manager)
	staff.Do("PUT", "/api/v1/texting", map[string]any{"mode": channel.TextingSandbox, "url": "", "version": 0}).Want(200)
	var h saleshttp.SaleHold
	staff.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{1}}).Want(201).JSON(&h)
	staff.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "bindLater": true, "phone": "13800138000", "method": "cash", "taken": 100_000}).Want(201)
	deadline := sales.BindDeadline(w.Session)
	w.Clock.Set(deadline.Add(-23 * time.Hour))
	for range 2 {
		_, err := w.Sales.SweepBindings(w.As(w.Tenant))
		must(t, err)
		w.texts(t)
	}
	list := w.messages()
	if len(list) != 1 || list[0].State != sales.MessageSent || list[0].Purpose != sales.MessageReminder || !strings.Contains(list[0].Sandbox, "龙井茶香") || !strings.Contains(list[0].Sandbox, "1 张票") || list[0].Phone != "138****8000" {
		t.Errorf("%+v", list)
	}
}
