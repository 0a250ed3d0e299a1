package codes

// Hall is a hall code (演出厅编码, Appendix A): the venue code and two digits which tell stage layouts or the parts of a
// divisible hall apart, 01 by default. The suffix is a decision of ours [chosen]. The zero value is invalid.
type Hall struct{ b [13]byte }

const hallLen = 13

// DefaultLayout is the suffix of a hall that has one layout only.
const DefaultLayout = 1

var spanLayout = span{"layout", "布局序号", "layout", 11, 13}

// ParseHall takes 13 digits. Errors: codes.hall.length, .character, .region, .layout (00 is not used).
func ParseHall(s string) (Hall, error) {
	if e := checkLen(KindHall, s, hallLen, "位数字", "digits"); e != nil {
		return Hall{}, e
	}
	if e := checkVenue(KindHall, s); e != nil {
		return Hall{}, e
	}
	if e := checkDigits(KindHall, s, spanLayout); e != nil {
		return Hall{}, e
	}
	if s[11] == '0' && s[12] == '0' {
		return Hall{}, partFault(KindHall, "layout", spanLayout, s, "须在 01 至 99 之间", "must lie between 01 and 99")
	}
	var h Hall
	copy(h.b[:], s)
	return h, nil
}

// MakeHall appends layout (1 to 99) to a venue code.
func MakeHall(v Venue, layout int) (Hall, error) {
	if v.IsZero() {
		return Hall{}, zeroFault(KindVenue)
	}
	if e := checkRange(KindHall, spanLayout, layout, 1, 99); e != nil {
		return Hall{}, e
	}
	var h Hall
	copy(h.b[:], v.b[:])
	putNum(h.b[11:], layout)
	return h, nil
}

// Venue is the code of the venue and hall without the layout.
func (h Hall) Venue() Venue {
	var v Venue
	copy(v.b[:], h.b[:])
	return v
}

// Layout is the number of the layout, 1 to 99; 0 for the zero value.
func (h Hall) Layout() int {
	if h.IsZero() {
		return 0
	}
	return int(h.b[11]-'0')*10 + int(h.b[12]-'0')
}

// Explain tells the parts.
func (h Hall) Explain(p *Profile) Explanation {
	if h.IsZero() {
		return invalidExplanation(KindHall)
	}
	x := Explanation{Kind: KindHall}
	x.venue(p.orDefault(), h.Venue())
	x.add(spanLayout, string(h.b[11:13]))
	x.region(h.Venue().Region())
	return x
}
