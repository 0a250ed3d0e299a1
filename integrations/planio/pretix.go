package planio

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// The pretix seating plan, version 0.0.1 and the older forms that its importers
// meet. Positions of zone, row and seat are added. A seat's guid is "parterre-<id>" when we wrote it, so
// that identity survives the way there and back.

type pretixPlan struct {
	Name       string           `json:"name"`
	Zones      []pretixZone     `json:"zones"`
	Categories []pretixCategory `json:"categories"`
	Size       *pretixSize      `json:"size,omitempty"`
}

type pretixSize struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

type pretixCategory struct {
	Name  string `json:"name"`
	Color string `json:"color,omitempty"`
}

type pretixZone struct {
	Name     string       `json:"name,omitempty"`
	ZoneID   string       `json:"zone_id,omitempty"`
	Position sioPoint     `json:"position"`
	Rows     []pretixRow  `json:"rows"`
	Areas    []pretixArea `json:"areas"`
}

type pretixRow struct {
	Number   sioText      `json:"row_number"`
	Label    *string      `json:"row_label,omitempty"`
	Position *sioPoint    `json:"position,omitempty"`
	Seats    []pretixSeat `json:"seats"`
	Where    string       `json:"row_number_position,omitempty"`
}

type pretixSeat struct {
	GUID     string   `json:"seat_guid"`
	Number   sioText  `json:"seat_number"`
	Position sioPoint `json:"position"`
	Category string   `json:"category"`
	Radius   float64  `json:"radius,omitempty"`
}

type pretixArea struct {
	Shape     string    `json:"shape"`
	Color     string    `json:"color,omitempty"`
	Border    string    `json:"border_color,omitempty"`
	Rotation  float64   `json:"rotation"`
	Position  *sioPoint `json:"position,omitempty"`
	Polygon   *pxPoly   `json:"polygon,omitempty"`
	Rectangle *pxSize   `json:"rectangle,omitempty"`
	Ellipse   *pxOval   `json:"ellipse,omitempty"`
	Circle    *pxCircle `json:"circle,omitempty"`
	Text      any       `json:"text,omitempty"`
}

type pxPoly struct {
	Points []sioPoint `json:"points"`
}
type pxSize struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}
type pxOval struct {
	Radius sioPoint `json:"radius"`
}
type pxCircle struct {
	Radius float64 `json:"radius"`
}
type pxText struct {
	Text     string   `json:"text"`
	Position sioPoint `json:"position"`
	Color    string   `json:"color"`
	Size     int      `json:"size,omitempty"`
}

func readPretix(data []byte) (*plan.Plan, []plan.Finding, error) {
	var in pretixPlan
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, nil, refuse("syntax", ".", "不是合法的 pretix 座位图 JSON。", "Not a valid pretix seating plan: "+safe(err))
	}
	d := &pretixReader{draft: newDraft(in.Name, pretixScale(in.Zones)), guids: map[string]bool{}}
	for _, c := range in.Categories {
		if c.Name != "" {
			d.category(c.Name, c.Name, c.Color)
		}
	}
	level := d.level("一层")
	for i := range in.Zones {
		d.zone(&in.Zones[i], i, level)
	}
	d.identity()
	return d.finish()
}

func pretixScale(zones []pretixZone) float64 {
	sub := &sioSub{}
	for _, z := range zones {
		for _, r := range z.Rows {
			row := sioRow{}
			for _, s := range r.Seats {
				row.Seats = append(row.Seats, sioSeat{X: s.Position.X, Y: s.Position.Y})
			}
			sub.Rows = append(sub.Rows, row)
		}
	}
	scale, _ := sioScale(sub)
	return scale
}

type pretixReader struct {
	*draft
	guids map[string]bool
	order []string // guid by seat index
}

func (d *pretixReader) zone(z *pretixZone, i int, level string) {
	path := fmt.Sprintf("zones[%d]", i)
	sec := d.section(level, path, or(z.Name, "区"+strconv.Itoa(i+1)))
	for k := range z.Rows {
		r := &z.Rows[k]
		x, y := z.Position.X, z.Position.Y
		if r.Position != nil {
			x, y = x+r.Position.X, y+r.Position.Y
		}
		label := string(r.Number)
		if r.Label != nil && *r.Label != "" {
			label = strings.ReplaceAll(*r.Label, "%s", label)
		}
		id := d.row(sec, fmt.Sprint(path, k), label, plan.Straight)
		for j := range r.Seats {
			d.seatOf(&r.Seats[j], sec, id, x, y, fmt.Sprintf("%s.rows[%d].seats[%d]", path, k, j))
		}
	}
	for k := range z.Areas {
		d.drawn(&z.Areas[k], z.Position, fmt.Sprintf("%s.areas[%d]", path, k))
	}
}

