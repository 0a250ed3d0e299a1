package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/integrations/payment"
	"parterre/integrations/payment/cashier"
	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Server is the provider: an http.Handler below Prefix, and a sender of
// notices (Run).
type Server struct {
	Prefix string // "/pay/sandbox"
	Key    []byte
	Clock  clock.Clock
	Pool   *pgxpool.Pool
	HTTP   *http.Client // for notices
	Log    *slog.Logger
}

var words = cashier.Words{Title: "收银台（沙箱）", TitleEn: "Sandbox cashier", Note: "沙箱环境：不会产生真实扣款。", NoteEn: "Sandbox: no money moves here."}

// Handler serves the API and the cashier page.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for path, h := range map[string]func(context.Context, []byte) (statusWire, error){
		"/api/payments": s.create, "/api/payments/query": s.query, "/api/payments/close": s.close,
		"/api/refunds": s.refund, "/api/refunds/query": s.queryRefund,
	} {
		mux.HandleFunc("POST "+s.Prefix+path, s.signed(h))
	}
	mux.HandleFunc("GET "+s.Prefix+"/cashier/{id}", s.cashier)
	mux.HandleFunc("POST "+s.Prefix+"/cashier/{id}", s.decide)
	return mux
}

func (s *Server) signed(h func(context.Context, []byte) (statusWire, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var buf bytes.Buffer
		if _, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, 16<<10)); err != nil {
			answer(w, http.StatusRequestEntityTooLarge, statusWire{Error: "body"})
			return
		}
		if err := check(s.Key, r.Header.Get, buf.Bytes(), s.Clock.Now()); err != nil {
			answer(w, http.StatusUnauthorized, statusWire{Error: "signature"})
			return
		}
		st, err := h(r.Context(), buf.Bytes())
		if err != nil {
			s.Log.Error("sandbox payment", "path", r.URL.Path, "err", err)
			answer(w, http.StatusInternalServerError, statusWire{})
			return
		}
		answer(w, http.StatusOK, st)
	}
}

func answer(w http.ResponseWriter, status int, body statusWire) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

const columns = "id, amount, subject, state, number, return_url, notify_url, expires_at, paid_at, order_ref"

type row struct {
	ID                  ids.ID
	Amount              int64
	Subject, State      string
	Number              int64
	ReturnURL, NotifyTo string
	Expires             time.Time
	PaidAt              *time.Time
	Order               string
}

func (s *Server) load(ctx context.Context, id ids.ID, lock string, q interface {
	QueryRow(context.Context, string, ...any) pgx.Row
},
) (r row, ok bool, err error) {
	var raw string
	err = q.QueryRow(ctx, "select "+columns+" from payment_sandbox.payment where id = $1 "+lock, id.String()).
		Scan(&raw, &r.Amount, &r.Subject, &r.State, &r.Number, &r.ReturnURL, &r.NotifyTo, &r.Expires, &r.PaidAt, &r.Order)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	r.ID = id
	return r, err == nil, err
}

func (s *Server) wire(r row) statusWire {
	st := payment.State(r.State)
	if st == payment.Waiting && s.Clock.Now().After(r.Expires) {
		st = payment.Closed
	}
	return statusWire{ID: r.ID, State: st, Amount: r.Amount, PaidAt: r.PaidAt, Number: fmt.Sprintf("SBX%010d", r.Number), PayPath: "/cashier/" + r.ID.String()}
}

func (s *Server) create(ctx context.Context, body []byte) (statusWire, error) {
	var c createWire
	if json.Unmarshal(body, &c) != nil || c.ID.IsZero() || c.Amount <= 0 || c.Amount > int64(money.Max) || len(c.Subject) > 300 {
		return statusWire{Error: "schema"}, nil
	}
	_, err := s.Pool.Exec(ctx, `insert into payment_sandbox.payment (id, merchant, order_ref, amount, subject, state, return_url, notify_url, expires_at, created_at)
		values ($1, 'parterre', $2, $3, $4, 'waiting', $5, $6, $7, $8) on conflict (id) do nothing`,
		c.ID.String(), c.Order.String(), c.Amount, c.Subject, c.ReturnURL, c.NotifyURL, c.Expires, s.Clock.Now())
	if err != nil {
		return statusWire{}, err
	}
	r, _, err := s.load(ctx, c.ID, "", s.Pool)
	if err == nil && (r.Amount != c.Amount || r.Order != c.Order.String()) {
		return statusWire{Error: "id used for another payment"}, nil
	}
	return s.wire(r), err
}

func (s *Server) query(ctx context.Context, body []byte) (statusWire, error) {
	id, ok := idOf(body)
	if !ok {
		return statusWire{Error: "schema"}, nil
	}
	r, ok, err := s.load(ctx, id, "", s.Pool)
	if !ok {
		return statusWire{ID: id, State: payment.Missing}, err
	}
	return s.wire(r), nil
}

func idOf(body []byte) (ids.ID, bool) {
	var in struct {
		ID ids.ID `json:"id"`
	}
	err := json.Unmarshal(body, &in)
	return in.ID, err == nil && !in.ID.IsZero()
}

func (s *Server) close(ctx context.Context, body []byte) (statusWire, error) {
	id, ok := idOf(body)
	if !ok {
		return statusWire{Error: "schema"}, nil
	}
	if _, err := s.Pool.Exec(ctx, "update payment_sandbox.payment set state = 'closed' where id = $1 and state = 'waiting'", id.String()); err != nil {
		return statusWire{}, err
	}
	return s.query(ctx, body)
}

