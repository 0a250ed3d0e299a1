package planio

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"parterre/modules/ticketmap/plan"
)

// CSV: UTF-8 with or without BOM; comma, semicolon or tab; a header line names the
// columns in any order. Needed: section, row, seat. x and y are mm. flags are parted by spaces:
// accessible companion couple-left couple-right sofa partial blocked table whole standing:N.
// A standing area is a line without row and seat.

var csvColumns = []string{"level", "section", "row", "seat", "x", "y", "category", "flags", "gate", "entrance", "note"}

// csvNames maps other spellings of a column.
var csvNames = map[string]string{
	"楼层": "level", "floor": "level", "区": "section", "区域": "section", "分区": "section", "zone": "section", "排": "row", "排号": "row", "seat_number": "seat",
	"座": "seat", "座号": "seat", "number": "seat", "票档": "category", "类别": "category", "门": "gate", "入口": "entrance", "备注": "note", "标记": "flags",
}

func readCSV(data []byte) (*plan.Plan, []plan.Finding, error) {
	if !utf8.Valid(data) {
		return nil, nil, refuse("utf8", ".", "文件不是 UTF-8 编码，请另存为 UTF-8。", "The file is not UTF-8; save it as UTF-8.")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = ','
	for _, c := range []rune{';', '\t'} {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(r.Comma))) {
			r.Comma = c
		}
	}
	r.ReuseRecord, r.FieldsPerRecord = true, -1
	c := &csvReader{draft: newDraft("CSV", 1), column: map[string]int{}, next: map[string]int{}}
	head, err := r.Read()
	if err != nil {
		return nil, nil, refuse("syntax", "1", "文件是空的，或第一行不是表头。", "The file is empty or its first line is no header.")
	}
	if err := c.header(head); err != nil {
		return nil, nil, err
	}
	for c.err == nil {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		c.line++
		if err != nil {
			return nil, nil, refuse("syntax", strconv.Itoa(c.line+1), "此行不是合法的 CSV。", "This line is not valid CSV.")
		}
		c.record(rec)
	}
	c.closeTables()
	return c.finish()
}

type csvReader struct {
	*draft
	column map[string]int
	line   int
	next   map[string]int // section -> lines laid out so far, where x and y are missing
	tables []*csvTable
	table  map[string]*csvTable
}

type csvTable struct {
	section *draftSection
	label   string
	whole   bool
	seats   []int32
}

