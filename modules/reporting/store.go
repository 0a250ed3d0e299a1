package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/reporting/fact"
)

// PG is the outbox of one tenant in PostgreSQL.
type PG struct {
	DB     *db.DB
	Tenant int32
}

var _ Store = PG{}

func (s PG) inTx(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	return s.DB.InTx(db.System(ctx, s.Tenant, "reporting"), fn)
}

func insertFact(ctx context.Context, tx db.Tx, f fact.Fact) error {
	if err := f.Check(); err != nil {
		return err
	}
	body, err := fact.EncodeBody(f.Body)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `with f as (
  insert into reporting.fact (tenant_id, id, language, kind, venue, subject, at, body, recorded_at, actor)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning tenant_id, position)
insert into reporting.inbox (tenant_id, position) select tenant_id, position from f`,
		tx.Scope.Tenant, f.ID, fact.Language, string(f.Body.Kind()), f.Body.Venue(), f.Body.Subject(), f.At.UTC(), string(body), tx.Now, tx.Scope.Actor.String())
	if db.IsUnique(err, "fact_id") {
		return ErrDuplicate
	}
	return err
}

// Sequence implements Store. Rows of a running or later transaction wait; rows
// whose transaction number lies beyond all that this cluster has given out are
// from before a restore and long committed.
func (s PG) Sequence(ctx context.Context) (int, error) {
	n := 0
	err := s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var mine bool
		if err := tx.QueryRowContext(ctx, "select pg_try_advisory_xact_lock(hashtext('reporting.sequence'), ?)", tx.Scope.Tenant).Scan(&mine); err != nil || !mine {
			return err
		}
		waiting, err := waitingFacts(ctx, tx)
		if err != nil || len(waiting) == 0 {
			return err
		}
		n = len(waiting)
		if err := number(ctx, tx, waiting); err != nil {
			return err
		}
		positions := make([]int64, len(waiting))
		for i, w := range waiting {
			positions[i] = w.position
		}
		_, err = tx.ExecContext(ctx, "delete from reporting.inbox where tenant_id = ? and position in (?)", tx.Scope.Tenant, bun.List(positions))
		return err
	})
	return n, err
}

type waitingFact struct {
	position    int64
	kind, venue string
}

