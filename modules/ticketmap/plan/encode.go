package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
)

// Encode writes p in the canonical form of FORMAT.md: Encode(Decode(Encode(p)))
// is byte-equal, and two plans with the same content have the same bytes.
// A plan that breaks a rule is refused with Findings.
func Encode(p *Plan) ([]byte, error) {
	r := &report{}
	validate(p, r)
	if len(r.list) > 0 {
		return nil, Findings(r.list)
	}
	return encode(p, true), nil
}

// Skeleton is the canonical document with an empty seats array: what a page
// needs next to the geometry codec.
func Skeleton(p *Plan) ([]byte, error) {
	r := &report{}
	validate(p, r)
	if len(r.list) > 0 {
		return nil, Findings(r.list)
	}
	return encode(p, false), nil
}

// Hash is the content hash: SHA-256 of the canonical bytes, in lower-case hex.
func Hash(p *Plan) (string, error) {
	b, err := Encode(p)
	if err != nil {
		return "", err
	}
	return HashBytes(b), nil
}

// HashBytes hashes bytes that are canonical already.
func HashBytes(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// SortSeats puts seats in ascending id: the order of ranks.
func SortSeats(p *Plan) {
	slices.SortFunc(p.Seats, func(a, b Seat) int { return int(a.ID) - int(b.ID) })
}

// writer appends canonical JSON.
type writer struct{ b []byte }

func encode(p *Plan, withSeats bool) []byte {
	w := &writer{b: make([]byte, 0, 4096+len(p.Seats)*40)}
	w.raw(`{"format":"` + Format + `","version":` + strconv.Itoa(Version) + `,"name":`)
	w.text(p.Name)
	w.raw(`,"unit":"mm","nextSeatId":`)
	w.num(p.NextSeatID)
	list(w, "levels", p.Levels, writeLevel)
	list(w, "categories", p.Categories, writeCategory)
	list(w, "sections", p.Sections, writeSection)
	list(w, "rows", p.Rows, writeRow)
	w.raw(",\n\"seatColumns\":[")
	for i, c := range SeatColumns {
		if i > 0 {
			w.raw(",")
		}
		w.text(c)
	}
	w.raw("]")
	var seats []Seat
	if withSeats {
		seats = slices.Clone(p.Seats)
		slices.SortFunc(seats, func(a, b Seat) int { return int(a.ID) - int(b.ID) })
	}
	list(w, "seats", seats, writeSeat)
	list(w, "areas", p.Areas, writeArea)
	list(w, "tables", p.Tables, writeTable)
	list(w, "boxes", p.Boxes, writeBox)
	list(w, "shapes", p.Shapes, writeShape)
	w.raw(",\n\"bounds\":[")
	w.nums(p.Bounds.Min.X, p.Bounds.Min.Y, p.Bounds.Max.X, p.Bounds.Max.Y)
	w.raw("]}\n")
	return w.b
}

func list[T any](w *writer, name string, items []T, write func(*writer, *T)) {
	w.raw(",\n\"" + name + "\":[")
	for i := range items {
		if i > 0 {
			w.raw(",")
		}
		w.raw("\n")
		write(w, &items[i])
	}
	if len(items) > 0 {
		w.raw("\n")
	}
	w.raw("]")
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }
func (w *writer) num(v int32)  { w.b = strconv.AppendInt(w.b, int64(v), 10) }

func (w *writer) nums(vs ...int32) {
	for i, v := range vs {
		if i > 0 {
			w.raw(",")
		}
		w.num(v)
	}
}

// text writes a string as JSON.stringify does. Valid text holds no character
// on which Go and JavaScript differ.
func (w *writer) text(s string) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	w.b = append(w.b, b.Bytes()[:b.Len()-1]...)
}

