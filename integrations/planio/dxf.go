package planio

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parterre/modules/ticketmap/plan"
)

// DXF, the text form: pairs of a group code and a value. Read are INSERT (a block
// is a seat, its attributes say which), CIRCLE (a seat on a seat layer), LWPOLYLINE and POLYLINE
// (outlines and shapes by layer, with bulges), LINE, ARC and HATCH (dxf_lines.go), SPLINE and ELLIPSE
// (dxf_curves.go) on layers that name a thing, TEXT and MTEXT. Blocks are not taken apart. $INSUNITS gives the
// unit; y points up in DXF and down in a plan.
//
// Written is R12: a block SEAT with the attributes LEVEL SECTION ROW SEAT CATEGORY KIND VIEW ID …,
// outlines on layers named OUTLINE:<section>, AREA:<label>:<capacity>, SHAPE:<kind>.

// maxDXFPairs bounds a drawing: 64 MiB of shortest pairs would be sixteen million.
const maxDXFPairs = 12_000_000

// maxPolyline bounds the corners of one polyline: more than a plan takes, so that what is too fine is thinned out and not cut off.
const maxPolyline = 200_000

// dxfUnits is mm per unit by $INSUNITS.
var dxfUnits = map[int]float64{1: 25.4, 2: 304.8, 4: 1, 5: 10, 6: 1000, 14: 100}

type dxfPair struct {
	code  int
	value string
}

type dxfScanner struct {
	data []byte
	line int
	n    int
	bad  bool
}

func (s *dxfScanner) text() (string, bool) {
	if len(s.data) == 0 {
		return "", false
	}
	line, rest, _ := bytes.Cut(s.data, []byte("\n"))
	s.data = rest
	s.line++
	return strings.TrimRight(string(line), "\r"), true
}

func (s *dxfScanner) next() (dxfPair, bool) {
	code, ok := s.text()
	if !ok || strings.TrimSpace(code) == "" && len(bytes.TrimSpace(s.data)) == 0 {
		return dxfPair{}, false
	}
	value, ok := s.text()
	c, err := strconv.Atoi(strings.TrimSpace(code))
	if s.n++; !ok || err != nil || s.n > maxDXFPairs || len(value) > 10_000 {
		s.bad = true
		return dxfPair{}, false
	}
	return dxfPair{c, value}, true
}

// dxfEntity is one entity with what is read of it.
type dxfEntity struct {
	kind, layer, block, text, tag string
	x, y, radius, rotation        float64
	x2, y2, angle2                float64
	xs, ys, bulges                []float64
	hatch, curve                  []hatchPair
	attrs                         map[string]string
}

type dxfReader struct {
	scene
	telling
	unit     float64
	segments map[string][]dxfSegment // lines and arcs by layer, to be joined
	kept     int
	section  string
	pending  *dxfEntity // an INSERT or POLYLINE whose parts follow
}

func readDXF(data []byte) (*plan.Plan, []plan.Finding, error) {
	if bytes.HasPrefix(data, []byte("AutoCAD Binary DXF")) {
		return nil, nil, refuse("binary", ".", "不支持二进制 DXF，请另存为文本 DXF。", "Binary DXF is not supported; save it as text (ASCII) DXF.")
	}
	if !utf8.Valid(data) {
		return nil, nil, refuse("utf8", ".", "文件不是 UTF-8 编码，请另存为 AutoCAD 2007 或更新的 DXF。", "The file is not UTF-8; save it as DXF of AutoCAD 2007 or later.")
	}
	r := &dxfReader{}
	s := &dxfScanner{data: data}
	var e *dxfEntity
	variable, seen := "", false
	for {
		p, ok := s.next()
		if !ok {
			break
		}
		switch {
		case p.code == 0:
			if e != nil && r.section == "ENTITIES" {
				r.entity(e)
			}
			e = &dxfEntity{kind: strings.TrimSpace(p.value)}
			if e.kind == "SECTION" || e.kind == "ENDSEC" {
				seen, r.section = true, ""
			}
			if r.full() {
				return nil, nil, refuse("too_many", ".", "对象数量超过上限。", "There are more objects than the limit.")
			}
		case e != nil && e.kind == "SECTION" && p.code == 2:
			r.section = strings.TrimSpace(p.value)
		case r.section == "HEADER" && p.code == 9:
			variable = strings.TrimSpace(p.value)
		case r.section == "HEADER" && variable == "$INSUNITS" && p.code == 70:
			n, _ := strconv.Atoi(strings.TrimSpace(p.value))
			r.unit = dxfUnits[n]
		case r.section == "ENTITIES" && e != nil:
			if !e.take(p) {
				return nil, nil, refuse("number", "line "+strconv.Itoa(s.line), "此处应为数字。", "Expected a number here.")
			}
		}
	}
	if s.bad || !seen {
		return nil, nil, refuse("syntax", "line "+strconv.Itoa(s.line), "不是合法的文本 DXF。", "Not a valid text DXF.")
	}
	if e != nil && r.section == "ENTITIES" {
		r.entity(e)
	}
	r.flush()
	r.join()
	if r.full() {
		return nil, nil, refuse("too_many", ".", "对象数量超过上限。", "There are more objects than the limit.")
	}
	r.scale = r.unit
	p, told, err := r.build()
	return p, append(r.told(), told...), err
}

