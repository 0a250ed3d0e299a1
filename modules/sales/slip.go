package sales

import (
	"context"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/printing"
	"parterre/printing/escpos"
)

// Slip says what a receipt printer is to print of an order.
type Slip struct {
	Paper   escpos.Profile
	Lang    printing.Lang
	Tickets bool      // the valid tickets, a slip each; else the receipt
	Seat    int32     // one ticket only; 0 all
	Taken   money.Fen // cash that was given, for the change on the receipt; 0 exact
	Drawer  bool      // open the cash drawer first
}

// PrintSlip makes the ESC/POS job of an order. Errors: sales.order_not_found,
// sales.state when there is nothing to print, sales.amount when less was given
// than was paid.
func (s *Service) PrintSlip(ctx context.Context, order ids.ID, p Slip) ([]byte, error) {
	d, err := s.Detail(ctx, order)
	if err != nil {
		return nil, err
	}
	if !p.Tickets {
		return receipt(d, p)
	}
	o := printable{session: d.Session, show: d.Show, venue: d.Venue, hall: d.Hall, seats: d.Map, people: d.People, order: d.Order}
	var out []byte
	for _, t := range d.Tickets {
		if t.State != "valid" || p.Seat != 0 && t.Seat != p.Seat {
			continue
		}
		page, err := s.page(t, o)
		if err != nil {
			return nil, err
		}
		job, _, err := escpos.Ticket(page, p.Paper, p.Lang)
		if err != nil {
			return nil, err
		}
		out = append(out, job...)
	}
	if len(out) == 0 {
		return nil, ErrState
	}
	return out, nil
}

// receipt sums the order's places by zone and price. What was exchanged or
// refunded since is on the papers of those steps.
func receipt(d Detail, p Slip) ([]byte, error) {
	zone, err := time.LoadLocation(d.Venue.Zone)
	if err != nil {
		zone = clock.Shanghai
	}
	r := escpos.Receipt{
		Venue: d.Venue.Name, Title: d.Show.Title + " " + d.Session.StartsAt.In(zone).Format("01-02 15:04"), Order: d.Order.Number(), At: d.Order.CreatedAt.In(zone), OpenDrawer: p.Drawer,
		TotalFen: int64(d.Order.Amount),
	}
	at := map[[2]int64]int{}
	for _, l := range d.Order.Lines {
		z := d.Map.Places[l.Seat].Zone
		k := [2]int64{int64(z), int64(l.Price)}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(r.Lines), len(r.Lines)
			name := "票"
			if z < len(d.Map.Zones) && d.Map.Zones[z].Name != "" {
				name = d.Map.Zones[z].Name
			}
			r.Lines = append(r.Lines, escpos.ReceiptLine{Name: name})
		}
		r.Lines[i].Count, r.Lines[i].Fen = r.Lines[i].Count+1, r.Lines[i].Fen+int64(l.Price)
	}
	for _, x := range d.Payments {
		if x.State == "paid" {
			method := x.Provider
			if x.Scene == payment.Scan { // the provider is an account's code
				method = "scan"
			}
			r.Paid = append(r.Paid, escpos.ReceiptLine{Name: MethodName(method, p.Lang), Fen: int64(x.Amount)})
		}
	}
	if p.Taken > 0 {
		if p.Taken < d.Order.Amount || len(r.Paid) != 1 || d.Payments[0].Provider != "cash" {
			return nil, ErrAmount.At("query.taken")
		}
		r.Paid[0].Fen, r.ChangeFen = int64(p.Taken), int64(p.Taken-d.Order.Amount)
	}
	if len(r.Paid) == 0 && r.TotalFen > 0 {
		return nil, ErrState
	}
	job, _, err := r.Print(p.Paper, p.Lang)
	return job, err
}

// DrawerKick is the job that only opens the cash drawer (开钱箱), noted in the
// audit log with its reason: a drawer that opens without a sale is looked at.
func (s *Service) DrawerKick(ctx context.Context, reason string) ([]byte, error) {
	err := s.DB.InTx(db.WithReason(ctx, reason), func(ctx context.Context, tx db.Tx) error { return noteDrawer(ctx, tx) })
	if err != nil {
		return nil, err
	}
	b := escpos.New(escpos.Paper80)
	b.Drawer()
	job, _, err := b.Bytes()
	return job, err
}
