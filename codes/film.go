package codes

import "strconv"

// Film is a film code (影片编码): 12 digits, country 3 + version 1 + serial 4 + year 4. The first eight are the number of
// the public-screening permit. Film codes come from the download only; MakeFilm is for tests and tools. The zero
// value is invalid.
type Film struct{ b [12]byte }

const filmLen = 12

var (
	spanFilm        = span{"film", "影片", "film", 0, 12}
	spanFilmCountry = span{"country", "国家（地区）", "country", 0, 3}
	spanFilmVersion = span{"version", "版本", "version", 3, 4}
	spanFilmSerial  = span{"serial", "流水号", "serial", 4, 8}
	spanFilmYear    = span{"year", "年份", "year", 8, 12}
)

// ParseFilm takes 12 digits. Errors: codes.film.length, .character. An unknown country is a warning of Explain.
func ParseFilm(s string) (Film, error) {
	if e := checkLen(KindFilm, s, filmLen, "位数字", "digits"); e != nil {
		return Film{}, e
	}
	if e := checkDigits(KindFilm, s, spanFilm); e != nil {
		return Film{}, e
	}
	var c Film
	copy(c.b[:], s)
	return c, nil
}

// MakeFilm puts a code together: country 0 to 999, version 0 to 9, serial 0 to 9999, year 0 to 9999.
func MakeFilm(country, version, serial, year int) (Film, error) {
	var c Film
	for _, part := range []struct {
		sp span
		n  int
	}{{spanFilmCountry, country}, {spanFilmVersion, version}, {spanFilmSerial, serial}, {spanFilmYear, year}} {
		if e := checkFits(KindFilm, part.sp, part.n); e != nil {
			return Film{}, e
		}
		putNum(c.b[part.sp.from:part.sp.to], part.n)
	}
	return c, nil
}

// Permit is the first eight digits, the number of the public-screening permit (公映许可证).
func (c Film) Permit() string { return string(c.b[0:8]) }

// Country is the first three digits.
func (c Film) Country() string { return string(c.b[0:3]) }

// Version is the fourth digit; table film-version names it.
func (c Film) Version() string { return string(c.b[3:4]) }

// Year is the last four digits as a number.
func (c Film) Year() int {
	if c.IsZero() {
		return 0
	}
	return num(string(c.b[8:12]))
}

// Explain tells the parts. It warns of a country that the table does not know and of a year before the first film.
func (c Film) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindFilm)
	}
	x := Explanation{Kind: KindFilm}
	s := c.String()
	x.Fields = append(x.Fields, Field{Name: "film", ZH: "影片编码", EN: "film code", Value: s, From: 1, To: filmLen})
	x.note(x.add(spanFilmCountry, c.Country()), "film-country", c.Country())
	x.note(x.add(spanFilmVersion, c.Version()), "film-version", c.Version())
	x.add(spanFilmSerial, spanFilmSerial.of(s))
	x.add(spanFilmYear, c.Year())
	x.Fields = append(x.Fields, Field{Name: "permit", ZH: "公映许可证号", EN: "screening permit", Value: c.Permit(), From: 1, To: 8})
	if c.Year() < 1895 || c.Year() > 2099 {
		y := strconv.Itoa(c.Year())
		x.warn("codes.film.year", "年份 "+y+" 不像影片年份", "the year "+y+" is not likely to be a film's")
	}
	return x
}
