package fact

import (
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/money"
)

// The tables in use in the trade (PT, "tables in use"); a value outside of
// them is refused where it is written, not at the platform.
var (
	VenueTypes   = []string{"theatre", "concert-hall", "arena", "stadium", "cinema", "livehouse", "temporary", "other"}
	Seatings     = []string{"none", "seat", "area"}
	States       = []string{"creating", "created", "on-sale-scheduled", "on-sale", "cancelled", "postponed", "ended"}
	PriceItems   = []string{"single", "package", "free-package"}
	Payments     = []string{"cash", "alipay", "wechat", "card", "transfer", "none"}
	Media        = []string{"paper", "qr-static", "qr-dynamic", "id-card", "sms", "rfid"}
	Credentials  = []string{"qr", "rfid", "id-card", "manual"}
	Reasons      = []string{"buyer", "cancelled", "postponed", "changed", "exchange", "void"}
	TicketKinds  = []string{"full", "package", "student", "child", "senior", "serviceman", "disabled", "companion", "member", "group", "early-bird", "public-benefit", "complimentary", "work", "press", "reserved"}
	privateKinds = []string{"complimentary", "work", "press", "reserved"}
)

// MaxRows is the most tickets or scans of one fact; more are several facts.
const MaxRows = 10_000

type checker struct{ list errs.List }

func (c *checker) add(path, why, zh, en string) { c.list.Add(path, "reporting."+why, zh, en, "") }

func (c *checker) digits(path, s string, n int) {
	ok := len(s) == n
	for i := 0; ok && i < len(s); i++ {
		ok = s[i] >= '0' && s[i] <= '9'
	}
	if !ok {
		c.add(path, "digits", "应为 "+strconv.Itoa(n)+" 位数字。", "It must be "+strconv.Itoa(n)+" digits.")
	}
}

// text asks for 1 to width bytes of printable UTF-8.
func (c *checker) text(path, s string, width int) {
	if s == "" {
		c.add(path, "empty", "不能为空。", "It must not be empty.")
		return
	}
	c.optional(path, s, width)
}

func (c *checker) optional(path, s string, width int) {
	if len(s) > width {
		c.add(path, "width", "超过 "+strconv.Itoa(width)+" 字节。", "It is longer than "+strconv.Itoa(width)+" bytes.")
	}
	if !utf8.ValidString(s) {
		c.add(path, "utf8", "不是有效的 UTF-8 文本。", "It is not UTF-8.")
		return
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			c.add(path, "control", "含有控制字符。", "It holds a control character.")
			return
		}
	}
}

func (c *checker) oneOf(path, s string, table []string) {
	if !slices.Contains(table, s) {
		c.add(path, "code", "代码不在代码表中。", "The code is not in its table.")
	}
}

func (c *checker) count(path string, n, low, high int) {
	if n < low || n > high {
		c.add(path, "range", "应在 "+strconv.Itoa(low)+" 与 "+strconv.Itoa(high)+" 之间。", "It must be "+strconv.Itoa(low)+" to "+strconv.Itoa(high)+".")
	}
}

func (c *checker) amount(path string, f money.Fen) {
	if f.Check() != nil {
		c.add(path, "amount", "金额超出范围。", "The amount is out of range.")
	}
}

func (c *checker) time(path string, t time.Time) {
	if t.Year() < 2000 || t.Year() > 2199 {
		c.add(path, "time", "时间缺失或超出范围。", "The time is missing or out of range.")
	}
}

func (c *checker) day(path string, d clock.Day) {
	if d.IsZero() {
		c.add(path, "day", "日期缺失。", "The day is missing.")
	}
}

func at(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i) + "]." + field
}

const maxSeats = 1_000_000

// Check implements Body.
func (v Venue) Check() error {
	var c checker
	c.digits("code", v.Code, 11)
	c.text("name", v.Name, 180)
	c.text("address", v.Address, 300)
	c.oneOf("type", v.Type, VenueTypes)
	return c.list.Err()
}

// Check implements Body. The hall code begins with its venue's (PT-A).
func (h Hall) Check() error {
	var c checker
	c.digits("venueCode", h.VenueCode, 11)
	c.hall("code", h.Code, h.VenueCode)
	c.text("name", h.Name, 120)
	c.count("seats", h.Seats, 0, maxSeats)
	return c.list.Err()
}

