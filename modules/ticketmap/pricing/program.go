// Package pricing is the language of price rules: a program of ordered rules
// that says what each price zone (票档) of a session costs at a moment, from
// the time, the stock, the speed of sales, the channel and the seats, and never from the
// person who asks (RL-15): Facts, all that a rule can see, has no place for one.
//
//	p, err := pricing.Decode(raw)        // strict
//	report := p.Validate(zones)          // errors and warnings, each with its path
//	q, err := p.Evaluate(facts)          // the price and why, step by step
//	d, err := p.Decide(facts, sold)      // the same held back by the limits of a day
//	r := pricing.DryRun(...)             // played over recorded or generated sales
//
// The package is pure: no database, no clock, no floats, no randomness but from a
// seed. Money is whole 分. The same program and facts give the same price for ever, so any price of the
// past can be explained from its record.
package pricing

import (
	"time"

	"parterre/modules/core/money"
)

// Format and Version name the document that this build reads and writes.
const (
	Format  = "parterre.prices"
	Version = 1
)

// Limits of a document.
const (
	MaxBytes = 1 << 20
	MaxRules = 500
	MaxZones = 200
	MaxTimes = 100_000 // steps of a step effect
)

// Program says what the zones of a map cost. Zones that it does not name keep
// the price that was set by hand.
type Program struct {
	Format   string   `json:"format" enum:"parterre.prices"`
	Version  int      `json:"version" minimum:"1" maximum:"1"`
	Name     string   `json:"name" minLength:"1" maxLength:"100"`
	TimeZone string   `json:"timeZone,omitempty" maxLength:"60" doc:"IANA name for days and times of day; absent: Asia/Shanghai"`
	Rounding Rounding `json:"rounding"`
	Limits   Limits   `json:"limits"`
	Zones    []Zone   `json:"zones" minItems:"1" maxItems:"200"`
	Rules    []Rule   `json:"rules" maxItems:"500"`
}

// Rounding makes marked prices tidy.
type Rounding struct {
	To        money.Fen `json:"to" enum:"1,10,100,500,1000" doc:"Prices are multiples of this many fen: 100, 500 and 1000 are 1, 5 and 10 yuan"`
	Direction string    `json:"direction" enum:"nearest,up,down"`
}

// Limits keep surprises small. Zero is no limit.
type Limits struct {
	ChangesPerDay  int `json:"changesPerDay,omitempty" minimum:"0" maximum:"1440" doc:"Changes of a zone's price in one day of the time zone"`
	MovePermille   int `json:"movePermille,omitempty" minimum:"0" maximum:"1000" doc:"Farthest that one change may move a price, in thousandths of the price on sale"`
	MinutesBetween int `json:"minutesBetween,omitempty" minimum:"0" maximum:"10080" doc:"Least time between two changes of a zone"`
}

// Zone is one governed price zone. Base is fixed, or relative to another
// zone's base. Floor and cap are always kept; the cap is at most the price that was announced or approved.
type Zone struct {
	No    int       `json:"no" minimum:"1" maximum:"4095"`
	Base  money.Fen `json:"base,omitempty" minimum:"0" maximum:"999999999999" doc:"Price before any rule, fen; absent with relative"`
	Rel   *Relative `json:"relative,omitempty"`
	Floor money.Fen `json:"floor" minimum:"0" maximum:"999999999999"`
	Cap   money.Fen `json:"cap" minimum:"0" maximum:"999999999999"`
	// KindFloor is the least that a ticket of another kind than full costs.
	KindFloor money.Fen `json:"kindFloor,omitempty" minimum:"0" maximum:"999999999999" doc:"Floor of kinds other than full; absent: the floor times the kind's share"`
}

// Relative derives a base from another zone's: base × permille / 1000 + add.
type Relative struct {
	Zone     int       `json:"zone" minimum:"1" maximum:"4095"`
	Permille int       `json:"permille" minimum:"1" maximum:"100000"`
	Add      money.Fen `json:"add,omitempty" minimum:"-999999999999" maximum:"999999999999"`
}

// Rule applies its effect when all of its conditions hold. Rules go in order;
// each works on the price that the one before left.
type Rule struct {
	ID     string `json:"id" minLength:"1" maxLength:"40"`
	Name   string `json:"name" minLength:"1" maxLength:"100"`
	When   When   `json:"when"`
	Effect Effect `json:"effect"`
	Stop   bool   `json:"stop,omitempty" doc:"No later rule applies once this one did"`
}

// When are a rule's conditions; those that are absent hold always.
type When struct {
	Zones     []int      `json:"zones,omitempty" maxItems:"200" doc:"Zones it speaks of; absent: all of the program"`
	ZoneKinds []string   `json:"zoneKinds,omitempty" maxItems:"4" doc:"public, package, work, complimentary"`
	From      *time.Time `json:"from,omitempty"`
	Until     *time.Time `json:"until,omitempty" doc:"Not included"`
	Weekdays  []int      `json:"weekdays,omitempty" maxItems:"7" doc:"1 Monday to 7 Sunday, of the moment of sale"`
	Daily     *Daily     `json:"daily,omitempty" doc:"Time of day of the moment of sale"`
	ToShow    *Range     `json:"minutesToShow,omitempty" doc:"Minutes until the start"`
	Occupancy *Range     `json:"occupancyPermille,omitempty" doc:"Taken places of the zone in thousandths"`
	Velocity  *Velocity  `json:"velocity,omitempty"`
	Quality   *Range     `json:"qualityPermille,omitempty" doc:"Mean quality of the zone's seats: 0 best, 1000 worst of the hall"`
	Rows      *Range     `json:"rowBand,omitempty" doc:"Middle row of the zone, counted from the front of its section from 1"`
	Channels  []string   `json:"channels,omitempty" maxItems:"3" doc:"online, counter, agent"`
	Kinds     []string   `json:"ticketKinds,omitempty" maxItems:"20" doc:"Kinds of ticket; a full-price ticket is full"`
	Packages  []string   `json:"packages,omitempty" maxItems:"50" doc:"Codes of packages"`
}

