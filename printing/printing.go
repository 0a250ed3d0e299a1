// Package printing is the root of everything that goes on paper or into a
// document: plain data in, bytes out.
//
//	font     the embedded faces, what they can print and how wide it is
//	layout   line breaking and shrink-to-fit
//	canvas   pages to PDF; the only package that knows the PDF library
//	ticket   performance tickets: A4 and A5 pages, 180 x 80 mm stock
//	report   tables: day close, daily report
//	escpos   box-office thermal printers
//
// Nothing here reads a clock, a database or a file. What cannot be printed as
// given is either an Error (nothing is produced) or a Warning (it is, and the
// warning says what differs); text is never cut silently.
package printing

import "fmt"

// Matrix is a symbol as modules, without its quiet zone, as codes/symbol makes
// it. It is made once when a ticket is issued; encoding costs more than all the
// rest of printing a ticket.
type Matrix interface {
	// Size is the size in modules.
	Size() (width, height int)
	// Dark reports whether the module of column x and row y is dark.
	Dark(x, y int) bool
}

// Lang is the language of labels and dates.
type Lang uint8

const (
	ZH Lang = iota
	EN
)

// Tag is the language's BCP 47 tag.
func (l Lang) Tag() string {
	if l == EN {
		return "en"
	}
	return "zh-CN"
}

// Error says which field of the data breaks which rule, in words that hold no
// personal data.
type Error struct {
	Code   string // "printing.missing", "printing.does_not_fit", ...
	Field  string
	ZH, EN string
}

func (e *Error) Error() string     { return fmt.Sprintf("%s: %s: %s", e.Code, e.Field, e.EN) }
func (e *Error) ErrorCode() string { return e.Code }

// Warning says what was printed otherwise than given.
type Warning struct {
	Code   string // "printing.missing_glyph", "printing.moved"
	Field  string
	ZH, EN string
}

func (w Warning) String() string { return fmt.Sprintf("%s: %s: %s", w.Code, w.Field, w.EN) }
