package performance_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"parterre/integrations/performance"
	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

// PT-A: the published sample of appendix A is a message by our tables, byte
// for byte both ways.
func TestSampleOfAppendixA(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	sample := []byte(`{"venueCode":"11010100101","hallCode":"1101010010101","performanceType":"1001"}`)
	r, _, faults := p.Decode("SAMPLE", sample)
	if len(faults) != 0 {
		t.Fatalf("faults: %v", faults)
	}
	again, err := p.Encode("SAMPLE", r)
	if err != nil || !bytes.Equal(again, sample) {
		t.Fatalf("%s, %v", again, err)
	}
}

// messages returns a report of every kind, as the adapter composes them.
func messages(t testing.TB) map[string][]byte {
	t.Helper()
	p := loadProfile(t)
	w := reportingtest.NewWorld(5, dbtest.Start)
	byKind := map[fact.Kind][]reporting.Numbered{}
	add := func(f fact.Fact) {
		byKind[f.Body.Kind()] = append(byKind[f.Body.Kind()], reporting.Numbered{Seq: int64(len(byKind) + 1), Fact: f})
	}
	for _, f := range w.Base() {
		add(f)
	}
	for range 60 {
		add(w.Next())
	}
	d := w.Daily(clock.BusinessDay(dbtest.Start, 0))
	d.Version = 1
	add(fact.New(dbtest.Start, d))
	out := map[string][]byte{}
	for kind, items := range byKind {
		raw, refused := p.Compose(ids.New(), dbtest.Start, items)
		if len(refused) > 0 {
			t.Fatalf("%s: %v", kind, refused)
		}
		out[string(kind)] = raw
	}
	if len(out) != len(fact.Kinds()) {
		t.Fatalf("%d kinds of %d", len(out), len(fact.Kinds()))
	}
	return out
}

// What is encoded is decoded without a fault, and encoded again to the same bytes.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	for kind, raw := range messages(t) {
		rep := p.DecodeReport(raw)
		if len(rep.Faults) != 0 {
			t.Fatalf("%s: %v", kind, rep.Faults[0])
		}
		again, err := p.EncodeReport(rep.Record)
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%s differs after a round trip: %v", kind, err)
		}
	}
}

// Decoding takes only what encoding could have written.
func TestStrictDecoding(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	good := string(messages(t)["PRICE"])
	for name, c := range map[string]struct{ old, new, path, code string }{
		"unknown field":   {`"priceCode"`, `"x":1,"priceCode"`, "records[0].x", "2001"},
		"twice":           {`"priceCode":"A"`, `"priceCode":"A","priceCode":"A"`, "records[0].priceCode", "2001"},
		"missing":         {`"priceCode":"A",`, ``, "records[0].priceCode", "2001"},
		"float":           {`28000`, `28000.0`, "records[0].amount", "2001"},
		"exponent":        {`28000`, `28e3`, "records[0].amount", "2001"},
		"negative":        {`28000`, `-1`, "records[0].amount", "2001"},
		"text for number": {`28000`, `"28000"`, "records[0].amount", "2001"},
		"null":            {`28000`, `null`, "records[0].amount", "2001"},
		"short code":      {`"sessionCode":"1`, `"sessionCode":"`, "records[0].sessionCode", "2001"},
		"unknown code":    {`"itemType":"1"`, `"itemType":"8"`, "records[0].itemType", "2002"},
		"flag":            {`"publicSale":"1"`, `"publicSale":"2"`, "records[0].publicSale", "2001"},
		"control":         {`280 元`, `280\u0007元`, "records[0].name", "2001"},
		"too wide":        {`280 元`, strings.Repeat("元", 31), "records[0].name", "2001"},
		"surrogate":       {`280 元`, `\ud800`, "", "2001"},
		"type":            {`"type":"PRICE"`, `"type":"PRIZE"`, "type", "2002"},
		"tail":            {`]}`, `]}{}`, "", "2001"},
		"bad instant":     {`+08:00"`, `Z"`, "composedAt", "2001"},
		"uuid":            {`"messageId":"`, `"messageId":"x`, "messageId", "2001"},
	} {
		raw := strings.Replace(good, c.old, c.new, 1)
		if raw == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		broken := performance.Broken(p.DecodeReport([]byte(raw)).Faults)
		if len(broken) == 0 {
			t.Errorf("%s was taken", name)
			continue
		}
		if broken[0].Path != c.path || broken[0].Code != c.code {
			t.Errorf("%s: %+v", name, broken[0])
		}
	}
	reordered := strings.Replace(good, `"type":"PRICE",`, ``, 1)
	reordered = strings.Replace(reordered, `"records"`, `"type":"PRICE","records"`, 1)
	if f := p.DecodeReport([]byte(reordered)).Faults; len(f) != 1 || !f[0].Note {
		t.Errorf("another order of fields is %v, want a note", f)
	}
}

