package reporting

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
)

// Attempt is one use of the network for a message.
type Attempt struct {
	Number   int
	Deadline time.Time // an answer after it is not waited for
}

// Deliverer is what a regulator's adapter implements.
type Deliverer interface {
	// Fits reports whether next may join the message of batch, which is never empty.
	Fits(batch []Numbered, next Numbered) bool
	// Compose maps facts to one message; it is pure. Items that cannot be
	// mapped come back refused, and then no bytes do.
	Compose(ch Channel, id ids.ID, now time.Time, items []Numbered) ([]byte, []Item)
	// Send sends a message and waits for its answer, resending as its protocol
	// says. before is called ahead of each use of the network and commits the
	// attempt; if it fails nothing may be sent and its error is returned.
	Send(ctx context.Context, ch Channel, m Message, before func(context.Context, Attempt) error) (Outcome, error)
}

// Job is a channel held by this worker, with its open message or, if there is
// none, the deliveries at its head.
type Job struct {
	Channel  Channel
	Epoch    int64
	Failures int
	Open     *Message
	Items    []Numbered
}

// Store keeps the outbox. Every method is one transaction; those that take a
// Job fail with ErrLost if the channel's lease went to another worker.
type Store interface {
	// Sequence numbers facts that wait, on every channel that takes them.
	Sequence(ctx context.Context) (int, error)
	// Ready lists active channels with something to do at now that no other worker holds.
	Ready(ctx context.Context, owner string, now time.Time) ([]string, error)
	// Take holds a channel for owner until now+lease; nil if there is nothing to do.
	Take(ctx context.Context, channel, owner string, lease time.Duration, limit int) (*Job, error)
	// Open stores a composed message and marks its deliveries as sending.
	Open(ctx context.Context, job *Job, m Message) error
	// Park parks deliveries that could not be composed.
	Park(ctx context.Context, job *Job, items []Change) error
	// Before commits an attempt, and prolongs the lease past its deadline.
	Before(ctx context.Context, job *Job, m Message, a Attempt) error
	// Settle stores the outcome and its consequences, and frees the channel if done.
	Settle(ctx context.Context, job *Job, m Message, o Outcome) error
	// Release gives the channel back.
	Release(ctx context.Context, job *Job) error
}

// ErrLost says that another worker holds the channel now.
var ErrLost = errors.New("reporting: the channel's lease was lost")

// MaxItems is the most deliveries that are looked at for one message.
const MaxItems = 100

// leaseTime is how long a channel is held without a sign of life. Before
// prolongs it past each attempt's deadline.
const leaseTime = 90 * time.Second

// Worker delivers the channels of one tenant. Several workers, in several
// processes, may run: the lease decides.
type Worker struct {
	Store      Store
	Deliverers map[string]Deliverer // by Channel.Adapter
	Clock      clock.Clock
	Owner      string // unique per process
	Log        *slog.Logger
	Every      time.Duration // how often to look without being woken; default 1 s

	wake chan struct{}
	once sync.Once
	mu   sync.Mutex
	busy map[string]bool
	wg   sync.WaitGroup
}

func (w *Worker) init() {
	w.once.Do(func() {
		w.wake = make(chan struct{}, 1)
		w.busy = map[string]bool{}
		if w.Every <= 0 {
			w.Every = time.Second
		}
		if w.Log == nil {
			w.Log = slog.New(slog.DiscardHandler)
		}
	})
}

// Wake makes Run look at once; call it after a commit that appended facts.
func (w *Worker) Wake() {
	w.init()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends, each channel on its own so that a slow
// regulator holds up nobody else, and returns once all are at rest.
func (w *Worker) Run(ctx context.Context) {
	w.init()
	defer w.wg.Wait()
	for ctx.Err() == nil {
		if err := w.look(ctx); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "reporting: cannot look for deliveries", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-w.Clock.After(w.Every):
		}
	}
}

