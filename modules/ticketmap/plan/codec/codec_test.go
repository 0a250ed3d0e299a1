package codec_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/codec"
)

func demo(t testing.TB, name string) *plan.Plan {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../../apps/parterre/demo/plans", name))
	if err != nil {
		t.Fatal(err)
	}
	if b, err = plan.Unpack(b); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestGeometrySize holds the wire to at most 4 bytes per seat, compressed.
func TestGeometrySize(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"theatre.plan.json", "arena.plan.json", "stadium.plan.json.gz", "livehouse.plan.json"} {
		p := demo(t, name)
		raw := codec.EncodeGeometry(p, codec.DefaultUnit)
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write(raw); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		per := float64(z.Len()) / float64(len(p.Seats))
		t.Logf("%s: %d seats, %d bytes, %d gzipped, %.2f per seat", name, len(p.Seats), len(raw), z.Len(), per)
		if per > 4 {
			t.Errorf("%s takes %.2f bytes per seat", name, per)
		}
		g, err := codec.DecodeGeometry(raw)
		if err != nil {
			t.Fatal(err)
		}
		if want := codec.FromPlan(p, codec.DefaultUnit); !reflect.DeepEqual(g, want) {
			t.Errorf("%s does not come back as it was", name)
		}
	}
}

func anyGeometry(t *rapid.T) *codec.Geometry {
	n := rapid.IntRange(1, 60).Draw(t, "n")
	g := &codec.Geometry{Unit: rapid.Int32Range(1, 1000).Draw(t, "unit"), Rows: 5}
	id := int32(0)
	limit := plan.MaxCoordinate / g.Unit
	for i := range n {
		id += rapid.Int32Range(1, 1000).Draw(t, "gap")
		g.IDs = append(g.IDs, id)
		g.Row = append(g.Row, rapid.Int32Range(-1, 4).Draw(t, "row"))
		g.X = append(g.X, rapid.Int32Range(-limit, limit).Draw(t, "x")*g.Unit)
		g.Y = append(g.Y, rapid.Int32Range(-limit, limit).Draw(t, "y")*g.Unit)
		g.Kind = append(g.Kind, plan.Kind(rapid.IntRange(0, 5).Draw(t, "kind")))
		g.View = append(g.View, plan.View(rapid.IntRange(0, 2).Draw(t, "view")))
		g.Numbers = append(g.Numbers, rapid.SampledFrom([]string{"1", "2", "99999999", "0", "A1", "甲", "007", "3"}).Draw(t, "number"))
		if rapid.IntRange(0, 4).Draw(t, "extra") == 0 {
			g.Extras = append(g.Extras, codec.Extra{Rank: i, CompanionOf: rapid.Int32Range(0, 9).Draw(t, "companion"), Note: "立柱"})
		}
	}
	return g
}

func TestGeometryRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := anyGeometry(t)
		b := g.Encode()
		got, err := codec.DecodeGeometry(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, g) {
			t.Fatalf("got %+v, want %+v", got, g)
		}
		// Cut anywhere or prolonged it is refused, and never panics.
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		var bad *codec.Error
		if _, err := codec.DecodeGeometry(b[:cut]); !errors.As(err, &bad) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if _, err := codec.DecodeGeometry(append(b[:len(b):len(b)], 0)); !errors.As(err, &bad) {
			t.Fatalf("prolonged: %v", err)
		}
	})
}

func anyStates(t *rapid.T, n int, name string) []codec.State {
	out := make([]codec.State, n)
	for i := range out {
		out[i] = codec.State(rapid.IntRange(0, 3).Draw(t, name))
	}
	return out
}

func TestStatusRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "n")
		before, after := anyStates(t, n, "before"), anyStates(t, n, "after")
		version := rapid.Uint64Range(0, 1<<53-2).Draw(t, "version")
		v, got, err := codec.DecodeSnapshot(codec.EncodeSnapshot(version, before))
		if err != nil || v != version || !reflect.DeepEqual(got, before) {
			t.Fatalf("snapshot: %v %d %v, want %d %v", err, v, got, version, before)
		}
		d, err := codec.DecodeDelta(codec.EncodeDelta(codec.Delta{From: version, To: version + 1, Runs: codec.Runs(before, after)}), n)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Apply(before); err != nil || !reflect.DeepEqual(before, after) {
			t.Fatalf("delta: %v %v, want %v", err, before, after)
		}
	})
}

func FuzzDecodeGeometry(f *testing.F) {
	f.Add(codec.EncodeGeometry(demo(f, "theatre.plan.json"), 10))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := codec.DecodeGeometry(b)
		if err == nil && !bytes.Equal(g.Encode(), b) {
			t.Error("accepted bytes that the encoder would not have written")
		}
	})
}

func FuzzDecodeDelta(f *testing.F) {
	f.Add(codec.EncodeDelta(codec.Delta{From: 1, To: 2, Runs: []codec.Run{{3, 4, codec.Sold}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if d, err := codec.DecodeDelta(b, 1000); err == nil && !bytes.Equal(codec.EncodeDelta(d), b) {
			t.Error("accepted bytes that the encoder would not have written")
		}
		if v, s, err := codec.DecodeSnapshot(b); err == nil && !bytes.Equal(codec.EncodeSnapshot(v, s), b) {
			t.Error("accepted bytes that the encoder would not have written")
		}
	})
}
