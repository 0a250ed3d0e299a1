package engine

import (
	"encoding/binary"
	"testing"
)

// halls for tests --------------------------------------------------------

func key(n uint64) Key {
	var k Key
	binary.BigEndian.PutUint64(k[8:], n)
	k[0] = 1
	return k
}

// grid makes rows x perRow seats with aisles after the seats named; zones by
// row third; ids from 1.
func grid(rows, perRow int, aisles ...int) Layout {
	l := Layout{FocalX: int32(perRow) * 275, FocalY: -3000}
	id := int32(1)
	for r := range rows {
		gap := int32(0)
		for c := range perRow {
			for _, a := range aisles {
				if c == a {
					gap++
				}
			}
			l.Seats = append(l.Seats, Seat{
				ID: id, Row: int32(r), Pos: int32(c) + gap, X: int32(c) * 550, Y: int32(r) * 900,
				Section: uint16(c * 3 / perRow), Zone: uint16(r * 3 / rows), Quality: uint16(r),
			})
			id++
		}
	}
	return l
}

// mixed has all kinds of places.
func mixed() Layout {
	l := grid(6, 12, 4)
	for i := range l.Seats {
		s := &l.Seats[i]
		switch r, c := s.Row, i%12; {
		case r == 5 && c >= 4: // couple seats
			s.Kind, s.Unit = Couple, 100+int32(c)/2
		case r == 3 && c < 2:
			s.Kind = Wheelchair
		case r == 3 && (c == 2 || c == 3):
			s.Kind = Companion
		case r == 0 && c < 4:
			s.Kind = Buffer
		case r == 4 && c < 4:
			s.View = ViewBlocked
		}
	}
	for i := range l.Seats {
		if s := &l.Seats[i]; s.Kind == Wheelchair {
			s.Pair = l.Seats[i+2].ID
		}
	}
	for c := range 6 {
		l.Seats = append(l.Seats, Seat{ID: int32(200 + c), Row: 50, Pos: int32(c), X: int32(c) * 500, Y: 9000, Kind: Table, Unit: 7, Zone: 2})
	}
	l.Areas = []Area{{ID: 1, First: -40, Capacity: 40, X: 0, Y: 12000, Zone: 3}}
	return l
}

func compile(t testing.TB, l Layout) *Hall {
	t.Helper()
	h, err := Compile(l)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func opened(t testing.TB, l Layout, change ...func(*Config)) *State {
	t.Helper()
	h := compile(t, l)
	c := DefaultConfig(h, 10000)
	for _, f := range change {
		f(&c)
	}
	s := New(h)
	if _, a := s.Apply(nil, &Open{Meta: Meta{Key: key(1 << 40)}, Config: c}, 1000); a.Refused != nil {
		t.Fatalf("open: %+v", a.Refused)
	}
	return s
}
