// Package report composes the reporting app: what happens in the suite becomes
// facts for the regulators, days are closed, and workers deliver.
package report

import (
	"context"
	"strings"
	"time"

	"parterre/modules/checking"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/venue"
)

// stateOf is a session's state in the words of the published language.
var stateOf = map[string]string{
	"created": "created", "scheduled": "on-sale-scheduled", "on_sale": "on-sale", "paused": "on-sale", "closed": "on-sale",
	"cancelled": "cancelled", "ended": "ended",
}

var showStateOf = map[string]string{"draft": "creating", "active": "created", "cancelled": "cancelled", "ended": "ended"}

// Published turns a show's or session's appearance or change into facts, in
// the transaction of the change. It fills show.Published.
func Published(ctx context.Context, tx db.Tx, sh show.Show, se *show.Session) error {
	if se == nil {
		return nil // without a session there is no venue to report for yet
	}
	v, h, err := venue.HallTx(ctx, tx, se.HallID)
	if err != nil {
		return err
	}
	list, err := sessionFacts(ctx, tx, v, h, sh, *se)
	if err != nil {
		return err
	}
	facts := make([]fact.Fact, len(list))
	for i, b := range list {
		facts[i] = fact.New(tx.Now, b)
	}
	return reporting.Append(ctx, tx, facts...)
}

func sessionFacts(ctx context.Context, tx db.Tx, v venue.Venue, h venue.Hall, sh show.Show, se show.Session) ([]fact.Body, error) {
	approval := sh.Approvals[se.ApprovalVersion-1]
	session := fact.Session{
		Code: se.Code.String(), ShowCode: showCode(sh.ID), HallCode: h.Code.String(), Start: se.StartsAt,
		Minutes: int(se.EndsAt.Sub(se.StartsAt) / time.Minute), ApprovedAudience: se.Audience, Seating: "seat",
		OneIDPerOrder: se.Rules.RealName.PerOrder, OneIDPerTicket: se.Rules.RealName.PerTicket, RealNameEntry: se.Rules.RealName.AtEntry, State: stateOf[se.State],
	}
	out := []fact.Body{
		fact.Venue{Code: v.Code.String(), Name: v.Name, Address: firstOf(v.Address, v.Name), Type: "theatre"},
		fact.Hall{VenueCode: v.Code.String(), Code: h.Code.String(), Name: h.Name},
		fact.Show{
			VenueCode: v.Code.String(), Code: showCode(sh.ID), Name: sh.Title, ApprovalNumber: approval.Number, Organiser: sh.Organiser,
			Performers: splitNames(sh.Performers), PerformanceType: sh.PerformanceType, State: showStateOf[sh.State],
		},
	}
	if se.MapID.IsZero() || se.State == "created" {
		return append(out, session), nil // prices are told when sales are opened or announced
	}
	l, err := ticketmap.LayoutTx(ctx, tx, se.ID)
	if err != nil {
		return nil, err
	}
	c := countPlaces(l)
	out[1] = fact.Hall{VenueCode: v.Code.String(), Code: h.Code.String(), Name: h.Name, Seats: c.all}
	session.MapVersion, session.Sellable = l.Map.Version, c.sellable
	if se.State == "on_sale" || se.State == "scheduled" {
		out = append(out, seatMap(h.Code.String(), l))
	}
	out = append(out, session)
	for _, z := range l.Map.Zones {
		out = append(out, fact.Price{
			SessionCode: se.Code.String(), Code: zoneCode(z.No), Name: z.Name, Amount: z.Price, Item: "single", Tickets: 1,
			PublicSale: z.Kind == "public" || z.Kind == "package",
		})
	}
	return out, nil
}

// places counts what a layout offers.
type placeCount struct{ all, sellable, held int }

func countPlaces(l *ticketmap.Layout) (c placeCount) {
	for _, s := range l.Seats {
		c.all++
		switch {
		case s.Buffer || s.Zone == 0:
		case s.Hold != "":
			c.held++
		default:
			c.sellable++
		}
	}
	for _, a := range l.Areas {
		c.all += int(a.Capacity)
		if a.Zone == 0 {
			continue
		}
		held := 0
		for _, n := range a.Held {
			held += int(n)
		}
		c.held += held
		c.sellable += int(a.Capacity) - held
	}
	return c
}

// seatMap lists the areas with their rows as printed.
func seatMap(hall string, l *ticketmap.Layout) fact.SeatMap {
	m := fact.SeatMap{HallCode: hall, Version: l.Map.Version}
	area := map[uint16]int{}
	row := map[[2]int32]int{}
	for _, s := range l.Seats {
		i, ok := area[s.Section]
		if !ok {
			i = len(m.Areas)
			area[s.Section] = i
			m.Areas = append(m.Areas, fact.Area{Code: zoneCode(int(s.Section)), Name: firstOf(s.SectionLabel, "-")})
		}
		at := [2]int32{int32(s.Section), s.Row}
		r, ok := row[at]
		if !ok {
			r = len(m.Areas[i].Rows)
			row[at] = r
			m.Areas[i].Rows = append(m.Areas[i].Rows, fact.Row{Name: firstOf(s.RowLabel, "-")})
		}
		m.Areas[i].Rows[r].Seats = append(m.Areas[i].Rows[r].Seats, s.Number)
	}
	return m
}

// showCode is the suite's own number of a production.
func showCode(id ids.ID) string { return strings.ReplaceAll(id.String(), "-", "") }

func zoneCode(no int) string {
	const digits = "0123456789"
	return "Z" + string([]byte{digits[no/1000%10], digits[no/100%10], digits[no/10%10], digits[no%10]})
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// splitNames reads performers as they are typed, parted by commas, 、 or ;.
func splitNames(s string) []string {
	out := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；/\n", r) })
	kept := out[:0]
	for _, n := range out {
		if n = strings.TrimSpace(n); n != "" {
			kept = append(kept, n)
		}
	}
	return kept
}

// Admitted turns an admission into a fact. It fills checking.Admitted.
func Admitted(ctx context.Context, tx db.Tx, s checking.Session, t checking.Ticket, method, gate string) error {
	se, err := show.SessionTx(ctx, tx, s.ID, false)
	if err != nil {
		return err
	}
	credential := map[string]string{"qr": "qr", "code": "manual", "idcard": "id-card", "rfid": "rfid"}[method]
	return reporting.Append(ctx, tx, fact.New(tx.Now, fact.CheckIn{
		SessionCode: se.Code.String(),
		Scans:       []fact.Scan{{TicketCode: t.Code, At: tx.Now, Gate: firstOf(gate, "-"), Credential: credential}},
	}))
}
