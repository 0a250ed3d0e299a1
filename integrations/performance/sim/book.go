package sim

import (
	"sort"
	"time"

	"parterre/integrations/performance"
	"parterre/modules/core/clock"
	"parterre/modules/core/money"
)

// ticket is what the platform knows of one ticket.
type ticket struct {
	session, order, channel, price string
	class                          string // public, complimentary, work
	seat                           string // "" where there is none
	amount, refunded               money.Fen
	refund                         string // refund number, "" while it is valid
	soldDay, refundDay, checkDay   clock.Day
	checkedAt                      string
	times                          int // how often the sale took effect: 1, or the platform counted twice
}

// dailyReport is the last accepted version of a session's day.
type dailyReport struct {
	record  performance.Record
	version int
	late    bool
	at      time.Time
}

type dayKey struct{ session, day string }

// book is all that the platform knows. Its methods are pure but for the book
// itself; the platform's lock guards it.
type book struct {
	p        *performance.Profile
	once     bool // repeated messages and records have one effect
	venues   map[string]performance.Record
	halls    map[string]performance.Record
	maps     map[string]performance.Record
	shows    map[string]performance.Record
	sessions map[string]performance.Record
	prices   map[string]performance.Record
	tickets  map[string]*ticket
	seats    map[string]string // session|area|row|seat -> ticket that holds it
	bySess   map[string][]*ticket
	daily    map[dayKey]*dailyReport
	effects  map[string]int // how often each increment took effect
}

func newBook(p *performance.Profile) *book {
	return &book{
		p: p, once: true,
		venues: map[string]performance.Record{}, halls: map[string]performance.Record{}, maps: map[string]performance.Record{},
		shows: map[string]performance.Record{}, sessions: map[string]performance.Record{}, prices: map[string]performance.Record{},
		tickets: map[string]*ticket{}, seats: map[string]string{}, bySess: map[string][]*ticket{}, daily: map[dayKey]*dailyReport{}, effects: map[string]int{},
	}
}

// problem is why a record is not taken, or a duplicate; the zero problem is none.
type problem struct{ code, msg string }

var duplicate = problem{performance.CodeDuplicate, "重复记录，已按成功处理"}

func unknown(what string) problem {
	return problem{performance.CodeUnknownCode, what + "未登记"}
}

// take checks one record and, if it is good, lets it take effect.
func (b *book) take(kind string, r performance.Record, at time.Time) problem {
	switch kind {
	case "VENUE":
		b.venues[r.Text("venueCode")] = r
	case "HALL":
		return b.hall(r)
	case "SEATMAP":
		return b.seatMap(r)
	case "SHOW":
		if _, ok := b.venues[r.Text("venueCode")]; !ok {
			return unknown("场馆编码")
		}
		b.shows[r.Text("showCode")] = r
	case "SESSION":
		return b.session(r)
	case "PRICE":
		if _, ok := b.sessions[r.Text("sessionCode")]; !ok {
			return unknown("场次编码")
		}
		b.prices[r.Text("sessionCode")+"/"+r.Text("priceCode")] = r
	case "SALE":
		return b.sale(r)
	case "REFUND":
		return b.refund(r)
	case "CHECKIN":
		return b.checkIn(r)
	case "DAILY":
		return b.takeDaily(r, at)
	default:
		return problem{performance.CodeSchema, "未知数据类型"}
	}
	return problem{}
}

func (b *book) hall(r performance.Record) problem {
	venue, hall := r.Text("venueCode"), r.Text("hallCode")
	if _, ok := b.venues[venue]; !ok {
		return unknown("场馆编码")
	}
	if hall[:len(venue)] != venue {
		return problem{performance.CodeUnknownCode, "厅编码与场馆编码不一致（PT-A）"}
	}
	b.halls[hall] = r
	return problem{}
}

func (b *book) seatMap(r performance.Record) problem {
	if _, ok := b.halls[r.Text("hallCode")]; !ok {
		return unknown("厅编码")
	}
	b.maps[r.Text("hallCode")] = r
	return problem{}
}

func (b *book) session(r performance.Record) problem {
	if _, ok := b.halls[r.Text("hallCode")]; !ok {
		return unknown("厅编码")
	}
	if _, ok := b.shows[r.Text("showCode")]; !ok {
		return unknown("项目编号")
	}
	code := r.Text("sessionCode")
	if date := r.Time("startTime").In(clock.Shanghai).Format("060102"); code[11:17] != date && r.Text("replaces") == "" {
		return problem{performance.CodeUnknownCode, "场次编码中的日期与开演日期不一致（PT-show）"}
	}
	b.sessions[code] = r
	return problem{}
}

func (b *book) sale(r performance.Record) problem {
	session, order := r.Text("sessionCode"), r.Text("orderNumber")
	if _, ok := b.sessions[session]; !ok {
		return unknown("场次编码")
	}
	if b.once {
		if p := b.saleTwice(r, session, order); p.code != "" {
			return p
		}
	}
	day := clock.BusinessDay(r.Time("soldAt"), 0)
	for _, t := range r.Rows("tickets") {
		code := t.Text("ticketCode")
		if old := b.tickets[code]; old != nil { // only without the safeguard
			old.times++
			continue
		}
		n := &ticket{
			session: session, order: order, channel: r.Text("channel"), price: t.Text("priceCode"), class: class(b.p, t),
			seat: seatKey(session, t), amount: t.Fen("amount"), soldDay: day, times: 1,
		}
		b.tickets[code] = n
		b.bySess[session] = append(b.bySess[session], n)
		if n.seat != "" {
			b.seats[n.seat] = code
		}
	}
	b.effects["SALE/"+session+"/"+order]++
	return problem{}
}

