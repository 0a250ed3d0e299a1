package checking_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/checking"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

var evening = time.Date(2026, 11, 23, 19, 30, 0, 0, clock.Shanghai)

// book is where tickets and sessions of a test are known; apps fill it from
// sales and show.
type book struct {
	mu        sync.Mutex
	sessions  map[ids.ID]checking.Session
	tickets   map[string]checking.Ticket
	documents map[string]string
	missed    error // of the next lookup
}

func (b *book) Ticket(_ context.Context, _ db.Tx, code string, _ int32) (checking.Ticket, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.tickets[code]
	return t, ok, b.missed
}

func (b *book) ByDocument(_ context.Context, _ db.Tx, session ids.ID, number string) (string, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	code, ok := b.documents[session.String()+number]
	return code, ok, nil
}

func (b *book) Session(_ context.Context, _ db.Tx, id ids.ID) (checking.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.sessions[id]
	if !ok {
		return s, errs.New(errs.NotFound, "show.session_not_found", "没有这个场次。", "There is no such session.")
	}
	return s, nil
}

// Verify takes "signed:CODE:EDITION" with a digit for the edition; "bad:" is a
// wrong signature.
func (*book) Verify(text string) (checking.Verified, error) {
	f := strings.Split(text, ":")
	switch {
	case f[0] == "bad":
		return checking.Verified{}, checking.ErrForged
	case f[0] != "signed" || len(f) != 3:
		return checking.Verified{}, checking.ErrUnreadable
	}
	return checking.Verified{Code: f[1], Edition: int(f[2][0] - '0')}, nil
}

func (*book) Plain(text string) (string, bool) { return text, strings.HasPrefix(text, "T") }

type world struct {
	*dbtest.DB
	t     *testing.T
	ctx   context.Context
	book  *book
	svc   *checking.Service
	told  func() []string // tickets whose admission was told, in order of commit
	id    ids.ID
	admin *pgx.Conn
}

func newWorld(t *testing.T, approved int, tickets ...checking.Ticket) *world {
	t.Helper()
	w := &world{DB: dbtest.Private(t), t: t, id: ids.New()}
	w.ctx = db.WithScope(t.Context(), db.Scope{Tenant: w.Tenant, Actor: db.Actor{Kind: db.ActorDevice, ID: ids.New(), Name: "闸机 1"}})
	w.Clock.Set(evening.Add(-20 * time.Minute))
	w.book = &book{tickets: map[string]checking.Ticket{}, documents: map[string]string{}, sessions: map[ids.ID]checking.Session{
		w.id: {ID: w.id, Title: "牡丹亭", Doors: evening.Add(-time.Hour), Starts: evening, Ends: evening.Add(150 * time.Minute), State: "closed", Approved: approved},
	}}
	for _, k := range tickets {
		w.add(k)
	}
	// An admission is told by a row in the same transaction, as facts are.
	w.sql("create table public.told (n bigint generated always as identity, ticket text not null)")
	w.sql("grant select, insert on public.told to parterre_app")
	w.svc = checking.New(w.DB.DB, w.book, w.book, func(ctx context.Context, tx db.Tx, _ checking.Session, k checking.Ticket, _, _ string) error {
		_, err := tx.ExecContext(ctx, "insert into public.told (ticket) values (?)", k.Code)
		return err
	})
	w.told = func() []string { return query[string](w, "select ticket from public.told order by n") }
	return w
}

func (w *world) add(k checking.Ticket) {
	if k.Session.IsZero() {
		k.Session = w.id
	}
	if k.State == "" {
		k.State, k.Bound = "valid", true
	}
	if k.Persons == 0 {
		k.Persons = 1
	}
	w.book.tickets[k.Code] = k
}

// connect opens the owner's view behind the scenes.
func (w *world) connect() *pgx.Conn {
	w.t.Helper()
	if w.admin == nil {
		c, err := pgx.Connect(w.t.Context(), w.AdminDSN)
		if err != nil {
			w.t.Fatal(err)
		}
		w.admin = c
		w.t.Cleanup(func() { _ = c.Close(context.Background()) })
	}
	return w.admin
}

func (w *world) sql(q string, args ...any) {
	w.t.Helper()
	if _, err := w.connect().Exec(w.t.Context(), q, args...); err != nil {
		w.t.Fatalf("%s: %v", q, err)
	}
}

func query[T any](w *world, q string, args ...any) []T {
	w.t.Helper()
	rows, err := w.connect().Query(w.t.Context(), q, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		w.t.Fatalf("%s: %v", q, err)
	}
	return out
}

func (w *world) scan(code string) checking.Scan {
	return checking.Scan{ID: ids.New(), Session: w.id, Gate: "东门", Method: "qr", Text: "signed:" + code + ":0"}
}

func (w *world) check(sc checking.Scan) checking.Verdict {
	w.t.Helper()
	v, err := w.svc.Check(w.ctx, sc)
	if err != nil {
		w.t.Fatalf("%s %s: %v", sc.Method, sc.Text, err)
	}
	return v
}

// atOnce calls f n times, all of them waiting for the same start.
func atOnce(n int, f func(i int)) {
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}
