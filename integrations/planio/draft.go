package planio

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"parterre/modules/ticketmap/plan"
)

// draft builds a plan out of what a foreign file says: it gives ids, cleans
// texts, draws outlines that the file does not have, and remembers what was assumed.
type draft struct {
	telling
	p        *plan.Plan
	scale    float64 // mm per unit of the file
	sections map[string]*draftSection
	rows     map[string]string // section id + label -> row id
	cats     map[string]int    // key of the file -> index
	catSeats map[int][]int32
	err      error
	implicit int // sections that the file does not have
}

type draftSection struct {
	index  int
	points []plan.Point // what its outline must hold
	drawn  bool         // the file has an outline
}

func newDraft(name string, scale float64) *draft {
	d := &draft{
		p: &plan.Plan{NextSeatID: 1}, scale: scale, sections: map[string]*draftSection{}, rows: map[string]string{},
		cats: map[string]int{}, catSeats: map[int][]int32{},
	}
	d.p.Name = d.text(name, 100, "name", "未命名座位图")
	return d
}

// text cleans a text: control characters and outer blanks go, what is too long is
// cut and told, what is empty becomes the fallback.
func (d *draft) text(s string, limit int, path, fallback string) string {
	clean := strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == 0x2028 || r == 0x2029:
			return ' '
		case unicode.IsControl(r) || r == 0xfeff || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	if r := []rune(clean); len(r) > limit {
		d.tell("text_shortened", path, "文字过长，已截短。", "A text was too long and was shortened.")
		clean = strings.TrimSpace(string(r[:limit]))
	}
	if clean == "" {
		return fallback
	}
	return clean
}

// fail keeps the first error.
func (d *draft) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// point turns units of the file into millimetres; a place out of range or not a number is an error.
func (d *draft) point(x, y float64, path string) plan.Point {
	x, y = x*d.scale, y*d.scale
	if math.IsNaN(x) || math.IsNaN(y) || math.Abs(x) > plan.MaxCoordinate-100_000 || math.Abs(y) > plan.MaxCoordinate-100_000 {
		d.fail(refuse("range", path, "坐标不是数字或超出范围。", "A coordinate is no number or out of range."))
		return plan.Point{}
	}
	return plan.Point{X: int32(math.Round(x)), Y: int32(math.Round(y))}
}

func (d *draft) level(name string) string {
	name = d.text(name, 100, "levels", "一层")
	for i := range d.p.Levels {
		if d.p.Levels[i].Name == name {
			return d.p.Levels[i].ID
		}
	}
	id := "L" + strconv.Itoa(len(d.p.Levels)+1)
	d.p.Levels = append(d.p.Levels, plan.Level{ID: id, Name: name, Order: int32(min(len(d.p.Levels), 1000))})
	if len(d.p.Levels) > plan.MaxOthers {
		d.tooMany("levels")
	}
	return id
}

func (d *draft) tooMany(path string) {
	d.fail(refuse("too_many", path, "对象数量超过上限。", "There are more objects than the limit."))
}

// section finds or makes the section of a level by label. key tells sections of
// equal label apart; an empty label is the implicit section of a file without sections.
func (d *draft) section(level, key, label string) *draftSection {
	full := level + "\x00" + key
	if s, ok := d.sections[full]; ok {
		return s
	}
	if label == "" {
		label = "全场"
		d.implicit++
		d.tell("section_made", "sections", "文件没有分区，已放入“全场”区。", "The file has no section; one was made.")
	}
	s := &draftSection{index: len(d.p.Sections)}
	clean := d.text(label, 32, "sections", "区")
	d.p.Sections = append(d.p.Sections, plan.Section{ID: "s" + strconv.Itoa(s.index+1), Level: level, Name: clean, Label: clean})
	d.sections[full] = s
	if len(d.p.Sections) > plan.MaxSections {
		d.tooMany("sections")
	}
	return s
}

func (d *draft) at(s *draftSection) *plan.Section { return &d.p.Sections[s.index] }

// row finds or makes the row of a section by key.
func (d *draft) row(s *draftSection, key, label, kind string) string {
	full := d.at(s).ID + "\x00" + key
	if id, ok := d.rows[full]; ok {
		return id
	}
	id := "r" + strconv.Itoa(len(d.p.Rows)+1)
	d.p.Rows = append(d.p.Rows, plan.Row{ID: id, Section: d.at(s).ID, Label: d.text(label, 32, "rows", "0"), Kind: kind})
	d.rows[full] = id
	if len(d.p.Rows) > plan.MaxRows {
		d.tooMany("rows")
	}
	return id
}

// seat adds a seat to a row ("" for tables) of a section and gives its id.
func (d *draft) seat(s *draftSection, seat plan.Seat, category int) int32 {
	seat.ID = d.p.NextSeatID
	d.p.NextSeatID++
	if len(d.p.Seats) >= plan.MaxSeats {
		d.tooMany("seats")
		return seat.ID
	}
	seat.Number = d.text(seat.Number, 32, "seats", strconv.Itoa(int(seat.ID)))
	seat.Note = d.text(seat.Note, 200, "seats", "")
	seat.Entrance = d.text(seat.Entrance, 32, "seats", "")
	d.p.Seats = append(d.p.Seats, seat)
	if s != nil {
		s.points = append(s.points, plan.Point{X: seat.X, Y: seat.Y})
	}
	if category >= 0 {
		d.catSeats[category] = append(d.catSeats[category], seat.ID)
	}
	return seat.ID
}

// palette colours categories that come without a colour.
var palette = []string{"#b3212b", "#d9782d", "#d6a92b", "#3f8f6b", "#3e6fa8", "#7a4a9e", "#8c6d4f", "#5f6b76"}