func (d *pretixReader) seatOf(s *pretixSeat, sec *draftSection, row string, x, y float64, path string) {
	if s.GUID == "" || d.guids[s.GUID] {
		d.fail(refuse("guid", path+".seat_guid", "seat_guid 为空或重复。", "The seat_guid is empty or used twice."))
	}
	d.guids[s.GUID] = true
	cat, ok := d.cats[s.Category]
	if !ok {
		d.fail(refuse("category", path+".category", "类别不在 categories 中。", "The category is not one of categories."))
	}
	at := d.point(x+s.Position.X, y+s.Position.Y, path)
	d.seat(sec, plan.Seat{Row: row, Number: string(s.Number), X: at.X, Y: at.Y}, cat)
	d.order = append(d.order, s.GUID)
}

// identity takes the ids from guids that we wrote, if all of them are ours.
func (d *pretixReader) identity() {
	if d.err != nil || len(d.order) != len(d.p.Seats) {
		return
	}
	ids := make(map[int32]int32, len(d.order)) // given id -> id of the guid
	used := map[int32]bool{}
	for i, g := range d.order {
		n, err := strconv.ParseInt(strings.TrimPrefix(g, "parterre-"), 10, 32)
		if !strings.HasPrefix(g, "parterre-") || err != nil || n < 1 || n > plan.MaxSeatID-1 || used[int32(n)] {
			d.tell("guid", "zones", "seat_guid 不是本系统写出的，座位获得新的永久编号。", "The guids are not ours; seats got new permanent ids.")
			return
		}
		used[int32(n)] = true
		ids[d.p.Seats[i].ID] = int32(n)
	}
	top := int32(0)
	for i := range d.p.Seats {
		d.p.Seats[i].ID = ids[d.p.Seats[i].ID]
		top = max(top, d.p.Seats[i].ID)
	}
	for c, list := range d.catSeats {
		for i := range list {
			list[i] = ids[list[i]]
		}
		d.catSeats[c] = list
	}
	d.p.NextSeatID = top + 1
}

func (d *pretixReader) drawn(a *pretixArea, zone sioPoint, path string) {
	x, y := zone.X, zone.Y
	if a.Position != nil {
		x, y = x+a.Position.X, y+a.Position.Y
	}
	at := d.point(x, y, path)
	kind, text := plan.Label, ""
	if m, ok := a.Text.(map[string]any); ok {
		text, _ = m["text"].(string)
	} else if s, ok := a.Text.(string); ok {
		text = s
	}
	for _, w := range []string{"stage", "bühne", "舞台"} {
		if strings.Contains(strings.ToLower(text), w) {
			kind = plan.Stage
		}
	}
	switch {
	case a.Polygon != nil && len(a.Polygon.Points) >= 3:
		var out []plan.Point
		for _, p := range d.thinned(a.Polygon.Points) {
			out = append(out, d.point(x+p.X, y+p.Y, path))
		}
		d.shape(kind, distinct(out), nil, text, 0)
	case a.Rectangle != nil:
		w, h := a.Rectangle.Width, a.Rectangle.Height
		d.shape(kind, d.rectangle(x+w/2, y+h/2, math.Max(w, 1), math.Max(h, 1), a.Rotation, path), nil, text, 0)
	case a.Circle != nil:
		d.shape(kind, d.ellipse(x, y, a.Circle.Radius, a.Circle.Radius, 0, path), nil, text, 0)
	case a.Ellipse != nil:
		d.shape(kind, d.ellipse(x, y, a.Ellipse.Radius.X, a.Ellipse.Radius.Y, a.Rotation, path), nil, text, 0)
	case text != "":
		d.shape(plan.Label, nil, &at, text, a.Rotation)
	}
}

func writePretix(p *plan.Plan) ([]byte, []plan.Finding, error) {
	if _, err := plan.Hash(p); err != nil {
		return nil, nil, err
	}
	w := &pretixWriter{lookup: look(p), none: ""}
	out := pretixPlan{Name: p.Name, Zones: []pretixZone{}, Categories: []pretixCategory{}, Size: &pretixSize{
		Width: math.Ceil(float64(p.Bounds.Max.X-p.Bounds.Min.X) / unit), Height: math.Ceil(float64(p.Bounds.Max.Y-p.Bounds.Min.Y) / unit),
	}}
	w.names(&out)
	w.zones(&out)
	if w.uncategorised {
		out.Categories = append(out.Categories, pretixCategory{Name: w.none, Color: "#888888"})
	}
	b, err := json.MarshalIndent(out, "", " ")
	return b, w.told(), err
}

