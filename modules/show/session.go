package show

import (
	"context"
	"fmt"
	"time"

	"parterre/codes"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/ticketmap"
	"parterre/modules/venue"
)

// Session is one performance or screening.
type Session struct {
	ID              ids.ID     `json:"id"`
	ShowID          ids.ID     `json:"showId"`
	HallID          ids.ID     `json:"hallId"`
	PlanID          ids.ID     `json:"planId" doc:"Published version of the hall's seat plan"`
	MapID           ids.ID     `json:"mapId" doc:"Ticket map, empty until one is made"`
	Code            codes.Show `json:"code" doc:"Show code (演出场次编码), 21 digits"`
	StartsAt        time.Time  `json:"startsAt"`
	DoorsAt         time.Time  `json:"doorsAt"`
	EndsAt          time.Time  `json:"endsAt"`
	ApprovalVersion int        `json:"approvalVersion"`
	Audience        int        `json:"audience" doc:"Approved audience of this session (RL-8)"`
	State           string     `json:"state" enum:"created,scheduled,on_sale,paused,closed,cancelled,ended"`
	OpensAt         *time.Time `json:"opensAt,omitempty"`
	ClosesAt        *time.Time `json:"closesAt,omitempty"`
	Rules           Rules      `json:"rules"`
	Version         int        `json:"version"`
	CreatedAt       time.Time  `json:"createdAt"`
}

// Rules are a session's rules of sale, entry and refund.
type Rules struct {
	RealName   RealName     `json:"realName"`
	MaxTickets int          `json:"maxTickets" minimum:"1" maximum:"100" doc:"Most tickets a buyer may hold for this session"`
	HoldFor    int          `json:"holdMinutes" minimum:"1" maximum:"60" doc:"Minutes that seats are held for payment"`
	Refunds    []RefundTier `json:"refunds" maxItems:"10" doc:"Refund tiers, longest time before the start first (RL-5)"`
	BindBefore int          `json:"bindBeforeHours" minimum:"0" maximum:"168" doc:"Hours before the start by which unbound tickets must carry a person (RL-3)"`
}

// RealName are the three separate flags of the trade: one document per order
// (一单一证), one per ticket (一票一证), and checking persons at entry.
type RealName struct {
	PerOrder  bool `json:"perOrder"`
	PerTicket bool `json:"perTicket"`
	AtEntry   bool `json:"atEntry"`
}

// RefundTier is the fee for a refund made at least so many hours before the
// start. A refund later than the last tier is not possible.
type RefundTier struct {
	HoursBefore int `json:"hoursBefore" minimum:"0" maximum:"8760"`
	FeePerMille int `json:"feePerMille" minimum:"0" maximum:"1000" doc:"Fee in thousandths of the price"`
}

// DefaultRules are what a new session starts with: one document per ticket,
// six tickets, fifteen minutes, and refunds at 0 %, 20 % and 50 %.
func DefaultRules() Rules {
	return Rules{
		RealName: RealName{PerTicket: true, AtEntry: true}, MaxTickets: 6, HoldFor: 15, BindBefore: 24,
		Refunds: []RefundTier{{HoursBefore: 168, FeePerMille: 0}, {HoursBefore: 48, FeePerMille: 200}, {HoursBefore: 24, FeePerMille: 500}},
	}
}

// RefundFee returns the fee for a ticket of that price refunded at now, and
// whether a refund is possible at all (RL-5). free is true when the show was
// changed or cancelled: then there is no fee (RL-10).
func (r Rules) RefundFee(price money.Fen, now, startsAt time.Time, free bool) (fee money.Fen, ok bool, err error) {
	if free {
		return 0, true, nil
	}
	for _, t := range r.Refunds {
		if !now.After(startsAt.Add(-time.Duration(t.HoursBefore) * time.Hour)) {
			fee, err = price.PerMille(t.FeePerMille)
			return fee, err == nil, err
		}
	}
	return 0, false, nil
}

