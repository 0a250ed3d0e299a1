package performance

import (
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// Map turns a fact into the record of its message type. It is pure; now only
// decides the late mark of daily reports. A word that the profile's tables do
// not know is an error that names the field: nothing is guessed.
func (p *Profile) Map(b fact.Body, now time.Time) (Record, error) {
	m := mapper{p: p}
	var r Record
	switch b := b.(type) {
	case fact.Venue:
		r = Record{"venueCode": b.Code, "name": b.Name, "address": b.Address, "venueType": m.code("venueType", "venueType", b.Type)}
	case fact.Hall:
		r = Record{"venueCode": b.VenueCode, "hallCode": b.Code, "name": b.Name, "seats": int64(b.Seats)}
	case fact.SeatMap:
		r = Record{"hallCode": b.HallCode, "mapVersion": int64(b.Version), "areas": areas(b.Areas)}
	case fact.Show:
		r = Record{
			"venueCode": b.VenueCode, "showCode": b.Code, "name": b.Name, "approvalNumber": b.ApprovalNumber,
			"organiser": b.Organiser, "performers": list(b.Performers), "performanceType": b.PerformanceType, "state": m.code("state", "state", b.State),
		}
	case fact.Session:
		r = m.session(b)
	case fact.Price:
		r = Record{
			"sessionCode": b.SessionCode, "priceCode": b.Code, "name": b.Name, "amount": fen(b.Amount),
			"itemType": m.code("itemType", "priceItem", b.Item), "tickets": int64(b.Tickets), "publicSale": flag(b.PublicSale),
		}
	case fact.Sale:
		r = m.sale(b)
	case fact.Refund:
		r = m.refund(b)
	case fact.CheckIn:
		r = m.checkIn(b)
	case fact.Daily:
		r = daily(b, now, p.Wire)
	default:
		return nil, ErrKind
	}
	return r, m.err
}

type mapper struct {
	p   *Profile
	err error
}

func (m *mapper) code(field, table, name string) string {
	v, ok := m.p.CodeOf(table, name)
	if !ok && m.err == nil {
		m.err = refuse(field, "the profile has no code for this value")
	}
	return v
}

func fen(f money.Fen) int64 { return int64(f) }

// list keeps an empty list from becoming a missing one.
func list(s []string) []string { return append([]string{}, s...) }

func set(r Record, name, value string) {
	if value != "" {
		r[name] = value
	}
}

func areas(in []fact.Area) []Record {
	out := make([]Record, len(in))
	for i, a := range in {
		rows := make([]Record, len(a.Rows))
		for j, r := range a.Rows {
			rows[j] = Record{"row": r.Name, "seats": list(r.Seats)}
		}
		out[i] = Record{"areaCode": a.Code, "name": a.Name, "rows": rows}
	}
	return out
}

func (m *mapper) session(b fact.Session) Record {
	r := Record{
		"sessionCode": b.Code, "showCode": b.ShowCode, "hallCode": b.HallCode, "mapVersion": int64(b.MapVersion),
		"startTime": Instant(b.Start), "minutes": int64(b.Minutes), "approvedAudience": int64(b.ApprovedAudience), "sellable": int64(b.Sellable),
		"seating": m.code("seating", "seating", b.Seating), "oneIdPerOrder": flag(b.OneIDPerOrder), "oneIdPerTicket": flag(b.OneIDPerTicket),
		"realNameEntry": flag(b.RealNameEntry), "state": m.code("state", "state", b.State),
	}
	set(r, "reason", b.Reason)
	set(r, "replaces", b.Replaces)
	return r
}

func (m *mapper) sale(b fact.Sale) Record {
	tickets := make([]Record, len(b.Tickets))
	for i, t := range b.Tickets {
		r := Record{
			"ticketCode": t.TicketCode, "priceCode": t.PriceCode, "ticketKind": m.code("tickets.ticketKind", "ticketKind", t.Kind),
			"publicSale": flag(t.PublicSale), "amount": fen(t.Amount), "area": t.Area, "medium": m.code("tickets.medium", "medium", t.Medium), "realName": flag(t.RealName),
		}
		set(r, "row", t.Row)
		set(r, "seat", t.Seat)
		tickets[i] = r
	}
	return Record{
		"sessionCode": b.SessionCode, "orderNumber": b.OrderNumber, "channel": b.Channel,
		"payment": m.code("payment", "payment", b.Payment), "soldAt": Instant(b.SoldAt), "tickets": tickets,
	}
}

func (m *mapper) refund(b fact.Refund) Record {
	tickets := make([]Record, len(b.Tickets))
	for i, t := range b.Tickets {
		tickets[i] = Record{"ticketCode": t.TicketCode, "amount": fen(t.Amount), "fee": fen(t.Fee)}
	}
	return Record{
		"sessionCode": b.SessionCode, "orderNumber": b.OrderNumber, "refundNumber": b.RefundNumber,
		"refundedAt": Instant(b.RefundedAt), "reason": m.code("reason", "refundReason", b.Reason), "tickets": tickets,
	}
}

func (m *mapper) checkIn(b fact.CheckIn) Record {
	scans := make([]Record, len(b.Scans))
	for i, s := range b.Scans {
		scans[i] = Record{
			"ticketCode": s.TicketCode, "checkedAt": Instant(s.At), "gate": s.Gate,
			"credential": m.code("scans.credential", "credential", s.Credential),
		}
	}
	return Record{"sessionCode": b.SessionCode, "scans": scans}
}

func movement(m fact.Movement) Record {
	return Record{"sold": int64(m.Sold), "soldAmount": fen(m.SoldAmount), "refunded": int64(m.Refunded), "refundAmount": fen(m.RefundAmount)}
}

func lines(in []fact.Line) []Record {
	out := make([]Record, len(in))
	for i, l := range in {
		out[i] = movement(l.Movement)
		out[i]["code"] = l.Code
	}
	return out
}

func daily(b fact.Daily, now time.Time, w Wire) Record {
	late := b.Late || now.After(w.Deadline(b.Day))
	return Record{
		"sessionCode": b.SessionCode, "day": b.Day.String(), "version": int64(b.Version), "late": flag(late),
		"sellable": int64(b.Sellable), "held": int64(b.Held), "public": movement(b.Public), "complimentary": movement(b.Complimentary),
		"work": movement(b.Work), "checked": int64(b.Checked), "valid": int64(b.Valid), "checkedTotal": int64(b.CheckedTotal),
		"byChannel": lines(b.ByChannel), "byPrice": lines(b.ByPrice),
	}
}

// Deadline is the instant by which a day's report must be in: at 12:00 of the
// next day, Shanghai time (PT-mgmt). The instant itself is still in time.
func (w Wire) Deadline(day clock.Day) time.Time {
	t, err := time.Parse("15:04", w.DailyDeadline)
	if err != nil {
		t, _ = time.Parse("15:04", "12:00")
	}
	return day.Add(1).Start(clock.Shanghai).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// Compose writes one report of facts of one kind. Facts that do not fit the
// tables come back as refused items, and then there are no bytes.
func (p *Profile) Compose(id ids.ID, now time.Time, items []reporting.Numbered) ([]byte, []reporting.Item) {
	var refused []reporting.Item
	records := make([]Record, len(items))
	kind := string(items[0].Fact.Body.Kind())
	for i, it := range items {
		r, err := p.Map(it.Fact.Body, now)
		if err == nil {
			_, err = p.Encode(kind, r)
		}
		if err != nil {
			refused = append(refused, reporting.Item{Index: i, Class: reporting.Refused, Code: "performance.field", Text: err.Error()})
		}
		records[i] = r
	}
	if len(refused) > 0 {
		return nil, refused
	}
	raw, err := p.EncodeReport(Record{
		"messageId": id.String(), "profile": p.Name, "type": kind,
		"sequence": items[0].Seq, "composedAt": Instant(now), "records": records,
	})
	if err != nil {
		return nil, []reporting.Item{{Index: 0, Class: reporting.Refused, Code: "performance.field", Text: err.Error()}}
	}
	return raw, nil
}