// take reads one pair of an entity; false for a number that is none.
func (e *dxfEntity) take(p dxfPair) bool {
	if e.kind == "HATCH" && p.code != 8 && p.code != 2 {
		return e.pair(p, &e.hatch, hatchCodes, maxCurvePairs)
	}
	if codes := curveCodes[e.kind]; codes != nil && p.code != 8 {
		return e.pair(p, &e.curve, codes, maxCurvePairs)
	}
	switch p.code {
	case 1, 3:
		if len(e.text) < 4000 {
			e.text += dxfText(p.value)
		}
	case 2:
		e.block = dxfText(strings.TrimSpace(p.value))
		e.tag = strings.ToUpper(e.block)
	case 8:
		e.layer = dxfText(strings.TrimSpace(p.value))
	case 10:
		return e.coordinate(p, &e.x, &e.xs)
	case 20:
		return e.coordinate(p, &e.y, &e.ys)
	case 11:
		return p.number(&e.x2)
	case 21:
		return p.number(&e.y2)
	case 42:
		return e.bulge(p)
	case 51:
		return p.number(&e.angle2)
	case 40:
		return p.number(&e.radius)
	case 50:
		return p.number(&e.rotation)
	}
	return true
}

// number reads the value of a group; false means that it is none.
func (p dxfPair) number(to *float64) bool {
	v, err := strconv.ParseFloat(strings.TrimSpace(p.value), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	*to = v
	return true
}

// pair keeps a group of those that draw a hatch or a curve, up to a number of them.
func (e *dxfEntity) pair(p dxfPair, to *[]hatchPair, codes []int, most int) bool {
	if !slices.Contains(codes, p.code) || len(*to) >= most {
		return true
	}
	var v float64
	if !p.number(&v) {
		return false
	}
	*to = append(*to, hatchPair{p.code, v})
	return true
}

// coordinate takes a point's, which in a light polyline is one of many.
func (e *dxfEntity) coordinate(p dxfPair, one *float64, all *[]float64) bool {
	if !p.number(one) {
		return false
	}
	if e.kind == "LWPOLYLINE" && len(*all) < maxPolyline {
		*all = append(*all, *one)
	}
	return true
}

// bulge takes the bend of the way on from the last point.
func (e *dxfEntity) bulge(p dxfPair) bool {
	var v float64
	if !p.number(&v) {
		return false
	}
	if e.kind == "VERTEX" {
		e.bulges = []float64{v}
	} else if e.kind == "LWPOLYLINE" && len(e.xs) > 0 {
		for len(e.bulges) < len(e.xs) {
			e.bulges = append(e.bulges, 0)
		}
		e.bulges[len(e.xs)-1] = v
	}
	return true
}

// dxfText undoes \U+XXXX and drops the marks of MTEXT.
func dxfText(s string) string {
	for {
		i := strings.Index(s, `\U+`)
		if i < 0 || i+7 > len(s) {
			break
		}
		v, err := strconv.ParseUint(s[i+3:i+7], 16, 32)
		if err != nil {
			break
		}
		s = s[:i] + string(rune(v)) + s[i+7:]
	}
	return strings.NewReplacer(`\P`, " ", `{`, "", `}`, "").Replace(s)
}

func (r *dxfReader) entity(e *dxfEntity) {
	switch e.kind {
	case "ATTRIB":
		if r.pending != nil && r.pending.kind == "INSERT" {
			r.pending.attrs[e.tag] = e.text
		}
		return
	case "VERTEX":
		if p := r.pending; p != nil && p.kind == "POLYLINE" && len(p.xs) < maxPolyline {
			p.xs, p.ys = append(p.xs, e.x), append(p.ys, e.y)
			p.bulges = append(p.bulges, append(e.bulges, 0)[0])
		}
		return
	}
	r.flush()
	switch e.kind {
	case "INSERT", "POLYLINE":
		e.attrs = map[string]string{}
		e.xs, e.ys = nil, nil
		r.pending = e
	case "LWPOLYLINE":
		r.outline(e)
	case "CIRCLE":
		if isSeat(e.layer) {
			r.seats = append(r.seats, sceneSeat{x: e.x, y: -e.y, section: sectionOfLayer(e.layer)})
		} else {
			r.tell("circles", "CIRCLE", "不在座位图层上的圆未导入（图层名应含 SEAT 或“座”）。", "Circles outside a seat layer were left out (its name holds SEAT or 座).")
		}
	case "TEXT", "MTEXT":
		r.label(e)
	case "LINE", "ARC":
		if r.line(e) {
			return
		}
		r.background(e.kind)
	case "HATCH":
		if r.hatch(e) {
			return
		}
		r.background(e.kind)
	case "SPLINE", "ELLIPSE":
		if r.curve(e) {
			return
		}
		r.background(e.kind)
	case "DIMENSION", "SOLID":
		r.background(e.kind)
	default:
		r.unknown(e.kind)
	}
}

// hatchCodes are the groups of a hatch that draw its borders.
var hatchCodes = []int{10, 20, 11, 21, 40, 42, 50, 51, 72, 73, 74, 75, 91, 92, 93, 94, 95, 96, 97}

func (r *dxfReader) background(kind string) {
	r.tell("lines", kind, "图层名没有说明用途的线、圆弧、填充只作底图，未导入。", "Lines, arcs, hatches and the like on layers that name nothing serve as background and were left out.")
}

func (r *dxfReader) label(e *dxfEntity) {
	kind := plan.Label
	if k, ok := strings.CutPrefix(e.layer, "SHAPE:"); ok {
		kind = shapeKind(k)
	}
	if strings.TrimSpace(e.text) != "" {
		r.texts = append(r.texts, sceneText{x: e.x, y: -e.y, rotation: -e.rotation, text: e.text, kind: kind})
	}
}

func isSeat(name string) bool {
	n := strings.ToLower(name)
	return strings.Contains(n, "seat") || strings.Contains(n, "chair") || strings.Contains(n, "座")
}

// sectionOfLayer is what a seat layer says after SEAT: as "SEAT_A" or "座位-池座".
func sectionOfLayer(layer string) string {
	for _, mark := range []string{"SEATS", "SEAT", "Seats", "Seat", "seats", "seat", "座位"} {
		if rest, ok := strings.CutPrefix(layer, mark); ok {
			return strings.Trim(rest, " _-:")
		}
	}
	return layer
}

// flush finishes the entity whose parts have come.
func (r *dxfReader) flush() {
	e := r.pending
	r.pending = nil
	switch {
	case e == nil:
	case e.kind == "POLYLINE":
		r.outline(e)
	case len(e.attrs) == 0 && !isSeat(e.block) && !isSeat(e.layer):
		r.tell("blocks", "INSERT", "不像座位的图块未导入（块名应含 SEAT 或“座”）。", "Blocks that do not look like seats were left out (their name holds SEAT or 座).")
	default:
		r.insert(e)
	}
}

func (r *dxfReader) insert(e *dxfEntity) {
	get := func(names ...string) string {
		for _, n := range names {
			if v := strings.TrimSpace(e.attrs[n]); v != "" {
				return v
			}
		}
		return ""
	}
	s := sceneSeat{
		x: e.x, y: -e.y, level: get("LEVEL", "FLOOR", "楼层"), section: or(get("SECTION", "ZONE", "区"), sectionOfLayer(e.layer)),
		row: get("ROW", "排"), number: get("SEAT", "NUMBER", "NO", "座", "座号"), category: get("CATEGORY", "票档"), entrance: get("ENTRANCE"), note: get("NOTE"),
		table: get("TABLE"), whole: get("WHOLE") != "", kind: svgKinds[get("KIND")], view: svgViews[get("VIEW")], id: seatID(get("ID")), companion: seatID(get("COMPANION")),
	}
	r.seats = append(r.seats, s)
}

func (r *dxfReader) outline(e *dxfEntity) {
	n := min(len(e.xs), len(e.ys))
	if n < 3 {
		return
	}
	o := scenePolygon{}
	for _, p := range bulged(e.xs[:n], e.ys[:n], e.bulges) {
		o.points = append(o.points, sioPoint{p.X, -p.Y})
	}
	part := strings.Split(e.layer, ":")
	switch {
	case part[0] == "OUTLINE" && len(part) == 3:
		o.level, o.section = part[1], part[2]
	case part[0] == "AREA" && len(part) == 5:
		o.level, o.section, o.area = part[1], part[2], part[3]
		o.capacity, _ = strconv.Atoi(part[4])
	case part[0] == "SHAPE" && len(part) == 2:
		o.kind = shapeKind(part[1])
	default:
		o.section, o.kind, _ = layerThing(e.layer)
	}
	r.outlines = append(r.outlines, o)
}
