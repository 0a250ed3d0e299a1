package saleload

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesshttp"
	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// Over HTTP every seller stands behind the product's own server: its fiber
// app, guards, door (a signed buyer's cookie is checked for each request),
// request ids, metrics, huma's decoding and checking, JSON, problem+json. The
// buyers are another process on the same machine, with one connection each
// that is kept open.

// HoldIn asks for seats: those named, or N in the zone.
type HoldIn struct {
	Body struct {
		ID    ids.ID  `json:"id"`
		Buyer ids.ID  `json:"buyer"`
		Seats []int32 `json:"seats,omitempty" maxItems:"10"`
		Zone  int     `json:"zone,omitempty"`
		N     int     `json:"n" minimum:"1" maximum:"10"`
	}
}

// HoldOut is the hold.
type HoldOut struct {
	Body struct {
		Hold  ids.ID  `json:"hold"`
		Seats []int32 `json:"seats"`
	}
}

// OrderIn confirms a hold.
type OrderIn struct {
	Body struct {
		ID    ids.ID  `json:"id"`
		Buyer ids.ID  `json:"buyer"`
		Hold  ids.ID  `json:"hold"`
		Seats []int32 `json:"seats" maxItems:"10"`
	}
}

// OrderOut is the order.
type OrderOut struct {
	Body struct {
		Order ids.ID `json:"order"`
		State string `json:"state"`
	}
}

// web is a seller behind the product's server.
type web struct {
	srv  *httpx.Server
	addr string
	done chan error
}

func serve(s *server, sel seller) (*web, error) {
	door := access.New(s.db)
	srv := httpx.New(httpx.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), DB: s.db, Auth: door, Title: "bench", Version: "1"})
	accesshttp.Register(srv.API, door)
	httpx.Register(srv.API, httpx.Op{ID: "bench.hold", Method: "POST", Path: "/api/v1/bench/holds", Tag: "bench", Summary: "Hold seats", Needs: "shop.buy", Mode: httpx.ByHandler, Status: 201},
		func(ctx context.Context, in *HoldIn) (*HoldOut, error) {
			seats, err := sel.hold(ctx, engine.Key(in.Body.ID.Bytes()), engine.Key(in.Body.Buyer.Bytes()), in.Body.Seats, in.Body.Zone, in.Body.N)
			switch {
			case errors.Is(err, errGone):
				return nil, inventory.Refused(&engine.Refusal{Code: engine.SeatTaken})
			case errors.Is(err, errNone):
				return nil, inventory.Refused(&engine.Refusal{Code: engine.NoFit})
			case err != nil:
				return nil, err
			}
			out := &HoldOut{}
			out.Body.Hold, out.Body.Seats = in.Body.ID, seats
			return out, nil
		})
	httpx.Register(srv.API, httpx.Op{ID: "bench.order", Method: "POST", Path: "/api/v1/bench/orders", Tag: "bench", Summary: "Order a hold", Needs: "shop.buy", Mode: httpx.ByHandler, Status: 201},
		func(ctx context.Context, in *OrderIn) (*OrderOut, error) {
			b := &in.Body
			if err := sel.confirm(ctx, engine.Key(b.ID.Bytes()), engine.Key(b.Hold.Bytes()), engine.Key(b.Buyer.Bytes()), b.Seats); err != nil {
				return nil, err
			}
			out := &OrderOut{}
			out.Body.Order, out.Body.State = b.ID, "confirmed"
			return out, nil
		})
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // local
	if err != nil {
		return nil, err
	}
	w := &web{srv: srv, addr: ln.Addr().String(), done: make(chan error, 1)}
	go func() { w.done <- srv.Serve(ln, nil) }()
	return w, nil
}

func (w *web) stop() error { return errors.Join(w.srv.Stop(5*time.Second), <-w.done) }

// Task is what the buyers' process is told.
type Task struct {
	Addr                         string
	Tenant                       string // slug
	Sections, Rows, Seats, Zones int
	Best                         bool
	Buyers                       int
	Longest                      time.Duration
	Viewers                      int    // watch instead of buying
	Profile                      string // write a CPU profile of the buyers' process there
}

