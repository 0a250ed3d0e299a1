package codes_test

import (
	"encoding/json"
	"errors"
	"testing"

	"parterre/codes"
)

const (
	sampleVenue = "11010100101"
	sampleHall  = "1101010010101"
	sampleShow  = "110101001012611210007"
)

func show(t testing.TB, s string) codes.Show {
	t.Helper()
	c, err := codes.ParseShow(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// PT-A: the sample of Appendix A under both readings; the code itself is the same.
func TestProfilesReadOneCodeTwoWays(t *testing.T) {
	t.Parallel()
	v, err := codes.ParseVenue(sampleVenue)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ profile, venue, hall string }{
		{"wht93-2021/2-2-2-2-3", "00", "101"},
		{"wht93-2021/2-2-2-3-2", "001", "01"},
	} {
		p, err := codes.LookupProfile(tc.profile)
		if err != nil {
			t.Fatal(err)
		}
		if v.VenueNo(p) != tc.venue || v.HallNo(p) != tc.hall {
			t.Errorf("%s: venue %s hall %s, want %s and %s", tc.profile, v.VenueNo(p), v.HallNo(p), tc.venue, tc.hall)
		}
		if x := v.Explain(p); x.Get("venue") != sampleVenue {
			t.Errorf("%s changes the code to %v", tc.profile, x.Get("venue"))
		}
		if !p.Provisional() {
			t.Errorf("%s must be shown as provisional", tc.profile)
		}
	}
	if codes.Profiles()[0].Name() != codes.DefaultProfileName {
		t.Errorf("the default is %s", codes.Profiles()[0].Name())
	}
	h, err := codes.MakeHall(v, codes.DefaultLayout)
	if err != nil || h.String() != sampleHall {
		t.Errorf("hall %v, %v; want %s", h, err, sampleHall)
	}
}

func TestMakeVenueUnderProfile(t *testing.T) {
	t.Parallel()
	other, err := codes.LookupProfile("wht93-2021/2-2-2-3-2")
	if err != nil {
		t.Fatal(err)
	}
	a, err1 := codes.MakeVenue(nil, "110101", 0, 101)
	b, err2 := codes.MakeVenue(other, "110101", 1, 1)
	if err1 != nil || err2 != nil || a != b || a.String() != sampleVenue {
		t.Errorf("%v %v, %v %v", a, err1, b, err2)
	}
	for _, tc := range []struct{ venue, hall int }{{100, 1}, {-1, 1}, {1, 1000}, {1, -1}} {
		if _, err := codes.MakeVenue(nil, "110101", tc.venue, tc.hall); err == nil {
			t.Errorf("venue %d hall %d was taken", tc.venue, tc.hall)
		}
	}
}

// PT-show: the exact JSON that scripts rely on.
func TestShowJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(show(t, sampleShow).Explain(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kind":"show","valid":true,"venue":"11010100101","province":"11","city":"01","district":"01","venueNo":"00","hallNo":"101","date":"2026-11-21","number":7,"region":"北京市东城区"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestErrorsNameCodePositionAndWhatWasFound(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind     codes.Kind
		in       string
		code     string
		field    string
		from, to int
		found    string
	}{
		{codes.KindShow, "110101001012602300007", "codes.show.date", "date", 12, 17, `"260230"`},
		{codes.KindShow, "110101001012611210000", "codes.show.number", "number", 18, 21, `"0000"`},
		{codes.KindShow, "11010100101261121000", "codes.show.length", "", 0, 0, "20 characters"},
		{codes.KindShow, "11010100101261121o007", "codes.show.character", "number", 18, 18, `'o'`},
		{codes.KindVenue, "0101010010", "codes.venue.length", "", 0, 0, "10 characters"},
		{codes.KindVenue, "01010100101", "codes.venue.region", "region", 1, 6, `"010101"`},
		{codes.KindVenue, "1101010010\x80", "codes.venue.character", "venue", 11, 11, "byte 0x80"},
		{codes.KindVenue, "1101010０101", "codes.venue.character", "", 8, 8, `'\uff10' (U+FF10)`},
		{codes.KindHall, "1101010010100", "codes.hall.layout", "layout", 12, 13, `"00"`},
		{codes.KindTicket, sampleShow, "codes.ticket.length", "", 0, 0, "21 characters"},
		{codes.KindTicket, sampleShow + "ab", "codes.ticket.character", "unique", 22, 22, `'a'`},
		{codes.KindCinema, "8888888x", "codes.cinema.character", "cinema", 8, 8, `'x'`},
		{codes.KindFilm, "00110258201", "codes.film.length", "", 0, 0, "11 characters"},
		{codes.KindSeat, "ABCDEFGH000000000001", "codes.seat.character", "cinema", 1, 1, `'A'`},
		{codes.KindFilmSession, "000000000000 001", "codes.film_session.character", "session", 13, 13, `' '`},
		{codes.KindODProgramme, "1000000000000Z", "codes.od_programme.character", "programme", 14, 14, `'Z'`},
	} {
		_, err := codes.Parse(tc.kind, tc.in)
		var e *codes.Error
		if !errors.As(err, &e) {
			t.Errorf("%s %q: %v", tc.kind, tc.in, err)
			continue
		}
		if e.Code != tc.code || e.Field != tc.field || e.From != tc.from || e.To != tc.to || e.Found != tc.found {
			t.Errorf("%s %q: got %q %q %d-%d %q, want %q %q %d-%d %q", tc.kind, tc.in, e.Code, e.Field, e.From, e.To, e.Found, tc.code, tc.field, tc.from, tc.to, tc.found)
		}
		if e.From > 0 && e.Offset != e.From-1 {
			t.Errorf("%s %q: offset %d beside position %d", tc.kind, tc.in, e.Offset, e.From)
		}
		if e.Chinese() == "" || e.English() == "" || e.Message("zh-CN") != e.Chinese() || e.Message("en") != e.Error() {
			t.Errorf("%s %q: sentences %q, %q", tc.kind, tc.in, e.Chinese(), e.English())
		}
	}
}

// An identity number pasted by mistake must not come back in an error, whatever kind it is taken for.
func TestErrorsHoldNoIdentityNumber(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"11010519491231002X", "440524188001010014", "34052419800101001X", "370101190102039973"} {
		_, _, err := codes.ParseAny(id)
		for _, k := range codes.Kinds() {
			if _, e := codes.Parse(k.Kind, id); e == nil {
				t.Errorf("%s takes an identity number", k.Kind)
			} else {
				assertNoDigits(t, e, id)
			}
		}
		assertNoDigits(t, err, id)
	}
}

func assertNoDigits(t *testing.T, err error, id string) {
	t.Helper()
	var e *codes.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v", err)
	}
	j, _ := json.Marshal(e)
	for i := 0; i+6 <= len(id); i++ {
		for _, text := range []string{e.Chinese(), e.English(), string(j)} {
			if contains(text, id[i:i+6]) {
				t.Errorf("%q holds part of the identity number", text)
				return
			}
		}
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	parse := func(s string) codes.Venue {
		v, err := codes.ParseVenue(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	a, b, c := parse("11010100101"), parse("11010100102"), parse("11010100103")
	var al codes.Aliases
	if err := al.Add(a, b); err != nil {
		t.Fatal(err)
	}
	if err := al.Add(a, b); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if al.Assigned(a) != b || al.Issued(b) != a || al.Issued(a) != a || al.Assigned(c) != c {
		t.Error("look-up is wrong")
	}
	for _, pair := range [][2]codes.Venue{{a, c}, {c, b}, {b, c}, {c, a}, {{}, c}, {c, {}}} {
		if err := al.Add(pair[0], pair[1]); err == nil {
			t.Errorf("%v -> %v was taken", pair[0], pair[1])
		}
	}
}

func contains(s, sub string) bool {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return true
		}
	}
	return false
}
