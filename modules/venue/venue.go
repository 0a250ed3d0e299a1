package venue

import (
	"context"
	"time"

	"parterre/codes"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

// Venue is one place with one or more halls.
type Venue struct {
	ID        ids.ID      `json:"id"`
	Code      codes.Venue `json:"code"`
	Name      string      `json:"name"`
	NameEn    string      `json:"nameEn"`
	Address   string      `json:"address"`
	Zone      string      `json:"zone"` // IANA name; sessions are shown in it
	Version   int         `json:"version"`
	CreatedAt time.Time   `json:"createdAt"`
	Halls     []Hall      `json:"halls"`
}

// Hall is one hall or stage layout of a venue.
type Hall struct {
	ID        ids.ID     `json:"id"`
	VenueID   ids.ID     `json:"venueId"`
	Code      codes.Hall `json:"code"`
	Name      string     `json:"name"`
	Version   int        `json:"version"`
	CreatedAt time.Time  `json:"createdAt"`
}

// Errors of this module.
var (
	ErrNotFound     = errs.New(errs.NotFound, "venue.not_found", "没有这个场馆。", "There is no such venue.")
	ErrHallNotFound = errs.New(errs.NotFound, "venue.hall_not_found", "没有这个厅。", "There is no such hall.")
	ErrCodeTaken    = errs.New(errs.Conflict, "venue.code_taken", "编码 {code} 已被使用。", "The code {code} is already in use.").By("PT-venue")
	ErrNameTaken    = errs.New(errs.Conflict, "venue.name_taken", "该场馆已有同名的厅。", "This venue already has a hall of that name.").At("name")
	ErrStale        = errs.New(errs.Conflict, "venue.stale", "资料已被他人修改，请刷新后再改。", "Somebody else changed this; reload and try again.").At("version")
	ErrLayouts      = errs.New(errs.Conflict, "venue.layouts", "该编码下的厅后缀 01 至 99 已用完。", "All hall suffixes 01 to 99 of this code are used.").By("PT-A")
)

// Service is this module's work.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// NewVenue is what makes a venue.
type NewVenue struct {
	Code    codes.Venue
	Name    string
	NameEn  string
	Address string
	Zone    string // default Asia/Shanghai
}

func (n NewVenue) check() error {
	var l errs.List
	l.Text("name", n.Name, 100, true)
	l.Text("nameEn", n.NameEn, 200, false)
	l.Text("address", n.Address, 200, false)
	if _, err := time.LoadLocation(n.Zone); err != nil {
		l.Add("zone", "venue.zone", "时区名称不正确，例如 Asia/Shanghai。", "The time zone must be a name such as Asia/Shanghai.", "")
	}
	if n.Code == (codes.Venue{}) {
		l.Add("code", "core.required", "场馆编码必填（11 位数字）。", "A venue code of 11 digits is required.", "PT-venue")
	}
	return l.Err()
}

// Create adds a venue. Errors: core.fields, venue.code_taken.
func (s *Service) Create(ctx context.Context, n NewVenue) (Venue, error) {
	if n.Zone == "" {
		n.Zone = "Asia/Shanghai"
	}
	if err := n.check(); err != nil {
		return Venue{}, err
	}
	var v Venue
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		v = Venue{ID: ids.New(), Code: n.Code, Name: n.Name, NameEn: n.NameEn, Address: n.Address, Zone: n.Zone, Version: 1, CreatedAt: tx.Now, Halls: []Hall{}}
		return insertVenue(ctx, tx, v)
	})
	return v, err
}

// Change holds what changes of a venue; nil leaves alone.
type Change struct {
	Version               int
	Name, NameEn, Address *string
}

// Update changes a venue. Errors: venue.not_found, venue.stale, core.fields.
func (s *Service) Update(ctx context.Context, id ids.ID, c Change) (Venue, error) {
	var v Venue
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var err error
		if v, err = getVenue(ctx, tx, id); err != nil {
			return err
		}
		set(&v.Name, c.Name)
		set(&v.NameEn, c.NameEn)
		set(&v.Address, c.Address)
		if err := (NewVenue{Code: v.Code, Name: v.Name, NameEn: v.NameEn, Address: v.Address, Zone: v.Zone}).check(); err != nil {
			return err
		}
		if v.Version != c.Version {
			return ErrStale
		}
		v.Version++
		return updateVenue(ctx, tx, v)
	})
	return v, err
}

func set(field *string, to *string) {
	if to != nil {
		*field = *to
	}
}

// Get returns a venue with its halls.
func (s *Service) Get(ctx context.Context, id ids.ID) (v Venue, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v, err = getVenue(ctx, tx, id)
		return err
	})
	return v, err
}

// List returns venues by name, with their halls.
func (s *Service) List(ctx context.Context, r page.Request) (p page.Page[Venue], err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = listVenues(ctx, tx, r)
		return err
	})
	return p, err
}

// AddHall adds a hall to a venue and gives it the next free hall code: the
// venue code and a suffix from 01 (PT-A; a divisible hall takes the next).
// Errors: venue.not_found, venue.name_taken, venue.layouts, core.fields.
func (s *Service) AddHall(ctx context.Context, venue ids.ID, name string) (Hall, error) {
	var l errs.List
	l.Text("name", name, 100, true)
	if err := l.Err(); err != nil {
		return Hall{}, err
	}
	var h Hall
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		v, err := lockVenue(ctx, tx, venue)
		if err != nil {
			return err
		}
		code, err := nextHallCode(v)
		if err != nil {
			return err
		}
		h = Hall{ID: ids.New(), VenueID: venue, Code: code, Name: name, Version: 1, CreatedAt: tx.Now}
		return insertHall(ctx, tx, h)
	})
	return h, err
}

// nextHallCode is the smallest suffix that no hall of v has.
func nextHallCode(v Venue) (codes.Hall, error) {
	used := map[string]bool{}
	for _, h := range v.Halls {
		used[h.Code.String()] = true
	}
	for n := 1; n <= 99; n++ {
		c, err := codes.MakeHall(v.Code, n)
		if err != nil {
			return codes.Hall{}, err
		}
		if !used[c.String()] {
			return c, nil
		}
	}
	return codes.Hall{}, ErrLayouts
}

// Hall returns one hall with its venue.
func (s *Service) Hall(ctx context.Context, id ids.ID) (v Venue, h Hall, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v, h, err = HallTx(ctx, tx, id)
		return err
	})
	return v, h, err
}
