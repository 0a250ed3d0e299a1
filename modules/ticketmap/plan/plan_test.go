package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parterre/modules/ticketmap/plan"
)

const everyTrait = "testdata/versions/v2.json"

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must(t testing.TB, b []byte) *plan.Plan {
	t.Helper()
	p, err := plan.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPublishedVersions opens the sample of every version that was ever written.
func TestPublishedVersions(t *testing.T) {
	t.Parallel()
	for v := 1; v <= plan.Version; v++ {
		p := must(t, read(t, strings.Replace(everyTrait, "v2", "v"+string(rune('0'+v)), 1)))
		if got := p.Counts(); got != (plan.Counts{Seats: 15, Rows: 3, Sections: 2, Areas: 1, Tables: 1, Categories: 2}) {
			t.Errorf("version %d: %+v", v, got)
		}
		if p.Places() != 215 {
			t.Errorf("places: %d", p.Places())
		}
		for _, problem := range plan.Check(p) {
			t.Errorf("%v", problem)
		}
	}
}

// A document of version 1 says nothing of heights and is otherwise the same plan.
func TestVersion1SaysNothingOfHeights(t *testing.T) {
	t.Parallel()
	old, now := must(t, read(t, "testdata/versions/v1.json")), must(t, read(t, everyTrait))
	for i := range now.Levels {
		now.Levels[i].Rake = nil
	}
	now.Sections[0].Rake, now.Shapes[0].Height = nil, 0
	a, err := plan.Encode(old)
	if err != nil {
		t.Fatal(err)
	}
	b, err := plan.Encode(now)
	if err != nil || string(a) != string(b) || !strings.HasPrefix(string(a), `{"format":"parterre.plan","version":2,`) {
		t.Errorf("%v\n%.300s", err, a)
	}
}

func TestRakeHeights(t *testing.T) {
	t.Parallel()
	p := must(t, read(t, everyTrait))
	for _, c := range []struct {
		section string
		row     int
		behind  int32
		want    int32
	}{
		{"s1", 0, 0, -300}, {"s1", 9, 10_000, 600}, // the section's own
		{"s2", 0, 0, 4200}, {"s2", 1, 0, 4450}, {"s2", 4, 99_000, 4200 + 250 + 280 + 310 + 310}, // its level's steps
	} {
		if got := p.RakeOf(c.section).At(c.row, c.behind); got != c.want {
			t.Errorf("%s row %d: %d, want %d", c.section, c.row, got, c.want)
		}
	}
	curved := plan.Rake{Base: 100, Slope: 100, Curve: 4}
	if got := curved.At(5, 10_000); got != 100+1000+400 {
		t.Errorf("curved: %d", got)
	}
}

// TestCanonical: the committed sample is canonical, and any order or spacing gives the same bytes and hash.
func TestCanonical(t *testing.T) {
	t.Parallel()
	b := read(t, everyTrait)
	p := must(t, b)
	got, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b) {
		t.Fatalf("the sample is not canonical:\n%s", got)
	}
	var loose map[string]any
	if err := json.Unmarshal(b, &loose); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(loose["seats"].([]any))
	shuffled, err := json.MarshalIndent(loose, "", "    ") // members in alphabetical order, \u003c escapes
	if err != nil {
		t.Fatal(err)
	}
	if got, err = plan.Encode(must(t, shuffled)); err != nil || !bytes.Equal(got, b) {
		t.Errorf("another spelling of the same plan has other bytes: %v", err)
	}
	h1, _ := plan.Hash(p)
	p.Seats[0].Number = "77"
	if h2, _ := plan.Hash(p); h1 == h2 || len(h1) != 64 {
		t.Errorf("hash %s does not see a change", h1)
	}
}

