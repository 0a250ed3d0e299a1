package saleload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// Options of a run; the zero value is the full bench.
type Options struct {
	Dir     string        // keep the database here; default a temporary folder
	Buyers  int           // default 200
	Repeats int           // default 2; the (lower) median is reported
	Quick   bool          // a small hall, one repeat: proves that the bench works, says nothing about speed
	Only    string        // "native", "slow", "http", "herd", "pick", "fanout"; default all
	Longest time.Duration // default 12 s: a run ends then even if less than 90 % are sold
	// InProcess keeps the buyers over HTTP in this process, for tests.
	InProcess bool
	Sellers   []string     // default all three
	Profile   string       // beside this file the buyers over HTTP write their CPU profiles
	Say       func(string) // told what is being measured; the whole takes many minutes
}

func (o Options) say(format string, args ...any) {
	if o.Say != nil {
		o.Say(fmt.Sprintf(format, args...))
	}
}

// Measure is one seller in one setting.
type Measure struct {
	Seller         string  `json:"seller"`  // product, rowlock, advisory
	Mode           string  `json:"mode"`    // named, best
	Setting        string  `json:"setting"` // native, +1ms (of each flush), http (native, over HTTP)
	TicketsPerSec  float64 `json:"tickets_per_second"`
	Lowest         float64 `json:"lowest"`
	Highest        float64 `json:"highest"`
	OrderP50       float64 `json:"order_p50_ms"`
	OrderP99       float64 `json:"order_p99_ms"`
	PGPerTicket    float64 `json:"pg_cpu_us_per_ticket"`
	AppPerTicket   float64 `json:"app_cpu_us_per_ticket"`  // the load generator's included
	LoadPerTicket  float64 `json:"load_cpu_us_per_ticket"` // of the buyers' own process, over HTTP
	WALPerTicket   float64 `json:"wal_bytes_per_ticket"`
	FlushPerTicket float64 `json:"flushes_per_ticket"`
	Conflicts      int64   `json:"refused_picks"`
	Tickets        int64   `json:"tickets"`
}

// Herd is 1,000 buyers on 2,000 seats.
type Herd struct {
	Seller  string  `json:"seller"`
	Buyers  int     `json:"buyers"`
	Seats   int     `json:"seats"`
	Sold    int64   `json:"sold"`
	Millis  float64 `json:"ms"`
	P99     float64 `json:"order_p99_ms"`
	Refused int64   `json:"refused_while_a_fitting_seat_was_free"`
	Cut     bool    `json:"ended_before_all_was_sold,omitempty"` // after 30 s
}

// Pick is the time of one best-available hold in memory.
type Pick struct {
	Seats  int     `json:"seats"`
	Sold   int     `json:"sold_percent"`
	Group  int     `json:"group"`
	MeanUS float64 `json:"mean_us"`
	P50US  float64 `json:"p50_us"`
	P99US  float64 `json:"p99_us"`
}

// Result is everything, for machines.
type Result struct {
	Machine  string    `json:"machine"`
	Buyers   int       `json:"buyers"`
	Seats    int       `json:"seats"`
	Repeats  int       `json:"repeats"`
	Measures []Measure `json:"measures"`
	Herds    []Herd    `json:"herds"`
	Picks    []Pick    `json:"picks"`
	Fanout   *Fanout   `json:"fanout,omitempty"`
	Goals    []Goal    `json:"goals"`
}

