package httpx

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"parterre/modules/core/ids"
)

type decoded struct {
	ID    ids.ID          `json:"id"`
	Seats []int32         `json:"seats"`
	Name  string          `json:"name"`
	When  *time.Time      `json:"when,omitempty"`
	Price int64           `json:"price"`
	Share float64         `json:"share"`
	Free  bool            `json:"free"`
	More  map[string]any  `json:"more"`
	Inner *decoded        `json:"inner"`
	Raw   json.RawMessage `json:"raw"`
}

// FuzzDecode: the fast decoder takes what encoding/json takes, refuses what it
// refuses, and reads the same.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		holdBody, `{}`, `null`, ` [1, 2.5e3, -0, "座位\u5ea7\ud83d\ude00", true, null] `, `{"id":null}`, `{"id":""}`, `{"seats":null,"more":{"a":[{}]}}`,
		`{"seats":[1.5]}`, `{"seats":[99999999999]}`, `{"price":1e2}`, `{"price":-9223372036854775808}`, `{"price":9223372036854775808}`,
		`{"a":1}x`, `{"a":1} {"b":2}`, `{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":+1}`, `{"a":1e}`, `[1,]`, `{"a":1,}`, `{,}`, `{"a"}`, `"\x"`, `"\u12"`, "\"\t\"", "\"\x00\"", `"`, `{"name":"\ud800"}`,
		`{"when":"2026-11-22T10:00:00+08:00"}`, `{"when":"heute"}`, `{"inner":{"inner":{"price":1}}}`, `{"name":"a","name":"b"}`, `{"NAME":"a"}`, `tru`, `nul`, `1 2`, ``, ` `, "\ufeff{}", `{"raw":{"a":[1, 2]}}`,
		strings.Repeat("[", 201), strings.Repeat("[", 199) + strings.Repeat("]", 199), `{"free":"true"}`, `{"share":1e999}`, `{"a":1e999}`, `{"more":[]}`, `'a'`, `{a:1}`, `/*x*/1`, `NaN`, `-`, `-01`, `0x1`, `1_000`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !isText(string(b)) {
			t.Skip() // guard refuses it
		}
		var x, y any
		same(t, b, decode(b, &x), json.Unmarshal(b, &y), x, y)
		if y == nil {
			return
		}
		var p, q decoded
		same(t, b, decode(b, &p), json.Unmarshal(b, &q), p, q)
	})
}

func same(t *testing.T, b []byte, fast, std error, got, want any) {
	t.Helper()
	switch {
	case (fast == nil) != (std == nil):
		t.Fatalf("%q: %v, encoding/json: %v", b, fast, std)
	case std == nil && !reflect.DeepEqual(got, want):
		t.Fatalf("%q: %#v, encoding/json: %#v", b, got, want)
	}
}

// A body of brackets alone must end in an error, not in a stack that is full.
func TestDecodeDepth(t *testing.T) {
	var x any
	if err := decode([]byte(strings.Repeat("[", 8<<20)), &x); err == nil {
		t.Fatal("8 million brackets were taken")
	}
}
