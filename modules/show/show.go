package show

import (
	"context"
	"strings"
	"time"

	"parterre/codes"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

// Show is one production: a performance or a film.
type Show struct {
	ID              ids.ID     `json:"id"`
	Kind            string     `json:"kind" enum:"performance,film"`
	Title           string     `json:"title"`
	TitleEn         string     `json:"titleEn"`
	PerformanceType string     `json:"performanceType" doc:"4 digits, see the code table of performance types"`
	Organiser       string     `json:"organiser"`
	Performers      string     `json:"performers"`
	Synopsis        string     `json:"synopsis"`
	Minutes         int        `json:"minutes"`
	Notes           string     `json:"notes"`
	State           string     `json:"state" enum:"draft,active,cancelled,ended"`
	Version         int        `json:"version"`
	CreatedAt       time.Time  `json:"createdAt"`
	Approvals       []Approval `json:"approvals"`
}

// Approval is one version of the document that allows a show (RL-7).
type Approval struct {
	Version   int       `json:"version"`
	Number    string    `json:"number" doc:"Approval document number (批文号)"`
	Authority string    `json:"authority"`
	Audience  int       `json:"audience" doc:"Audience approved by the police for one session (RL-8)"`
	ValidFrom clock.Day `json:"validFrom"`
	ValidTo   clock.Day `json:"validTo"`
	Note      string    `json:"note"`
	CreatedAt time.Time `json:"createdAt"`
}

// Covers reports whether a is valid for a session of that day and audience.
func (a Approval) Covers(day clock.Day, audience int) error {
	if day.Before(a.ValidFrom) || a.ValidTo.Before(day) {
		return ErrApprovalDay.With("from", a.ValidFrom).With("to", a.ValidTo).With("day", day)
	}
	if audience > a.Audience {
		return ErrApprovalAudience.With("approved", a.Audience).With("audience", audience)
	}
	return nil
}

// Errors of this module.
var (
	ErrNotFound         = errs.New(errs.NotFound, "show.not_found", "没有这个演出。", "There is no such show.")
	ErrSessionNotFound  = errs.New(errs.NotFound, "show.session_not_found", "没有这个场次。", "There is no such session.")
	ErrStale            = errs.New(errs.Conflict, "show.stale", "资料已被他人修改，请刷新后再改。", "Somebody else changed this; reload and try again.").At("version")
	ErrType             = errs.New(errs.Invalid, "show.performance_type", "演出类型代码不在代码表中。", "The performance type is not in the code table.").By("PT-A")
	ErrNoApproval       = errs.New(errs.Conflict, "show.no_approval", "请先登记批文，再创建场次。", "Enter the approval document before you make sessions.").By("RL-7")
	ErrApprovalDay      = errs.New(errs.Conflict, "show.approval_day", "场次日期 {day} 不在批文有效期 {from} 至 {to} 内。", "The session's day {day} is outside the approval's {from} to {to}.").By("RL-7").At("startsAt")
	ErrApprovalAudience = errs.New(errs.Conflict, "show.approval_audience", "观众人数 {audience} 超过批准的 {approved}。", "An audience of {audience} is over the approved {approved}.").By("RL-8").At("audience")
	ErrOverlap          = errs.New(errs.Conflict, "show.overlap", "该厅在此时间已有场次 {code}。", "The hall is taken by session {code} at that time.").At("startsAt")
	ErrPlanHall         = errs.New(errs.Conflict, "show.plan_hall", "该座位图不属于此厅。", "The seat plan belongs to another hall.").At("planId")
	ErrPlanDraft        = errs.New(errs.Conflict, "show.plan_draft", "座位图尚未发布，请先发布。", "The seat plan is still a draft; publish it first.").At("planId")
	ErrPast             = errs.New(errs.Invalid, "show.past", "开演时间已经过去。", "The start lies in the past.").At("startsAt")
	ErrTimes            = errs.New(errs.Invalid, "show.times", "时间顺序应为：开门 ≤ 开演 < 结束。", "Times must run: doors, start, end.")
	ErrState            = errs.New(errs.Conflict, "show.state", "场次当前状态为“{state}”，不能执行此操作。", "The session is {state}; this cannot be done now.")
	ErrNoMap            = errs.New(errs.Conflict, "show.no_map", "请先完成票图（票档与价格），再开票。", "Finish the ticket map (zones and prices) before opening sales.").By("PT-6.3.2.4")
)

// Numbers gives out show numbers; each is given once (PT-show).
type Numbers interface {
	NextShow(ctx context.Context, tx db.Tx, venue codes.Venue, day codes.Date) (codes.Show, error)
}

// Ready is asked before a session goes on sale: is its ticket map complete and
// its public-sale meter in order? audience is the session's.
type Ready func(ctx context.Context, tx db.Tx, s Session) error

// Published is told inside the transaction when a show or session appeared or
// changed: the app turns it into facts for the regulator.
type Published func(ctx context.Context, tx db.Tx, sh Show, s *Session) error

// Service is this module's work.
type Service struct {
	db        *db.DB
	numbers   Numbers
	ready     Ready
	published Published
}

// New makes the service. ready and published are filled by the app.
func New(d *db.DB, numbers Numbers, ready Ready, published Published) *Service {
	return &Service{d, numbers, ready, published}
}

// Details are what a person enters of a show.
type Details struct {
	Kind, Title, TitleEn, PerformanceType, Organiser, Performers, Synopsis, Notes string
	Minutes                                                                       int
}

func (d Details) check() error {
	var l errs.List
	l.Text("title", d.Title, 100, true)
	l.Text("titleEn", d.TitleEn, 200, false)
	l.Text("organiser", d.Organiser, 100, true)
	l.Text("performers", d.Performers, 500, false)
	l.Text("synopsis", d.Synopsis, 4000, false)
	l.Text("notes", d.Notes, 2000, false)
	if d.Minutes < 1 || d.Minutes > 1440 {
		l.Add("minutes", "show.minutes", "时长应为 1 至 1440 分钟。", "The length must be 1 to 1440 minutes.", "RL-11")
	}
	if d.Kind != "performance" && d.Kind != "film" {
		l.Add("kind", "show.kind", "类别应为 performance 或 film。", "The kind must be performance or film.", "")
	}
	if _, ok := codes.MustTable("performance-type").Lookup(d.PerformanceType); !ok {
		l.AddErr("performanceType", ErrType)
	}
	return l.Err()
}

func (sh *Show) apply(d Details) {
	sh.Kind, sh.Title, sh.TitleEn, sh.PerformanceType, sh.Organiser = d.Kind, d.Title, d.TitleEn, d.PerformanceType, d.Organiser
	sh.Performers, sh.Synopsis, sh.Minutes, sh.Notes = d.Performers, d.Synopsis, d.Minutes, d.Notes
}

// Create adds a show as a draft. Errors: core.fields.
func (s *Service) Create(ctx context.Context, d Details) (Show, error) {
	if err := d.check(); err != nil {
		return Show{}, err
	}
	var sh Show
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		sh = Show{ID: ids.New(), State: "draft", Version: 1, CreatedAt: tx.Now, Approvals: []Approval{}}
		sh.apply(d)
		return insertShow(ctx, tx, sh)
	})
	return sh, err
}