// TestRefusals breaks one thing at a time in a good document.
func TestRefusals(t *testing.T) {
	t.Parallel()
	good := string(read(t, everyTrait))
	for _, c := range []struct{ name, old, new, code, path string }{
		{"unknown member", `"unit":"mm"`, `"unit":"mm","scale":2`, "plan.unknown_member", "."},
		{"repeated member", `"unit":"mm"`, `"unit":"mm","unit":"mm"`, "plan.repeated_member", "."},
		{"missing member", `"unit":"mm",`, ``, "plan.missing_member", "."},
		{"other unit", `"mm"`, `"cm"`, "plan.unit", "unit"},
		{"other format", `parterre.plan`, `parterre.map`, "plan.format", "format"},
		{"later version", `"version":2`, `"version":3`, "plan.version", "version"},
		{"other columns", `"companionOf","entrance"`, `"entrance","companionOf"`, "plan.columns", "seatColumns[7]"},
		{"fraction", `[1,"r1","3",-1620,`, `[1,"r1","3",-1620.0,`, "plan.not_integer", "seats[0][3]"},
		{"exponent", `[1,"r1","3",-1620,`, `[1,"r1","3",1e3,`, "plan.not_integer", "seats[0][3]"},
		{"NaN", `[1,"r1","3",-1620,`, `[1,"r1","3",NaN,`, "plan.type", "seats[0][3]"},
		{"huge number", `[1,"r1","3",-1620,`, `[1,"r1","3",99999999999999999999,`, "plan.range", "seats[0][3]"},
		{"out of range", `[1,"r1","3",-1620,`, `[1,"r1","3",5000001,`, "plan.range", "seats[0][3]"},
		{"kind", `-1620,0,0,0]`, `-1620,0,6,0]`, "plan.range", "seats[0][5]"},
		{"short seat", `-1620,0,0,0]`, `-1620,0,0]`, "plan.seat_length", "seats[0]"},
		{"seat id 0", `[1,"r1"`, `[0,"r1"`, "plan.range", "seats[0][0]"},
		{"duplicate seat id", `[2,"r1"`, `[1,"r1"`, "plan.duplicate_id", "seats[1][0]"},
		{"seat id reused later", `"nextSeatId":40`, `"nextSeatId":22`, "plan.next_seat_id", "nextSeatId"},
		{"duplicate record id", `{"id":"r2"`, `{"id":"s1"`, "plan.duplicate_id", "rows[1].id"},
		{"dangling row", `[1,"r1"`, `[1,"r9"`, "plan.dangling", "seats[0][1]"},
		{"row is no row", `[1,"r1"`, `[1,"s1"`, "plan.dangling", "seats[0][1]"},
		{"dangling section", `"section":"s1"`, `"section":"sx"`, "plan.dangling", "rows[0].section"},
		{"dangling level", `"level":"L1"`, `"level":"L9"`, "plan.dangling", "sections[0].level"},
		{"homeless seat", `[1,"r1"`, `[1,null`, "plan.seat_homeless", "seats[0]"},
		{"two homes", `"seats":[20,21,22]`, `"seats":[20,21,22,1]`, "plan.seat_two_homes", "tables[0].seats"},
		{"companion of a normal seat", `2,0,7]`, `2,0,1]`, "plan.companion", "seats[7][7]"},
		{"empty text", `"name":"池座"`, `"name":""`, "plan.text", "levels[0].name"},
		{"blank at the end", `"name":"池座"`, `"name":"池座 "`, "plan.text", "levels[0].name"},
		{"line separator", `"name":"池座"`, `"name":"池\u2028座"`, "plan.text", "levels[0].name"},
		{"lone surrogate", `"name":"池座"`, `"name":"\ud800"`, "plan.syntax", "levels[0].name"},
		{"invalid UTF-8", `"name":"池座"`, "\"name\":\"\xff\"", "plan.syntax", "levels[0].name"},
		{"outline of two points", `"outline":[[-9000,-1000],[9000,-1000],[9000,9000],[-9000,9000]]`, `"outline":[[0,0],[1,1]]`, "plan.outline", "sections[0].outline"},
		{"colour", `#b3212b`, `red`, "plan.color", "categories[0].color"},
		{"runs overlap", `"seats":[[1,4],[6,8]]`, `"seats":[[1,4],[4,8]]`, "plan.runs", "categories[0].seats"},
		{"two categories", `"seats":[[10,13]]`, `"seats":[[8,13]]`, "plan.two_categories", "categories[1].seats"},
		{"shape without place", `"kind":"stage","level":"L1","outline":[[-6000,-8000],[6000,-8000],[6000,-2000],[-6000,-2000]]`, `"kind":"stage"`, "plan.shape_place", "shapes[0]"},
		{"steps and a slope", `"base":0,"slope":110`, `"base":0,"slope":110,"steps":[200]`, "plan.rake", "levels[0].rake"},
		{"a rake without its base", `"base":-300,`, ``, "plan.missing_member", "sections[0].rake"},
		{"a rake too steep", `"slope":90`, `"slope":1501`, "plan.range", "sections[0].rake.slope"},
		{"a parapet of nothing", `"height":900,`, `"height":0,`, "plan.range", "levels[1].rake.parapet.height"},
		{"bounds too small", `"bounds":[-10000`, `"bounds":[-100`, "plan.bounds", "bounds"},
		{"text after", "20000]}\n", "20000]}x", "plan.syntax", "."},
		{"cut", `"shapes"`, "\x00", "plan.syntax", "."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatalf("%q is not in the sample", c.old)
			}
			_, err := plan.Decode([]byte(bad))
			var problems plan.Findings
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if problems[0].Code != c.code || problems[0].Path != c.path {
				t.Errorf("got %s at %s, want %s at %s", problems[0].Code, problems[0].Path, c.code, c.path)
			}
			if problems[0].Zh == "" || problems[0].En == "" || strings.Contains(problems[0].Zh+problems[0].En, "{") {
				t.Errorf("sentence: %q %q", problems[0].Zh, problems[0].En)
			}
		})
	}
}

