package checking

import (
	"strings"
	"testing"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
)

var (
	evening = time.Date(2026, 11, 23, 19, 30, 0, 0, clock.Shanghai)
	theNow  = ids.New()
)

func anySession() Session {
	return Session{ID: theNow, Title: "牡丹亭", Doors: evening.Add(-time.Hour), Starts: evening, Ends: evening.Add(150 * time.Minute), State: "closed", Approved: 100}
}

func anyTicket() Ticket {
	return Ticket{Code: "T1", Session: theNow, State: "valid", Bound: true, Persons: 1, Gate: "东门"}
}

// Each rule by itself, at its borders, and the order in which they are told.
func TestDecide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*Scan, *Session, *Ticket)
		want   Reason
	}{
		{"admitted", func(*Scan, *Session, *Ticket) {}, ""},
		{"other session", func(_ *Scan, _ *Session, k *Ticket) { k.Session = ids.New() }, OtherSession},
		{"other session before refunded", func(_ *Scan, _ *Session, k *Ticket) { k.Session, k.State = ids.New(), "refunded" }, OtherSession},
		{"cancelled", func(_ *Scan, s *Session, _ *Ticket) { s.State = "cancelled" }, Cancelled},
		{"refunded", func(_ *Scan, _ *Session, k *Ticket) { k.State = "refunded" }, Refunded},
		{"exchanged", func(_ *Scan, _ *Session, k *Ticket) { k.State = "exchanged" }, Refunded},
		{"void", func(_ *Scan, _ *Session, k *Ticket) { k.State = "void" }, Refunded},
		{"refunded before early", func(sc *Scan, s *Session, k *Ticket) { k.State, sc.ScannedAt = "refunded", s.Doors.Add(-time.Hour) }, Refunded},
		{"as the doors open", func(sc *Scan, s *Session, _ *Ticket) { sc.ScannedAt = s.Doors }, ""},
		{"just before the doors open", func(sc *Scan, s *Session, _ *Ticket) { sc.ScannedAt = s.Doors.Add(-time.Microsecond) }, TooEarly},
		{"at the end", func(sc *Scan, s *Session, _ *Ticket) { sc.ScannedAt = s.Ends }, ""},
		{"after the end", func(sc *Scan, s *Session, _ *Ticket) { sc.ScannedAt = s.Ends.Add(time.Microsecond) }, TooLate},
		{"another gate", func(sc *Scan, _ *Session, _ *Ticket) { sc.Gate = "西门" }, WrongPlace},
		{"its gate", func(sc *Scan, _ *Session, _ *Ticket) { sc.Gate = "东门" }, ""},
		{"a ticket for any gate", func(sc *Scan, _ *Session, k *Ticket) { sc.Gate, k.Gate = "西门", "" }, ""},
		{"nobody bound (RL-3)", func(_ *Scan, _ *Session, k *Ticket) { k.Bound = false }, Unbound},
	} {
		sc, s, k := Scan{ScannedAt: evening, Session: theNow}, anySession(), anyTicket()
		c.change(&sc, &s, &k)
		if got := decide(sc, s, k); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

var allReasons = []Reason{Unreadable, Forged, Unknown, OtherSession, WrongPlace, Refunded, Superseded, Unbound, AlreadyIn, TooEarly, TooLate, Full, Cancelled, NoPerson}

// RL-9: forged tickets and tickets for another place are reported apart, and
// both, like a full house, reach more than the one gate.
func TestAlarms(t *testing.T) {
	t.Parallel()
	want := map[Reason]bool{Forged: true, Full: true, WrongPlace: true}
	for _, r := range allReasons {
		if r.Alarm() != want[r] {
			t.Errorf("%s: alarm %v", r, r.Alarm())
		}
	}
	if Forged == WrongPlace || sentences[Forged] == sentences[WrongPlace] {
		t.Error("forged and wrong place are told alike (RL-9)")
	}
}

func TestEveryVerdictHasItsSentenceInBothLanguages(t *testing.T) {
	t.Parallel()
	if len(sentences) != len(allReasons)+1 {
		t.Errorf("%d sentences for %d reasons and the welcome", len(sentences), len(allReasons))
	}
	seen := map[string]Reason{}
	for _, r := range append([]Reason{""}, allReasons...) {
		zh, en := sentence(r, anyTicket(), &Earlier{At: evening, Gate: "", Device: "闸机 3"})
		if zh == "" || en == "" || strings.ContainsAny(zh+en, "{}") {
			t.Errorf("%q: %q / %q", r, zh, en)
		}
		if !strings.ContainsFunc(zh, func(c rune) bool { return c >= 0x4e00 && c <= 0x9fff }) {
			t.Errorf("%q: %q is not Chinese", r, zh)
		}
		if other, twice := seen[zh]; twice {
			t.Errorf("%q and %q say the same", r, other)
		}
		seen[zh] = r
	}
	if zh, _ := sentence(AlreadyIn, anyTicket(), &Earlier{At: evening, Device: "闸机 3"}); !strings.Contains(zh, "19:30:00") || !strings.Contains(zh, "闸机 3") {
		t.Errorf("the second scan does not learn when and where: %s", zh)
	}
	if zh, en := sentence(WrongPlace, anyTicket(), nil); !strings.Contains(zh, "东门") || !strings.Contains(en, "东门") {
		t.Errorf("the way is not shown: %s / %s", zh, en)
	}
}
