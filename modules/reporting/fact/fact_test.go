package fact_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

// samples is one fact of every kind.
func samples(t testing.TB) map[fact.Kind]fact.Fact {
	t.Helper()
	w := reportingtest.NewWorld(2, dbtest.Start)
	out := map[fact.Kind]fact.Fact{}
	for _, f := range w.Base() {
		out[f.Body.Kind()] = f
	}
	for range 60 {
		f := w.Next()
		out[f.Body.Kind()] = f
	}
	d := w.Daily(clock.BusinessDay(dbtest.Start, 0))
	d.Version = 1
	out[fact.KindDaily] = fact.New(dbtest.Start, d)
	if len(out) != len(fact.Kinds()) {
		t.Fatalf("%d kinds of %d", len(out), len(fact.Kinds()))
	}
	return out
}

// What was written is read back the same, also after jsonb changed its order.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for kind, f := range samples(t) {
		raw, err := fact.Encode(f)
		if err != nil {
			t.Fatal(kind, err)
		}
		var any map[string]any
		if err := json.Unmarshal(raw, &any); err != nil {
			t.Fatal(err)
		}
		shuffled, _ := json.MarshalIndent(any, "", " ") // keys sorted, other white space
		for _, text := range [][]byte{raw, shuffled} {
			got, err := fact.Decode(text)
			if err != nil {
				t.Fatal(kind, err)
			}
			again, err := fact.Encode(got)
			if err != nil || !bytes.Equal(raw, again) {
				t.Fatalf("%s: %s\n%s, %v", kind, raw, again, err)
			}
		}
	}
}

// Decode refuses what Encode does not write.
func TestStrict(t *testing.T) {
	t.Parallel()
	raw, err := fact.Encode(samples(t)[fact.KindPrice])
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	for name, c := range map[string][2]string{
		"language":      {`"language":1`, `"language":2`},
		"kind":          {`"kind":"PRICE"`, `"kind":"PRIZE"`},
		"other kind":    {`"kind":"PRICE"`, `"kind":"SALE"`},
		"unknown field": {`"item"`, `"x":1,"item"`},
		"missing":       {`"item":"single",`, ``},
		"float":         {`18000`, `18000.5`},
		"negative":      {`18000`, `-18000`},
		"tail":          {`}}`, `}}{}`},
		"no id":         {`"id":"`, `"id":"x`},
		"table":         {`"single"`, `"double"`},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if name == "float" || name == "negative" {
			bad = regexAmount(good, c[1])
		}
		if bad == good {
			t.Fatalf("%s: nothing was changed in %s", name, good)
		}
		if _, err := fact.Decode([]byte(bad)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func regexAmount(s, with string) string {
	i := strings.Index(s, `"amount":`) + len(`"amount":`)
	j := i + strings.IndexByte(s[i:], ',')
	return s[:i] + with + s[j:]
}

// Check names the field at fault.
func TestCheck(t *testing.T) {
	t.Parallel()
	all := samples(t)
	sale := all[fact.KindSale].Body.(fact.Sale)
	sale.Tickets = append([]fact.TicketSold(nil), sale.Tickets...)
	hall := all[fact.KindHall].Body.(fact.Hall)
	for _, c := range []struct {
		path string
		body fact.Body
	}{
		{"code", func() fact.Body { h := hall; h.Code = "1101010010"; return h }()},
		{"code", func() fact.Body { h := hall; h.Code = "3101010010101"; return h }()},
		{"name", func() fact.Body { h := hall; h.Name = "a\u0007b"; return h }()},
		{"seats", func() fact.Body { h := hall; h.Seats = -1; return h }()},
		{"tickets", func() fact.Body { s := sale; s.Tickets = nil; return s }()},
		{"tickets[0].ticketCode", func() fact.Body {
			s := sale
			s.Tickets = []fact.TicketSold{sale.Tickets[0]}
			s.Tickets[0].TicketCode = "lower"
			return s
		}()},
		{"tickets[0].publicSale", func() fact.Body {
			s := sale
			s.Tickets = []fact.TicketSold{sale.Tickets[0]}
			s.Tickets[0].Kind, s.Tickets[0].PublicSale = "work", true
			return s
		}()},
	} {
		e, ok := errs.Of(c.body.Check())
		if !ok || len(e.Fields) != 1 || e.Fields[0].Path != c.path {
			t.Errorf("%s: %v", c.path, c.body.Check())
		}
	}
}

// RL-13: facts have no field for a person: every field of every body is listed
// by reflection and looked through.
func TestNoPersonalData(t *testing.T) {
	t.Parallel()
	var walk func(path string, typ reflect.Type)
	walk = func(path string, typ reflect.Type) {
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ.PkgPath() != reflect.TypeFor[fact.Sale]().PkgPath() {
			return
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			for _, word := range []string{"IDNumber", "Document", "Phone", "Buyer", "Holder", "Passport", "Email"} {
				if strings.Contains(f.Name, word) {
					t.Errorf("%s.%s looks like personal data", path, f.Name)
				}
			}
			walk(path+"."+f.Name, f.Type)
		}
	}
	for kind, f := range samples(t) {
		walk(string(kind), reflect.TypeOf(f.Body))
	}
}

func TestClassOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   string
		public bool
		want   fact.Class
	}{{"full", true, fact.ClassPublic}, {"full", false, fact.ClassWork}, {"complimentary", true, fact.ClassComplimentary}, {"press", true, fact.ClassWork}, {"complimentary", false, fact.ClassComplimentary}, {"work", false, fact.ClassWork}, {"reserved", false, fact.ClassWork}} {
		if got := fact.ClassOf(c.kind, c.public); got != c.want {
			t.Errorf("%s: %d", c.kind, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples(f) {
		raw, err := fact.Encode(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := fact.Decode(raw)
		if err != nil {
			return
		}
		again, err := fact.Encode(got)
		if err != nil {
			t.Fatalf("read, but cannot be written: %v", err)
		}
		if _, err := fact.Decode(again); err != nil {
			t.Fatalf("written, but cannot be read: %v", err)
		}
	})
}
