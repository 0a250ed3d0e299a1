package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Distances used by Check, mm.
const (
	overlapDistance = 300 // centres closer than this stand in one another
	passWidth       = 600 // clear way that a person needs beside the end of a row
	halfSeat        = 270
)

// Check finds what a designer should see: problems of severity error hinder
// publishing, warnings do not. p must be valid (decoded or encodable). At most 200 are told.
func Check(p *Plan) []Finding {
	c := &checker{report: &report{}, p: p, levels: SeatLevels(p), rows: RowSeats(p)}
	c.labels()
	c.areaLabels()
	c.overlaps()
	c.numbers()
	c.reach()
	c.kinds()
	c.outside()
	return c.list
}

// Errors tells whether any of the problems hinders publishing.
func Errors(list []Finding) bool {
	return slices.ContainsFunc(list, func(p Finding) bool { return p.Severity == SeverityError })
}

type checker struct {
	*report
	p      *Plan
	levels []string
	rows   map[string][]int
	grid   map[cell][]int
}

type cell struct {
	level string
	x, y  int32
}

// PrintedLabels gives each seat's printed label by index: level name (only when
// there are several), section, row or table or box, number.
func PrintedLabels(p *Plan) []string {
	names := newNames(p)
	out := make([]string, len(p.Seats))
	for i := range p.Seats {
		out[i] = names.seat(&p.Seats[i])
	}
	return out
}

type names struct {
	place map[string]string // row, table or box id -> printed prefix
	home  map[int32]string
}

func newNames(p *Plan) *names {
	level := map[string]string{}
	for i := range p.Levels {
		level[p.Levels[i].ID] = p.Levels[i].Name
	}
	section := map[string]string{}
	for i := range p.Sections {
		s := &p.Sections[i]
		section[s.ID] = s.Label
		if l := level[s.Level]; l != s.Label && len(p.Levels) > 1 && !strings.HasPrefix(s.Label, l) {
			section[s.ID] = l + " " + s.Label
		}
	}
	n := &names{place: map[string]string{}, home: map[int32]string{}}
	for i := range p.Rows {
		n.place[p.Rows[i].ID] = section[p.Rows[i].Section] + " " + p.Rows[i].Label
	}
	for i := range p.Tables {
		n.place[p.Tables[i].ID] = section[p.Tables[i].Section] + " " + p.Tables[i].Label
		for _, s := range p.Tables[i].Seats {
			n.home[s] = p.Tables[i].ID
		}
	}
	for i := range p.Boxes {
		n.place[p.Boxes[i].ID] = level[p.Boxes[i].Level] + " " + p.Boxes[i].Name
		for _, s := range p.Boxes[i].Seats {
			n.home[s] = p.Boxes[i].ID
		}
	}
	return n
}

func (n *names) seat(s *Seat) string {
	if s.Row != "" {
		return n.place[s.Row] + " " + s.Number
	}
	return n.place[n.home[s.ID]] + " " + s.Number
}

func (c *checker) labels() {
	seen := make(map[string][]int32, len(c.p.Seats))
	var order []string
	for i, l := range PrintedLabels(c.p) {
		if len(seen[l]) == 1 {
			order = append(order, l)
		}
		seen[l] = append(seen[l], c.p.Seats[i].ID)
	}
	for _, l := range order {
		before := len(c.list)
		c.err("duplicate_label", "seats", l, len(seen[l]))
		if len(c.list) > before {
			c.list[before].Seats = firstN(seen[l], 20)
		}
	}
}

func (c *checker) areaLabels() {
	seen := map[string]bool{}
	one := func(path, section, label string) {
		key := section + "\x00" + label
		if seen[key] {
			c.err("duplicate_area", path, label)
		}
		seen[key] = true
	}
	for i := range c.p.Areas {
		one(at("areas", i, "label"), c.p.Areas[i].Section, c.p.Areas[i].Label)
	}
	for i := range c.p.Tables {
		one(at("tables", i, "label"), c.p.Tables[i].Section, c.p.Tables[i].Label)
	}
}