// Run measures and writes a table to out.
func Run(ctx context.Context, opts Options, out io.Writer) (Result, error) {
	if opts.Buyers == 0 {
		opts.Buyers = 200
	}
	if opts.Repeats == 0 {
		opts.Repeats = 2
	}
	if opts.Longest == 0 {
		opts.Longest = 12 * time.Second
	}
	if len(opts.Sellers) == 0 {
		opts.Sellers = sellers
	}
	sh := shape{100, 20, 25, 10}
	if opts.Quick {
		sh, opts.Repeats, opts.Buyers = shape{20, 5, 10, 5}, 1, min(opts.Buyers, 40)
	}
	res := Result{
		Machine: fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()),
		Buyers:  opts.Buyers, Seats: sh.total(), Repeats: opts.Repeats,
	}
	s, err := start(ctx, opts)
	if err != nil {
		return res, err
	}
	defer s.stop(opts)
	on := func(part string) bool { return opts.Only == "" || opts.Only == part }
	if on("native") {
		if err := settings(ctx, s, sh, opts, "native", &res); err != nil {
			return res, err
		}
	}
	if on("slow") {
		if err := s.slow(ctx, time.Millisecond); err != nil {
			return res, err
		}
		if err := settings(ctx, s, sh, opts, "+1ms", &res); err != nil {
			return res, err
		}
		if err := s.slow(ctx, 0); err != nil {
			return res, err
		}
	}
	if on("http") {
		if err := settings(ctx, s, sh, opts, "http", &res); err != nil {
			return res, err
		}
	}
	if on("herd") {
		for _, name := range opts.Sellers {
			opts.say("%s: a herd of buyers", name)
			h, err := herd(ctx, s, name, opts)
			if err != nil {
				return res, err
			}
			res.Herds = append(res.Herds, h)
		}
	}
	if on("pick") {
		opts.say("best available in memory")
		res.Picks = picks(opts)
	}
	if on("fanout") {
		opts.say("live status to many viewers")
		if res.Fanout, err = fanout(ctx, s, opts); err != nil {
			return res, err
		}
	}
	res.Goals = res.goals()
	return res, res.Print(out)
}

var sellers = []string{"product", "rowlock", "advisory"}

func open(ctx context.Context, s *server, name string, sh shape) (seller, ids.ID, error) {
	id := ids.New()
	switch name {
	case "product":
		p, err := newProduct(ctx, s, sh, id)
		return p, id, err
	default:
		st, err := newStrategy(ctx, s, sh, id, name == "advisory")
		return st, id, err
	}
}

func settings(ctx context.Context, s *server, sh shape, opts Options, flush string, res *Result) error {
	for _, mode := range []string{"named", "best"} {
		for _, name := range opts.Sellers {
			var list []Measure
			for i := range opts.Repeats {
				opts.say("%s, %s seats, %s: run %d of %d", name, mode, titles[flush], i+1, opts.Repeats)
				run := once
				if flush == "http" {
					run = onceOverHTTP
				}
				m, err := run(ctx, s, name, mode, sh, opts)
				if err != nil {
					return fmt.Errorf("saleload: %s %s %s: %w", name, mode, flush, err)
				}
				list = append(list, m)
			}
			slices.SortFunc(list, func(a, b Measure) int { return int(a.TicketsPerSec - b.TicketsPerSec) })
			m := list[(len(list)-1)/2]
			m.Setting, m.Lowest, m.Highest = flush, list[0].TicketsPerSec, list[len(list)-1].TicketsPerSec
			res.Measures = append(res.Measures, m)
		}
	}
	return nil
}

// load is one run in progress.
type load struct {
	sel       seller
	m         *market
	best      bool
	goal      atomic.Int64
	conflicts atomic.Int64
	mu        sync.Mutex
	took      []time.Duration
	err       error
}

// once sells a fresh hall to 90 %.
func once(ctx context.Context, s *server, name, mode string, sh shape, opts Options) (Measure, error) {
	sel, session, err := open(ctx, s, name, sh)
	if err != nil {
		return Measure{}, err
	}
	if _, err := s.admin.Exec(ctx, "checkpoint"); err != nil {
		return Measure{}, err
	}
	runtime.GC()
	l := &load{sel: sel, m: newMarket(sh), best: mode == "best"}
	l.goal.Store(int64(sh.total()) * 9 / 10)
	before, err := s.used(ctx)
	if err != nil {
		return Measure{}, err
	}
	began := time.Now()
	limit := time.AfterFunc(opts.Longest, func() { l.goal.Store(0) })
	defer limit.Stop()
	go l.m.run(200 * time.Millisecond)
	var wg sync.WaitGroup
	for b := range opts.Buyers {
		wg.Go(func() { l.buy(ctx, uint64(b)) })
	}
	wg.Wait()
	spent := time.Since(began)
	l.m.end()
	sel.close()
	after, err := s.measure(ctx)
	if err = errors.Join(l.err, err); err != nil {
		return Measure{}, err
	}
	n := l.m.sold.Load()
	if err := s.verify(ctx, session, n); err != nil {
		return Measure{}, err
	}
	slices.Sort(l.took)
	return measureOf(name, mode, n, spent, l.took, after.minus(before), l.conflicts.Load()), nil
}

