package planio_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parterre/integrations/planio"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/generate"
)

const shared = "../../../shared/data/plans/seatsio" // beside the repository, where present

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) && strings.HasPrefix(name, shared) {
		t.Skip("no sample charts here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func take(t testing.TB, f planio.Format, data []byte) (*plan.Plan, []plan.Finding) {
	t.Helper()
	p, told, err := planio.Import(f, data)
	if err != nil {
		t.Fatal(err)
	}
	return p, told
}

func codes(list []plan.Finding) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return out
}

// TestSeatsIOCharts reads charts that seats.io's own designer made.
func TestSeatsIOCharts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]plan.Counts{
		"sampleChart.json":             {Seats: 32, Rows: 4, Areas: 2, Categories: 3},
		"sampleChartWithTables.json":   {Seats: 12, Tables: 2, Categories: 2},
		"sampleChartWithSections.json": {Seats: 71, Rows: 13, Sections: 2, Categories: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := read(t, filepath.Join(shared, name))
			if f := planio.Detect(data); f != planio.SeatsIO {
				t.Errorf("taken for %q", f)
			}
			p, told := take(t, "", data)
			if got := planio.Counts(p, told); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			inCategories := 0
			for _, c := range p.Categories {
				for _, r := range c.Seats {
					inCategories += int(r.Last - r.First + 1)
				}
			}
			if inCategories != want.Seats {
				t.Errorf("%d of %d seats have a category", inCategories, want.Seats)
			}
			for _, f := range plan.Check(p) {
				if f.Code == "plan.outside_section" || f.Severity == plan.SeverityError {
					t.Errorf("%v", f)
				}
			}
		})
	}
}

// facts are what a format is expected to carry about each seat.
func facts(p *plan.Plan, with func(s *plan.Seat, section, row, category string) string) []string {
	section, row, category := map[string]string{}, map[string]string{}, map[int32]string{}
	for _, s := range p.Sections {
		section[s.ID] = s.Label
	}
	where := map[string]string{}
	for _, r := range p.Rows {
		row[r.ID], where[r.ID] = r.Label, section[r.Section]
	}
	home := map[int32]plan.Table{}
	for _, t := range p.Tables {
		for _, s := range t.Seats {
			home[s] = t
		}
	}
	for _, c := range p.Categories {
		for _, r := range c.Seats {
			for id := r.First; id <= r.Last; id++ {
				category[id] = c.Name
			}
		}
	}
	var out []string
	for i := range p.Seats {
		s := &p.Seats[i]
		if t, ok := home[s.ID]; ok {
			out = append(out, with(s, section[t.Section], t.Label, category[s.ID]))
			continue
		}
		out = append(out, with(s, where[s.Row], row[s.Row], category[s.ID]))
	}
	slices.Sort(out)
	return out
}

func label(s *plan.Seat, section, row, category string) string {
	return strings.Join([]string{section, row, s.Number, category}, "|")
}

func samples(t testing.TB) map[string]*plan.Plan {
	t.Helper()
	out := map[string]*plan.Plan{}
	for name, g := range generate.Kinds() {
		if name == "stadium" {
			continue
		}
		p, err := g.Generate()
		if err != nil {
			t.Fatal(err)
		}
		out[name] = p
	}
	p, _ := take(t, planio.Parterre, read(t, "../../modules/ticketmap/plan/testdata/versions/v1.json"))
	out["every trait"] = p
	return out
}

// TestThereAndBack writes each sample in each format and reads it again.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for name, p := range samples(t) {
		for _, f := range planio.Formats() {
			t.Run(name+" "+string(f), func(t *testing.T) {
				t.Parallel()
				b, told, err := planio.Export(f, p)
				if err != nil {
					t.Fatal(err)
				}
				if f != planio.Parterre && len(told) == 0 {
					t.Error("nothing is said about what was lost")
				}
				if got := planio.Detect(b); got != f {
					t.Errorf("taken for %q", got)
				}
				back, _ := take(t, "", b)
				with := label
				if f != planio.Pretix && f != planio.SeatsIO {
					with = func(s *plan.Seat, section, row, category string) string {
						return label(s, section, row, category) + "|" + string(rune('0'+s.Kind)) + string(rune('0'+s.View))
					}
				}
				got, want := facts(back, with), facts(p, with)
				if f == planio.Pretix { // it demands a category of every seat
					for i := range want {
						if strings.HasSuffix(want[i], "|") {
							want[i] += "未分类"
						}
					}
					slices.Sort(want)
				}
				if !slices.Equal(got, want) {
					for i := range min(len(got), len(want)) {
						if got[i] != want[i] {
							t.Fatalf("%d seats, want %d; first difference %q, want %q", len(got), len(want), got[i], want[i])
						}
					}
					t.Fatalf("%d seats, want %d", len(got), len(want))
				}
				if f != planio.CSV && f != planio.SeatsIO {
					ids := func(p *plan.Plan) (out []int32) {
						for _, s := range p.Seats {
							out = append(out, s.ID)
						}
						slices.Sort(out)
						return out
					}
					if !slices.Equal(ids(back), ids(p)) {
						t.Error("the permanent ids did not come back")
					}
				}
			})
		}
	}
}

func TestCSVForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want plan.Counts
		told string
	}{
		"semicolons, BOM, Chinese header": {"\ufeff区;排;座号;x;y;票档\r\n池座;1;1;0;0;一档\r\n池座;1;2;520;0;二档\r\n", plan.Counts{Seats: 2, Rows: 1, Sections: 1, Categories: 2}, ""},
		"no coordinates":                  {"section,row,seat\nA,1,1\nA,1,2\nA,2,1\nB,1,1\n", plan.Counts{Seats: 4, Rows: 3, Sections: 2}, "planio.laid_out"},
		"tables and standing":             {"section,row,seat,x,y,flags\nA,桌1,1,0,0,table whole\nA,桌1,2,900,0,table whole\nA,,站区,5000,5000,standing:300\n", plan.Counts{Seats: 2, Sections: 1, Tables: 1, Areas: 1}, "planio.area_outline"},
		"prices and odd columns":          {"section,row,seat,x,y,price,colour\nA,1,1,0,0,380,red\n", plan.Counts{Seats: 1, Rows: 1, Sections: 1}, "planio.price"},
		"accessible and companion":        {"section,row,seat,x,y,flags\nA,1,1,0,0,accessible\nA,1,2,800,0,companion\n", plan.Counts{Seats: 2, Rows: 1, Sections: 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, told := take(t, planio.CSV, []byte(c.text))
			if p.Counts() != c.want {
				t.Errorf("got %+v, want %+v", p.Counts(), c.want)
			}
			if c.told != "" && !slices.Contains(codes(told), c.told) {
				t.Errorf("told %v, want %s", codes(told), c.told)
			}
			for _, f := range plan.Check(p) {
				if f.Severity == plan.SeverityError || f.Code == "plan.no_companion" || f.Code == "plan.overlap" {
					t.Errorf("%v", f)
				}
			}
		})
	}
}

