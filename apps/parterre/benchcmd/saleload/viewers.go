package saleload

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales/saleshttp"
)

// Fanout is live status to many viewers over HTTP, as the shop's pages get it:
// server-sent events by the product's own writer, one connection a viewer, all
// in another process, while a session is being sold.
type Fanout struct {
	Viewers       int     `json:"viewers"`
	Deltas        int     `json:"deltas"`
	Whole         int     `json:"deltas_that_reached_all"`
	BytesPerDelta float64 `json:"bytes_per_delta"`        // of the change itself
	WirePerDelta  float64 `json:"wire_bytes_per_message"` // with the event's frame and the counts
	SnapshotBytes int     `json:"snapshot_bytes"`
	LastP50       float64 `json:"last_viewer_p50_ms"` // from the first viewer that got a delta to the last
	LastMax       float64 `json:"last_viewer_max_ms"`
	PerMessage    float64 `json:"server_cpu_us_per_message"` // the sale's own work included
	Resent        int64   `json:"snapshots_to_laggards"`
	TicketsPerSec float64 `json:"tickets_per_second_meanwhile"`
}

// Seen is what the viewers say of one delta.
type Seen struct {
	N           int
	First, Last time.Time
}

// Watched is what the viewers say.
type Watched struct {
	Deltas    map[uint64]*Seen
	Messages  int64 // deltas that arrived
	Snapshots int64
	Bytes     int64 // all
}

// stream is the route that viewers ask for.
func (w *web) stream(p *product) {
	w.srv.Raw(httpx.Op{ID: "bench.stream", Method: "GET", Path: "/api/v1/bench/stream", Tag: "bench", Summary: "Live status", Needs: httpx.Public}, func(c *fiber.Ctx) error {
		ctx := db.WithScope(w.srv.Streams(), p.scope)
		sub, err := p.svc.Subscribe(ctx, p.session)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
		c.Context().SetBodyStreamWriter(func(out *bufio.Writer) { _ = saleshttp.Pump(ctx, out, sub) })
		return nil
	})
}

