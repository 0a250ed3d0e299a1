package codes_test

import (
	"strings"
	"testing"

	"parterre/codes"
)

func TestFilmCode(t *testing.T) {
	t.Parallel()
	c, err := codes.ParseFilm("001102582019")
	if err != nil {
		t.Fatal(err)
	}
	if c.Country() != "001" || c.Version() != "1" || c.Year() != 2019 || c.Permit() != "00110258" {
		t.Errorf("parts %s %s %d %s", c.Country(), c.Version(), c.Year(), c.Permit())
	}
	made, err := codes.MakeFilm(1, 1, 258, 2019)
	if err != nil || made != c {
		t.Errorf("made %v, %v", made, err)
	}
	for _, f := range c.Explain(nil).Fields {
		if f.Name == "country" && f.Note != "中国" || f.Name == "version" && f.Note != "普通" {
			t.Errorf("%s means %s", f.Name, f.Note)
		}
	}
	unknown, err := codes.ParseFilm("999102582019") // an unknown country warns, it does not reject
	if err != nil {
		t.Fatal(err)
	}
	if w := unknown.Explain(nil).Warnings; len(w) != 1 || w[0].Code != "codes.film-country.unknown" {
		t.Errorf("warnings %v", w)
	}
	if _, err := codes.MakeFilm(1000, 1, 1, 2019); err == nil {
		t.Error("country 1000 was taken")
	}
}

func TestScreensAndSeatsInFixedFields(t *testing.T) {
	t.Parallel()
	short, _ := codes.ParseScreen("12")
	padded, _ := codes.ParseScreen("0000000000000012")
	other, _ := codes.ParseScreen("0000000000000120")
	if !short.Same(padded) || short.Same(other) || short == padded || (codes.Screen{}).Same(codes.Screen{}) {
		t.Error("Same is wrong")
	}
	if got := string(short.AppendZeroPadded(nil)); got != padded.String() {
		t.Errorf("zeros: %q", got)
	}
	field := short.AppendNULPadded(nil)
	if string(field) != "12"+strings.Repeat("\x00", 14) {
		t.Errorf("NUL: %q", field)
	}
	if back, err := codes.ParseScreenField(field); err != nil || back != short {
		t.Errorf("field: %v, %v", back, err)
	}
	if _, err := codes.ParseScreenField(make([]byte, 16)); err == nil {
		t.Error("an empty field was taken")
	}
	seat, _ := codes.ParseSeat("0000000000000601")
	if back, err := codes.ParseSeatField([]byte("0000000000000601")); err != nil || back != seat {
		t.Errorf("%v, %v", back, err)
	}
	if plain, _ := codes.ParseSeat("601"); !plain.Same(seat) || string(plain.AppendZeroPadded(nil)) != seat.String() {
		t.Error("seat padding is wrong")
	}
}

func TestEditionsOfFilmCodes(t *testing.T) {
	t.Parallel()
	cinema, err := codes.ParseCinema("31015621")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		ed     codes.Edition
		serial int64
		want   string
	}{
		{codes.Edition2013, 1, "3101562100000001"},
		{codes.Edition2013, 99999999, "3101562199999999"},
		{codes.Edition2013, 100000000, ""},
		{codes.Edition2025, 1, "310156210000001"},
		{codes.Edition2025, codes.MaxFilmTicketSerial, "31015621ZZZZZZZ"},
		{codes.Edition2025, codes.MaxFilmTicketSerial + 1, ""},
		{codes.Edition2025, 0, ""},
	} {
		c, err := codes.MakeFilmTicket(tc.ed, cinema, tc.serial)
		if c.String() != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s %d: %v, %v; want %q", tc.ed, tc.serial, c, err, tc.want)
			continue
		}
		if tc.want == "" {
			continue
		}
		back, err := codes.ParseFilmTicket(c.String())
		if err != nil || back != c || back.Edition() != tc.ed {
			t.Errorf("%s comes back as %v %s, %v", c, back, back.Edition(), err)
		}
		if got, ok := back.Cinema(); ok != (tc.ed == codes.Edition2025) || ok && got != cinema {
			t.Errorf("%s: cinema %v %v", c, got, ok)
		}
	}
	seat, err := codes.MakeSeat(cinema, 1)
	if err != nil || seat.String() != "31015621000000000001" || seat.Edition() != codes.Edition2025 {
		t.Errorf("%v, %v", seat, err)
	}
	for _, bad := range []string{"", "12345678901234567", "3101562100000000001", "x1015621000000000001"} {
		if _, err := codes.ParseSeat(bad); err == nil {
			t.Errorf("seat %q was taken", bad)
		}
	}
	d, _ := codes.MakeDate(2026, 11, 21)
	if s, err := codes.MakeFilmSession(d, 7); err != nil || s.String() != "2026112100000007" {
		t.Errorf("%v, %v", s, err)
	}
	if x := mustCinema(t, codes.TestCinema).Explain(nil); len(x.Warnings) != 1 || x.Warnings[0].Code != "codes.cinema.test" {
		t.Errorf("the test cinema: %v", x.Warnings)
	}
}

func mustCinema(t *testing.T, s string) codes.Cinema {
	t.Helper()
	c, err := codes.ParseCinema(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// OD 4.1: lengths, the fillers, both literal and advised.
func TestOnDemandCodes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		k    codes.Kind
		in   string
		good bool
	}{
		{codes.KindODChain, "99000001", true},
		{codes.KindODChain, "9900001", false},
		{codes.KindODTheatre, "1101000001", true},
		{codes.KindODTheatre, "11010000011", false},
		{codes.KindODScreen, "1101000001000001", true},
		{codes.KindODScreen, "110100000100000", false},
		{codes.KindODSession, codes.ODFillerSession, true},
		{codes.KindODSession, codes.ODFillerSessionLiteral, true},
		{codes.KindODSession, "zzzzzzzzzzzzzzzzy", false},
		{codes.KindODSession, "0202608070000010", true},
		{codes.KindODProgramme, "10001106802019", true},
		{codes.KindODProgramme, codes.ODFillerProgramme, true},
		{codes.KindODAgent, "AGENT00001", true},
		{codes.KindODAgent, "", false},
	} {
		if _, err := codes.Parse(tc.k, tc.in); (err == nil) != tc.good {
			t.Errorf("%s %q: %v", tc.k, tc.in, err)
		}
	}
	screen, _ := codes.ParseODScreen("1101000001000001")
	if screen.Theatre().String() != "1101000001" {
		t.Errorf("theatre %s", screen.Theatre())
	}
	programme, _ := codes.ParseODProgramme(codes.ODFillerProgramme)
	session, _ := codes.ParseODSession(codes.ODFillerSessionLiteral)
	if programme.Type() != "10" || !programme.IsFiller() || !session.IsFiller() {
		t.Error("the fillers are not known")
	}
	unknown, _ := codes.ParseODProgramme("99000000000000")
	if w := unknown.Explain(nil).Warnings; len(w) != 1 || w[0].Code != "codes.programme-type.unknown" {
		t.Errorf("warnings %v", w)
	}
}