// Encoding refuses what does not fit and never cuts.
func TestEncodingRefuses(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	good := func() performance.Record {
		return performance.Record{"venueCode": "11010100101", "hallCode": "1101010010101", "performanceType": "1001"}
	}
	for name, spoil := range map[string]func(performance.Record){
		"venueCode":       func(r performance.Record) { r["venueCode"] = "110101001011" },
		"hallCode":        func(r performance.Record) { delete(r, "hallCode") },
		"performanceType": func(r performance.Record) { r["performanceType"] = int64(1001) },
		"SAMPLE":          func(r performance.Record) { r["more"] = "x" },
	} {
		r := good()
		spoil(r)
		_, err := p.Encode("SAMPLE", r)
		e, ok := errs.Of(err)
		if !ok || e.Fields[0].Path != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := p.Encode("SAMPLE", good()); err != nil {
		t.Fatal(err)
	}
}

// PT interfaces: no name or full ID number leaves. No fact has a place for
// one, so no message has: the tables' fields are listed and looked through.
func TestNoPersonalDataInTheTables(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	for _, table := range p.TableNames() {
		for _, f := range p.Tables[table] {
			for _, word := range []string{"idNumber", "idNo", "certNo", "document", "buyer", "phone", "mobile", "holder", "passport"} {
				if strings.Contains(strings.ToLower(f.Name), strings.ToLower(word)) {
					t.Errorf("%s.%s looks like personal data", table, f.Name)
				}
			}
		}
	}
}

// The dump names each field's meaning and origin, masks what the table says,
// and marks a fault where it is.
func TestDescribe(t *testing.T) {
	t.Parallel()
	p := loadProfile(t)
	raw := messages(t)["SALE"]
	rep := p.DecodeReport(raw)
	order := rep.Record.Rows("records")[0].Text("orderNumber")
	var out bytes.Buffer
	if err := p.Describe(&out, "REPORT", bytes.Replace(raw, []byte(`"payment":"03"`), []byte(`"payment":"77"`), 1)); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"provisional", "订单号", "[seed PT-show]", "[chosen]", "! 2002 the code is not in its table", "全价票"} {
		if !strings.Contains(text, want) {
			t.Errorf("the dump lacks %q", want)
		}
	}
	if strings.Contains(text, order) {
		t.Errorf("the dump shows the order number %s", order)
	}
}

// The signature is of method, path, time, nonce and body; each counts. The
// fixed values are OpenSSL's.
func TestSignature(t *testing.T) {
	t.Parallel()
	const sha, sm3 = performance.SignSHA256, performance.SignSM3
	args := [5]string{"POST", "/collection/v1/report", "1795312800000", "nonce-0001", `{"a":1}`}
	sign := func(method, secret string, a [5]string) string {
		return performance.Sign(method, secret, a[0], a[1], a[2], a[3], []byte(a[4]))
	}
	fixed := map[string]string{
		sha: "ac78fe323e34583511d4910cc1a5489ed9694c773531ff1a5762d0247e09f8e6",
		sm3: "040ade6c7241bda98fa35baabc6ffe0854903cffa40c9391e423db748daec664",
	}
	for _, method := range []string{sha, sm3} {
		good := sign(method, "secret", args)
		if good != fixed[method] || !performance.Verify(good, method, "secret", args[0], args[1], args[2], args[3], []byte(args[4])) {
			t.Fatalf("%s: %s", method, good)
		}
		for i := range args {
			other := args
			other[i] += "x"
			if sign(method, "secret", other) == good {
				t.Errorf("%s does not cover part %d", method, i)
			}
		}
		if sign(method, "secreu", args) == good {
			t.Errorf("%s does not depend on the secret", method)
		}
	}
	if sign(sha, "secret", args) == sign(sm3, "secret", args) {
		t.Error("both methods give the same")
	}
}

// A profile whose tables do not hold together is refused when it is loaded.
func TestProfilesAreChecked(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(loadProfile(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"origin":     {`"origin":"seed"`, `"origin":"guess"`},
		"type":       {`"type":"digits"`, `"type":"number"`},
		"code table": {`"table":"venueType"`, `"table":"nothing"`},
		"rows table": {`"table":"TICKET"`, `"table":"NOTHING"`},
		"signature":  {`HMAC-SHA256`, `MD5`},
		"twice":      {`"name":"hallCode"`, `"name":"venueCode"`},
	} {
		bad := strings.Replace(string(raw), c[0], c[1], 1)
		if bad == string(raw) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := performance.ParseProfile([]byte(bad)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzDecodeReport(f *testing.F) {
	for _, raw := range messages(f) {
		f.Add(raw)
	}
	f.Add([]byte(`{"type":"SALE","records":[[]]}`))
	p := loadProfile(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		rep := p.DecodeReport(raw)
		if len(rep.Faults) > 0 {
			return
		}
		again, err := p.EncodeReport(rep.Record)
		if err != nil {
			t.Fatalf("decoded without a fault, but cannot be encoded: %v", err)
		}
		if second := p.DecodeReport(again); len(second.Faults) > 0 {
			t.Fatalf("encoded with a fault: %v", second.Faults)
		}
	})
}
