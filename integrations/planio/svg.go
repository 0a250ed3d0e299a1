package planio

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// SVG. What we write and read best: groups and shapes with data- attributes.
//
//	<svg data-unit="mm">  <g data-level="池座" data-section="池座" data-row="1排">
//	<circle cx cy r data-seat="3" data-category data-kind data-view data-id …/>
//	<polygon points data-outline="1" | data-area="站A" data-capacity="200" | data-shape="stage"/>  <text>
//
// Attributes count for everything inside a group; "id" may stand for them as
// "section:池座". In any other SVG circles are taken for seats. Scripts, handlers,
// entities and references to other files are refused, not skipped.

var (
	svgKinds = map[string]plan.Kind{"accessible": plan.Accessible, "companion": plan.Companion, "couple-left": plan.CoupleLeft, "couple-right": plan.CoupleRight, "sofa": plan.Sofa}
	svgViews = map[string]plan.View{"partial": plan.Partial, "blocked": plan.Blocked}
)

// maxSVGDepth and maxSVGElements bound a drawing.
const (
	maxSVGDepth    = 64
	maxSVGElements = 1_000_000
)

// svgForbidden are elements that have no place in a plan.
var svgForbidden = map[string]bool{
	"script": true, "foreignObject": true, "iframe": true, "object": true, "embed": true, "handler": true, "audio": true, "video": true,
	"animate": true, "set": true, "use": true,
}

// matrix is a b c d e f of an SVG transform.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) mul(n matrix) matrix {
	return matrix{m[0]*n[0] + m[2]*n[1], m[1]*n[0] + m[3]*n[1], m[0]*n[2] + m[2]*n[3], m[1]*n[2] + m[3]*n[3], m[0]*n[4] + m[2]*n[5] + m[4], m[1]*n[4] + m[3]*n[5] + m[5]}
}

func (m matrix) at(x, y float64) (float64, float64) {
	return m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]
}

// svgState is what a group hands down.
type svgState struct {
	m    matrix
	data map[string]string
}

type svgReader struct {
	scene
	telling
	stack    []svgState
	text     *sceneText
	chars    strings.Builder
	title    bool
	elements int
}

func readSVG(data []byte) (*plan.Plan, []plan.Finding, error) {
	r := &svgReader{stack: []svgState{{identity, map[string]string{}}}}
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, refuse("syntax", "byte "+strconv.FormatInt(dec.InputOffset(), 10), "不是合法的 SVG。", "Not a valid SVG.")
		}
		if err := r.token(tok); err != nil {
			return nil, nil, err
		}
	}
	if r.elements == 0 {
		return nil, nil, refuse("syntax", ".", "不是合法的 SVG。", "Not a valid SVG.")
	}
	p, told, err := r.build()
	return p, append(r.told(), told...), err
}

func (r *svgReader) token(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.Directive:
		if s := string(t); strings.Contains(s, "[") || strings.Contains(s, "ENTITY") {
			return refuse("entity", ".", "SVG 中不允许定义实体。", "Entities may not be defined in an SVG.")
		}
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		r.stack = r.stack[:len(r.stack)-1]
		r.closeText(t.Name.Local)
	case xml.CharData:
		if (r.text != nil || r.title) && r.chars.Len() < 2000 {
			r.chars.Write(t)
		}
	}
	return nil
}

func (r *svgReader) closeText(name string) {
	switch {
	case name == "text" && r.text != nil:
		if r.text.text = strings.TrimSpace(r.chars.String()); r.text.text != "" {
			r.texts = append(r.texts, *r.text)
		}
		r.text = nil
		r.chars.Reset()
	case name == "title" && r.title:
		if r.name == "" {
			r.name = strings.TrimSpace(r.chars.String())
		}
		r.title = false
		r.chars.Reset()
	}
}

func (r *svgReader) start(t xml.StartElement) error {
	r.elements++
	name := t.Name.Local
	switch {
	case r.elements > maxSVGElements || r.full():
		return refuse("too_many", ".", "对象数量超过上限。", "There are more objects than the limit.")
	case len(r.stack) > maxSVGDepth:
		return refuse("too_deep", ".", "SVG 嵌套太深。", "The SVG is nested too deeply.")
	case svgForbidden[name]:
		return refuse("forbidden", name, "SVG 中不允许有 "+name+"。", "An SVG plan may not hold "+name+".")
	case r.elements == 1 && name != "svg":
		return refuse("syntax", ".", "不是 SVG 文件。", "Not an SVG file.")
	}
	a := map[string]string{}
	for _, x := range t.Attr {
		n := strings.ToLower(x.Name.Local)
		if strings.HasPrefix(n, "on") || n == "href" && x.Value != "" && !strings.HasPrefix(x.Value, "#") && !strings.HasPrefix(x.Value, "data:image/") {
			return refuse("forbidden", n, "SVG 中不允许有脚本或外部引用。", "An SVG plan may hold neither handlers nor references to other files.")
		}
		a[n] = x.Value
	}
	up := r.stack[len(r.stack)-1]
	state := svgState{up.m, up.data}
	if tr := a["transform"]; tr != "" {
		m, ok := transform(tr)
		if !ok {
			return refuse("transform", name, "不支持的 transform。", "This transform is not supported.")
		}
		state.m = up.m.mul(m)
	}
	state.data = inherit(up.data, a)
	r.stack = append(r.stack, state)
	if name == "svg" && a["data-unit"] == "mm" {
		r.scale = 1
	}
	return r.element(name, a, state)
}

