package codes

import "strconv"

// FilmTicket is a film ticket code (电影票编码): 16 letters and digits in the 2013 text, 15 in 2025 (cinema code 8 and 7
// letters or digits). One per sold ticket, never used again. The zero value is invalid.
type FilmTicket struct {
	n uint8
	b [16]byte
}

const (
	filmTicketLen2013 = 16
	filmTicketLen2025 = 15
)

// MaxFilmTicketSerial is the last serial of a cinema in edition 2025: seven characters to base 36, less zero.
const MaxFilmTicketSerial = 36*36*36*36*36*36*36 - 1

var (
	spanFilmTicket       = span{"ticket", "票", "ticket", 0, 16}
	spanFilmTicketSerial = span{"serial", "票流水号", "serial", 8, 15}
)

// ParseFilmTicket takes 16 or 15 characters 0-9A-Za-z; of 15 the first 8 are digits.
// Errors: codes.film_ticket.length, .character.
func ParseFilmTicket(s string) (FilmTicket, error) {
	sp := spanFilmTicket
	switch len(s) {
	case filmTicketLen2025:
		if e := checkDigits(KindFilmTicket, s, spanCinema); e != nil {
			return FilmTicket{}, e
		}
		sp.to = filmTicketLen2025
	case filmTicketLen2013:
	default:
		return FilmTicket{}, lengthFault(KindFilmTicket, s, "须为 16 个字符（2013 版）或 15 个字符（2025 版）", "must be 16 characters (2013) or 15 (2025)")
	}
	if e := checkAlnum(KindFilmTicket, s, sp); e != nil {
		return FilmTicket{}, e
	}
	c := FilmTicket{n: uint8(len(s))}
	copy(c.b[:], s)
	return c, nil
}

// MakeFilmTicket puts a code together from the cinema and a serial that was never used before (see SerialNumbers):
// edition 2025 writes the serial in 7 characters to base 36, edition 2013 in 8 digits [chosen].
func MakeFilmTicket(ed Edition, c Cinema, serial int64) (FilmTicket, error) {
	if c.IsZero() {
		return FilmTicket{}, zeroFault(KindCinema)
	}
	limit, base, n := int64(99999999), int64(10), uint8(filmTicketLen2013)
	if ed == Edition2025 {
		limit, base, n = MaxFilmTicketSerial, 36, filmTicketLen2025
	}
	if serial < 1 || serial > limit {
		l := strconv.FormatInt(limit, 10)
		return FilmTicket{}, argFault(KindFilmTicket, spanFilmTicketSerial, "须在 1 至 "+l+" 之间", "must lie between 1 and "+l, strconv.FormatInt(serial, 10))
	}
	t := FilmTicket{n: n}
	copy(t.b[:], c.b[:])
	for i := int(n) - 1; i >= cinemaLen; i-- {
		t.b[i] = alphabet36[serial%base]
		serial /= base
	}
	return t, nil
}

// Edition tells which text the code follows, by its length.
func (c FilmTicket) Edition() Edition {
	if c.n == filmTicketLen2025 {
		return Edition2025
	}
	return Edition2013
}

// Cinema is the cinema that a code of edition 2025 begins with; ok is false for the older one, whose structure is free.
func (c FilmTicket) Cinema() (Cinema, bool) {
	if c.n != filmTicketLen2025 {
		return Cinema{}, false
	}
	var v Cinema
	copy(v.b[:], c.b[:])
	return v, true
}

// Explain tells the parts.
func (c FilmTicket) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindFilmTicket)
	}
	x := Explanation{Kind: KindFilmTicket}
	s := c.String()
	sp := spanFilmTicket
	sp.to = int(c.n)
	x.add(sp, s)
	x.Fields = append(x.Fields, Field{Name: "edition", ZH: "版本", EN: "edition", Value: string(c.Edition())})
	if cinema, ok := c.Cinema(); ok {
		x.cinema(cinema)
		x.add(span{"ticketSerial", "票流水号", "ticket serial", 8, 15}, s[8:])
	}
	return x
}
