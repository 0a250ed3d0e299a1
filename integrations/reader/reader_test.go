package reader_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"parterre/integrations/reader"
	"parterre/integrations/reader/sim"
	"parterre/modules/core/clock"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The frames as published, with their checksums recomputed (devices: SAM
// protocol). Two that circulate with wrong checksums are refused.
func TestPublishedFrames(t *testing.T) {
	t.Parallel()
	for c, want := range map[reader.Command]string{
		reader.ResetSAM: "AA AA AA 96 69 00 03 10 FF EC", reader.CheckSAM: "AA AA AA 96 69 00 03 11 FF ED", reader.SAMNumber: "AA AA AA 96 69 00 03 12 FF EE",
		reader.FindCard: "AA AA AA 96 69 00 03 20 01 22", reader.SelectCard: "AA AA AA 96 69 00 03 20 02 21", reader.ReadCard: "AA AA AA 96 69 00 03 30 01 32",
		reader.NewAddress: "AA AA AA 96 69 00 03 30 03 30",
	} {
		if got := c.Frame(); !bytes.Equal(got, unhex(t, want)) {
			t.Errorf("%04X: % X, want %s", uint16(c), got, want)
		}
	}
	for frame, want := range map[string]reader.Answer{
		"AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97":             {Status: reader.StatusFound, Data: make([]byte, 4)},
		"AA AA AA 96 69 00 04 00 00 80 84":                         {Status: reader.StatusNoCard, Data: []byte{}},
		"AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C": {Status: reader.StatusOK, Data: make([]byte, 8)},
		"AA AA AA 96 69 00 04 00 00 41 45":                         {Status: reader.StatusRead, Data: []byte{}},
	} {
		var s reader.Scanner
		s.Push(unhex(t, frame))
		body, err := s.Next()
		if err != nil {
			t.Fatalf("%s: %v", frame, err)
		}
		got, err := reader.AnswerOf(body)
		if err != nil || got.Status != want.Status || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("%s: %+v, %v", frame, got, err)
		}
		if !bytes.Equal(got.Frame(), unhex(t, frame)) {
			t.Errorf("%s does not come out again", frame)
		}
	}
	for _, wrong := range []string{"AA AA AA 96 69 00 03 20 01 21", "AA AA AA 96 69 00 03 20 00 22"} {
		var s reader.Scanner
		s.Push(unhex(t, wrong))
		if _, err := s.Next(); !errors.Is(err, reader.ErrChecksum) {
			t.Errorf("%s: %v, want a checksum error", wrong, err)
		}
	}
}

var foreigners = []reader.Card{
	{Kind: reader.HKMOTW, Name: "陳樣例", Number: numbered("81000019940823002"), Sex: "2", Birth: "19940823", Address: "广东省深圳市样例路5号", Issuer: "样例公安局", From: "20190101", Until: "20290101", Permit: "H12345678"},
	{Kind: reader.Foreigner, Edition: "I", Name: "样例", NameEn: "SAMPLE, ALEX", Number: "AAA110090090101", Sex: "1", Nation: "AAA", Birth: "19900901", Issuer: "1500", From: "20170616", Until: "20270615"},
	{Kind: reader.Foreigner, Edition: "Y", NameEn: "SAMPLE ALEXANDRA MARIA OF A LONG NAMED HOUSE", Number: numbered("91100019900901001"), Sex: "2", Nation: "AAA", Birth: "19900901", From: "20231201", Until: "20331130"},
	{Kind: reader.Resident, Name: "𠮷样", Number: "34052419800101001X", Sex: "1", Nation: "01", Birth: "19800101", Address: "安徽省样例", Issuer: "样例公安局", From: "20180606", Until: "20380606"},
}

func numbered(digits string) string { return digits + string(reader.CheckDigit(digits)) }

func TestCardsComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, c := range append(append([]reader.Card{}, sim.Samples...), foreigners...) {
		text, err := c.Text()
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		got, err := reader.ParseText(text)
		if err != nil || got != c {
			t.Errorf("%v came back as another card: %v", c, err)
		}
	}
	long := sim.Samples[0]
	long.Name = strings.Repeat("长", 16)
	if _, err := long.Text(); !errors.Is(err, reader.ErrText) {
		t.Errorf("a name that does not fit: %v; it must not be cut", err)
	}
}