// watch opens the connections, says so, and reads until the server ends them.
func (t Task) watch(ctx context.Context, ready func()) (Watched, error) {
	out := Watched{Deltas: map[uint64]*Seen{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var begun sync.WaitGroup
	var bad error
	begun.Add(t.Viewers)
	for range t.Viewers {
		n, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.Addr)
		if err != nil {
			return out, fmt.Errorf("saleload: %d viewers are the most that this machine allows (ulimit -n): %w", t.Viewers, err)
		}
		defer func() { _ = n.Close() }()
		if _, err := io.WriteString(n, "GET /api/v1/bench/stream HTTP/1.1\r\nHost: "+t.Addr+"\r\n\r\n"); err != nil {
			return out, err
		}
		wg.Go(func() {
			first := sync.OnceFunc(begun.Done)
			defer first()
			bytes, err := follow(bufio.NewReaderSize(n, 1024), func(snapshot bool, version uint64) {
				now := time.Now()
				first()
				mu.Lock()
				defer mu.Unlock()
				if snapshot {
					out.Snapshots++
					return
				}
				out.Messages++
				d := out.Deltas[version]
				if d == nil {
					d = &Seen{First: now}
					out.Deltas[version] = d
				}
				d.N, d.Last = d.N+1, now
			})
			mu.Lock()
			defer mu.Unlock()
			out.Bytes += bytes
			bad = errors.Join(bad, err)
		})
	}
	begun.Wait()
	ready()
	wg.Wait()
	return out, bad
}

// follow reads one viewer's events to the end.
func follow(in *bufio.Reader, f func(snapshot bool, version uint64)) (total int64, err error) {
	kind := byte(0)
	for whole := true; ; {
		line, err := in.ReadSlice('\n')
		total += int64(len(line))
		begins := whole
		whole = !errors.Is(err, bufio.ErrBufferFull)
		switch {
		case errors.Is(err, io.EOF):
			return total, nil
		case err != nil && whole:
			return total, err
		case !begins: // the rest of a long line
		case bytes.HasPrefix(line, []byte("event: delta")):
			kind = 'd'
		case bytes.HasPrefix(line, []byte("event: snapshot")):
			kind = 's'
		case bytes.HasPrefix(line, []byte("id: ")) && kind != 0:
			v, err := strconv.ParseUint(string(bytes.TrimSpace(line[4:])), 10, 64)
			if err != nil {
				return total, err
			}
			f(kind == 's', v)
			kind = 0
		}
	}
}

// viewers watches in a process of its own; done gives what it saw.
func (o Options) viewers(ctx context.Context, t Task) (done func() (Watched, error), err error) {
	type end struct {
		w   Watched
		err error
	}
	over := make(chan end, 1)
	ready := make(chan struct{})
	if o.InProcess {
		go func() {
			w, err := t.watch(ctx, sync.OnceFunc(func() { close(ready) }))
			over <- end{w, err}
		}()
	} else {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		task, err := json.Marshal(t)
		if err != nil {
			return nil, err
		}
		cmd := exec.CommandContext(ctx, self, "bench", "buyers") //nolint:gosec // ourselves
		var said bytes.Buffer
		cmd.Stdin, cmd.Stderr = bytes.NewReader(task), &said
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		go func() {
			var e end
			out := bufio.NewReader(pipe)
			if _, e.err = out.ReadString('\n'); e.err == nil {
				close(ready)
				e.err = json.NewDecoder(out).Decode(&e.w)
			}
			if err := cmd.Wait(); err != nil {
				e.err = fmt.Errorf("saleload: the viewers' process: %w: %s", errors.Join(err, e.err), said.Bytes())
			}
			over <- e
		}()
	}
	select {
	case <-ready:
		return func() (Watched, error) { e := <-over; return e.w, e.err }, nil
	case e := <-over:
		return nil, e.err
	}
}

func fanout(ctx context.Context, s *server, opts Options) (*Fanout, error) {
	sh, viewers, long := shape{100, 20, 25, 10}, 5000, 6*time.Second
	if opts.Quick {
		sh, viewers, long = shape{20, 5, 10, 5}, 100, time.Second
	}
	session := ids.New()
	p, err := newProduct(ctx, s, sh, session)
	if err != nil {
		return nil, err
	}
	defer p.close()
	w, err := serve(s, p)
	if err != nil {
		return nil, err
	}
	w.stream(p)
	// One viewer here learns how long the bytes are before they are framed.
	sub, err := p.svc.Subscribe(db.WithScope(ctx, p.scope), session)
	if err != nil {
		return nil, err
	}
	f := &Fanout{Viewers: viewers}
	var own sync.WaitGroup
	var deltas, size int
	own.Go(func() {
		for u := range sub.C {
			f.SnapshotBytes = max(f.SnapshotBytes, len(u.Snapshot))
			if u.Snapshot == nil {
				deltas, size = deltas+1, size+len(u.Delta)
			}
		}
	})
	done, err := opts.viewers(ctx, Task{Addr: w.addr, Viewers: viewers})
	if err != nil {
		return nil, errors.Join(err, w.stop())
	}
	before := ownCPU()
	l := &load{sel: p, m: newMarket(sh)}
	l.goal.Store(int64(sh.total()) * 9 / 10)
	began := time.Now()
	go l.m.run(200 * time.Millisecond)
	end := time.AfterFunc(long, func() { l.goal.Store(0) })
	var buyers sync.WaitGroup
	for b := range 10 {
		buyers.Go(func() { l.buySlowly(ctx, uint64(b), 20*time.Millisecond) })
	}
	buyers.Wait()
	end.Stop()
	spent := time.Since(began)
	l.m.end()
	time.Sleep(600 * time.Millisecond) // two more ticks, so that the last deltas arrive
	cpu := ownCPU() - before
	sub.Close()
	own.Wait()
	seen, err := w.finish(done)
	if err = errors.Join(err, l.err); err != nil {
		return nil, err
	}
	f.fill(seen, cpu)
	f.TicketsPerSec = float64(l.m.sold.Load()) / spent.Seconds()
	f.BytesPerDelta = float64(size) / float64(max(1, deltas))
	return f, nil
}

// finish ends the streams and returns what was seen.
func (w *web) finish(done func() (Watched, error)) (Watched, error) {
	err := w.stop()
	seen, err2 := done()
	return seen, errors.Join(err, err2)
}

func (f *Fanout) fill(seen Watched, cpu time.Duration) {
	var last []time.Duration
	for _, d := range seen.Deltas {
		last = append(last, d.Last.Sub(d.First))
		if d.N == f.Viewers {
			f.Whole++
		}
	}
	slices.Sort(last)
	f.Deltas, f.Resent = len(last), seen.Snapshots-int64(f.Viewers)
	if len(last) > 0 {
		f.LastP50, f.LastMax = ms(quantile(last, 0.5)), ms(last[len(last)-1])
		f.WirePerDelta = float64(seen.Bytes-seen.Snapshots*int64(f.SnapshotBytes)*4/3) / float64(seen.Messages)
		f.PerMessage = float64(cpu.Microseconds()) / float64(seen.Messages)
	}
}

// buySlowly buys like people do, with a pause between orders.
func (l *load) buySlowly(ctx context.Context, n uint64, pause time.Duration) {
	r, z := l.person(n)
	for l.m.sold.Load() < l.goal.Load() {
		l.once(ctx, r, z)
		time.Sleep(pause)
	}
}
