package codec_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"

	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/codec"
)

// The vectors are read by this test and by the TypeScript package planrender.
// -write makes them again; a change of bytes is a change of the wire format.
var write = flag.Bool("write", false, "write the test vectors")

const vectorDir = "../testdata/codec/"

type geometryVectors struct {
	Comment string         `json:"comment"`
	Cases   []geometryCase `json:"cases"`
	Bad     []badCase      `json:"bad"`
}

type geometryCase struct {
	Name    string           `json:"name"`
	Unit    int32            `json:"unit"`
	Plan    json.RawMessage  `json:"plan"`
	Hex     string           `json:"hex"`
	Decoded *geometryDecoded `json:"decoded"`
}

type geometryDecoded struct {
	IDs     []int32  `json:"ids"`
	Row     []int32  `json:"row"`
	X       []int32  `json:"x"`
	Y       []int32  `json:"y"`
	Kind    []int    `json:"kind"`
	View    []int    `json:"view"`
	Numbers []string `json:"numbers"`
	Extras  [][]any  `json:"extras"` // [rank, companionOf, entrance, note]
}

type badCase struct {
	Name  string `json:"name"`
	Seats int    `json:"seats,omitempty"`
	Hex   string `json:"hex"`
}

type statusVectors struct {
	Comment   string         `json:"comment"`
	Snapshots []snapshotCase `json:"snapshots"`
	Deltas    []deltaCase    `json:"deltas"`
	BadSnaps  []badCase      `json:"badSnapshots"`
	BadDeltas []badCase      `json:"badDeltas"`
}

type snapshotCase struct {
	Name    string `json:"name"`
	Version uint64 `json:"version"`
	States  string `json:"states"` // one digit per rank
	Hex     string `json:"hex"`
}

type deltaCase struct {
	Name   string   `json:"name"`
	From   uint64   `json:"from"`
	To     uint64   `json:"to"`
	Before string   `json:"before"`
	After  string   `json:"after"`
	Runs   [][3]int `json:"runs"`
	Hex    string   `json:"hex"`
}

func states(s string) []codec.State {
	out := make([]codec.State, len(s))
	for i := range s {
		out[i] = codec.State(s[i] - '0')
	}
	return out
}

func decoded(g *codec.Geometry) *geometryDecoded {
	d := &geometryDecoded{IDs: g.IDs, Row: g.Row, X: g.X, Y: g.Y, Numbers: g.Numbers, Kind: []int{}, View: []int{}, Extras: [][]any{}}
	for i := range g.Kind {
		d.Kind = append(d.Kind, int(g.Kind[i]))
		d.View = append(d.View, int(g.View[i]))
	}
	for _, e := range g.Extras {
		d.Extras = append(d.Extras, []any{e.Rank, e.CompanionOf, e.Entrance, e.Note})
	}
	return d
}

// sample has every trait that the codec treats apart: two rows in turn, a seat without
// row, negative places, printed numbers that are no numbers, kinds, views, extras, gaps in ids.
func sample() *plan.Plan {
	square := []plan.Point{{X: -9000, Y: -9000}, {X: 9000, Y: -9000}, {X: 9000, Y: 9000}, {X: -9000, Y: 9000}}
	p := &plan.Plan{
		Name: "样本", NextSeatID: 900,
		Levels:   []plan.Level{{ID: "L1", Name: "池座"}},
		Sections: []plan.Section{{ID: "s1", Level: "L1", Name: "池座", Label: "池座", Outline: square}},
		Rows:     []plan.Row{{ID: "r1", Section: "s1", Label: "1排", Kind: plan.Curved}, {ID: "r2", Section: "s1", Label: "2排", Kind: plan.Free}},
		Seats: []plan.Seat{
			{ID: 1, Row: "r1", Number: "3", X: -1604, Y: 96},
			{ID: 2, Row: "r1", Number: "1", X: -1065, Y: 14},
			{ID: 3, Row: "r1", Number: "2", X: -525, Y: -5},
			{ID: 5, Row: "r1", Number: "4", X: 15, Y: -6, View: plan.Partial, Note: "立柱遮挡"},
			{ID: 20, Row: "r2", Number: "A1", X: 0, Y: 1000, Kind: plan.Accessible},
			{ID: 21, Row: "r2", Number: "007", X: 800, Y: 1000, Kind: plan.Companion, CompanionOf: 20},
			{ID: 300, Row: "r1", Number: "6", X: 555, Y: 14, Entrance: "3号门"},
			{ID: 301, Row: "", Number: "1", X: 3000, Y: 3000, Kind: plan.Sofa},
			{ID: 302, Row: "", Number: "2", X: 3600, Y: 3000, Kind: plan.Sofa, View: plan.Blocked, Note: "背对舞台 “侧”"},
		},
		Tables: []plan.Table{{ID: "t1", Section: "s1", Label: "1桌", X: 3300, Y: 3000, Radius: 450, Seats: []int32{301, 302}}},
	}
	plan.Fit(p, 1000)
	return p
}

