package sales

import (
	"context"
	"errors"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
	"parterre/modules/show"
)

// What happens to tickets without a person at a session's deadline (RL-3).
const (
	BindLock    = "lock"    // they stay sold, and no gate admits them
	BindRelease = "release" // they are taken back without a fee, and their seats are free
	BindNone    = "none"    // they are admitted all the same
)

// BindPolicy is what a session does about tickets without a person.
type BindPolicy struct {
	Remind []int  // hours before the deadline, longest first
	Action string // BindLock, BindRelease or BindNone
}

// DefaultBindPolicy reminds three days and one day before the deadline, then
// locks: an unbound ticket is not admissible (RL-3).
var DefaultBindPolicy = BindPolicy{Remind: []int{72, 24}, Action: BindLock}

// Errors of binding.
var (
	ErrBound      = errs.New(errs.Conflict, "sales.bound", "该票已登记观演人；如需更改请办理更正。", "The ticket has a person already; correct the name instead.").By("RL-3").At("seat")
	ErrBindLate   = errs.New(errs.Conflict, "sales.bind_late", "登记观演人的截止时间已过。", "The time for naming persons is over.").By("RL-3")
	ErrNoBinding  = errs.New(errs.Conflict, "sales.bind_none", "该场次不要求一票一证，无需登记。", "Tickets of this session carry no names.").By("RL-3")
	ErrBindPolicy = errs.New(errs.Invalid, "sales.bind_policy", "提醒时间应为截止前 1 至 720 小时，最多 5 次。", "Remind 1 to 720 hours before the deadline, at most 5 times.").At("remind")
	ErrBindLater  = errs.New(errs.Conflict, "sales.bind_later", "该场次不能先售后登记：不要求一票一证，或登记截止时间已过。", "Persons cannot be named later here: tickets carry no names, or the deadline is over.").By("RL-3").At("bindLater")
)

// BindDeadline is when a session's tickets must carry a person (RL-3).
func BindDeadline(se show.Session) time.Time {
	return se.StartsAt.Add(-time.Duration(se.Rules.BindBefore) * time.Hour)
}

// UnboundTicket is a ticket that nobody is named for.
type UnboundTicket struct {
	Ticket
	Number   string // of the order
	Buyer    string
	Reminded *time.Time // last reminder of its order
}

// BindStep is one step of the deadline job that was taken.
type BindStep struct {
	Step    int // hours before the deadline; 0 the deadline
	Unbound int
	Action  string
	At      time.Time
}

// Unbound is what a session still has to bind.
type Unbound struct {
	Session  show.Session
	Needed   bool // the session's tickets carry names
	Deadline time.Time
	Policy   BindPolicy
	Tickets  []UnboundTicket
	Bound    int // live tickets with a person
	Steps    []BindStep
}

// Unbound lists a session's tickets without a person.
func (s *Service) Unbound(ctx context.Context, session ids.ID) (u Unbound, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if u.Session, _, err = show.Full(ctx, tx, session); err != nil {
			return err
		}
		u.Needed, u.Deadline = u.Session.Rules.RealName.PerTicket, BindDeadline(u.Session)
		if u.Policy, err = bindPolicy(ctx, tx, session); err != nil {
			return err
		}
		if u.Steps, err = bindSteps(ctx, tx, session); err != nil {
			return err
		}
		if u.Bound, err = countBound(ctx, tx, session); err != nil || !u.Needed {
			return err
		}
		u.Tickets, err = unboundTickets(ctx, tx, session, ids.ID{})
		return err
	})
	return u, err
}

// SetBindPolicy changes what a session does about unbound tickets.
// Errors: sales.bind_policy, show.session_not_found.
func (s *Service) SetBindPolicy(ctx context.Context, session ids.ID, p BindPolicy) error {
	slices.Sort(p.Remind)
	slices.Reverse(p.Remind)
	p.Remind = slices.Compact(p.Remind)
	if len(p.Remind) > 5 || slices.ContainsFunc(p.Remind, func(h int) bool { return h < 1 || h > 720 }) {
		return ErrBindPolicy
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := show.SessionTx(ctx, tx, session, false); err != nil {
			return err
		}
		return putBindPolicy(ctx, tx, session, p)
	})
}

// Binding names the person of a ticket that has none.
type Binding struct {
	ID     ids.ID // made by the client
	Order  ids.ID
	Seat   int32
	Person Person
	// Address is the shop's client's, "" of agents; see Guard.
	Address string
}

