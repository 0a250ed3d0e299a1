package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/reporting/fact"
)

// ChannelView is a channel with how it stands.
type ChannelView struct {
	Channel
	Version      int
	Pending      int
	Parked       int
	OldestAt     *time.Time // when the oldest pending fact was recorded
	LastAt       *time.Time // when a message was last settled
	NextAt       *time.Time // not before, while it pauses
	Failures     int
	Blocked      string // why the regulator does not let the channel in
	BlockedSince *time.Time
}

// Channels lists ctx's tenant's channels with how they stand.
func (s *Service) Channels(ctx context.Context) ([]ChannelView, error) {
	out := []ChannelView{}
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, `select `+channelColumns+`, c.version, s.next_at, s.failures, s.blocked, s.blocked_since,
  (select count(*) from reporting.delivery d where d.tenant_id = c.tenant_id and d.channel = c.code and d.state in ('pending', 'sending')),
  (select count(*) from reporting.delivery d where d.tenant_id = c.tenant_id and d.channel = c.code and d.state = 'parked'),
  (select f.recorded_at from reporting.delivery d join reporting.fact f using (tenant_id, position)
     where d.tenant_id = c.tenant_id and d.channel = c.code and d.state in ('pending', 'sending') order by d.seq limit 1),
  (select max(m.settled_at) from reporting.message m where m.tenant_id = c.tenant_id and m.channel = c.code)
from reporting.channel c join reporting.channel_state s on s.tenant_id = c.tenant_id and s.channel = c.code
where c.tenant_id = ? order by c.code`, tx.Scope.Tenant)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var v ChannelView
			v.Channel, err = scanChannel(tx.Scope.Tenant, rows.Scan, &v.Version, &v.NextAt, &v.Failures, &v.Blocked, &v.BlockedSince,
				&v.Pending, &v.Parked, &v.OldestAt, &v.LastAt)
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return rows.Err()
	})
	return out, err
}

// Delivery is one fact on one channel.
type Delivery struct {
	Channel   string
	Seq       int64
	Position  int64
	State     string
	Code      string // the regulator's answer
	Text      string
	UpdatedAt time.Time
	FactID    ids.ID
	Kind      fact.Kind
	Venue     string
	Subject   string
	At        time.Time // when it happened
	MessageID ids.ID    // zero before the first sending
}

// Filter chooses deliveries; empty fields choose all.
type Filter struct {
	Channel string
	State   string
	Kind    string
	Subject string
}

type deliveryKey struct {
	Position int64  `json:"p"`
	Channel  string `json:"c"`
	Seq      int64  `json:"s"`
}

const deliveryColumns = "d.channel, d.seq, d.position, d.state, d.code, d.text, d.updated_at, f.id, f.kind, f.venue, f.subject, f.at, d.message_id"

func scanDelivery(scan func(...any) error, more ...any) (Delivery, error) {
	var d Delivery
	var kind string
	err := scan(append([]any{&d.Channel, &d.Seq, &d.Position, &d.State, &d.Code, &d.Text, &d.UpdatedAt, &d.FactID, &kind, &d.Venue, &d.Subject, &d.At, &d.MessageID}, more...)...)
	d.Kind = fact.Kind(kind)
	return d, err
}

// Deliveries lists deliveries, newest fact first.
func (s *Service) Deliveries(ctx context.Context, f Filter, r page.Request) (page.Page[Delivery], error) {
	var key deliveryKey
	more, err := r.After(&key)
	if err != nil {
		return page.Page[Delivery]{}, err
	}
	var out []Delivery
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, `select `+deliveryColumns+` from reporting.delivery d join reporting.fact f using (tenant_id, position)
where d.tenant_id = ? and (? = '' or d.channel = ?) and (? = '' or d.state = ?) and (? = '' or f.kind = ?) and (? = '' or f.subject = ?)
  and (not ? or (d.position, d.channel, d.seq) < (?, ?, ?))
order by d.position desc, d.channel desc, d.seq desc limit ?`, tx.Scope.Tenant, f.Channel, f.Channel, f.State, f.State, f.Kind, f.Kind, f.Subject, f.Subject,
			more, key.Position, key.Channel, key.Seq, r.Limit())
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			d, err := scanDelivery(rows.Scan)
			if err != nil {
				return err
			}
			out = append(out, d)
		}
		return rows.Err()
	})
	if err != nil {
		return page.Page[Delivery]{}, err
	}
	return page.Of(r, out, func(d Delivery) any { return deliveryKey{d.Position, d.Channel, d.Seq} }), nil
}

