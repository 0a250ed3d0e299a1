package codes

// Cinema is a cinema code (影院编码, GY/T 276): 8 digits and nothing more is demanded of it; province 2, city 2, serial 3,
// attribute 1. 88888888 is the test cinema of the platform's own documents. The zero value is invalid.
type Cinema struct{ b [8]byte }

const cinemaLen = 8

// TestCinema is the code that the platform's documents use for tests.
const TestCinema = "88888888"

var (
	spanCinema     = span{"cinema", "影院", "cinema", 0, 8}
	spanCinemaNo   = span{"serial", "流水号", "serial", 4, 7}
	spanCinemaAttr = span{"attribute", "属性", "attribute", 7, 8}
)

// ParseCinema takes 8 digits. Errors: codes.cinema.length, .character.
func ParseCinema(s string) (Cinema, error) {
	if e := checkLen(KindCinema, s, cinemaLen, "位数字", "digits"); e != nil {
		return Cinema{}, e
	}
	if e := checkDigits(KindCinema, s, spanCinema); e != nil {
		return Cinema{}, e
	}
	var c Cinema
	copy(c.b[:], s)
	return c, nil
}

// MakeCinema puts a code together from a four-digit region, a serial (0 to 999) and an attribute (0 to 9).
func MakeCinema(region string, serial, attribute int) (Cinema, error) {
	if len(region) != 4 || !allDigits(region) {
		return Cinema{}, argFault(KindCinema, spanRegion, "须为 4 位数字", "must be 4 digits", "")
	}
	if e := checkFits(KindCinema, spanCinemaNo, serial); e != nil {
		return Cinema{}, e
	}
	if e := checkFits(KindCinema, spanCinemaAttr, attribute); e != nil {
		return Cinema{}, e
	}
	var c Cinema
	copy(c.b[:], region)
	putNum(c.b[4:7], serial)
	putNum(c.b[7:8], attribute)
	return c, nil
}

// Region is the first four digits: province and city.
func (c Cinema) Region() string { return string(c.b[0:4]) }

// Explain tells the parts.
func (c Cinema) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindCinema)
	}
	x := Explanation{Kind: KindCinema}
	x.cinema(c)
	return x
}

func (x *Explanation) cinema(c Cinema) {
	s := c.String()
	x.Fields = append(x.Fields, Field{Name: "cinema", ZH: "影院编码", EN: "cinema code", Value: s, From: 1, To: cinemaLen})
	for _, sp := range []span{spanProvince, spanCity, spanCinemaNo, spanCinemaAttr} {
		x.add(sp, sp.of(s))
	}
	if s == TestCinema {
		x.HasRegion = true
		x.warn("codes.cinema.test", "测试影院编码，不得用于营业", "the test cinema: not for business")
		return
	}
	x.region(s[:4] + "00")
}