// short writes an id or a plain text without the cost of the encoder.
func (w *writer) short(s string) {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			w.text(s)
			return
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

func (w *writer) field(name, value string) {
	w.raw(`,"` + name + `":`)
	w.short(value)
}

func (w *writer) maybe(name, value string) {
	if value != "" {
		w.field(name, value)
	}
}

func (w *writer) number(name string, v int32) {
	w.raw(`,"` + name + `":`)
	w.num(v)
}

func (w *writer) point(p Point) {
	w.raw("[")
	w.nums(p.X, p.Y)
	w.raw("]")
}

func (w *writer) outline(ps []Point) {
	w.raw(`,"outline":[`)
	for i, p := range ps {
		if i > 0 {
			w.raw(",")
		}
		w.point(p)
	}
	w.raw("]")
}

func (w *writer) id(id string) {
	w.raw(`{"id":`)
	w.short(id)
}

func (w *writer) seatIDs(ids []int32) {
	w.raw(`,"seats":[`)
	w.nums(ids...)
	w.raw("]")
}

func writeLevel(w *writer, v *Level) {
	w.id(v.ID)
	w.field("name", v.Name)
	w.number("order", v.Order)
	w.rake(v.Rake)
	w.raw("}")
}

// some writes a number that is not 0.
func (w *writer) some(name string, v int32) {
	if v != 0 {
		w.number(name, v)
	}
}

func (w *writer) rake(r *Rake) {
	if r == nil {
		return
	}
	w.raw(`,"rake":{"base":`)
	w.num(r.Base)
	w.some("slope", r.Slope)
	w.some("curve", r.Curve)
	if len(r.Steps) > 0 {
		w.raw(`,"steps":[`)
		w.nums(r.Steps...)
		w.raw("]")
	}
	if r.Parapet != nil {
		w.raw(`,"parapet":{"height":`)
		w.num(r.Parapet.Height)
		w.number("before", r.Parapet.Before)
		w.raw("}")
	}
	w.raw("}")
}

func writeCategory(w *writer, v *Category) {
	w.id(v.ID)
	w.field("name", v.Name)
	w.field("color", v.Color)
	if len(v.Seats) > 0 {
		w.raw(`,"seats":[`)
		for i, r := range v.Seats {
			if i > 0 {
				w.raw(",")
			}
			w.point(Point{r.First, r.Last})
		}
		w.raw("]")
	}
	if len(v.Objects) > 0 {
		w.raw(`,"objects":[`)
		for i, o := range v.Objects {
			if i > 0 {
				w.raw(",")
			}
			w.short(o)
		}
		w.raw("]")
	}
	w.raw("}")
}

func writeSection(w *writer, v *Section) {
	w.id(v.ID)
	w.field("level", v.Level)
	w.field("name", v.Name)
	w.field("label", v.Label)
	w.outline(v.Outline)
	if v.Focal != nil {
		w.raw(`,"focal":`)
		w.point(*v.Focal)
	}
	w.maybe("entrance", v.Entrance)
	w.maybe("gate", v.Gate)
	w.rake(v.Rake)
	w.raw("}")
}

func writeRow(w *writer, v *Row) {
	w.id(v.ID)
	w.field("section", v.Section)
	w.field("label", v.Label)
	w.field("kind", v.Kind)
	w.raw("}")
}

func writeSeat(w *writer, s *Seat) {
	w.raw("[")
	w.num(s.ID)
	w.raw(",")
	if s.Row == "" {
		w.raw("null")
	} else {
		w.short(s.Row)
	}
	w.raw(",")
	w.short(s.Number)
	w.raw(",")
	w.nums(s.X, s.Y, int32(s.Kind), int32(s.View))
	if s.CompanionOf != 0 || s.Entrance != "" || s.Note != "" {
		w.raw(",")
		if s.CompanionOf != 0 {
			w.num(s.CompanionOf)
		} else {
			w.raw("null")
		}
	}
	if s.Entrance != "" || s.Note != "" {
		w.raw(",")
		if s.Entrance != "" {
			w.short(s.Entrance)
		} else {
			w.raw("null")
		}
	}
	if s.Note != "" {
		w.raw(",")
		w.short(s.Note)
	}
	w.raw("]")
}

func writeArea(w *writer, v *Area) {
	w.id(v.ID)
	w.field("section", v.Section)
	w.field("name", v.Name)
	w.field("label", v.Label)
	w.number("capacity", v.Capacity)
	w.outline(v.Outline)
	w.raw("}")
}

func writeTable(w *writer, v *Table) {
	w.id(v.ID)
	w.field("section", v.Section)
	w.field("label", v.Label)
	w.number("x", v.X)
	w.number("y", v.Y)
	w.number("radius", v.Radius)
	w.raw(`,"whole":` + strconv.FormatBool(v.Whole))
	w.seatIDs(v.Seats)
	w.raw("}")
}

func writeBox(w *writer, v *Box) {
	w.id(v.ID)
	w.field("level", v.Level)
	w.field("name", v.Name)
	w.outline(v.Outline)
	w.seatIDs(v.Seats)
	w.raw("}")
}

func writeShape(w *writer, v *Shape) {
	w.id(v.ID)
	w.field("kind", string(v.Kind))
	w.maybe("level", v.Level)
	if len(v.Outline) > 0 {
		w.outline(v.Outline)
	}
	if v.At != nil {
		w.raw(`,"at":`)
		w.point(*v.At)
	}
	w.maybe("text", v.Text)
	if v.Rotation != 0 {
		w.number("rotation", v.Rotation)
	}
	w.some("height", v.Height)
	w.raw("}")
}
