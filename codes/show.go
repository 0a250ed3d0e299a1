package codes

import "strconv"

// Show is a show code (演出场次编码, PT-show): venue code 11, local start date YYMMDD, number 4. A postponed show keeps
// its code and gets a linked new one. The zero value is invalid.
type Show struct{ b [21]byte }

const showLen = 21

// MaxShowNumber is the last number of a day: four digits, from 1.
const MaxShowNumber = 9999

var (
	spanShowDate   = span{"date", "日期", "date", 11, 17}
	spanShowNumber = span{"number", "场次序号", "number", 17, 21}
)

// ParseShow takes 21 digits. Errors: codes.show.length, .character, .region, .date (no such day), .number (0000).
func ParseShow(s string) (Show, error) {
	if e := checkLen(KindShow, s, showLen, "位数字", "digits"); e != nil {
		return Show{}, e
	}
	if e := checkShow(KindShow, s); e != nil {
		return Show{}, e
	}
	var c Show
	copy(c.b[:], s)
	return c, nil
}

func checkShow(k Kind, s string) *Error {
	if e := checkVenue(k, s); e != nil {
		return e
	}
	if e := checkDigits(k, s, spanShowDate); e != nil {
		return e
	}
	if e := checkDigits(k, s, spanShowNumber); e != nil {
		return e
	}
	if _, ok := dateAt(s[11:17]); !ok {
		return partFault(k, "date", spanShowDate, s, "须为实际存在的日期 YYMMDD", "must be a day that exists, YYMMDD")
	}
	if s[17:21] == "0000" {
		return partFault(k, "number", spanShowNumber, s, "须在 0001 至 9999 之间", "must lie between 0001 and 9999")
	}
	return nil
}

// MakeShow puts a code together. Numbers come from ShowNumbers, which never gives one out twice.
func MakeShow(v Venue, d Date, number int) (Show, error) {
	if v.IsZero() {
		return Show{}, zeroFault(KindVenue)
	}
	if d.IsZero() {
		return Show{}, argFault(KindShow, spanShowDate, "不能为空", "must be given", "")
	}
	if e := checkRange(KindShow, spanShowNumber, number, 1, MaxShowNumber); e != nil {
		return Show{}, e
	}
	var c Show
	copy(c.b[:], v.b[:])
	d.put(c.b[11:17])
	putNum(c.b[17:21], number)
	return c, nil
}

func checkRange(k Kind, sp span, n, low, high int) *Error {
	if n >= low && n <= high {
		return nil
	}
	l, h := strconv.Itoa(low), strconv.Itoa(high)
	return argFault(k, sp, "须在 "+l+" 至 "+h+" 之间", "must lie between "+l+" and "+h, strconv.Itoa(n))
}

// Venue is the venue code that the show code begins with.
func (c Show) Venue() Venue {
	var v Venue
	copy(v.b[:], c.b[:])
	return v
}

// Date is the local start date (Asia/Shanghai).
func (c Show) Date() Date {
	if c.IsZero() {
		return Date{}
	}
	d, _ := dateAt(string(c.b[11:17]))
	return d
}

// Number is the show's number of the day, 1 to 9999; 0 for the zero value.
func (c Show) Number() int {
	if c.IsZero() {
		return 0
	}
	return num(string(c.b[17:21]))
}

// Explain tells the parts.
func (c Show) Explain(p *Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindShow)
	}
	x := Explanation{Kind: KindShow}
	x.show(p.orDefault(), c)
	return x
}
