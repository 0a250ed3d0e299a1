package planio

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// seats.io chart JSON: not published by its maker; read as its SDKs' sample
// charts (versions 17 to 21) show it. Unknown members are passed over.

type sioChart struct {
	Name       string `json:"name"`
	Version    int    `json:"version"`
	VenueType  string `json:"venueType"`
	Categories struct {
		List []sioCategory `json:"list"`
		Max  int           `json:"maxCategoryKey"`
	} `json:"categories"`
	Zones    json.RawMessage `json:"zones,omitempty"`
	SubChart *sioSub         `json:"subChart"`
	Scale    float64         `json:"sectionScaleFactor"`
}

type sioCategory struct {
	Label      string  `json:"label"`
	Color      string  `json:"color"`
	Accessible bool    `json:"accessible"`
	Key        sioText `json:"key"`
}

// sioText is a key that is a number or a text.
type sioText string

func (k *sioText) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(k))
	}
	*k = sioText(b)
	return nil
}

type sioPoint struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

type sioSub struct {
	Height     float64         `json:"height"`
	Width      float64         `json:"width"`
	Tables     []sioTable      `json:"tables"`
	Texts      []sioShape      `json:"texts"`
	Images     []any           `json:"imageObjects"`
	Rows       []sioRow        `json:"rows"`
	Shapes     []sioShape      `json:"shapes"`
	Booths     []sioArea       `json:"booths"`
	Icons      []any           `json:"icons"`
	Areas      []sioArea       `json:"generalAdmissionAreas"`
	Sections   []sioSection    `json:"sections"`
	Focal      *sioPoint       `json:"focalPoint"`
	Background json.RawMessage `json:"backgroundImage,omitempty"`
}

type sioRow struct {
	Label        string    `json:"label"`
	Zone         sioText   `json:"zone,omitempty"`
	SectionLabel string    `json:"sectionLabel,omitempty"`
	Seats        []sioSeat `json:"seats"`
	Curve        float64   `json:"curve"`
	UUID         string    `json:"uuid"`
}

type sioSeat struct {
	X           float64 `json:"x"`
	Y           float64 `json:"y"`
	Label       string  `json:"label"`
	CategoryKey sioText `json:"categoryKey"`
	Category    string  `json:"categoryLabel,omitempty"`
	Restricted  bool    `json:"restrictedView"`
	Accessible  bool    `json:"accessible"`
	Companion   bool    `json:"companionSeat"`
	Ambulatory  bool    `json:"semiAmbulatorySeat,omitempty"`
	Entrance    string  `json:"entrance,omitempty"`
	UUID        string  `json:"uuid"`
}

type sioTable struct {
	Center       sioPoint  `json:"center"`
	Radius       float64   `json:"radius"`
	Seats        []sioSeat `json:"seats"`
	Label        string    `json:"label"`
	Zone         sioText   `json:"zone,omitempty"`
	SectionLabel string    `json:"sectionLabel,omitempty"`
	Whole        bool      `json:"bookAsAWhole"`
	Type         string    `json:"type"`
	UUID         string    `json:"uuid"`
}

type sioArea struct {
	sioShape
	Zone        sioText `json:"zone,omitempty"`
	CategoryKey sioText `json:"categoryKey"`
	Capacity    int     `json:"capacity"`
}

// sioShape is a rectangle, circle, polygon or text.
type sioShape struct {
	Type     string     `json:"type"`
	Label    string     `json:"label,omitempty"`
	Text     string     `json:"text,omitempty"`
	Smart    string     `json:"smartType,omitempty"`
	Center   *sioPoint  `json:"center,omitempty"`
	Width    float64    `json:"width,omitempty"`
	Height   float64    `json:"height,omitempty"`
	Radius1  float64    `json:"radius1,omitempty"`
	Radius2  float64    `json:"radius2,omitempty"`
	Points   []sioPoint `json:"points,omitempty"`
	Rotation float64    `json:"rotationAngle"`
	UUID     string     `json:"uuid"`
}

