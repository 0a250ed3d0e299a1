package ticket

import (
	"fmt"
	"strings"

	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/font"
	"parterre/printing/layout"
)

func (s *sheet) tooMany(field string) {
	if s.err == nil {
		s.err = &printing.Error{
			Code: "printing.does_not_fit", Field: field,
			ZH: "附加信息过多，票面放不下，请减少项目", EN: "there are more facts than the ticket has room for; give fewer",
		}
	}
}

// ruleLine is one printed line of the rules.
type ruleLine struct {
	number string // of the rule that begins here
	text   string
	kind   canvas.Type
	indent float64
	step   float64
}

// column breaks a list of rules into lines of one width.
func (s *sheet) column(field string, head label, rules []string, width, size, u float64) []ruleLine {
	if len(rules) == 0 {
		return nil
	}
	body := canvas.Type{Size: size * u, Color: s.pal.quiet}
	lines := []ruleLine{{"", s.say(head), canvas.Type{Size: 8.6 * u, Style: font.Bold, Color: s.pal.ink}, 0, 5.2 * u}}
	const indent = 3.0
	for i, rule := range rules {
		broken, _ := layout.Break(s.clean(field, rule, font.Regular), width-indent*u, font.Regular, body.Size)
		for j, text := range broken {
			l := ruleLine{"", text, body, indent * u, body.Size * 1.45 * font.MMPerPoint}
			if j == 0 {
				l.number = fmt.Sprint(i + 1)
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// pageRules sets refunds left and notes right under a dashed line; what does not
// fit goes on to further pages.
func (s *sheet) pageRules(f frame, y float64) {
	u, x, w := f.u, f.margin, f.width()
	gap := 8 * u
	if len(s.t.Refund)+len(s.t.Notes) == 0 {
		return
	}
	top, limit := y+3*u, f.h-13.8*u
	var left, right []ruleLine
	for _, try := range []struct { // side by side first, then smaller, then shared out
		size   float64
		shared bool
	}{{7.4, false}, {7, false}, {6.6, false}, {7, true}, {6.6, true}, {6.2, true}} {
		left = s.column("refund", lRefund, s.t.Refund, (w-gap)/2, try.size, u)
		right = s.column("notes", lNotes, s.t.Notes, (w-gap)/2, try.size, u)
		if try.shared {
			left, right = split(left, right)
		}
		if max(height(left), height(right)) <= limit-top {
			break
		}
	}
	if len(left) == 0 {
		left, right = right, nil
	}
	s.page.Line(x, y, x+w, y, 0.2*u, s.pal.line, 1*u, 1*u)
	y = top
	for {
		left = s.putRules(left, x, y, limit, u)
		right = s.putRules(right, x+(w+gap)/2, y, limit, u)
		if len(left)+len(right) == 0 {
			return
		}
		s.pageFoot(f)
		s.warnings = append(s.warnings, printing.Warning{
			Code: "printing.continued", Field: "notes",
			ZH: "须知较长，已续到下一页", EN: "the notes are long and go on to a further page",
		})
		s.add(f.w, f.h)
		y = 10 * u
		s.page.Rect(x, y, 9*u, 1.3*u, 0, s.pal.accent)
		head := s.clean("show", s.t.Show+"（"+s.say(lCont)+"）", font.Regular)
		b, _ := layout.Fit(head, font.Regular, s.pal.quiet, layout.Box{W: w, Max: 8.5 * u, Min: 6})
		y = b.Put(s.page, x, y+4.2*u, canvas.Left) + 3*u
	}
}

// split shares all lines out over both columns, refunds first. It cuts between
// rules, never after a heading, where the columns come out most alike.
func split(refund, notes []ruleLine) (left, right []ruleLine) {
	all := append(append([]ruleLine{}, refund...), notes...)
	best, at := height(all), len(all)
	for i := 1; i < len(all); i++ {
		heading, begins := all[i].kind.Style == font.Bold, all[i].number != ""
		if !heading && (!begins || all[i-1].kind.Style == font.Bold) {
			continue
		}
		if h := max(height(all[:i]), height(all[i:])); h < best {
			best, at = h, i
		}
	}
	return all[:at], all[at:]
}

func height(lines []ruleLine) (sum float64) {
	for _, l := range lines {
		sum += l.step
	}
	return sum
}

// putRules draws lines until the limit and returns those left over.
func (s *sheet) putRules(lines []ruleLine, x, y, limit, u float64) []ruleLine {
	for i, l := range lines {
		if y+l.step > limit {
			return lines[i:]
		}
		base := y + l.step*0.74
		if l.number != "" {
			s.page.Text(x, base, l.number, l.kind, canvas.Left)
		}
		s.page.Text(x+l.indent, base, l.text, l.kind, canvas.Left)
		y += l.step
	}
	return nil
}

// pageFoot closes a page with who is responsible for the show.
func (s *sheet) pageFoot(f frame) {
	u, x, w := f.u, f.margin, f.width()
	y := f.h - 13*u
	s.page.Line(x, y, x+w, y, 0.2*u, s.pal.line)
	var parts []string
	if s.t.Organiser != "" {
		parts = append(parts, s.say(lOrgan)+nbsp+s.t.Organiser)
	}
	if s.t.Approval != "" {
		parts = append(parts, s.say(lApprove)+nbsp+s.t.Approval)
	}
	if len(parts) > 0 {
		b := s.fit("organiser", strings.Join(parts, "   "), font.Regular, s.pal.quiet, layout.Box{W: w - 12*u, Max: 7.5 * u, Min: 5.5, MaxLines: 2})
		b.Put(s.page, x, y+1.6*u, canvas.Left)
	}
	if n := len(s.pages); n > 1 {
		s.page.Text(x+w, y+4.4*u, fmt.Sprint(n), canvas.Type{Size: 7.5 * u, Color: s.pal.quiet}, canvas.Right)
	}
}
