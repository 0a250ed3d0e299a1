// Package discount decides what a group of tickets costs less, and why
// (优惠与代金券). It is pure: the same input always gives the same answer.
//
// Rules stand in groups. Of a group in which the best counts, each ticket gets
// the one rule that takes most off; in a group where all count they are applied
// one after another, each to what the one before left. Groups come in their
// order; an exclusive group is taken alone or not at all, and of all ways that
// are allowed the cheapest for the buyer is chosen. Whatever is taken off is
// whole 分 and is divided over the tickets by largest remainder, so that the
// tickets' prices add up to what is paid and each can be refunded alone.
//
// A price depends on ticket kinds that are published, on place, time, channel
// and number, never on who the buyer is (RL-15).
package discount

import (
	"slices"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Effects.
const (
	Percent = "percent" // Permille of the price comes off
	Amount  = "amount"  // Amount comes off
	Fixed   = "fixed"   // it then costs Amount
)

// What an effect is for.
const (
	PerTicket = "ticket"
	PerOrder  = "order"
	PerSet    = "set" // each full set of Set tickets
)

// Rule is one discount.
type Rule struct {
	ID       ids.ID    `json:"id"`
	Name     string    `json:"name"`
	NameEn   string    `json:"nameEn"`
	Group    string    `json:"group"`
	Position int       `json:"position"` // order within the group
	Effect   string    `json:"effect" enum:"percent,amount,fixed"`
	Per      string    `json:"per" enum:"ticket,order,set"`
	Set      int       `json:"set,omitempty" minimum:"0" maximum:"1000" doc:"Tickets of a set"`
	Permille int       `json:"permille,omitempty" minimum:"0" maximum:"1000"`
	Amount   money.Fen `json:"amount,omitempty" minimum:"0" doc:"Fen"`
	Floor    money.Fen `json:"floor,omitempty" minimum:"0" doc:"No ticket gets below this, fen"`
	Code     bool      `json:"code,omitempty" doc:"Only with a voucher"`
	When     When      `json:"when"`
	Limit    Limit     `json:"limit"`
}

// When says to which tickets a rule applies. Empty lists are any.
type When struct {
	Kinds       []string   `json:"kinds,omitempty" maxItems:"50" doc:"Ticket kinds, such as student"`
	Channels    []string   `json:"channels,omitempty" maxItems:"3"`
	Sessions    []ids.ID   `json:"sessions,omitempty" maxItems:"500"`
	Shows       []ids.ID   `json:"shows,omitempty" maxItems:"500"`
	Zones       []int      `json:"zones,omitempty" maxItems:"200"`
	From        *time.Time `json:"from,omitempty" doc:"Sold from then on"`
	Until       *time.Time `json:"until,omitempty" doc:"Sold until then"`
	HoursBefore int        `json:"hoursBefore,omitempty" minimum:"0" maximum:"8760" doc:"Early bird: sold at least so long before the start"`
	MinCount    int        `json:"minCount,omitempty" minimum:"0" maximum:"1000" doc:"At least so many tickets that fit"`
	MinAmount   money.Fen  `json:"minAmount,omitempty" minimum:"0" doc:"They cost at least so much before this rule, fen"`
	MinAge      int        `json:"minAge,omitempty" minimum:"0" maximum:"150" doc:"Years on the day of the session, by the ticket's document"`
	MaxAge      int        `json:"maxAge,omitempty" minimum:"0" maximum:"150"`
}

// Limit bounds a rule. 0 is no limit.
type Limit struct {
	Tickets  int       `json:"tickets,omitempty" minimum:"0" maximum:"1000" doc:"Of one order; the dearest count"`
	Document int       `json:"document,omitempty" minimum:"0" maximum:"1000" doc:"Tickets per document, all orders together"`
	Orders   int       `json:"orders,omitempty" minimum:"0" maximum:"100000000" doc:"Orders in all"`
	Budget   money.Fen `json:"budget,omitempty" minimum:"0" doc:"Taken off in all, fen"`
}

// Group says how rules stand together.
type Group struct {
	ID        string `json:"id" pattern:"^[a-z0-9-]{1,40}$"`
	Name      string `json:"name" maxLength:"60"`
	NameEn    string `json:"nameEn" maxLength:"60"`
	Mode      string `json:"mode" enum:"best,all" doc:"best: one rule a ticket, the one that takes most off; all: one after another"`
	Exclusive bool   `json:"exclusive" doc:"Not together with any other group"`
	Position  int    `json:"position"`
}

// Ticket is one place that is bought.
type Ticket struct {
	List money.Fen
	Kind string
	Zone int
	Born *time.Time // by its document, if there is one
	Used map[ids.ID]int
	// Used counts, by rule, the tickets that its document had already.
}

// Sale is what is bought, and under which circumstances.
type Sale struct {
	Tickets  []Ticket
	Channel  string
	Session  ids.ID
	Show     ids.ID
	Now      time.Time
	StartsAt time.Time
	Codes    map[ids.ID]bool      // rules that a voucher allows
	Spent    map[ids.ID]money.Fen // of rules with a budget
	Orders   map[ids.ID]int       // of rules with a number of orders
}

// Off is what one rule took off one ticket.
type Off struct {
	Rule   ids.ID    `json:"rule"`
	Name   string    `json:"name"`
	NameEn string    `json:"nameEn"`
	Fen    money.Fen `json:"fen"`
}

// Line is one ticket's price with its reasons.
type Line struct {
	List money.Fen
	Paid money.Fen
	Off  []Off
}

// Why a rule does not apply. Codes are stable.
const (
	NoCode      = "code"         // needs a voucher
	NoChannel   = "channel"      // other channels
	NoSession   = "session"      // other sessions
	TooEarly    = "not_yet"      // begins later
	TooLate     = "over"         // has ended, or the early bird is over
	NoTicket    = "tickets"      // no ticket of the kind or zone
	NoAge       = "age"          // no document shows the age
	TooFew      = "min_count"    // not enough tickets
	TooLittle   = "min_amount"   // they cost too little
	NoBudget    = "budget"       // used up
	NoOrders    = "orders"       // used up
	DocumentOut = "document"     // the documents had theirs
	Beaten      = "beaten"       // another rule takes more off
	Excluded    = "excluded"     // does not stand together with what applies
	NothingLeft = "nothing_left" // the price is at its floor
)

// Not is a rule that does not apply, with the reason.
type Not struct {
	Rule   ids.ID `json:"rule"`
	Name   string `json:"name"`
	NameEn string `json:"nameEn"`
	Code   bool   `json:"code"`
	Why    string `json:"why"`
}

// Used is what a rule did in all.
type Used struct {
	Rule    ids.ID
	Fen     money.Fen
	Tickets []int // indexes
}

// Result is a sale's prices.
type Result struct {
	Lines []Line
	Used  []Used
	Not   []Not
}

// Total adds what is paid.
func (r Result) Total() (t money.Fen) {
	for _, l := range r.Lines {
		t += l.Paid
	}
	return t
}

// Apply prices a sale. rules are those in force; a rule of an unknown group
// stands in a group of its own where the best counts.
func Apply(s Sale, groups []Group, rules []Rule) Result {
	run := newRun(s, groups, rules)
	var best *attempt
	for _, set := range run.sets() {
		a := run.try(set)
		if best == nil || a.off() > best.off() {
			best = a
		}
	}
	return run.result(best)
}

// eligible lists the tickets to which a rule may apply now, or says why none.
func (s Sale) eligible(r Rule) ([]int, string) {
	w := r.When
	switch {
	case r.Code && !s.Codes[r.ID]:
		return nil, NoCode
	case len(w.Channels) > 0 && !slices.Contains(w.Channels, s.Channel):
		return nil, NoChannel
	case len(w.Sessions)+len(w.Shows) > 0 && !slices.Contains(w.Sessions, s.Session) && !slices.Contains(w.Shows, s.Show):
		return nil, NoSession
	case w.From != nil && s.Now.Before(*w.From):
		return nil, TooEarly
	case w.Until != nil && !s.Now.Before(*w.Until), w.HoursBefore > 0 && s.StartsAt.Sub(s.Now) < time.Duration(w.HoursBefore)*time.Hour:
		return nil, TooLate
	case r.Limit.Orders > 0 && s.Orders[r.ID] >= r.Limit.Orders:
		return nil, NoOrders
	case r.Limit.Budget > 0 && s.Spent[r.ID] >= r.Limit.Budget:
		return nil, NoBudget
	}
	var out []int
	why := NoTicket
	for i, t := range s.Tickets {
		switch {
		case len(w.Kinds) > 0 && !slices.Contains(w.Kinds, kindOf(t)), len(w.Zones) > 0 && !slices.Contains(w.Zones, t.Zone):
		case !w.fits(t.Born, s.StartsAt):
			why = NoAge
		case r.Limit.Document > 0 && t.Used[r.ID] >= r.Limit.Document:
			why = DocumentOut
		default:
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return nil, why
	}
	if len(out) < max(1, w.MinCount) || r.Per == PerSet && len(out) < r.Set {
		return nil, TooFew
	}
	return out, ""
}

func kindOf(t Ticket) string {
	if t.Kind == "" {
		return "full"
	}
	return t.Kind
}

// fits checks an age, which is that of the session's day.
func (w When) fits(born *time.Time, on time.Time) bool {
	if w.MinAge == 0 && w.MaxAge == 0 {
		return true
	}
	if born == nil {
		return false
	}
	age := on.Year() - born.Year()
	if on.Month() < born.Month() || on.Month() == born.Month() && on.Day() < born.Day() {
		age--
	}
	return age >= w.MinAge && (w.MaxAge == 0 || age <= w.MaxAge)
}