// Sending is one attempt of a message.
type Sending struct {
	Number    int
	StartedAt time.Time
	Deadline  time.Time
	EndedAt   *time.Time // of the last attempt of a sending only
	Class     string
	Code      string
	Text      string
}

// Decision is what a person decided about a parked delivery.
type Decision struct {
	Action string
	Reason string
	Actor  string
	NewSeq int64 // of the delivery that took its place; 0 if dropped
	At     time.Time
}

// DeliveryDetail is a delivery with all that is known of it.
type DeliveryDetail struct {
	Delivery
	Fact     json.RawMessage // its body
	Message  []byte          // the message that it went in, the last one
	Receipt  []byte          // the answer to it
	Records  int             // deliveries in that message
	Index    int             // this one's place in it
	Attempts []Sending
	Decision *Decision
}

// Delivery returns one delivery. Errors: ErrDelivery.
func (s *Service) Delivery(ctx context.Context, channel string, seq int64) (DeliveryDetail, error) {
	var out DeliveryDetail
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var body string
		row := tx.QueryRowContext(ctx, `select `+deliveryColumns+`, f.body from reporting.delivery d join reporting.fact f using (tenant_id, position)
where d.tenant_id = ? and d.channel = ? and d.seq = ?`, tx.Scope.Tenant, channel, seq)
		d, err := scanDelivery(row.Scan, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrDelivery
		}
		if err != nil {
			return err
		}
		out = DeliveryDetail{Delivery: d, Fact: json.RawMessage(body), Attempts: []Sending{}}
		if err := out.loadMessage(ctx, tx); err != nil {
			return err
		}
		return out.loadDecision(ctx, tx)
	})
	return out, err
}

func (d *DeliveryDetail) loadMessage(ctx context.Context, tx db.Tx) error {
	if d.MessageID.IsZero() {
		return nil
	}
	err := tx.QueryRowContext(ctx, "select bytes, receipt, cardinality(seqs), array_position(seqs, ?::bigint) - 1 from reporting.message where tenant_id = ? and id = ?",
		d.Seq, tx.Scope.Tenant, d.MessageID).Scan(&d.Message, &d.Receipt, &d.Records, &d.Index)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "select number, started_at, deadline, ended_at, class, code, text from reporting.attempt where tenant_id = ? and message_id = ? order by number",
		tx.Scope.Tenant, d.MessageID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a Sending
		if err := rows.Scan(&a.Number, &a.StartedAt, &a.Deadline, &a.EndedAt, &a.Class, &a.Code, &a.Text); err != nil {
			return err
		}
		d.Attempts = append(d.Attempts, a)
	}
	return rows.Err()
}

func (d *DeliveryDetail) loadDecision(ctx context.Context, tx db.Tx) error {
	var v Decision
	err := tx.QueryRowContext(ctx, "select action, reason, actor, coalesce(new_seq, 0), at from reporting.decision where tenant_id = ? and channel = ? and seq = ?",
		tx.Scope.Tenant, d.Channel, d.Seq).Scan(&v.Action, &v.Reason, &v.Actor, &v.NewSeq, &v.At)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	d.Decision = &v
	return err
}

// Unprojected is a fact that cannot be reported as it is.
type Unprojected struct {
	Source   string
	Position int64
	N        int
	Kind     fact.Kind
	Subject  string
	Problem  string
	Fields   []errs.Field
	At       time.Time
}

// Unprojected lists facts that could not be reported, newest first, at most 200.
func (s *Service) Unprojected(ctx context.Context) ([]Unprojected, error) {
	out := []Unprojected{}
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, "select source, position, n, kind, subject, problem, fields, at from reporting.unprojected where tenant_id = ? order by at desc, position desc, n limit 200",
			tx.Scope.Tenant)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var u Unprojected
			var kind, fields string
			if err := rows.Scan(&u.Source, &u.Position, &u.N, &kind, &u.Subject, &u.Problem, &fields, &u.At); err != nil {
				return err
			}
			u.Kind = fact.Kind(kind)
			if err := json.Unmarshal([]byte(fields), &u.Fields); err != nil {
				return err
			}
			out = append(out, u)
		}
		return rows.Err()
	})
	return out, err
}