// TestHostile documents end quickly and in little memory.
func TestHostile(t *testing.T) {
	t.Parallel()
	head := `{"format":"parterre.plan","version":2,`
	for name, doc := range map[string]string{
		"deep":           head + `"x":` + strings.Repeat("[", 1_000_000),
		"deep object":    head + `"x":` + strings.Repeat(`{"a":`, 1_000_000),
		"many members":   head + strings.Repeat(`"a":1,`, 1_000_000),
		"many seats":     head + `"seats":[` + strings.Repeat(`[1,null,"1",0,0,0,0],`, 300_000) + `[]]}`,
		"many levels":    head + `"levels":[` + strings.Repeat(`{"id":"a","name":"a","order":0},`, 30_000) + `{}]}`,
		"long number":    head + `"nextSeatId":` + strings.Repeat("9", 1_000_000) + `}`,
		"empty":          "",
		"null":           "null",
		"binary":         "\x00\x01\x02",
		"gzip":           "\x1f\x8b\x08\x00",
		"only a bracket": "{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := plan.Decode([]byte(doc)); err == nil {
				t.Error("accepted")
			} else if len(err.Error()) > 400 {
				t.Errorf("message of %d bytes", len(err.Error()))
			}
		})
	}
	if _, err := plan.Decode(make([]byte, plan.MaxBytes+1)); err == nil {
		t.Error("accepted more than MaxBytes")
	}
}

// TestChecks plants one fault at a time and expects it to be found, and found alone.
func TestChecks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code  string
		plant func(*plan.Plan)
	}{
		{"plan.duplicate_label", func(p *plan.Plan) { p.Seats[0].Number = "2" }},
		{"plan.overlap", func(p *plan.Plan) { p.Seats[1].X = p.Seats[0].X + 200 }},
		{"plan.missing_number", func(p *plan.Plan) { p.Seats[0].Number = "9" }},
		{"plan.empty_row", func(p *plan.Plan) {
			p.Rows = append(p.Rows, plan.Row{ID: "rx", Section: "s1", Label: "9排", Kind: plan.Straight})
		}},
		{"plan.no_companion", func(p *plan.Plan) { p.Seats[7].CompanionOf = 0 }},
		{"plan.half_couple", func(p *plan.Plan) { p.Seats[4].Kind = plan.Normal }},
		{"plan.view_note", func(p *plan.Plan) { p.Seats[0].View = plan.Partial }},
		{"plan.outside_section", func(p *plan.Plan) { p.Sections[0].Outline[0].Y = 4000; p.Sections[0].Outline[1].Y = 4000 }},
		{"plan.unreachable_row", func(p *plan.Plan) {
			wall := func(id string, x int32) plan.Shape {
				return plan.Shape{ID: id, Kind: plan.Wall, Level: "L1", Outline: []plan.Point{{X: x, Y: -300}, {X: x + 400, Y: -300}, {X: x + 400, Y: 300}, {X: x, Y: 300}}}
			}
			p.Shapes = append(p.Shapes, wall("w1", -2600), wall("w2", 600))
			p.Seats[1].X, p.Seats[2].X = -1080, -540 // closes the aisle
			p.Seats[3].X = 0
		}},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			p := must(t, read(t, everyTrait))
			c.plant(p)
			got := plan.Check(p)
			if len(got) == 0 || slices.ContainsFunc(got, func(x plan.Finding) bool { return x.Code != c.code }) {
				t.Errorf("found %v", got)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(read(f, everyTrait))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := plan.Decode(b)
		if err != nil {
			return
		}
		once, err := plan.Encode(p)
		if err != nil {
			t.Fatalf("decoded but cannot be encoded: %v", err)
		}
		again, err := plan.Decode(once)
		if err != nil {
			t.Fatalf("encoded but cannot be decoded: %v", err)
		}
		if twice, _ := plan.Encode(again); !bytes.Equal(once, twice) {
			t.Error("encoding is not stable")
		}
		plan.Check(p)
	})
}

