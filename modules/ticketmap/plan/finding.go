package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Severity says what a Finding hinders.
type Severity string

// An error hinders decoding or publishing; a warning is shown and may stand.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is one finding about a document: a machine code, the path of the
// value (JSON path without $, as in seats[12][4]) and a sentence in both languages.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`
	Path     string   `json:"path"`
	Seats    []int32  `json:"seats,omitempty"` // seats concerned, at most 20
	Zh       string   `json:"zh"`
	En       string   `json:"en"`
}

// Error is the English sentence with code and path.
func (p Finding) Error() string { return fmt.Sprintf("%s at %s: %s", p.Code, p.Path, p.En) }

// Findings is the error that decoding returns: at least one problem.
type Findings []Finding

// Error tells the first problem and how many follow.
func (ps Findings) Error() string {
	if len(ps) == 0 {
		return "no problem"
	}
	if len(ps) == 1 {
		return ps[0].Error()
	}
	return ps[0].Error() + " (and " + strconv.Itoa(len(ps)-1) + " more)"
}

// ErrorCode is the machine code of the first problem.
func (ps Findings) ErrorCode() string {
	if len(ps) == 0 {
		return ""
	}
	return ps[0].Code
}

// maxFindings bounds a report: a file with more is not repaired by reading on.
const maxFindings = 200

// report collects problems up to maxFindings.
type report struct {
	list []Finding
}

func (r *report) full() bool { return len(r.list) >= maxFindings }

func (r *report) add(sev Severity, code, path string, args ...any) {
	if r.full() {
		return
	}
	text, ok := sentences[code]
	if !ok {
		panic("plan: no sentence for " + code)
	}
	r.list = append(r.list, Finding{
		Severity: sev, Code: "plan." + code, Path: path,
		Zh: fill(text[0], args), En: fill(text[1], args),
	})
}

func (r *report) err(code, path string, args ...any) { r.add(SeverityError, code, path, args...) }

func (r *report) warn(seats []int32, code, path string, args ...any) {
	before := len(r.list)
	r.add(SeverityWarning, code, path, args...)
	if len(r.list) > before {
		r.list[before].Seats = firstN(seats, 20)
	}
}

func firstN(s []int32, n int) []int32 {
	if len(s) > n {
		s = s[:n]
	}
	return append([]int32(nil), s...)
}

// fill replaces {0}, {1} … with the arguments.
func fill(text string, args []any) string {
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return text
}

// sentences holds Chinese and English for every code.
var sentences = map[string][2]string{
	"syntax":          {"不是合法的 JSON：{0}（第 {1} 字节）。", "Not valid JSON: {0} (byte {1})."},
	"too_large":       {"文件超过 {0} 字节的上限。", "The file is larger than {0} bytes."},
	"too_many":        {"数量超过上限 {0}。", "There are more than {0}."},
	"too_deep":        {"嵌套太深。", "Nested too deeply."},
	"unknown_member":  {"未知字段“{0}”。", "Unknown member \"{0}\"."},
	"repeated_member": {"字段“{0}”重复。", "The member \"{0}\" appears twice."},
	"missing_member":  {"缺少字段“{0}”。", "The member \"{0}\" is missing."},
	"type":            {"此处应为{0}。", "Expected {1} here."},
	"not_integer":     {"坐标和数目必须是整数（毫米），不能有小数或指数。", "Write a whole number (millimetres) without fraction or exponent."},
	"range":           {"数值须在 {0} 与 {1} 之间。", "The number must lie between {0} and {1}."},
	"format":          {"这不是 parterre.plan 文件。", "This is not a parterre.plan document."},
	"version":         {"不支持的版本 {0}；本程序可读 1 到 {1}。", "Version {0} is not supported; this build reads 1 to {1}."},
	"unit":            {"单位必须是 mm。", "The unit must be mm."},
	"columns":         {"seatColumns 必须与格式规定的列完全一致。", "seatColumns must be exactly the columns of the format."},
	"choice":          {"“{0}”不在允许的取值中：{1}。", "\"{0}\" is not one of {1}."},
	"id":              {"编号“{0}”须为 1–40 个字母、数字或 . _ : - 。", "The id \"{0}\" must be 1-40 letters, digits or . _ : - ."},
	"duplicate_id":    {"编号“{0}”已被使用。", "The id \"{0}\" is used already."},
	"dangling":        {"引用的“{0}”不存在（应为{1}）。", "There is no {2} \"{0}\"."},
	"text":            {"文字须为 1–{0} 个字符，首尾无空格，不含控制字符。", "Text must have 1-{0} characters, no blank at either end and no control characters."},
	"color":           {"颜色须写成 #rrggbb（小写）。", "Write the colour as #rrggbb in lower case."},
	"outline":         {"轮廓至少要有 3 个点。", "An outline needs at least 3 points."},
	"shape_place":     {"图形要么有轮廓 outline，要么有位置 at，二者取一。", "A shape has either an outline or a place (at), not both."},
	"seat_length":     {"座位应有 7 到 10 列。", "A seat has 7 to 10 columns."},
	"seat_homeless":   {"座位 {0} 不属于任何排、桌或包厢。", "Seat {0} belongs to no row, table or box."},
	"seat_two_homes":  {"座位 {0} 同时属于“{1}”和“{2}”。", "Seat {0} belongs to \"{1}\" and to \"{2}\"."},
	"companion":       {"座位 {0}：companionOf 只用于陪同席，且须指向无障碍席位。", "Seat {0}: companionOf belongs to a companion seat and names an accessible one."},
	"next_seat_id":    {"nextSeatId 必须大于所有座位编号（当前最大 {0}）。", "nextSeatId must be larger than every seat id (the largest is {0})."},
	"rake":            {"起坡的数值超出范围，或同时给出了逐排高差与坡度。", "A rake is out of range, or it gives both steps and a slope."},
	"runs":            {"座位区间须为 [首, 末]，递增且互不相接。", "Runs are [first, last], ascending and apart."},
	"two_categories":  {"“{0}”已属于类别“{1}”。", "\"{0}\" stands in category \"{1}\" already."},
	"bounds":          {"bounds 须为 [minx,miny,maxx,maxy] 并包住全部内容。", "bounds must be [minx,miny,maxx,maxy] and hold everything."},

	"duplicate_label": {"“{0}”印了 {1} 次：同一张票面不能对应两个座位。", "\"{0}\" is printed on {1} seats; a printed label must name one seat."},
	"duplicate_area":  {"区域标签“{0}”重复。", "The label \"{0}\" is used by two areas or tables."},
	"overlap":         {"座位 {0} 与 {1} 相距仅 {2} 毫米。", "Seats {0} and {1} are only {2} mm apart."},
	"missing_number":  {"“{0}”缺少号码 {1}。", "\"{0}\" lacks the numbers {1}."},
	"unreachable_row": {"“{0}”两端都被挡住，观众走不进去。", "\"{0}\" is closed at both ends; nobody can reach it."},
	"no_companion":    {"无障碍席位 {0} 没有陪同席。", "Accessible seat {0} has no companion seat."},
	"half_couple":     {"情侣座 {0} 缺少另一半。", "Couple seat {0} lacks its other half."},
	"empty_row":       {"“{0}”没有座位。", "\"{0}\" has no seat."},
	"view_note":       {"座位 {0} 视线受限但没有说明。", "Seat {0} has a restricted view without a note."},
	"outside_section": {"“{0}”有 {1} 个座位在区域轮廓之外。", "\"{0}\" has {1} seats outside its outline."},
}