const cellSize = 1000

func (c *checker) index() {
	if c.grid != nil {
		return
	}
	c.grid = make(map[cell][]int, len(c.p.Seats)/2+1)
	for i := range c.p.Seats {
		k := cell{c.levels[i], floorDiv(c.p.Seats[i].X), floorDiv(c.p.Seats[i].Y)}
		c.grid[k] = append(c.grid[k], i)
	}
}

func floorDiv(v int32) int32 { return int32(math.Floor(float64(v) / cellSize)) }

// near calls f with the seats within a cell of (x, y) until f returns false. Cells are
// cut at 64 seats: in a heap of seats one neighbour is as good as another.
func (c *checker) near(level string, x, y int32, f func(i int) bool) {
	cx, cy := floorDiv(x), floorDiv(y)
	for dx := int32(-1); dx <= 1; dx++ {
		for dy := int32(-1); dy <= 1; dy++ {
			list := c.grid[cell{level, cx + dx, cy + dy}]
			for _, i := range list[:min(len(list), 64)] {
				if !f(i) {
					return
				}
			}
		}
	}
}

func (c *checker) overlaps() {
	c.index()
	for i := range c.p.Seats {
		if c.full() {
			return
		}
		s := &c.p.Seats[i]
		c.near(c.levels[i], s.X, s.Y, func(j int) bool {
			if j <= i {
				return true
			}
			if d := distance(c.p, i, j); d < overlapDistance {
				o := &c.p.Seats[j]
				c.warn([]int32{s.ID, o.ID}, "overlap", at("seats", i, ""), s.ID, o.ID, int(d))
				return false
			}
			return true
		})
	}
}

// numbers finds gaps: in a row of plain numbers, the odd ones and the even ones
// must each be without a gap (a row numbered 1 2 3 … passes by the same rule).
func (c *checker) numbers() {
	names := newNames(c.p)
	for r := range c.p.Rows {
		list := c.rows[c.p.Rows[r].ID]
		if len(list) == 0 {
			c.warn(nil, "empty_row", at("rows", r, ""), names.place[c.p.Rows[r].ID])
			continue
		}
		if gaps := gaps(c.p, list); len(gaps) > 0 {
			c.warn(nil, "missing_number", at("rows", r, ""), names.place[c.p.Rows[r].ID], strings.Join(gaps, ", "))
		}
	}
}

func gaps(p *Plan, list []int) []string {
	var parity [2][]int
	for _, i := range list {
		n, ok := plainNumber(p.Seats[i].Number)
		if !ok {
			return nil
		}
		parity[n%2] = append(parity[n%2], n)
	}
	var out []string
	for _, ns := range parity {
		slices.Sort(ns)
		for i := 1; i < len(ns); i++ {
			for m := ns[i-1] + 2; m < ns[i]; m += 2 {
				if len(out) == 10 {
					return append(out, "…")
				}
				out = append(out, strconv.Itoa(m))
			}
		}
	}
	return out
}

