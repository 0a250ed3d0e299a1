package fact

import (
	"strconv"

	"parterre/modules/core/money"
)

// Check implements Body: the form, and the control totals (PT, "checked before
// sending"): sales - refunds = sum by price = sum by channel = daily, and
// checked <= valid. A report whose totals differ is never sent.
func (d Daily) Check() error {
	var c checker
	c.digits("sessionCode", d.SessionCode, 21)
	c.day("day", d.Day)
	c.count("version", d.Version, 1, 1_000_000)
	c.count("sellable", d.Sellable, 0, maxSeats)
	c.count("held", d.Held, 0, maxSeats)
	c.count("checked", d.Checked, 0, maxSeats)
	c.count("valid", d.Valid, 0, maxSeats)
	c.count("checkedTotal", d.CheckedTotal, 0, maxSeats)
	c.movement("public", d.Public)
	c.movement("complimentary", d.Complimentary)
	c.movement("work", d.Work)
	c.lines("byChannel", d.ByChannel, d.Public)
	c.lines("byPrice", d.ByPrice, d.Public)
	if d.CheckedTotal > d.Valid {
		c.total("checkedTotal", d.CheckedTotal, d.Valid, "累计检票数大于有效票数", "more tickets were checked than are valid")
	}
	if d.Checked > d.CheckedTotal {
		c.total("checked", d.Checked, d.CheckedTotal, "当日检票数大于累计检票数", "the day's admissions are more than all admissions")
	}
	return c.list.Err()
}

func (c *checker) total(path string, got, want int, zh, en string) {
	g, w := strconv.Itoa(got), strconv.Itoa(want)
	c.list.Add(path, "reporting.totals", zh+"："+g+"，"+w+"。", en+": "+g+" and "+w+".", "PT-mgmt")
}

func (c *checker) movement(path string, m Movement) {
	c.count(path+".sold", m.Sold, 0, maxSeats)
	c.count(path+".refunded", m.Refunded, 0, maxSeats)
	c.amount(path+".soldAmount", m.SoldAmount)
	c.amount(path+".refundAmount", m.RefundAmount)
}

// lines checks that the movements of the lines add up to the day's, each
// figure for itself, so that errors which cancel out in the net are seen too.
func (c *checker) lines(path string, lines []Line, day Movement) {
	c.count(path, len(lines), 0, 10_000)
	var sum Movement
	seen := make(map[string]bool, len(lines))
	for i, l := range lines {
		c.text(at(path, i, "code"), l.Code, 20)
		c.movement(at(path, i, "movement"), l.Movement)
		if seen[l.Code] {
			c.add(at(path, i, "code"), "twice", "同一代码出现两次。", "The code is there twice.")
		}
		seen[l.Code] = true
		sum = sum.Plus(l.Movement)
	}
	if sum == day {
		return
	}
	text := sum.text()
	want := day.text()
	c.list.Add(path, "reporting.totals", "分项合计（"+text+"）与当日合计（"+want+"）不一致。",
		"The lines add up to "+text+" but the day says "+want+".", "PT-mgmt")
}

func (m Movement) text() string {
	return strconv.Itoa(m.Sold) + "/" + m.SoldAmount.String() + " - " + strconv.Itoa(m.Refunded) + "/" + m.RefundAmount.String()
}

// Plus adds two movements.
func (m Movement) Plus(o Movement) Movement {
	return Movement{m.Sold + o.Sold, m.SoldAmount + o.SoldAmount, m.Refunded + o.Refunded, m.RefundAmount + o.RefundAmount}
}

// Net is what was taken less what was given back: tickets and 分.
func (m Movement) Net() (tickets int, amount money.Fen) {
	return m.Sold - m.Refunded, m.SoldAmount - m.RefundAmount
}

// Same reports whether two reports of a session's day say the same, whatever
// their versions and late marks.
func (d Daily) Same(o Daily) bool {
	if len(d.ByChannel) != len(o.ByChannel) || len(d.ByPrice) != len(o.ByPrice) {
		return false
	}
	for i := range d.ByChannel {
		if d.ByChannel[i] != o.ByChannel[i] {
			return false
		}
	}
	for i := range d.ByPrice {
		if d.ByPrice[i] != o.ByPrice[i] {
			return false
		}
	}
	return d.SessionCode == o.SessionCode && d.Day == o.Day && d.Sellable == o.Sellable && d.Held == o.Held &&
		d.Public == o.Public && d.Complimentary == o.Complimentary && d.Work == o.Work &&
		d.Checked == o.Checked && d.Valid == o.Valid && d.CheckedTotal == o.CheckedTotal
}
