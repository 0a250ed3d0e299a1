package report

import (
	"context"
	"slices"

	"parterre/modules/checking"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// Books makes a day's figures of every session from sales and checking. It
// fills reporting.DayBooks. A performance's business day is the calendar day
// in Shanghai.
type Books struct{}

var _ reporting.DayBooks = Books{}

// Daily implements reporting.DayBooks.
func (Books) Daily(ctx context.Context, tx db.Tx, day clock.Day) ([]fact.Daily, error) {
	from, to := day.Start(clock.Shanghai), day.Add(1).Start(clock.Shanghai)
	moved, err := sales.Movements(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	checked, err := checking.Admissions(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	list, err := show.OpenOn(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	which := make([]ids.ID, len(list))
	for i, se := range list {
		which[i] = se.ID
	}
	valid, err := sales.ValidAt(ctx, tx, which, to)
	if err != nil {
		return nil, err
	}
	var out []fact.Daily
	for _, se := range list {
		d, err := daily(ctx, tx, se, day, moved)
		if err != nil {
			return nil, err
		}
		d.Valid, d.CheckedTotal, d.Checked = valid[se.ID], checked[se.ID][0], checked[se.ID][1]
		out = append(out, d)
	}
	return out, nil
}

func daily(ctx context.Context, tx db.Tx, se show.Session, day clock.Day, moved []sales.Moved) (fact.Daily, error) {
	d := fact.Daily{SessionCode: se.Code.String(), Day: day, ByChannel: []fact.Line{}, ByPrice: []fact.Line{}}
	if !se.MapID.IsZero() {
		l, err := ticketmap.LayoutTx(ctx, tx, se.ID)
		if err != nil {
			return d, err
		}
		c := countPlaces(l)
		d.Sellable, d.Held = c.sellable, c.held
	}
	for _, m := range moved {
		if m.Session != se.ID {
			continue
		}
		move := fact.Movement{Sold: m.Sold, SoldAmount: m.SoldAmount, Refunded: m.Refunded, RefundAmount: m.RefundAmount}
		switch fact.ClassOf(m.Kind, true) {
		case fact.ClassComplimentary:
			d.Complimentary = d.Complimentary.Plus(move)
		case fact.ClassWork:
			d.Work = d.Work.Plus(move)
		default:
			d.Public = d.Public.Plus(move)
			d.ByChannel = addLine(d.ByChannel, m.Channel, move)
			d.ByPrice = addLine(d.ByPrice, firstOf(m.PackageCode(), zoneCode(m.Zone)), move)
		}
	}
	return d, nil
}

func addLine(lines []fact.Line, code string, m fact.Movement) []fact.Line {
	i := slices.IndexFunc(lines, func(l fact.Line) bool { return l.Code == code })
	if i < 0 {
		return append(lines, fact.Line{Code: code, Movement: m})
	}
	lines[i].Movement = lines[i].Movement.Plus(m)
	return lines
}
