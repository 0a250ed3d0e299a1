// Package generate makes seat plans from parameters: a fan-shaped theatre with
// levels and boxes, an arena, a stadium bowl with tiers and vomitories, a cinema,
// a thrust stage. The output is an ordinary plan that a designer goes on with.
//
// Lengths are millimetres; the same parameters give the same bytes.
package generate

import (
	"math"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// vec is a place or direction in millimetres before rounding.
type vec struct{ x, y float64 }

func (a vec) add(b vec) vec         { return vec{a.x + b.x, a.y + b.y} }
func (a vec) mul(f float64) vec     { return vec{a.x * f, a.y * f} }
func (a vec) round() plan.Point     { return plan.Point{X: round(a.x), Y: round(a.y)} }
func round(v float64) int32         { return int32(math.Round(v)) }
func polar(c vec, r, t float64) vec { return vec{c.x + r*math.Sin(t), c.y + r*math.Cos(t)} }
func radians(deg float64) float64   { return deg * math.Pi / 180 }
func num(i int) string              { return strconv.Itoa(i) }
func rect(x0, y0, x1, y1 float64) []vec {
	return []vec{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// builder hands out ids and collects records.
type builder struct {
	p      *plan.Plan
	counts map[string]int
	cats   map[string][]int32
}

func newBuilder(name string) *builder {
	return &builder{p: &plan.Plan{Name: name, NextSeatID: 1}, counts: map[string]int{}, cats: map[string][]int32{}}
}

func (b *builder) id(prefix string) string {
	b.counts[prefix]++
	return prefix + num(b.counts[prefix])
}

func (b *builder) level(name string) string {
	id := b.id("L")
	b.p.Levels = append(b.p.Levels, plan.Level{ID: id, Name: name, Order: int32(len(b.p.Levels))})
	return id
}

func (b *builder) category(id, name, color string) {
	b.p.Categories = append(b.p.Categories, plan.Category{ID: id, Name: name, Color: color})
}

func (b *builder) section(s plan.Section) string {
	s.ID = b.id("s")
	b.p.Sections = append(b.p.Sections, s)
	return s.ID
}

func (b *builder) row(section, label, kind string) string {
	id := b.id("r")
	b.p.Rows = append(b.p.Rows, plan.Row{ID: id, Section: section, Label: label, Kind: kind})
	return id
}

// seat adds one seat and files it in a category.
func (b *builder) seat(s plan.Seat, at vec, category string) int32 {
	s.ID = b.p.NextSeatID
	b.p.NextSeatID++
	p := at.round()
	s.X, s.Y = p.X, p.Y
	b.p.Seats = append(b.p.Seats, s)
	if category != "" {
		b.cats[category] = append(b.cats[category], s.ID)
	}
	return s.ID
}

func (b *builder) shape(kind plan.ShapeKind, level string, outline []vec, text string) {
	b.p.Shapes = append(b.p.Shapes, plan.Shape{ID: b.id("g"), Kind: kind, Level: level, Outline: points(outline), Text: text})
}

func (b *builder) mark(kind plan.ShapeKind, level string, at vec, text string, rotation float64) {
	p := at.round()
	b.p.Shapes = append(b.p.Shapes, plan.Shape{
		ID: b.id("g"), Kind: kind, Level: level, At: &p, Text: text, Rotation: upright(rotation),
	})
}

// upright turns a rotation so that text is never upside down.
func upright(deg float64) int32 {
	d := math.Mod(deg, 360)
	if d > 180 {
		d -= 360
	}
	if d < -180 {
		d += 360
	}
	if d > 90 {
		d -= 180
	}
	if d < -90 {
		d += 180
	}
	return round(d)
}

func points(vs []vec) []plan.Point {
	out := make([]plan.Point, 0, len(vs))
	for _, v := range vs {
		p := v.round()
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		out = append(out, p)
	}
	return out
}

// finish files the categories, sets the bounds and checks the result.
func (b *builder) finish() (*plan.Plan, error) {
	for i := range b.p.Categories {
		c := &b.p.Categories[i]
		c.Seats = plan.Runs(b.cats[c.ID])
	}
	plan.Fit(b.p, 2000)
	if _, err := plan.Hash(b.p); err != nil {
		return nil, err
	}
	return b.p, nil
}

// spread places n = floor(length/pitch) seats evenly in a stretch of the given
// length and returns the distance of each from its start. The pitch is widened so that
// the ends are flush with the aisles; it is never narrower than asked.
func spread(length, pitch float64) []float64 {
	n := int(math.Floor(length/pitch + 1e-9))
	if n <= 0 {
		return nil
	}
	step := length / float64(n)
	out := make([]float64, n)
	for i := range out {
		out[i] = (float64(i) + 0.5) * step
	}
	return out
}
