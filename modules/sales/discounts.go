package sales

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/discount"
	"parterre/modules/show"
)

// DiscountGroup and DiscountRule are stored documents with their versions.
type (
	DiscountGroup struct {
		discount.Group
		Version int
	}
	DiscountRule struct {
		discount.Rule
		Active  bool
		Version int
		Spent   money.Fen // of a bounded rule
		Orders  int
	}
)

// offerCache keeps the rules in force for a moment: most orders find none.
type offerCache struct {
	mu   sync.Mutex
	kept map[int32]offerRules
}

type offerRules struct {
	at     time.Time
	groups []discount.Group
	rules  []discount.Rule
}

// offersKept is how long another node's change of a rule may take to be seen.
const offersKept = 2 * time.Second

func (s *Service) rulesInForce(ctx context.Context) (offerRules, error) {
	sc, _ := db.ScopeOf(ctx)
	now := s.DB.Clock().Now()
	s.offers.mu.Lock()
	have, ok := s.offers.kept[sc.Tenant]
	s.offers.mu.Unlock()
	if age := now.Sub(have.at); ok && age >= 0 && age < offersKept {
		return have, nil
	}
	out := offerRules{at: now}
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		groups, err := discountGroups(ctx, tx)
		if err != nil {
			return err
		}
		rules, err := discountRules(ctx, tx)
		for _, g := range groups {
			out.groups = append(out.groups, g.Group)
		}
		for _, r := range rules {
			if r.Active {
				out.rules = append(out.rules, r.Rule)
			}
		}
		return err
	})
	if err != nil {
		return out, err
	}
	s.offers.mu.Lock()
	defer s.offers.mu.Unlock()
	if s.offers.kept == nil {
		s.offers.kept = map[int32]offerRules{}
	}
	s.offers.kept[sc.Tenant] = out
	return out, nil
}

func (s *Service) forgetRules(ctx context.Context) {
	sc, _ := db.ScopeOf(ctx)
	s.offers.mu.Lock()
	defer s.offers.mu.Unlock()
	delete(s.offers.kept, sc.Tenant)
}

// pricing is one sale's prices with what is to be counted for them.
type pricing struct {
	result   discount.Result
	rules    map[ids.ID]discount.Rule
	vouchers map[ids.ID][]byte // hash, by rule
	blinds   []engine.Key      // of the tickets' documents; zero where none
}

// priced is what a sale's tickets cost: the lines at their list prices, whose
// documents are people (one a line, or none yet), with these voucher codes.
// What the order took before, when it was tried already, does not stand
// against it; zero: there is no order yet.
func (s *Service) priced(ctx context.Context, se show.Session, order ids.ID, channel string, lines []Line, people []Person, docs []engine.Key, codes []string) (pricing, error) {
	p := pricing{rules: map[ids.ID]discount.Rule{}, vouchers: map[ids.ID][]byte{}, blinds: docs}
	in, err := s.rulesInForce(ctx)
	if err != nil || len(in.rules) == 0 && len(codes) == 0 {
		return p, err
	}
	m, err := s.Maps.Map(ctx, se.ID)
	if err != nil {
		return p, err
	}
	now := s.DB.Clock().Now()
	sale := discount.Sale{Channel: channel, Session: se.ID, Show: se.ShowID, Now: now, StartsAt: se.StartsAt, Codes: map[ids.ID]bool{}}
	for i, l := range lines {
		t := discount.Ticket{List: l.Price, Kind: l.Kind, Zone: m.Places[l.Seat].Zone}
		if len(people) == len(lines) {
			if d, err := identity.ParseDocument(people[i].Kind, people[i].Number, now); err == nil {
				if born, ok := d.Birth(now); ok {
					t.Born = &born
				}
			}
		}
		sale.Tickets = append(sale.Tickets, t)
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		own, err := usesOf(ctx, tx, order)
		if err != nil {
			return err
		}
		for i, code := range codes {
			at := fmt.Sprintf("codes[%d]", i)
			v, err := voucherOf(ctx, tx, hashOf(code), now, own)
			if e, ok := errs.Of(err); ok {
				return e.At(at)
			} else if err != nil {
				return err
			}
			if p.vouchers[v.rule] != nil {
				return ErrVoucherTwice.At(at)
			}
			p.vouchers[v.rule], sale.Codes[v.rule] = hashOf(code), true
		}
		return countSoFar(ctx, tx, &sale, in.rules, docs, order, own)
	})
	if err != nil {
		return p, err
	}
	for _, r := range in.rules {
		p.rules[r.ID] = r
	}
	p.result = discount.Apply(sale, in.groups, in.rules)
	return p, nil
}

