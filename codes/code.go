package codes

// Code is what all codes have in common.
type Code interface {
	Kind() Kind
	String() string
	AppendTo(dst []byte) []byte
	IsZero() bool
	Explain(p *Profile) Explanation
}

// Parse takes a text as a code of one kind.
func Parse(k Kind, s string) (Code, error) {
	if p := parsers[k]; p != nil {
		return p(s)
	}
	_, err := ParseKind(string(k))
	return nil, err
}

// Detect lists the kinds of which s is a valid code, the likeliest first; none when it is no code at all.
// Several kinds share a form (8 digits are a cinema or an on-demand chain), so that only the user can tell. Screen and
// short seat codes are never detected, because nearly any text is one: who means them says so with Parse.
func Detect(s string) []Kind {
	var out []Kind
	for _, k := range detectOrder {
		if _, err := parsers[k](s); err == nil && (k != KindSeat || len(s) == seatLen2025) {
			out = append(out, k)
		}
	}
	return out
}

// detectOrder puts structured codes before free ones.
var detectOrder = []Kind{
	KindVenue, KindHall, KindShow, KindTicket, KindCinema, KindFilm, KindODTheatre, KindODProgramme, KindODChain, KindODAgent,
	KindFilmTicket, KindFilmSession, KindODScreen, KindODSession, KindSeat,
}

// ParseAny takes a text as a code of the likeliest kind and tells the other kinds that it could be. When it is none,
// the error is that of the kind whose length it has, so that the user reads which character is wrong.
func ParseAny(s string) (Code, []Kind, error) {
	if kinds := Detect(s); len(kinds) > 0 {
		c, err := Parse(kinds[0], s)
		return c, kinds[1:], err
	}
	k, ok := kindByLength(len(s))
	if !ok {
		return nil, nil, lengthFault("", s, "长度与可自动识别的编码都不符（影厅、座位编码请指定种类）", "has the length of no code that can be told by itself; name the kind for screen and seat codes")
	}
	_, err := Parse(k, s)
	return nil, nil, err
}

func kindByLength(n int) (Kind, bool) {
	switch {
	case n == venueLen:
		return KindVenue, true
	case n == hallLen:
		return KindHall, true
	case n == showLen:
		return KindShow, true
	case n > showLen && n <= MaxTicketLen:
		return KindTicket, true
	case n == cinemaLen:
		return KindCinema, true
	case n == filmLen:
		return KindFilm, true
	case n == 10:
		return KindODTheatre, true
	case n == 14:
		return KindODProgramme, true
	case n == filmTicketLen2013, n == filmTicketLen2025:
		return KindFilmTicket, true
	case n == seatLen2025:
		return KindSeat, true
	}
	return "", false
}