// Range is min <= x < max; an absent end is open.
type Range struct {
	Min *int `json:"min,omitempty"`
	Max *int `json:"max,omitempty"`
}

// Daily is a window of the day, "HH:MM"; it may run over midnight.
type Daily struct {
	From  string `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	Until string `json:"until" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
}

// Velocity is tickets an hour, measured over the last minutes.
type Velocity struct {
	Window int `json:"windowMinutes" minimum:"1" maximum:"43200"`
	Min    int `json:"min,omitempty" minimum:"0" maximum:"1000000" doc:"Tickets an hour, at least"`
	Max    int `json:"max,omitempty" minimum:"0" maximum:"1000000" doc:"Tickets an hour, fewer than; 0 is open"`
}

// Effect changes the price.
type Effect struct {
	Kind     string    `json:"kind" enum:"set,add,percent,step"`
	Amount   money.Fen `json:"amount,omitempty" minimum:"-999999999999" maximum:"999999999999" doc:"set: the price; add and step: what is added (may be below zero)"`
	Permille int       `json:"permille,omitempty" minimum:"0" maximum:"100000" doc:"percent: the new price in thousandths of the one before; 1100 is 10 % more"`
	Step     *Step     `json:"step,omitempty" doc:"step: how often the amount is added"`
}

// Step adds the amount once for each full every above from.
type Step struct {
	Of    string `json:"of" enum:"occupancyPermille,ticketsPerHour,minutesToShow,qualityPermille" doc:"minutesToShow and qualityPermille (0 is best) count downwards from from"`
	From  int    `json:"from" minimum:"0" maximum:"10000000"`
	Every int    `json:"every" minimum:"1" maximum:"10000000"`
	Times int    `json:"times" minimum:"1" maximum:"100000" doc:"At most so many times"`
	// Window is for ticketsPerHour: the minutes over which it is measured.
	Window int `json:"windowMinutes,omitempty" minimum:"0" maximum:"43200"`
}

// Facts are all that a rule can see of a sale: the seats, the time, the stock,
// the channel. There is nothing of a person in them (RL-15).
type Facts struct {
	Zone     int         `json:"zone"`
	ZoneKind string      `json:"zoneKind"`
	Now      time.Time   `json:"now"`
	Starts   time.Time   `json:"starts"`
	Capacity int         `json:"capacity" doc:"Places of the zone that are offered"`
	Taken    int         `json:"taken" doc:"Of these, sold or being bought"`
	Sold     []SoldSince `json:"sold" doc:"Tickets sold in the last minutes, for each window of the program"`
	Quality  int         `json:"qualityPermille"`
	Row      int         `json:"row"`
	Channel  string      `json:"channel"`
	Kind     string      `json:"ticketKind"`
	Off      int         `json:"kindOffPermille,omitempty" doc:"By how many thousandths a ticket of this kind costs less than the full price before any rule"`
	Package  string      `json:"package,omitempty"`
}

// SoldSince is how many tickets were sold in the last minutes.
type SoldSince struct {
	Minutes int `json:"minutes"`
	Tickets int `json:"tickets"`
}

// Occupancy is the taken share in thousandths, rounded down.
func (f Facts) Occupancy() int {
	if f.Capacity <= 0 {
		return 0
	}
	return int(int64(f.Taken) * 1000 / int64(f.Capacity))
}

// PerHour is the speed of sales over a window, tickets an hour, rounded down.
func (f Facts) PerHour(window int) int {
	for _, s := range f.Sold {
		if s.Minutes == window && window > 0 {
			return int(int64(s.Tickets) * 60 / int64(window))
		}
	}
	return 0
}

// MinutesToShow is how long it is until the start, full minutes; below zero after it.
func (f Facts) MinutesToShow() int { return int(f.Starts.Sub(f.Now) / time.Minute) }

// Windows lists the minutes over which the program measures the speed of sales, each once.
func (p *Program) Windows() []int {
	var out []int
	seen := map[int]bool{}
	add := func(w int) {
		if w > 0 && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	for i := range p.Rules {
		if v := p.Rules[i].When.Velocity; v != nil {
			add(v.Window)
		}
		if s := p.Rules[i].Effect.Step; s != nil {
			add(s.Window)
		}
	}
	return out
}

func (p *Program) zone(no int) *Zone {
	for i := range p.Zones {
		if p.Zones[i].No == no {
			return &p.Zones[i]
		}
	}
	return nil
}

// Governs reports whether the program says what a zone costs.
func (p *Program) Governs(zone int) bool { return p.zone(zone) != nil }

// location of the program's days; Validate has seen that it exists.
func (p *Program) location() *time.Location {
	name := p.TimeZone
	if name == "" {
		name = "Asia/Shanghai"
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("CST", 8*3600)
	}
	return l
}