func TestWrongCardsAreRefused(t *testing.T) {
	t.Parallel()
	good, err := sim.Samples[2].Text()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func([]byte)
		want   error
	}{
		"wrong check digit": {func(b []byte) { b[122+34] = '1' }, reader.ErrNumber},
		"unknown kind":      {func(b []byte) { b[248] = 'Q' }, reader.ErrVariant},
		"no date":           {func(b []byte) { b[188] = 'x' }, reader.ErrText},
		"control sign":      {func(b []byte) { b[0], b[1] = 7, 0 }, reader.ErrText},
		"half a surrogate":  {func(b []byte) { b[0], b[1] = 0x42, 0xD8 }, reader.ErrText},
		"no name":           {func(b []byte) { copy(b, bytes.Repeat([]byte{' ', 0}, 15)) }, reader.ErrText},
	} {
		b := bytes.Clone(good)
		c.change(b)
		if _, err := reader.ParseText(b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// SEC: whatever prints a card, its number and name stay inside.
func TestACardPrintsMasked(t *testing.T) {
	t.Parallel()
	c := sim.Samples[0]
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "card", c)
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%s", reader.Seen{Card: c}), log.String()} {
		if strings.Contains(s, c.Number) || strings.Contains(s, c.Name) || strings.Contains(s, "19491231") {
			t.Errorf("a card shows itself: %d characters", len(s))
		}
	}
}

type bundle struct {
	sim  *sim.Reader
	port *reader.Reader
}

// setup joins a simulated reader and the real serial code over a pty.
func setup(t *testing.T) *bundle {
	t.Helper()
	line, err := sim.OpenPTY()
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	b := &bundle{sim: &sim.Reader{}}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = b.sim.Serve(line) }()
	if b.port, err = reader.Open(line.Path, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.port.Close(); _ = line.Close(); <-ended })
	return b
}

func TestReadsACardOverASerialLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if sam, err := b.port.SAM(); err != nil || sam != "05.03-20261101-0000000001-0020261122" {
		t.Fatalf("SAM number %q, %v", sam, err)
	}
	if _, err := b.port.Read(); !errors.Is(err, reader.ErrNoCard) {
		t.Fatalf("an empty reader: %v", err)
	}
	for _, want := range sim.Samples {
		if err := b.sim.Lay(want); err != nil {
			t.Fatal(err)
		}
		got, err := b.port.Read()
		if err != nil || got != want {
			t.Fatalf("read %v, %v; want %v", got, err, want)
		}
		if _, err := b.port.Read(); !errors.Is(err, reader.ErrNoCard) {
			t.Fatalf("a card that was not lifted is read again: %v", err)
		}
	}
}

func TestFaultsOnTheLine(t *testing.T) {
	t.Parallel()
	b := setup(t)
	card := sim.Samples[0]
	var refused *reader.Refused
	for _, c := range []struct {
		fault sim.Fault
		ok    func(error) bool
	}{
		{sim.Noise, func(err error) bool { return err == nil }},
		{sim.ReadFail, func(err error) bool { return errors.As(err, &refused) && refused.Status == reader.StatusRead }},
		{sim.Disturb, func(err error) bool { return errors.Is(err, reader.ErrChecksum) }},
		{sim.Silence, func(err error) bool { return errors.Is(err, reader.ErrSilent) }},
		{sim.None, func(err error) bool { return err == nil }},
	} {
		b.sim.Fail(c.fault)
		if err := b.sim.Lay(card); err != nil {
			t.Fatal(err)
		}
		if _, err := b.port.Read(); !c.ok(err) {
			t.Errorf("fault %d: %v", c.fault, err)
		}
	}
}

// Watch tells each card once, also when it stays lying, and tells what could
// not be read; a line that hangs up ends it.
func TestWatch(t *testing.T) {
	t.Parallel()
	line, err := sim.OpenPTY()
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	s := &sim.Reader{}
	go func() { _ = s.Serve(line) }()
	port, err := reader.Open(line.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = port.Close() }()
	seen, ended := make(chan reader.Seen), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { ended <- port.Watch(ctx, clock.System{}, func(x reader.Seen) { seen <- x }) }()
	for _, want := range sim.Samples[:2] {
		if err := s.Lay(want); err != nil {
			t.Fatal(err)
		}
		if got := <-seen; got.Err != nil || got.Card != want {
			t.Fatalf("saw %v, %v", got.Card, got.Err)
		}
	}
	s.Fail(sim.ReadFail)
	if err := s.Lay(sim.Samples[2]); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got.Err == nil {
		t.Fatal("a card that could not be read was not told")
	}
	_ = line.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Fatal("the line hung up and nobody says so")
		}
	case <-time.After(time.Minute):
		t.Fatal("the line hung up and the reader waits on")
	}
}