// measureOf is a run's figures; took is sorted.
func measureOf(name, mode string, n int64, spent time.Duration, took []time.Duration, c cost, conflicts int64) Measure {
	per := func(v float64) float64 { return v / float64(max(1, n)) }
	return Measure{
		Seller: name, Mode: mode, TicketsPerSec: float64(n) / spent.Seconds(), OrderP50: ms(quantile(took, 0.5)), OrderP99: ms(quantile(took, 0.99)),
		PGPerTicket: per(float64(c.pg.Microseconds())), AppPerTicket: per(float64(c.app.Microseconds())), WALPerTicket: per(float64(c.wal)),
		FlushPerTicket: per(float64(c.flushes)), Conflicts: conflicts, Tickets: n,
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*q))]
}

// buy is one buyer's loop until the goal is reached.
func (l *load) buy(ctx context.Context, n uint64) {
	r, z := l.person(n)
	var took []time.Duration
	for l.m.sold.Load() < l.goal.Load() {
		if d, ok := l.once(ctx, r, z); ok {
			took = append(took, d)
		}
	}
	l.mu.Lock()
	l.took = append(l.took, took...)
	l.mu.Unlock()
}

func (l *load) person(n uint64) (*rand.Rand, *rand.Zipf) {
	r := rand.New(rand.NewPCG(20261121, n))
	return r, rand.NewZipf(r, 1.1, 8, uint64(l.m.shape.sections-1))
}

// once is one order; false when there was none to be had or it failed.
func (l *load) once(ctx context.Context, r *rand.Rand, z *rand.Zipf) (time.Duration, bool) {
	began := time.Now()
	buyer := engine.Key(ids.New().Bytes())
	key, seats, err := l.seats(ctx, r, z, buyer, groupSize(r))
	if err == nil && seats == nil {
		return 0, false
	}
	if err == nil {
		err = l.sel.confirm(ctx, inventorytest.Key(), key, buyer, seats)
	}
	if err != nil {
		l.fail(err)
		return 0, false
	}
	l.m.sold.Add(int64(len(seats)))
	return time.Since(began), true
}

// seats holds some; nil when the goal was reached or nothing of that size fits.
func (l *load) seats(ctx context.Context, r *rand.Rand, z *rand.Zipf, buyer engine.Key, size int) (key engine.Key, got []int32, err error) {
	for l.m.sold.Load() < l.goal.Load() {
		key = inventorytest.Key()
		if l.best {
			got, err = l.sel.hold(ctx, key, buyer, nil, l.m.zoneFor(r, size), size)
		} else {
			want := l.m.pick(r, z, size)
			if want == nil {
				if size--; size == 0 {
					return key, nil, nil
				}
				continue
			}
			got, err = l.sel.hold(ctx, key, buyer, want, 0, size)
		}
		switch {
		case err == nil:
			l.m.take(got)
			return key, got, nil
		case errors.Is(err, errNone):
			return key, nil, nil
		case !errors.Is(err, errGone):
			return key, nil, err
		}
		l.conflicts.Add(1)
	}
	return key, nil, nil
}

func (l *load) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = errors.Join(l.err, err)
	l.goal.Store(0)
}

// verify counts in SQL what was acknowledged.
func (s *server) verify(ctx context.Context, session ids.ID, sold int64) error {
	var tickets, seats, orders int64
	err := s.admin.QueryRow(ctx, `select (select count(*) from inventorytest.ticket where session_id = $1), (select count(distinct seat_id) from inventorytest.ticket where session_id = $1),
		(select coalesce(sum(tickets), 0) from inventorytest.sale where session_id = $1)`, session.Bytes()).Scan(&tickets, &seats, &orders)
	if err != nil {
		return err
	}
	if tickets != sold || seats != sold || orders != sold {
		return fmt.Errorf("%d tickets were acknowledged; rows: %d tickets, %d seats, %d in orders", sold, tickets, seats, orders)
	}
	return nil
}
