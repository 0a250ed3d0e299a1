// Package reportingtest makes coherent streams of facts for the tests of this
// module and of the regulators' adapters: what a small theatre reports, from a
// seed, with daily reports whose totals agree.
package reportingtest

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/money"
	"parterre/modules/reporting/fact"
)

// Codes of the small theatre.
const (
	Venue = "11010100101"
	Hall  = "1101010010101"
	Show  = "PRJ-1"
)

// World makes facts. It keeps a book of its own to build daily reports from,
// apart from any code under test.
type World struct {
	Now time.Time
	rng *rand.Rand

	session string
	serial  int
	orders  int
	tickets []*sold
	free    []int
}

type sold struct {
	code, channel, price string
	kind                 string
	public               bool
	amount               money.Fen
	seat                 int
	order                string
	day                  clock.Day
	refund               clock.Day
	back                 money.Fen
	checked              clock.Day
}

// NewWorld begins at now with a session that starts on the evening of that day.
func NewWorld(seed uint64, now time.Time) *World {
	w := &World{Now: now, rng: rand.New(rand.NewPCG(seed, 1))}
	w.session = Venue + now.In(clock.Shanghai).Format("060102") + "0001"
	for i := range 400 {
		w.free = append(w.free, i)
	}
	return w
}

// Session is the session's code.
func (w *World) Session() string { return w.session }

// Base returns the facts that a platform must know before any sale.
func (w *World) Base() []fact.Fact {
	rows := []fact.Row{}
	for r := 1; r <= 20; r++ {
		row := fact.Row{Name: fmt.Sprint(r)}
		for s := 1; s <= 20; s++ {
			row.Seats = append(row.Seats, fmt.Sprint(s))
		}
		rows = append(rows, row)
	}
	start := clock.DayOf(w.Now, clock.Shanghai).Start(clock.Shanghai).Add(19*time.Hour + 30*time.Minute)
	return []fact.Fact{
		fact.New(w.Now, fact.Venue{Code: Venue, Name: "样例剧院", Address: "北京市东城区样例路 1 号", Type: "theatre"}),
		fact.New(w.Now, fact.Hall{VenueCode: Venue, Code: Hall, Name: "大剧场", Seats: 400}),
		fact.New(w.Now, fact.SeatMap{HallCode: Hall, Version: 1, Areas: []fact.Area{{Code: "A", Name: "池座", Rows: rows}}}),
		fact.New(w.Now, fact.Show{
			VenueCode: Venue, Code: Show, Name: "样例话剧", ApprovalNumber: "京演〔2026〕0001 号", Organiser: "样例剧院有限公司",
			Performers: []string{"样例剧团"}, PerformanceType: "1001", State: "on-sale",
		}),
		fact.New(w.Now, fact.Session{
			Code: w.session, ShowCode: Show, HallCode: Hall, MapVersion: 1, Start: start, Minutes: 120, ApprovedAudience: 400,
			Sellable: 380, Seating: "seat", OneIDPerTicket: true, RealNameEntry: true, State: "on-sale",
		}),
		fact.New(w.Now, fact.Price{SessionCode: w.session, Code: "A", Name: "280 元", Amount: 28000, Item: "single", Tickets: 1, PublicSale: true}),
		fact.New(w.Now, fact.Price{SessionCode: w.session, Code: "B", Name: "180 元", Amount: 18000, Item: "single", Tickets: 1, PublicSale: true}),
		fact.New(w.Now, fact.Price{SessionCode: w.session, Code: "Z", Name: "赠票", Item: "single", Tickets: 1}),
	}
}

// Next returns the next increment: mostly sales, some refunds and admissions.
func (w *World) Next() fact.Fact {
	switch n := w.rng.IntN(10); {
	case n >= 8:
		if f, ok := w.refund(); ok {
			return f
		}
	case n >= 6:
		if f, ok := w.checkIn(); ok {
			return f
		}
	}
	return w.sale()
}

func (w *World) today() clock.Day { return clock.BusinessDay(w.Now, 0) }