// vectors are shared with the same codec in the counter page.
type vectors struct {
	Commands map[string]string `json:"commands"`
	Cards    []vector          `json:"cards"`
	Streams  []stream          `json:"streams"`
}

type vector struct {
	Frame  string `json:"frame"` // a whole ReadCard answer, without photo
	Kind   string `json:"kind"`
	Holder string `json:"holder"`
	Number string `json:"number"`
	Until  string `json:"until"`
}

type stream struct {
	Why    string   `json:"why"`
	Bytes  string   `json:"bytes"`
	Bodies []string `json:"bodies"` // "" where a frame was dropped for its checksum
}

func makeVectors(t *testing.T) vectors {
	v := vectors{Commands: map[string]string{}}
	for name, c := range map[string]reader.Command{"reset": reader.ResetSAM, "check": reader.CheckSAM, "sam": reader.SAMNumber, "find": reader.FindCard, "select": reader.SelectCard, "read": reader.ReadCard} {
		v.Commands[name] = hex.EncodeToString(c.Frame())
	}
	for _, c := range append(append([]reader.Card{}, sim.Samples...), foreigners...) {
		text, err := c.Text()
		if err != nil {
			t.Fatal(err)
		}
		v.Cards = append(v.Cards, vector{hex.EncodeToString(reader.Answer{Status: reader.StatusOK, Data: reader.ReadData(text, nil)}.Frame()), string(c.Kind), c.Holder(), c.Number, c.Until})
	}
	find := reader.Answer{Status: reader.StatusFound, Data: make([]byte, 4)}.Frame()
	no := reader.Answer{Status: reader.StatusNoCard}.Frame()
	bad := bytes.Clone(find)
	bad[9] ^= 1
	for _, s := range []struct {
		why   string
		parts [][]byte
	}{
		{"one frame", [][]byte{find}},
		{"two frames", [][]byte{find, no}},
		{"bytes of a handheld before", [][]byte{{0xCA, 0xDF, 0xAA, 0xAA, 0xAA}, find}},
		{"a wrong checksum, then a good frame", [][]byte{bad, no}},
		{"a length that cannot be", [][]byte{{0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x7F, 0xFF}, no}},
		{"half a frame", [][]byte{find[:9]}},
	} {
		all := bytes.Join(s.parts, nil)
		v.Streams = append(v.Streams, stream{s.why, hex.EncodeToString(all), scanAll(all, 1)})
	}
	return v
}

func scanAll(all []byte, piece int) []string {
	var scan reader.Scanner
	out := []string{}
	for len(all) > 0 {
		n := min(piece, len(all))
		scan.Push(all[:n])
		all = all[n:]
		for {
			body, err := scan.Next()
			if errors.Is(err, reader.ErrMore) {
				break
			}
			out = append(out, hex.EncodeToString(body))
		}
	}
	return out
}

func TestVectors(t *testing.T) {
	t.Parallel()
	want, err := json.MarshalIndent(makeVectors(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/vectors.json"
	if *update {
		if err := os.WriteFile(file, append(want, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(bytes.TrimSpace(got), want) {
		t.Fatalf("%s is stale (%v): go test ./integrations/reader -update", file, err)
	}
}

// However a stream is cut up, the same frames are found in it.
func FuzzScanner(f *testing.F) {
	f.Add(reader.Answer{Status: reader.StatusFound, Data: make([]byte, 4)}.Frame(), 1)
	f.Add(append([]byte{0xAA, 0xAA}, reader.FindCard.Frame()...), 3)
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		piece = max(1, min(piece, 64))
		whole, cut := scanAll(stream, len(stream)+1), scanAll(stream, piece)
		if fmt.Sprint(whole) != fmt.Sprint(cut) {
			t.Fatalf("whole %v, cut %v", whole, cut)
		}
	})
}

// What is parsed without an error is written back as the same card.
func FuzzText(f *testing.F) {
	for _, c := range append(append([]reader.Card{}, sim.Samples...), foreigners...) {
		if text, err := c.Text(); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := reader.ParseText(text)
		if err != nil {
			return
		}
		again, err := c.Text()
		if err != nil {
			t.Fatalf("a card that was read cannot be written: %v", err)
		}
		if back, err := reader.ParseText(again); err != nil || back != c {
			t.Fatalf("the card changed: %v", err)
		}
	})
}
