package inventory

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// errLost is told to requests whose writer ended before their commit was
// known: they are asked again under the same key.
var errLost = errors.New("inventory: the writer ended")

// request is one command on its way.
type request struct {
	cmd     engine.Command
	payload any
	answer  engine.Answer
	err     error
	refused int                 // how often the database refused it when it was alone
	look    func(*engine.State) // a question instead of a command
	done    chan struct{}       // capacity 1
}

func (r *request) reply(err error) {
	r.err = err
	r.done <- struct{}{}
}

// part is what one writer decided in one turn.
type part struct {
	w           *writer
	reqs        []*request
	raw         [][]byte // encoded events
	events      []engine.Event
	changes     []Change
	first, last uint64
	marks       []mark
	snapshot    []byte
}

// writer owns one session.
type writer struct {
	svc     *Service
	tenant  int32
	session ids.ID
	epoch   int64
	st      *engine.State
	feed    *feed

	mu    sync.Mutex
	queue []*request
	gone  error // why it ended
	wake  chan struct{}
	over  chan struct{} // closed when it ended

	until    atomic.Int64 // lease is surely ours until then, µs of the machine's clock
	inflight atomic.Int32 // parts with events that are not committed
	used     atomic.Int64 // last request, ms

	snapAt uint64 // event of the last snapshot
	armed  int64  // time of the timer that runs, ms
	timer  <-chan time.Time
}

func (w *writer) enqueue(r *request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone != nil {
		return errLost
	}
	if len(w.queue) >= w.svc.opt.MaxQueue {
		return ErrBusy
	}
	w.queue = append(w.queue, r)
	if len(w.queue) == 1 {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
	return nil
}

// kill ends the writer; what waits in its queue is told to ask again.
func (w *writer) kill(why error) {
	w.mu.Lock()
	if w.gone != nil {
		w.mu.Unlock()
		return
	}
	w.gone = why
	queue := w.queue
	w.queue = nil
	close(w.over)
	w.mu.Unlock()
	w.svc.forget(w)
	w.feed.end()
	for _, r := range queue {
		r.reply(errLost)
	}
}

func (w *writer) isGone() bool {
	select {
	case <-w.over:
		return true
	default:
		return false
	}
}

// take returns what waits; in careful mode one request at a time.
func (w *writer) take() []*request {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.queue
	if w.svc.careful.Load() > 0 && len(q) > 1 {
		w.queue = q[1:]
		select {
		case w.wake <- struct{}{}:
		default:
		}
		return q[:1:1]
	}
	w.queue = nil
	return q
}

func (w *writer) run() {
	defer w.svc.work.Done()
	for {
		select {
		case <-w.over:
			return
		case <-w.wake:
			w.turn(w.take())
		case <-w.timer:
			w.timer, w.armed = nil, 0
			w.turn([]*request{{cmd: &engine.Expire{}}})
		}
		w.arm()
	}
}

// arm sets the timer for the next hold that ends.
func (w *writer) arm() {
	at, ok := w.st.NextExpiry()
	if !ok || (w.timer != nil && w.armed <= at) {
		return
	}
	w.armed = at
	w.timer = w.svc.clock.After(time.Duration(at-w.svc.clock.Now().UnixMilli()) * time.Millisecond)
}

// turn decides all of reqs and hands the decisions to the committer.
func (w *writer) turn(reqs []*request) {
	if len(reqs) == 0 {
		return
	}
	now := w.svc.clock.Now()
	w.used.Store(now.UnixMilli())
	p := &part{w: w, first: w.st.No() + 1}
	payload := make(map[int]any, len(reqs)) // by index of the command's own event
	for _, r := range reqs {
		from := len(p.events)
		if r.look != nil {
			r.look(w.st)
		} else {
			p.events, r.answer = w.st.Apply(p.events, r.cmd, now.UnixMilli())
		}
		for i := from; i < len(p.events); i++ {
			e := &p.events[i]
			if r.payload != nil && e.Kind != engine.Expired {
				payload[i] = r.payload
			}
			p.marks = w.mark(p.marks, e)
		}
		if r.done != nil {
			p.reqs = append(p.reqs, r)
		}
	}
	p.last = w.st.No()
	if len(p.events) == 0 {
		w.quiet(p)
		return
	}
	buf := make([]byte, 0, 96*len(p.events))
	at := now.UTC()
	p.changes = make([]Change, len(p.events))
	for i := range p.events {
		buf = engine.AppendEvent(buf, &p.events[i])
		p.changes[i] = Change{Session: w.session, At: at, Event: &p.events[i], Payload: payload[i]}
	}
	p.raw = [][]byte{buf}
	if p.last-w.snapAt >= uint64(w.svc.opt.SnapshotEvery) {
		p.snapshot, w.snapAt = w.st.AppendSnapshot(nil), p.last
	}
	w.inflight.Add(1)
	w.svc.commit.submit(p)
}

// quiet answers what changed nothing. Such an answer may rest on decisions
// that are not committed, then it waits for them; and it must not come from a
// writer whose lease may have gone, then the lease is asked.
func (w *writer) quiet(p *part) {
	if len(p.reqs) == 0 {
		return
	}
	if w.inflight.Load() == 0 && w.fresh() {
		for _, r := range p.reqs {
			r.reply(nil)
		}
		return
	}
	w.svc.commit.submit(p)
}

// fresh reports whether the lease is surely still ours.
func (w *writer) fresh() bool {
	return !w.svc.opt.Strict && w.svc.real.Now().UnixMicro() < w.until.Load()
}

// mark notes the states of an event's places as they are now.
func (w *writer) mark(to []mark, e *engine.Event) []mark {
	for _, list := range [2][]int32{e.Seats, e.To} {
		for _, id := range list {
			s, ok := w.st.Hall().Spot(id)
			if !ok {
				continue
			}
			st, _ := w.st.Status(id)
			to = append(to, markOf(s.Index, st))
		}
	}
	return to
}