// TestNumbering: every scheme gives distinct numbers, and renumbering touches nothing but the number.
func TestNumbering(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s     plan.Scheme
		n     int
		right int
		want  string
	}{
		{plan.Scheme{Kind: plan.LeftToRight}, 4, 0, "1 2 3 4"},
		{plan.Scheme{Kind: plan.RightToLeft, Start: 5}, 3, 0, "7 6 5"},
		{plan.Scheme{Kind: plan.OddEven}, 6, 3, "5 3 1 2 4 6"},
		{plan.Scheme{Kind: plan.OddEven}, 5, 2, "3 1 2 4 6"},
		{plan.Scheme{Kind: plan.OddOnly}, 3, 0, "1 3 5"},
		{plan.Scheme{Kind: plan.EvenOnly, Prefix: "B"}, 3, 0, "B2 B4 B6"},
		{plan.Scheme{Kind: plan.Letters, Start: 8, Skip: "IO"}, 6, 0, "H J K L M N"},
		{plan.Scheme{Kind: plan.Letters, Start: 23, Skip: "IO"}, 3, 0, "Y Z AA"},
	} {
		got, err := c.s.Number(c.n, c.right)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v %v, want %s", c.s, got, err, c.want)
		}
	}
	if _, err := (plan.Scheme{Kind: "spiral"}).Number(1, 0); !errors.Is(err, plan.ErrScheme) {
		t.Errorf("unknown scheme: %v", err)
	}
	original := must(t, read(t, everyTrait))
	rapid.Check(t, func(t *rapid.T) {
		p := *original
		p.Seats = slices.Clone(original.Seats)
		s := plan.Scheme{
			Kind:  rapid.SampledFrom([]plan.SchemeKind{plan.LeftToRight, plan.RightToLeft, plan.OddEven, plan.OddOnly, plan.EvenOnly, plan.Letters}).Draw(t, "kind"),
			Start: rapid.IntRange(0, 50).Draw(t, "start"), Skip: rapid.StringMatching("[A-Z]{0,20}").Draw(t, "skip"),
			Centre: rapid.Int32Range(-3000, 3000).Draw(t, "centre"),
		}
		if err := plan.Renumber(&p, []string{"r1", "r2"}, s); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i := range p.Seats {
			got := p.Seats[i]
			key := got.Row + " " + got.Number
			if got.Row != "" && seen[key] {
				t.Fatalf("%s twice", key)
			}
			seen[key] = true
			if got.Row == "r3" || got.Row == "" {
				if got != original.Seats[i] {
					t.Fatal("a seat of another row changed")
				}
				continue
			}
			got.Number = original.Seats[i].Number
			if got != original.Seats[i] {
				t.Fatal("more than the number changed")
			}
		}
	})
}

// TestDropped finds seats that a new version loses and ids that it uses again.
func TestDropped(t *testing.T) {
	t.Parallel()
	old, next := must(t, read(t, everyTrait)), must(t, read(t, everyTrait))
	next.Seats = slices.Delete(next.Seats, 1, 3)
	next.Seats = append(next.Seats, plan.Seat{ID: 39}, plan.Seat{ID: 40})
	if got := plan.Dropped(old, next); !slices.Equal(got, []int32{2, 3}) {
		t.Errorf("dropped %v", got)
	}
	if got := plan.Reused(old, next); !slices.Equal(got, []int32{39}) {
		t.Errorf("reused %v", got)
	}
}

// TestBufferSeats: RL-8, seats inside the buffer of their level.
func TestBufferSeats(t *testing.T) {
	t.Parallel()
	if got := plan.BufferSeats(must(t, read(t, everyTrait))); !slices.Equal(got, []int32{12, 13}) {
		t.Errorf("buffer seats %v", got)
	}
}
