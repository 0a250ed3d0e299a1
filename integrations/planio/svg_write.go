package planio

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

var kindNames = func() map[plan.Kind]string {
	out := map[plan.Kind]string{}
	for n, k := range svgKinds {
		out[k] = n
	}
	return out
}()

var viewNames = map[plan.View]string{plan.Partial: "partial", plan.Blocked: "blocked"}

// writeSVG draws the plan in mm with everything that reading needs in data- attributes.
func writeSVG(p *plan.Plan) ([]byte, []plan.Finding, error) {
	if _, err := plan.Hash(p); err != nil {
		return nil, nil, err
	}
	w := &svgWriter{lookup: look(p)}
	b := p.Bounds
	w.open("svg", "xmlns", "http://www.w3.org/2000/svg", "data-unit", "mm", "viewBox",
		fmt.Sprintf("%d %d %d %d", b.Min.X, b.Min.Y, b.Max.X-b.Min.X, b.Max.Y-b.Min.Y))
	w.open("title")
	_ = xml.EscapeText(&w.b, []byte(p.Name)) // a bytes.Buffer never fails
	w.close("title")
	for i := range p.Shapes {
		w.shape(&p.Shapes[i])
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		w.open("g", "data-level", w.level[s.Level].Name, "data-section", s.Label)
		w.polygon(s.Outline, "data-outline", "1", "fill", "#f1f1f4", "stroke", "#b8b8c0", "stroke-width", "60")
		w.close("g")
	}
	for i := range p.Areas {
		w.area(&p.Areas[i])
	}
	group := ""
	for i := range p.Seats {
		group = w.seat(&p.Seats[i], group)
	}
	if group != "" {
		w.close("g")
	}
	w.close("svg")
	return w.b.Bytes(), w.told(), nil
}

type svgWriter struct {
	*lookup
	telling
	b bytes.Buffer
}

// tag writes an element's start; attributes with an empty value are left out.
func (w *svgWriter) tag(name, end string, attrs ...string) {
	w.b.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] == "" {
			continue
		}
		w.b.WriteString(" " + attrs[i] + `="`)
		_ = xml.EscapeText(&w.b, []byte(attrs[i+1]))
		w.b.WriteString(`"`)
	}
	w.b.WriteString(end)
}

func (w *svgWriter) open(name string, attrs ...string) { w.tag(name, ">", attrs...) }
func (w *svgWriter) close(name string)                 { w.b.WriteString("</" + name + ">\n") }

func (w *svgWriter) polygon(ps []plan.Point, attrs ...string) {
	var b bytes.Buffer
	for i, p := range ps {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d,%d", p.X, p.Y)
	}
	w.tag("polygon", "/>\n", append([]string{"points", b.String()}, attrs...)...)
}

func (w *svgWriter) shape(s *plan.Shape) {
	if len(s.Outline) > 0 {
		fill := map[plan.ShapeKind]string{plan.Stage: "#3c3e46", plan.Screen: "#1c1c20", plan.Aisle: "#dfe3e8", plan.Buffer: "#f5c6c6", plan.Entrance: "#9fcf9f"}[s.Kind]
		if fill == "" {
			fill = "none"
		}
		w.polygon(s.Outline, "data-shape", string(s.Kind), "data-text", s.Text, "fill", fill, "stroke", "#808088", "stroke-width", "40")
		return
	}
	if s.Text == "" {
		return
	}
	turn := ""
	if s.Rotation != 0 {
		turn = fmt.Sprintf("rotate(%d %d %d)", s.Rotation, s.At.X, s.At.Y)
	}
	w.open("text", "x", strconv.Itoa(int(s.At.X)), "y", strconv.Itoa(int(s.At.Y)), "transform", turn, "data-shape", string(s.Kind), "font-size", "700", "text-anchor", "middle")
	_ = xml.EscapeText(&w.b, []byte(s.Text))
	w.close("text")
}

func (w *svgWriter) area(a *plan.Area) {
	sec := w.section[a.Section]
	cat := ""
	if c, ok := w.object[a.ID]; ok {
		cat = w.p.Categories[c].Name
	}
	w.open("g", "data-level", w.level[sec.Level].Name, "data-section", sec.Label)
	w.polygon(a.Outline, "data-area", a.Label, "data-capacity", strconv.Itoa(int(a.Capacity)), "data-category", cat, "fill", "#e3e8d8")
	w.close("g")
}

// seat writes a circle into the group of its row and gives the group's name.
func (w *svgWriter) seat(s *plan.Seat, group string) string {
	level, section, row := w.place(s)
	table, whole := "", ""
	if t := w.table[s.ID]; t != nil {
		if table = t.Label; t.Whole {
			whole = "1"
		}
		row = ""
	}
	if name := level + "\x00" + section + "\x00" + row; name != group || group == "" {
		if group != "" {
			w.close("g")
		}
		w.open("g", "data-level", level, "data-section", section, "data-row", row)
		group = name
	}
	color, companion := "#9a9aa2", ""
	if c, ok := w.category[s.ID]; ok {
		color = w.p.Categories[c].Color
	}
	if s.CompanionOf != 0 {
		companion = strconv.Itoa(int(s.CompanionOf))
	}
	w.tag("circle", "/>\n", "cx", strconv.Itoa(int(s.X)), "cy", strconv.Itoa(int(s.Y)), "r", "220", "fill", color, "data-seat", s.Number, "data-id", strconv.Itoa(int(s.ID)),
		"data-category", w.categoryName(s.ID), "data-kind", kindNames[s.Kind], "data-view", viewNames[s.View], "data-entrance", s.Entrance, "data-note", s.Note,
		"data-table", table, "data-whole", whole, "data-companion", companion)
	return group
}