// category finds or makes a category by its key in the file; an empty key is none (-1).
func (d *draft) category(key, name, color string) int {
	if key == "" {
		return -1
	}
	if i, ok := d.cats[key]; ok {
		return i
	}
	i := len(d.p.Categories)
	color = strings.ToLower(color)
	if len(color) == 4 && color[0] == '#' {
		color = "#" + strings.Repeat(color[1:2], 2) + strings.Repeat(color[2:3], 2) + strings.Repeat(color[3:4], 2)
	}
	if !plan.ValidColor(color) {
		color = palette[i%len(palette)]
	}
	d.p.Categories = append(d.p.Categories, plan.Category{ID: "c" + strconv.Itoa(i+1), Name: d.text(name, 100, "categories", key), Color: color})
	d.cats[key] = i
	if len(d.p.Categories) > plan.MaxOthers {
		d.tooMany("categories")
	}
	return i
}

// finish draws the outlines, fits the bounds and checks everything.
func (d *draft) finish() (*plan.Plan, []plan.Finding, error) {
	if d.err != nil {
		return nil, nil, d.err
	}
	if len(d.p.Seats)+len(d.p.Areas) == 0 {
		return nil, nil, refuse("empty", ".", "文件里没有座位，也没有站席。", "The file has neither seats nor standing areas.")
	}
	for _, s := range d.sections {
		if !s.drawn {
			d.at(s).Outline = around(s.points, 700)
		}
	}
	for i, ids := range d.catSeats {
		slices.Sort(ids)
		d.p.Categories[i].Seats = plan.Runs(ids)
	}
	plan.Fit(d.p, 1000)
	if _, err := plan.Hash(d.p); err != nil {
		return nil, nil, err
	}
	return d.p, d.told(), nil
}

// around is the convex hull of points widened by margin mm; a rectangle for fewer than three.
func around(points []plan.Point, margin int32) []plan.Point {
	wide := make([]plan.Point, 0, 4*len(points)+4)
	if len(points) == 0 {
		points = []plan.Point{{}}
	}
	for _, p := range points {
		for _, c := range [4][2]int32{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
			wide = append(wide, plan.Point{X: p.X + c[0]*margin, Y: p.Y + c[1]*margin})
		}
	}
	slices.SortFunc(wide, func(a, b plan.Point) int {
		if a.X != b.X {
			return int(a.X) - int(b.X)
		}
		return int(a.Y) - int(b.Y)
	})
	wide = slices.Compact(wide)
	half := func(ps []plan.Point) []plan.Point {
		var out []plan.Point
		for _, p := range ps {
			for len(out) > 1 && turn(out[len(out)-2], out[len(out)-1], p) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	lower := half(wide)
	slices.Reverse(wide)
	return append(lower, half(wide)...)
}

func turn(a, b, c plan.Point) int64 {
	return int64(b.X-a.X)*int64(c.Y-a.Y) - int64(b.Y-a.Y)*int64(c.X-a.X)
}

// ellipse is an outline of 32 points.
func (d *draft) ellipse(cx, cy, rx, ry, rotation float64, path string) []plan.Point {
	var out []plan.Point
	sin, cos := math.Sincos(rotation * math.Pi / 180)
	for i := range 32 {
		s, c := math.Sincos(float64(i) * math.Pi / 16)
		x, y := rx*c, ry*s
		out = append(out, d.point(cx+x*cos-y*sin, cy+x*sin+y*cos, path))
	}
	return distinct(out)
}

// rectangle is an outline turned about its centre.
func (d *draft) rectangle(cx, cy, w, h, rotation float64, path string) []plan.Point {
	var out []plan.Point
	sin, cos := math.Sincos(rotation * math.Pi / 180)
	for _, c := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := c[0]*w/2, c[1]*h/2
		out = append(out, d.point(cx+x*cos-y*sin, cy+x*sin+y*cos, path))
	}
	return distinct(out)
}

// distinct drops repeated neighbours; an outline of no size gets one of 100 mm.
func distinct(ps []plan.Point) []plan.Point {
	out := slices.Compact(slices.Clone(ps))
	if len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	if len(out) < 3 {
		return around(ps, 50)
	}
	return out
}

func (d *draft) shape(kind plan.ShapeKind, outline []plan.Point, at *plan.Point, text string, rotation float64) {
	if len(d.p.Shapes) >= plan.MaxOthers {
		d.tooMany("shapes")
		return
	}
	d.p.Shapes = append(d.p.Shapes, plan.Shape{
		ID: "g" + strconv.Itoa(len(d.p.Shapes)+1), Kind: kind, Outline: outline, At: at,
		Text: d.text(text, 200, "shapes", ""), Rotation: int32(math.Mod(math.Round(rotation), 360)),
	})
}

// area adds a standing area.
func (d *draft) area(s *draftSection, label string, capacity int, outline []plan.Point, category int) {
	if len(d.p.Areas) >= plan.MaxOthers {
		d.tooMany("areas")
		return
	}
	if capacity < 1 || capacity > plan.MaxCapacity {
		d.tell("capacity", fmt.Sprintf("areas[%d]", len(d.p.Areas)), "站席容量不合法，已设为 1。", "A standing area has no valid capacity; it was set to 1.")
		capacity = 1
	}
	id := "a" + strconv.Itoa(len(d.p.Areas)+1)
	clean := d.text(label, 32, "areas", "站席"+strconv.Itoa(len(d.p.Areas)+1))
	d.p.Areas = append(d.p.Areas, plan.Area{ID: id, Section: d.at(s).ID, Name: clean, Label: clean, Capacity: int32(capacity), Outline: outline})
	s.points = append(s.points, outline...)
	if category >= 0 {
		d.p.Categories[category].Objects = append(d.p.Categories[category].Objects, id)
	}
}
