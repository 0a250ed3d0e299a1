package ticketmap

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/plan"
)

// Map is a plan dressed for one session, or a template when SessionID is zero.
type Map struct {
	ID        ids.ID    `json:"id"`
	PlanID    ids.ID    `json:"planId"`
	SessionID ids.ID    `json:"sessionId" doc:"Empty for a template"`
	Name      string    `json:"name"`
	Approved  int       `json:"approved" doc:"Approved audience of the session, 0 for a template"`
	Live      bool      `json:"live" doc:"Was on sale: every rule binds each change"`
	Version   int       `json:"version" doc:"Revision; grows with each change"`
	CreatedAt time.Time `json:"createdAt"`
	ChangedAt time.Time `json:"changedAt"`
	MapContent
}

// MapContent is what a revision of a map says.
type MapContent struct {
	Zones      []PriceZone `json:"zones" maxItems:"200"`
	Holds      []SeatHold  `json:"holds" maxItems:"500"`
	Allotments []Allotment `json:"allotments,omitempty" maxItems:"200" doc:"Where a map is replaced: absent leaves them as they are, an empty list takes them away"`
	// Kinds and Prices are treated as Allotments are.
	Kinds  []TicketKind `json:"kinds,omitempty" maxItems:"20" doc:"Kinds of ticket sold beside the full price; where a map is replaced: absent leaves them as they are"`
	Prices []ListPrice  `json:"prices,omitempty" maxItems:"20000" doc:"Prices by channel, kind and package that do not follow from the zones' prices; where a map is replaced: absent leaves those of zones whose price stays"`
}

// Allotment keeps places of zones for one channel (渠道配额), until its release
// date if it has one. Places that will be released count as public sale (RL-2): they are public's, only later.
type Allotment struct {
	No       int        `json:"no" minimum:"1" maximum:"100000"`
	Name     string     `json:"name" minLength:"1" maxLength:"40"`
	Channel  string     `json:"channel" enum:"online,counter,agent"`
	Release  *time.Time `json:"release,omitempty" doc:"When what is left goes to public sale; absent: never, and it counts as held"`
	Released bool       `json:"released,omitempty" doc:"It did"`
	Seats    [][2]int32 `json:"seats" maxItems:"250000" doc:"Runs [first, last] of seat ids"`
	Areas    []HeldArea `json:"areas" maxItems:"20000"`
}

// PriceZone is a price zone (票档).
type PriceZone struct {
	No     int        `json:"no" minimum:"1" maximum:"4095" doc:"Permanent number of the zone in this map"`
	Name   string     `json:"name" minLength:"1" maxLength:"40"`
	Letter string     `json:"letter" minLength:"1" maxLength:"4" doc:"Short mark shown on the map, so that colour is never the only sign"`
	Color  string     `json:"color" pattern:"^#[0-9a-f]{6}$"`
	Price  money.Fen  `json:"price" minimum:"0" maximum:"999999999999" doc:"List price in fen (分)"`
	Kind   string     `json:"kind" enum:"public,package,work,complimentary" doc:"public and package are public sale (RL-2)"`
	Seats  [][2]int32 `json:"seats" maxItems:"250000" doc:"Runs [first, last] of seat ids"`
	Areas  []string   `json:"areas" maxItems:"20000" doc:"Ids of standing areas"`
}

// SeatHold keeps places from sale.
type SeatHold struct {
	No     int        `json:"no" minimum:"1" maximum:"100000"`
	Reason string     `json:"reason" enum:"security,work,complimentary,press,anti-crush,reserved" doc:"安保、工作、赠票、媒体、防涨、保留"`
	Note   string     `json:"note" maxLength:"200"`
	Seats  [][2]int32 `json:"seats" maxItems:"250000" doc:"Runs [first, last] of seat ids"`
	Areas  []HeldArea `json:"areas" maxItems:"20000"`
}

// HeldArea is a number of places of a standing area.
type HeldArea struct {
	Area  string `json:"area" maxLength:"40"`
	Count int    `json:"count" minimum:"1" maximum:"1000000"`
}

