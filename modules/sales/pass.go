package sales

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parterre/codes"
	"parterre/codes/symbol"
	"parterre/modules/audit"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
	"parterre/modules/show"
	"parterre/modules/venue"
	"parterre/printing"
	"parterre/printing/ticket"
)

// Errors of work passes and complimentary tickets.
var (
	ErrNoPass    = errs.New(errs.NotFound, "sales.pass_not_found", "没有这张工作证。", "There is no such work pass.")
	ErrPassQuota = errs.New(errs.Conflict, "sales.pass_quota", "超出该场次核定的工作证数量（{limit}）。", "Over the session's number of work passes ({limit}).").By("RL-4")
	ErrPassOne   = errs.New(errs.Conflict, "sales.pass_document", "该证件在所选场次已有工作证。", "This document has a work pass for one of these sessions already.").By("RL-4").At("person.number")
	ErrPassOver  = errs.New(errs.Conflict, "sales.pass_session", "所选场次已取消或已结束。", "One of the sessions is over or cancelled.").At("sessions")
	ErrPassTexts = errs.New(errs.Invalid, "sales.pass_text", "单位、岗位和可进入区域均须填写。", "Say for whom, for what work and where the pass is good.").By("RL-4")
)

// passBase sets the serials of passes apart from those of sold tickets.
const passBase = 1 << 39

// PassQuota is how many persons of a session are let in without a bought
// ticket: staff by work passes (工作证), guests by complimentary tickets (赠票).
type PassQuota struct{ Work, Gifts int }

// Pass is a work pass of one person for some sessions (RL-4): named, counted,
// checked and bound to areas.
type Pass struct {
	ID           ids.ID
	Organisation string
	Role         string
	Areas        []string // where it is good, in words, such as 后台, 舞台
	Entrance     string   // gate by which it enters; "" any
	State        string   // active, revoked
	IssuedBy     string
	IssuedAt     time.Time
	RevokedAt    *time.Time
	RevokedBy    string
	Reason       string // of the revocation
	Tickets      []PassTicket
	Person       identity.Shown
}

// PassTicket is a pass's ticket of one session.
type PassTicket struct {
	Session ids.ID
	Serial  int64
	Code    string
	Person  ids.ID
	State   string // valid, void
	Issued  time.Time
	Ended   *time.Time
	Edition int
}

// NewPass asks for a pass.
type NewPass struct {
	ID           ids.ID // made by the client
	Sessions     []ids.ID
	Person       Person
	Organisation string
	Role         string
	Areas        []string
	Entrance     string
}

// IssuePass makes a pass with a ticket for each session. It is counted against
// each session's quota, and told to the regulators as a work ticket.
// Errors: sales.pass_*, identity.*, show.session_not_found.
func (s *Service) IssuePass(ctx context.Context, n NewPass) (Pass, error) {
	if n.ID.IsZero() {
		return Pass{}, ids.ErrID.At("id")
	}
	if n.Organisation == "" || n.Role == "" || len(n.Areas) == 0 || len(n.Sessions) == 0 {
		return Pass{}, ErrPassTexts
	}
	now := s.DB.Clock().Now()
	var l errs.List
	name, err := identity.ParseName(n.Person.Name)
	l.AddErr("person", err)
	doc, err := identity.ParseDocument(n.Person.Kind, n.Person.Number, now)
	l.AddErr("person", err)
	if err := l.Err(); err != nil {
		return Pass{}, err
	}
	sc, _ := db.ScopeOf(ctx)
	blind := s.Vault.Blind(sc.Tenant, doc)
	asked := s.asking(ctx, "pass", n.ID, append([]ids.ID{}, n.Sessions...), n.Person.plain(), n.Organisation, n.Role, append([]string{}, n.Areas...), n.Entrance)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getPass(ctx, tx, n.ID, ""); err == nil {
			return asked.same(ctx, tx) // made before
		} else if errs.CodeOf(err) != ErrNoPass.Code {
			return err
		}
		p := Pass{ID: n.ID, Organisation: n.Organisation, Role: n.Role, Areas: n.Areas, Entrance: n.Entrance, State: "active", IssuedBy: buyerOf(ctx), IssuedAt: tx.Now}
		for _, id := range n.Sessions {
			person := s.Vault.SealPerson(tx.Scope.Tenant, id, name, doc, false)
			t, err := s.passTicket(ctx, tx, id, s.Vault.Blinds(sc.Tenant, doc))
			if err != nil {
				return err
			}
			if err := identity.InsertTx(ctx, tx, person); err != nil {
				return err
			}
			t.Person = person.ID
			p.Tickets = append(p.Tickets, t)
		}
		if err := errsJoin(insertPass(ctx, tx, p, blind), asked.note(ctx, tx)); err != nil {
			return err
		}
		return s.tell(ctx, tx, p)
	})
	if err != nil {
		return Pass{}, err
	}
	return s.Pass(ctx, n.ID)
}

