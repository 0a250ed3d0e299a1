package codes_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"parterre/codes"
)

// samples is a good code of every kind.
var samples = map[codes.Kind]string{
	codes.KindVenue: sampleVenue, codes.KindHall: sampleHall, codes.KindShow: sampleShow, codes.KindTicket: sampleShow + "X9",
	codes.KindCinema: "31015621", codes.KindScreen: "12", codes.KindFilm: "001102582019", codes.KindFilmSession: "2026112100000001",
	codes.KindSeat: "0601", codes.KindFilmTicket: "310156210000001", codes.KindODChain: "99000001", codes.KindODTheatre: "1101000001",
	codes.KindODScreen: "1101000001000001", codes.KindODSession: "0202608070000010", codes.KindODProgramme: "10001106802019",
	codes.KindODAgent: "AGENT00001",
}

type valued interface {
	driver.Valuer
	encoding.TextMarshaler
}

type scanned interface {
	sql.Scanner
	encoding.TextUnmarshaler
	fmt.Stringer
}

// TestTextJSONAndSQL: every kind reads what it writes, refuses what is not its own, and its zero value is not written.
func TestTextJSONAndSQL(t *testing.T) {
	t.Parallel()
	targets := map[codes.Kind]func() scanned{
		codes.KindVenue: func() scanned { return new(codes.Venue) }, codes.KindHall: func() scanned { return new(codes.Hall) },
		codes.KindShow: func() scanned { return new(codes.Show) }, codes.KindTicket: func() scanned { return new(codes.Ticket) },
		codes.KindCinema: func() scanned { return new(codes.Cinema) }, codes.KindScreen: func() scanned { return new(codes.Screen) },
		codes.KindFilm: func() scanned { return new(codes.Film) }, codes.KindFilmSession: func() scanned { return new(codes.FilmSession) },
		codes.KindSeat: func() scanned { return new(codes.Seat) }, codes.KindFilmTicket: func() scanned { return new(codes.FilmTicket) },
		codes.KindODChain: func() scanned { return new(codes.ODChain) }, codes.KindODTheatre: func() scanned { return new(codes.ODTheatre) },
		codes.KindODScreen: func() scanned { return new(codes.ODScreen) }, codes.KindODSession: func() scanned { return new(codes.ODSession) },
		codes.KindODProgramme: func() scanned { return new(codes.ODProgramme) }, codes.KindODAgent: func() scanned { return new(codes.ODAgent) },
	}
	for _, info := range codes.Kinds() {
		k, text := info.Kind, samples[info.Kind]
		c, err := codes.Parse(k, text)
		if err != nil || targets[k] == nil {
			t.Fatalf("%s: %v", k, err)
		}
		written, err := json.Marshal(c)
		if err != nil || string(written) != `"`+text+`"` {
			t.Errorf("%s: JSON %s, %v", k, written, err)
		}
		value, err := c.(valued).Value()
		if err != nil || value != text {
			t.Errorf("%s: SQL %v, %v", k, value, err)
		}
		read := targets[k]()
		zero := read.(valued)
		if _, err := json.Marshal(zero); !hasCode(err, "zero") {
			t.Errorf("%s: the zero value writes JSON: %v", k, err)
		}
		if _, err := zero.Value(); !hasCode(err, "zero") {
			t.Errorf("%s: the zero value writes SQL: %v", k, err)
		}
		if read.String() != "" {
			t.Errorf("%s: the zero value prints %q", k, read.String())
		}
		for i, f := range []func() error{
			func() error { return json.Unmarshal(written, read) },
			func() error { return read.Scan(text) },
			func() error { return read.Scan([]byte(text)) },
		} {
			read = targets[k]()
			if err := f(); err != nil || read.String() != text {
				t.Errorf("%s: way %d reads %q, %v", k, i, read.String(), err)
			}
			for _, bad := range []any{nil, 5, "\n", []byte("")} { // a failed read leaves the value as it was
				if err := read.Scan(bad); err == nil || read.String() != text {
					t.Errorf("%s: %v was scanned, value %q", k, bad, read.String())
				}
			}
		}
	}
}

