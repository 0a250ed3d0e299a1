package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/reporting/fact"
)

// Statuses of a day against its deadline.
const (
	DayOpen     = "open"     // it has not ended
	DayDue      = "due"      // ended, not closed or not yet all received; the deadline is ahead
	DayReceived = "received" // every report was taken by every channel in time
	DayLate     = "late"     // every report was taken, some after the deadline
	DayProblem  = "problem"  // a report cannot be made or was refused: a person is needed
	DayMissing  = "missing"  // the deadline has passed and something is not received
)

// DailyDelivery is where one report stands on one channel.
type DailyDelivery struct {
	Channel string    `json:"channel"`
	Seq     int64     `json:"seq"`
	State   string    `json:"state"`
	Code    string    `json:"code"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// SessionDay is one session's newest report of a day.
type SessionDay struct {
	Daily      fact.Daily      `json:"daily"`
	MadeAt     time.Time       `json:"madeAt"`
	Versions   int             `json:"versions"`
	Deliveries []DailyDelivery `json:"deliveries"`
}

// DayView is a day's reports with their totals and status.
type DayView struct {
	Day      clock.Day        `json:"day"`
	Deadline time.Time        `json:"deadline"`
	Status   string           `json:"status"`
	ClosedAt *time.Time       `json:"closedAt"` // first run
	LastRun  *time.Time       `json:"lastRunAt"`
	Runs     int              `json:"runs"`
	Sessions []SessionDay     `json:"sessions"`
	Totals   fact.Movement    `json:"totals"` // public sale over all sessions
	Checked  int              `json:"checked"`
	Problems []SessionProblem `json:"problems"`
}

// Day shows a day's reports of ctx's tenant.
func (s *Service) Day(ctx context.Context, day clock.Day) (DayView, error) {
	var v DayView
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v = DayView{Day: day, Deadline: Deadline(day, s.deadline), Sessions: []SessionDay{}, Problems: []SessionProblem{}}
		var problems string
		err := tx.QueryRowContext(ctx, "select first_at, last_at, runs, problems from reporting.day_close where tenant_id = ? and day = ?", tx.Scope.Tenant, day).
			Scan(&v.ClosedAt, &v.LastRun, &v.Runs, &problems)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if problems != "" {
			if err := json.Unmarshal([]byte(problems), &v.Problems); err != nil {
				return err
			}
		}
		if err := v.load(ctx, tx); err != nil {
			return err
		}
		v.judge(tx.Now)
		return nil
	})
	return v, err
}

func (v *DayView) load(ctx context.Context, tx db.Tx) error {
	rows, err := tx.QueryContext(ctx, `select r.body, r.made_at, r.version, d.channel, d.seq, d.state, d.code, d.text, d.updated_at
from (select distinct on (session_code) * from reporting.daily where tenant_id = ? and day = ? order by session_code, version desc) r
join reporting.fact f on f.tenant_id = r.tenant_id and f.id = r.fact_id
left join reporting.delivery d on d.tenant_id = f.tenant_id and d.position = f.position and d.state <> 'requeued'
order by r.session_code, d.channel, d.seq`, tx.Scope.Tenant, v.Day)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body string
		var s SessionDay
		var channel, state, code, text sql.NullString
		var seq sql.NullInt64
		var at sql.NullTime
		if err := rows.Scan(&body, &s.MadeAt, &s.Versions, &channel, &seq, &state, &code, &text, &at); err != nil {
			return err
		}
		b, err := fact.DecodeBody(fact.KindDaily, []byte(body))
		if err != nil {
			return err
		}
		s.Daily, _ = b.(fact.Daily)
		if n := len(v.Sessions); n == 0 || v.Sessions[n-1].Daily.SessionCode != s.Daily.SessionCode {
			s.Deliveries = []DailyDelivery{}
			v.Sessions = append(v.Sessions, s)
			v.Totals = v.Totals.Plus(s.Daily.Public)
			v.Checked += s.Daily.Checked
		}
		if channel.Valid {
			last := &v.Sessions[len(v.Sessions)-1]
			last.Deliveries = append(last.Deliveries, DailyDelivery{channel.String, seq.Int64, state.String, code.String, text.String, at.Time})
		}
	}
	return rows.Err()
}

// judge sets the status. A day without sessions that was closed is received:
// there was nothing to report.
func (v *DayView) judge(now time.Time) {
	open, bad, late := v.ClosedAt == nil, len(v.Problems) > 0, false
	for _, s := range v.Sessions {
		open = open || len(s.Deliveries) == 0
		for _, d := range s.Deliveries {
			switch d.State {
			case StateAccepted:
				late = late || d.At.After(v.Deadline)
			case StateParked:
				bad = true
			case StatePending, StateSending:
				open = true
			}
		}
	}
	switch {
	case v.Day.Add(1).Start(clock.Shanghai).After(now):
		v.Status = DayOpen
	case bad:
		v.Status = DayProblem
	case open && now.After(v.Deadline):
		v.Status = DayMissing
	case open:
		v.Status = DayDue
	case late:
		v.Status = DayLate
	default:
		v.Status = DayReceived
	}
}
