package ticket

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"parterre/printing"
)

// Medium is what a ticket is printed on.
type Medium uint8

const (
	A5    Medium = iota // 148 x 210 mm, reads well on a phone
	A4                  // 210 x 297 mm, home printing
	Stock               // 180 x 80 mm with a 50 mm stub, black only
)

// Options are common to all tickets of a run.
type Options struct {
	Medium  Medium
	Lang    printing.Lang
	Created time.Time // written into the document; the caller's clock
	Guides  bool      // draw the stub's perforation (previews only: real stock has it)
}

// Ticket is everything that a ticket shows. Texts are in the reader's language
// already; only labels and dates follow Options.Lang.
type Ticket struct {
	Show     string // 演出名称
	Subtitle string // performers or company, optional
	Venue    string // 演出场所
	Hall     string
	Address  string
	Starts   time.Time // in the venue's zone
	Doors    time.Time // zero: not shown

	Seat     Seat
	Zone     string // 票区
	PriceFen int64  // 票价 in 分: what was paid
	FeeFen   int64  // service fee in 分; 0: not shown
	Kind     string // 票种
	Gate     string // entrance
	View     string // 视线提示: what restricts the view; empty when clear

	Holder   string // masked: 张*
	Document string // masked: 110105********002X

	Code    string          // ticket code, shown in groups of four
	QR      printing.Matrix // square; drawn as given, four modules of quiet zone are added
	Order   string
	SoldAt  time.Time // zero: not shown
	Seller  string    // channel and operator, optional
	Reprint int       // how often it was printed before

	Organiser string
	Approval  string // 批文号
	Refund    []string
	Notes     []string
	Extra     []Fact // further facts, such as a film ticket's information
}

// Seat says where the holder sits, as printed. Free means unreserved seating.
type Seat struct {
	Level, Section, Row, Number string
	Free                        bool
}

// Fact is one more labelled text.
type Fact struct{ Label, Value string }

// Validate reports the first field that breaks a rule.
func (t *Ticket) Validate() error {
	for _, must := range []struct{ field, value, zh string }{
		{"show", t.Show, "演出名称"}, {"venue", t.Venue, "演出场所"}, {"kind", t.Kind, "票种"}, {"code", t.Code, "票码"},
	} {
		if strings.TrimSpace(must.value) == "" {
			return missing(must.field, must.zh)
		}
	}
	switch {
	case t.Starts.IsZero():
		return missing("starts", "开演时间")
	case t.QR == nil || modules(t.QR) < 1:
		return missing("qr", "二维码")
	case !t.Seat.Free && t.Seat.Number == "":
		return missing("seat.number", "座号")
	case t.PriceFen < 0 || t.FeeFen < 0:
		return &printing.Error{Code: "printing.negative", Field: "price", ZH: "票价不能为负数", EN: "the price may not be negative"}
	}
	if !masked(t.Document, 4) {
		return unmasked("document", "证件号码")
	}
	if utf8.RuneCountInString(t.Holder) > 1 && !masked(t.Holder, 1) {
		return unmasked("holder", "姓名")
	}
	return nil
}

// modules is the side of a square symbol, 0 of any other: tickets carry square
// codes only (QR, Aztec, Data Matrix).
func modules(m printing.Matrix) int {
	w, h := m.Size()
	if w != h {
		return 0
	}
	return w
}

var idNumber = regexp.MustCompile(`\d{15}`)

// masked reports whether a personal text hides at least n characters and holds
// no whole document number.
func masked(s string, n int) bool {
	return s == "" || strings.Count(s, "*") >= n && !idNumber.MatchString(s)
}

func missing(field, zh string) error {
	return &printing.Error{Code: "printing.missing", Field: field, ZH: "缺少" + zh + "，无法出票", EN: field + " is missing; a ticket cannot be printed without it"}
}

func unmasked(field, zh string) error {
	return &printing.Error{Code: "printing.unmasked", Field: field, ZH: zh + "须脱敏后才能打印", EN: field + " must be masked before it is printed"}
}