type pretixWriter struct {
	*lookup
	telling
	none          string
	unique        []string // category names by index
	uncategorised bool
}

// names gives categories distinct names: the format refers to them by name.
func (w *pretixWriter) names(out *pretixPlan) {
	used := map[string]bool{}
	distinctName := func(name string) string {
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("%s %d", strings.TrimSuffix(name, fmt.Sprintf(" %d", n-1)), n)
		}
		used[name] = true
		return name
	}
	for _, c := range w.p.Categories {
		name := distinctName(c.Name)
		w.unique = append(w.unique, name)
		out.Categories = append(out.Categories, pretixCategory{Name: name, Color: c.Color})
	}
	w.none = distinctName("未分类")
}

func (w *pretixWriter) zones(out *pretixPlan) {
	index := map[string]int{}
	for i := range w.p.Sections {
		index[w.p.Sections[i].ID] = len(out.Zones)
		out.Zones = append(out.Zones, pretixZone{Name: w.p.Sections[i].Label, ZoneID: w.p.Sections[i].ID, Rows: []pretixRow{}, Areas: []pretixArea{}})
	}
	type key struct {
		zone int
		row  string
	}
	rows := map[key]int{}
	for i := range w.p.Seats {
		s := &w.p.Seats[i]
		_, label, row := w.place(s)
		z := -1
		if sec := w.sectionOf(s); sec != nil {
			z = index[sec.ID]
		} else if b := w.box[s.ID]; b != nil {
			if _, ok := index[b.ID]; !ok {
				index[b.ID] = len(out.Zones)
				out.Zones = append(out.Zones, pretixZone{Name: label, ZoneID: b.ID, Rows: []pretixRow{}, Areas: []pretixArea{}})
			}
			z = index[b.ID]
		}
		k := key{z, s.Row + "\x00" + row}
		if _, ok := rows[k]; !ok {
			rows[k] = len(out.Zones[z].Rows)
			out.Zones[z].Rows = append(out.Zones[z].Rows, pretixRow{Number: sioText(row), Position: &sioPoint{}, Where: "both"})
		}
		x, y := pixel(w.p, s.X, s.Y)
		r := &out.Zones[z].Rows[rows[k]]
		r.Seats = append(r.Seats, pretixSeat{GUID: "parterre-" + strconv.Itoa(int(s.ID)), Number: sioText(s.Number), Position: sioPoint{x, y}, Category: w.categoryOf(s.ID)})
	}
	w.areas(out)
}

func (w *pretixWriter) categoryOf(seat int32) string {
	if c, ok := w.category[seat]; ok {
		return w.unique[c]
	}
	w.uncategorised = true
	return w.none
}

// areas draws shapes and standing areas as decoration in a zone of their own.
func (w *pretixWriter) areas(out *pretixPlan) {
	z := pretixZone{Name: "图形", ZoneID: "shapes", Rows: []pretixRow{}, Areas: []pretixArea{}}
	draw := func(outline []plan.Point, text string) {
		a := pretixArea{Shape: "polygon", Color: "#eeeeee", Border: "#999999", Position: &sioPoint{}, Polygon: &pxPoly{}}
		for _, p := range outline {
			x, y := pixel(w.p, p.X, p.Y)
			a.Polygon.Points = append(a.Polygon.Points, sioPoint{x, y})
		}
		if text != "" {
			m := middle(outline)
			x, y := pixel(w.p, m.X, m.Y)
			a.Text = pxText{Text: text, Position: sioPoint{x, y}, Color: "#333333", Size: 16}
		}
		z.Areas = append(z.Areas, a)
	}
	for _, s := range w.p.Shapes {
		if len(s.Outline) > 0 {
			draw(s.Outline, s.Text)
		} else if s.At != nil && s.Text != "" {
			x, y := pixel(w.p, s.At.X, s.At.Y)
			z.Areas = append(z.Areas, pretixArea{Shape: "text", Color: "#333333", Border: "#333333", Position: &sioPoint{x, y}, Rotation: float64(s.Rotation), Text: pxText{Text: s.Text, Color: "#333333", Size: 16}})
		}
	}
	for _, a := range w.p.Areas {
		draw(a.Outline, a.Name)
	}
	if len(z.Areas) > 0 {
		out.Zones = append(out.Zones, z)
	}
}
