package saleshttp

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/sales"
	"parterre/printing/ticket"
)

// ByPass names a work pass.
type ByPass struct {
	Pass ids.ID `path:"pass"`
}

// PassQuota is how many a session lets in without a bought ticket.
type PassQuota struct {
	Work  int `json:"work" minimum:"0" maximum:"100000" doc:"Work passes (RL-4)"`
	Gifts int `json:"gifts" minimum:"0" maximum:"100000" doc:"Complimentary tickets"`
}

// PassShown is a work pass; its person is masked.
type PassShown struct {
	ID           ids.ID           `json:"id"`
	Organisation string           `json:"organisation"`
	Role         string           `json:"role"`
	Areas        []string         `json:"areas"`
	Entrance     string           `json:"entrance"`
	State        string           `json:"state" enum:"active,revoked"`
	Person       *identity.Shown  `json:"person,omitempty" doc:"Masked; absent once it was erased"`
	IssuedBy     string           `json:"issuedBy"`
	IssuedAt     time.Time        `json:"issuedAt"`
	RevokedBy    string           `json:"revokedBy,omitempty"`
	RevokedAt    *time.Time       `json:"revokedAt,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	Tickets      []PassTicketLine `json:"tickets"`
	PDF          string           `json:"pdf,omitempty" doc:"Address of the pass as PDF, while it is active"`
}

// PassTicketLine is a pass's ticket of one session.
type PassTicketLine struct {
	Session ids.ID `json:"session"`
	Code    string `json:"code"`
	State   string `json:"state" enum:"valid,void"`
}

// GiftShown is an order of complimentary tickets.
type GiftShown struct {
	Order     ids.ID    `json:"order"`
	Number    string    `json:"number"`
	Recipient string    `json:"recipient"`
	Reason    string    `json:"reason"`
	Tickets   int       `json:"tickets"`
	State     string    `json:"state" enum:"asked,given"`
	GivenBy   string    `json:"givenBy"`
	At        time.Time `json:"at"`
}

// PassesShown is what a session lets in without a bought ticket.
type PassesShown struct {
	Quota  PassQuota   `json:"quota"`
	Live   int         `json:"live" doc:"Valid work passes"`
	Gifts  int         `json:"gifts" doc:"Valid complimentary tickets"`
	Passes []PassShown `json:"passes"`
	Given  []GiftShown `json:"given"`
}

type (
	passesOut struct{ Body PassesShown }
	passOut   struct{ Body PassShown }
	quotaIn   struct {
		BySession
		Body PassQuota
	}
	newPassIn struct {
		Body struct {
			ID           ids.ID     `json:"id" doc:"Made by the client: the pass's id and idempotency key"`
			Sessions     []ids.ID   `json:"sessions" minItems:"1" maxItems:"100"`
			Person       SalePerson `json:"person"`
			Organisation string     `json:"organisation" minLength:"1" maxLength:"100"`
			Role         string     `json:"role" minLength:"1" maxLength:"60"`
			Areas        []string   `json:"areas" minItems:"1" maxItems:"20" doc:"Where it is good, such as 后台"`
			Entrance     string     `json:"entrance,omitempty" maxLength:"60" doc:"Gate by which it enters; none: any"`
		}
	}
	revokeIn struct {
		ByPass
		Body struct {
			Reason string `json:"reason" minLength:"1" maxLength:"200"`
		}
	}
	giftIn struct {
		Body struct {
			ID        ids.ID       `json:"id" doc:"Made by the client: the order's id and idempotency key"`
			Session   ids.ID       `json:"session"`
			Seats     []int32      `json:"seats,omitempty" maxItems:"500" doc:"Of those set aside for complimentary tickets"`
			N         int          `json:"n,omitempty" minimum:"0" maximum:"100" doc:"Instead of seats: the best n of them"`
			Recipient string       `json:"recipient" minLength:"1" maxLength:"100"`
			Reason    string       `json:"reason" minLength:"1" maxLength:"200"`
			People    []SalePerson `json:"people,omitempty" maxItems:"500"`
			Later     bool         `json:"bindLater,omitempty" doc:"Some or all people are named later (RL-3)"`
		}
	}
)

func (h *handlers) passes(api *httpx.API) {
	o := op("passes", "GET", "/sessions/{session}/passes", "Work passes and complimentary tickets of a session", "sales.read")
	o.Errors = []int{404}
	httpx.Register(api, o, h.listPasses)
	o = op("setPassQuota", "PUT", "/sessions/{session}/pass-quota", "How many a session lets in without a bought ticket", "show.manage")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *quotaIn) (*passesOut, error) {
		if err := h.Sales.SetPassQuota(ctx, in.Session, sales.PassQuota{Work: in.Body.Work, Gifts: in.Body.Gifts}); err != nil {
			return nil, err
		}
		return h.listPasses(ctx, &in.BySession)
	})
	o = op("issuePass", "POST", "/passes", "Issue a work pass to a person", "inventory.manage")
	o.Detail, o.Status, o.Errors = keyed+" sales.pass_quota over the session's number; one document has one pass a session (RL-4).", 201, []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *newPassIn) (*passOut, error) {
		b := in.Body
		p, err := h.Sales.IssuePass(ctx, sales.NewPass{
			ID: b.ID, Sessions: b.Sessions, Person: sales.Person{Name: b.Person.Name, Kind: b.Person.Kind, Number: b.Person.Number}, Organisation: b.Organisation, Role: b.Role, Areas: b.Areas, Entrance: b.Entrance,
		})
		return &passOut{passOf(p)}, err
	})
	o = op("revokePass", "POST", "/passes/{pass}/revoke", "Revoke a work pass in all its sessions", "inventory.manage")
	o.Errors = []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *revokeIn) (*passOut, error) {
		p, err := h.Sales.RevokePass(ctx, in.Pass, in.Body.Reason)
		return &passOut{passOf(p)}, err
	})
	o = op("passPdf", "GET", "/passes/{pass}/pass.pdf", "A work pass as PDF, a page a session", "inventory.manage")
	o.Detail, o.Errors = "Query medium a5 (default), a4 or stock; lang zh (default) or en.", []int{404, 409}
	api.Raw(o, h.passPDF)
	o = op("give", "POST", "/gifts", "Give complimentary tickets", "inventory.manage")
	o.Detail, o.Status, o.Errors = keyed+" Of places that the session's map sets aside for them, within the quota (RL-2).", 201, []int{404, 409, 410, 429}
	httpx.Register(api, o, h.give)
}

func (h *handlers) give(ctx context.Context, in *giftIn) (*orderOut, error) {
	b := in.Body
	n := sales.NewGift{NewOrder: SaleNew{ID: b.ID, Session: b.Session, People: b.People}.order(), Seats: b.Seats, N: b.N, Recipient: b.Recipient, Reason: b.Reason}
	n.Later = b.Later
	if len(n.Seats) == 0 && n.N == 0 {
		return nil, sales.ErrNotTicket
	}
	o, err := h.Sales.Give(ctx, n)
	if err != nil {
		return nil, err
	}
	return h.shownOrder(ctx, o.ID, counterBase)
}

func (h *handlers) listPasses(ctx context.Context, in *BySession) (*passesOut, error) {
	list, err := h.Sales.Passes(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := &passesOut{PassesShown{Quota: PassQuota(list.Quota), Live: list.Live, Gifts: list.Gifts, Passes: []PassShown{}, Given: []GiftShown{}}}
	for _, p := range list.List {
		out.Body.Passes = append(out.Body.Passes, passOf(p))
	}
	for _, g := range list.Given {
		out.Body.Given = append(out.Body.Given, GiftShown{
			Order: g.Order, Number: sales.Order{ID: g.Order}.Number(), Recipient: g.Recipient, Reason: g.Reason, Tickets: g.Tickets, State: g.State, GivenBy: g.GivenBy, At: g.At,
		})
	}
	return out, nil
}

func passOf(p sales.Pass) PassShown {
	out := PassShown{
		ID: p.ID, Organisation: p.Organisation, Role: p.Role, Areas: append([]string{}, p.Areas...), Entrance: p.Entrance, State: p.State, IssuedBy: p.IssuedBy, IssuedAt: p.IssuedAt,
		RevokedBy: p.RevokedBy, RevokedAt: p.RevokedAt, Reason: p.Reason, Tickets: []PassTicketLine{},
	}
	if p.Person.Name != "" {
		out.Person = &p.Person
	}
	for _, t := range p.Tickets {
		out.Tickets = append(out.Tickets, PassTicketLine{Session: t.Session, Code: t.Code, State: t.State})
	}
	if p.State == "active" {
		out.PDF = "/api/v1/passes/" + p.ID.String() + "/pass.pdf"
	}
	return out
}

func (h *handlers) passPDF(c *fiber.Ctx) error {
	id, err := ids.Parse(c.Params("pass"))
	if err != nil {
		return sales.ErrNoPass
	}
	medium, ok := media[c.Query("medium")]
	if !ok {
		return sales.ErrMedium
	}
	pdf, _, err := h.Sales.PassPDF(c.UserContext(), id, ticket.Options{Medium: medium, Lang: langOf(c), Created: h.Sales.DB.Clock().Now()})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="pass.pdf"`)
	return c.Send(pdf)
}
