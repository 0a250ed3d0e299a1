package planio

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// writeSeatsIO writes a chart of version 19 with all rows on one plane; sections
// stand as labels of rows.
func writeSeatsIO(p *plan.Plan) ([]byte, []plan.Finding, error) {
	if _, err := plan.Hash(p); err != nil {
		return nil, nil, err
	}
	w := &sioWriter{lookup: look(p)}
	c := sioChart{Name: p.Name, Version: 19, VenueType: "SIMPLE", Scale: 100, SubChart: &sioSub{
		Width: math.Ceil(float64(p.Bounds.Max.X-p.Bounds.Min.X) / unit), Height: math.Ceil(float64(p.Bounds.Max.Y-p.Bounds.Min.Y) / unit),
		Tables: []sioTable{}, Texts: []sioShape{}, Images: []any{}, Rows: []sioRow{}, Shapes: []sioShape{}, Booths: []sioArea{}, Icons: []any{}, Areas: []sioArea{}, Sections: []sioSection{},
	}}
	for i, cat := range p.Categories {
		c.Categories.List = append(c.Categories.List, sioCategory{Label: cat.Name, Color: cat.Color, Key: sioText(strconv.Itoa(i + 1))})
		c.Categories.Max = i + 1
	}
	c.Zones, w.zone = w.zones()
	w.rows(c.SubChart)
	w.shapes(c.SubChart)
	for i := range p.Sections {
		if f := p.Sections[i].Focal; f != nil {
			x, y := pixel(p, f.X, f.Y)
			c.SubChart.Focal = &sioPoint{x, y}
			break
		}
	}
	b, err := json.MarshalIndent(c, "", " ")
	return b, w.told(), err
}

type sioWriter struct {
	*lookup
	telling
	zone func(section string) sioText
}

func (w *sioWriter) seat(s *plan.Seat) sioSeat {
	x, y := pixel(w.p, s.X, s.Y)
	out := sioSeat{
		X: x, Y: y, Label: s.Number, Restricted: s.View != plan.Clear, Accessible: s.Kind == plan.Accessible, Companion: s.Kind == plan.Companion,
		Entrance: s.Entrance, UUID: fmt.Sprintf("seat%d", s.ID),
	}
	if c, ok := w.category[s.ID]; ok {
		out.CategoryKey, out.Category = sioText(strconv.Itoa(c+1)), w.p.Categories[c].Name
	}
	return out
}

func (w *sioWriter) rows(sub *sioSub) {
	order := plan.RowSeats(w.p)
	for i := range w.p.Rows {
		r := &w.p.Rows[i]
		sec := w.section[r.Section]
		row := sioRow{Label: r.Label, Zone: w.zone(r.Section), SectionLabel: sec.Label, UUID: r.ID, Seats: []sioSeat{}}
		for _, k := range order[r.ID] {
			row.Seats = append(row.Seats, w.seat(&w.p.Seats[k]))
		}
		sub.Rows = append(sub.Rows, row)
	}
	seat := map[int32]*plan.Seat{}
	for i := range w.p.Seats {
		seat[w.p.Seats[i].ID] = &w.p.Seats[i]
	}
	for i := range w.p.Tables {
		t := &w.p.Tables[i]
		x, y := pixel(w.p, t.X, t.Y)
		out := sioTable{Center: sioPoint{x, y}, Radius: hundredths(float64(t.Radius) / unit), Label: t.Label, Zone: w.zone(t.Section), SectionLabel: w.section[t.Section].Label, Whole: t.Whole, Type: "round", UUID: t.ID, Seats: []sioSeat{}}
		for _, id := range t.Seats {
			out.Seats = append(out.Seats, w.seat(seat[id]))
		}
		sub.Tables = append(sub.Tables, out)
	}
	for i := range w.p.Boxes {
		b := &w.p.Boxes[i]
		row := sioRow{Label: b.Name, SectionLabel: b.Name, UUID: b.ID, Seats: []sioSeat{}}
		for _, id := range b.Seats {
			if seat[id].Row == "" {
				row.Seats = append(row.Seats, w.seat(seat[id]))
			}
		}
		if len(row.Seats) > 0 {
			sub.Rows = append(sub.Rows, row)
		}
	}
}

func (w *sioWriter) points(outline []plan.Point) []sioPoint {
	var out []sioPoint
	for _, p := range outline {
		x, y := pixel(w.p, p.X, p.Y)
		out = append(out, sioPoint{x, y})
	}
	return out
}

func (w *sioWriter) shapes(sub *sioSub) {
	for i := range w.p.Areas {
		a := &w.p.Areas[i]
		out := sioArea{sioShape: sioShape{Type: "polygon", Label: a.Label, Points: w.points(a.Outline), UUID: a.ID}, Zone: w.zone(a.Section), Capacity: int(a.Capacity)}
		if c, ok := w.object[a.ID]; ok {
			out.CategoryKey = sioText(strconv.Itoa(c + 1))
		}
		sub.Areas = append(sub.Areas, out)
	}
	for i := range w.p.Shapes {
		s := &w.p.Shapes[i]
		switch {
		case len(s.Outline) > 0 && (s.Kind == plan.Stage || s.Kind == plan.Screen || s.Kind == plan.Label):
			smart := map[plan.ShapeKind]string{plan.Stage: "stage", plan.Screen: "screen"}[s.Kind]
			sub.Shapes = append(sub.Shapes, sioShape{Type: "polygon", Label: s.Text, Smart: smart, Points: w.points(s.Outline), UUID: s.ID})
		case s.At != nil && s.Text != "":
			x, y := pixel(w.p, s.At.X, s.At.Y)
			sub.Texts = append(sub.Texts, sioShape{Type: "text", Text: s.Text, Center: &sioPoint{x, y}, Rotation: float64(s.Rotation), UUID: s.ID})
		}
	}
}