// inherit adds an element's own data to that of its groups. A seat's own
// attributes are not handed down, groups' are.
func inherit(up map[string]string, a map[string]string) map[string]string {
	own := map[string]string{}
	for k, v := range a {
		if n, ok := strings.CutPrefix(k, "data-"); ok && v != "" {
			own[n] = v
		}
	}
	for _, part := range []string{"level", "section", "row"} {
		if v, ok := strings.CutPrefix(a["id"], part+":"); ok && own[part] == "" {
			own[part] = v
		}
	}
	if len(own) == 0 {
		return up
	}
	out := make(map[string]string, len(up)+len(own))
	for k, v := range up {
		out[k] = v
	}
	for k, v := range own {
		out[k] = v
	}
	return out
}

func (r *svgReader) element(name string, a map[string]string, s svgState) error {
	num := func(k string) float64 { return svgNumber(a[k]) }
	switch name {
	case "circle", "ellipse":
		x, y := s.m.at(num("cx"), num("cy"))
		r.spot(x, y, s.data)
	case "rect":
		x, y, w, h := num("x"), num("y"), num("width"), num("height")
		if s.data["seat"] != "" {
			cx, cy := s.m.at(x+w/2, y+h/2)
			r.spot(cx, cy, s.data)
			return nil
		}
		r.polygon([]sioPoint{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, a, s)
	case "polygon", "polyline":
		f := numbers(a["points"])
		var ps []sioPoint
		for i := 0; i+1 < len(f); i += 2 {
			ps = append(ps, sioPoint{f[i], f[i+1]})
		}
		r.polygon(ps, a, s)
	case "path":
		ps, ok := pathPoints(a["d"])
		if !ok {
			r.tell("curves", "path", "曲线路径已按直线连接。", "Curved paths were taken as straight lines.")
		}
		r.polygon(ps, a, s)
	case "text":
		x, y := s.m.at(num("x"), num("y"))
		r.text = &sceneText{x: x, y: y, kind: shapeKind(s.data["shape"]), rotation: math.Atan2(s.m[1], s.m[0]) * 180 / math.Pi}
		r.chars.Reset()
	case "title":
		r.title = len(r.stack) <= 3
		r.chars.Reset()
	case "image":
		x, y, w, h := num("x"), num("y"), num("width"), num("height")
		if w > 0 && h > 0 {
			r.polygon([]sioPoint{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, map[string]string{"data-shape": string(plan.Image)}, svgState{s.m, map[string]string{"level": s.data["level"]}})
		}
		r.tell("images", "image", "图片内容未导入，只保留了它的位置；可在设计器的描图底图中放入图片。", "Pictures were not carried, only where they lie; put one under the plan in the designer to trace it.")
	}
	return nil
}

func svgNumber(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "px")), 64)
	if err != nil {
		return 0
	}
	return v
}

// spot takes a circle for a seat.
func (r *svgReader) spot(x, y float64, d map[string]string) {
	if d["shape"] != "" {
		return
	}
	s := sceneSeat{
		x: x, y: y, level: d["level"], section: d["section"], row: d["row"], number: d["seat"], category: d["category"], entrance: d["entrance"],
		note: d["note"], table: d["table"], whole: d["whole"] != "", kind: svgKinds[d["kind"]], view: svgViews[d["view"]],
	}
	s.id, s.companion = seatID(d["id"]), seatID(d["companion"])
	r.seats = append(r.seats, s)
}

func seatID(s string) int32 {
	v, err := strconv.ParseInt(s, 10, 32)
	if err != nil || v < 1 || v > plan.MaxSeatID-1 {
		return 0
	}
	return int32(v)
}

func shapeKind(s string) plan.ShapeKind {
	switch k := plan.ShapeKind(s); k {
	case plan.Stage, plan.Screen, plan.Aisle, plan.Entrance, plan.Buffer, plan.Wall, plan.Image:
		return k
	}
	return plan.Label
}

func (r *svgReader) polygon(ps []sioPoint, a map[string]string, s svgState) {
	if len(ps) < 3 {
		return
	}
	for i, p := range ps {
		ps[i].X, ps[i].Y = s.m.at(p.X, p.Y)
	}
	d := s.data
	o := scenePolygon{points: ps, level: d["level"]}
	capacity, _ := strconv.Atoi(d["capacity"])
	switch {
	case a["data-area"] != "":
		o.section, o.area, o.capacity, o.category = d["section"], a["data-area"], max(capacity, 1), d["category"]
	case a["data-outline"] != "":
		o.section = d["section"]
	default:
		o.kind, o.text = shapeKind(a["data-shape"]), a["data-text"]
		if a["data-shape"] == "" && strings.Contains(strings.ToLower(a["id"]), "stage") {
			o.kind = plan.Stage
		}
	}
	r.outlines = append(r.outlines, o)
}
