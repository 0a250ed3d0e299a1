package codes

import "strconv"

// FilmSession is a film session code (电影场次编码, GY/T 276): 16 letters and digits, free in structure, unique in the cinema.
// The zero value is invalid.
type FilmSession struct{ b [16]byte }

const filmSessionLen = 16

var spanFilmSession = span{"session", "场次", "session", 0, 16}

// ParseFilmSession takes 16 characters 0-9A-Za-z. Errors: codes.film_session.length, .character.
func ParseFilmSession(s string) (FilmSession, error) {
	if e := checkLen(KindFilmSession, s, filmSessionLen, "个字符", "characters"); e != nil {
		return FilmSession{}, e
	}
	if e := checkAlnum(KindFilmSession, s, spanFilmSession); e != nil {
		return FilmSession{}, e
	}
	var c FilmSession
	copy(c.b[:], s)
	return c, nil
}

// MakeFilmSession is our own structure [chosen]: business date YYYYMMDD and an eight-digit serial of the cinema and
// day, as SerialNumbers gives it out.
func MakeFilmSession(d Date, serial int64) (FilmSession, error) {
	if d.IsZero() {
		return FilmSession{}, argFault(KindFilmSession, spanDate, "不能为空", "must be given", "")
	}
	if serial < 1 || serial > 99999999 {
		return FilmSession{}, argFault(KindFilmSession, span{name: "serial", zh: "流水号", en: "serial"}, "须在 1 至 99999999 之间", "must lie between 1 and 99999999", strconv.FormatInt(serial, 10))
	}
	var c FilmSession
	putNum(c.b[0:4], d.Year())
	putNum(c.b[4:6], int(d.Month()))
	putNum(c.b[6:8], d.Day())
	putNum(c.b[8:], int(serial))
	return c, nil
}

// Explain tells the parts.
func (c FilmSession) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindFilmSession)
	}
	x := Explanation{Kind: KindFilmSession}
	x.add(spanFilmSession, c.String())
	return x
}
