package saleshttp

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// SaleCashMove is cash in or out of a drawer besides sales.
type SaleCashMove struct {
	ID     ids.ID    `json:"id"`
	Amount money.Fen `json:"amount" doc:"Into the drawer, fen; negative: out of it"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// SaleCount is the cash that was counted at the end of a shift.
type SaleCount struct {
	Counted money.Fen         `json:"counted" minimum:"0"`
	Counts  []sales.CashCount `json:"counts,omitempty" maxItems:"20" doc:"By note and coin; adds up to counted"`
	Note    string            `json:"note,omitempty" maxLength:"500" doc:"Needed when the count differs from what should be there"`
}

func (c SaleCount) count() sales.Count {
	return sales.Count{Cash: c.Counted, Counts: c.Counts, Note: c.Note}
}

// SaleSecond is a second person who signs on the seller's screen.
type SaleSecond struct {
	Login    string `json:"login" minLength:"1" maxLength:"64"`
	Password string `json:"password" minLength:"1" maxLength:"200"`
}

type (
	moveCashIn struct {
		ByShift
		Body struct {
			ID     ids.ID    `json:"id" doc:"Made by the client; the same id has one effect"`
			Amount money.Fen `json:"amount" minimum:"-100000000000" maximum:"100000000000" doc:"Into the drawer, fen; negative: out of it"`
			Reason string    `json:"reason" minLength:"1" maxLength:"200"`
		}
	}
	signHereIn struct {
		ByShift
		Body SaleSecond
	}
	handOverIn struct {
		ByShift
		Body struct {
			SaleCount
			SaleSecond
			Next ids.ID `json:"next" doc:"Id of the colleague's shift, made by the client"`
		}
	}
	handOverOut struct {
		Body struct {
			Ended SaleShift `json:"ended"`
			Begun SaleShift `json:"begun"`
		}
	}
)

// drawer adds what happens at a counter's cash drawer. Who signs on another
// one's screen types a password: those requests are not kept for repetition,
// they are harmless when repeated.
func (h *handlers) drawer(api *httpx.API) {
	answer := func(s sales.Shift, err error) (*shiftOut, error) {
		if err != nil {
			return nil, err
		}
		return &shiftOut{shiftOf(s)}, nil
	}
	httpx.Register(api, op("myShifts", "GET", "/shifts/mine", "My shifts, the latest first", "shift.manage"), func(ctx context.Context, in *page.Request) (*shiftsOut, error) {
		list, err := h.Sales.MyShifts(ctx, *in)
		if err != nil {
			return nil, err
		}
		out := &shiftsOut{Body: page.Page[SaleShift]{Items: []SaleShift{}, Next: list.Next}}
		for _, s := range list.Items {
			out.Body.Items = append(out.Body.Items, shiftOf(s))
		}
		return out, nil
	})
	o := op("moveCash", "POST", "/shifts/{shift}/cash", "Put cash into my drawer, or take it out", "shift.manage")
	o.Detail, o.Errors = keyed, []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *moveCashIn) (*shiftOut, error) {
		return answer(h.Sales.MoveCash(ctx, in.Shift, in.Body.ID, in.Body.Amount, in.Body.Reason))
	})
	o = op("signShiftHere", "POST", "/shifts/{shift}/sign-here", "Sign a closed shift on its seller's screen by a second person's password", "shift.manage")
	o.Detail, o.Errors = "The second person may close the day. What is signed stays signed.", []int{403, 404, 409, 429}
	httpx.Register(api, o, func(ctx context.Context, in *signHereIn) (*shiftOut, error) {
		return answer(h.Sales.SignShiftHere(ctx, in.Shift, sales.Second{Login: in.Body.Login, Password: in.Body.Password}))
	})
	o = op("handOver", "POST", "/shifts/{shift}/hand-over", "Hand my drawer over to a colleague, who signs by password", "shift.manage")
	o.Detail, o.Errors = "My shift ends, the colleague's begins with the cash that was counted. The same next again returns both.", []int{403, 404, 409, 429}
	httpx.Register(api, o, func(ctx context.Context, in *handOverIn) (*handOverOut, error) {
		b := in.Body
		ended, begun, err := h.Sales.HandOver(ctx, in.Shift, b.Next, b.count(), sales.Second{Login: b.Login, Password: b.Password})
		if err != nil {
			return nil, err
		}
		out := &handOverOut{}
		out.Body.Ended, out.Body.Begun = shiftOf(ended), shiftOf(begun)
		return out, nil
	})
	o = op("shiftReport", "GET", "/shifts/{shift}/report.pdf", "A shift's report as PDF", "sales.read")
	o.Detail, o.Errors = "Query lang zh (default) or en.", []int{404}
	api.Raw(o, h.shiftPDF)
}

func (h *handlers) shiftPDF(c *fiber.Ctx) error {
	id, err := ids.Parse(c.Params("shift"))
	if err != nil {
		return sales.ErrNoShift
	}
	pdf, err := h.Sales.ShiftPDF(c.UserContext(), id, langOf(c))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="shift.pdf"`)
	return c.Send(pdf)
}