func (c *csvReader) header(head []string) error {
	for i, h := range head {
		name := strings.ToLower(strings.TrimSpace(h))
		if n, ok := csvNames[name]; ok {
			name = n
		}
		if _, twice := c.column[name]; twice {
			return refuse("column_twice", "1", fmt.Sprintf("表头“%.20s”重复。", name), fmt.Sprintf("The column %.20q appears twice.", name))
		}
		c.column[name] = i
		if !contains(csvColumns, name) && name != "price" {
			c.tell("column", "1", "有不认识的列，未导入。", "Unknown columns were left out.")
		}
	}
	for _, need := range []string{"section", "row", "seat"} {
		if _, ok := c.column[need]; !ok {
			return refuse("column_missing", "1", "表头必须有 section、row、seat 列。", "The header needs the columns section, row and seat; missing: "+need+".")
		}
	}
	if _, ok := c.column["price"]; ok {
		c.tell("price", "1", "票价未导入：价格属于票图。", "Prices were left out; they belong to the ticket map.")
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (c *csvReader) get(rec []string, name string) string {
	if i, ok := c.column[name]; ok && i < len(rec) {
		return strings.TrimSpace(rec[i])
	}
	return ""
}

func (c *csvReader) record(rec []string) {
	path := "line " + strconv.Itoa(c.line+1)
	if strings.Join(rec, "") == "" {
		return
	}
	sec := c.draft.section(c.level(or(c.get(rec, "level"), "一层")), c.get(rec, "section"), c.get(rec, "section"))
	if g := c.get(rec, "gate"); g != "" {
		c.at(sec).Gate = c.text(g, 32, path, "")
	}
	cat := c.get(rec, "category")
	category := c.category(cat, cat, "")
	s := plan.Seat{Number: c.get(rec, "seat"), Entrance: c.get(rec, "entrance"), Note: c.get(rec, "note")}
	table, whole, standing := c.flags(c.get(rec, "flags"), &s, path)
	rowLabel := c.get(rec, "row")
	at := c.where(rec, sec, rowLabel, path)
	if rowLabel == "" && s.Number == "" || standing > 0 {
		c.standing(sec, rec, at, standing, category)
		return
	}
	if rowLabel == "" || s.Number == "" {
		c.fail(refuse("row_or_seat", path, "缺少排号或座号。", "The row or the seat number is missing."))
		return
	}
	s.X, s.Y = at.X, at.Y
	if table {
		t := c.tableOf(sec, rowLabel)
		t.whole = t.whole || whole
		t.seats = append(t.seats, c.seat(sec, s, category))
		return
	}
	s.Row = c.row(sec, rowLabel, rowLabel, plan.Straight)
	id := c.seat(sec, s, category)
	if n := len(c.p.Seats); s.Kind == plan.Companion && n > 1 && c.p.Seats[n-2].Kind == plan.Accessible && c.p.Seats[n-2].Row == s.Row {
		c.p.Seats[n-1].CompanionOf = id - 1
	}
}

// where is the place of a record; without x and y seats are laid out in a grid.
func (c *csvReader) where(rec []string, sec *draftSection, row, path string) plan.Point {
	xs, ys := c.get(rec, "x"), c.get(rec, "y")
	if xs == "" && ys == "" {
		c.tell("laid_out", path, "没有坐标，已按网格排列。", "There are no coordinates; seats were laid out in a grid.")
		key := fmt.Sprint(sec.index, "\x00", row)
		if _, ok := c.next[key]; !ok {
			c.next[fmt.Sprint(sec.index)]++
		}
		c.next[key]++
		line := c.next[key+"\x00line"]
		if line == 0 {
			line = c.next[fmt.Sprint(sec.index)]
			c.next[key+"\x00line"] = line
		}
		return c.point(float64(sec.index%10)*40_000+float64(c.next[key])*540, float64(sec.index/10)*40_000+float64(line)*900, path)
	}
	x, errX := strconv.ParseFloat(xs, 64)
	y, errY := strconv.ParseFloat(ys, 64)
	if errX != nil || errY != nil {
		c.fail(refuse("number", path, "坐标不是数字。", "A coordinate is not a number."))
		return plan.Point{}
	}
	return c.point(x, y, path)
}

func (c *csvReader) flags(flags string, s *plan.Seat, path string) (table, whole bool, standing int) {
	for _, f := range strings.FieldsFunc(flags, func(r rune) bool { return r == ' ' || r == '|' || r == '+' }) {
		switch f {
		case "accessible", "wheelchair", "无障碍":
			s.Kind = plan.Accessible
		case "companion", "陪同":
			s.Kind = plan.Companion
		case "couple-left":
			s.Kind = plan.CoupleLeft
		case "couple-right":
			s.Kind = plan.CoupleRight
		case "sofa":
			s.Kind = plan.Sofa
		case "partial":
			s.View = plan.Partial
		case "blocked":
			s.View = plan.Blocked
		case "table":
			table = true
		case "whole":
			whole = true
		default:
			n, found := strings.CutPrefix(f, "standing:")
			v, err := strconv.Atoi(n)
			if !found || err != nil || v < 1 {
				c.tell("flag", path, "有不认识的标记，未导入。", "Unknown flags were left out.")
				continue
			}
			standing = v
		}
	}
	return table, whole, standing
}

func (c *csvReader) standing(sec *draftSection, rec []string, at plan.Point, capacity, category int) {
	label := or(c.get(rec, "seat"), or(c.get(rec, "row"), "站席"+strconv.Itoa(len(c.p.Areas)+1)))
	side := float64(1000)
	for side*side < float64(capacity)*250_000 && side < 100_000 { // four persons per square metre
		side *= 1.1
	}
	c.area(sec, label, capacity, c.rectangle(float64(at.X), float64(at.Y), side, side, 0, "areas"), category)
	c.tell("area_outline", "areas", "站席的轮廓未知，已画成方形。", "The outline of standing areas is not known; squares were drawn.")
}

func (c *csvReader) tableOf(sec *draftSection, label string) *csvTable {
	key := fmt.Sprint(sec.index, "\x00", label)
	if c.table == nil {
		c.table = map[string]*csvTable{}
	}
	if c.table[key] == nil {
		c.table[key] = &csvTable{section: sec, label: label}
		c.tables = append(c.tables, c.table[key])
	}
	return c.table[key]
}

// closeTables puts each table in the middle of its seats.
func (c *csvReader) closeTables() {
	if len(c.tables) > plan.MaxOthers {
		c.tooMany("tables")
		return
	}
	for i, t := range c.tables {
		var x, y int64
		for _, id := range t.seats {
			s := &c.p.Seats[min(int(id)-1, len(c.p.Seats)-1)]
			x, y = x+int64(s.X), y+int64(s.Y)
		}
		n := int64(len(t.seats))
		c.p.Tables = append(c.p.Tables, plan.Table{
			ID: "t" + strconv.Itoa(i+1), Section: c.at(t.section).ID, Label: c.text(t.label, 32, "tables", "桌"),
			X: int32(x / n), Y: int32(y / n), Radius: 450, Whole: t.whole, Seats: t.seats,
		})
	}
}

var (
	kindFlags = map[plan.Kind]string{plan.Accessible: "accessible", plan.Companion: "companion", plan.CoupleLeft: "couple-left", plan.CoupleRight: "couple-right", plan.Sofa: "sofa"}
	viewFlags = map[plan.View]string{plan.Partial: "partial", plan.Blocked: "blocked"}
)

func writeCSV(p *plan.Plan) ([]byte, []plan.Finding, error) {
	if _, err := plan.Hash(p); err != nil {
		return nil, nil, err
	}
	l := look(p)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(csvColumns) // a bytes.Buffer never fails; Flush is checked below
	for i := range p.Seats {
		s := &p.Seats[i]
		level, section, row := l.place(s)
		flags := join(kindFlags[s.Kind], viewFlags[s.View])
		if tb := l.table[s.ID]; tb != nil {
			if flags = join(flags, "table"); tb.Whole {
				flags = join(flags, "whole")
			}
		}
		gate := ""
		if sec := l.sectionOf(s); sec != nil {
			gate = sec.Gate
		}
		_ = w.Write([]string{level, section, row, s.Number, strconv.Itoa(int(s.X)), strconv.Itoa(int(s.Y)), l.categoryName(s.ID), flags, gate, s.Entrance, s.Note})
	}
	for i := range p.Areas {
		a := &p.Areas[i]
		sec := l.section[a.Section]
		b := middle(a.Outline)
		cat := ""
		if c, ok := l.object[a.ID]; ok {
			cat = p.Categories[c].Name
		}
		_ = w.Write([]string{l.level[sec.Level].Name, sec.Label, "", a.Label, strconv.Itoa(int(b.X)), strconv.Itoa(int(b.Y)), cat, "standing:" + strconv.Itoa(int(a.Capacity)), sec.Gate, "", ""})
	}
	w.Flush()
	return out.Bytes(), nil, w.Error()
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }

func (l *lookup) categoryName(seat int32) string {
	if c, ok := l.category[seat]; ok {
		return l.p.Categories[c].Name
	}
	return ""
}

func middle(outline []plan.Point) plan.Point {
	var x, y int64
	for _, p := range outline {
		x, y = x+int64(p.X), y+int64(p.Y)
	}
	n := int64(max(len(outline), 1))
	return plan.Point{X: int32(x / n), Y: int32(y / n)}
}