// plainNumber reads a decimal number without leading zero, below 10^8.
func plainNumber(s string) (int, bool) {
	if s == "" || len(s) > 8 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// reach warns about rows with another seat or a wall right at both ends and no way through the middle.
func (c *checker) reach() {
	c.index()
	var walls []*Shape
	for i := range c.p.Shapes {
		if s := &c.p.Shapes[i]; s.Kind == Wall && len(s.Outline) > 0 {
			walls = append(walls, s)
		}
	}
	names := newNames(c.p)
	for r := range c.p.Rows {
		list := c.rows[c.p.Rows[r].ID]
		if len(list) < 2 || c.p.Rows[r].Kind == Free || c.hasGap(list) {
			continue
		}
		n := len(list)
		if c.closed(list[0], list[1], walls) && c.closed(list[n-1], list[n-2], walls) {
			c.warn([]int32{c.p.Seats[list[0]].ID, c.p.Seats[list[n-1]].ID}, "unreachable_row", at("rows", r, ""), names.place[c.p.Rows[r].ID])
		}
	}
}

// hasGap tells whether an aisle crosses the row.
func (c *checker) hasGap(list []int) bool {
	for k := 1; k < len(list); k++ {
		if distance(c.p, list[k-1], list[k]) >= 2*halfSeat+passWidth {
			return true
		}
	}
	return false
}

// closed tells whether the way past the end seat e (beside its neighbour n) is blocked.
func (c *checker) closed(e, n int, walls []*Shape) bool {
	a, b := &c.p.Seats[e], &c.p.Seats[n]
	dx, dy := float64(a.X)-float64(b.X), float64(a.Y)-float64(b.Y)
	d := math.Hypot(dx, dy)
	if d == 0 {
		return false
	}
	reach := float64(halfSeat + passWidth)
	x, y := int32(float64(a.X)+dx/d*reach/2), int32(float64(a.Y)+dy/d*reach/2)
	fx, fy := int32(float64(a.X)+dx/d*reach), int32(float64(a.Y)+dy/d*reach)
	hit := false
	c.near(c.levels[e], x, y, func(j int) bool {
		if c.p.Seats[j].Row == a.Row {
			return true
		}
		ox, oy := float64(c.p.Seats[j].X)-float64(a.X), float64(c.p.Seats[j].Y)-float64(a.Y)
		along, across := (ox*dx+oy*dy)/d, math.Abs(ox*dy-oy*dx)/d
		hit = along > 0 && along < reach+halfSeat-1 && across < 250
		return !hit
	})
	if hit {
		return true
	}
	for _, w := range walls {
		if (w.Level == "" || w.Level == c.levels[e]) && Inside(w.Outline, fx, fy) != Inside(w.Outline, a.X, a.Y) {
			return true
		}
	}
	return false
}

// kinds checks companions, couples and the notes of restricted views.
func (c *checker) kinds() {
	accompanied := map[int32]bool{}
	for i := range c.p.Seats {
		accompanied[c.p.Seats[i].CompanionOf] = true
	}
	for i := range c.p.Seats {
		s := &c.p.Seats[i]
		if s.Kind == Accessible && !accompanied[s.ID] {
			c.warn([]int32{s.ID}, "no_companion", at("seats", i, ""), s.ID)
		}
		if s.View != Clear && s.Note == "" {
			c.warn([]int32{s.ID}, "view_note", at("seats", i, ""), s.ID)
		}
	}
	for _, r := range c.p.Rows {
		list := c.rows[r.ID]
		for k, i := range list {
			if s := &c.p.Seats[i]; (s.Kind == CoupleLeft || s.Kind == CoupleRight) && !c.paired(list, k) {
				c.warn([]int32{s.ID}, "half_couple", at("seats", i, ""), s.ID)
			}
		}
	}
}

// paired looks for the other half beside seat k of a row, on either side: left and
// right are the sitter's, and a row may run either way.
func (c *checker) paired(list []int, k int) bool {
	other := CoupleLeft + CoupleRight - c.p.Seats[list[k]].Kind
	for _, j := range []int{k - 1, k + 1} {
		if j >= 0 && j < len(list) && c.p.Seats[list[j]].Kind == other && distance(c.p, list[k], list[j]) < 1000 {
			return true
		}
	}
	return false
}

func (c *checker) outside() {
	section := map[string]int{}
	for i := range c.p.Sections {
		section[c.p.Sections[i].ID] = i
	}
	count := make([][]int32, len(c.p.Sections))
	for r := range c.p.Rows {
		k := section[c.p.Rows[r].Section]
		for _, i := range c.rows[c.p.Rows[r].ID] {
			if s := &c.p.Seats[i]; len(count[k]) < 1000 && !Inside(c.p.Sections[k].Outline, s.X, s.Y) {
				count[k] = append(count[k], s.ID)
			}
		}
	}
	for k, ids := range count {
		if len(ids) > 0 {
			c.warn(ids, "outside_section", at("sections", k, "outline"), c.p.Sections[k].Name, len(ids))
		}
	}
}
