package planio

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// writeDXF writes R12 text, which every CAD program opens, in mm.
func writeDXF(p *plan.Plan) ([]byte, []plan.Finding, error) {
	if _, err := plan.Hash(p); err != nil {
		return nil, nil, err
	}
	w := &dxfWriter{lookup: look(p)}
	w.pair(0, "SECTION", 2, "HEADER", 9, "$ACADVER", 1, "AC1009", 9, "$INSUNITS", 70, "4", 0, "ENDSEC")
	w.pair(0, "SECTION", 2, "BLOCKS", 0, "BLOCK", 8, "0", 2, "SEAT", 70, "2", 10, "0", 20, "0", 0, "CIRCLE", 8, "0", 10, "0", 20, "0", 40, "220", 0, "ENDBLK", 8, "0", 0, "ENDSEC")
	w.pair(0, "SECTION", 2, "ENTITIES")
	for i := range p.Sections {
		s := &p.Sections[i]
		w.polygon("OUTLINE:"+layerText(w.level[s.Level].Name)+":"+layerText(s.Label), s.Outline)
	}
	for i := range p.Areas {
		a := &p.Areas[i]
		s := w.section[a.Section]
		w.polygon(fmt.Sprintf("AREA:%s:%s:%s:%d", layerText(w.level[s.Level].Name), layerText(s.Label), layerText(a.Label), a.Capacity), a.Outline)
	}
	for i := range p.Shapes {
		w.shape(&p.Shapes[i])
	}
	for i := range p.Seats {
		w.seat(&p.Seats[i])
	}
	w.pair(0, "ENDSEC", 0, "EOF")
	return w.b.Bytes(), w.told(), nil
}

type dxfWriter struct {
	*lookup
	telling
	b bytes.Buffer
}

// pair writes codes and values in turn.
func (w *dxfWriter) pair(kv ...any) {
	for i := 0; i+1 < len(kv); i += 2 {
		fmt.Fprintf(&w.b, "%v\n%s\n", kv[i], ascii(fmt.Sprint(kv[i+1])))
	}
}

// ascii writes what R12 does not hold as \U+XXXX; beyond the BMP there is no form.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80 && r >= 0x20:
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\U+%04X`, r)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// layerText keeps the parts of a layer's name apart.
func layerText(s string) string { return strings.ReplaceAll(s, ":", "_") }

func (w *dxfWriter) polygon(layer string, ps []plan.Point) {
	w.pair(0, "POLYLINE", 8, layer, 66, 1, 70, 1)
	for _, p := range ps {
		w.pair(0, "VERTEX", 8, layer, 10, p.X, 20, -p.Y)
	}
	w.pair(0, "SEQEND", 8, layer)
}

func (w *dxfWriter) shape(s *plan.Shape) {
	layer := "SHAPE:" + string(s.Kind)
	if len(s.Outline) > 0 {
		w.polygon(layer, s.Outline)
	} else if s.Text != "" {
		w.pair(0, "TEXT", 8, layer, 10, s.At.X, 20, -s.At.Y, 40, 600, 1, s.Text, 50, -s.Rotation)
	}
}

func (w *dxfWriter) seat(s *plan.Seat) {
	level, section, row := w.place(s)
	table, whole, companion := "", "", ""
	if t := w.table[s.ID]; t != nil {
		if table, row = t.Label, ""; t.Whole {
			whole = "1"
		}
	}
	if s.CompanionOf != 0 {
		companion = strconv.Itoa(int(s.CompanionOf))
	}
	w.pair(0, "INSERT", 8, "SEAT:"+layerText(section), 66, 1, 2, "SEAT", 10, s.X, 20, -s.Y)
	for _, a := range [][2]string{
		{"LEVEL", level},
		{"SECTION", section},
		{"ROW", row},
		{"SEAT", s.Number},
		{"CATEGORY", w.categoryName(s.ID)},
		{"KIND", kindNames[s.Kind]},
		{"VIEW", viewNames[s.View]},
		{"ID", strconv.Itoa(int(s.ID))},
		{"TABLE", table},
		{"WHOLE", whole},
		{"COMPANION", companion},
		{"ENTRANCE", s.Entrance},
		{"NOTE", s.Note},
	} {
		if a[1] != "" {
			w.pair(0, "ATTRIB", 8, "SEAT:"+layerText(section), 10, s.X, 20, -s.Y, 40, 150, 1, a[1], 2, a[0], 70, 1)
		}
	}
	w.pair(0, "SEQEND", 8, "SEAT:"+layerText(section))
}