var (
	publicKinds = map[string]bool{"public": true, "package": true}
	zoneKinds   = map[string]bool{"public": true, "package": true, "work": true, "complimentary": true}
	// HoldReasons are the reasons in the trade's order with their Chinese names.
	HoldReasons = map[string]string{"security": "安保", "work": "工作", "complimentary": "赠票", "press": "媒体", "anti-crush": "防涨", "reserved": "保留"}
	colorForm   = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// check looks at values that need no plan.
func (c MapContent) check() error {
	var l errs.List
	zones, holds := map[int]bool{}, map[int]bool{}
	for i, z := range c.Zones {
		at := func(f string) string { return fmt.Sprintf("zones[%d].%s", i, f) }
		l.Text(at("name"), z.Name, 40, true)
		l.Text(at("letter"), z.Letter, 4, true)
		if z.No < 1 || z.No > 4095 || zones[z.No] {
			l.Add(at("no"), "ticketmap.zone_no", "票档编号须为 1–4095 且不重复。", "Zone numbers run from 1 to 4095, each used once.", "")
		}
		zones[z.No] = true
		if !colorForm.MatchString(z.Color) {
			l.Add(at("color"), "ticketmap.color", "颜色须写成 #rrggbb（小写）。", "Write the colour as #rrggbb in lower case.", "")
		}
		if !zoneKinds[z.Kind] {
			l.Add(at("kind"), "ticketmap.kind", "票档类型不正确。", "Unknown kind of zone.", "")
		}
		l.AddErr(at("price"), z.Price.Check())
	}
	for i, h := range c.Holds {
		at := func(f string) string { return fmt.Sprintf("holds[%d].%s", i, f) }
		l.Text(at("note"), h.Note, 200, false)
		if h.No < 1 || h.No > 100_000 || holds[h.No] {
			l.Add(at("no"), "ticketmap.hold_no", "预留编号须为正数且不重复。", "Hold numbers are positive, each used once.", "")
		}
		holds[h.No] = true
		if HoldReasons[h.Reason] == "" {
			l.Add(at("reason"), "ticketmap.reason", "请选择预留原因：安保、工作、赠票、媒体、防涨或保留。", "Give a reason: security, work, complimentary, press, anti-crush or reserved.", "")
		}
	}
	c.checkAllotments(&l)
	c.checkTariff(&l)
	return l.Err()
}

func (c MapContent) checkAllotments(l *errs.List) {
	seen := map[int]bool{}
	for i, a := range c.Allotments {
		at := func(f string) string { return fmt.Sprintf("allotments[%d].%s", i, f) }
		l.Text(at("name"), a.Name, 40, true)
		if a.No < 1 || a.No > 100_000 || seen[a.No] {
			l.Add(at("no"), "ticketmap.allotment_no", "配额编号须为正数且不重复。", "Allotment numbers are positive, each used once.", "")
		}
		seen[a.No] = true
		if a.Channel != "online" && a.Channel != "counter" && a.Channel != "agent" {
			l.Add(at("channel"), "ticketmap.channel", "渠道须为 online、counter 或 agent。", "The channel is online, counter or agent.", "")
		}
		if a.Released && a.Release == nil {
			l.Add(at("released"), "ticketmap.released", "已释放的配额须有释放时间。", "What was released has a release time.", "")
		}
	}
}

// Paint lays c on p. Every seat and area must be in the plan, at most in one
// zone and one hold, and no buffer seat in either (RL-8).
func Paint(p *plan.Plan, c MapContent) (*Painted, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	n := len(p.Seats)
	out := &Painted{
		plan: p, content: c, zone: make([]int, n), hold: make([]int, n), buffer: make([]bool, n),
		allot: make([]int, n), areaZone: map[string]int{}, areaHold: map[string]map[int]int{}, areaAllot: map[string]map[int]int{},
	}
	index := make(map[int32]int, n)
	for i := range p.Seats {
		index[p.Seats[i].ID] = i
	}
	for _, id := range plan.BufferSeats(p) {
		out.buffer[index[id]] = true
	}
	for i, z := range c.Zones {
		if err := out.lay(index, out.zone, i+1, z.Seats, fmt.Sprintf("zones[%d].seats", i)); err != nil {
			return nil, err
		}
	}
	for i, h := range c.Holds {
		if err := out.lay(index, out.hold, i+1, h.Seats, fmt.Sprintf("holds[%d].seats", i)); err != nil {
			return nil, err
		}
	}
	for i, a := range c.Allotments {
		if a.Released {
			continue
		}
		path := fmt.Sprintf("allotments[%d].seats", i)
		if err := out.lay(index, out.allot, i+1, a.Seats, path); err != nil {
			return nil, err
		}
		for k := range n {
			if out.allot[k] == i+1 && (out.hold[k] != 0 || out.zone[k] == 0) {
				return nil, ErrAllotted.With("what", p.Seats[k].ID).At(path)
			}
		}
	}
	return out, out.layAreas()
}

// lay marks the seats of runs. A run may span ids that the plan does not have
// (removed seats), but its ends are seats.
func (p *Painted) lay(index map[int32]int, mark []int, value int, runs [][2]int32, path string) error {
	for k, r := range runs {
		at := fmt.Sprintf("%s[%d]", path, k)
		for _, end := range r {
			if _, ok := index[end]; !ok || r[0] > r[1] {
				return ErrNotInPlan.With("what", end).At(at)
			}
		}
		if int(r[1]-r[0]) > 8*len(mark)+1024 {
			return ErrNotInPlan.With("what", r[1]).At(at) // mostly holes: not a run of this plan
		}
		for id := r[0]; id <= r[1]; id++ {
			i, ok := index[id]
			switch {
			case !ok:
				continue
			case p.buffer[i]:
				return ErrBuffer.With("what", id).At(at)
			case mark[i] != 0:
				return ErrTwice.With("what", id).At(at)
			}
			mark[i] = value
		}
	}
	return nil
}

func (p *Painted) layAreas() error {
	left := map[string]int{}
	for i := range p.plan.Areas {
		left[p.plan.Areas[i].ID] = int(p.plan.Areas[i].Capacity)
	}
	for i, z := range p.content.Zones {
		for k, a := range z.Areas {
			at := fmt.Sprintf("zones[%d].areas[%d]", i, k)
			if _, ok := left[a]; !ok {
				return ErrNotInPlan.With("what", a).At(at)
			}
			if p.areaZone[a] != 0 {
				return ErrTwice.With("what", a).At(at)
			}
			p.areaZone[a] = i + 1
		}
	}
	for i, h := range p.content.Holds {
		for k, a := range h.Areas {
			at := fmt.Sprintf("holds[%d].areas[%d]", i, k)
			if left[a.Area] -= a.Count; a.Count < 1 || left[a.Area] < 0 {
				return ErrNotInPlan.With("what", fmt.Sprintf("%s × %d", a.Area, a.Count)).At(at)
			}
			if p.areaHold[a.Area] == nil {
				p.areaHold[a.Area] = map[int]int{}
			}
			p.areaHold[a.Area][i] += a.Count
		}
	}
	for i, x := range p.content.Allotments {
		for k, a := range x.Areas {
			if x.Released {
				continue
			}
			at := fmt.Sprintf("allotments[%d].areas[%d]", i, k)
			if left[a.Area] -= a.Count; a.Count < 1 || left[a.Area] < 0 || p.areaZone[a.Area] == 0 {
				return ErrNotInPlan.With("what", fmt.Sprintf("%s × %d", a.Area, a.Count)).At(at)
			}
			if p.areaAllot[a.Area] == nil {
				p.areaAllot[a.Area] = map[int]int{}
			}
			p.areaAllot[a.Area][i] += a.Count
		}
	}
	return nil
}

// NewMap is what makes a ticket map.
type NewMap struct {
	PlanID    ids.ID
	SessionID ids.ID // zero: a template
	Approved  int    // approved audience of the session
	Name      string
	From      ids.ID // a map of the same plan to copy zones and holds from; zero: the plan's categories at price 0
}

// CreateMap dresses a published plan. Errors: ticketmap.plan_not_found,
// ticketmap.not_published, ticketmap.map_not_found, ticketmap.map_exists, core.fields.
func (s *Service) CreateMap(ctx context.Context, n NewMap) (Map, error) {
	var l errs.List
	l.Text("name", n.Name, 100, true)
	if !n.SessionID.IsZero() && n.Approved < 1 {
		l.Add("approved", "core.required", "场次票图须填写核准人数。", "A session's map needs the approved audience.", "RL-8")
	}
	if err := l.Err(); err != nil {
		return Map{}, err
	}
	var m Map
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err := getPlan(ctx, tx, n.PlanID, "")
		if err != nil {
			return err
		}
		if p.State != "published" {
			return ErrNotPublished
		}
		doc, err := document(ctx, tx, p.Hash)
		if err != nil {
			return err
		}
		m = Map{ID: ids.New(), PlanID: p.ID, SessionID: n.SessionID, Name: n.Name, Approved: n.Approved, Version: 1, CreatedAt: tx.Now, ChangedAt: tx.Now}
		if n.From.IsZero() {
			m.MapContent = FromCategories(doc)
		} else if m.MapContent, err = copyOf(ctx, tx, n); err != nil {
			return err
		}
		if _, err := Paint(doc, m.MapContent); err != nil {
			return err
		}
		if err := insertMap(ctx, tx, m); err != nil || n.SessionID.IsZero() || s.dressed == nil {
			return err
		}
		return s.dressed(ctx, n.SessionID, m.ID)
	})
	return m, err
}

