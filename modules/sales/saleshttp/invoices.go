package saleshttp

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/sales"
)

// InvoiceShown is an invoice; a person's title and the address are masked.
type InvoiceShown struct {
	ID          ids.ID     `json:"id"`
	Order       ids.ID     `json:"order"`
	OrderNumber string     `json:"orderNumber"`
	Kind        string     `json:"kind" enum:"personal,enterprise"`
	Title       string     `json:"title"`
	TaxNumber   string     `json:"taxNumber"`
	Email       string     `json:"email"`
	Amount      money.Fen  `json:"amount"`
	State       string     `json:"state" enum:"requested,issued,rejected,void_due,voided"`
	Number      string     `json:"number"`
	RedNumber   string     `json:"redNumber"`
	Reason      string     `json:"reason"`
	RequestedAt time.Time  `json:"requestedAt"`
	IssuedAt    *time.Time `json:"issuedAt,omitempty"`
	EndedAt     *time.Time `json:"endedAt,omitempty"`
}

// InvoiceNew asks for an invoice.
type InvoiceNew struct {
	ID        ids.ID `json:"id" doc:"Made by the client; the same id has one effect"`
	Kind      string `json:"kind" enum:"personal,enterprise"`
	Title     string `json:"title" maxLength:"400"`
	TaxNumber string `json:"taxNumber,omitempty" maxLength:"40" doc:"Unified social credit code of an enterprise (GB 32100)"`
	Email     string `json:"email" maxLength:"200"`
}

type (
	// ByInvoice names an invoice.
	ByInvoice struct {
		Invoice ids.ID `path:"invoice"`
	}
	// ByInvoiced names an order or a package order.
	ByInvoiced struct {
		Order ids.ID `path:"order" doc:"An order's or a bundle's id"`
	}
	invoiceIn struct {
		ByInvoiced
		Body InvoiceNew
	}
	invoiceOut   struct{ Body InvoiceShown }
	invoicesOfEx struct {
		Body struct {
			Items []InvoiceShown `json:"items"`
		}
	}
	invoicesIn struct {
		page.Request
		State string `query:"state" enum:"requested,issued,rejected,void_due,voided"`
	}
	invoicesOut   struct{ Body page.Page[InvoiceShown] }
	invoiceStepIn struct {
		ByInvoice
		Body struct {
			To     string `json:"to" enum:"issued,rejected,voided"`
			Number string `json:"number,omitempty" maxLength:"40" doc:"Of the invoice, or of the red one that voids it"`
			Reason string `json:"reason,omitempty" maxLength:"200"`
		}
	}
)

func (h *handlers) invoices(api *httpx.API) {
	for _, x := range []struct {
		id, path string
		needs    httpx.Permission
	}{{"", "/shop/orders/{order}/invoices", "shop.buy"}, {"counter", "/orders/{order}/invoices", "sales.sell"}} {
		name := func(s string) string {
			if x.id == "" {
				return s
			}
			return x.id + strings.ToUpper(s[:1]) + s[1:]
		}
		o := op(name("requestInvoice"), "POST", x.path, "Ask for an invoice of an order or a package order (RL-18)", x.needs)
		o.Detail, o.Status, o.Errors = keyed+" Over what was paid less what went back.", 201, []int{404, 409}
		httpx.Register(api, o, func(ctx context.Context, in *invoiceIn) (*invoiceOut, error) {
			b := in.Body
			v, err := h.Sales.RequestInvoice(ctx, sales.NewInvoice{ID: b.ID, Order: in.Order, Kind: b.Kind, Title: b.Title, TaxNumber: b.TaxNumber, Email: b.Email})
			return shownInvoice(v, err)
		})
		o = op(name("invoicesOf"), "GET", x.path, "Invoices of an order or a package order", x.needs)
		o.Errors = []int{404}
		httpx.Register(api, o, func(ctx context.Context, in *ByInvoiced) (*invoicesOfEx, error) {
			list, err := h.Sales.InvoicesOf(ctx, in.Order)
			out := &invoicesOfEx{}
			out.Body.Items = []InvoiceShown{}
			for _, v := range list {
				out.Body.Items = append(out.Body.Items, invoiceOf(v))
			}
			return out, err
		})
	}
	httpx.Register(api, op("invoices", "GET", "/invoices", "Requested and issued invoices, newest first", "sales.export"), func(ctx context.Context, in *invoicesIn) (*invoicesOut, error) {
		list, err := h.Sales.Invoices(ctx, in.State, in.Request)
		out := &invoicesOut{Body: page.Page[InvoiceShown]{Items: []InvoiceShown{}, Next: list.Next}}
		for _, v := range list.Items {
			out.Body.Items = append(out.Body.Items, invoiceOf(v))
		}
		return out, err
	})
	o := op("moveInvoice", "POST", "/invoices/{invoice}/state", "Note that an invoice was issued, rejected or voided", "day.close")
	o.Errors = []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *invoiceStepIn) (*invoiceOut, error) {
		v, err := h.Sales.MoveInvoice(ctx, in.Invoice, sales.InvoiceStep{To: in.Body.To, Number: in.Body.Number, Reason: in.Body.Reason})
		return shownInvoice(v, err)
	})
	o = op("invoicesCsv", "GET", "/invoices.csv", "Invoices to be issued, in full, for the tax system", "day.close")
	o.Detail = "Query state: requested (default) or void_due. Titles, tax numbers and addresses are not masked."
	api.Raw(o, h.invoicesCSV)
}

func shownInvoice(v sales.Invoice, err error) (*invoiceOut, error) {
	if err != nil {
		return nil, err
	}
	return &invoiceOut{invoiceOf(v)}, nil
}

func invoiceOf(v sales.Invoice) InvoiceShown {
	v = v.Masked()
	return InvoiceShown{
		ID: v.ID, Order: v.Order, OrderNumber: sales.Order{ID: v.Order}.Number(), Kind: v.Kind, Title: v.Title, TaxNumber: v.TaxNumber, Email: v.Email, Amount: v.Amount, State: v.State, Number: v.Number,
		RedNumber: v.RedNumber, Reason: v.Reason, RequestedAt: v.RequestedAt, IssuedAt: v.IssuedAt, EndedAt: v.EndedAt,
	}
}

// invoicesCSV writes RFC 4180 with a byte order mark, as spreadsheets and the
// tax system's import read it. Cells that a spreadsheet would run are quoted.
func (h *handlers) invoicesCSV(c *fiber.Ctx) error {
	state := c.Query("state", sales.InvoiceRequested)
	if state != sales.InvoiceRequested && state != sales.InvoiceVoidDue {
		return sales.ErrInvoiceState
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"申请编号", "订单号", "类型", "抬头", "税号", "邮箱", "项目", "金额", "原发票号码", "申请时间"})
	kinds := map[string]string{"personal": "个人", "enterprise": "企业"}
	cursor := ""
	for {
		list, err := h.Sales.Invoices(c.UserContext(), state, page.Request{Cursor: cursor, Size: page.MaxSize})
		if err != nil {
			return err
		}
		for _, v := range list.Items {
			_ = w.Write([]string{
				v.ID.String(), sales.Order{ID: v.Order}.Number(), kinds[v.Kind], plainCell(v.Title), v.TaxNumber, plainCell(v.Email), "演出门票", v.Amount.String(), v.Number, v.RequestedAt.Format(time.RFC3339),
			})
		}
		if cursor = list.Next; cursor == "" {
			break
		}
	}
	w.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="invoices.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(b.Bytes())
}

func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
