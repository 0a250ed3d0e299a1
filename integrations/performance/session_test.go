package performance_test

import (
	"testing"
	"time"

	"parterre/integrations/performance"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
)

var messageID = ids.MustParse("01930000-0000-7000-8000-000000000001")

func newSession(t *testing.T, records int) performance.Session {
	t.Helper()
	return performance.Session{Wire: loadProfile(t).Wire, Message: messageID, Records: records}
}

func loadProfile(t testing.TB) *performance.Profile {
	t.Helper()
	p, err := performance.LoadProfile(performance.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func answered(code string, accepted int, rejected ...performance.Rejected) performance.Answered {
	return performance.Answered{Answer: performance.Answer{Code: code, MessageID: messageID.String(), Accepted: accepted, Rejected: rejected}}
}

// finish runs a session with one answer and returns what came of it.
func finish(t *testing.T, s performance.Session, e performance.Event) (performance.Session, []performance.Action) {
	t.Helper()
	s, actions := s.Step(performance.Start{}, dbtest.Start)
	if _, ok := actions[0].(performance.Transmit); !ok || len(actions) != 1 {
		t.Fatalf("start: %v", actions)
	}
	return s.Step(e, dbtest.Start.Add(time.Second))
}

// PT interfaces: 60 s for an answer, three resends of the same message, then
// it is unknown.
func TestSilence(t *testing.T) {
	t.Parallel()
	s := newSession(t, 1)
	now := dbtest.Start
	s, actions := s.Step(performance.Start{}, now)
	for attempt := 1; ; attempt++ {
		tr, ok := actions[0].(performance.Transmit)
		if !ok {
			f, ok := actions[0].(performance.Finish)
			if !ok || f.Outcome.Class != reporting.Unknown || attempt != 5 {
				t.Fatalf("after %d sendings: %+v", attempt-1, actions)
			}
			return
		}
		if tr.Attempt != attempt || tr.Deadline != now.Add(60*time.Second) {
			t.Fatalf("sending %d: %+v", attempt, tr)
		}
		var early []performance.Action
		if s, early = s.Step(performance.Tick{}, tr.Deadline.Add(-time.Millisecond)); len(early) != 0 {
			t.Fatalf("acted before the time was over: %v", early)
		}
		now = tr.Deadline
		s, actions = s.Step(performance.Tick{}, now)
	}
}

// PT interfaces, table of answer codes: what each means for the delivery.
func TestAnswerCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]reporting.Class{
		"0000": reporting.Accepted, "1001": reporting.Blocked, "1002": reporting.Blocked, "1003": reporting.Blocked,
		"2001": reporting.Refused, "2002": reporting.Refused, "2003": reporting.Accepted, "2004": reporting.Refused,
		"2005": reporting.Renew, "3001": reporting.Again, "9999": reporting.Refused, "7777": reporting.Refused,
	} {
		_, actions := finish(t, newSession(t, 1), answered(code, 1))
		if f, ok := actions[0].(performance.Finish); !ok || f.Outcome.Class != want || f.Outcome.Doubt {
			t.Errorf("%s: %+v, want %s", code, actions, want)
		}
	}
	late := newSession(t, 1)
	late.Late = true // marked already: sending it anew would go round in circles
	_, actions := finish(t, late, answered("2005", 0))
	if f := actions[0].(performance.Finish); f.Outcome.Class != reporting.Refused {
		t.Errorf("2005 to a marked report: %+v", f)
	}
}

// Records are refused one by one; a duplicate among them is a success.
func TestPartialAnswer(t *testing.T) {
	t.Parallel()
	_, actions := finish(t, newSession(t, 4), answered("0000", 1, performance.Rejected{Index: 1, Code: "2002"},
		performance.Rejected{Index: 2, Code: "2003"}, performance.Rejected{Index: 3, Code: "3001"}))
	o := actions[0].(performance.Finish).Outcome
	if o.Class != reporting.Accepted || len(o.Items) != 3 || o.Items[0].Class != reporting.Refused || o.Items[1].Class != reporting.Accepted || o.Items[2].Class != reporting.Again {
		t.Fatalf("outcome: %+v", o)
	}
}

// What is not the answer to this message is not taken as one: another id, an
// answer that does not account for every record, records that are not there.
func TestNotAnAnswer(t *testing.T) {
	t.Parallel()
	other := answered("0000", 1)
	other.Answer.MessageID = ids.New().String()
	for name, e := range map[string]performance.Event{
		"another id":     other,
		"too few":        answered("0000", 0),
		"too many":       answered("0000", 2),
		"no such record": answered("0000", 0, performance.Rejected{Index: 1, Code: "2002"}),
		"broken":         performance.Lost{Why: "cut"},
	} {
		s, actions := finish(t, newSession(t, 1), e)
		w, ok := actions[0].(performance.Wait)
		if !ok || s.Phase != performance.Pausing {
			t.Errorf("%s: %+v", name, actions)
			continue
		}
		if s, actions = s.Step(performance.Tick{}, w.Until); s.Sent != 2 || len(actions) != 1 {
			t.Errorf("%s: not sent again: %+v", name, actions)
		}
	}
}

// A late or second answer changes nothing any more.
func TestAfterTheEnd(t *testing.T) {
	t.Parallel()
	s, _ := finish(t, newSession(t, 1), answered("0000", 1))
	for _, e := range []performance.Event{answered("9999", 0), performance.Tick{}, performance.Start{}, performance.Lost{}} {
		if next, actions := s.Step(e, dbtest.Start.Add(time.Hour)); next != s || len(actions) != 0 {
			t.Errorf("%T after the end: %v", e, actions)
		}
	}
}

// A refusal after a sending without an answer is told with its doubt.
func TestRefusalAfterDoubt(t *testing.T) {
	t.Parallel()
	s, _ := finish(t, newSession(t, 1), performance.Lost{Why: "cut"})
	s, _ = s.Step(performance.Tick{}, dbtest.Start.Add(time.Minute))
	_, actions := s.Step(answered("9999", 0), dbtest.Start.Add(time.Minute))
	o := actions[0].(performance.Finish).Outcome
	if !o.Doubt {
		t.Fatalf("outcome: %+v", o)
	}
	st := reporting.Settle(reporting.Message{Seqs: []int64{1}}, o, 1, dbtest.Start)
	if st.Changes[0].State != reporting.StateParked || len(st.Changes[0].Text) < 20 {
		t.Fatalf("settlement: %+v", st)
	}
}
