package reporting

import (
	"encoding/json"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/reporting/fact"
)

// Class says what an answer means for a delivery.
type Class string

// The classes.
const (
	Accepted Class = "accepted" // the regulator has it, once
	Refused  Class = "refused"  // it has it not and will not take it like this: parks for a person
	Renew    Class = "renew"    // it certainly has it not; compose a new message of the same facts
	Again    Class = "again"    // it certainly has it not; the same message later (busy)
	Unknown  Class = "unknown"  // nobody knows; the same message again, same id, same bytes
	Blocked  Class = "blocked"  // the channel itself is not let in (signature, clock, registration)
)

// States of deliveries and messages.
const (
	StatePending  = "pending"
	StateSending  = "sending"
	StateAccepted = "accepted"
	StateParked   = "parked"
	StateRequeued = "requeued" // a person sent it again: another delivery took its place
	StateDropped  = "dropped"  // a person decided that it is not sent

	MessageOpen     = "open"
	MessageAccepted = "accepted"
	MessagePartly   = "partly" // some of its deliveries were refused
	MessageRefused  = "refused"
	MessageRenewed  = "renewed" // certainly not taken; its deliveries go in new messages
)

// Channel is one registration with one regulator.
type Channel struct {
	Tenant   int32
	Code     string
	Name     string
	Adapter  string          // which Deliverer, such as "performance"
	Venues   []string        // 11-digit venue codes; none means all
	Kinds    []fact.Kind     // none means all
	Settings json.RawMessage // the adapter's own; secrets by name, never by value
	Active   bool
}

// Takes reports whether a fact belongs on the channel.
func (c Channel) Takes(kind fact.Kind, venue string) bool {
	return (len(c.Kinds) == 0 || contains(c.Kinds, kind)) && (len(c.Venues) == 0 || contains(c.Venues, venue))
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// Numbered is a fact with its number on a channel.
type Numbered struct {
	Seq  int64
	Solo bool // goes alone, since a message that it shared was refused as a whole
	Fact fact.Fact
}

// Message is what is sent: fixed from its first attempt to its answer.
type Message struct {
	ID       ids.ID
	Kind     fact.Kind
	Seqs     []int64 // the deliveries, in the order of the message's records
	Bytes    []byte
	Attempts int
}

// Item is what an answer says about one record of a message.
type Item struct {
	Index int // into Message.Seqs
	Class Class
	Code  string // the regulator's code, or the adapter's if it never left
	Text  string
}

// Outcome is how a sending ended. Items may set single records apart from Class.
type Outcome struct {
	Class   Class
	Code    string
	Text    string
	Items   []Item
	Receipt []byte // the answer's bytes, if there were any
	// Doubt says that an earlier sending of the message brought no answer: if it
	// is refused now, the regulator may have it nevertheless.
	Doubt bool
}

// Change is one delivery's new state.
type Change struct {
	Seq   int64
	State string
	Solo  bool
	Code  string
	Text  string
}

// Settlement is what an outcome makes of a message and its deliveries.
type Settlement struct {
	Message string // its new state; MessageOpen if it goes again
	Changes []Change
	NextAt  time.Time // not before; zero for at once
	Block   string    // reason shown on the channel, "" if it is not blocked
}

// Backoff is the pause after the n-th failure in a row (n from 1): 5 s doubling to 10 min.
func Backoff(n int) time.Duration {
	const first, most = 5 * time.Second, 10 * time.Minute
	if n > 7 {
		return most
	}
	return min(first<<max(n-1, 0), most)
}

// Settle decides what an outcome means. failures counts sendings in a row,
// this one included, that brought no answer for good.
func Settle(m Message, o Outcome, failures int, now time.Time) Settlement {
	switch o.Class {
	case Unknown, Again:
		return Settlement{Message: MessageOpen, NextAt: now.Add(Backoff(failures))}
	case Blocked:
		return Settlement{Message: MessageOpen, NextAt: now.Add(Backoff(failures)), Block: o.Code + " " + o.Text}
	case Renew:
		return Settlement{Message: MessageRenewed, Changes: all(m, StatePending, false, o), NextAt: now.Add(Backoff(failures))}
	case Refused:
		if len(m.Seqs) > 1 { // one bad record must not park the others
			return Settlement{Message: MessageRenewed, Changes: all(m, StatePending, true, o)}
		}
		if o.Doubt {
			o.Text += doubt
		}
		return Settlement{Message: MessageRefused, Changes: all(m, StateParked, false, o)}
	case Accepted:
		return settleItems(m, o, failures, now)
	}
	return Settlement{Message: MessageOpen, NextAt: now.Add(Backoff(failures))} // a class that is not known is no answer
}

// doubt is told to the person who decides about a parked delivery. Sending it
// again is safe: a platform knows a record that it has.
const doubt = "（此前一次发送未得到应答，对方可能已收到；重报是安全的）"

func all(m Message, state string, solo bool, o Outcome) []Change {
	out := make([]Change, len(m.Seqs))
	for i, s := range m.Seqs {
		out[i] = Change{Seq: s, State: state, Solo: solo, Code: o.Code, Text: o.Text}
	}
	return out
}

func settleItems(m Message, o Outcome, failures int, now time.Time) Settlement {
	s := Settlement{Message: MessageAccepted, Changes: all(m, StateAccepted, false, o)}
	refused := 0
	for _, it := range o.Items {
		if it.Index < 0 || it.Index >= len(m.Seqs) {
			continue
		}
		c := &s.Changes[it.Index]
		c.Code, c.Text = it.Code, it.Text
		switch it.Class {
		case Accepted:
		case Renew, Again:
			c.State, c.Solo = StatePending, true
			s.Message, s.NextAt = MessagePartly, now.Add(Backoff(failures))
		default:
			c.State = StateParked
			s.Message = MessagePartly
			refused++
		}
	}
	if refused == len(m.Seqs) {
		s.Message = MessageRefused
	}
	return s
}
