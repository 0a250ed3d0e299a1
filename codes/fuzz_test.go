package codes_test

import (
	"testing"

	"parterre/codes"
)

// seeds holds good and nearly good texts of every kind; each parser's fuzzing starts from all of them.
var seeds = []string{
	"", "0", sampleVenue, sampleHall, sampleShow, sampleShow + "1", sampleShow + "BQX0Y7P2M4K9D3F6H8", "110101001012602300007",
	"11010100101261121000799999999999999999999999999999", codes.TestCinema, "31015621", "001102582019", "051402582019", "0000000000000601",
	"2026112100000001", "31015621000000000001", "33130101#01#01", "310156210000001", "3101562100000001", "99000001", "1101000001",
	"1101000001000001", codes.ODFillerSession, codes.ODFillerSessionLiteral, codes.ODFillerProgramme, "10001106802019", "AGENT00001",
	"１１０１０１００１０１", "1101010010\x80", "11010519491231002X", "1101010010\x00", "110101001012000229001",
}

// fuzz: nothing panics; what parses formats to the same bytes, parses again to an equal value, and explains as valid.
func fuzz(f *testing.F, k codes.Kind) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := codes.Parse(k, s)
		if err != nil {
			if c != nil {
				t.Fatal("a code beside an error")
			}
			assertSpeaks(t, err)
			return
		}
		if c.String() != s || string(c.AppendTo(nil)) != s || c.IsZero() || c.Kind() != k {
			t.Fatalf("%s %q formats to %q", k, s, c.String())
		}
		again, err := codes.Parse(k, c.String())
		if err != nil || again != c {
			t.Fatalf("%s %q parses again to %v, %v", k, s, again, err)
		}
		for _, p := range codes.Profiles() {
			x := c.Explain(p)
			if x.Err() != nil || x.Kind != k {
				t.Fatalf("%s %q is explained as %v, %v", k, s, x.Kind, x.Err())
			}
			if _, err := x.MarshalJSON(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func assertSpeaks(t *testing.T, err error) {
	t.Helper()
	e, ok := err.(*codes.Error)
	if !ok || e.Code == "" || e.Chinese() == "" || e.English() == "" {
		t.Fatalf("%v says too little", err)
	}
}

func FuzzVenue(f *testing.F)       { fuzz(f, codes.KindVenue) }
func FuzzHall(f *testing.F)        { fuzz(f, codes.KindHall) }
func FuzzShow(f *testing.F)        { fuzz(f, codes.KindShow) }
func FuzzTicket(f *testing.F)      { fuzz(f, codes.KindTicket) }
func FuzzCinema(f *testing.F)      { fuzz(f, codes.KindCinema) }
func FuzzScreen(f *testing.F)      { fuzz(f, codes.KindScreen) }
func FuzzFilm(f *testing.F)        { fuzz(f, codes.KindFilm) }
func FuzzFilmSession(f *testing.F) { fuzz(f, codes.KindFilmSession) }
func FuzzSeat(f *testing.F)        { fuzz(f, codes.KindSeat) }
func FuzzFilmTicket(f *testing.F)  { fuzz(f, codes.KindFilmTicket) }
func FuzzODChain(f *testing.F)     { fuzz(f, codes.KindODChain) }
func FuzzODTheatre(f *testing.F)   { fuzz(f, codes.KindODTheatre) }
func FuzzODScreen(f *testing.F)    { fuzz(f, codes.KindODScreen) }
func FuzzODSession(f *testing.F)   { fuzz(f, codes.KindODSession) }
func FuzzODProgramme(f *testing.F) { fuzz(f, codes.KindODProgramme) }
func FuzzODAgent(f *testing.F)     { fuzz(f, codes.KindODAgent) }

// FuzzParseAny: detection agrees with the parsers.
func FuzzParseAny(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, also, err := codes.ParseAny(s)
		if err != nil {
			assertSpeaks(t, err)
			return
		}
		for _, k := range append(also, c.Kind()) {
			if got, err := codes.Parse(k, s); err != nil || got.String() != s {
				t.Fatalf("%q is said to be %s: %v", s, k, err)
			}
		}
	})
}

// FuzzOpen: no text opens with a key that did not make it, and nothing panics.
func FuzzOpen(f *testing.F) {
	k := uniqueKeys(f)
	good, err := k.Mint(show(f, sampleShow), 42)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good.String())
	f.Add(good.String()[:38] + "0")
	f.Fuzz(func(t *testing.T, s string) {
		ticket, err := codes.ParseTicket(s)
		if err != nil {
			return
		}
		if n, err := k.Open(ticket); err == nil {
			if back, err := k.Mint(ticket.Show(), n); err == nil && back != ticket && s[21] == 'B' {
				t.Fatalf("%s opened as %d, which is %s", s, n, back)
			}
		}
	})
}

// FuzzLoadTable: the loader never panics, and what it takes can be looked up.
func FuzzLoadTable(f *testing.F) {
	f.Add("# title: T\n# version: 1\n# origin: o\n# columns: code\tzh\ten\na\t甲\tA\n")
	f.Add("# columns: code\n\t\t\n")
	f.Fuzz(func(t *testing.T, s string) {
		table, err := codes.LoadTable("fuzz", s)
		if err != nil {
			assertSpeaks(t, err)
			return
		}
		for _, e := range table.Entries() {
			if got, ok := table.Lookup(e.Code); !ok || got.ZH != e.ZH {
				t.Fatalf("%q is not found", e.Code)
			}
		}
	})
}
