package reportingtest

import (
	"context"
	"sort"
	"sync"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// Memory is a Store without a database, for simulations by the thousand. It
// keeps the rules of reporting.PG and passes the same Suite.
type Memory struct {
	Clock clock.Clock

	mu       sync.Mutex
	waiting  []fact.Fact
	channels map[string]*memChannel
}

type memChannel struct {
	reporting.Channel
	next, epoch int64
	owner       string
	lease, not  time.Time
	failures    int
	blocked     string
	open        *reporting.Message
	deliveries  []*Delivery
	attempts    int
	messages    int
}

// Delivery is a delivery as tests see it.
type Delivery struct {
	Seq   int64
	Fact  fact.Fact
	State string
	Solo  bool
	Code  string
}

var _ reporting.Store = (*Memory)(nil)

// AddChannel adds a channel.
func (m *Memory) AddChannel(c reporting.Channel) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.channels == nil {
		m.channels = map[string]*memChannel{}
	}
	m.channels[c.Code] = &memChannel{Channel: c, next: 1}
}

// Append is what reporting.Append does in a transaction that commits.
func (m *Memory) Append(facts ...fact.Fact) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range facts {
		if err := f.Check(); err != nil {
			return err
		}
	}
	m.waiting = append(m.waiting, facts...)
	return nil
}

// Deliveries returns a channel's deliveries by number.
func (m *Memory) Deliveries(channel string) []Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []Delivery{}
	for _, d := range m.channels[channel].deliveries {
		out = append(out, *d)
	}
	return out
}

// NextAt is when a channel may be used again, and Attempts how often the network was.
func (m *Memory) NextAt(channel string) (at time.Time, attempts int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.channels[channel].not, m.channels[channel].attempts
}

// Sequence implements reporting.Store.
func (m *Memory) Sequence(context.Context) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.waiting)
	for _, f := range m.waiting {
		for _, c := range m.channels {
			if c.Takes(f.Body.Kind(), f.Body.Venue()) {
				c.deliveries = append(c.deliveries, &Delivery{Seq: c.next, Fact: f, State: reporting.StatePending})
				c.next++
			}
		}
	}
	m.waiting = nil
	return n, nil
}

func (c *memChannel) ready(owner string, now time.Time) bool {
	if !c.Active || (c.owner != "" && c.owner != owner && !c.lease.Before(now)) || c.not.After(now) {
		return false
	}
	return c.open != nil || len(c.pending(1)) > 0
}

func (c *memChannel) pending(limit int) []reporting.Numbered {
	var out []reporting.Numbered
	for _, d := range c.deliveries {
		if d.State == reporting.StatePending && len(out) < limit {
			out = append(out, reporting.Numbered{Seq: d.Seq, Solo: d.Solo, Fact: d.Fact})
		}
	}
	return out
}

// Ready implements reporting.Store.
func (m *Memory) Ready(_ context.Context, owner string, now time.Time) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for code, c := range m.channels {
		if c.ready(owner, now) {
			out = append(out, code)
		}
	}
	sort.Strings(out)
	return out, nil
}

// Take implements reporting.Store.
func (m *Memory) Take(_ context.Context, channel, owner string, lease time.Duration, limit int) (*reporting.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, now := m.channels[channel], m.Clock.Now()
	if c == nil || !c.ready(owner, now) {
		return nil, nil //nolint:nilnil // nothing to do, as the interface says
	}
	if c.owner != owner {
		c.epoch++
	}
	c.owner, c.lease = owner, now.Add(lease)
	j := &reporting.Job{Channel: c.Channel, Epoch: c.epoch, Failures: c.failures}
	if c.open != nil {
		open := *c.open
		j.Open = &open
		return j, nil
	}
	j.Items = c.pending(limit)
	return j, nil
}

func (m *Memory) hold(job *reporting.Job, fn func(*memChannel)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.channels[job.Channel.Code]
	if c == nil || c.epoch != job.Epoch || c.owner == "" {
		return reporting.ErrLost
	}
	fn(c)
	return nil
}

func (c *memChannel) apply(changes []reporting.Change) {
	for _, ch := range changes {
		d := c.deliveries[ch.Seq-1]
		d.State, d.Solo, d.Code = ch.State, ch.Solo, ch.Code
	}
}

// Open implements reporting.Store.
func (m *Memory) Open(_ context.Context, job *reporting.Job, msg reporting.Message) error {
	return m.hold(job, func(c *memChannel) {
		c.open = &msg
		c.messages++
		for _, s := range msg.Seqs {
			c.deliveries[s-1].State = reporting.StateSending
		}
	})
}

// Park implements reporting.Store.
func (m *Memory) Park(_ context.Context, job *reporting.Job, items []reporting.Change) error {
	return m.hold(job, func(c *memChannel) { c.apply(items) })
}

// Before implements reporting.Store.
func (m *Memory) Before(_ context.Context, job *reporting.Job, _ reporting.Message, a reporting.Attempt) error {
	return m.hold(job, func(c *memChannel) {
		c.open.Attempts = a.Number
		c.attempts++
		c.lease = a.Deadline.Add(90 * time.Second)
	})
}

// Settle implements reporting.Store.
func (m *Memory) Settle(_ context.Context, job *reporting.Job, msg reporting.Message, o reporting.Outcome) error {
	now := m.Clock.Now()
	return m.hold(job, func(c *memChannel) {
		st := reporting.Settle(msg, o, job.Failures+1, now)
		c.owner, c.not, c.blocked, c.failures = "", st.NextAt, st.Block, 0
		if !st.NextAt.IsZero() {
			c.failures = job.Failures + 1
		}
		c.apply(st.Changes)
		if st.Message != reporting.MessageOpen {
			c.open = nil
		}
	})
}

// Release implements reporting.Store.
func (m *Memory) Release(_ context.Context, job *reporting.Job) error {
	return m.hold(job, func(c *memChannel) { c.owner = "" })
}
