package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/modules/core/ids"
)

// committer commits the decisions of all sessions of a node: what has gathered
// while the batches before were on their way is the next batch. They take effect
// one after the other, so a second in flight only writes its rows while the first
// is being flushed, and is smaller for it: with flushes of 40 us and of 1 ms alike
// one in flight sold more and took a quarter less of the database's time. Where a
// flush takes as long as a far standby's answer, more of them may pay.
type committer struct {
	svc   *Service
	pool  *pgxpool.Pool
	slots chan struct{}

	mu      sync.Mutex
	pending []*part
	wake    chan struct{}
	closed  bool
	stats   Stats
}

// Stats counts what the committer did.
type Stats struct {
	Batches, Commands, Events, Failed int64
}

// batch is one transaction.
type batch struct {
	parts  []*part
	groups []*group
	prev   *batch
	done   chan struct{}
}

// group is a batch's share of one tenant.
type group struct {
	tenant   int32
	changes  []Change
	sections []*section
	events   int
	snaps    []*part
}

type section struct {
	session     ids.ID
	epoch       int64
	raw         [][]byte
	first, last uint64
}

func (c *committer) submit(p *part) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		p.w.kill(errLost)
		p.fail()
		return
	}
	c.pending = append(c.pending, p)
	if len(c.pending) == 1 {
		select {
		case c.wake <- struct{}{}:
		default:
		}
	}
	c.mu.Unlock()
}

func (p *part) fail() {
	for _, r := range p.reqs {
		r.reply(errLost)
	}
}

func (c *committer) run(ctx context.Context) {
	defer c.svc.work.Done()
	first := &batch{done: make(chan struct{})}
	close(first.done)
	prev := first
	for {
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			c.drop()
			return
		}
		parts := c.next(ctx)
		if parts == nil {
			c.drop()
			return
		}
		b := &batch{parts: parts, prev: prev, done: make(chan struct{})}
		prev = b
		c.svc.work.Add(1)
		go func() {
			defer c.svc.work.Done()
			c.commit(ctx, b)
			b.prev = nil // or the chain of batches would never be freed
			<-c.slots
		}()
	}
}

