package performance

import (
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/reporting"
)

// Answer is a decoded answer of the platform.
type Answer struct {
	Code      string
	Text      string
	MessageID string
	Accepted  int
	Rejected  []Rejected
	Raw       []byte
}

// Rejected is one record that the platform did not take.
type Rejected struct {
	Index int
	Code  string
	Text  string
}

// Phase is where a session stands.
type Phase uint8

// The phases of sending one message: one transmission at a time.
const (
	Idle    Phase = iota // nothing sent yet
	Waiting              // sent, waiting for the answer until Deadline
	Pausing              // no answer came; sending again at Deadline
	Done                 // finished; every later event is ignored
)

// Session sends one message under one id: stop and wait, Wire.Timeout for each
// answer, Wire.Resends repetitions with the same id and bytes. It is pure: Step
// takes an event and the time and returns the next session and what to do.
type Session struct {
	Wire     Wire
	Message  ids.ID
	Records  int  // records in the message
	Late     bool // the message carries the late mark already
	Phase    Phase
	Sent     int // transmissions of this session
	Before   int // transmissions of earlier sessions of the same message
	Deadline time.Time
	Doubt    bool // a transmission brought no readable answer
}

// Event is something that happened.
type Event interface{ event() }

// The events.
type (
	// Start begins the session.
	Start struct{}
	// Answered is an answer that could be read.
	Answered struct{ Answer Answer }
	// Lost is a transmission that ended without a readable answer.
	Lost struct{ Why string }
	// Tick is the passing of time.
	Tick struct{}
)

func (Start) event()    {}
func (Answered) event() {}
func (Lost) event()     {}
func (Tick) event()     {}

// Action is something to do.
type Action interface{ action() }

// The actions.
type (
	// Transmit sends the message; its answer is waited for until Deadline.
	Transmit struct {
		Attempt  int // over all sessions of the message, from 1
		Deadline time.Time
	}
	// Wait asks for a Tick at Until.
	Wait struct{ Until time.Time }
	// Finish ends the session.
	Finish struct{ Outcome reporting.Outcome }
)

func (Transmit) action() {}
func (Wait) action()     {}
func (Finish) action()   {}

// resendPause is how long after a broken connection the message goes again;
// after a silence it goes at once, since the time-out was pause enough.
const resendPause = 2 * time.Second

// Step is the state machine.
func (s Session) Step(e Event, now time.Time) (Session, []Action) {
	switch s.Phase {
	case Idle:
		if _, ok := e.(Start); ok {
			return s.transmit(now)
		}
	case Waiting:
		return s.waiting(e, now)
	case Pausing:
		if _, ok := e.(Tick); ok && !now.Before(s.Deadline) {
			return s.transmit(now)
		}
	case Done:
	}
	return s, nil
}

func (s Session) waiting(e Event, now time.Time) (Session, []Action) {
	switch e := e.(type) {
	case Answered:
		if e.Answer.MessageID != s.Message.String() {
			return s.again(now, resendPause, "the answer carries another message id")
		}
		o, why := s.classify(e.Answer)
		if why != "" {
			return s.again(now, resendPause, why)
		}
		return s.finish(o)
	case Lost:
		return s.again(now, resendPause, e.Why)
	case Tick:
		if !now.Before(s.Deadline) {
			return s.again(now, 0, "no answer came in time")
		}
	}
	return s, nil
}

func (s Session) transmit(now time.Time) (Session, []Action) {
	s.Phase, s.Deadline = Waiting, now.Add(s.Wire.Timeout())
	s.Sent++
	return s, []Action{Transmit{Attempt: s.Before + s.Sent, Deadline: s.Deadline}}
}

// again resends, or gives up as unknown once the resends are used up.
func (s Session) again(now time.Time, pause time.Duration, why string) (Session, []Action) {
	s.Doubt = true
	if s.Sent > s.Wire.Resends {
		return s.finish(reporting.Outcome{Class: reporting.Unknown, Text: why})
	}
	if pause == 0 {
		return s.transmit(now)
	}
	s.Phase, s.Deadline = Pausing, now.Add(pause)
	return s, []Action{Wait{Until: s.Deadline}}
}

func (s Session) finish(o reporting.Outcome) (Session, []Action) {
	s.Phase = Done
	o.Doubt = s.Doubt
	return s, []Action{Finish{o}}
}

// classify says what an answer means. why is set if it contradicts itself and
// therefore is no answer.
func (s Session) classify(a Answer) (o reporting.Outcome, why string) {
	o = reporting.Outcome{Class: s.class(a.Code), Code: a.Code, Text: a.Text, Receipt: a.Raw}
	if o.Class != reporting.Accepted {
		return o, ""
	}
	if a.Accepted+len(a.Rejected) != s.Records {
		return o, "the answer does not account for every record"
	}
	seen := map[int]bool{}
	for _, r := range a.Rejected {
		if r.Index >= s.Records || seen[r.Index] {
			return o, "the answer names a record that is not there, or one twice"
		}
		seen[r.Index] = true
		c := s.class(r.Code)
		if c == reporting.Blocked {
			c = reporting.Refused
		}
		o.Items = append(o.Items, reporting.Item{Index: r.Index, Class: c, Code: r.Code, Text: r.Text})
	}
	return o, ""
}

func (s Session) class(code string) reporting.Class {
	switch code {
	case CodeOK, CodeDuplicate:
		return reporting.Accepted
	case CodeSignature, CodeSkew, CodeUnknownApp:
		return reporting.Blocked
	case CodeBusy:
		return reporting.Again
	case CodeLate:
		if !s.Late { // composed before the deadline, arrived after it
			return reporting.Renew
		}
	}
	return reporting.Refused
}