func (c *checker) hall(path, code, venue string) {
	c.digits(path, code, 13)
	if len(code) == 13 && len(venue) == 11 && code[:11] != venue {
		c.list.Add(path, "reporting.hall", "厅编码的前 11 位应为场馆编码。", "The first 11 digits must be the venue's code.", "PT-A")
	}
}

// Check implements Body.
func (m SeatMap) Check() error {
	var c checker
	c.digits("hallCode", m.HallCode, 13)
	c.count("version", m.Version, 1, 1_000_000)
	c.count("areas", len(m.Areas), 1, 1000)
	for i, a := range m.Areas {
		c.text(at("areas", i, "code"), a.Code, 20)
		c.text(at("areas", i, "name"), a.Name, 60)
		for j, r := range a.Rows {
			path := at("areas", i, "rows["+strconv.Itoa(j)+"]")
			c.text(path+".name", r.Name, 20)
			c.count(path+".seats", len(r.Seats), 1, 5000)
			for _, s := range r.Seats {
				c.text(path+".seats", s, 20)
			}
		}
	}
	return c.list.Err()
}

// Check implements Body.
func (s Show) Check() error {
	var c checker
	c.digits("venueCode", s.VenueCode, 11)
	c.text("code", s.Code, 40)
	c.text("name", s.Name, 300)
	c.text("approvalNumber", s.ApprovalNumber, 90)
	c.text("organiser", s.Organiser, 180)
	c.count("performers", len(s.Performers), 0, 100)
	for i, p := range s.Performers {
		c.text("performers["+strconv.Itoa(i)+"]", p, 90)
	}
	c.digits("performanceType", s.PerformanceType, 4)
	c.oneOf("state", s.State, States)
	return c.list.Err()
}

// Check implements Body.
func (s Session) Check() error {
	var c checker
	c.digits("code", s.Code, 21)
	c.text("showCode", s.ShowCode, 40)
	c.digits("hallCode", s.HallCode, 13)
	c.count("mapVersion", s.MapVersion, 0, 1_000_000)
	c.time("start", s.Start)
	c.count("minutes", s.Minutes, 1, 100_000)
	c.count("approvedAudience", s.ApprovedAudience, 1, maxSeats)
	c.count("sellable", s.Sellable, 0, maxSeats)
	c.oneOf("seating", s.Seating, Seatings)
	c.oneOf("state", s.State, States)
	c.optional("reason", s.Reason, 300)
	if s.Replaces != "" {
		c.digits("replaces", s.Replaces, 21)
	}
	return c.list.Err()
}

// Check implements Body.
func (p Price) Check() error {
	var c checker
	c.digits("sessionCode", p.SessionCode, 21)
	c.text("code", p.Code, 20)
	c.text("name", p.Name, 90)
	c.amount("amount", p.Amount)
	c.oneOf("item", p.Item, PriceItems)
	c.count("tickets", p.Tickets, 1, 100)
	return c.list.Err()
}

// Check implements Body. A kind that the public cannot buy is never on public sale.
func (s Sale) Check() error {
	var c checker
	c.digits("sessionCode", s.SessionCode, 21)
	c.text("orderNumber", s.OrderNumber, 40)
	c.text("channel", s.Channel, 20)
	c.oneOf("payment", s.Payment, Payments)
	c.time("soldAt", s.SoldAt)
	c.count("tickets", len(s.Tickets), 1, MaxRows)
	seen := make(map[string]bool, len(s.Tickets))
	for i, t := range s.Tickets {
		c.ticket(at("tickets", i, "ticketCode"), t.TicketCode, seen)
		c.text(at("tickets", i, "priceCode"), t.PriceCode, 20)
		c.oneOf(at("tickets", i, "kind"), t.Kind, TicketKinds)
		c.amount(at("tickets", i, "amount"), t.Amount)
		c.text(at("tickets", i, "area"), t.Area, 60)
		c.optional(at("tickets", i, "row"), t.Row, 20)
		c.optional(at("tickets", i, "seat"), t.Seat, 20)
		c.oneOf(at("tickets", i, "medium"), t.Medium, Media)
		if t.PublicSale && slices.Contains(privateKinds, t.Kind) {
			c.list.Add(at("tickets", i, "publicSale"), "reporting.public", "该票种不属于公开销售。", "Tickets of this kind are not on public sale.", "RL-2")
		}
	}
	return c.list.Err()
}

