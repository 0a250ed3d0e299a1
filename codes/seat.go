package codes

import (
	"bytes"
	"strconv"
)

// Edition tells which text of the film rules a code follows.
type Edition string

// Editions of the film rules.
const (
	Edition2013 Edition = "gyt276-2013"
	Edition2025 Edition = "2025"
)

// Seat is a cinema seat code (座位编码): up to 16 characters in the 2013 text; in the JSON of 2025 it has 20 and begins
// with the cinema code. Which characters may stand in it is not published: printable ASCII without the space [chosen].
// The zero value is invalid.
type Seat struct {
	n uint8
	b [20]byte
}

const (
	seatLen2013 = 16
	seatLen2025 = 20
)

var spanSeat = span{"seat", "座位", "seat", 0, 20}

// ParseSeat takes 1 to 16 printable characters, or 20 of which the first 8 are a cinema code.
// Errors: codes.seat.length, .character.
func ParseSeat(s string) (Seat, error) {
	if n := len(s); n < 1 || n > seatLen2013 && n != seatLen2025 {
		return Seat{}, lengthFault(KindSeat, s, "须为 1 至 16 个字符，或 20 个字符", "must be 1 to 16 characters, or 20")
	}
	if len(s) == seatLen2025 {
		if e := checkDigits(KindSeat, s, spanCinema); e != nil {
			return Seat{}, e
		}
	}
	sp := spanSeat
	sp.to = len(s)
	if e := checkPrintable(KindSeat, s, sp); e != nil {
		return Seat{}, e
	}
	c := Seat{n: uint8(len(s))}
	copy(c.b[:], s)
	return c, nil
}

// ParseSeatField takes a fixed field of the 2013 text: trailing NUL bytes and blanks are padding.
func ParseSeatField(field []byte) (Seat, error) {
	return ParseSeat(string(bytes.TrimRight(field, "\x00 ")))
}

// MakeSeat puts a code of edition 2025 together: cinema code and a 12-digit number of the seat in the cinema.
func MakeSeat(c Cinema, serial int64) (Seat, error) {
	if c.IsZero() {
		return Seat{}, zeroFault(KindCinema)
	}
	if serial < 1 || serial > 999999999999 {
		return Seat{}, argFault(KindSeat, span{name: "serial", zh: "流水号", en: "serial"}, "须在 1 至 999999999999 之间", "must lie between 1 and 999999999999", strconv.FormatInt(serial, 10))
	}
	s := Seat{n: seatLen2025}
	copy(s.b[:], c.b[:])
	putNum(s.b[8:], int(serial))
	return s, nil
}

// Edition tells which text the code follows, by its length.
func (c Seat) Edition() Edition {
	if c.n == seatLen2025 {
		return Edition2025
	}
	return Edition2013
}

// Same tells whether two codes name one seat: equal but for zeros on the left.
func (c Seat) Same(o Seat) bool {
	return !c.IsZero() && !o.IsZero() && string(trimZeros(c.b[:c.n])) == string(trimZeros(o.b[:o.n]))
}

// AppendZeroPadded appends a code of the 2013 text as 16 characters with zeros on the left; longer ones as they are.
func (c Seat) AppendZeroPadded(dst []byte) []byte {
	return appendZeroPadded(dst, c.b[:c.n], seatLen2013)
}

// AppendNULPadded appends a code of the 2013 text as 16 bytes with NUL on the right; longer ones as they are.
func (c Seat) AppendNULPadded(dst []byte) []byte {
	return appendNULPadded(dst, c.b[:c.n], seatLen2013)
}

// Explain tells the parts.
func (c Seat) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindSeat)
	}
	x := Explanation{Kind: KindSeat}
	sp := spanSeat
	sp.to = int(c.n)
	x.add(sp, c.String())
	x.Fields = append(x.Fields, Field{Name: "edition", ZH: "版本", EN: "edition", Value: string(c.Edition())})
	if c.Edition() == Edition2025 {
		cinema, _ := ParseCinema(string(c.b[:cinemaLen]))
		x.cinema(cinema)
	}
	return x
}
