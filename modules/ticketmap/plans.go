package ticketmap

import (
	"bytes"
	"compress/gzip"
	"context"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/codec"
	"parterre/modules/venue"
)

// Plan is one version of a hall's seat plan, without its document.
type Plan struct {
	ID          ids.ID         `json:"id"`
	HallID      ids.ID         `json:"hallId"`
	Number      int            `json:"number" doc:"Version of the hall's plan, from 1"`
	State       string         `json:"state" enum:"draft,published"`
	Name        string         `json:"name"`
	Hash        string         `json:"hash" doc:"SHA-256 of the canonical document"`
	Places      int            `json:"places" doc:"Seats and standing places together"`
	Counts      plan.Counts    `json:"counts"`
	NextSeatID  int32          `json:"nextSeatId"`
	Version     int            `json:"version" doc:"Grows with each save of a draft"`
	CreatedAt   time.Time      `json:"createdAt"`
	ChangedAt   time.Time      `json:"changedAt"`
	ChangedBy   string         `json:"changedBy,omitempty" doc:"Who saved it last"`
	PublishedAt *time.Time     `json:"publishedAt,omitempty"`
	Problems    []plan.Finding `json:"problems,omitempty" doc:"What the checks found; only where a document was read"`
}

// packed is a plan made ready to be stored: gzip of its three forms.
type packed struct {
	hash                         string
	document, skeleton, geometry []byte
}

func pack(p *plan.Plan) (packed, error) {
	doc, err := plan.Encode(p)
	if err != nil {
		return packed{}, err
	}
	skeleton, err := plan.Skeleton(p)
	if err != nil {
		return packed{}, err
	}
	out := packed{hash: plan.HashBytes(doc)}
	for _, x := range []struct {
		to   *[]byte
		from []byte
	}{{&out.document, doc}, {&out.skeleton, skeleton}, {&out.geometry, codec.EncodeGeometry(p, codec.DefaultUnit)}} {
		if *x.to, err = squeeze(x.from); err != nil {
			return packed{}, err
		}
	}
	return out, nil
}

func squeeze(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Import makes a draft of a hall from a plan document (plain or gzip). Its
// number is one more than the newest version's. Errors: venue.hall_not_found,
// ticketmap.draft_exists, ticketmap.plan_invalid with a field per fault.
func (s *Service) Import(ctx context.Context, hall ids.ID, document []byte) (Plan, error) {
	doc, err := decode(document)
	if err != nil {
		return Plan{}, err
	}
	return s.Add(ctx, hall, doc)
}

// Add is Import for a plan that is decoded or generated already.
func (s *Service) Add(ctx context.Context, hall ids.ID, doc *plan.Plan) (Plan, error) {
	content, err := pack(doc)
	if err != nil {
		return Plan{}, err
	}
	var p Plan
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, _, err := venue.HallTx(ctx, tx, hall); err != nil {
			return err
		}
		newest, err := newestNumber(ctx, tx, hall)
		if err != nil {
			return err
		}
		p = Plan{ID: ids.New(), HallID: hall, Number: newest + 1, State: "draft", Version: 1, CreatedAt: tx.Now}
		p.describe(doc, content.hash, tx.Now)
		if err := insertContent(ctx, tx, content); err != nil {
			return err
		}
		return insertPlan(ctx, tx, p)
	})
	p.Problems = plan.Check(doc)
	return p, err
}

// describe takes over what the document says about itself.
func (p *Plan) describe(doc *plan.Plan, hash string, now time.Time) {
	p.Name, p.Hash, p.Places, p.Counts, p.NextSeatID, p.ChangedAt = doc.Name, hash, doc.Places(), doc.Counts(), doc.NextSeatID, now
}

// Revise starts the next version of a hall's plan as a draft that is equal to
// a published one. Errors: ticketmap.plan_not_found, ticketmap.not_published, ticketmap.draft_exists.
func (s *Service) Revise(ctx context.Context, id ids.ID) (Plan, error) {
	var p Plan
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		old, err := getPlan(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if old.State != "published" {
			return ErrNotPublished
		}
		newest, err := newestNumber(ctx, tx, old.HallID)
		if err != nil {
			return err
		}
		p = old
		p.ID, p.Number, p.State, p.Version, p.CreatedAt, p.ChangedAt, p.PublishedAt = ids.New(), newest+1, "draft", 1, tx.Now, tx.Now, nil
		return insertPlan(ctx, tx, p)
	})
	return p, err
}

// Save replaces the document of a draft. version is the one that was read; if
// somebody saved meanwhile nothing changes. Errors: ticketmap.plan_not_found,
// ticketmap.published, ticketmap.stale, ticketmap.plan_invalid.
func (s *Service) Save(ctx context.Context, id ids.ID, version int, document []byte) (Plan, error) {
	doc, err := decode(document)
	if err != nil {
		return Plan{}, err
	}
	content, err := pack(doc)
	if err != nil {
		return Plan{}, err
	}
	var p Plan
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = draft(ctx, tx, id, version); err != nil {
			return err
		}
		before := p.Hash
		p.describe(doc, content.hash, tx.Now)
		p.Version++
		if err := insertContent(ctx, tx, content); err != nil {
			return err
		}
		if err := updatePlan(ctx, tx, p); err != nil {
			return err
		}
		return dropUnused(ctx, tx, before)
	})
	p.Problems = plan.Check(doc)
	return p, err
}

