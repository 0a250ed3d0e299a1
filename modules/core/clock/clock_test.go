package clock

import (
	"testing"
	"time"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// OD-3.3: 06:00 to 06:00, that instant excluded.
func TestBusinessDayTurnsAtItsCutoff(t *testing.T) {
	for s, want := range map[string]string{
		"2026-11-07 05:59:59": "2026-11-06",
		"2026-11-07 06:00:00": "2026-11-07",
		"2026-11-07 06:00:01": "2026-11-07",
		"2026-03-01 00:30:00": "2026-02-28",
	} {
		if got := BusinessDay(at(s), 6*time.Hour).String(); got != want {
			t.Errorf("%s -> %s, want %s", s, got, want)
		}
	}
	if got := BusinessDay(at("2026-11-07 00:00:00"), 0).String(); got != "2026-11-07" {
		t.Error(got)
	}
}

func TestDayRefusesWhatDoesNotExist(t *testing.T) {
	for _, s := range []string{"2026-02-30", "2026-2-3", "26-02-03", "2026-02-03T", "", "0001-01-01"} {
		if _, err := ParseDay(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
	d, err := ParseDay("2028-02-28")
	if err != nil || d.Add(1).String() != "2028-02-29" || d.Add(2).String() != "2028-03-01" {
		t.Fatal(d, err)
	}
}

func TestSimWakesInOrderOfTime(t *testing.T) {
	s := NewSim(at("2026-11-23 19:30:00"))
	a, b := s.After(time.Hour), s.After(2*time.Hour)
	s.Advance(time.Hour)
	select {
	case <-a:
	default:
		t.Fatal("the first waiter sleeps on")
	}
	select {
	case <-b:
		t.Fatal("the second waiter woke too early")
	default:
	}
	if s.Set(at("2026-11-23 10:00:00")) {
		t.Fatal("a clock may not run backwards")
	}
	if !s.Set(at("2026-11-24 10:00:00")) {
		t.Fatal("forward is fine")
	}
	<-b
}