func waitingFacts(ctx context.Context, tx db.Tx) ([]waitingFact, error) {
	rows, err := tx.QueryContext(ctx, `select i.position, f.kind, f.venue
from reporting.inbox i join reporting.fact f using (tenant_id, position)
where i.tenant_id = ? and (i.xid < pg_snapshot_xmin(pg_current_snapshot()) or i.xid >= pg_snapshot_xmax(pg_current_snapshot()))
order by i.xid < pg_snapshot_xmin(pg_current_snapshot()), i.xid, i.position limit 1000`, tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []waitingFact
	for rows.Next() {
		var w waitingFact
		if err := rows.Scan(&w.position, &w.kind, &w.venue); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// number gives facts their numbers on every channel that takes them, also on
// one that is switched off: what happens meanwhile waits for it. The channels' rows are locked by code, so that two never wait for each other.
func number(ctx context.Context, tx db.Tx, waiting []waitingFact) error {
	channels, err := loadChannels(ctx, tx)
	if err != nil {
		return err
	}
	for _, c := range channels {
		var positions []int64
		for _, w := range waiting {
			if c.Takes(fact.Kind(w.kind), w.venue) {
				positions = append(positions, w.position)
			}
		}
		if err := assign(ctx, tx, c.Code, positions); err != nil {
			return err
		}
	}
	return nil
}

// assign gives facts the next numbers of a channel, in their order.
func assign(ctx context.Context, tx db.Tx, channel string, positions []int64) error {
	if len(positions) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `with s as (
  update reporting.channel_state set next_seq = next_seq + ? where tenant_id = ? and channel = ? returning next_seq - ? as first)
insert into reporting.delivery (tenant_id, channel, seq, position, state, updated_at)
select ?, ?, s.first + p.n - 1, p.position, 'pending', ?
from s, unnest(?::bigint[]) with ordinality as p(position, n)`,
		len(positions), tx.Scope.Tenant, channel, len(positions), tx.Scope.Tenant, channel, tx.Now, pgdialect.Array(positions))
	return err
}

const channelColumns = "c.code, c.name, c.adapter, c.venues, c.kinds, c.settings, c.active"

func scanChannel(tenant int32, scan func(...any) error, more ...any) (Channel, error) {
	c := Channel{Tenant: tenant}
	var kinds []string
	var settings string
	dest := append([]any{&c.Code, &c.Name, &c.Adapter, pgdialect.Array(&c.Venues), pgdialect.Array(&kinds), &settings, &c.Active}, more...)
	if err := scan(dest...); err != nil {
		return c, err
	}
	c.Settings = json.RawMessage(settings)
	for _, k := range kinds {
		c.Kinds = append(c.Kinds, fact.Kind(k))
	}
	return c, nil
}

func loadChannels(ctx context.Context, tx db.Tx) ([]Channel, error) {
	rows, err := tx.QueryContext(ctx, "select "+channelColumns+" from reporting.channel c where c.tenant_id = ? order by c.code", tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Channel
	for rows.Next() {
		c, err := scanChannel(tx.Scope.Tenant, rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// free is the condition under which a worker may take a channel.
const free = `c.active and (s.owner in ('', ?) or s.lease_until < ?) and (s.next_at is null or s.next_at <= ?)
  and (exists (select from reporting.message m where m.tenant_id = s.tenant_id and m.channel = s.channel and m.state = 'open')
    or exists (select from reporting.delivery d where d.tenant_id = s.tenant_id and d.channel = s.channel and d.state = 'pending'))`

// Ready implements Store.
func (s PG) Ready(ctx context.Context, owner string, now time.Time) ([]string, error) {
	var out []string
	err := s.DB.View(db.System(ctx, s.Tenant, "reporting"), func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, `select s.channel from reporting.channel_state s join reporting.channel c on c.tenant_id = s.tenant_id and c.code = s.channel
where s.tenant_id = ? and `+free+` order by s.channel`, s.Tenant, owner, now, now)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var code string
			if err := rows.Scan(&code); err != nil {
				return err
			}
			out = append(out, code)
		}
		return rows.Err()
	})
	return out, err
}

// Take implements Store.
func (s PG) Take(ctx context.Context, channel, owner string, lease time.Duration, limit int) (*Job, error) {
	var job *Job
	err := s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		job = nil
		j := &Job{}
		var holder string
		row := tx.QueryRowContext(ctx, `select `+channelColumns+`, s.epoch, s.failures, s.owner
from reporting.channel_state s join reporting.channel c on c.tenant_id = s.tenant_id and c.code = s.channel
where s.tenant_id = ? and s.channel = ? and `+free+` for no key update of s skip locked`, s.Tenant, channel, owner, tx.Now, tx.Now)
		c, err := scanChannel(s.Tenant, row.Scan, &j.Epoch, &j.Failures, &holder)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		j.Channel = c
		if holder != owner {
			j.Epoch++
		}
		_, err = tx.ExecContext(ctx, "update reporting.channel_state set owner = ?, epoch = ?, lease_until = ? where tenant_id = ? and channel = ?",
			owner, j.Epoch, tx.Now.Add(lease), s.Tenant, channel)
		if err != nil {
			return err
		}
		if j.Open, err = openMessage(ctx, tx, channel); err != nil {
			return err
		}
		if j.Open == nil {
			if j.Items, err = headItems(ctx, tx, channel, limit); err != nil {
				return err
			}
		}
		job = j
		return nil
	})
	return job, err
}

func openMessage(ctx context.Context, tx db.Tx, channel string) (*Message, error) {
	var m Message
	var kind string
	err := tx.QueryRowContext(ctx, "select id, kind, seqs, bytes, attempts from reporting.message where tenant_id = ? and channel = ? and state = 'open'",
		tx.Scope.Tenant, channel).Scan(&m.ID, &kind, pgdialect.Array(&m.Seqs), &m.Bytes, &m.Attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // none open is an ordinary state
	}
	m.Kind = fact.Kind(kind)
	return &m, err
}

func headItems(ctx context.Context, tx db.Tx, channel string, limit int) ([]Numbered, error) {
	rows, err := tx.QueryContext(ctx, `select d.seq, d.solo, f.id, f.kind, f.at, f.body
from reporting.delivery d join reporting.fact f using (tenant_id, position)
where d.tenant_id = ? and d.channel = ? and d.state = 'pending' order by d.seq limit ?`, tx.Scope.Tenant, channel, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Numbered
	for rows.Next() {
		var n Numbered
		var kind, body string
		if err := rows.Scan(&n.Seq, &n.Solo, &n.Fact.ID, &kind, &n.Fact.At, &body); err != nil {
			return nil, err
		}
		if n.Fact.Body, err = fact.DecodeBody(fact.Kind(kind), []byte(body)); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// hold changes the channel's state if this job still holds it, else ErrLost.
func hold(ctx context.Context, tx db.Tx, job *Job, set string, args ...any) error {
	res, err := tx.ExecContext(ctx, "update reporting.channel_state set "+set+" where tenant_id = ? and channel = ? and epoch = ? and owner <> ''",
		append(args, tx.Scope.Tenant, job.Channel.Code, job.Epoch)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(ErrLost, err)
	}
	return nil
}

// Open implements Store.
func (s PG) Open(ctx context.Context, job *Job, m Message) error {
	return s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := hold(ctx, tx, job, "lease_until = ?", tx.Now.Add(leaseTime)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into reporting.message (tenant_id, id, channel, kind, seqs, bytes, state, opened_at)
values (?, ?, ?, ?, ?, ?, 'open', ?)`, s.Tenant, m.ID, job.Channel.Code, string(m.Kind), pgdialect.Array(m.Seqs), m.Bytes, tx.Now)
		if err != nil {
			return err
		}
		return change(ctx, tx, job.Channel.Code, "pending", len(m.Seqs), `update reporting.delivery set state = 'sending', message_id = ?, updated_at = ?
where tenant_id = ? and channel = ? and seq in (?) and state = 'pending'`, m.ID, tx.Now, s.Tenant, job.Channel.Code, bun.List(m.Seqs))
	})
}

// change runs an update that must hit want deliveries.
func change(ctx context.Context, tx db.Tx, channel, from string, want int, q string, args ...any) error {
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || int(n) != want {
		return errors.Join(errors.New("reporting: deliveries of "+channel+" are not all "+from), err)
	}
	return nil
}

// Park implements Store.
func (s PG) Park(ctx context.Context, job *Job, items []Change) error {
	return s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := hold(ctx, tx, job, "lease_until = ?", tx.Now.Add(leaseTime)); err != nil {
			return err
		}
		return applyChanges(ctx, tx, job.Channel.Code, "pending", items)
	})
}

func applyChanges(ctx context.Context, tx db.Tx, channel, from string, items []Change) error {
	for _, c := range items {
		err := change(ctx, tx, channel, from, 1, `update reporting.delivery set state = ?, solo = ?, code = ?, text = ?, updated_at = ?
where tenant_id = ? and channel = ? and seq = ? and state = ?`, c.State, c.Solo, c.Code, c.Text, tx.Now, tx.Scope.Tenant, channel, c.Seq, from)
		if err != nil {
			return err
		}
	}
	return nil
}

// Before implements Store.
func (s PG) Before(ctx context.Context, job *Job, m Message, a Attempt) error {
	return s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := hold(ctx, tx, job, "lease_until = ?", a.Deadline.Add(leaseTime)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into reporting.attempt (tenant_id, message_id, number, owner, started_at, deadline)
select ?, ?, ?, s.owner, ?, ? from reporting.channel_state s where s.tenant_id = ? and s.channel = ?`,
			s.Tenant, m.ID, a.Number, tx.Now, a.Deadline, s.Tenant, job.Channel.Code)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "update reporting.message set attempts = ? where tenant_id = ? and id = ?", a.Number, s.Tenant, m.ID)
		return err
	})
}

// Settle implements Store.
func (s PG) Settle(ctx context.Context, job *Job, m Message, o Outcome) error {
	return s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		st := Settle(m, o, job.Failures+1, tx.Now)
		failures, next := 0, &st.NextAt
		if st.NextAt.IsZero() {
			next = nil
		} else {
			failures = job.Failures + 1
		}
		err := hold(ctx, tx, job, "owner = '', lease_until = null, next_at = ?, failures = ?, blocked = ?, blocked_since = case when ? = '' then null else coalesce(blocked_since, ?) end",
			next, failures, st.Block, st.Block, tx.Now)
		if err != nil {
			return err
		}
		if err := applyChanges(ctx, tx, job.Channel.Code, "sending", st.Changes); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update reporting.attempt set ended_at = ?, class = ?, code = ?, text = ?
where tenant_id = ? and message_id = ? and number = (select attempts from reporting.message where tenant_id = ? and id = ?)`,
			tx.Now, string(o.Class), o.Code, o.Text, s.Tenant, m.ID, s.Tenant, m.ID)
		if err != nil {
			return err
		}
		settled := &tx.Now
		if st.Message == MessageOpen {
			settled = nil
		}
		_, err = tx.ExecContext(ctx, `update reporting.message set state = ?, code = ?, text = ?, receipt = coalesce(?, receipt), settled_at = ?
where tenant_id = ? and id = ?`, st.Message, o.Code, o.Text, nullBytes(o.Receipt), settled, s.Tenant, m.ID)
		return err
	})
}

func nullBytes(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// Release implements Store.
func (s PG) Release(ctx context.Context, job *Job) error {
	return s.inTx(ctx, func(ctx context.Context, tx db.Tx) error {
		return hold(ctx, tx, job, "owner = '', lease_until = null")
	})
}

func lockPosition(ctx context.Context, tx db.Tx, name string) (int64, error) {
	_, err := tx.ExecContext(ctx, "insert into reporting.projector (tenant_id, name, position, updated_at) values (?, ?, 0, ?) on conflict do nothing",
		tx.Scope.Tenant, name, tx.Now)
	if err != nil {
		return 0, err
	}
	var at int64
	err = tx.QueryRowContext(ctx, "select position from reporting.projector where tenant_id = ? and name = ? for update", tx.Scope.Tenant, name).Scan(&at)
	return at, err
}

func savePosition(ctx context.Context, tx db.Tx, name string, position int64) error {
	_, err := tx.ExecContext(ctx, "update reporting.projector set position = ?, updated_at = ? where tenant_id = ? and name = ?",
		position, tx.Now, tx.Scope.Tenant, name)
	return err
}

func insertUnprojected(ctx context.Context, tx db.Tx, source string, position int64, n int, f fact.Fact, e *errs.Error) error {
	fields, err := json.Marshal(append([]errs.Field{}, e.Fields...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into reporting.unprojected (tenant_id, source, position, n, kind, subject, problem, fields, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Scope.Tenant, source, position, n, string(f.Body.Kind()), f.Body.Subject(), e.Zh, string(fields), tx.Now)
	return err
}