// draft locks a plan that may be changed.
func draft(ctx context.Context, tx db.Tx, id ids.ID, version int) (Plan, error) {
	p, err := getPlan(ctx, tx, id, "update")
	switch {
	case err != nil:
		return Plan{}, err
	case p.State != "draft":
		return Plan{}, ErrPublished
	case p.Version != version:
		return Plan{}, ErrStale.With("version", p.Version)
	}
	return p, nil
}

// Publish freezes a draft. Refused: a plan with errors (ticketmap.plan_invalid),
// an empty one, one that drops a sold seat (ticketmap.seats_sold, with the seats) or uses a seat's id
// again (ticketmap.seats_reused), and what Save refuses.
func (s *Service) Publish(ctx context.Context, id ids.ID, version int) (Plan, error) {
	var p Plan
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if p, err = draft(ctx, tx, id, version); err != nil {
			return err
		}
		next, err := document(ctx, tx, p.Hash)
		if err != nil {
			return err
		}
		if err := s.publishable(ctx, tx, p, next); err != nil {
			return err
		}
		now := tx.Now
		p.State, p.PublishedAt, p.ChangedAt = "published", &now, now
		p.Version++
		return updatePlan(ctx, tx, p)
	})
	return p, err
}

func (s *Service) publishable(ctx context.Context, tx db.Tx, p Plan, next *plan.Plan) error {
	problems := plan.Check(next)
	if plan.Errors(problems) {
		return planError(slices.DeleteFunc(problems, func(x plan.Finding) bool { return x.Severity != plan.SeverityError }))
	}
	if next.Places() == 0 {
		return ErrEmpty
	}
	before, ok, err := latestPublished(ctx, tx, p.HallID)
	if err != nil || !ok {
		return err
	}
	old, err := document(ctx, tx, before.Hash)
	if err != nil {
		return err
	}
	if again := plan.Reused(old, next); len(again) > 0 {
		return withSeats(ErrSeatsReused, next, again)
	}
	if next.NextSeatID < old.NextSeatID {
		return planError([]plan.Finding{{
			Code: "plan.next_seat_id", Path: "nextSeatId",
			Zh: "nextSeatId 不能小于上一版本的值。", En: "nextSeatId may not be smaller than in the version before.",
		}})
	}
	dropped := plan.Dropped(old, next)
	if len(dropped) == 0 {
		return nil
	}
	sold, err := s.sold.SoldSeats(ctx, tx, p.HallID)
	if err != nil {
		return err
	}
	if lost := common(dropped, sold); len(lost) > 0 {
		return withSeats(ErrSeatsSold, old, lost)
	}
	return nil
}

// common lists what of a stands in b too; a is ascending.
func common(a, b []int32) []int32 {
	in := make(map[int32]bool, len(b))
	for _, x := range b {
		in[x] = true
	}
	var out []int32
	for _, x := range a {
		if in[x] {
			out = append(out, x)
		}
	}
	return out
}

// Plan returns one version with what the checks find in it.
func (s *Service) Plan(ctx context.Context, id ids.ID) (p Plan, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = getPlan(ctx, tx, id, ""); err != nil {
			return err
		}
		doc, err := document(ctx, tx, p.Hash)
		if err == nil {
			p.Problems = plan.Check(doc)
		}
		return err
	})
	return p, err
}

// Plans lists a hall's versions, newest first.
func (s *Service) Plans(ctx context.Context, hall ids.ID) (list []Plan, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, _, err := venue.HallTx(ctx, tx, hall); err != nil {
			return err
		}
		list, err = listPlans(ctx, tx, hall)
		return err
	})
	return list, err
}

// Discard takes a draft away. Errors as Save.
func (s *Service) Discard(ctx context.Context, id ids.ID, version int) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := draft(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if err := deletePlan(ctx, tx, id); err != nil {
			return err
		}
		return dropUnused(ctx, tx, p.Hash)
	})
}

// Form names one of the stored forms of a plan.
type Form string

// The forms, each stored as gzip.
const (
	Document Form = "document" // canonical JSON
	Skeleton Form = "skeleton" // the same without seats
	Geometry Form = "geometry" // PTG1, see plan/FORMAT.md
)

// Bytes returns a form of a plan as gzip bytes with the plan. With publishedOnly a draft is not found.
func (s *Service) Bytes(ctx context.Context, id ids.ID, form Form, publishedOnly bool) (p Plan, b []byte, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if p, err = getPlan(ctx, tx, id, ""); err != nil {
			return err
		}
		if publishedOnly && p.State != "published" {
			return ErrPlanNotFound
		}
		b, err = contentBytes(ctx, tx, p.Hash, form)
		return err
	})
	return p, b, err
}