// TestRefusals: each foreign file that breaks a rule is refused with a code and a place.
func TestRefusals(t *testing.T) {
	t.Parallel()
	seat := `{"seat_guid":"a","seat_number":"1","position":{"x":0,"y":0},"category":"c"}`
	pretix := func(seats string) string {
		return `{"name":"x","categories":[{"name":"c"}],"zones":[{"position":{"x":0,"y":0},"rows":[{"row_number":"1","seats":[` + seats + `]}]}]}`
	}
	for name, c := range map[string]struct {
		format planio.Format
		text   string
		code   string
	}{
		"csv without header":         {planio.CSV, "", "planio.syntax"},
		"csv lacks a column":         {planio.CSV, "section,row\nA,1\n", "planio.column_missing"},
		"csv column twice":           {planio.CSV, "section,row,seat,seat\nA,1,1,1\n", "planio.column_twice"},
		"csv NaN":                    {planio.CSV, "section,row,seat,x,y\nA,1,1,NaN,0\n", "planio.range"},
		"csv infinite":               {planio.CSV, "section,row,seat,x,y\nA,1,1,1e300,0\n", "planio.range"},
		"csv not a number":           {planio.CSV, "section,row,seat,x,y\nA,1,1,left,0\n", "planio.number"},
		"csv row missing":            {planio.CSV, "section,row,seat,x,y\nA,,1,0,0\n", "planio.row_or_seat"},
		"csv in another charset":     {planio.CSV, "section,row,seat\n\xb3\xd8,1,1\n", "planio.utf8"},
		"csv empty":                  {planio.CSV, "section,row,seat\n", "planio.empty"},
		"pretix guid twice":          {planio.Pretix, pretix(seat + "," + seat), "planio.guid"},
		"pretix unknown category":    {planio.Pretix, pretix(strings.Replace(seat, `"c"`, `"z"`, 1)), "planio.category"},
		"pretix no json":             {planio.Pretix, "{", "planio.syntax"},
		"pretix far away":            {planio.Pretix, pretix(strings.Replace(seat, `"x":0`, `"x":1e200`, 1)), "planio.range"},
		"seats.io without a chart":   {planio.SeatsIO, `{"name":"x"}`, "planio.syntax"},
		"seats.io empty":             {planio.SeatsIO, `{"name":"x","subChart":{}}`, "planio.empty"},
		"unknown format":             {"dwg", "x", "planio.format"},
		"own format, unknown member": {planio.Parterre, `{"format":"parterre.plan","version":1,"x":1}`, "plan.unknown_member"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := planio.Import(c.format, []byte(c.text))
			found, ok := err.(plan.Findings)
			if !ok || found[0].Code != c.code || found[0].Path == "" || found[0].Zh == "" || found[0].En == "" {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// TestHostile: millions of objects and bombs end by a limit, not by exhaustion.
func TestHostile(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"subChart":{"sections":[`, 5000)
	many := func(item string, n int) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	for name, c := range map[string]struct {
		format planio.Format
		data   []byte
	}{
		"seats.io nested":     {planio.SeatsIO, []byte(deep)},
		"seats.io many rows":  {planio.SeatsIO, []byte(`{"subChart":{"rows":[` + many(`{"label":"A"}`, 100_000) + `]}}`)},
		"seats.io many seats": {planio.SeatsIO, []byte(`{"subChart":{"rows":[{"label":"A","seats":[` + many(`{"x":1}`, 300_000) + `]}]}}`)},
		"csv many seats":      {planio.CSV, []byte("section,row,seat\n" + strings.Repeat("A,1,1\n", 300_000))},
		"csv many sections":   {planio.CSV, manySections(20_000)},
		"pretix many zones":   {planio.Pretix, []byte(`{"zones":[` + many(`{"position":{}}`, 50_000) + `]}`)},
		"too large":           {planio.CSV, make([]byte, planio.MaxBytes+1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := planio.Import(c.format, c.data); err == nil {
				t.Error("was taken")
			}
		})
	}
}

func manySections(n int) []byte {
	var b bytes.Buffer
	b.WriteString("section,row,seat\n")
	for i := range n {
		b.WriteString(strings.Repeat("x", i%20) + string(rune(0x4e00+i%20000)) + ",1,1\n")
	}
	return b.Bytes()
}

// TestAnyText: whatever a file calls its things, the plan that comes out is valid and numbers stay.
func TestAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		chart := map[string]any{
			"name": name, "subChart": map[string]any{"rows": []any{map[string]any{
				"label": name, "sectionLabel": name,
				"seats": []any{map[string]any{"x": rapid.Float64Range(-1e4, 1e4).Draw(t, "x"), "y": 0, "label": name, "categoryKey": 1}},
			}}},
			"categories": map[string]any{"list": []any{map[string]any{"label": name, "key": 1, "color": name}}},
		}
		b, err := json.Marshal(chart)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := planio.Import(planio.SeatsIO, b)
		if err != nil {
			t.Fatal(err)
		}
		if p.Counts().Seats != 1 {
			t.Fatalf("%+v", p.Counts())
		}
	})
}

func fuzz(f *testing.F, format planio.Format) {
	p, _ := take(f, planio.Parterre, read(f, "../../modules/ticketmap/plan/testdata/versions/v1.json"))
	b, _, err := planio.Export(format, p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	seeds(f, format)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		p, _, err := planio.Import(format, b)
		if err != nil {
			if _, ok := err.(plan.Findings); !ok {
				t.Errorf("an error without a code: %v", err)
			}
			return
		}
		if _, err := plan.Encode(p); err != nil {
			t.Errorf("an import that is no valid plan: %v", err)
		}
	})
}

func FuzzCSV(f *testing.F)     { fuzz(f, planio.CSV) }
func FuzzPretix(f *testing.F)  { fuzz(f, planio.Pretix) }
func FuzzSeatsIO(f *testing.F) { fuzz(f, planio.SeatsIO) }
func FuzzSVG(f *testing.F)     { fuzz(f, planio.SVG) }
func FuzzDXF(f *testing.F)     { fuzz(f, planio.DXF) }
