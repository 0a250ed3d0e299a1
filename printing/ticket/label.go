package ticket

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parterre/printing"
)

// label is a text in both languages; the array's index is a printing.Lang.
type label [2]string

var (
	lTicket  = label{"电子票", "E-ticket"}
	lLevel   = label{"楼层", "Level"}
	lSection = label{"区域", "Section"}
	lRow     = label{"排", "Row"}
	lSeat    = label{"座", "Seat"}
	lFree    = label{"不对号入座", "Unreserved"}
	lGate    = label{"入口", "Entrance"}
	lZone    = label{"票区", "Zone"}
	lPrice   = label{"票价", "Price"}
	lFee     = label{"服务费", "Service fee"}
	lKind    = label{"票种", "Ticket type"}
	lHolder  = label{"观演人", "Holder"}
	lDoc     = label{"证件", "Document"}
	lOrder   = label{"订单号", "Order"}
	lCode    = label{"票码", "Ticket code"}
	lShow    = label{"票码（入场时出示）", "Ticket code (show it at the entrance)"}
	lSold    = label{"出票", "Sold"}
	lSeller  = label{"渠道", "Sold by"}
	lDoors   = label{"%s 开始入场", "Doors %s"}
	lRefund  = label{"退票规则", "Refunds"}
	lNotes   = label{"观演须知", "Please note"}
	lView    = label{"视线提示", "View"}
	lOrgan   = label{"主办", "Organiser"}
	lApprove = label{"批文号", "Approval"}
	lReprint = label{"第 %d 次补打", "Reprint %d"}
	lStub    = label{"副券", "Stub"}
	lMoved   = label{"退票规则与观演须知详见电子票", "Refund rules and notes: see the e-ticket"}
	lCont    = label{"续", "continued"}
)

// allLabels lets a test see that both languages are complete.
var allLabels = []label{
	lTicket, lLevel, lSection, lRow, lSeat, lFree, lGate, lZone, lPrice, lFee, lKind, lHolder, lDoc,
	lOrder, lCode, lSold, lSeller, lDoors, lRefund, lNotes, lView, lOrgan, lApprove, lReprint, lStub, lMoved, lCont, lShow,
}

func (l label) in(lang printing.Lang) string { return l[lang] }

var weekdays = [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Day is the date with its year: a ticket is kept, and shows tour for years.
func Day(t time.Time, lang printing.Lang) string {
	if lang == printing.EN {
		return t.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d年%d月%d日 %s", t.Year(), t.Month(), t.Day(), weekdays[t.Weekday()])
}

// Clock is the time of day.
func Clock(t time.Time) string { return t.Format("15:04") }

// Yuan formats 分 as ¥280 when every amount on the ticket is whole, else ¥280.00.
func Yuan(fen int64, whole bool) string {
	digits := fmt.Sprint(fen / 100)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if whole {
		return "¥" + digits
	}
	return fmt.Sprintf("¥%s.%02d", digits, fen%100)
}

// Groups shows a code in groups of four, as people read it aloud.
func Groups(code string) string {
	var b strings.Builder
	for i, r := range []rune(code) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// nbsp keeps a label with its value.
const nbsp = "\u00A0"

// joinDot joins parts with the dot of the language: wide without blanks in
// Chinese, narrow with blanks in English.
func joinDot(lang printing.Lang, parts ...string) string {
	dot := "·"
	if lang == printing.EN {
		dot = " · "
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), dot)
}