// look numbers what waits and starts every ready channel that is not running.
func (w *Worker) look(ctx context.Context) error {
	if _, err := w.Store.Sequence(ctx); err != nil {
		return err
	}
	ready, err := w.Store.Ready(ctx, w.Owner, w.Clock.Now())
	if err != nil {
		return err
	}
	for _, code := range ready {
		w.mu.Lock()
		running := w.busy[code]
		w.busy[code] = true
		w.mu.Unlock()
		if running {
			continue
		}
		w.wg.Go(func() {
			defer func() {
				w.mu.Lock()
				delete(w.busy, code)
				w.mu.Unlock()
			}()
			if _, err := w.Drain(ctx, code); err != nil && ctx.Err() == nil && !errors.Is(err, ErrLost) {
				w.Log.ErrorContext(ctx, "reporting: delivery failed", "channel", code, "error", err)
			}
		})
	}
	return nil
}

// Once numbers what waits and drains every ready channel in turn; it returns
// how many messages were settled. Tests and the command line use it.
func (w *Worker) Once(ctx context.Context) (int, error) {
	w.init()
	if _, err := w.Store.Sequence(ctx); err != nil {
		return 0, err
	}
	ready, err := w.Store.Ready(ctx, w.Owner, w.Clock.Now())
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, code := range ready {
		n, err := w.Drain(ctx, code)
		sum += n
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// Drain delivers a channel's messages one after another until nothing is left
// or it has to pause; it returns how many sendings were settled.
func (w *Worker) Drain(ctx context.Context, channel string) (int, error) {
	w.init()
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		job, err := w.Store.Take(ctx, channel, w.Owner, leaseTime, MaxItems)
		if err != nil || job == nil {
			return n, err
		}
		if err := w.deliver(ctx, job); err != nil {
			return n, err
		}
	}
}

// deliver settles one message of a job.
func (w *Worker) deliver(ctx context.Context, job *Job) error {
	d, ok := w.Deliverers[job.Channel.Adapter]
	if !ok {
		_ = w.Store.Release(ctx, job)
		return ErrAdapter.With("adapter", job.Channel.Adapter)
	}
	m, err := w.message(ctx, d, job)
	if err != nil || m == nil {
		return err
	}
	o, err := d.Send(ctx, job.Channel, *m, func(ctx context.Context, a Attempt) error {
		return w.Store.Before(ctx, job, *m, a)
	})
	if err != nil {
		return err // the message stays open; who takes the channel next repeats it
	}
	return w.Store.Settle(context.WithoutCancel(ctx), job, *m, o)
}

// message is the open one, or a new one of the deliveries at the head; nil if
// all of these had to be parked.
func (w *Worker) message(ctx context.Context, d Deliverer, job *Job) (*Message, error) {
	if job.Open != nil {
		return job.Open, nil
	}
	items := head(d, job.Items)
	id := ids.New()
	raw, refused := d.Compose(job.Channel, id, w.Clock.Now(), items)
	if len(refused) > 0 {
		changes := make([]Change, len(refused))
		for i, it := range refused {
			changes[i] = Change{Seq: items[it.Index].Seq, State: StateParked, Code: it.Code, Text: it.Text}
		}
		return nil, w.Store.Park(ctx, job, changes)
	}
	m := &Message{ID: id, Kind: items[0].Fact.Body.Kind(), Bytes: raw}
	for _, it := range items {
		m.Seqs = append(m.Seqs, it.Seq)
	}
	return m, w.Store.Open(ctx, job, *m)
}

// head is the longest run of deliveries that fit into one message.
func head(d Deliverer, items []Numbered) []Numbered {
	if items[0].Solo {
		return items[:1]
	}
	n := 1
	for n < len(items) && !items[n].Solo && items[n].Fact.Body.Kind() == items[0].Fact.Body.Kind() && d.Fits(items[:n], items[n]) {
		n++
	}
	return items[:n]
}