func (w *World) sale() fact.Fact {
	w.orders++
	b := fact.Sale{
		SessionCode: w.session, OrderNumber: fmt.Sprintf("ORD%06d", w.orders), Channel: []string{"counter", "online", "agent"}[w.rng.IntN(3)],
		Payment: "wechat", SoldAt: w.Now,
	}
	given := w.rng.IntN(8) == 0
	for range 1 + w.rng.IntN(4) {
		if len(w.free) == 0 {
			break
		}
		w.serial++
		i := w.rng.IntN(len(w.free))
		seat := w.free[i]
		w.free = append(w.free[:i], w.free[i+1:]...)
		t := &sold{code: fmt.Sprintf("%sT%06d", w.session, w.serial), channel: b.Channel, price: "A", kind: "full", public: true, amount: 28000, seat: seat, order: b.OrderNumber, day: w.today()}
		if seat >= 200 {
			t.price, t.amount = "B", 18000
		}
		if given {
			t.price, t.kind, t.public, t.amount = "Z", []string{"complimentary", "work"}[w.rng.IntN(2)], false, 0
		}
		w.tickets = append(w.tickets, t)
		b.Tickets = append(b.Tickets, fact.TicketSold{
			TicketCode: t.code, PriceCode: t.price, Kind: t.kind, PublicSale: t.public, Amount: t.amount,
			Area: "A", Row: fmt.Sprint(seat/20 + 1), Seat: fmt.Sprint(seat%20 + 1), Medium: "qr-dynamic", RealName: true,
		})
	}
	if given {
		b.Payment = "none"
	}
	return fact.New(w.Now, b)
}

func (w *World) valid() []*sold {
	var out []*sold
	for _, t := range w.tickets {
		if t.refund.IsZero() && t.checked.IsZero() {
			out = append(out, t)
		}
	}
	return out
}

func (w *World) refund() (fact.Fact, bool) {
	valid := w.valid()
	if len(valid) == 0 {
		return fact.Fact{}, false
	}
	t := valid[w.rng.IntN(len(valid))]
	fee, _ := t.amount.PerMille(100)
	t.refund, t.back = w.today(), t.amount-fee
	w.free = append(w.free, t.seat)
	w.serial++
	return fact.New(w.Now, fact.Refund{
		SessionCode: w.session, OrderNumber: t.order, RefundNumber: fmt.Sprintf("RF%06d", w.serial), RefundedAt: w.Now,
		Reason: "buyer", Tickets: []fact.TicketRefunded{{TicketCode: t.code, Amount: t.back, Fee: fee}},
	}), true
}

func (w *World) checkIn() (fact.Fact, bool) {
	valid := w.valid()
	if len(valid) == 0 {
		return fact.Fact{}, false
	}
	t := valid[w.rng.IntN(len(valid))]
	t.checked = w.today()
	return fact.New(w.Now, fact.CheckIn{SessionCode: w.session, Scans: []fact.Scan{{TicketCode: t.code, At: w.Now, Gate: "1", Credential: "qr"}}}), true
}

// Daily is the report of a day, without version and late mark.
func (w *World) Daily(day clock.Day) fact.Daily {
	d := fact.Daily{SessionCode: w.session, Day: day, Sellable: 380, Held: 20}
	channels, prices := map[string]fact.Movement{}, map[string]fact.Movement{}
	for _, t := range w.tickets {
		var m fact.Movement
		if t.day == day {
			m.Sold, m.SoldAmount = 1, t.amount
		}
		if t.refund == day {
			m.Refunded, m.RefundAmount = 1, t.back
		}
		switch fact.ClassOf(t.kind, t.public) {
		case fact.ClassPublic:
			d.Public = d.Public.Plus(m)
			channels[t.channel] = channels[t.channel].Plus(m)
			prices[t.price] = prices[t.price].Plus(m)
		case fact.ClassComplimentary:
			d.Complimentary = d.Complimentary.Plus(m)
		case fact.ClassWork:
			d.Work = d.Work.Plus(m)
		}
		if !day.Before(t.day) && (t.refund.IsZero() || day.Before(t.refund)) {
			d.Valid++
		}
		if !t.checked.IsZero() && !day.Before(t.checked) {
			d.CheckedTotal++
			if t.checked == day {
				d.Checked++
			}
		}
	}
	d.ByChannel, d.ByPrice = lines(channels), lines(prices)
	return d
}

func lines(m map[string]fact.Movement) []fact.Line {
	out := []fact.Line{}
	for k, v := range m {
		if v != (fact.Movement{}) {
			out = append(out, fact.Line{Code: k, Movement: v})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}