// next waits for something to commit. nil means that the node stops.
func (c *committer) next(ctx context.Context) []*part {
	for {
		c.mu.Lock()
		if n := len(c.pending); n > 0 {
			take := n
			if c.svc.careful.Load() > 0 {
				take = 1
			}
			size := 0
			for i := range take {
				if size += len(c.pending[i].reqs); size > c.svc.opt.MaxBatch && i > 0 {
					take = i
					break
				}
			}
			parts := c.pending[:take:take]
			c.pending = c.pending[take:]
			c.mu.Unlock()
			return parts
		}
		c.mu.Unlock()
		select {
		case <-c.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// drop tells everybody who still waits to ask again (another node).
func (c *committer) drop() {
	c.mu.Lock()
	c.closed = true
	pending := c.pending
	c.pending = nil
	c.mu.Unlock()
	for _, p := range pending {
		p.w.kill(errLost)
		p.fail()
	}
}

func (c *committer) commit(ctx context.Context, b *batch) {
	live := b.parts[:0:0]
	for _, p := range b.parts {
		if p.w.isGone() {
			p.fail()
			continue
		}
		live = append(live, p)
	}
	b.parts = live
	b.group()
	err := c.transact(ctx, b)
	if err == nil {
		c.succeed(b)
		return
	}
	c.blame(b, err)
}

func (c *committer) succeed(b *batch) {
	for _, p := range b.parts {
		p.w.feed.apply(p.marks)
		if len(p.events) > 0 {
			p.w.inflight.Add(-1)
		}
	}
	close(b.done)
	commands, events := 0, 0
	for _, p := range b.parts {
		commands += len(p.reqs)
		events += len(p.events)
		for _, r := range p.reqs {
			r.reply(nil)
		}
	}
	if n := c.svc.careful.Load(); n > 0 {
		c.svc.careful.CompareAndSwap(n, n-1)
	}
	c.mu.Lock()
	c.stats.Batches++
	c.stats.Commands += int64(commands)
	c.stats.Events += int64(events)
	c.mu.Unlock()
}

// blame ends the writers of a batch that failed. If the database refused one
// of several commands, the next ones go one by one, so that the one at fault
// is found and refused alone.
func (c *committer) blame(b *batch, err error) {
	c.mu.Lock()
	c.stats.Failed++
	c.mu.Unlock()
	commands := 0
	for _, p := range b.parts {
		commands += len(p.reqs)
	}
	verdict := errLost
	if !errors.Is(err, errLost) {
		c.svc.log.Error("inventory: a batch was not committed", "commands", commands, "error", safe(err))
	}
	if refusedByDatabase(err) {
		if commands == 1 {
			verdict = b.secondTime(err)
		} else {
			c.svc.careful.Store(int64(4 * commands))
		}
	}
	for _, p := range b.parts {
		p.w.kill(err)
	}
	close(b.done) // only now: the next batch looks whether its writers still live
	for _, p := range b.parts {
		for _, r := range p.reqs {
			r.reply(verdict)
		}
	}
}

// secondTime is the verdict on a command that the database refused alone. The
// first time its writer may have been deposed without knowing; it is asked
// again on the rebuilt state. The second time the command itself is at fault.
func (b *batch) secondTime(err error) error {
	for _, p := range b.parts {
		for _, r := range p.reqs {
			if r.refused++; r.refused > 1 {
				return fmt.Errorf("inventory: the database refused the command: %w", err)
			}
		}
	}
	return errLost
}

// safe is an error without values: details of a row may be personal data.
func safe(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code + " " + pg.ConstraintName + " " + pg.TableName
	}
	return err.Error()
}

// FenceLost is the SQLSTATE of inventory.append when an epoch is not current.
const FenceLost = "PT409"

// refusedByDatabase reports whether the transaction was surely rolled back
// because of something in it.
func refusedByDatabase(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "57", "08", "53", "58", "XX", "40": // shutdown, connection, resources, deadlock
			return false
		}
		return pg.Code != FenceLost && pg.Code != "25P03"
	}
	var row rowError
	return errors.As(err, &row)
}

type rowError struct{ error }

func (e rowError) Unwrap() error { return e.error }

// group sorts a batch's parts by tenant and session.
func (b *batch) group() {
	by := map[int32]*group{}
	for _, p := range b.parts {
		g := by[p.w.tenant]
		if g == nil {
			g = &group{tenant: p.w.tenant}
			by[p.w.tenant] = g
			b.groups = append(b.groups, g)
		}
		if len(p.events) == 0 && p.w.fresh() {
			continue
		}
		g.changes = append(g.changes, p.changes...)
		g.events += len(p.events)
		i := slices.IndexFunc(g.sections, func(s *section) bool { return s.session == p.w.session })
		if i < 0 {
			g.sections = append(g.sections, &section{session: p.w.session, epoch: p.w.epoch, first: p.first})
			i = len(g.sections) - 1
		}
		g.sections[i].raw = append(g.sections[i].raw, p.raw...)
		g.sections[i].last = p.last
		if p.snapshot != nil {
			g.snaps = append(g.snaps, p)
		}
	}
	b.groups = slices.DeleteFunc(b.groups, func(g *group) bool { return len(g.sections) == 0 })
	slices.SortFunc(b.groups, func(x, y *group) int { return int(x.tenant - y.tenant) })
	for _, g := range b.groups {
		slices.SortFunc(g.sections, func(x, y *section) int { return strings.Compare(x.session.String(), y.session.String()) })
	}
}

