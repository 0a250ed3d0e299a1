package planio

import (
	"fmt"
	"math"
	"strconv"

	"parterre/modules/ticketmap/plan"
)

// lost tells what a written file does not hold of the plan: it is read again and compared, so that the report
// says what is so, with numbers, and not what the format is known for.
func lost(format Format, p *plan.Plan, data []byte) []plan.Finding {
	again, _, err := codecs[format].read(data)
	if err != nil {
		return []plan.Finding{{
			Severity: plan.SeverityWarning, Code: "planio.unread", Path: ".",
			Zh: "写出的文件无法读回核对，请检查内容：" + err.Error(), En: "What was written could not be read again to compare it: " + err.Error(),
		}}
	}
	had, has := aspects(p), aspects(again)
	var t telling
	for _, a := range aspectNames {
		if n, of := missing(had[a.code], has[a.code]), len(had[a.code]); n > 0 {
			t.tell(a.code, a.path, fmt.Sprintf("%s：%d 处中有 %d 处未写入。", a.zh, of, n), fmt.Sprintf("%s: %d of %d are not written.", a.en, n, of))
		}
	}
	return t.told()
}

// aspectNames are the aspects of a plan that formats lose, in the order of the report.
var aspectNames = []struct{ code, path, zh, en string }{
	{"ids", "seats", "座位的永久编号", "Permanent ids of seats"},
	{"places", "seats", "座位的排号与座号", "Rows and numbers of seats"},
	{"kinds", "seats", "座位类型（无障碍、陪同、情侣、沙发）", "Kinds of seats (accessible, companion, couple, sofa)"},
	{"companions", "seats", "陪同席对应的无障碍席位", "Accessible places of companion seats"},
	{"views", "seats", "视线受限标记", "Restricted views"},
	{"notes", "seats", "视线说明", "Notes on views"},
	{"seat_categories", "categories", "座位的票档", "Zones of seats"},
	{"object_categories", "categories", "站席和桌的票档", "Zones of standing areas and tables"},
	{"categories", "categories", "票档", "Zones"},
	{"colours", "categories", "票档颜色", "Colours of zones"},
	{"levels", "levels", "楼层", "Levels"},
	{"rakes", "levels", "起坡", "Rakes of floors"},
	{"sections", "sections", "分区", "Sections"},
	{"outlines", "sections", "分区轮廓", "Outlines of sections"},
	{"focal", "sections", "分区焦点", "Focal points of sections"},
	{"entrances", "sections", "入口", "Entrances"},
	{"gates", "sections", "检票门", "Gates"},
	{"row_kinds", "rows", "排的形状种类", "Kinds of rows"},
	{"areas", "areas", "站席区", "Standing areas"},
	{"area_outline", "areas", "站席区轮廓", "Outlines of standing areas"},
	{"tables", "tables", "桌", "Tables"},
	{"whole", "tables", "整桌出售", "Tables sold whole"},
	{"boxes", "boxes", "包厢", "Boxes"},
	{"shapes", "shapes", "舞台、过道、入口等图形", "Stages, aisles, entrances and other shapes"},
	{"texts", "shapes", "图形文字", "Texts of shapes"},
	{"heights", "shapes", "舞台和银幕的高度", "Heights of stages and screens"},
}