// hashOf is a voucher code as it is kept. Blanks, dashes and lower case, and
// letters that look like digits, are read as they were meant.
func hashOf(code string) []byte {
	sum := sha256.Sum256([]byte(strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))))
	return sum[:]
}

// discounts prices an order that is being made and takes what its rules bound.
// The lines carry their reasons. Errors: sales.voucher_*, sales.price_changed,
// sales.discount_used_up.
func (s *Service) discounts(ctx context.Context, se show.Session, n NewOrder, p *placed, docs []engine.Key) error {
	got, err := s.priced(ctx, se, n.ID, p.order.Channel, p.order.Lines, n.People, docs, n.Codes)
	if err != nil {
		return err
	}
	due := money.Fen(0)
	for i := range p.order.Lines {
		l := &p.order.Lines[i]
		if len(got.result.Lines) > 0 && len(got.result.Lines[i].Off) > 0 {
			r := got.result.Lines[i]
			l.List, l.Price, l.Off = r.List, r.Paid, r.Off
		}
		due += l.Price
	}
	if n.Due != nil && *n.Due != due {
		return ErrPriceChanged.With("due", due)
	}
	if len(got.result.Used) == 0 {
		return nil
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p.taken = tx.Now
		return takeUses(ctx, tx, p.order, got)
	})
	if errors.Is(err, ErrDiscountBound) {
		err = errsOr(err, n.Due)
	}
	return err
}

// errsOr keeps an error; a client that said what is due hears that it changed.
func errsOr(err error, due *money.Fen) error {
	if due != nil {
		return ErrPriceChanged
	}
	return err
}

// dropUses gives back what was taken for an order that was refused. When it is
// not known whether the order is there, the settling finds out later.
func (s *Service) dropUses(ctx context.Context, p *placed, refused error) error {
	k := errs.KindOf(refused)
	if p == nil || p.taken.IsZero() || k == errs.Unavailable || k == errs.Internal || k == errs.TooMany {
		return refused
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := getOrder(ctx, tx, p.order.ID, "")
		if errors.Is(err, ErrNotFound) {
			return giveUsesBack(ctx, tx, p.order.ID, "reserved")
		}
		return err
	})
	if err != nil {
		return errors.Join(refused, err)
	}
	return refused
}

// settleUses gives back what an order used of bounded rules and vouchers when
// it came to nothing, or was refunded whole and its batch says so.
func (s *Service) settleUses(ctx context.Context, o Order) error {
	some := false
	for _, l := range o.Lines {
		some = some || len(l.Off) > 0
	}
	if !some {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return settleUses(ctx, tx, o.ID) })
}

// keepReserved is after what time uses without an order are given back. An
// order is refused half of it after they were taken (rowSet.placed).
const keepReserved = 10 * time.Minute

// SettleDiscounts gives back what crashes left taken, for the tenant of ctx.
func (s *Service) SettleDiscounts(ctx context.Context) (int, error) {
	var list []ids.ID
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		list, err = usesToSettle(ctx, tx, tx.Now.Add(-keepReserved), 200)
		return err
	})
	for _, id := range list {
		if err == nil {
			err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return settleUses(ctx, tx, id) })
		}
	}
	return len(list), err
}

