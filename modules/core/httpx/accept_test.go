package httpx

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/valyala/fasthttp"

	"parterre/modules/core/ids"
)

// formSample has a field for each rule that a form knows, and some that it
// leaves to huma.
type formSample struct {
	ID     ids.ID            `json:"id" format:"uuid"`
	Name   string            `json:"name" minLength:"2" maxLength:"5"`
	Kind   string            `json:"kind,omitempty" enum:"a,b,普通"`
	Code   string            `json:"code,omitempty" pattern:"^[A-Z]{2}[0-9]+$"`
	N      int               `json:"n" minimum:"-3" maximum:"10"`
	Small  int32             `json:"small,omitempty"`
	Share  float64           `json:"share,omitempty" maximum:"100"`
	Yes    bool              `json:"yes,omitempty"`
	Seats  []int32           `json:"seats,omitempty" minItems:"1" maxItems:"3"`
	Sub    *formSub          `json:"sub,omitempty"`
	Subs   []formSub         `json:"subs,omitempty" maxItems:"4"`
	Texts  map[string]string `json:"texts,omitempty"`
	At     string            `json:"at,omitempty" format:"date-time"`
	Any    any               `json:"any,omitempty"`
	Raw    []byte            `json:"raw,omitempty"`
	Step   int               `json:"step,omitempty" multipleOf:"5"`
	Lonely []string          `json:"lonely,omitempty" uniqueItems:"true"`
}

type formSub struct {
	Price int64    `json:"price" minimum:"0"`
	Next  *formSub `json:"next,omitempty"`
}

func sampleForm() (*form, func(tree any) []error) {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	s := huma.SchemaFromType(r, reflect.TypeFor[formSample]())
	return formOf(r, s, map[string]*form{}), func(tree any) []error {
		res := &huma.ValidateResult{}
		huma.Validate(r, s, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, tree, res)
		return res.Errors
	}
}

// judge holds a form to its word: what it accepts, huma's check accepts, and
// both decoders read alike.
func judge(t *testing.T, f *form, check func(any) []error, body []byte) bool {
	t.Helper()
	if !f.accepts(body) {
		return false
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		t.Fatalf("accepted, but no JSON: %q: %v", body, err)
	}
	if errs := check(tree); len(errs) > 0 {
		t.Fatalf("accepted, but huma refuses it: %q: %v", body, errs)
	}
	var quick, slow formSample
	err1, err2 := decode(body, &quick), json.Unmarshal(body, &slow)
	if (err1 == nil) != (err2 == nil) || (err1 == nil && !reflect.DeepEqual(quick, slow)) {
		t.Fatalf("%q is read in two ways: %v %v", body, err1, err2)
	}
	return true
}

const goodSample = `{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"池座票","kind":"普通","code":"AB12","n":-3,"small":7,"share":99,"yes":true,` +
	`"seats":[1, 2,3],"sub":{"price":0,"next":{"price":5}},"subs":[{"price":1},{"price":2}],"texts":{"zh":"一","en":"one"}}`

func TestFormsAcceptOnlyWhatHumaAccepts(t *testing.T) {
	t.Parallel()
	f, check := sampleForm()
	if !judge(t, f, check, []byte(goodSample)) || !judge(t, f, check, []byte(" "+strings.ReplaceAll(goodSample, ",", " ,\n\t")+"\r\n")) {
		t.Fatal("a body without any doubt is not accepted: forms save nothing")
	}
	for change, body := range map[string][2]string{
		"a name in capitals": {`"name"`, `"Name"`}, "an unknown name": {`"yes"`, `"jes"`}, "a name twice": {`"small":7`, `"n":7`}, "null": {`"yes":true`, `"yes":null`},
		"required, not there": {`"n":-3,`, ``}, "too long": {`池座票`, `池座票池座票`}, "too short": {`"池座票"`, `"池"`}, "not of the enum": {`普通`, `c`}, "pattern": {`AB12`, `ab12`},
		"too small": {`-3`, `-4`}, "too large": {`-3`, `11`}, "no whole number": {`-3`, `1.5`}, "a leading zero": {`-3`, `01`}, "an exponent": {`-3`, `1e1`}, "a number's end": {`-3`, `-`},
		"a text": {`-3`, `"3"`}, "an escape": {`池座票`, `\u6c60\u5ea7`}, "a control character": {`池座票`, "池\x01票"}, "not UTF-8": {`池座票`, "池\xff票"},
		"no UUID": {`01890a5d-`, `01890a5d_`}, "a UUID in capitals": {`01890a5d`, `01890A5D`}, "too many": {`[1, 2,3]`, `[1,2,3,4]`}, "too few": {`[1, 2,3]`, `[]`},
		"a comma too many": {`2,3]`, `2,3,]`}, "no comma": {`2,3]`, `2 3]`}, "deep below": {`{"price":5}`, `{"price":-5}`}, "one of many": {`{"price":2}`, `{"prize":2}`},
		"a value of another kind": {`"一"`, `1`}, "a format": {`"yes":true`, `"at":"now"`}, "two values": {goodSample, goodSample + goodSample}, "nothing": {goodSample, ``},
		"no end": {`"one"}}`, `"one"}`}, "an array": {goodSample, `[]`}, "true and more": {`true`, `truee`}, "17 digits": {`"small":7`, `"small":12345678901234567`},
		"another's rule": {`"yes":true`, `"step":3`}, "the same twice": {`"yes":true`, `"lonely":["a","a"]`},
	} {
		wrong := strings.Replace(goodSample, body[0], body[1], 1)
		if wrong == goodSample {
			t.Errorf("%s: the sample was not changed", change)
		}
		if f.accepts([]byte(wrong)) {
			t.Errorf("%s: accepted: %s", change, wrong)
		}
	}
	deep := strings.Repeat(`{"price":1,"next":`, 40) + `{"price":1}` + strings.Repeat(`}`, 40)
	if f.accepts([]byte(strings.Replace(goodSample, `{"price":0,"next":{"price":5}}`, deep, 1))) {
		t.Error("a form follows any depth")
	}
	// Bodies with a byte or a piece changed, added, taken away or put elsewhere.
	rng := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 200_000 {
		if judge(t, f, check, mutated(rng, []byte(goodSample))) {
			taken++
		}
	}
	if taken < 1000 || taken > 199_000 {
		t.Errorf("%d of 200000 changed bodies were accepted: too one-sided to show anything", taken)
	}
}