// Report is what it says at the end.
type Report struct {
	Sold, Conflicts int64
	Spent           time.Duration
	Took            []time.Duration // sorted
	CPU             time.Duration
}

// Buyers runs a task; it is the other process's main.
func Buyers(ctx context.Context, in io.Reader, out io.Writer) error {
	var t Task
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	if t.Profile != "" {
		f, err := os.Create(t.Profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if t.Viewers > 0 {
		w, err := t.watch(ctx, func() { fmt.Fprintln(out, "ready") })
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(w)
	}
	r, err := t.run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

func (t Task) run(ctx context.Context) (Report, error) {
	sh := shape{t.Sections, t.Rows, t.Seats, t.Zones}
	c, err := newClient(ctx, t)
	if err != nil {
		return Report{}, err
	}
	defer c.close()
	l := &load{sel: c, m: newMarket(sh), best: t.Best}
	l.goal.Store(int64(sh.total()) * 9 / 10)
	began, before := time.Now(), ownCPU()
	limit := time.AfterFunc(t.Longest, func() { l.goal.Store(0) })
	defer limit.Stop()
	go l.m.run(200 * time.Millisecond)
	var wg sync.WaitGroup
	for b := range t.Buyers {
		wg.Go(func() { l.buy(ctx, uint64(b)) })
	}
	wg.Wait()
	spent := time.Since(began)
	l.m.end()
	slices.Sort(l.took)
	return Report{Sold: l.m.sold.Load(), Conflicts: l.conflicts.Load(), Spent: spent, Took: l.took, CPU: ownCPU() - before}, l.err
}

func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// onceOverHTTP sells a fresh hall to 90 % through the server.
func onceOverHTTP(ctx context.Context, s *server, name, mode string, sh shape, opts Options) (Measure, error) {
	sel, session, err := open(ctx, s, name, sh)
	if err != nil {
		return Measure{}, err
	}
	if sel, ok := sel.(*product); ok {
		sel.scope = db.Scope{} // the door gives it
	}
	if _, err := s.admin.Exec(ctx, "checkpoint"); err != nil {
		return Measure{}, err
	}
	w, err := serve(s, sel)
	if err != nil {
		return Measure{}, err
	}
	before, err := s.used(ctx)
	if err != nil {
		return Measure{}, err
	}
	r, err := opts.buyers(ctx, Task{
		Addr: w.addr, Tenant: tenantSlug, Sections: sh.sections, Rows: sh.rows, Seats: sh.seats, Zones: sh.zones, Best: mode == "best", Buyers: opts.Buyers, Longest: opts.Longest,
		Profile: opts.buyersProfile(name, mode),
	})
	if err = errors.Join(err, w.stop()); err != nil {
		sel.close()
		return Measure{}, err
	}
	sel.close()
	after, err := s.measure(ctx)
	if err != nil {
		return Measure{}, err
	}
	if err := s.verify(ctx, session, r.Sold); err != nil {
		return Measure{}, err
	}
	c := after.minus(before)
	if opts.InProcess {
		r.CPU = 0 // counted already
	}
	m := measureOf(name, mode, r.Sold, r.Spent, r.Took, c, r.Conflicts)
	m.LoadPerTicket = float64(r.CPU.Microseconds()) / float64(max(1, r.Sold))
	return m, nil
}

// buyersProfile is where the buyers of one setting write theirs; the last run's stays.
func (o Options) buyersProfile(name, mode string) string {
	if o.Profile == "" || o.InProcess {
		return ""
	}
	return o.Profile + ".buyers-" + name + "-" + mode
}

// buyers runs a task in a process of its own.
func (o Options) buyers(ctx context.Context, t Task) (r Report, err error) {
	if o.InProcess {
		return t.run(ctx)
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	in, err := json.Marshal(t)
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, self, "bench", "buyers") //nolint:gosec // ourselves
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &said
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("saleload: the buyers' process: %w: %s", err, said.Bytes())
	}
	return r, json.Unmarshal(out.Bytes(), &r)
}