// retakeUses takes again what an order had given back, when its money came late.
func (s *Service) retakeUses(ctx context.Context, o Order) error {
	some := false
	for _, l := range o.Lines {
		some = some || len(l.Off) > 0
	}
	if !some {
		return nil
	}
	in, err := s.rulesInForce(ctx)
	if err != nil {
		return err
	}
	rules := map[ids.ID]discount.Rule{}
	for _, r := range in.rules {
		rules[r.ID] = r
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return retakeUses(ctx, tx, o, rules) })
}

// PriceQuote is what a hold would cost, and why.
type PriceQuote struct {
	Lines []Line
	Not   []discount.Not
	List  money.Fen
	Due   money.Fen
}

// QuotePrice tells what a hold of the caller costs with voucher codes, and why
// so. People may be missing; rules that ask for an age then say so.
// Errors: sales.hold_not_found, sales.voucher_*.
func (s *Service) QuotePrice(ctx context.Context, session, hold ids.ID, codes []string, people []Person) (PriceQuote, error) {
	se, _, err := s.session(ctx, session)
	if err != nil {
		return PriceQuote{}, err
	}
	var c engine.Claim
	var ok bool
	if err := s.look(ctx, session, func(st *engine.State) { c, ok = st.Hold(key(hold)) }); err != nil {
		return PriceQuote{}, err
	}
	if who := shopper(ctx); !ok || !who.IsZero() && c.Buyer != who {
		return PriceQuote{}, ErrHoldGone
	}
	var q PriceQuote
	for i, seat := range c.Seats {
		q.Lines = append(q.Lines, Line{Seat: seat, Price: money.Fen(c.Prices[i]), Kind: kindOf(engine.Answer{Kinds: c.Kinds}, i)})
		q.List += money.Fen(c.Prices[i])
	}
	docs := make([]engine.Key, len(c.Seats))
	if len(people) == len(c.Seats) {
		sc, _ := db.ScopeOf(ctx)
		for i, p := range people {
			if d, err := identity.ParseDocument(p.Kind, p.Number, s.DB.Clock().Now()); err == nil {
				docs[i] = engine.Key(s.Vault.BlindIn(sc.Tenant, session, d))
			}
		}
	}
	got, err := s.priced(ctx, se, ids.ID{}, callerChannel(ctx), q.Lines, people, docs, codes)
	if err != nil {
		return PriceQuote{}, err
	}
	q.Due, q.Not = q.List, got.result.Not
	for i, l := range got.result.Lines {
		q.Due -= l.List - l.Paid
		if len(l.Off) > 0 {
			q.Lines[i].List, q.Lines[i].Price, q.Lines[i].Off = l.List, l.Paid, l.Off
		}
	}
	return q, nil
}

// Discounts lists all groups and rules.
func (s *Service) Discounts(ctx context.Context) (groups []DiscountGroup, rules []DiscountRule, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if groups, err = discountGroups(ctx, tx); err != nil {
			return err
		}
		rules, err = discountRules(ctx, tx)
		return err
	})
	return groups, rules, err
}

// SetDiscountGroup makes or changes a group. Version is the one that was read.
func (s *Service) SetDiscountGroup(ctx context.Context, g DiscountGroup) error {
	defer s.forgetRules(ctx)
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return putGroup(ctx, tx, g) })
}

// SetDiscountRule makes or changes a rule. Orders that were made keep their
// prices. Version is the one that was read; 0 for a new rule.
func (s *Service) SetDiscountRule(ctx context.Context, r DiscountRule) error {
	bad := r.Effect == discount.Percent && r.Permille == 0 || r.Effect == discount.Amount && r.Amount == 0 || r.Per == discount.PerSet && r.Set < 1 ||
		r.When.MaxAge > 0 && r.When.MaxAge < r.When.MinAge
	if bad {
		return ErrDiscountRule
	}
	defer s.forgetRules(ctx)
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return putRule(ctx, tx, r) })
}