// passTicket numbers a session's next pass under its quota's lock.
func (s *Service) passTicket(ctx context.Context, tx db.Tx, session ids.ID, blinds [][16]byte) (PassTicket, error) {
	se, err := show.SessionTx(ctx, tx, session, false)
	if err != nil {
		return PassTicket{}, err
	}
	if se.State == "cancelled" || se.State == "ended" || !tx.Now.Before(se.EndsAt) {
		return PassTicket{}, ErrPassOver
	}
	q, n, err := passCount(ctx, tx, session, true)
	if err != nil {
		return PassTicket{}, err
	}
	if n.Live >= q.Work {
		return PassTicket{}, ErrPassQuota.With("limit", q.Work)
	}
	if used, err := passOfDocument(ctx, tx, session, blinds); err != nil || used != "" {
		return PassTicket{}, errsJoin(ErrPassOne, err)
	}
	serial := int64(passBase + n.Ever + 1)
	code, err := s.Codes.Mint(se.Code, serial)
	return PassTicket{Session: session, Serial: serial, Code: code.String(), State: "valid", Issued: tx.Now}, err
}

func (s *Service) tell(ctx context.Context, tx db.Tx, p Pass) error {
	if s.Passed == nil {
		return nil
	}
	return s.Passed(ctx, tx, p)
}

// RevokePass ends a pass in all its sessions; gates refuse it from then on.
// Errors: sales.pass_not_found, sales.reason.
func (s *Service) RevokePass(ctx context.Context, id ids.ID, reason string) (Pass, error) {
	if reason == "" {
		return Pass{}, ErrReason
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPass(ctx, tx, id, "no key update")
		if err != nil || p.State == "revoked" {
			return err
		}
		now := tx.Now
		p.State, p.RevokedAt, p.RevokedBy, p.Reason = "revoked", &now, buyerOf(ctx), reason
		if err := endPass(ctx, tx, p); err != nil {
			return err
		}
		return s.tell(ctx, tx, p)
	})
	if err != nil {
		return Pass{}, err
	}
	return s.Pass(ctx, id)
}

// Pass returns one pass; its person is masked. Errors: sales.pass_not_found.
func (s *Service) Pass(ctx context.Context, id ids.ID) (p Pass, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = getPass(ctx, tx, id, ""); err != nil {
			return err
		}
		list := []Pass{p}
		err = s.maskPasses(ctx, tx, list)
		p = list[0]
		return err
	})
	return p, err
}

func (s *Service) maskPasses(ctx context.Context, tx db.Tx, list []Pass) error {
	var which []ids.ID
	for _, p := range list {
		if len(p.Tickets) > 0 {
			which = append(which, p.Tickets[0].Person)
		}
	}
	people, err := identity.Masked(ctx, tx, s.Vault, which)
	for i, p := range list {
		if len(p.Tickets) > 0 {
			list[i].Person = people[p.Tickets[0].Person]
		}
	}
	return err
}

// Passes is what a session lets in without a bought ticket.
type Passes struct {
	Quota PassQuota
	Live  int // work passes that are valid
	Gifts int // complimentary tickets that are valid
	List  []Pass
	Given []Gift
}

// Passes lists a session's work passes and complimentary tickets.
func (s *Service) Passes(ctx context.Context, session ids.ID) (out Passes, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := show.SessionTx(ctx, tx, session, false); err != nil {
			return err
		}
		q, n, err := passCount(ctx, tx, session, false)
		if err != nil {
			return err
		}
		out.Quota, out.Live = q, n.Live
		if out.List, err = listPasses(ctx, tx, session); err != nil {
			return err
		}
		if err := s.maskPasses(ctx, tx, out.List); err != nil {
			return err
		}
		if out.Gifts, err = liveGifts(ctx, tx, session); err != nil {
			return err
		}
		out.Given, err = listGifts(ctx, tx, session)
		return err
	})
	return out, err
}

