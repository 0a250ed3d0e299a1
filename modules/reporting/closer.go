package reporting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
)

// Closer closes days by itself: at set times, and at start whatever was missed
// while nothing ran. It closes for every tenant and may run on several nodes:
// closing is idempotent and one at a time per tenant.
type Closer struct {
	Service *Service
	DB      *db.DB
	Log     *slog.Logger
	// Schedule are the times of a day, Shanghai time; default DefaultSchedule.
	Schedule []string
	// Back is how many days are looked back for missed ones; default 31.
	Back int
	// Done, if set, is told of each close, for Worker.Wake and for metrics.
	Done func(tenant int32, c DayClose)
}

// DefaultSchedule closes early, and once more before the deadline for what
// gates and agents sent later.
var DefaultSchedule = []string{"15 1 * * *", "0 6 * * *", "0 11 * * *", "40 11 * * *"}

// ParseSchedule checks cron specs. The cron library panics on some texts and
// accepts some that never come due; both are refused here.
func ParseSchedule(specs []string, now time.Time) ([]cron.Schedule, error) {
	out := make([]cron.Schedule, 0, len(specs))
	for _, spec := range specs {
		s, err := parseSpec(spec)
		if err == nil && s.Next(now).IsZero() {
			err = errors.New("it never comes due")
		}
		if err != nil {
			return nil, fmt.Errorf("reporting: schedule %q: %w", spec, err)
		}
		out = append(out, s)
	}
	return out, nil
}

func parseSpec(spec string) (s cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("it is not a cron spec")
		}
	}()
	if strings.Contains(spec, "TZ") {
		return nil, errors.New("it may not name a zone: times are of Shanghai")
	}
	return cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(spec)
}

// DueDays lists the days that should be closed at now: every ended day since
// last, which may be zero, at most back of them, oldest first. The last closed
// day is due again, for corrections.
func DueDays(last clock.Day, now time.Time, back int) []clock.Day {
	today := clock.BusinessDay(now, 0)
	first := today.Add(-back)
	if last.IsZero() {
		first = today.Add(-1)
	} else if first.Before(last) {
		first = last
	}
	var out []clock.Day
	for d := first; d.Before(today); d = d.Add(1) {
		out = append(out, d)
	}
	return out
}

// Run catches up, then closes by the schedule until ctx ends.
func (c *Closer) Run(ctx context.Context) error {
	specs := c.Schedule
	if len(specs) == 0 {
		specs = DefaultSchedule
	}
	schedules, err := ParseSchedule(specs, c.DB.Clock().Now())
	if err != nil {
		return err
	}
	for {
		if err := c.CatchUp(ctx); err != nil && ctx.Err() == nil {
			c.log().ErrorContext(ctx, "reporting: closing days failed", "error", err)
		}
		now := c.DB.Clock().Now().In(clock.Shanghai)
		next := schedules[0].Next(now)
		for _, s := range schedules[1:] {
			if n := s.Next(now); n.Before(next) {
				next = n
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.DB.Clock().After(next.Sub(now)):
		}
	}
}

func (c *Closer) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// CatchUp closes every due day of every tenant. One tenant's failure does not
// keep the others from theirs.
func (c *Closer) CatchUp(ctx context.Context) error {
	tenants, err := c.DB.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		err = errors.Join(err, c.tenant(db.System(ctx, t, "reporting.closer"), t))
	}
	return err
}

func (c *Closer) tenant(ctx context.Context, tenant int32) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reporting: closing days of tenant %d panicked: %v", tenant, r)
		}
	}()
	last, err := c.Service.LastClosed(ctx)
	if err != nil {
		return err
	}
	back := c.Back
	if back <= 0 {
		back = 31
	}
	for _, day := range DueDays(last, c.DB.Clock().Now(), back) {
		closed, err := c.Service.CloseDay(ctx, day)
		if err != nil {
			return fmt.Errorf("reporting: close %s of tenant %d: %w", day, tenant, err)
		}
		if c.Done != nil {
			c.Done(tenant, closed)
		}
	}
	return nil
}

// LastClosed is the newest day that was closed, zero if none was.
func (s *Service) LastClosed(ctx context.Context) (clock.Day, error) {
	var last sql.NullTime
	err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, "select max(day) from reporting.day_close where tenant_id = ?", tx.Scope.Tenant).Scan(&last)
	})
	if err != nil || !last.Valid {
		return clock.Day{}, err
	}
	return clock.DayOf(last.Time, time.UTC), nil
}