func build(t *testing.T) (geometryVectors, statusVectors) {
	t.Helper()
	g := geometryVectors{Comment: "Bytes of the geometry codec PTG1; see FORMAT.md. row is the index of the row in the plan, -1 for none."}
	empty := &plan.Plan{Name: "空", NextSeatID: 1}
	for _, c := range []struct {
		name string
		unit int32
		p    *plan.Plan
	}{{"every trait at 1 mm", 1, sample()}, {"every trait at 10 mm", 10, sample()}, {"every trait at 1000 mm", 1000, sample()}, {"no seat", 10, empty}} {
		doc, err := plan.Encode(c.p)
		if err != nil {
			t.Fatal(err)
		}
		b := codec.EncodeGeometry(c.p, c.unit)
		got, err := codec.DecodeGeometry(b)
		if err != nil {
			t.Fatal(err)
		}
		g.Cases = append(g.Cases, geometryCase{c.name, c.unit, doc, hex.EncodeToString(b), decoded(got)})
	}
	good := codec.EncodeGeometry(sample(), 10)
	bad := func(name string, b ...byte) { g.Bad = append(g.Bad, badCase{Name: name, Hex: hex.EncodeToString(b)}) }
	bad("empty")
	bad("other magic", append([]byte("PTX\x01"), good[4:]...)...)
	bad("later version", append([]byte("PTG\x02"), good[4:]...)...)
	bad("unit 0", append([]byte("PTG\x01\x00"), good[5:]...)...)
	bad("trailing byte", append(good[:len(good):len(good)], 0)...)
	bad("cut", good[:len(good)-1]...)
	bad("longer varint than needed", append([]byte("PTG\x01\x8a\x00"), good[5:]...)...)
	bad("more seats than bytes", append([]byte("PTG\x01\x0a\x90\xa1\x0f\x00"), make([]byte, 8)...)...)

	s := statusVectors{Comment: "Bytes of the status codec; states are one digit per rank: 0 free, 1 held, 2 sold, 3 not for sale."}
	for _, c := range []snapshotCase{
		{Name: "none", States: ""},
		{Name: "one", Version: 1, States: "2"},
		{Name: "nine", Version: 300, States: "012301230"},
		{Name: "largest version", Version: 1<<53 - 1, States: "3333"},
	} {
		c.Hex = hex.EncodeToString(codec.EncodeSnapshot(c.Version, states(c.States)))
		s.Snapshots = append(s.Snapshots, c)
	}
	for _, c := range []deltaCase{
		{Name: "nothing changed", From: 7, To: 9, Before: "0000", After: "0000"},
		{Name: "one seat", From: 0, To: 1, Before: "0000", After: "0010"},
		{Name: "touching runs", From: 127, To: 128, Before: "00000000", After: "11220003"},
		{Name: "all", From: 1 << 40, To: 1<<40 + 300, Before: "0123012301", After: "2222222222"},
	} {
		runs := codec.Runs(states(c.Before), states(c.After))
		c.Runs = [][3]int{}
		for _, r := range runs {
			c.Runs = append(c.Runs, [3]int{r.Start, r.Length, int(r.State)})
		}
		c.Hex = hex.EncodeToString(codec.EncodeDelta(codec.Delta{From: c.From, To: c.To, Runs: runs}))
		s.Deltas = append(s.Deltas, c)
	}
	badTo := func(list *[]badCase, name string, b ...byte) {
		*list = append(*list, badCase{Name: name, Seats: 8, Hex: hex.EncodeToString(b)})
	}
	badTo(&s.BadSnaps, "unused bits set", 'P', 'S', 1, 0, 1, 0x04)
	badTo(&s.BadSnaps, "too short", 'P', 'S', 1, 0, 5, 0)
	badTo(&s.BadSnaps, "trailing byte", 'P', 'S', 1, 0, 1, 0, 0)
	badTo(&s.BadSnaps, "a delta", 'P', 'D', 1, 0, 1, 0)
	badTo(&s.BadDeltas, "version does not grow", 'P', 'D', 1, 0, 0, 0)
	badTo(&s.BadDeltas, "run of no length", 'P', 'D', 1, 0, 1, 1, 0, 2)
	badTo(&s.BadDeltas, "run past the end", 'P', 'D', 1, 0, 1, 1, 7, 2<<2|1)
	badTo(&s.BadDeltas, "touching runs of one state", 'P', 'D', 1, 0, 1, 2, 0, 1<<2|1, 0, 1<<2|1)
	badTo(&s.BadDeltas, "more runs than seats", 'P', 'D', 1, 0, 1, 9)
	badTo(&s.BadDeltas, "trailing byte", 'P', 'D', 1, 0, 1, 0, 0)
	return g, s
}

// TestVectors holds the encoder to the committed bytes and the decoders to refusing the bad ones.
func TestVectors(t *testing.T) {
	g, s := build(t)
	for name, v := range map[string]any{"geometry.json": g, "status.json": s} {
		b, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, '\n')
		if *write {
			if err := os.WriteFile(vectorDir+name, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		committed, err := os.ReadFile(vectorDir + name)
		if err != nil {
			t.Fatal(err)
		}
		if string(committed) != string(b) {
			t.Errorf("%s is not what the codec writes", name)
		}
	}
	for _, c := range g.Bad {
		if _, err := codec.DecodeGeometry(unhex(t, c.Hex)); err == nil {
			t.Errorf("geometry %q was accepted", c.Name)
		}
	}
	for _, c := range s.BadSnaps {
		if _, _, err := codec.DecodeSnapshot(unhex(t, c.Hex)); err == nil {
			t.Errorf("snapshot %q was accepted", c.Name)
		}
	}
	for _, c := range s.BadDeltas {
		if _, err := codec.DecodeDelta(unhex(t, c.Hex), c.Seats); err == nil {
			t.Errorf("delta %q was accepted", c.Name)
		}
	}
	for _, c := range s.Deltas {
		d, err := codec.DecodeDelta(unhex(t, c.Hex), len(c.Before))
		if err != nil {
			t.Fatal(err)
		}
		got := states(c.Before)
		if err := d.Apply(got); err != nil || !reflect.DeepEqual(got, states(c.After)) {
			t.Errorf("delta %q: %v, %v", c.Name, got, err)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
