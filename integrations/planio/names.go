package planio

import (
	"math"

	"parterre/modules/ticketmap/plan"
)

// lookup answers what exporters ask of a plan, by index and id.
type lookup struct {
	p        *plan.Plan
	level    map[string]*plan.Level
	section  map[string]*plan.Section
	row      map[string]*plan.Row
	table    map[int32]*plan.Table
	box      map[int32]*plan.Box
	category map[int32]int  // seat -> index, absent for none
	object   map[string]int // area or table -> index
}

func look(p *plan.Plan) *lookup {
	l := &lookup{
		p: p, level: map[string]*plan.Level{}, section: map[string]*plan.Section{}, row: map[string]*plan.Row{},
		table: map[int32]*plan.Table{}, box: map[int32]*plan.Box{}, category: map[int32]int{}, object: map[string]int{},
	}
	for i := range p.Levels {
		l.level[p.Levels[i].ID] = &p.Levels[i]
	}
	for i := range p.Sections {
		l.section[p.Sections[i].ID] = &p.Sections[i]
	}
	for i := range p.Rows {
		l.row[p.Rows[i].ID] = &p.Rows[i]
	}
	for i := range p.Tables {
		for _, s := range p.Tables[i].Seats {
			l.table[s] = &p.Tables[i]
		}
	}
	for i := range p.Boxes {
		for _, s := range p.Boxes[i].Seats {
			l.box[s] = &p.Boxes[i]
		}
	}
	for i := range p.Categories {
		for _, o := range p.Categories[i].Objects {
			l.object[o] = i
		}
	}
	for i := range p.Seats {
		for c := range p.Categories {
			if inRuns(p.Categories[c].Seats, p.Seats[i].ID) {
				l.category[p.Seats[i].ID] = c
				break
			}
		}
	}
	return l
}

func inRuns(runs []plan.Run, id int32) bool {
	low, high := 0, len(runs)
	for low < high {
		mid := (low + high) / 2
		switch {
		case runs[mid].Last < id:
			low = mid + 1
		case runs[mid].First > id:
			high = mid
		default:
			return true
		}
	}
	return false
}

// sectionOf is the section of a seat; nil for a box without rows.
func (l *lookup) sectionOf(s *plan.Seat) *plan.Section {
	if r := l.row[s.Row]; r != nil {
		return l.section[r.Section]
	}
	if t := l.table[s.ID]; t != nil {
		return l.section[t.Section]
	}
	return nil
}

// place is the printed level, section and row (or table or box) of a seat.
func (l *lookup) place(s *plan.Seat) (level, section, row string) {
	if sec := l.sectionOf(s); sec != nil {
		level, section = l.level[sec.Level].Name, sec.Label
	}
	switch {
	case s.Row != "":
		row = l.row[s.Row].Label
	case l.table[s.ID] != nil:
		row = l.table[s.ID].Label
	case l.box[s.ID] != nil:
		b := l.box[s.ID]
		level, section, row = l.level[b.Level].Name, b.Name, b.Name
	}
	return level, section, row
}

// hundredths rounds for formats that carry decimals.
func hundredths(v float64) float64 { return math.Round(v*100) / 100 }

// unit is the mm of one unit in formats that count in pixels: a seat of 520 mm is 20 units wide.
const unit = 26

// pixel turns mm into units from the corner of the bounds.
func pixel(p *plan.Plan, x, y int32) (float64, float64) {
	return hundredths(float64(x-p.Bounds.Min.X) / unit), hundredths(float64(y-p.Bounds.Min.Y) / unit)
}
