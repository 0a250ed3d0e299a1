package inventory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Reseating is a session's change to another layout, decided in the
// transaction that changes its plan.
type Reseating struct {
	Session  ids.ID
	Plan     ids.ID       // that the session leaves
	From, To *engine.Hall // the layouts before and after, as the Catalog gives them
	Same     []int32      // ids that stand for another place in To than in From
	Reason   string
}

// ReseatTx takes a session's seats to another layout, in the caller's
// transaction: either both are committed, the new plan and the journal's row of it, or neither. The session's
// epoch is raised, so its writer, wherever it is, commits nothing that it decided on the old
// layout; it begins again when it is next asked (call Reload after the commit).
//
// Refused with inventory.seat_taken and the seats when some that go are held or
// sold, and with inventory.public_share or inventory.over_approved (RL-2, RL-8).
// A session that was never offered, or loses and gains nothing, needs no event.
// The whole history is folded onto the new layout before it is taken, so that
// no move can leave a session that does not open.
func (s *Service) ReseatTx(ctx context.Context, tx db.Tx, r Reseating) (gone, come []int32, err error) {
	gone, come = r.From.Turnover(r.To, r.Same)
	offered, err := Offered(ctx, tx, r.Session)
	if err != nil || !offered {
		return gone, come, err
	}
	var epoch int64
	err = tx.QueryRowContext(ctx, "update inventory.lease set epoch = epoch + 1 where tenant_id = ? and session_id = ? returning epoch", tx.Scope.Tenant, r.Session).Scan(&epoch)
	if err != nil {
		return nil, nil, err
	}
	at := place{tx.Scope.Tenant, r.Session}
	tx.AfterCommit(func() { s.endWriter(at) })
	h, err := readHistory(ctx, tx, r.Session)
	if err != nil {
		return nil, nil, err
	}
	st, err := h.onto(r.From, r.Session, nil, nil)
	if err != nil {
		return nil, nil, err
	}
	if len(gone)+len(come) == 0 {
		return nil, nil, h.check(r.To, r.Session, nil, nil)
	}
	cmd := &engine.Reseat{Meta: engine.Meta{Key: engine.Key(ids.New().Bytes()), Actor: engine.Key(tx.Scope.Actor.ID.Bytes()), Reason: r.Reason}, Gone: gone, Come: come}
	now := tx.Now.UnixMilli()
	if due, ok := st.NextExpiry(); ok { // its end is the writer's to decide, with the row writers' rows
		now = min(now, due-1)
	}
	first := st.No() + 1
	events, a := st.Apply(nil, cmd, max(now, st.Now()))
	if a.Refused != nil {
		return nil, nil, Refused(a.Refused)
	}
	if len(events) == 0 {
		return nil, nil, h.check(r.To, r.Session, nil, nil)
	}
	if err := h.check(r.To, r.Session, events, gone); err != nil {
		return nil, nil, err
	}
	var raw []byte
	for i := range events {
		raw = engine.AppendEvent(raw, &events[i])
	}
	body := appendSection(appendFrame(nil, tx.Now, s.node, 1), r.Session, epoch, [][]byte{raw})
	if _, err := tx.ExecContext(ctx, "select inventory.append(array[?]::uuid[], array[?]::bigint[], array[?]::bigint[], array[?]::bigint[], ?, ?, ?)",
		r.Session, epoch, int64(first), int64(st.No()), tx.Now, len(events), body); err != nil {
		return nil, nil, err
	}
	_, err = tx.ExecContext(ctx, "insert into inventory.reseat (tenant_id, session_id, event, at, plan_id, gone) values (?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, r.Session, int64(first), tx.Now, r.Plan, pgdialect.Array(append([]int32{}, gone...)))
	return gone, come, err
}

// endWriter ends the writer of a session that this node serves, if it does.
func (s *Service) endWriter(at place) {
	s.mu.Lock()
	sl := s.writers[at]
	s.mu.Unlock()
	if sl == nil {
		return
	}
	<-sl.ready
	if sl.w != nil {
		sl.w.kill(errLost)
	}
}

// history is all that is kept of a session.
type history struct {
	snapshot []byte
	rows     [][]byte
	full     bool // rows are all of them, not those after the snapshot
	once     []int32
	read     func() error // reads all rows
}

func readHistory(ctx context.Context, tx db.Tx, session ids.ID) (*history, error) {
	h := &history{}
	tenant := tx.Scope.Tenant
	gone, err := goneOf(ctx, tx, session)
	if err != nil {
		return nil, err
	}
	for _, g := range gone {
		h.once = append(h.once, g.Seats...)
	}
	var event int64
	err = tx.QueryRowContext(ctx, "select body, event from inventory.snapshot where tenant_id = ? and session_id = ?", tenant, session).Scan(&h.snapshot, &event)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	read := func(after int64) (err error) {
		h.rows, err = journalOf(ctx, tx, session, after)
		return err
	}
	h.full = h.snapshot == nil
	h.read = func() error { h.full = true; return read(0) }
	return h, read(event)
}

// onto folds the history, and what was decided just now, onto a layout.
func (h *history) onto(hall *engine.Hall, session ids.ID, more []engine.Event, gone []int32) (*engine.State, error) {
	hall, err := hall.With(append(append([]int32{}, h.once...), gone...))
	if err != nil {
		return nil, err
	}
	st := engine.New(hall)
	if h.snapshot != nil {
		switch back, err := engine.Restore(hall, h.snapshot); {
		case err == nil:
			st = back
		case !errors.Is(err, engine.ErrLayout):
			return nil, err
		case !h.full:
			if err := h.read(); err != nil {
				return nil, err
			}
		}
	}
	for _, body := range h.rows {
		if _, err := replay(st, session, body); err != nil {
			return nil, fmt.Errorf("inventory: session %s: %w", session, err)
		}
	}
	for i := range more {
		if err := st.Fold(&more[i]); err != nil {
			return nil, fmt.Errorf("inventory: session %s: the new layout does not carry its history: %w", session, err)
		}
	}
	return st, nil
}

// check makes sure that the session opens on the new layout.
func (h *history) check(to *engine.Hall, session ids.ID, events []engine.Event, gone []int32) error {
	st, err := h.onto(to, session, events, gone)
	if err == nil {
		err = st.Check()
	}
	return err
}

func journalOf(ctx context.Context, tx db.Tx, session ids.ID, after int64) (list [][]byte, err error) {
	rows, err := tx.QueryContext(ctx, `select j.body from inventory.session_journal s join inventory.journal j using (tenant_id, seq)
		where s.tenant_id = ? and s.session_id = ? and s.last_event > ? order by s.seq`, tx.Scope.Tenant, session, after)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		list = append(list, body)
	}
	return list, rows.Err()
}

// Gone are places that a session lost when it left a plan version.
type Gone struct {
	Plan  ids.ID
	Seats []int32
}

// GoneTx lists the places that a session lost in moves, oldest first. A place may have come back since.
func GoneTx(ctx context.Context, tx db.Tx, session ids.ID) ([]Gone, error) {
	return goneOf(ctx, tx, session)
}

func goneOf(ctx context.Context, tx db.Tx, session ids.ID) (list []Gone, err error) {
	rows, err := tx.QueryContext(ctx, "select plan_id, gone from inventory.reseat where tenant_id = ? and session_id = ? order by event", tx.Scope.Tenant, session)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g Gone
		if err := rows.Scan(&g.Plan, pgdialect.Array(&g.Seats)); err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, rows.Err()
}