func (s *Server) refund(ctx context.Context, body []byte) (out statusWire, err error) {
	var in refundWire
	if json.Unmarshal(body, &in) != nil || in.ID.IsZero() || in.Amount <= 0 {
		return statusWire{Error: "schema"}, nil
	}
	err = pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		r, ok, err := s.load(ctx, in.Payment, "for update", tx)
		if err != nil {
			return err
		}
		if !ok || r.State != string(payment.Paid) {
			out = statusWire{ID: in.ID, State: payment.Failed, Error: "payment is not paid"}
			return nil
		}
		var before int64
		err = tx.QueryRow(ctx, "select coalesce(sum(amount), 0) from payment_sandbox.refund where payment_id = $1 and id <> $2", in.Payment.String(), in.ID.String()).Scan(&before)
		if err != nil {
			return err
		}
		if before+in.Amount > r.Amount {
			out = statusWire{ID: in.ID, State: payment.Failed, Error: "refunds exceed the payment"}
			return nil
		}
		_, err = tx.Exec(ctx, "insert into payment_sandbox.refund (id, payment_id, amount, reason, created_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing",
			in.ID.String(), in.Payment.String(), in.Amount, in.Reason, s.Clock.Now())
		out = statusWire{ID: in.ID, State: payment.Refunded, Amount: in.Amount}
		return err
	})
	return out, err
}

func (s *Server) queryRefund(ctx context.Context, body []byte) (statusWire, error) {
	id, ok := idOf(body)
	if !ok {
		return statusWire{Error: "schema"}, nil
	}
	out := statusWire{ID: id, State: payment.Refunded}
	err := s.Pool.QueryRow(ctx, "select amount from payment_sandbox.refund where id = $1", id.String()).Scan(&out.Amount)
	if errors.Is(err, pgx.ErrNoRows) {
		return statusWire{ID: id, State: payment.Missing}, nil
	}
	return out, err
}

func (s *Server) cashier(w http.ResponseWriter, r *http.Request) {
	id, err := ids.Parse(r.PathValue("id"))
	v := cashier.View{Words: words, Field: "mode"}
	for _, m := range Modes {
		v.Notices = append(v.Notices, cashier.Notice{Value: string(m.Mode), Zh: m.Zh, En: m.En})
	}
	if err == nil {
		row, ok, err := s.load(r.Context(), id, "", s.Pool)
		if err != nil {
			s.Log.Error("sandbox cashier", "err", err)
			http.Error(w, "the sandbox's database does not answer", http.StatusServiceUnavailable)
			return
		}
		if ok {
			st := s.wire(row)
			v.Known, v.Subject, v.Amount, v.State, v.Ref, v.Back = true, row.Subject, money.Fen(row.Amount).String(), string(st.State), st.Number, backTo(row.ReturnURL)
		}
	}
	cashier.Write(w, r, v)
}

// backTo keeps a return address to http(s), so that the page links nowhere else.
func backTo(to string) string {
	u, err := url.Parse(to)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return to
}

// decide is the press of a button on the cashier page.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	id, err := ids.Parse(r.PathValue("id"))
	if err != nil || r.ParseForm() != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	if r.PostForm.Get("do") == "pay" {
		err = s.pay(r.Context(), id, Mode(r.PostForm.Get("mode")))
	} else {
		_, err = s.Pool.Exec(r.Context(), "update payment_sandbox.payment set state = 'closed' where id = $1 and state = 'waiting'", id.String())
	}
	if err != nil {
		s.Log.Error("sandbox cashier", "err", err)
		http.Error(w, "the sandbox's database does not answer", http.StatusServiceUnavailable)
		return
	}
	row, ok, err := s.load(r.Context(), id, "", s.Pool)
	if err == nil && ok && backTo(row.ReturnURL) != "" {
		http.Redirect(w, r, row.ReturnURL, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, s.Prefix+"/cashier/"+id.String(), http.StatusSeeOther)
}

// pay takes the money and queues the notices that the mode asks for, in one
// transaction.
func (s *Server) pay(ctx context.Context, id ids.ID, mode Mode) error {
	return pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		r, ok, err := s.load(ctx, id, "for update", tx)
		if err != nil || !ok || s.wire(r).State != payment.Waiting {
			return err
		}
		now := s.Clock.Now()
		if _, err := tx.Exec(ctx, "update payment_sandbox.payment set state = 'paid', paid_at = $2, mode = $3 where id = $1", id.String(), now, string(mode)); err != nil {
			return err
		}
		type n struct {
			amount int64
			after  time.Duration
		}
		notices := []n{{r.Amount, 0}}
		switch mode {
		case Late:
			notices = []n{{r.Amount, time.Minute}}
		case Twice:
			notices = []n{{r.Amount, 0}, {r.Amount, 0}}
		case Missing:
			notices = nil
		case WrongAmount:
			notices = []n{{r.Amount + 1, 0}, {r.Amount, 10 * time.Second}}
		}
		for _, n := range notices {
			if _, err := tx.Exec(ctx, "insert into payment_sandbox.notice (payment_id, amount, due_at) values ($1, $2, $3)", id.String(), n.amount, now.Add(n.after)); err != nil {
				return err
			}
		}
		return nil
	})
}
