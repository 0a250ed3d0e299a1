package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/reporting/fact"
)

// DayBooks builds the day's figures. Apps fill it from sales and checking.
type DayBooks interface {
	// Daily returns the report of every session that has something to report
	// for day: on sale, sold, refunded, checked or performed. Version and Late
	// are left zero. It must see only what was committed before tx began or by
	// tx itself.
	Daily(ctx context.Context, tx db.Tx, day clock.Day) ([]fact.Daily, error)
}

// SessionProblem is a session whose figures do not agree; it is not reported until
// they do.
type SessionProblem struct {
	SessionCode string       `json:"sessionCode"`
	Code        string       `json:"code"`
	Zh          string       `json:"zh"`
	En          string       `json:"en"`
	Fields      []errs.Field `json:"fields"`
}

// DayClose is what closing a day did.
type DayClose struct {
	Day      clock.Day        `json:"day"`
	At       time.Time        `json:"at"`
	Late     bool             `json:"late"`     // run after the deadline
	Sessions int              `json:"sessions"` // with something to report
	New      int              `json:"new"`      // reports made: first or newer versions
	Problems []SessionProblem `json:"problems"`
}

// Deadline is the instant by which a day's report must be in; the instant
// itself is in time.
func Deadline(day clock.Day, after time.Duration) time.Time {
	return day.Add(1).Start(clock.Shanghai).Add(after)
}

// CloseDay makes the daily reports of a day that has ended: one fact for every
// session whose figures are new or changed since the last version. Run again
// it makes nothing but corrections. A session whose totals differ is left out
// and told as a problem; the others go. Errors: ErrDay if the day has not ended.
func (s *Service) CloseDay(ctx context.Context, day clock.Day) (DayClose, error) {
	if s.ready != nil {
		if err := s.ready(ctx); err != nil {
			return DayClose{}, err
		}
	}
	var out DayClose
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if today := clock.BusinessDay(tx.Now, 0); !day.Before(today) {
			return ErrDay.With("day", day).At("day")
		}
		if _, err := tx.ExecContext(ctx, "select pg_advisory_xact_lock(hashtext('reporting.close'), ?)", tx.Scope.Tenant); err != nil {
			return err
		}
		reports, err := s.books.Daily(ctx, tx, day)
		if err != nil {
			return err
		}
		out = DayClose{Day: day, At: tx.Now, Late: tx.Now.After(Deadline(day, s.deadline)), Sessions: len(reports), Problems: []SessionProblem{}}
		for _, r := range reports {
			if err := s.closeSession(ctx, tx, r, &out); err != nil {
				return err
			}
		}
		return saveClose(ctx, tx, out)
	})
	return out, err
}

// closeSession makes one session's next version if it says something new.
func (s *Service) closeSession(ctx context.Context, tx db.Tx, r fact.Daily, out *DayClose) error {
	r.Day, r.ByChannel, r.ByPrice = out.Day, sorted(r.ByChannel), sorted(r.ByPrice)
	last, version, err := lastDaily(ctx, tx, r.SessionCode, out.Day)
	if err != nil {
		return err
	}
	r.Version, r.Late = version+1, out.Late
	if version > 0 && r.Same(last) {
		return nil
	}
	if err := r.Check(); err != nil {
		e, ok := errs.Of(err)
		if !ok {
			return err
		}
		out.Problems = append(out.Problems, SessionProblem{SessionCode: r.SessionCode, Code: ErrTotals.Code, Zh: e.Zh, En: e.En, Fields: e.Fields})
		return nil
	}
	f := fact.New(tx.Now, r)
	if err := Append(ctx, tx, f); err != nil {
		return err
	}
	out.New++
	return insertDaily(ctx, tx, f, r)
}

// sorted orders lines by code, so that the order in which books count makes no
// new version.
func sorted(lines []fact.Line) []fact.Line {
	out := append([]fact.Line{}, lines...)
	slices.SortFunc(out, func(a, b fact.Line) int { return strings.Compare(a.Code, b.Code) })
	return out
}

func lastDaily(ctx context.Context, tx db.Tx, session string, day clock.Day) (fact.Daily, int, error) {
	var body string
	err := tx.QueryRowContext(ctx, "select body from reporting.daily where tenant_id = ? and session_code = ? and day = ? order by version desc limit 1",
		tx.Scope.Tenant, session, day).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return fact.Daily{}, 0, nil
	}
	if err != nil {
		return fact.Daily{}, 0, err
	}
	b, err := fact.DecodeBody(fact.KindDaily, []byte(body))
	if err != nil {
		return fact.Daily{}, 0, err
	}
	d, _ := b.(fact.Daily)
	return d, d.Version, nil
}

func insertDaily(ctx context.Context, tx db.Tx, f fact.Fact, r fact.Daily) error {
	body, err := fact.EncodeBody(r)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into reporting.daily (tenant_id, session_code, day, version, late, fact_id, body, made_at, actor)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, r.SessionCode, r.Day, r.Version, r.Late, f.ID, string(body), tx.Now, tx.Scope.Actor.String())
	return err
}

func saveClose(ctx context.Context, tx db.Tx, c DayClose) error {
	problems, err := json.Marshal(c.Problems)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into reporting.day_close as d (tenant_id, day, first_at, last_at, sessions, problems) values (?, ?, ?, ?, ?, ?)
on conflict (tenant_id, day) do update set last_at = excluded.last_at, runs = d.runs + 1, sessions = excluded.sessions, problems = excluded.problems`,
		tx.Scope.Tenant, c.Day, tx.Now, tx.Now, c.Sessions, string(problems))
	return err
}
