package identity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

var published = []string{"11010519491231002X", "440524188001010014", "34052419800101001X", "370101190102039973"}

// RL-1, GB 11643: the published vectors pass; every single wrong digit fails.
func TestCheckDigitCatchesEverySingleError(t *testing.T) {
	for _, n := range published {
		if _, err := ParseDocument(ResidentCard, strings.ToLower(n[:6])+" "+strings.ToLower(n[6:]), now); err != nil {
			t.Errorf("a published number was refused: %v", err)
		}
		for i := range 18 {
			for _, c := range "0123456789X" {
				if byte(c) == n[i] {
					continue
				}
				if _, err := ParseDocument(ResidentCard, n[:i]+string(c)+n[i+1:], now); err == nil {
					t.Errorf("an error in digit %d went unseen", i+1)
				}
			}
		}
	}
}

func TestEachKindHasItsForm(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		number string
		code   string
	}{
		{Passport, "E12345678", ""},
		{Passport, "e1234 5678", ""},
		{Passport, "E123", "identity.form"},
		{HKMOPermit, "H12345678", ""},
		{HKMOPermit, "M1234567890", ""},
		{HKMOPermit, "A12345678", "identity.form"},
		{TaiwanPermit, "12345678", ""},
		{TaiwanPermit, "123456789", "identity.form"},
		{MilitaryCard, "军字第123456号", ""},
		{MilitaryCard, "军", "identity.form"},
		{ForeignerCard, "ABC123456789012", ""},
		{ForeignerCard, "AB1234567890123", "identity.form"},
		{HKMOTWResident, "11010519491231002X", "identity.form"},
		{ResidentCard, "110105204912310020", "identity.check_digit"},
		{"99", "x", "identity.kind"},
		{ResidentCard, strings.Repeat("1", 5000), "identity.form"},
	} {
		_, err := ParseDocument(c.kind, c.number, now)
		if c.code == "" && err != nil || c.code != "" && errs.CodeOf(err) != c.code {
			t.Errorf("kind %s: got %v, want %q", c.kind, err, c.code)
		}
		if err != nil && len(c.number) > 4 && strings.Contains(err.Error(), c.number) {
			t.Errorf("the error repeats the number: %v", err)
		}
	}
}

func TestNothingPrintsInTheClear(t *testing.T) {
	d, err := ParseDocument(ResidentCard, published[0], now)
	if err != nil {
		t.Fatal(err)
	}
	j, _ := json.Marshal(map[string]any{"document": d}) //nolint:staticcheck // that nothing is exported is the point
	for _, s := range []string{fmt.Sprint(d), fmt.Sprintf("%+v %#v %s", d, d, d), string(j), d.Masked()} {
		if strings.Contains(s, published[0]) || strings.Contains(s, "19491231") {
			t.Errorf("printed: %s", s)
		}
	}
	for in, want := range map[string]string{published[0]: "110105********002X", "E12345678": "E******78"} {
		if got := MaskNumber(in); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for in, want := range map[string]string{"张三": "张*", "张三丰": "张**", "Maria Lopez": "M**** L****", "张": "张*"} {
		if got := MaskName(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestUnderAge(t *testing.T) {
	d, _ := ParseDocument(ResidentCard, "11010519491231002X", now)
	if d.Under(14, now) || !d.Under(14, time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Fatal("the age is read wrongly")
	}
}

func TestSealedValuesOpenOnlyAtHome(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "identity.json")
	v, err := OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	rec, other := ids.New(), ids.New()
	sealed := v.Seal(1, rec, "number", published[0])
	if bytes.Contains(sealed, []byte(published[0][:8])) {
		t.Fatal("not encrypted")
	}
	again, err := OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(1, rec, "number", sealed); err != nil || got != published[0] {
		t.Fatal(got, err)
	}
	for name, open := range map[string]func() (string, error){
		"tenant": func() (string, error) { return v.Open(2, rec, "number", sealed) },
		"record": func() (string, error) { return v.Open(1, other, "number", sealed) },
		"field":  func() (string, error) { return v.Open(1, rec, "name", sealed) },
		"byte":   func() (string, error) { s := bytes.Clone(sealed); s[20] ^= 1; return v.Open(1, rec, "number", s) },
		"short":  func() (string, error) { return v.Open(1, rec, "number", sealed[:10]) },
	} {
		if _, err := open(); err == nil {
			t.Errorf("opened with another %s", name)
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenVault(path); err == nil {
		t.Error("keys that others may read were taken")
	}
}

func TestRotationKeepsOldValuesAndTheIndex(t *testing.T) {
	f := KeyFile{Current: 1, Keys: map[uint32]string{1: newKey()}, Index: newKey()}
	v1, err := NewVault(f)
	if err != nil {
		t.Fatal(err)
	}
	rec := ids.New()
	sealed := v1.Seal(1, rec, "number", published[0])
	f.Keys[2], f.Current = newKey(), 2
	v2, err := NewVault(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v2.Open(1, rec, "number", sealed); err != nil || got != published[0] || KeyOf(sealed) != 1 || KeyOf(v2.Seal(1, rec, "n", "x")) != 2 {
		t.Fatal(got, err)
	}
	d, _ := ParseDocument(ResidentCard, published[0], now)
	if v1.Blind(1, d) != v2.Blind(1, d) || v1.Blind(1, d) == v1.Blind(2, d) {
		t.Fatal("the blind index must survive rotation and differ between tenants")
	}
}

func FuzzParseDocument(f *testing.F) {
	for _, n := range published {
		f.Add("1", n)
	}
	f.Add("5", "军字第123456号")
	f.Fuzz(func(t *testing.T, kind, number string) {
		d, err := ParseDocument(Kind(kind), number, now)
		if err != nil {
			return
		}
		again, err := ParseDocument(d.Kind(), d.number, now)
		if err != nil || again != d {
			t.Fatalf("a normalised number does not parse to itself: %v", err)
		}
	})
}