type sioSection struct {
	Points      []sioPoint `json:"points"`
	Label       string     `json:"label"`
	Zone        sioText    `json:"zone,omitempty"`
	UUID        string     `json:"uuid"`
	CategoryKey sioText    `json:"categoryKey"`
	TopLeft     *sioPoint  `json:"topLeft"`
	Entrance    string     `json:"entrance,omitempty"`
	SubChart    *sioSub    `json:"subChart"`
}

// maxSIODepth is how deep sections may stand in sections.
const maxSIODepth = 8

// seatDistance is the mm that the usual distance of two neighbours stands for.
const seatDistance = 520

func readSeatsIO(data []byte) (*plan.Plan, []plan.Finding, error) {
	var c sioChart
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, nil, refuse("syntax", ".", "不是合法的 seats.io JSON。", "Not a valid seats.io chart: "+safe(err))
	}
	if c.SubChart == nil {
		return nil, nil, refuse("syntax", "subChart", "缺少 subChart。", "The chart has no subChart.")
	}
	scale, ok := sioScale(c.SubChart)
	r := &sioReader{draft: newDraft(c.Name, scale)}
	if !ok {
		r.tell("scale", ".", "无法从座位间距推算比例，按 1 单位 = 26 毫米处理。", "The scale cannot be told from the seats; one unit was taken as 26 mm.")
	}
	for _, cat := range c.Categories.List {
		if cat.Key != "" {
			r.category(string(cat.Key), cat.Label, cat.Color)
		}
		if cat.Accessible {
			r.tell("category_accessible", "categories", "类别的无障碍标记未保留；请看座位类型。", "The accessible mark of a category is not kept; see the seats' kinds.")
		}
	}
	level := r.level("一层")
	if b := c.SubChart.Background; len(b) > 0 && string(b) != "null" {
		r.tell("background", "backgroundImage", "背景图片未导入；可在设计器的描图底图中放入。", "The background picture was not carried; put it under the plan in the designer.")
	}
	r.readZones(c.Zones)
	r.sub(c.SubChart, nil, level, frame{0, 0, 1}, 0, -1)
	r.endZones(level)
	return r.finish()
}

// safe keeps a decoder's message short and free of the file's content.
func safe(err error) string {
	s := err.Error()
	if i := strings.Index(s, " into Go "); i > 0 {
		s = s[:i]
	}
	return string([]rune(s)[:min(len([]rune(s)), 120)])
}

// sioScale is mm per unit: the median distance of neighbours stands for seatDistance.
func sioScale(sub *sioSub) (float64, bool) {
	var ds []float64
	var collect func(*sioSub, int)
	collect = func(s *sioSub, depth int) {
		for _, r := range s.Rows {
			for i := 1; i < len(r.Seats) && len(ds) < 20_000; i++ {
				if d := math.Hypot(r.Seats[i].X-r.Seats[i-1].X, r.Seats[i].Y-r.Seats[i-1].Y); d > 0 {
					ds = append(ds, d)
				}
			}
		}
		for i := range s.Sections {
			if s.Sections[i].SubChart != nil && depth < maxSIODepth {
				collect(s.Sections[i].SubChart, depth+1)
			}
		}
	}
	collect(sub, 0)
	if len(ds) == 0 {
		return 26, false
	}
	slices.Sort(ds)
	scale := seatDistance / ds[len(ds)/2]
	if scale < 0.01 || scale > 1000 || math.IsNaN(scale) {
		return 26, false
	}
	return scale, true
}

// frame places a nested chart in the outer one.
type frame struct{ x, y, k float64 }

func (f frame) at(p sioPoint) (float64, float64) { return f.x + p.X*f.k, f.y + p.Y*f.k }

type sioReader struct {
	*draft
	zones map[string]*sioZone // by key
}