// Update changes a show's details. version is the one that was read.
// Errors: show.not_found, show.stale, core.fields.
func (s *Service) Update(ctx context.Context, id ids.ID, version int, d Details) (Show, error) {
	if err := d.check(); err != nil {
		return Show{}, err
	}
	var sh Show
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if sh, err = getShow(ctx, tx, id, "no key update"); err != nil {
			return err
		}
		if sh.Version != version {
			return ErrStale
		}
		sh.apply(d)
		sh.Version++
		if err := updateShow(ctx, tx, sh); err != nil {
			return err
		}
		if sh.State == "draft" {
			return nil
		}
		return s.published(ctx, tx, sh, nil)
	})
	return sh, err
}

// Approve records the approval document (批文) as the show's next version and
// makes a draft active. Errors: show.not_found, core.fields.
func (s *Service) Approve(ctx context.Context, id ids.ID, a Approval) (Show, error) {
	var l errs.List
	if n := len([]rune(strings.TrimSpace(a.Number))); n < 4 || n > 60 {
		l.Add("number", "show.approval_number", "批文号应为 4 至 60 个字符。", "The approval number must have 4 to 60 characters.", "RL-7")
	}
	l.Text("authority", a.Authority, 100, true)
	l.Text("note", a.Note, 500, false)
	if a.Audience < 1 || a.Audience > 200_000 {
		l.Add("audience", "show.audience", "批准人数应为 1 至 200000。", "The approved audience must be 1 to 200,000.", "RL-8")
	}
	if a.ValidFrom.IsZero() || a.ValidTo.IsZero() || a.ValidTo.Before(a.ValidFrom) {
		l.Add("validTo", "show.approval_days", "有效期的结束日不能早于开始日。", "The approval must not end before it begins.", "RL-7")
	}
	if err := l.Err(); err != nil {
		return Show{}, err
	}
	var sh Show
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if sh, err = getShow(ctx, tx, id, "no key update"); err != nil {
			return err
		}
		a.Version, a.CreatedAt = len(sh.Approvals)+1, tx.Now
		if err := insertApproval(ctx, tx, id, a); err != nil {
			return err
		}
		sh.Approvals = append(sh.Approvals, a)
		sh.Version++
		if sh.State == "draft" {
			sh.State = "active"
		}
		if err := updateShow(ctx, tx, sh); err != nil {
			return err
		}
		return s.published(ctx, tx, sh, nil)
	})
	return sh, err
}

// Get returns a show with all its approvals.
func (s *Service) Get(ctx context.Context, id ids.ID) (sh Show, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		sh, err = getShow(ctx, tx, id, "")
		return err
	})
	return sh, err
}

// List returns shows, newest first, by state if one is named.
func (s *Service) List(ctx context.Context, state string, r page.Request) (p page.Page[Show], err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listShows(ctx, tx, state, r)
		return err
	})
	return p, err
}
