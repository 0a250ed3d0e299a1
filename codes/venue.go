package codes

import "strconv"

// Venue is a venue code (演出场所编码, PT-venue): 11 digits, of which the first six are a GB/T 2260 region and the last
// five name the venue and the hall in it. How the five are split is a matter of the Profile; the code itself is kept
// whole, so a change of profile never changes a code that was issued. The zero value is invalid.
type Venue struct{ b [11]byte }

const venueLen = 11

var (
	spanVenue    = span{"venue", "场所", "venue", 0, 11}
	spanProvince = span{"province", "省级代码", "province", 0, 2}
	spanCity     = span{"city", "地级代码", "city", 2, 4}
	spanDistrict = span{"district", "县级代码", "district", 4, 6}
	spanRegion   = span{"region", "行政区划", "region", 0, 6}
)

// ParseVenue takes 11 digits. Errors: codes.venue.length, .character, .region (a province code never begins with 0).
func ParseVenue(s string) (Venue, error) {
	if e := checkLen(KindVenue, s, venueLen, "位数字", "digits"); e != nil {
		return Venue{}, e
	}
	if e := checkVenue(KindVenue, s); e != nil {
		return Venue{}, e
	}
	var v Venue
	copy(v.b[:], s)
	return v, nil
}

// checkVenue checks the first eleven bytes of s, whatever the kind of code they begin.
func checkVenue(k Kind, s string) *Error {
	if e := checkDigits(k, s, spanVenue); e != nil {
		return e
	}
	if s[0] == '0' {
		return partFault(k, "region", spanRegion, s, "须以 GB/T 2260 省级代码开头（首位 1-9）", "must begin with a GB/T 2260 province (first digit 1-9)")
	}
	return nil
}

// MakeVenue puts a code together under profile p (nil means the default): region is six digits, venueNo and hallNo
// must fit the widths that the profile gives them.
func MakeVenue(p *Profile, region string, venueNo, hallNo int) (Venue, error) {
	p = p.orDefault()
	if len(region) != 6 || !allDigits(region) {
		return Venue{}, argFault(KindVenue, spanRegion, "须为 6 位数字", "must be 6 digits", strconv.Itoa(len(region))+" characters")
	}
	vs, hs := p.venueSpan(), p.hallSpan()
	if e := checkFits(KindVenue, vs, venueNo); e != nil {
		return Venue{}, e
	}
	if e := checkFits(KindVenue, hs, hallNo); e != nil {
		return Venue{}, e
	}
	var v Venue
	copy(v.b[:], region)
	putNum(v.b[vs.from:vs.to], venueNo)
	putNum(v.b[hs.from:hs.to], hallNo)
	if e := checkVenue(KindVenue, string(v.b[:])); e != nil {
		return Venue{}, e
	}
	return v, nil
}

func checkFits(k Kind, sp span, n int) *Error {
	limit := pow10(sp.to-sp.from) - 1
	if n >= 0 && n <= limit {
		return nil
	}
	return argFault(k, sp, "须在 0 至 "+strconv.Itoa(limit)+" 之间", "must lie between 0 and "+strconv.Itoa(limit), strconv.Itoa(n))
}

// Region is the first six digits.
func (v Venue) Region() string { return string(v.b[0:6]) }

// Prefix8 is the first eight digits, the scope in which show numbers of a day are given out: it is the same venue
// under every profile, so a show code stays unique whichever reading is right.
func (v Venue) Prefix8() string { return string(v.b[0:8]) }

// VenueNo is the venue's number in its region, as profile p (nil means the default) cuts it.
func (v Venue) VenueNo(p *Profile) string {
	sp := p.orDefault().venueSpan()
	return string(v.b[sp.from:sp.to])
}

// HallNo is the hall's number in the venue, as profile p (nil means the default) cuts it.
func (v Venue) HallNo(p *Profile) string {
	sp := p.orDefault().hallSpan()
	return string(v.b[sp.from:sp.to])
}

// Explain tells the parts. It warns of a region that the table does not know, or knows as abolished.
func (v Venue) Explain(p *Profile) Explanation {
	if v.IsZero() {
		return invalidExplanation(KindVenue)
	}
	x := Explanation{Kind: KindVenue}
	x.venue(p.orDefault(), v)
	x.region(v.Region())
	return x
}