// SetPassQuota says how many a session lets in. Errors: show.session_not_found.
func (s *Service) SetPassQuota(ctx context.Context, session ids.ID, q PassQuota) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := show.SessionTx(ctx, tx, session, false); err != nil {
			return err
		}
		return putPassQuota(ctx, tx, session, q)
	})
}

// PassByDocument finds the code of the valid pass of a session that a document
// has; blinds are its indexes under every key in use (identity.Vault.Blinds).
func PassByDocument(ctx context.Context, tx db.Tx, session ids.ID, blinds [][16]byte) (code string, ok bool, err error) {
	code, err = passOfDocument(ctx, tx, session, blinds)
	return code, code != "", err
}

// FindPasses finds the work passes of the document that a text is the number
// of; any other text finds none. The look-up is noted as FindOrders notes its.
func (s *Service) FindPasses(ctx context.Context, f Find) (list []Pass, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		docs := s.documentsOf(tx, f.Kind, strings.TrimSpace(f.Text))
		if len(docs) == 0 {
			return nil
		}
		if list, err = passesOf(ctx, tx, docs, f.Session); err != nil || len(list) == 0 {
			return err
		}
		if err := s.maskPasses(ctx, tx, list); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Event{Action: "sales.passes_found", Target: "sales.pass", Key: map[string]any{"by": "document", "found": len(list)}})
	})
	return list, err
}

// PassBySerial finds a pass's ticket of a session; ok is false for the serials
// of sold tickets and for unknown ones.
func PassBySerial(ctx context.Context, tx db.Tx, session ids.ID, serial int64) (p Pass, t PassTicket, ok bool, err error) {
	if serial < passBase {
		return p, t, false, nil
	}
	return passBySerial(ctx, tx, session, serial)
}

// PassPDF prints a pass, one page a session, with its signed code.
// Errors: sales.pass_not_found, sales.state.
func (s *Service) PassPDF(ctx context.Context, id ids.ID, o ticket.Options) ([]byte, []printing.Warning, error) {
	p, err := s.Pass(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	var pages []ticket.Ticket
	for _, t := range p.Tickets {
		if t.State != "valid" {
			continue
		}
		page, err := s.passPage(ctx, p, t)
		if err != nil {
			return nil, nil, err
		}
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		return nil, nil, ErrState
	}
	return ticket.PDFAll(pages, o)
}

func (s *Service) passPage(ctx context.Context, p Pass, t PassTicket) (ticket.Ticket, error) {
	se, sh, err := s.session(ctx, t.Session)
	if err != nil {
		return ticket.Ticket{}, err
	}
	var v venue.Venue
	var h venue.Hall
	if err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v, h, err = venue.HallTx(ctx, tx, se.HallID)
		return err
	}); err != nil {
		return ticket.Ticket{}, err
	}
	zone, err := time.LoadLocation(v.Zone)
	if err != nil {
		zone = clock.Shanghai
	}
	if _, err := codes.ParseTicket(t.Code); err != nil {
		return ticket.Ticket{}, err
	}
	text, err := s.Payload(Ticket{Session: t.Session, Serial: t.Serial, Code: t.Code, Edition: t.Edition}, se, Place{Section: "工作证", Area: true})
	if err != nil {
		return ticket.Ticket{}, err
	}
	qr, err := symbol.Encode(symbol.QR, text, symbol.Options{})
	return ticket.Ticket{
		Show: sh.Title, Subtitle: fmt.Sprintf("%s · %s", p.Organisation, p.Role), Venue: v.Name, Hall: h.Name, Address: v.Address, Starts: se.StartsAt.In(zone), Doors: se.DoorsAt.In(zone),
		Seat: ticket.Seat{Section: joined(p.Areas), Free: true}, Kind: "工作证", Gate: p.Entrance, Holder: p.Person.Name, Document: p.Person.Number, Code: t.Code, QR: qr, Organiser: sh.Organiser,
		Notes: []string{"仅限本人持证件使用，不得转让。"},
	}, err
}

func joined(texts []string) string {
	out := ""
	for i, t := range texts {
		if i > 0 {
			out += "、"
		}
		out += t
	}
	return out
}