// Bind names the first person of a ticket, before the session's deadline. The
// document is checked as at a sale (RL-1); the one correction stays to be had.
// Errors: sales.not_ticket, sales.bound, sales.bind_late, sales.bind_none,
// identity.*, sales.guardian, inventory.document_used.
func (s *Service) Bind(ctx context.Context, b Binding) (Order, error) {
	if b.ID.IsZero() {
		return Order{}, ids.ErrID.At("id")
	}
	o, err := s.Order(ctx, b.Order)
	if err != nil {
		return Order{}, err
	}
	se, _, err := s.session(ctx, o.Session)
	if err != nil {
		return Order{}, err
	}
	now := s.DB.Clock().Now()
	switch {
	case !se.Rules.RealName.PerTicket:
		return Order{}, ErrNoBinding
	case !now.Before(BindDeadline(se)):
		return Order{}, ErrBindLate
	}
	list, err := s.Tickets(ctx, o.ID)
	if err != nil {
		return Order{}, err
	}
	i := slices.IndexFunc(list, func(t Ticket) bool { return t.Seat == b.Seat && t.State == "valid" })
	if i < 0 {
		return Order{}, ErrNotTicket
	}
	t := list[i]
	if !t.Person.IsZero() {
		return o, errsJoin(s.boundBy(ctx, t, b.ID), s.sameAsk(ctx, s.personAsk(ctx, "binding", b.ID, b.Order, b.Seat, b.Person)))
	}
	if err := s.mayAsk(ctx, b.Address); err != nil {
		return Order{}, err
	}
	person, err := s.checkPerson(ctx, se, b.Person, now)
	if err != nil {
		return Order{}, err
	}
	p := &renamed{id: b.ID, ask: s.personAsk(ctx, "binding", b.ID, b.Order, b.Seat, b.Person), order: o.ID, serial: t.Serial, person: person, unique: true, first: true, by: buyerOf(ctx)}
	serial := ids.FromBytes(derive(o.ID, t.Code))
	a, err := s.Seats.Do(ctx, o.Session, &engine.Rename{Meta: engine.Meta{Key: derive(serial, "bind "+b.ID.String()), Actor: actorKey(ctx)}, Sale: key(o.ID), Seats: []int32{b.Seat}, Docs: []engine.Key{engine.Key(person.Blind)}}, p)
	if err != nil {
		if e, ok := errs.Of(err); ok && a.Refused != nil && a.Refused.Code == engine.DocumentUsed {
			s.answered(ctx, b.Address, 1)
			err = e.At("person.number")
		}
		return Order{}, err
	}
	return s.Order(ctx, o.ID)
}

// boundBy is nil for the same request again, and ErrBound for another.
func (s *Service) boundBy(ctx context.Context, t Ticket, id ids.ID) error {
	return s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		before, err := bindingOf(ctx, tx, t.Session, t.Serial)
		if err == nil && before != id {
			err = ErrBound
		}
		return err
	})
}

// Admissible says whether a gate may admit a ticket as far as its person goes:
// one without a person is refused, unless the session's policy lets it in (RL-3).
func Admissible(ctx context.Context, tx db.Tx, t Ticket, se show.Session) (bool, error) {
	if !t.Person.IsZero() || !se.Rules.RealName.PerTicket {
		return true, nil
	}
	p, err := bindPolicy(ctx, tx, se.ID)
	return p.Action == BindNone, err
}

// SweepBindings takes the steps of the deadline job that are due, each once,
// for the tenant of ctx, and returns how many it took (RL-3).
func (s *Service) SweepBindings(ctx context.Context) (int, error) {
	var list []ids.ID
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = sessionsToBind(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	var all error
	for _, id := range list {
		k, err := s.sweepSession(ctx, id)
		n, all = n+k, errors.Join(all, err)
	}
	return n, all
}

func (s *Service) sweepSession(ctx context.Context, id ids.ID) (n int, err error) {
	var release []UnboundTicket
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		se, err := show.SessionTx(ctx, tx, id, false)
		if err != nil {
			return err
		}
		p, err := bindPolicy(ctx, tx, id)
		if err != nil {
			return err
		}
		left := BindDeadline(se).Sub(tx.Now)
		step := -1 // the nearest that is due: what a stop has missed is not made up for
		for _, h := range append([]int{0}, p.Remind...) {
			if left <= time.Duration(h)*time.Hour && (step < 0 || h < step) {
				step = h
			}
		}
		if step < 0 {
			return nil
		}
		list, err := unboundTickets(ctx, tx, id, ids.ID{})
		if err != nil {
			return err
		}
		if step == 0 && p.Action == BindRelease {
			release = list // also what an earlier round did not finish
		}
		action := "remind"
		if step == 0 {
			action = p.Action
		}
		fresh, err := insertBindStep(ctx, tx, id, BindStep{Step: step, Unbound: len(list), Action: action})
		if err != nil || !fresh {
			return err
		}
		n++
		if step > 0 {
			return remind(ctx, tx, id, step, list, BindDeadline(se))
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	return n, s.releaseUnbound(ctx, release)
}

// releaseUnbound takes tickets back that nobody was named for, without a fee.
func (s *Service) releaseUnbound(ctx context.Context, list []UnboundTicket) error {
	var all error
	for _, t := range list {
		f := Refund{
			ID: idOf(derive(t.Order, "unbound "+t.Code)), Order: t.Order, Session: t.Session, Seats: []int32{t.Seat}, Paid: t.Price, Reason: "逾期未登记观演人",
			State: "asked", AskedBy: "system:binding",
		}
		f.Fees = append(f.Fees, 0)
		err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return insertRefund(ctx, tx, f) })
		if err == nil {
			var o Order
			if o, err = s.Order(ctx, t.Order); err == nil {
				_, err = s.finish(ctx, f, o)
			}
		}
		all = errors.Join(all, err)
	}
	return all
}
