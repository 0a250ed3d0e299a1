// Package codestest has what tests of packages that use codes need: a store in memory, and the suite that every store
// must pass.
package codestest

import (
	"context"
	"sort"
	"sync"

	"parterre/codes"
)

// Memory is a codes.Store in memory. InTx gives it transactions, one at a time.
type Memory struct {
	tx   sync.Mutex // held by the one open transaction
	mu   sync.Mutex
	last map[codes.Sequence]int64
	gaps map[codes.Sequence][]codes.Gap
}

var _ codes.Store = (*Memory)(nil)

// NewMemory is empty.
func NewMemory() *Memory {
	return &Memory{last: map[codes.Sequence]int64{}, gaps: map[codes.Sequence][]codes.Gap{}}
}

// InTx runs fn; if it fails, what it reserved without gaps is given back.
func (m *Memory) InTx(ctx context.Context, fn func(context.Context) error) error {
	m.tx.Lock()
	defer m.tx.Unlock()
	undo := &undo{before: map[codes.Sequence]int64{}}
	err := fn(context.WithValue(ctx, undoKey{}, undo))
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		for seq, n := range undo.before {
			m.last[seq] = n
		}
	}
	return err
}

type undoKey struct{}

type undo struct{ before map[codes.Sequence]int64 }

// Reserve takes numbers.
func (m *Memory) Reserve(ctx context.Context, seq codes.Sequence, p codes.Policy, n, limit int64) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := m.last[seq]
	if n < 1 || last > limit-n {
		return 0, codes.ErrExhausted
	}
	if u, ok := ctx.Value(undoKey{}).(*undo); ok && p == codes.Gapless {
		if _, seen := u.before[seq]; !seen {
			u.before[seq] = last
		}
	}
	m.last[seq] = last + n
	return last + 1, nil
}

// Record notes a gap.
func (m *Memory) Record(_ context.Context, seq codes.Sequence, gap codes.Gap) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if gap.From < 1 || gap.To < gap.From || gap.To > m.last[seq] || gap.Reason == "" {
		return codes.ErrGap
	}
	for _, g := range m.gaps[seq] {
		if gap.From <= g.To && g.From <= gap.To {
			return codes.ErrGap
		}
	}
	m.gaps[seq] = append(m.gaps[seq], gap)
	return nil
}

// Gaps lists the gaps.
func (m *Memory) Gaps(_ context.Context, seq codes.Sequence) ([]codes.Gap, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := append([]codes.Gap(nil), m.gaps[seq]...)
	sort.Slice(out, func(i, j int) bool { return out[i].From < out[j].From })
	return out, m.last[seq], nil
}