// sub reads a chart; fallback is the category of seats that have none of their own.
func (r *sioReader) sub(s *sioSub, in *draftSection, level string, f frame, depth, fallback int) {
	if depth > maxSIODepth {
		r.tell("depth", "subChart", "嵌套过深的分区未导入。", "Sections nested too deeply were left out.")
		return
	}
	r.rowsOf(s, in, level, f, fallback)
	for i := range s.Tables {
		r.table(&s.Tables[i], in, level, f, fallback)
	}
	for i := range s.Areas {
		a := &s.Areas[i]
		r.area(r.home(in, r.inZone(level, a.Zone), ""), a.Label, a.Capacity, r.outlineOf(&a.sioShape, f, "generalAdmissionAreas"), r.cat(a.CategoryKey, fallback))
	}
	for i := range s.Booths {
		b := &s.Booths[i]
		r.tell("booths", "booths", "展位按容量为 1 的区域导入。", "Booths came in as areas of capacity 1.")
		r.area(r.home(in, r.inZone(level, b.Zone), ""), b.Label, 1, r.outlineOf(&b.sioShape, f, "booths"), r.cat(b.CategoryKey, fallback))
	}
	for i := range s.Shapes {
		r.drawn(&s.Shapes[i], f)
	}
	for i := range s.Texts {
		t := &s.Texts[i]
		if t.Center != nil {
			x, y := f.at(*t.Center)
			at := r.point(x, y, "texts")
			r.shape(plan.Label, nil, &at, t.Text+t.Label, t.Rotation)
		}
	}
	if len(s.Images)+len(s.Icons) > 0 {
		r.tell("images", "imageObjects", "图片和图标未导入。", "Images and icons were left out.")
	}
	for i := range s.Sections {
		r.nested(&s.Sections[i], in, level, f, depth)
	}
	if s.Focal != nil {
		x, y := f.at(*s.Focal)
		at := r.point(x, y, "focalPoint")
		for i := range r.p.Sections {
			if r.p.Sections[i].Focal == nil {
				r.p.Sections[i].Focal = &at
			}
		}
	}
}

// home is the section at hand, or the one of that label, or the implicit one.
func (r *sioReader) home(in *draftSection, level, label string) *draftSection {
	if in != nil {
		return in
	}
	return r.section(level, "label:"+label, label)
}

func (r *sioReader) cat(key sioText, fallback int) int {
	if i, ok := r.cats[string(key)]; ok {
		return i
	}
	return fallback
}

func (r *sioReader) rowsOf(s *sioSub, in *draftSection, level string, f frame, fallback int) {
	for i := range s.Rows {
		row := &s.Rows[i]
		home := r.home(in, r.inZone(level, row.Zone), row.SectionLabel)
		kind := plan.Straight
		if row.Curve != 0 {
			kind = plan.Curved
		}
		id := r.row(home, fmt.Sprint("row ", len(r.p.Rows)), row.Label, kind)
		for k := range row.Seats {
			r.seatOf(&row.Seats[k], home, id, f, fallback)
		}
		r.pairCompanions(len(row.Seats))
	}
}

func (r *sioReader) seatOf(s *sioSeat, home *draftSection, row string, f frame, fallback int) int32 {
	x, y := f.at(sioPoint{s.X, s.Y})
	at := r.point(x, y, "seats")
	out := plan.Seat{Row: row, Number: s.Label, X: at.X, Y: at.Y, Entrance: s.Entrance}
	switch {
	case s.Accessible:
		out.Kind = plan.Accessible
	case s.Companion:
		out.Kind = plan.Companion
	}
	if s.Ambulatory {
		r.tell("semi_ambulatory", "seats", "“行动不便”座位按普通座导入。", "Semi-ambulatory seats came in as normal ones.")
	}
	if s.Restricted {
		out.View, out.Note = plan.Partial, "视线受限"
	}
	return r.draft.seat(home, out, r.cat(s.CategoryKey, fallback))
}

// pairCompanions ties each companion seat of the last n seats to the accessible seat beside it.
func (r *sioReader) pairCompanions(n int) {
	seats := r.p.Seats[max(0, len(r.p.Seats)-n):]
	taken := map[int32]bool{}
	for i := range seats {
		if seats[i].Kind != plan.Companion {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(seats) && seats[j].Kind == plan.Accessible && !taken[seats[j].ID] {
				seats[i].CompanionOf = seats[j].ID
				taken[seats[j].ID] = true
				break
			}
		}
	}
}

