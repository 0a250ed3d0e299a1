// Package clock is the only place that asks for the time. Rules take a time as
// an argument; services take it from their transaction (db.Tx.Now), which
// froze it once.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // a machine without zone files still knows Asia/Shanghai
)

// Shanghai is the zone of business days and of every regulator.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic("clock: zone " + name + " is missing from the embedded zone data")
	}
	return l
}

// Clock tells the time and wakes sleepers.
type Clock interface {
	Now() time.Time
	// After returns a channel that gets the time once d has passed.
	After(d time.Duration) <-chan time.Time
}

// System is the machine's clock.
type System struct{}

// Now returns the time in microseconds, the grain of PostgreSQL, so that what
// was stored equals what was in memory.
func (System) Now() time.Time { return time.Now().Truncate(time.Microsecond) }

// After is time.After.
func (System) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Sim is a clock that is moved by hand, for tests and for demonstrations of
// things that take a day. The zero value is not ready; use NewSim.
type Sim struct {
	mu      sync.Mutex
	now     time.Time
	running time.Time // machine time at which now was true; zero when frozen
	waiters []waiter
}

type waiter struct {
	at time.Time
	ch chan time.Time
}

// NewSim makes a clock that stands still at start.
func NewSim(start time.Time) *Sim { return &Sim{now: start.Truncate(time.Microsecond)} }

// NewOffset makes a clock that runs at the machine's pace from start and can
// be advanced; it is what a demonstration server uses.
func NewOffset(start time.Time) *Sim {
	return &Sim{now: start.Truncate(time.Microsecond), running: time.Now()}
}

func (s *Sim) current() time.Time {
	if s.running.IsZero() {
		return s.now
	}
	return s.now.Add(time.Since(s.running)).Truncate(time.Microsecond)
}

// Now implements Clock.
func (s *Sim) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current()
}

// After implements Clock. On a running Sim a waiter also wakes by itself.
func (s *Sim) After(d time.Duration) <-chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := make(chan time.Time, 1)
	at := s.current().Add(d)
	if d <= 0 {
		ch <- s.current()
		return ch
	}
	s.waiters = append(s.waiters, waiter{at, ch})
	if !s.running.IsZero() {
		time.AfterFunc(d, func() { s.Advance(0) })
	}
	return ch
}

// Advance moves the clock and wakes who waited for that time.
func (s *Sim) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.current().Add(d)
	if !s.running.IsZero() {
		s.running = time.Now()
	}
	s.wake()
}

// Set moves the clock to t, which may not lie in its past.
func (s *Sim) Set(t time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Before(s.current()) {
		return false
	}
	s.now = t.Truncate(time.Microsecond)
	if !s.running.IsZero() {
		s.running = time.Now()
	}
	s.wake()
	return true
}

func (s *Sim) wake() {
	now, kept := s.current(), s.waiters[:0]
	for _, w := range s.waiters {
		if w.at.After(now) {
			kept = append(kept, w)
			continue
		}
		w.ch <- now
	}
	s.waiters = kept
}

var (
	_ Clock = System{}
	_ Clock = (*Sim)(nil)
)