func mutated(rng *rand.Rand, b []byte) []byte {
	out := append([]byte(nil), b...)
	for range 1 + rng.IntN(2) {
		i, n := rng.IntN(len(out)), 1+rng.IntN(4)
		switch piece := out[i:min(i+n, len(out))]; rng.IntN(5) {
		case 0:
			out[i] = "{}[]:,\"0123456789-.etfnu abA\\"[rng.IntN(29)]
		case 1:
			out = append(out[:i:i], out[i+len(piece):]...)
		case 2:
			at := rng.IntN(len(out))
			out = append(out[:at:at], append(append([]byte(nil), piece...), out[at:]...)...)
		case 3:
			out[i] = byte(rng.IntN(256))
		case 4:
			out = append(out[:i:i], append([]byte("0123456789 ")[rng.IntN(11):][:1:1], out[i:]...)...)
		}
	}
	return out
}

func FuzzForm(f *testing.F) {
	shape, check := sampleForm()
	f.Add([]byte(goodSample))
	f.Add([]byte(`{"id":"01890a5d-ac96-774b-bcce-b302099a8057","name":"ab","n":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if utf8.Valid(body) { // guard refuses others
			judge(t, shape, check, body)
		}
	})
}

// The answer to a wrong body is huma's, with its field and rule; the right one
// reaches the handler, whichever way it took.
func TestFormsDoNotChangeAnswers(t *testing.T) {
	t.Parallel()
	s := stackServer()
	for body, want := range map[string]string{
		holdBody: "201", strings.Replace(holdBody, `"n":2`, `"n":2.0`, 1): "422 n", strings.Replace(holdBody, `"n":2`, `"N":2`, 1): "201",
		strings.Replace(holdBody, `"n":2`, `"n":11`, 1): "422 n", strings.Replace(holdBody, `"n":2,`, ``, 1): "422 n", holdBody + "x": "400 body",
		strings.Replace(holdBody, `48001`, `4800100000000`, 1): "422 seats", strings.Replace(holdBody, `01890a5d-ac96-774b-bcce-b302099a8057`, `no`, 1): "422 body",
	} {
		for _, kind := range []string{jsonType, jsonType + "; charset=utf-8"} { // the second always takes huma's way
			status, answer := ask(t, s, kind, body)
			got := fmt.Sprint(status)
			if len(answer.Fields) > 0 {
				got += " " + answer.Fields[0].Path
			}
			if got != want {
				t.Errorf("%s as %s: %s, want %s: %+v", body, kind, got, want, answer)
			}
		}
	}
}

func ask(t *testing.T, s *Server, kind, body string) (status int, answer Problem) {
	t.Helper()
	c := &fasthttp.RequestCtx{}
	stackRequest(c)
	c.Request.Header.SetContentType(kind)
	c.Request.SetBodyString(body)
	s.App.Handler()(c)
	if err := json.Unmarshal(c.Response.Body(), &answer); err != nil {
		t.Fatalf("%q: %v", c.Response.Body(), err)
	}
	return c.Response.StatusCode(), answer
}