func (r *sioReader) table(t *sioTable, in *draftSection, level string, f frame, fallback int) {
	home := r.home(in, r.inZone(level, t.Zone), t.SectionLabel)
	x, y := f.at(t.Center)
	at := r.point(x, y, "tables")
	out := plan.Table{
		ID: fmt.Sprintf("t%d", len(r.p.Tables)+1), Section: r.at(home).ID, Label: r.text(t.Label, 32, "tables", fmt.Sprint(len(r.p.Tables)+1)),
		X: at.X, Y: at.Y, Radius: min(max(int32(math.Min(t.Radius*f.k*r.scale, 1e6)), 100), 100_000), Whole: t.Whole,
	}
	for i := range t.Seats {
		out.Seats = append(out.Seats, r.seatOf(&t.Seats[i], home, "", f, fallback))
	}
	if t.Type != "round" && t.Type != "" {
		r.tell("table_shape", "tables", "非圆桌按圆桌导入。", "Tables that are not round came in as round ones.")
	}
	if len(out.Seats) == 0 {
		r.tell("table_empty", "tables", "没有座位的桌子未导入。", "Tables without seats were left out.")
		return
	}
	if r.p.Tables = append(r.p.Tables, out); len(r.p.Tables) > plan.MaxOthers {
		r.tooMany("tables")
	}
}

func (r *sioReader) outlineOf(s *sioShape, f frame, path string) []plan.Point {
	if len(s.Points) >= 3 {
		var out []plan.Point
		for _, p := range r.thinned(s.Points) {
			x, y := f.at(p)
			out = append(out, r.point(x, y, path))
		}
		return distinct(out)
	}
	c := sioPoint{}
	if s.Center != nil {
		c = *s.Center
	}
	x, y := f.at(c)
	if s.Radius1 > 0 {
		return r.ellipse(x, y, s.Radius1*f.k, math.Max(s.Radius2, 0.1)*f.k, s.Rotation, path)
	}
	return r.rectangle(x, y, math.Max(s.Width, 1)*f.k, math.Max(s.Height, 1)*f.k, s.Rotation, path)
}

func (r *sioReader) drawn(s *sioShape, f frame) {
	kind := plan.Label
	switch {
	case strings.Contains(strings.ToLower(s.Smart), "stage"):
		kind = plan.Stage
	case strings.Contains(strings.ToLower(s.Smart), "screen"):
		kind = plan.Screen
	case s.Smart != "":
		r.tell("shape_kind", "shapes", "部分图形种类未保留。", "The kind of some shapes is not kept.")
	}
	r.shape(kind, r.outlineOf(s, f, "shapes"), nil, s.Label, 0)
}

// nested reads a section with a chart of its own inside its polygon.
func (r *sioReader) nested(s *sioSection, outer *draftSection, level string, f frame, depth int) {
	level = r.inZone(level, s.Zone)
	sec := r.section(level, fmt.Sprintf("section %d", len(r.p.Sections)), or(s.Label, "区"))
	if outer != nil { // a section inside a section: its name says whose
		r.at(sec).Name = r.text(r.at(outer).Name+" · "+r.at(sec).Label, 100, "sections", r.at(sec).Label)
	}
	var outline []plan.Point
	minX, maxX := math.Inf(1), math.Inf(-1)
	for _, p := range r.thinned(s.Points) {
		minX, maxX = math.Min(minX, p.X), math.Max(maxX, p.X)
		x, y := f.at(p)
		outline = append(outline, r.point(x, y, "sections"))
	}
	if len(outline) >= 3 {
		r.at(sec).Outline, sec.drawn = distinct(outline), true
	}
	r.at(sec).Entrance = r.text(s.Entrance, 32, "sections", "")
	if s.SubChart == nil {
		return
	}
	in := frame{f.x, f.y, f.k}
	if s.TopLeft != nil {
		in.x, in.y = f.at(*s.TopLeft)
	}
	// Newer charts draw the inside larger than the outside.
	if w := maxX - minX; w > 0 && s.SubChart.Width > 0 {
		if k := s.SubChart.Width / w; k < 0.8 || k > 1.25 {
			in.k = f.k / k
		}
	}
	r.sub(s.SubChart, sec, level, in, depth+1, r.cat(s.CategoryKey, -1))
}

func or(a, b string) string {
	if strings.TrimSpace(a) == "" {
		return b
	}
	return a
}
