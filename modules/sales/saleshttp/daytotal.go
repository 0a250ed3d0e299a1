package saleshttp

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// ByDay names a day, of a venue or of all.
type ByDay struct {
	Day   clock.Day `path:"day" doc:"YYYY-MM-DD, Shanghai time"`
	Venue ids.ID    `query:"venue" doc:"Absent: all venues"`
}

// DaySign is somebody's word for a day's sums as they stood then.
type DaySign struct {
	By         string    `json:"by"`
	Name       string    `json:"name"`
	At         time.Time `json:"at"`
	Shifts     int       `json:"shifts"`
	Cash       money.Fen `json:"cash"`
	Total      money.Fen `json:"total"`
	Difference int64     `json:"difference" doc:"fen"`
	Note       string    `json:"note"`
	Current    bool      `json:"current" doc:"Of the sums as they stand; false: they have changed since"`
}

// DayTotal sums a day's shifts over all counters.
type DayTotal struct {
	Day        clock.Day           `json:"day"`
	Venue      *ids.ID             `json:"venue,omitempty" doc:"Absent: all venues"`
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
	Signed     []DaySign           `json:"signed" doc:"Who signed, who countersigned; also signatures of sums that have changed since"`
	State      string              `json:"state" enum:"open,half,signed" doc:"half: one of the two signatures is there"`
}

// DayLine is a day in the list of days to sign.
type DayLine struct {
	Day        clock.Day `json:"day"`
	State      string    `json:"state" enum:"open,half,signed"`
	Closed     int       `json:"closed" doc:"Shifts"`
	Open       int       `json:"open" doc:"Shifts that are not closed"`
	Total      int64     `json:"total" doc:"Takings by all means, fen"`
	Difference int64     `json:"difference" doc:"fen"`
	Names      []string  `json:"names" doc:"Who has signed the sums as they stand"`
}

type (
	dayTotalOut struct{ Body DayTotal }
	signDayIn   struct {
		ByDay
		Body struct {
			Login    string `json:"login,omitempty" maxLength:"64" doc:"Who signs on this screen; absent: the caller"`
			Password string `json:"password" minLength:"1" maxLength:"200" doc:"PIN or password of who signs"`
			Note     string `json:"note,omitempty" maxLength:"500"`
		}
	}
	daysIn struct {
		Until clock.Day `query:"until" required:"true" doc:"The last day, YYYY-MM-DD"`
		Days  int       `query:"days" minimum:"1" maximum:"62" default:"14" doc:"How many days are looked at"`
		Venue ids.ID    `query:"venue" doc:"Absent: all venues"`
	}
	daysOut struct {
		Body struct {
			Items []DayLine `json:"items"`
		}
	}
)

func (h *handlers) dayTotals(api *httpx.API) {
	httpx.Register(api, op("dayTotal", "GET", "/day-totals/{day}", "A day's shifts over all counters", "sales.export"), func(ctx context.Context, in *ByDay) (*dayTotalOut, error) {
		d, err := h.Sales.DayTotal(ctx, in.Day, in.Venue)
		return &dayTotalOut{dayTotalOf(d)}, err
	})
	httpx.Register(api, op("dayTotals", "GET", "/day-totals", "The latest days with shifts, and whether they are signed", "sales.export"), h.listDays)
	o := op("signDay", "POST", "/day-totals/{day}/sign", "Sign a day's sums by PIN or password; another person countersigns", "day.close")
	o.Detail, o.Errors = "Refused with sales.day_open while shifts are open, sales.day_twice for the person who signed, sales.day_signed when both have. Wrong PINs and passwords count and lock as at a sign-in.", []int{409, 429}
	httpx.Register(api, o, func(ctx context.Context, in *signDayIn) (*dayTotalOut, error) {
		d, err := h.Sales.SignDay(ctx, in.Day, in.Venue, sales.Second{Login: in.Body.Login, Password: in.Body.Password}, in.Body.Note)
		return &dayTotalOut{dayTotalOf(d)}, err
	})
	o = op("dayReport", "GET", "/day-totals/{day}/report.pdf", "A day's total as PDF (日结单), with lines for two signatures", "sales.export")
	o.Detail, o.Errors = "Query venue (absent: all) and lang zh (default) or en.", []int{404}
	api.Raw(o, h.dayPDF)
}

func (h *handlers) listDays(ctx context.Context, in *daysIn) (*daysOut, error) {
	list, err := h.Sales.DayTotals(ctx, in.Until, in.Days, in.Venue)
	if err != nil {
		return nil, err
	}
	out := &daysOut{}
	out.Body.Items = []DayLine{}
	for _, d := range list {
		_, all := d.Takings()
		line := DayLine{Day: d.Day, State: d.State(), Closed: len(d.Closed), Open: len(d.Open), Total: int64(all), Difference: int64(d.Difference), Names: []string{}}
		for _, x := range d.Signatures() {
			line.Names = append(line.Names, x.Name)
		}
		out.Body.Items = append(out.Body.Items, line)
	}
	return out, nil
}

func (h *handlers) dayPDF(c *fiber.Ctx) error {
	day, err := clock.ParseDay(c.Params("day"))
	if err != nil {
		return err
	}
	var at ids.ID
	if v := c.Query("venue"); v != "" {
		if at, err = ids.Parse(v); err != nil {
			return sales.ErrAccountVenue
		}
	}
	pdf, err := h.Sales.DayPDF(c.UserContext(), day, at, langOf(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="day-total.pdf"`)
	return c.Send(pdf)
}

func dayTotalOf(d sales.DayTotal) DayTotal {
	cash, all := d.Takings()
	out := DayTotal{
		Day: d.Day, Methods: append([]sales.ShiftMethod{}, d.Methods...), Cash: int64(cash), Total: int64(all), Opening: d.Opening, Expected: int64(d.Expected), Counted: d.Counted,
		Difference: int64(d.Difference), Over: d.Over, Unsigned: d.Unsigned, Closed: []SaleShift{}, Open: []SaleShift{}, Signed: []DaySign{}, State: d.State(),
	}
	if !d.Venue.IsZero() {
		out.Venue = &d.Venue
	}
	for _, s := range d.Closed {
		out.Closed = append(out.Closed, shiftOf(s))
	}
	for _, s := range d.Open {
		out.Open = append(out.Open, shiftOf(s))
	}
	for _, s := range d.Signed {
		out.Signed = append(out.Signed, DaySign{s.By, s.Name, s.At, s.Shifts, s.Cash, s.Total, int64(s.Difference), s.Note, d.Current(s)})
	}
	return out
}
