package codes

import "strconv"

// Ticket is a performance ticket code (演出票编码, PT-ticket): the show code and a unique part, digits and capital letters
// only (QR alphanumeric mode), at most 50 bytes in all. It is an identifier, not a secret. Codes that we issue carry
// the unique part of UniqueKeys, which has a check character; codes of others are taken as they are. The zero value
// is invalid.
type Ticket struct {
	n uint8
	b [50]byte
}

// MaxTicketLen is the longest ticket code in bytes (PT-ticket).
const MaxTicketLen = 50

var spanUnique = span{"unique", "唯一标识码", "unique part", 21, 50}

// ParseTicket takes 22 to 50 characters 0-9A-Z of which the first 21 are a show code. Errors: codes.ticket.length,
// .character, .region, .date, .number. It does not judge the unique part: see UniqueKeys.Open and CheckTicket.
func ParseTicket(s string) (Ticket, error) {
	if len(s) <= showLen || len(s) > MaxTicketLen {
		return Ticket{}, lengthFault(KindTicket, s, "须为 22 至 50 个字符（场次编码 21 位加唯一标识码）", "must be 22 to 50 characters: the show code, 21, and a unique part")
	}
	if e := checkShow(KindTicket, s); e != nil {
		return Ticket{}, e
	}
	sp := spanUnique
	sp.to = len(s)
	if e := checkUpperAlnum(KindTicket, s, sp); e != nil {
		return Ticket{}, e
	}
	t := Ticket{n: uint8(len(s))}
	copy(t.b[:], s)
	return t, nil
}

// MakeTicket appends a unique part of 1 to 29 characters 0-9A-Z to a show code. UniqueKeys.Mint makes good unique parts.
func MakeTicket(show Show, unique string) (Ticket, error) {
	if show.IsZero() {
		return Ticket{}, zeroFault(KindShow)
	}
	if len(unique) < 1 || len(unique) > MaxTicketLen-showLen {
		return Ticket{}, argFault(KindTicket, spanUnique, "须为 1 至 29 个字符", "must be 1 to 29 characters", strconv.Itoa(len(unique))+" characters")
	}
	var b [MaxTicketLen]byte
	n := copy(b[:], show.b[:])
	n += copy(b[n:], unique)
	return ParseTicket(string(b[:n]))
}

// Show is the show code that the ticket code begins with.
func (t Ticket) Show() Show {
	var c Show
	copy(c.b[:], t.b[:])
	return c
}

// Unique is what follows the show code.
func (t Ticket) Unique() string {
	if t.IsZero() {
		return ""
	}
	return string(t.b[showLen:t.n])
}

// Explain tells the parts, and whether the unique part has the form and the check character of our own codes.
func (t Ticket) Explain(p *Profile) Explanation {
	if t.IsZero() {
		return invalidExplanation(KindTicket)
	}
	x := Explanation{Kind: KindTicket}
	x.Fields = append(x.Fields, Field{Name: "show", ZH: "场次编码", EN: "show code", Value: t.Show().String(), From: 1, To: showLen})
	x.show(p.orDefault(), t.Show())
	sp := spanUnique
	sp.to = int(t.n)
	x.add(sp, t.Unique())
	if !CheckTicket(t) {
		x.warn("codes.ticket.foreign", "唯一标识码不是本系统的格式，或校验字符不符", "the unique part is not in this system's form, or its check character does not match")
	}
	return x
}