// ticket asks for a code of 1 to 50 characters 0-9A-Z (PT-ticket), once a fact.
func (c *checker) ticket(path, s string, seen map[string]bool) {
	ok := len(s) > 0 && len(s) <= 50
	for i := 0; ok && i < len(s); i++ {
		ok = s[i] >= '0' && s[i] <= '9' || s[i] >= 'A' && s[i] <= 'Z'
	}
	if !ok {
		c.list.Add(path, "reporting.ticket", "票编码应为 1 至 50 位数字或大写字母。", "The ticket code must be 1 to 50 digits or capital letters.", "PT-ticket")
	}
	if seen[s] {
		c.add(path, "twice", "同一票编码出现两次。", "The ticket code is there twice.")
	}
	seen[s] = true
}

// Check implements Body.
func (r Refund) Check() error {
	var c checker
	c.digits("sessionCode", r.SessionCode, 21)
	c.text("orderNumber", r.OrderNumber, 40)
	c.text("refundNumber", r.RefundNumber, 40)
	c.time("refundedAt", r.RefundedAt)
	c.oneOf("reason", r.Reason, Reasons)
	c.count("tickets", len(r.Tickets), 1, MaxRows)
	seen := make(map[string]bool, len(r.Tickets))
	for i, t := range r.Tickets {
		c.ticket(at("tickets", i, "ticketCode"), t.TicketCode, seen)
		c.amount(at("tickets", i, "amount"), t.Amount)
		c.amount(at("tickets", i, "fee"), t.Fee)
	}
	return c.list.Err()
}

// Check implements Body.
func (k CheckIn) Check() error {
	var c checker
	c.digits("sessionCode", k.SessionCode, 21)
	c.count("scans", len(k.Scans), 1, MaxRows)
	seen := make(map[string]bool, len(k.Scans))
	for i, s := range k.Scans {
		c.ticket(at("scans", i, "ticketCode"), s.TicketCode, seen)
		c.time(at("scans", i, "at"), s.At)
		c.text(at("scans", i, "gate"), s.Gate, 40)
		c.oneOf(at("scans", i, "credential"), s.Credential, Credentials)
	}
	return c.list.Err()
}

// Kind, Venue and Subject implement Body.
func (v Venue) Kind() Kind      { return KindVenue }
func (v Venue) Venue() string   { return v.Code }
func (v Venue) Subject() string { return v.Code }

func (h Hall) Kind() Kind      { return KindHall }
func (h Hall) Venue() string   { return h.VenueCode }
func (h Hall) Subject() string { return h.Code }

func (m SeatMap) Kind() Kind      { return KindSeatMap }
func (m SeatMap) Venue() string   { return prefix(m.HallCode) }
func (m SeatMap) Subject() string { return m.HallCode + "/" + strconv.Itoa(m.Version) }

func (s Show) Kind() Kind      { return KindShow }
func (s Show) Venue() string   { return s.VenueCode }
func (s Show) Subject() string { return s.Code }

func (s Session) Kind() Kind      { return KindSession }
func (s Session) Venue() string   { return prefix(s.Code) }
func (s Session) Subject() string { return s.Code }

func (p Price) Kind() Kind      { return KindPrice }
func (p Price) Venue() string   { return prefix(p.SessionCode) }
func (p Price) Subject() string { return p.SessionCode + "/" + p.Code }

func (s Sale) Kind() Kind      { return KindSale }
func (s Sale) Venue() string   { return prefix(s.SessionCode) }
func (s Sale) Subject() string { return s.OrderNumber }

func (r Refund) Kind() Kind      { return KindRefund }
func (r Refund) Venue() string   { return prefix(r.SessionCode) }
func (r Refund) Subject() string { return r.RefundNumber }

func (k CheckIn) Kind() Kind      { return KindCheckIn }
func (k CheckIn) Venue() string   { return prefix(k.SessionCode) }
func (k CheckIn) Subject() string { return k.SessionCode }

func (d Daily) Kind() Kind      { return KindDaily }
func (d Daily) Venue() string   { return prefix(d.SessionCode) }
func (d Daily) Subject() string { return d.SessionCode + "/" + d.Day.String() }

func prefix(code string) string { return code[:min(11, len(code))] }

var (
	_ Body = Venue{}
	_ Body = Hall{}
	_ Body = SeatMap{}
	_ Body = Show{}
	_ Body = Session{}
	_ Body = Price{}
	_ Body = Sale{}
	_ Body = Refund{}
	_ Body = CheckIn{}
	_ Body = Daily{}
)