// aspects lists what a plan says, as comparable texts by aspect.
func aspects(p *plan.Plan) map[string][]string {
	out := map[string][]string{}
	add := func(aspect string, parts ...any) { out[aspect] = append(out[aspect], fmt.Sprint(parts...)) }
	l := look(p)
	place := func(s *plan.Seat) string {
		_, section, row := l.place(s)
		return section + "\x00" + row + "\x00" + s.Number
	}
	by := map[int32]*plan.Seat{}
	for i := range p.Seats {
		by[p.Seats[i].ID] = &p.Seats[i]
	}
	for i := range p.Seats {
		seatAspects(add, l, &p.Seats[i], place, by)
	}
	for _, v := range p.Levels {
		add("levels", v.Name)
		if v.Rake != nil {
			add("rakes", v.Name)
		}
	}
	sectionAspects(add, p)
	for _, r := range p.Rows {
		if r.Kind != plan.Curved { // what readers take a row for that says nothing
			add("row_kinds", r.Label, "\x00", r.Kind)
		}
	}
	for i, a := range p.Areas {
		add("areas", a.Label, "\x00", a.Capacity)
		add("area_outline", a.Label, "\x00", size(a.Outline))
		if c, ok := l.object[p.Areas[i].ID]; ok {
			add("object_categories", a.Label, "\x00", p.Categories[c].Name)
		}
	}
	for _, v := range p.Tables {
		add("tables", v.Label)
		if v.Whole {
			add("whole", v.Label)
		}
		if c, ok := l.object[v.ID]; ok {
			add("object_categories", v.Label, "\x00", p.Categories[c].Name)
		}
	}
	for _, b := range p.Boxes {
		add("boxes", b.Name)
	}
	for _, s := range p.Shapes {
		add("shapes", string(s.Kind), "\x00", size(s.Outline))
		if s.Text != "" {
			add("texts", s.Text)
		}
		if s.Height != 0 {
			add("heights", s.Height)
		}
	}
	return out
}

func seatAspects(add func(string, ...any), l *lookup, s *plan.Seat, place func(*plan.Seat) string, by map[int32]*plan.Seat) {
	at := place(s)
	add("ids", s.ID, "\x00", s.Number)
	add("places", at)
	if s.Kind != plan.Normal {
		add("kinds", at, "\x00", s.Kind)
	}
	if s.CompanionOf != 0 && by[s.CompanionOf] != nil {
		add("companions", at, "\x00", place(by[s.CompanionOf]))
	}
	if s.View != plan.Clear {
		add("views", at, "\x00", s.View)
	}
	if s.Note != "" {
		add("notes", at, "\x00", s.Note)
	}
	if s.Entrance != "" {
		add("entrances", at, "\x00", s.Entrance)
	}
	if name := l.categoryName(s.ID); name != "" {
		add("seat_categories", at, "\x00", name)
	}
}

func sectionAspects(add func(string, ...any), p *plan.Plan) {
	for _, c := range p.Categories {
		add("categories", c.Name)
		add("colours", c.Name, "\x00", c.Color)
	}
	for _, s := range p.Sections {
		add("sections", s.Label)
		add("outlines", s.Label, "\x00", size(s.Outline))
		if s.Focal != nil {
			add("focal", s.Label)
		}
		if s.Entrance != "" {
			add("entrances", s.Label, "\x00", s.Entrance)
		}
		if s.Gate != "" {
			add("gates", s.Label, "\x00", s.Gate)
		}
		if s.Rake != nil {
			add("rakes", s.Label)
		}
	}
}

// size is how wide and high an outline is in quarters of a metre: formats in pixels move corners by a few millimetres.
func size(ps []plan.Point) string {
	if len(ps) == 0 {
		return ""
	}
	lo, hi := ps[0], ps[0]
	for _, q := range ps {
		lo.X, lo.Y, hi.X, hi.Y = min(lo.X, q.X), min(lo.Y, q.Y), max(hi.X, q.X), max(hi.Y, q.Y)
	}
	quarter := func(v int32) string { return strconv.Itoa(int(math.Round(float64(v) / 250))) }
	return quarter(hi.X-lo.X) + "x" + quarter(hi.Y-lo.Y)
}

// missing counts the texts of a that b does not have, each as often as it stands there.
func missing(a, b []string) int {
	have := map[string]int{}
	for _, v := range b {
		have[v]++
	}
	n := 0
	for _, v := range a {
		if have[v] > 0 {
			have[v]--
		} else {
			n++
		}
	}
	return n
}
