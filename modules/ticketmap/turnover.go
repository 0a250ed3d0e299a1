package ticketmap

import (
	"slices"

	"parterre/modules/ticketmap/plan"
)

// Turnover tells which places a move to another plan version takes away and brings.
type Turnover struct {
	Gone      []int32    `json:"gone" doc:"All seats of the old version that the version does not have"`
	GoneNames []string   `json:"goneNames" doc:"Their printed labels, at most 200"`
	Buffered  []int32    `json:"buffered" doc:"Seats that the version has as buffer seats (RL-8)"`
	BufNames  []string   `json:"bufferedNames" doc:"Their printed labels, at most 200"`
	Come      []int32    `json:"come" doc:"Seats that the old version did not have, or had as buffer seats"`
	ComeNames []string   `json:"comeNames" doc:"Their printed labels, at most 200"`
	Areas     []AreaMove `json:"areas" doc:"Standing areas whose number of places changes"`

	lost    []int32 // standing places that the version lacks, by id
	shifted []int32 // standing places whose ids are another area's in the version
}

// AreaMove is a standing area before and after.
type AreaMove struct {
	Area  string `json:"area"`
	Label string `json:"label"`
	Was   int32  `json:"was" doc:"Places; 0 when it is new"`
	Now   int32  `json:"now" doc:"Places; 0 when the version lacks it"`
}

// Leaving lists the places that may be neither held nor sold for the move: seats
// that go or become buffer seats, and standing places that are no more or are another area's.
func (t *Turnover) Leaving() []int32 {
	return slices.Concat(t.Gone, t.Buffered, t.lost, t.shifted)
}

// Shifted lists the ids of standing places that are another area's in the version.
func (t *Turnover) Shifted() []int32 { return t.shifted }

const maxNames = 200

// turnover compares two versions of a hall's plan.
func turnover(old, next *plan.Plan) Turnover {
	t := Turnover{Gone: plan.Dropped(old, next), Buffered: []int32{}, Come: plan.Dropped(next, old), Areas: []AreaMove{}}
	was, is := plan.BufferSeats(old), plan.BufferSeats(next)
	slices.Sort(was)
	slices.Sort(is)
	common := func(p *plan.Plan) map[int32]bool {
		m := make(map[int32]bool, len(p.Seats))
		for i := range p.Seats {
			m[p.Seats[i].ID] = true
		}
		return m
	}
	had, has := common(old), common(next)
	for _, id := range is {
		if _, before := slices.BinarySearch(was, id); had[id] && !before {
			t.Buffered = append(t.Buffered, id)
		}
	}
	for _, id := range was {
		if _, still := slices.BinarySearch(is, id); has[id] && !still {
			t.Come = append(t.Come, id)
		}
	}
	slices.Sort(t.Come)
	if t.Gone == nil {
		t.Gone = []int32{}
	}
	if t.Come == nil {
		t.Come = []int32{}
	}
	t.GoneNames, t.BufNames, t.ComeNames = namesOf(old, t.Gone), namesOf(old, t.Buffered), namesOf(next, t.Come)
	t.areas(old, next)
	return t
}

func namesOf(p *plan.Plan, ids []int32) []string {
	out := []string{}
	if len(ids) == 0 {
		return out
	}
	at := make(map[int32]int, len(p.Seats))
	for i := range p.Seats {
		at[p.Seats[i].ID] = i
	}
	labels := plan.PrintedLabels(p)
	for _, id := range ids[:min(len(ids), maxNames)] {
		out = append(out, labels[at[id]])
	}
	return out
}

// areas compares standing areas. Their places are numbered by the area's position in
// the plan (Layout), so one that moved up has the numbers of another.
func (t *Turnover) areas(old, next *plan.Plan) {
	now := map[string]int{}
	for i := range next.Areas {
		now[next.Areas[i].ID] = i
	}
	for i := range old.Areas {
		a := &old.Areas[i]
		k, ok := now[a.ID]
		delete(now, a.ID)
		first := -int32(i+1) * plan.MaxCapacity
		move := AreaMove{Area: a.ID, Label: a.Label, Was: a.Capacity}
		if ok {
			move.Now = next.Areas[k].Capacity
		}
		if move.Was != move.Now {
			t.Areas = append(t.Areas, move)
		}
		there := int32(0) // how many of its ids the version has, whoever's they are
		if i < len(next.Areas) {
			there = min(next.Areas[i].Capacity, a.Capacity)
		}
		for n := range a.Capacity {
			switch id := first + n; {
			case n >= there:
				t.lost = append(t.lost, id)
			case !ok || k != i:
				t.shifted = append(t.shifted, id)
			}
		}
	}
	for i := range next.Areas {
		if a := &next.Areas[i]; now[a.ID] == i && slices.IndexFunc(old.Areas, func(o plan.Area) bool { return o.ID == a.ID }) < 0 {
			t.Areas = append(t.Areas, AreaMove{Area: a.ID, Label: a.Label, Now: a.Capacity})
		}
	}
}

// placeNames are the printed labels of a plan's places by id, of seats and
// standing places (by their area), for refusals.
func placeNames(p *plan.Plan, ids []int32) []string {
	label := make(map[int32]string, len(p.Seats))
	for i, l := range plan.PrintedLabels(p) {
		label[p.Seats[i].ID] = l
	}
	out := []string{}
	for _, id := range ids {
		l := label[id]
		if i := (int(-id)+plan.MaxCapacity-1)/plan.MaxCapacity - 1; id < 0 && i < len(p.Areas) { // id is -(i+1)*MaxCapacity + n
			l = p.Areas[i].Label
		}
		if l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
		if len(out) == 20 {
			break
		}
	}
	return out
}
