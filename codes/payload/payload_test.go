package payload_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gmsm2 "github.com/emmansun/gmsm/sm2"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/codes/payload/sm2"
	"parterre/codes/symbol"
)

type testBundle struct {
	signers map[string]payload.Signer
	ring    *payload.Keyring
	ticket  payload.Ticket
	start   time.Time
}

func setup(t testing.TB) *testBundle {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32))
	pub, _ := priv.Public().(ed25519.PublicKey)
	smKey, err := gmsm2.NewPrivateKey(bytes.Repeat([]byte{5}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ed, err1 := payload.NewEd25519Signer(priv)
	edv, err2 := payload.NewEd25519Verifier(pub)
	sm, err3 := sm2.NewSigner(smKey)
	smv, err4 := sm2.NewVerifier(&smKey.PublicKey)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	ring, err := payload.NewKeyring(edv, smv)
	if err != nil {
		t.Fatal(err)
	}
	return &testBundle{map[string]payload.Signer{"ed25519": ed, "sm2": sm}, ring, ticket(t), ticket(t).Code.Show().Date().Start()}
}

func ticket(t testing.TB) payload.Ticket {
	t.Helper()
	show, err := codes.ParseShow("110101001012611210007")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codes.NewUniqueKeys('A', map[byte][]byte{'A': bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	code, err := keys.Mint(show, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	start := show.Date().Start()
	return payload.Ticket{
		Code: code, Seat: 1<<21 - 1, Zone: 1<<14 - 1, Admits: 1, Flags: payload.RealName | payload.ReEntry, Edition: 2,
		ValidFrom: start.Add(18 * time.Hour), ValidUntil: start.Add(23*time.Hour + 30*time.Minute), Label: "12-08",
	}
}

func code(err error) string {
	var e *codes.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func equal(a, b payload.Ticket) bool {
	from, until := a.ValidFrom.Equal(b.ValidFrom), a.ValidUntil.Equal(b.ValidUntil)
	a.ValidFrom, a.ValidUntil = b.ValidFrom, b.ValidUntil
	return from && until && a == b
}

func TestSignedTicketsVerify(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, s := range b.signers {
		text, err := payload.Sign(s, b.ticket)
		if err != nil {
			t.Fatal(err)
		}
		got, id, err := b.ring.Verify(text)
		if err != nil || !equal(got, b.ticket) || id != s.KeyID() {
			t.Errorf("%s: %+v, key %s, %v", name, got, id, err)
		}
		peek, suite, id, err := payload.Peek(text)
		if err != nil || !equal(peek, b.ticket) || suite.String() != name || id != s.KeyID() {
			t.Errorf("%s: peek %+v %s %s, %v", name, peek, suite, id, err)
		}
		for _, c := range text {
			if !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", c) {
				t.Errorf("%s: %q is not of QR's alphanumeric mode", name, c)
			}
		}
	}
}

// Every character changed to every other of the alphabet, every cut, and every doubling of a piece is refused.
func TestTamperedAndCutTextsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, err := payload.Sign(b.signers["ed25519"], b.ticket)
	if err != nil {
		t.Fatal(err)
	}
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	for i := range text {
		for _, c := range []byte(alphabet) {
			if c != text[i] {
				assertRefused(t, b, text[:i]+string(c)+text[i+1:])
			}
		}
		assertRefused(t, b, text[:i])
		assertRefused(t, b, text[:i]+text[i:i+1]+text[i:])
		assertRefused(t, b, text[:i]+text[i+1:])
	}
	assertRefused(t, b, strings.ToLower(text))
	assertRefused(t, b, text+strings.Repeat("0", 600))
}

func assertRefused(t *testing.T, b *testBundle, text string) {
	t.Helper()
	if got, _, err := b.ring.Verify(text); err == nil || got != (payload.Ticket{}) {
		t.Fatalf("%q was taken", text)
	}
}

func TestKeysAreToldApart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other, err := payload.NewEd25519Signer(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := payload.Sign(other, b.ticket)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.ring.Verify(text); code(err) != "codes.payload.unknown_key" {
		t.Errorf("an unknown key: %v", err)
	}
	// a forger who writes our key id over his own signature
	if text, err = payload.Sign(pretender{other, b.signers["ed25519"].KeyID(), payload.Ed25519}, b.ticket); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.ring.Verify(text); code(err) != "codes.payload.signature" {
		t.Errorf("a forged signature: %v", err)
	}
	// our own signature under the other suite's number
	if text, err = payload.Sign(pretender{b.signers["ed25519"], b.signers["ed25519"].KeyID(), payload.SM2}, b.ticket); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.ring.Verify(text); code(err) != "codes.payload.unknown_key" {
		t.Errorf("a wrong suite: %v", err)
	}
	v, _ := payload.NewEd25519Verifier(make([]byte, 32))
	if _, err := payload.NewKeyring(v, v); err == nil {
		t.Error("one key was taken twice")
	}
}

// pretender signs with one key and names another.
type pretender struct {
	payload.Signer
	id    payload.KeyID
	suite payload.Suite
}

func (p pretender) KeyID() payload.KeyID { return p.id }
func (p pretender) Suite() payload.Suite { return p.suite }

func TestErrorsOfVerify(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, err := payload.Sign(b.signers["ed25519"], b.ticket)
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"":                               "codes.payload.prefix",
		b.ticket.Code.String():           "codes.payload.prefix",
		"PT:":                            "codes.payload.prefix",
		"PT:00":                          "codes.payload.text",
		"PT:::::::":                      "codes.payload.text",
		text[:len(text)-3]:               "codes.payload.signature",
		"PT:" + strings.Repeat("0", 199): "codes.payload.text",
		"PT:" + strings.Repeat("0", 216): "codes.payload.version",
	} {
		if _, _, err := b.ring.Verify(in); code(err) != want {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, change := range map[string]func(*payload.Ticket){
		"code":                   func(p *payload.Ticket) { p.Code = codes.Ticket{} },
		"admits":                 func(p *payload.Ticket) { p.Admits = 0 },
		"flags":                  func(p *payload.Ticket) { p.Flags = 128 },
		"label":                  func(p *payload.Ticket) { p.Label = strings.Repeat("a", 41) },
		"label not UTF-8":        func(p *payload.Ticket) { p.Label = "\xff" },
		"validFrom with seconds": func(p *payload.Ticket) { p.ValidFrom = p.ValidFrom.Add(time.Second) },
		"validFrom far":          func(p *payload.Ticket) { p.ValidFrom = p.ValidFrom.AddDate(-1, 0, 0) },
		"validUntil before":      func(p *payload.Ticket) { p.ValidUntil = p.ValidFrom },
		"validUntil far":         func(p *payload.Ticket) { p.ValidUntil = p.ValidUntil.AddDate(2, 0, 0) },
	} {
		p := b.ticket
		change(&p)
		_, err := payload.Sign(b.signers["ed25519"], p)
		var e *codes.Error
		if !errors.As(err, &e) || e.Code != "codes.payload.argument" || !strings.HasPrefix(name, e.Field) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for at, want := range map[time.Duration]string{
		18*time.Hour - 1: "codes.payload.early", 18 * time.Hour: "", 23*time.Hour + 30*time.Minute - 1: "", 23*time.Hour + 30*time.Minute: "codes.payload.late",
	} {
		if err := b.ticket.CheckTime(b.start.Add(at)); code(err) != want {
			t.Errorf("at %v: %v, want %q", at, err, want)
		}
	}
}

// A description tells what the text says, and warns or fails where the signature was not or cannot be checked.
func TestDescribe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text, err := payload.Sign(b.signers["ed25519"], b.ticket)
	if err != nil {
		t.Fatal(err)
	}
	if d := payload.Describe(text, b.ring); !d.Valid || len(d.Warnings) != 0 || d.Fields[0].Value != b.ticket.Code.String() || d.Region != "北京市东城区" {
		t.Errorf("%+v", d)
	}
	if d := payload.Describe(text, nil); !d.Valid || len(d.Warnings) != 1 || d.Warnings[0].Code != "codes.payload.unverified" {
		t.Errorf("%+v", d)
	}
	empty, _ := payload.NewKeyring()
	if d := payload.Describe(text, empty); d.Valid || d.Error == nil || d.Error.Code != "codes.payload.unknown_key" {
		t.Errorf("%+v", d)
	}
	if d := payload.Describe("PT:0", b.ring); d.Valid || d.Error == nil || d.Kind != payload.Kind {
		t.Errorf("%+v", d)
	}
}

// The capacity that the package comment states: QR version at error correction M, and that the picture of a 203-dpi
// printer with 3 and 4 dots a module is read by two decoders.
func TestCapacityAt203Dpi(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tc := range []struct {
		label string
		side  int // modules, without the quiet zone
	}{
		{"", 45}, {"1234567890A", 45}, {"1234567890AB", 49}, {"1层12排08座", 49}, {strings.Repeat("x", 40), 49},
	} {
		for suite, s := range b.signers {
			p := b.ticket
			p.Label = tc.label
			text, err := payload.Sign(s, p)
			if err != nil {
				t.Fatal(err)
			}
			m, err := symbol.Encode(symbol.QR, text, symbol.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if side, _ := m.Size(); side != tc.side {
				t.Errorf("%s, label of %d bytes: %d characters, %d modules, want %d", suite, len(tc.label), len(text), side, tc.side)
			}
			for _, dots := range []int{3, 4} {
				if got := zxing(t, m, dots); got != text {
					t.Errorf("%s %d dots: gozxing reads %q", suite, dots, got)
				}
				if _, _, err := b.ring.Verify(zbar(t, m, dots)); err != nil {
					t.Errorf("%s %d dots: what zbarimg reads does not verify: %v", suite, dots, err)
				}
			}
		}
	}
}

func zxing(t *testing.T, m *symbol.Matrix, dots int) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(m.Image(dots))
	if err != nil {
		t.Fatal(err)
	}
	// its search for the finder patterns in a photograph misses now and then; here it reads the modules as they stand
	res, err := qrcode.NewQRCodeReader().Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatalf("gozxing: %v", err)
	}
	return res.GetText()
}

func zbar(t *testing.T, m *symbol.Matrix, dots int) string {
	t.Helper()
	bin, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed (Debian package zbar-tools): the capacity was checked with gozxing only")
	}
	path := filepath.Join(t.TempDir(), "ticket.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, m.Image(dots)), f.Close()); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, "--quiet", "--raw", path).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// FuzzVerify: nothing panics, and nothing verifies but what was signed.
func FuzzVerify(f *testing.F) {
	b := setup(f)
	for _, s := range b.signers {
		text, err := payload.Sign(s, b.ticket)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
	f.Add("PT:")
	f.Fuzz(func(t *testing.T, text string) {
		got, id, err := b.ring.Verify(text)
		if err == nil && !(equal(got, b.ticket) && (id == b.signers["ed25519"].KeyID() || id == b.signers["sm2"].KeyID())) {
			t.Fatalf("%q verifies as %+v", text, got)
		}
		if p, suite, id, err := payload.Peek(text); err == nil {
			again, err := payload.Sign(fixed{suite, id}, p) // what reads is written alike, but for the signature
			if err != nil || len(again) != len(text) || again[:len(again)-130] != text[:len(text)-130] {
				t.Fatalf("%q is written again as %q, %v", text, again, err)
			}
		}
	})
}

type fixed struct {
	suite payload.Suite
	id    payload.KeyID
}

func (f fixed) Suite() payload.Suite        { return f.suite }
func (f fixed) KeyID() payload.KeyID        { return f.id }
func (f fixed) Sign([]byte) ([]byte, error) { return make([]byte, 64), nil }

func BenchmarkVerifyEd25519(b *testing.B) { benchVerify(b, "ed25519") }
func BenchmarkVerifySM2(b *testing.B)     { benchVerify(b, "sm2") }

func benchVerify(b *testing.B, suite string) {
	s := setup(b)
	text, err := payload.Sign(s.signers[suite], s.ticket)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.ring.Verify(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRawEd25519(b *testing.B) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	message := make([]byte, 70)
	sig := ed25519.Sign(priv, message)
	b.ReportAllocs()
	for b.Loop() {
		if !ed25519.Verify(pub, message, sig) {
			b.Fatal("wrong")
		}
	}
}

// BenchmarkOverhead reports the whole of Verify against the bare signature check, measured in turn: "ratio" is the median.
func BenchmarkOverhead(b *testing.B) {
	s := setup(b)
	priv := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32))
	pub, _ := priv.Public().(ed25519.PublicKey)
	message := make([]byte, 70)
	sig := ed25519.Sign(priv, message)
	text, err := payload.Sign(s.signers["ed25519"], s.ticket)
	if err != nil {
		b.Fatal(err)
	}
	var ratios []float64
	for b.Loop() {
		start := time.Now()
		for range 10 {
			ed25519.Verify(pub, message, sig)
		}
		middle := time.Now()
		for range 10 {
			if _, _, err := s.ring.Verify(text); err != nil {
				b.Fatal(err)
			}
		}
		ratios = append(ratios, float64(time.Since(middle))/float64(middle.Sub(start)))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
}