func (r Rules) check() error {
	var l errs.List
	if r.MaxTickets < 1 || r.MaxTickets > 100 {
		l.Add("rules.maxTickets", "core.range", "每人限购应为 1 至 100。", "Tickets per buyer must be 1 to 100.", "")
	}
	if r.HoldFor < 1 || r.HoldFor > 60 {
		l.Add("rules.holdMinutes", "core.range", "锁座时间应为 1 至 60 分钟。", "Seats are held for 1 to 60 minutes.", "")
	}
	if r.BindBefore < 0 || r.BindBefore > 168 {
		l.Add("rules.bindBeforeHours", "core.range", "实名绑定截止时间应为开演前 0 至 168 小时。", "Tickets are bound 0 to 168 hours before the start.", "RL-3")
	}
	for i, tier := range r.Refunds {
		if tier.HoursBefore < 0 || tier.HoursBefore > 8760 {
			l.Add(fmt.Sprintf("rules.refunds[%d].hoursBefore", i), "core.range", "退票时间应为开演前 0 至 8760 小时。", "A refund tier ends 0 to 8,760 hours before the start.", "RL-5")
		}
		if tier.FeePerMille < 0 || tier.FeePerMille > 1000 {
			l.Add(fmt.Sprintf("rules.refunds[%d].feePerMille", i), "core.range", "手续费应为票价的 0 至 1000 千分之。", "The fee is 0 to 1,000 thousandths of the price.", "RL-5")
		}
	}
	for i := 1; i < len(r.Refunds); i++ {
		if r.Refunds[i].HoursBefore >= r.Refunds[i-1].HoursBefore || r.Refunds[i].FeePerMille < r.Refunds[i-1].FeePerMille {
			l.Add("rules.refunds", "show.refund_tiers", "退票阶梯须按时间由早到晚排列，手续费不得递减。", "Refund tiers run from early to late, and the fee does not fall.", "RL-5")
			break
		}
	}
	return l.Err()
}

// NewSession is what makes a session.
type NewSession struct {
	HallID, PlanID  ids.ID
	StartsAt        time.Time
	DoorsAt, EndsAt time.Time // zero: an hour before, and the show's length after the start
	Audience        int       // 0: as approved
	Rules           *Rules    // nil: DefaultRules
}

// AddSession adds a session and gives it its show code. The newest approval
// must cover it. Errors: show.not_found, show.no_approval, show.approval_day,
// show.approval_audience, show.overlap, show.past, show.times,
// show.plan_hall, show.plan_draft, ticketmap.plan_not_found,
// venue.hall_not_found, codes' error when a day's 9,999 numbers are used.
func (s *Service) AddSession(ctx context.Context, showID ids.ID, n NewSession) (Session, error) {
	var se Session
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		sh, err := getShow(ctx, tx, showID, "no key update")
		if err != nil {
			return err
		}
		v, h, err := venue.HallTx(ctx, tx, n.HallID)
		if err != nil {
			return err
		}
		if se, err = plan(sh, v, h, n, tx.Now); err != nil {
			return err
		}
		if err := checkPlan(ctx, tx, se); err != nil {
			return err
		}
		if err := refuseOverlap(ctx, tx, se); err != nil {
			return err
		}
		day, err := codes.DateOf(se.StartsAt.In(clock.Shanghai))
		if err != nil {
			return err
		}
		if se.Code, err = s.numbers.NextShow(ctx, tx, v.Code, day); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, se); err != nil {
			return err
		}
		return s.published(ctx, tx, sh, &se)
	})
	return se, err
}

// checkPlan refuses a seat plan that is not a published one of the hall.
func checkPlan(ctx context.Context, tx db.Tx, se Session) error {
	p, err := ticketmap.PlanTx(ctx, tx, se.PlanID)
	switch {
	case err != nil:
		return err
	case p.HallID != se.HallID:
		return ErrPlanHall
	case p.State != "published":
		return ErrPlanDraft
	}
	return nil
}

// plan applies the rules of a new session; it asks nothing of the database.
func plan(sh Show, v venue.Venue, h venue.Hall, n NewSession, now time.Time) (Session, error) {
	if len(sh.Approvals) == 0 {
		return Session{}, ErrNoApproval
	}
	if !n.StartsAt.After(now) {
		return Session{}, ErrPast
	}
	a := sh.Approvals[len(sh.Approvals)-1]
	se := Session{
		ID: ids.New(), ShowID: sh.ID, HallID: h.ID, PlanID: n.PlanID, StartsAt: n.StartsAt, DoorsAt: n.DoorsAt, EndsAt: n.EndsAt,
		ApprovalVersion: a.Version, Audience: n.Audience, State: "created", Rules: DefaultRules(), Version: 1, CreatedAt: now,
	}
	if se.DoorsAt.IsZero() {
		se.DoorsAt = se.StartsAt.Add(-time.Hour)
	}
	if se.EndsAt.IsZero() {
		se.EndsAt = se.StartsAt.Add(time.Duration(sh.Minutes) * time.Minute)
	}
	if se.DoorsAt.After(se.StartsAt) || !se.StartsAt.Before(se.EndsAt) {
		return Session{}, ErrTimes
	}
	if se.Audience == 0 {
		se.Audience = a.Audience
	}
	if n.Rules != nil {
		se.Rules = *n.Rules
	}
	if err := se.Rules.check(); err != nil {
		return Session{}, err
	}
	zone, err := time.LoadLocation(v.Zone)
	if err != nil {
		return Session{}, err
	}
	return se, a.Covers(clock.DayOf(se.StartsAt, zone), se.Audience)
}