// saleTwice checks a sale against what was sold before: prices must be known,
// tickets new, seats free. The same sale again is a duplicate.
func (b *book) saleTwice(r performance.Record, session, order string) problem {
	known := 0
	rows := r.Rows("tickets")
	for _, t := range rows {
		code := t.Text("ticketCode")
		if len(code) <= len(session) || code[:len(session)] != session {
			return problem{performance.CodeUnknownCode, "票编码未以场次编码开头（PT-ticket）"}
		}
		if _, ok := b.prices[session+"/"+t.Text("priceCode")]; !ok {
			return unknown("票档")
		}
		if old := b.tickets[code]; old != nil {
			if old.order != order || old.amount != t.Fen("amount") {
				return problem{performance.CodeOther, "票编码已用于另一笔售票"}
			}
			known++
			continue
		}
		if holder := b.seats[seatKey(session, t)]; holder != "" {
			return problem{performance.CodeOther, "座位已售出，尚未退票"}
		}
	}
	switch known {
	case 0:
		return problem{}
	case len(rows):
		return duplicate
	}
	return problem{performance.CodeOther, "订单中部分票已上报"}
}

func seatKey(session string, t performance.Record) string {
	if t.Text("seat") == "" {
		return ""
	}
	return session + "|" + t.Text("area") + "|" + t.Text("row") + "|" + t.Text("seat")
}

func class(p *performance.Profile, t performance.Record) string {
	if t.Flag("publicSale") {
		return "public"
	}
	if c, _ := p.NameOf("ticketKind", t.Text("ticketKind")); c.Name == "complimentary" {
		return "complimentary"
	}
	return "work"
}

func (b *book) refund(r performance.Record) problem {
	session, number := r.Text("sessionCode"), r.Text("refundNumber")
	same := 0
	rows := r.Rows("tickets")
	for _, t := range rows {
		old := b.tickets[t.Text("ticketCode")]
		switch {
		case old == nil || old.session != session:
			return unknown("票编码")
		case old.refund == number && b.once:
			same++
		case old.refund != "" && b.once:
			return problem{performance.CodeOther, "该票已退"}
		case t.Fen("amount")+t.Fen("fee") != old.amount:
			return problem{performance.CodeTotals, "退款与手续费之和不等于票款"}
		}
	}
	if same == len(rows) {
		return duplicate
	}
	if same > 0 {
		return problem{performance.CodeOther, "退票单中部分票已上报"}
	}
	day := clock.BusinessDay(r.Time("refundedAt"), 0)
	for _, t := range rows {
		old := b.tickets[t.Text("ticketCode")]
		old.refund, old.refunded, old.refundDay = number, old.refunded+t.Fen("amount"), day
		if b.seats[old.seat] == t.Text("ticketCode") {
			delete(b.seats, old.seat)
		}
	}
	b.effects["REFUND/"+session+"/"+number]++
	return problem{}
}

func (b *book) checkIn(r performance.Record) problem {
	session := r.Text("sessionCode")
	same := 0
	rows := r.Rows("scans")
	for _, s := range rows {
		t := b.tickets[s.Text("ticketCode")]
		if t == nil || t.session != session {
			return unknown("票编码")
		}
		if t.checkedAt == s.Text("checkedAt") && b.once {
			same++
		}
	}
	if same == len(rows) {
		return duplicate
	}
	for _, s := range rows {
		t := b.tickets[s.Text("ticketCode")]
		if t.checkedAt == "" { // a second admission of the same ticket counts no second visitor
			t.checkedAt, t.checkDay = s.Text("checkedAt"), clock.BusinessDay(s.Time("checkedAt"), 0)
		}
		b.effects["CHECKIN/"+s.Text("ticketCode")+"/"+s.Text("checkedAt")]++
	}
	return problem{}
}

// sums are a session's figures as the increments say.
type sums struct {
	classes              map[string]*incrementSum
	byChannel, byPrice   map[string]*incrementSum // of public tickets
	checked              int
	valid, checkedTotals int
}

type incrementSum struct {
	Sold         int       `json:"sold"`
	SoldAmount   money.Fen `json:"soldAmount"`
	Refunded     int       `json:"refunded"`
	RefundAmount money.Fen `json:"refundAmount"`
}

func at(m map[string]*incrementSum, key string) *incrementSum {
	if m[key] == nil {
		m[key] = &incrementSum{}
	}
	return m[key]
}

// sum adds up a session's increments of one day.
func (b *book) sum(session string, day clock.Day) sums {
	s := sums{classes: map[string]*incrementSum{}, byChannel: map[string]*incrementSum{}, byPrice: map[string]*incrementSum{}}
	for _, t := range b.bySess[session] {
		into := []*incrementSum{}
		if t.soldDay == day || t.refundDay == day {
			into = append(into, at(s.classes, t.class))
			if t.class == "public" {
				into = append(into, at(s.byChannel, t.channel), at(s.byPrice, t.price))
			}
		}
		for _, m := range into {
			if t.soldDay == day {
				m.Sold += t.times
				m.SoldAmount += t.amount * money.Fen(t.times)
			}
			if t.refundDay == day {
				m.Refunded++
				m.RefundAmount += t.refunded
			}
		}
		if !day.Before(t.soldDay) && (t.refund == "" || day.Before(t.refundDay)) {
			s.valid++
		}
		if t.checkedAt != "" && !day.Before(t.checkDay) {
			s.checkedTotals++
			if t.checkDay == day {
				s.checked++
			}
		}
	}
	return s
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