func copyOf(ctx context.Context, tx db.Tx, n NewMap) (MapContent, error) {
	from, err := getMap(ctx, tx, "m.id = ?", n.From, "")
	if err == nil && from.PlanID != n.PlanID {
		err = ErrMapNotFound
	}
	return from.MapContent, err
}

// FromCategories makes zones of the plan's categories at price 0, without buffer seats.
func FromCategories(p *plan.Plan) MapContent {
	c := MapContent{Zones: []PriceZone{}, Holds: []SeatHold{}}
	buffer := map[int32]bool{}
	for _, id := range plan.BufferSeats(p) {
		buffer[id] = true
	}
	seats := make([]int32, 0, len(p.Seats))
	sorted := *p
	sorted.Seats = append([]plan.Seat(nil), p.Seats...)
	plan.SortSeats(&sorted)
	areas := map[string]bool{}
	for i := range p.Areas {
		areas[p.Areas[i].ID] = true
	}
	for i, cat := range p.Categories {
		z := PriceZone{No: i + 1, Name: cat.Name, Letter: letterOf(i), Color: cat.Color, Kind: "public", Seats: [][2]int32{}, Areas: []string{}}
		seats = seats[:0]
		k := 0
		for _, s := range sorted.Seats {
			for k < len(cat.Seats) && cat.Seats[k].Last < s.ID {
				k++
			}
			if k < len(cat.Seats) && s.ID >= cat.Seats[k].First && !buffer[s.ID] {
				seats = append(seats, s.ID)
			}
		}
		for _, r := range plan.Runs(seats) {
			z.Seats = append(z.Seats, [2]int32{r.First, r.Last})
		}
		for _, o := range cat.Objects {
			if areas[o] {
				z.Areas = append(z.Areas, o)
			}
		}
		c.Zones = append(c.Zones, z)
	}
	return c
}

func letterOf(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint(i + 1)
}

// Map returns a map with its zones and holds.
func (s *Service) Map(ctx context.Context, id ids.ID) (m Map, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err = getMap(ctx, tx, "m.id = ?", id, "")
		return err
	})
	return m, err
}

// Maps lists the maps of a plan, newest first, without their content.
func (s *Service) Maps(ctx context.Context, planID ids.ID) (list []Map, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getPlan(ctx, tx, planID, ""); err != nil {
			return err
		}
		list, err = listMaps(ctx, tx, planID)
		return err
	})
	return list, err
}

// SessionMap returns the map of a session that is or was on sale.
func (s *Service) SessionMap(ctx context.Context, session ids.ID) (m Map, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if m, err = MapOfSession(ctx, tx, session); err == nil && !m.Live {
			err = ErrMapNotFound
		}
		return err
	})
	return m, err
}