// SetMap ties a ticket map to a session that has not begun to sell.
func (s *Service) SetMap(ctx context.Context, id, mapID ids.ID) (Session, error) {
	return s.change(ctx, id, func(_ context.Context, _ db.Tx, _ Show, se *Session) error {
		if se.State != "created" && se.State != "scheduled" {
			return ErrState.With("state", se.State)
		}
		se.MapID = mapID
		return nil
	})
}

// SetPlan moves a session to another plan version of its hall, in the
// transaction that also moves its ticket map. Errors: show.session_not_found, show.state.
func (s *Service) SetPlan(ctx context.Context, id, planID ids.ID) (Session, error) {
	return s.change(ctx, id, func(_ context.Context, _ db.Tx, _ Show, se *Session) error {
		if se.State == "cancelled" || se.State == "ended" {
			return ErrState.With("state", se.State)
		}
		se.PlanID = planID
		return nil
	})
}

// moves lists which state may follow which.
var moves = map[string][]string{
	"created":   {"scheduled", "on_sale", "cancelled"},
	"scheduled": {"on_sale", "created", "cancelled"},
	"on_sale":   {"paused", "closed", "cancelled"},
	"paused":    {"on_sale", "closed", "cancelled"},
	"closed":    {"on_sale", "ended", "cancelled"},
}

// Move takes a session to another state. To on_sale and scheduled it needs a
// valid approval and a ready ticket map. Errors: show.session_not_found,
// show.state, show.no_map, and what Ready says.
func (s *Service) Move(ctx context.Context, id ids.ID, to string, at *time.Time) (Session, error) {
	return s.change(ctx, id, func(ctx context.Context, tx db.Tx, sh Show, se *Session) error {
		allowed := false
		for _, next := range moves[se.State] {
			allowed = allowed || next == to
		}
		if !allowed || sh.State == "cancelled" {
			return ErrState.With("state", se.State)
		}
		if to == "on_sale" || to == "scheduled" {
			if se.MapID.IsZero() {
				return ErrNoMap
			}
			if err := sh.Approvals[len(sh.Approvals)-1].Covers(clock.DayOf(se.StartsAt, clock.Shanghai), se.Audience); err != nil {
				return err
			}
			if err := s.ready(ctx, tx, *se); err != nil {
				return err
			}
		}
		if to == "scheduled" {
			if at == nil || !at.After(tx.Now) || at.After(se.StartsAt) {
				return ErrTimes.At("opensAt")
			}
			se.OpensAt = at
		}
		if to == "on_sale" && se.OpensAt == nil {
			now := tx.Now
			se.OpensAt = &now
		}
		se.State = to
		return nil
	})
}

func (s *Service) change(ctx context.Context, id ids.ID, fn func(context.Context, db.Tx, Show, *Session) error) (Session, error) {
	var se Session
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if se, err = SessionTx(ctx, tx, id, true); err != nil {
			return err
		}
		sh, err := getShow(ctx, tx, se.ShowID, "")
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, sh, &se); err != nil {
			return err
		}
		se.Version++
		if err := updateSession(ctx, tx, se); err != nil {
			return err
		}
		return s.published(ctx, tx, sh, &se)
	})
	return se, err
}

// Filter narrows a list of sessions.
type Filter struct {
	ShowID ids.ID
	States []string
	From   time.Time // starts at or after; zero: any
	To     time.Time // starts before; zero: any
}

// Sessions returns sessions by start.
func (s *Service) Sessions(ctx context.Context, f Filter, r page.Request) (p page.Page[Session], err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listSessions(ctx, tx, f, r)
		return err
	})
	return p, err
}

// Session returns one session with its show.
func (s *Service) Session(ctx context.Context, id ids.ID) (se Session, sh Show, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		se, sh, err = Full(ctx, tx, id)
		return err
	})
	return se, sh, err
}

// Full reads a session with its show inside the caller's transaction.
func Full(ctx context.Context, tx db.Tx, id ids.ID) (Session, Show, error) {
	se, err := SessionTx(ctx, tx, id, false)
	if err != nil {
		return se, Show{}, err
	}
	sh, err := getShow(ctx, tx, se.ShowID, "")
	return se, sh, err
}
