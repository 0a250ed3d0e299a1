package ticketmap

import (
	"parterre/modules/ticketmap/plan"
)

// largeShow is the audience from which the stricter share of public sale holds (RL-2).
const largeShow = 5000

// Meter tells how a map stands to the rules of public sale. All numbers are places.
type Meter struct {
	Approved int            `json:"approved" doc:"Approved audience; 0 for a template"`
	Percent  int            `json:"percent" doc:"Share that must be on public sale (RL-2): 85 from 5,000 approved on, else 70"`
	Required int            `json:"required" doc:"Places that must be on public sale"`
	Places   int            `json:"places" doc:"All places of the plan"`
	Buffer   int            `json:"buffer" doc:"In the buffer area: never sold or held (RL-8)"`
	Public   int            `json:"public" doc:"In a zone on public sale and not held"`
	Internal int            `json:"internal" doc:"In a zone that is not on public sale"`
	Held     int            `json:"held"`
	HeldBy   map[string]int `json:"heldBy" doc:"Held places by reason"`
	Allotted int            `json:"allotted" doc:"Kept for a channel; with a release date they count as public (RL-2), without as held"`
	Unzoned  int            `json:"unzoned" doc:"In no zone and not held"`
	Total    int            `json:"total" doc:"On sale, internal and held together; at most the approved audience (RL-8)"`
	ByZone   map[int]int    `json:"byZone" doc:"Places on sale by zone number"`
	PublicOK bool           `json:"publicOk" doc:"RL-2 holds"`
	TotalOK  bool           `json:"totalOk" doc:"RL-8 holds"`
}

// Threshold is the share of the approved audience, in percent, that must be on
// public sale, and the number of places that this makes, rounded up (RL-2).
func Threshold(approved int) (percent, required int) {
	percent = 70
	if approved >= largeShow {
		percent = 85
	}
	return percent, (approved*percent + 99) / 100
}

// Measure counts a painted map against the approved audience.
func (p *Painted) Measure(approved int) Meter {
	m := Meter{Approved: approved, Places: p.plan.Places(), HeldBy: map[string]int{}, ByZone: map[int]int{}}
	m.Percent, m.Required = Threshold(approved)
	for i := range p.plan.Seats {
		if p.allot[i] > 0 {
			p.countAllotted(&m, p.allot[i]-1, p.zone[i], 1)
			continue
		}
		p.count(&m, p.zone[i], p.hold[i], p.buffer[i], 1)
	}
	for i := range p.plan.Areas {
		a := &p.plan.Areas[i]
		free := int(a.Capacity)
		for h, n := range p.areaHold[a.ID] {
			p.count(&m, p.areaZone[a.ID], h+1, false, n)
			free -= n
		}
		for x, n := range p.areaAllot[a.ID] {
			p.countAllotted(&m, x, p.areaZone[a.ID], n)
			free -= n
		}
		p.count(&m, p.areaZone[a.ID], 0, false, free)
	}
	m.Total = m.Public + m.Internal + m.Held
	m.PublicOK = m.Public >= m.Required
	m.TotalOK = m.Total <= approved
	return m
}

// countAllotted counts places kept for a channel: the public's, if they will be released.
func (p *Painted) countAllotted(m *Meter, allotment, zone, n int) {
	m.Allotted += n
	if p.content.Allotments[allotment].Release == nil {
		m.Held += n
		m.HeldBy["allotment"] += n
		return
	}
	p.count(m, zone, 0, false, n)
}

func (p *Painted) count(m *Meter, zone, hold int, buffer bool, n int) {
	switch {
	case n == 0:
	case buffer:
		m.Buffer += n
	case hold > 0:
		m.Held += n
		m.HeldBy[p.content.Holds[hold-1].Reason] += n
	case zone == 0:
		m.Unzoned += n
	default:
		z := &p.content.Zones[zone-1]
		m.ByZone[z.No] += n
		if publicKinds[z.Kind] {
			m.Public += n
		} else {
			m.Internal += n
		}
	}
}

// allow applies the rules to a change of a map that belongs to a session. Before
// the map is live only what no further painting could mend is refused: holds and internal
// zones that leave too little for public sale. A live map obeys both rules at each change.
func (m Meter) allow(live bool) error {
	possible := m.Public
	if !live {
		possible += m.Unzoned
	}
	if possible < m.Required && (live || m.Held+m.Internal > 0) {
		return ErrPublicShare.With("public", possible).With("percent", m.Percent).With("required", m.Required)
	}
	if live && !m.TotalOK {
		return ErrOverApproved.With("total", m.Total).With("approved", m.Approved)
	}
	return nil
}

// Painted is a plan with the zones and holds of a map laid on it.
type Painted struct {
	plan     *plan.Plan
	content  MapContent
	zone     []int // by seat index: index of the zone + 1, 0 none
	hold     []int // by seat index: index of the hold + 1, 0 none
	buffer   []bool
	areaZone map[string]int
	areaHold map[string]map[int]int // area -> index of the hold -> places

	allot     []int                  // by seat index: index of the allotment + 1, 0 none
	areaAllot map[string]map[int]int // area -> index of the allotment -> places
}