// httpx shows errors of this shape to users.
var _ interface {
	error
	ErrorCode() string
	Sentences() (zh, en string)
} = (*codes.Error)(nil)

func hasCode(err error, reason string) bool {
	var e *codes.Error
	return errors.As(err, &e) && len(e.Code) > len(reason) && e.Code[len(e.Code)-len(reason):] == reason
}

// TestNoAllocations: parsing and formatting leave no garbage. Not parallel: it counts the process's allocations.
func TestNoAllocations(t *testing.T) {
	buf := make([]byte, 0, 64)
	ticket := sampleShow + "BQX0Y7P2M4K9D3F6H8"
	for name, f := range map[string]func() error{
		"venue":  func() error { c, err := codes.ParseVenue(sampleVenue); buf = c.AppendTo(buf[:0]); return err },
		"hall":   func() error { c, err := codes.ParseHall(sampleHall); buf = c.AppendTo(buf[:0]); return err },
		"show":   func() error { c, err := codes.ParseShow(sampleShow); buf = c.AppendTo(buf[:0]); return err },
		"ticket": func() error { c, err := codes.ParseTicket(ticket); buf = c.AppendTo(buf[:0]); return err },
		"cinema": func() error { c, err := codes.ParseCinema("31015621"); buf = c.AppendTo(buf[:0]); return err },
		"screen": func() error { c, err := codes.ParseScreen("12"); buf = c.AppendTo(buf[:0]); return err },
		"film":   func() error { c, err := codes.ParseFilm("001102582019"); buf = c.AppendTo(buf[:0]); return err },
		"film-session": func() error {
			c, err := codes.ParseFilmSession("2026112100000001")
			buf = c.AppendTo(buf[:0])
			return err
		},
		"seat": func() error { c, err := codes.ParseSeat("0601"); buf = c.AppendTo(buf[:0]); return err },
		"film-ticket": func() error {
			c, err := codes.ParseFilmTicket("310156210000001")
			buf = c.AppendTo(buf[:0])
			return err
		},
		"od-chain":   func() error { c, err := codes.ParseODChain("99000001"); buf = c.AppendTo(buf[:0]); return err },
		"od-theatre": func() error { c, err := codes.ParseODTheatre("1101000001"); buf = c.AppendTo(buf[:0]); return err },
		"od-screen":  func() error { c, err := codes.ParseODScreen("1101000001000001"); buf = c.AppendTo(buf[:0]); return err },
		"od-session": func() error {
			c, err := codes.ParseODSession("0202608070000010")
			buf = c.AppendTo(buf[:0])
			return err
		},
		"od-programme": func() error {
			c, err := codes.ParseODProgramme("10001106802019")
			buf = c.AppendTo(buf[:0])
			return err
		},
		"od-agent":  func() error { c, err := codes.ParseODAgent("AGENT00001"); buf = c.AppendTo(buf[:0]); return err },
		"unmarshal": func() error { var c codes.Show; return c.UnmarshalText([]byte(sampleShow)) },
		"show parts": func() error {
			c, err := codes.ParseShow(sampleShow)
			_, _, _ = c.Venue(), c.Date(), c.Number()
			return err
		},
	} {
		if n := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkParseShow(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = codes.ParseShow(sampleShow)
	}
}

func BenchmarkFormatShow(b *testing.B) {
	c := show(b, sampleShow)
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		buf = c.AppendTo(buf[:0])
	}
}

func BenchmarkParseTicket(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = codes.ParseTicket(sampleShow + "BQX0Y7P2M4K9D3F6H8")
	}
}

func BenchmarkMint(b *testing.B) {
	k, c := uniqueKeys(b), show(b, sampleShow)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = k.Mint(c, 42)
	}
}

func BenchmarkExplainShow(b *testing.B) {
	c := show(b, sampleShow)
	b.ReportAllocs()
	for b.Loop() {
		c.Explain(nil)
	}
}
