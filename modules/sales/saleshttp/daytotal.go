package saleshttp

import (
	"context"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// ByDay names a day.
type ByDay struct {
	Day clock.Day `path:"day" doc:"YYYY-MM-DD, Shanghai time"`
}

// DaySign is somebody's word for a day's sums as they stood then.
type DaySign struct {
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Shifts     int       `json:"shifts"`
	Cash       money.Fen `json:"cash"`
	Total      money.Fen `json:"total"`
	Difference int64     `json:"difference" doc:"fen"`
	Note       string    `json:"note"`
}

// DayTotal sums a day's shifts over all counters.
type DayTotal struct {
	Day        clock.Day           `json:"day"`
	Methods    []sales.ShiftMethod `json:"methods" doc:"Taken and given back by way of payment, over the closed shifts"`
	Cash       int64               `json:"cash" doc:"Cash taken less given back, fen"`
	Total      int64               `json:"total" doc:"By all means, fen"`
	Opening    money.Fen           `json:"opening" doc:"Floats"`
	Expected   int64               `json:"expected" doc:"Cash that should be in the drawers, fen"`
	Counted    money.Fen           `json:"counted"`
	Difference int64               `json:"difference" doc:"Counted less expected, fen"`
	Over       int                 `json:"over" doc:"Drawers with a difference"`
	Unsigned   int                 `json:"unsigned" doc:"Closed shifts that nobody else has signed"`
	Closed     []SaleShift         `json:"closed"`
	Open       []SaleShift         `json:"open" doc:"Not closed: in no sum"`
	Signed     []DaySign           `json:"signed"`
}

type (
	dayTotalOut struct{ Body DayTotal }
	signDayIn   struct {
		ByDay
		Body struct {
			Note string `json:"note,omitempty" maxLength:"500"`
		}
	}
)

func (h *handlers) dayTotals(api *httpx.API) {
	httpx.Register(api, op("dayTotal", "GET", "/day-totals/{day}", "A day's shifts over all counters", "sales.export"), func(ctx context.Context, in *ByDay) (*dayTotalOut, error) {
		d, err := h.Sales.DayTotal(ctx, in.Day)
		return &dayTotalOut{dayTotalOf(d)}, err
	})
	o := op("signDay", "POST", "/day-totals/{day}/sign", "Sign a day's sums", "day.close")
	o.Detail, o.Errors = "Refused with sales.day_open while shifts are open. Signing twice keeps the first.", []int{409}
	httpx.Register(api, o, func(ctx context.Context, in *signDayIn) (*dayTotalOut, error) {
		d, err := h.Sales.SignDay(ctx, in.Day, in.Body.Note)
		return &dayTotalOut{dayTotalOf(d)}, err
	})
}

func dayTotalOf(d sales.DayTotal) DayTotal {
	cash, all := d.Takings()
	out := DayTotal{
		Day: d.Day, Methods: append([]sales.ShiftMethod{}, d.Methods...), Cash: int64(cash), Total: int64(all), Opening: d.Opening, Expected: int64(d.Expected), Counted: d.Counted,
		Difference: int64(d.Difference), Over: d.Over, Unsigned: d.Unsigned, Closed: []SaleShift{}, Open: []SaleShift{}, Signed: []DaySign{},
	}
	for _, s := range d.Closed {
		out.Closed = append(out.Closed, shiftOf(s))
	}
	for _, s := range d.Open {
		out.Open = append(out.Open, shiftOf(s))
	}
	for _, s := range d.Signed {
		out.Signed = append(out.Signed, DaySign{s.By, s.At, s.Shifts, s.Cash, s.Total, int64(s.Difference), s.Note})
	}
	return out
}
