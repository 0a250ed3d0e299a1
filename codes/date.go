package codes

import (
	"strconv"
	"time"
)

// Shanghai is the zone of every date in a code. China has kept +08:00 without summer time since 1991, before the
// earliest date a code can carry, so that a fixed zone is exact and needs no zone database.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is a calendar day of the years 2000 to 2099, the ones that YYMMDD can express. The zero value is invalid.
type Date struct {
	year  int16
	month int8
	day   int8
}

var spanDate = span{name: "date", zh: "日期", en: "date"}

// MakeDate checks that the day exists and lies in 2000 to 2099.
func MakeDate(year, month, day int) (Date, error) {
	if year < 2000 || year > 2099 || !dayExists(year, month, day) {
		return Date{}, argFault("", spanDate, "须为 2000 至 2099 年间的实际日期", "must be a day that exists, of the years 2000 to 2099",
			strconv.Itoa(year)+"-"+strconv.Itoa(month)+"-"+strconv.Itoa(day))
	}
	return Date{int16(year), int8(month), int8(day)}, nil
}

// DateOf is the local day in Asia/Shanghai on which t falls.
func DateOf(t time.Time) (Date, error) {
	y, m, d := t.In(Shanghai).Date()
	return MakeDate(y, int(m), d)
}

// ParseDate takes YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !allDigits(s[:4]) || !allDigits(s[5:7]) || !allDigits(s[8:]) {
		return Date{}, argFault("", spanDate, "须写作 YYYY-MM-DD", "must be written YYYY-MM-DD", "")
	}
	return MakeDate(num(s[:4]), num(s[5:7]), num(s[8:]))
}

// Year, Month and Day are the parts of the date.
func (d Date) Year() int { return int(d.year) }

// Month is 1 to 12.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day is the day of the month.
func (d Date) Day() int { return int(d.day) }

// IsZero tells whether d is the invalid zero value.
func (d Date) IsZero() bool { return d == Date{} }

// Start is midnight of the day in Asia/Shanghai.
func (d Date) Start() time.Time { return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, Shanghai) }

// String is YYYY-MM-DD.
func (d Date) String() string {
	var b [10]byte
	putNum(b[:4], int(d.year))
	b[4], b[7] = '-', '-'
	putNum(b[5:7], int(d.month))
	putNum(b[8:], int(d.day))
	return string(b[:])
}

func (d Date) put(dst []byte) {
	putNum(dst[0:2], int(d.year)%100)
	putNum(dst[2:4], int(d.month))
	putNum(dst[4:6], int(d.day))
}

// dateAt reads six digits that were checked before; ok is false when no such day exists.
func dateAt(s string) (Date, bool) {
	y, m, d := 2000+num(s[0:2]), num(s[2:4]), num(s[4:6])
	return Date{int16(y), int8(m), int8(d)}, dayExists(y, m, d)
}

func dayExists(y, m, d int) bool {
	if m < 1 || m > 12 || d < 1 {
		return false
	}
	days := 31
	switch m {
	case 4, 6, 9, 11:
		days = 30
	case 2:
		days = 28
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			days = 29
		}
	}
	return d <= days
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}
