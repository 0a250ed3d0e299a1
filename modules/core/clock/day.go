package clock

import (
	"database/sql/driver"
	"fmt"
	"time"

	"parterre/modules/core/errs"
)

// Day is a calendar or business day without a time or zone, "2026-11-23".
// The zero Day is invalid.
type Day struct {
	year  int16
	month uint8
	day   uint8
}

// ErrDay is the error of a text that is not a day.
var ErrDay = errs.New(errs.Invalid, "core.day", "日期不正确，应为 YYYY-MM-DD。", "The date must be a real day as YYYY-MM-DD.")

// ParseDay reads YYYY-MM-DD and refuses days that do not exist.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil || len(s) != 10 || t.Year() < 1900 || t.Year() > 9999 {
		return Day{}, ErrDay
	}
	return Day{int16(t.Year()), uint8(t.Month()), uint8(t.Day())}, nil
}

// DayOf returns the local calendar day of t in zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day{int16(y), uint8(m), uint8(d)}
}

// BusinessDay returns the business day of t for a day that begins at cutoff
// after midnight, Shanghai time (6 h for films: the instant 06:00 belongs to
// the new day; 0 for performances).
func BusinessDay(t time.Time, cutoff time.Duration) Day {
	return DayOf(t.Add(-cutoff), Shanghai)
}

// Start returns the first instant of the day in zone.
func (d Day) Start(zone *time.Location) time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, zone)
}

// Add returns the day n days later.
func (d Day) Add(n int) Day { return DayOf(d.Start(time.UTC).AddDate(0, 0, n), time.UTC) }

// Before reports whether d is earlier than o.
func (d Day) Before(o Day) bool { return d.Start(time.UTC).Before(o.Start(time.UTC)) }

// IsZero reports whether d is unset.
func (d Day) IsZero() bool { return d.month == 0 }

// String returns YYYY-MM-DD, "" for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	p, err := ParseDay(string(b))
	if err == nil {
		*d = p
	}
	return err
}

// Value implements driver.Valuer.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan implements sql.Scanner.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Day{}
		return nil
	case time.Time:
		*d = DayOf(v, v.Location())
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("clock: cannot scan %T as a day", src)
}
