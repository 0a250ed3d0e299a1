package inventory

import (
	"sync"

	"parterre/modules/ticketmap/plan/codec"
)

// depth is how many updates a viewer may leave unread before it lags.
const depth = 8

// hub tells the viewers of one session what is shown: the feed's on the
// session's own node, a relay's on the others.
type hub struct {
	mu       sync.Mutex
	version  uint64
	shown    []codec.State // by rank, as of version
	snapshot []byte        // of version, made when first asked for
	count    func() Counts
	subs     map[*Subscription]struct{}
	ended    bool
}

func (h *hub) init(count func() Counts) { h.count, h.subs = count, map[*Subscription]struct{}{} }

// add makes a subscription that has the snapshot already. The lock is held.
func (h *hub) add() *Subscription {
	c := make(chan Update, depth)
	s := &Subscription{C: c, c: c, hub: h}
	if h.ended {
		s.once.Do(func() { close(c) })
		return s
	}
	h.subs[s] = struct{}{}
	c <- h.whole()
	return s
}

func (h *hub) leave(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
	s.once.Do(func() { close(s.c) })
}

func (h *hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		s.once.Do(func() { close(s.c) })
	}
	clear(h.subs)
	h.ended = true
}

// tell sends a delta, which has been put into what is shown, to all viewers;
// one that lags and has read what it had gets the whole. The lock is held.
func (h *hub) tell(d []byte) {
	var counts Counts
	if len(h.subs) > 0 {
		counts = h.count()
	}
	form := &shared{}
	for s := range h.subs {
		if d == nil && !s.lagged {
			continue
		}
		u := Update{Version: h.version, Delta: d, Counts: counts, shared: form}
		if s.lagged {
			if len(s.c) > 0 { // it still has not read what it has
				continue
			}
			u = h.whole()
		}
		select {
		case s.c <- u:
			s.lagged = false
		default:
			s.lagged = true
		}
	}
}

// whole is the update that holds everything. The lock is held.
func (h *hub) whole() Update {
	if h.snapshot == nil {
		h.snapshot = codec.EncodeSnapshot(h.version, h.shown)
	}
	return Update{Version: h.version, Snapshot: h.snapshot, Counts: h.count()}
}

func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs) > 0
}