// transact runs the transaction: first the rows, while the batch before is
// still being flushed; then, once that one is committed, fence, journal, commit.
func (c *committer) transact(ctx context.Context, b *batch) error {
	if len(b.groups) == 0 {
		return c.turnOf(b)
	}
	// A batch that has begun is finished even when the node stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.svc.opt.BatchTimeout)
	defer cancel()
	conn, err := c.pool.Acquire(ctx)
	if err != nil {
		return errors.Join(err, c.turnOf(b))
	}
	defer conn.Release()
	finished := false
	defer func() {
		if !finished && !conn.Conn().IsClosed() {
			_, _ = conn.Exec(ctx, "rollback")
		}
	}()
	rows := &pgx.Batch{}
	rows.Queue("begin")
	if err := c.rows(rows, b); err != nil {
		return errors.Join(rowError{err}, c.turnOf(b))
	}
	begun := rows.Len() > 1
	if begun {
		if err := c.hook("rows"); err != nil {
			return err
		}
		if err := conn.SendBatch(ctx, rows).Close(); err != nil {
			return errors.Join(err, c.turnOf(b))
		}
	}
	if err := c.turnOf(b); err != nil {
		return err
	}
	if err := c.hook("fence"); err != nil {
		return err
	}
	if err := c.finish(ctx, conn, b, begun); err != nil {
		return err
	}
	finished = true
	return c.hook("committed")
}

// turnOf waits until the batch before is over. If that failed, the writers that
// had a part in it are dead, and with them this batch, if they have a part in it.
func (c *committer) turnOf(b *batch) error {
	<-b.prev.done
	for _, p := range b.parts {
		if p.w.isGone() {
			return errLost
		}
	}
	return nil
}

func (c *committer) hook(at string) error {
	if c.svc.opt.Hook == nil {
		return nil
	}
	return c.svc.opt.Hook(at)
}

const scopeSQL = `select set_config('app.tenant', $1, true), set_config('app.actor', 'system:inventory', true), set_config('app.batch', 'on', true)`

// rows queues the row writers' statements and snapshots, tenant by tenant.
func (c *committer) rows(q *pgx.Batch, b *batch) error {
	for _, g := range b.groups {
		inner := &pgx.Batch{}
		for _, rw := range c.svc.rows {
			if err := rw.WriteRows(inner, g.tenant, g.changes); err != nil {
				return err
			}
		}
		for _, p := range g.snaps {
			inner.Queue(`insert into inventory.snapshot (tenant_id, session_id, event, at, body) values ($1, $2, $3, $4, $5)
				on conflict (tenant_id, session_id) do update set event = excluded.event, at = excluded.at, body = excluded.body
				where snapshot.event < excluded.event`, g.tenant, p.w.session.Bytes(), int64(p.last), p.changes[0].At, p.snapshot)
		}
		if inner.Len() == 0 {
			continue
		}
		q.Queue(scopeSQL, strconv.Itoa(int(g.tenant)))
		q.QueuedQueries = append(q.QueuedQueries, inner.QueuedQueries...)
	}
	return nil
}

const appendSQL = `select inventory.append($1, $2, $3, $4, $5, $6, $7)`

// finish sends fence, journal and commit in one go.
func (c *committer) finish(ctx context.Context, conn *pgxpool.Conn, b *batch, begun bool) error {
	q := &pgx.Batch{}
	if !begun {
		q.Queue("begin")
	}
	for _, g := range b.groups {
		q.Queue(scopeSQL, strconv.Itoa(int(g.tenant)))
		sessions := make([][16]byte, len(g.sections))
		epochs, first, last := make([]int64, len(g.sections)), make([]int64, len(g.sections)), make([]int64, len(g.sections))
		at := time.Time{}
		if len(g.changes) > 0 {
			at = g.changes[len(g.changes)-1].At
		}
		body := appendFrame(nil, at, c.svc.node, len(g.sections))
		for i, s := range g.sections {
			sessions[i], epochs[i], first[i], last[i] = s.session.Bytes(), s.epoch, int64(s.first), int64(s.last)
			body = appendSection(body, s.session, s.epoch, s.raw)
		}
		q.Queue(appendSQL, sessions, epochs, first, last, at, g.events, body)
	}
	q.Queue("commit")
	res := conn.SendBatch(ctx, q)
	for range q.Len() - 1 {
		if _, err := res.Exec(); err != nil {
			return errors.Join(err, res.Close())
		}
	}
	tag, err := res.Exec()
	if err = errors.Join(err, res.Close()); err != nil {
		return err
	}
	if tag.String() != "COMMIT" {
		return fmt.Errorf("inventory: commit answered %s", tag)
	}
	return nil
}
