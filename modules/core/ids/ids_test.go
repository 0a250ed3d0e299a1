package ids

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestOneRecordHasOneText(t *testing.T) {
	id := New()
	got, err := Parse(id.String())
	if err != nil || got != id {
		t.Fatalf("parse(%s) = %v, %v", id, got, err)
	}
	for _, bad := range []string{"", "x", strings.ToUpper("0192f0c1-7b1a-7c3e-8d2f-00000000abcd"), "{0192f0c1-7b1a-7c3e-8d2f-0000000abcd}", "00000000-0000-0000-0000-000000000000"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestJSONAndSQLRoundTrip(t *testing.T) {
	id := New()
	b, _ := json.Marshal(map[string]ID{"a": id, "b": {}})
	var m map[string]ID
	if err := json.Unmarshal(b, &m); err != nil || m["a"] != id || !m["b"].IsZero() {
		t.Fatalf("%s -> %v, %v", b, m, err)
	}
	v, _ := id.Value()
	var back ID
	if err := back.Scan(v); err != nil || back != id {
		t.Fatal(err)
	}
	if v, _ := (ID{}).Value(); v != nil {
		t.Fatal("zero must be NULL")
	}
}

func TestIDsSortByTime(t *testing.T) {
	prev := New()
	for range 1000 {
		next := New()
		if next.String() <= prev.String() {
			t.Fatalf("%s after %s", next, prev)
		}
		prev = next
	}
}
