package escpos

import (
	"strconv"
	"time"

	"parterre/printing"
	"parterre/printing/ticket"
)

// Ticket prints a ticket as a slip: what a gate needs large, the rest as a list,
// the code as the stored matrix (QR encoders of printers differ; the matrix does
// not).
func Ticket(t ticket.Ticket, p Profile, lang printing.Lang) ([]byte, []printing.Warning, error) {
	if err := t.Validate(); err != nil {
		return nil, nil, err
	}
	b := New(p)
	seat, facts, purchase := t.Facts(lang)
	b.Text("show", t.Show, Look{Align: Center, Bold: true, Tall: true, Wide: true})
	b.Text("subtitle", t.Subtitle, Look{Align: Center})
	b.Rule()
	b.Text("starts", ticket.Day(t.Starts, lang)+" "+ticket.Clock(t.Starts), Look{Bold: true, Tall: true})
	b.Text("venue", t.Venue+" "+t.Hall, Look{})
	b.Rule()
	for _, f := range seat {
		b.Pair("seat", f.Label, f.Value, true)
	}
	for _, f := range facts {
		b.Pair("facts", f.Label, f.Value, false)
	}
	b.Text("view", t.View, Look{Bold: true})
	b.Rule()
	side, _ := t.QR.Size() // Validate has seen that it is square
	module := min(p.Dots*2/3/(side+8), 8)
	if module < 3 {
		b.fail("qr", "printing.does_not_fit", "二维码内容过长，纸上的模块太小，无法可靠识读", "the code is too dense for this paper to be read reliably")
	}
	b.Raster(t.QR, module)
	b.Text("code", ticket.Groups(t.Code), Look{Align: Center})
	b.Rule()
	for _, f := range purchase {
		b.Pair("purchase", f.Label, f.Value, false)
	}
	if t.Organiser+t.Approval != "" {
		b.Text("organiser", t.Organiser+" "+t.Approval, Look{})
	}
	for _, rule := range append(append([]string{}, t.Refund...), t.Notes...) {
		b.Text("notes", "* "+rule, Look{})
	}
	b.Feed(3)
	b.Cut()
	return b.Bytes()
}

// Receipt is a counter sale as the buyer takes it home.
type Receipt struct {
	Venue, Title string
	Lines        []ReceiptLine
	TotalFen     int64
	Paid         []ReceiptLine // by means of payment; Count is not used
	ChangeFen    int64
	Order        string
	At           time.Time
	Operator     string
	Note         string
	OpenDrawer   bool
}

// ReceiptLine is one thing sold or paid; Fen is the line's sum in 分.
type ReceiptLine struct {
	Name  string
	Count int
	Fen   int64
}

var receiptLabels = map[string][2]string{
	"total": {"合计", "Total"}, "change": {"找零", "Change"}, "order": {"订单号", "Order"}, "at": {"时间", "Time"}, "operator": {"操作员", "Operator"},
}

// Print writes the receipt. The sum of the lines must be the total, and what was
// paid must be the total and the change.
func (r Receipt) Print(p Profile, lang printing.Lang) ([]byte, []printing.Warning, error) {
	b := New(p)
	var sum, paid int64
	for _, l := range r.Lines {
		sum += l.Fen
	}
	for _, l := range r.Paid {
		paid += l.Fen
	}
	if sum != r.TotalFen || paid != r.TotalFen+r.ChangeFen {
		b.fail("total", "printing.sum", "小票金额不平：明细、合计、实收、找零不一致", "the receipt does not add up: lines, total, paid and change disagree")
		return b.Bytes()
	}
	say := func(key string) string { return receiptLabels[key][lang] }
	money := func(fen int64) string { return ticket.Yuan(fen, false) }
	if r.OpenDrawer {
		b.Drawer()
	}
	b.Text("venue", r.Venue, Look{Align: Center, Bold: true, Tall: true})
	b.Text("title", r.Title, Look{Align: Center})
	b.Rule()
	for _, l := range r.Lines {
		b.Text("lines", l.Name, Look{})
		b.Pair("lines", "  x"+strconv.Itoa(l.Count), money(l.Fen), false)
	}
	b.Rule()
	b.Pair("total", say("total"), money(r.TotalFen), true)
	for _, l := range r.Paid {
		b.Pair("paid", l.Name, money(l.Fen), false)
	}
	if r.ChangeFen > 0 {
		b.Pair("change", say("change"), money(r.ChangeFen), true)
	}
	b.Rule()
	b.Pair("order", say("order"), r.Order, false)
	b.Pair("at", say("at"), r.At.Format("2006-01-02 15:04:05"), false)
	b.Pair("operator", say("operator"), r.Operator, false)
	b.Text("note", r.Note, Look{Align: Center})
	b.Feed(3)
	b.Cut()
	return b.Bytes()
}
