package money

import (
	"testing"

	"pgregory.net/rapid"
)

func TestYuanNeverRounds(t *testing.T) {
	for s, want := range map[string]Fen{"0": 0, "280": 28000, "280.5": 28050, "0.01": 1, "9999999999.99": Max} {
		if got, err := Yuan(s); err != nil || got != want {
			t.Errorf("Yuan(%q) = %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", ".5", "1.", "1.234", "-1", "+1", "1,000", " 1", "1e3", "10000000000", "９", "NaN"} {
		if got, err := Yuan(s); err == nil {
			t.Errorf("Yuan(%q) = %d, want an error", s, got)
		}
	}
}

func TestStringReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64Range(0, int64(Max)).Draw(t, "fen"))
		if got, err := Yuan(f.String()); err != nil || got != f {
			t.Fatalf("%d -> %s -> %d, %v", f, f, got, err)
		}
	})
}

func TestSplitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(rapid.Int64Range(0, int64(Max)).Draw(t, "fen"))
		ws := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000), 1, 20).Draw(t, "weights")
		weights := make([]Fen, len(ws))
		var any Fen
		for i, w := range ws {
			weights[i] = Fen(w)
			any += Fen(w)
		}
		parts, err := Split(f, weights)
		if any == 0 {
			if err == nil {
				t.Fatal("no weight at all must be refused")
			}
			return
		}
		sum, _ := Sum(parts...)
		if err != nil || sum != f {
			t.Fatalf("%v sums to %d, want %d (%v)", parts, sum, f, err)
		}
	})
}

func TestTimesSeesOverflow(t *testing.T) {
	if _, err := Fen(Max).Times(2); err == nil {
		t.Fatal("overflow went unseen")
	}
	if _, err := Fen(1 << 62).Times(1 << 40); err == nil {
		t.Fatal("overflow over 64 bits went unseen")
	}
	if got, err := Fen(28000).Times(312); err != nil || got != 8736000 {
		t.Fatal(got, err)
	}
}
