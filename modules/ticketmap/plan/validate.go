package plan

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// ValidID tells whether v can be the id of a record.
func ValidID(v string) bool {
	if len(v) < 1 || len(v) > 40 {
		return false
	}
	for i := 0; i < len(v); i++ {
		c := v[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == ':' || c == '-') {
			return false
		}
	}
	return true
}

// ValidColor tells whether v is #rrggbb in lower case.
func ValidColor(v string) bool {
	if len(v) != 7 || v[0] != '#' {
		return false
	}
	for _, c := range v[1:] {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// validText tells whether v has 1 to limit characters, none of them a control
// character or line separator, and no blank at either end.
func validText(v string, limit int) bool {
	if v == "" || len(v) > 4*limit || !utf8.ValidString(v) || utf8.RuneCountInString(v) > limit {
		return false
	}
	first, _ := utf8.DecodeRuneInString(v)
	last, _ := utf8.DecodeLastRuneInString(v)
	if unicode.IsSpace(first) || unicode.IsSpace(last) {
		return false
	}
	for _, r := range v {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			return false
		}
	}
	return true
}

// validator checks a whole plan: values, ids, references.
type validator struct {
	*report
	plan  *Plan
	kind  map[string]string // record id -> what it is
	seats map[int32]int     // seat id -> index
	home  map[int32]string  // seat id -> table or box that lists it
}

// validate reports everything that makes p no valid document.
func validate(p *Plan, r *report) {
	v := &validator{report: r, plan: p, kind: map[string]string{}, seats: make(map[int32]int, len(p.Seats)), home: map[int32]string{}}
	v.sizes()
	if len(r.list) > 0 {
		return
	}
	v.declare()
	v.head()
	v.sections()
	v.rakes()
	v.seatList()
	v.groups()
	v.companions()
	v.shapes()
	v.categories()
	v.bounds()
}

func (v *validator) sizes() {
	p := v.plan
	for _, c := range []struct {
		name     string
		n, limit int
	}{
		{"levels", len(p.Levels), MaxOthers},
		{"categories", len(p.Categories), MaxOthers},
		{"sections", len(p.Sections), MaxSections},
		{"rows", len(p.Rows), MaxRows},
		{"seats", len(p.Seats), MaxSeats},
		{"areas", len(p.Areas), MaxOthers},
		{"tables", len(p.Tables), MaxOthers},
		{"boxes", len(p.Boxes), MaxOthers},
		{"shapes", len(p.Shapes), MaxOthers},
	} {
		if c.n > c.limit {
			v.err("too_many", c.name, c.limit)
		}
	}
}

func at(list string, i int, field string) string {
	s := list + "[" + strconv.Itoa(i) + "]"
	if field != "" {
		s += "." + field
	}
	return s
}

// declare registers every record id and refuses a second use.
func (v *validator) declare() {
	p := v.plan
	one := func(list, what string, i int, id string) {
		switch {
		case !ValidID(id):
			v.err("id", at(list, i, "id"), clip(id))
		case v.kind[id] != "":
			v.err("duplicate_id", at(list, i, "id"), id)
		default:
			v.kind[id] = what
		}
	}
	for i := range p.Levels {
		one("levels", "level", i, p.Levels[i].ID)
	}
	for i := range p.Categories {
		one("categories", "category", i, p.Categories[i].ID)
	}
	for i := range p.Sections {
		one("sections", "section", i, p.Sections[i].ID)
	}
	for i := range p.Rows {
		one("rows", "row", i, p.Rows[i].ID)
	}
	for i := range p.Areas {
		one("areas", "area", i, p.Areas[i].ID)
	}
	for i := range p.Tables {
		one("tables", "table", i, p.Tables[i].ID)
	}
	for i := range p.Boxes {
		one("boxes", "box", i, p.Boxes[i].ID)
	}
	for i := range p.Shapes {
		one("shapes", "shape", i, p.Shapes[i].ID)
	}
}

var kindsZh = map[string]string{"level": "楼层", "section": "区", "row": "排", "seat": "座位", "area or table": "站席或桌"}

func (v *validator) ref(path, id, what string) {
	if v.kind[id] != what {
		v.err("dangling", path, clip(id), kindsZh[what], what)
	}
}

func (v *validator) name(path, text string, limit int, optional bool) {
	if optional && text == "" {
		return
	}
	if !validText(text, limit) {
		v.err("text", path, limit)
	}
}

func (v *validator) outline(path string, ps []Point) {
	if len(ps) < 3 || len(ps) > MaxOutlinePoints {
		v.err("outline", path)
	}
	for _, p := range ps {
		if !inRange(p.X, p.Y) {
			v.err("range", path, -MaxCoordinate, MaxCoordinate)
			return
		}
	}
}

func inRange(vs ...int32) bool {
	for _, x := range vs {
		if x < -MaxCoordinate || x > MaxCoordinate {
			return false
		}
	}
	return true
}

func (v *validator) head() {
	p := v.plan
	v.name("name", p.Name, 100, false)
	for i := range p.Levels {
		l := &p.Levels[i]
		v.name(at("levels", i, "name"), l.Name, 100, false)
		if l.Order < -1000 || l.Order > 1000 {
			v.err("range", at("levels", i, "order"), -1000, 1000)
		}
	}
}

func (v *validator) sections() {
	p := v.plan
	for i := range p.Sections {
		s := &p.Sections[i]
		v.ref(at("sections", i, "level"), s.Level, "level")
		v.name(at("sections", i, "name"), s.Name, 100, false)
		v.name(at("sections", i, "label"), s.Label, 32, false)
		v.name(at("sections", i, "entrance"), s.Entrance, 32, true)
		v.name(at("sections", i, "gate"), s.Gate, 32, true)
		v.outline(at("sections", i, "outline"), s.Outline)
		if s.Focal != nil && !inRange(s.Focal.X, s.Focal.Y) {
			v.err("range", at("sections", i, "focal"), -MaxCoordinate, MaxCoordinate)
		}
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		v.ref(at("rows", i, "section"), r.Section, "section")
		v.name(at("rows", i, "label"), r.Label, 32, false)
		if r.Kind != Straight && r.Kind != Curved && r.Kind != Free {
			v.err("choice", at("rows", i, "kind"), clip(r.Kind), "straight, curved, free")
		}
	}
}

func (v *validator) seatList() {
	largest := int32(0)
	for i := range v.plan.Seats {
		s := &v.plan.Seats[i]
		path := at("seats", i, "")
		if s.ID < 1 || s.ID > MaxSeatID {
			v.err("range", path+"[0]", 1, MaxSeatID)
		}
		if _, twice := v.seats[s.ID]; twice {
			v.err("duplicate_id", path+"[0]", s.ID)
		}
		v.seats[s.ID] = i
		largest = max(largest, s.ID)
		if s.Row != "" {
			v.ref(path+"[1]", s.Row, "row")
		}
		v.name(path+"[2]", s.Number, 32, false)
		if !inRange(s.X, s.Y) {
			v.err("range", path+"[3]", -MaxCoordinate, MaxCoordinate)
		}
		if s.Kind >= kinds {
			v.err("range", path+"[5]", 0, kinds-1)
		}
		if s.View >= views {
			v.err("range", path+"[6]", 0, views-1)
		}
		v.name(path+"[8]", s.Entrance, 32, true)
		v.name(path+"[9]", s.Note, 200, true)
		if v.full() {
			return
		}
	}
	if v.plan.NextSeatID <= largest || v.plan.NextSeatID < 1 {
		v.err("next_seat_id", "nextSeatId", largest)
	}
}
