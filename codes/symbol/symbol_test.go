package symbol_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	gxaztec "github.com/makiuchi-d/gozxing/aztec"
	gxdata "github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	gxqr "github.com/makiuchi-d/gozxing/qrcode"

	"parterre/codes/symbol"
)

const ticketText = "110101001012611210007BQX0Y7P2M4K9D3F6H8J1"

func encode(t testing.TB, k symbol.Kind, text string) *symbol.Matrix {
	t.Helper()
	m, err := symbol.Encode(k, text, symbol.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func zbar(t *testing.T, img image.Image) string {
	t.Helper()
	bin, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed (Debian package zbar-tools): this symbol was not decoded by it")
	}
	path := filepath.Join(t.TempDir(), "symbol.png")
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, "--quiet", "--raw", path).Output()
	if err != nil {
		t.Fatalf("zbarimg does not read it: %v", err)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func zxing(t *testing.T, r gozxing.Reader, img image.Image) string {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatalf("gozxing does not read it: %v", err)
	}
	return res.GetText()
}

func TestOtherDecodersReadOurSymbols(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		kind   symbol.Kind
		text   string
		reader gozxing.Reader
		zbar   bool
	}{
		{"QR alphanumeric", symbol.QR, ticketText, gxqr.NewQRCodeReader(), true},
		{"QR digits", symbol.QR, "110101001012611210007", gxqr.NewQRCodeReader(), true},
		{"QR Chinese", symbol.QR, "池座 1层12排08座", gxqr.NewQRCodeReader(), true},
		{"Code 128", symbol.Code128, ticketText, oned.NewCode128Reader(), true},
		{"Code 128 digits", symbol.Code128, "110101001012611210007", oned.NewCode128Reader(), true},
		{"DataMatrix", symbol.DataMatrix, ticketText, gxdata.NewDataMatrixReader(), false},
		{"Aztec", symbol.Aztec, ticketText, gxaztec.NewAztecReader(), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := encode(t, tc.kind, tc.text)
			img := m.Image(4)
			if got := zxing(t, tc.reader, img); got != tc.text {
				t.Errorf("gozxing reads %q", got)
			}
			if tc.zbar {
				if got := zbar(t, img); got != tc.text {
					t.Errorf("zbarimg reads %q", got)
				}
			}
		})
	}
}

// No decoder of PDF417 comes as a Go module or with Debian. These modules were read with zxing-wasm 3.1.4; the hash holds
// them fast. To check again: draw Image(2) as PNG and give it to readBarcodes.
func TestPDF417IsTheOneThatWasRead(t *testing.T) {
	t.Parallel()
	b, err := encode(t, symbol.PDF417, ticketText).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != pdf417Hash {
		t.Errorf("the modules changed: %s", got)
	}
}

const pdf417Hash = "d71a8cf9665ac1fc74fba85ca4b040b19349480489c473b62cffb1a516ce018b"

// Vectors and images say the same as the matrix; rectangles do not overlap and are merged.
func TestRectsCoverTheDarkModulesOnce(t *testing.T) {
	t.Parallel()
	for _, k := range symbol.Kinds() {
		m := encode(t, k, ticketText)
		w, h := m.Outer()
		qx, qy := k.Quiet()
		seen := make([]int, w*h)
		dark := 0
		rects := m.Rects()
		for _, r := range rects {
			for y := r.Y; y < r.Y+r.H; y++ {
				for x := r.X; x < r.X+r.W; x++ {
					seen[y*w+x]++
				}
			}
		}
		img := m.Image(2)
		for y := range h {
			for x := range w {
				want := 0
				if m.Dark(x-qx, y-qy) {
					want = 1
					dark++
				}
				if seen[y*w+x] != want || int(img.ColorIndexAt(2*x, 2*y)) != want || int(img.ColorIndexAt(2*x+1, 2*y+1)) != want {
					t.Fatalf("%s: module %d,%d drawn %d times, want %d", k, x, y, seen[y*w+x], want)
				}
			}
		}
		if len(rects)*3 > dark*2 {
			t.Errorf("%s: %d rectangles for %d modules are not merged", k, len(rects), dark)
		}
		if n := strings.Count(m.Path(), "M"); n != len(rects) {
			t.Errorf("%s: the path has %d parts, want %d", k, n, len(rects))
		}
		if svg := m.SVG(0.5, "mm"); !strings.Contains(svg, m.Path()) || !strings.Contains(svg, `viewBox="0 0 `) {
			t.Errorf("%s: SVG %.80s", k, svg)
		}
	}
}

func TestStoredSymbolsComeBackAlike(t *testing.T) {
	t.Parallel()
	for _, k := range symbol.Kinds() {
		m := encode(t, k, ticketText)
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var back symbol.Matrix
		if err := back.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		if back.Path() != m.Path() || back.Kind() != k {
			t.Errorf("%s came back different", k)
		}
		for _, bad := range [][]byte{nil, b[:7], b[:len(b)-1], append(bytes.Clone(b), 0), append([]byte{9}, b[1:]...), append([]byte{1, 99}, b[2:]...)} {
			if err := new(symbol.Matrix).UnmarshalBinary(bad); err == nil {
				t.Errorf("%s: %d damaged bytes were taken", k, len(bad))
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func() (*symbol.Matrix, error){
		"nothing": func() (*symbol.Matrix, error) { return symbol.Encode(symbol.QR, "", symbol.Options{}) },
		"kind":    func() (*symbol.Matrix, error) { return symbol.Encode("x", "1", symbol.Options{}) },
		"QR too long": func() (*symbol.Matrix, error) {
			return symbol.Encode(symbol.QR, strings.Repeat("a", 3000), symbol.Options{})
		},
		"Code 128 Chinese": func() (*symbol.Matrix, error) { return symbol.Encode(symbol.Code128, "池座", symbol.Options{}) },
		"Code 128 too long": func() (*symbol.Matrix, error) {
			return symbol.Encode(symbol.Code128, strings.Repeat("a", 100), symbol.Options{})
		},
		"PDF417 security 9":  func() (*symbol.Matrix, error) { return symbol.Encode(symbol.PDF417, "1", symbol.Options{Security: 9}) },
		"DataMatrix Chinese": func() (*symbol.Matrix, error) { return symbol.Encode(symbol.DataMatrix, "池座", symbol.Options{}) },
	} {
		if m, err := f(); err == nil {
			w, h := m.Size()
			t.Errorf("%s was taken: %d x %d", name, w, h)
		}
	}
}

// FuzzUnmarshal: nothing panics; what is restored is stored alike, and draws.
func FuzzUnmarshal(f *testing.F) {
	for _, k := range symbol.Kinds() {
		b, err := encode(f, k, "12").MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m symbol.Matrix
		if m.UnmarshalBinary(b) != nil {
			return
		}
		if again, err := m.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("stored again as %x, %v", again, err)
		}
		if w, h := m.Outer(); w*h < 1<<16 {
			m.Image(1)
		}
	})
}

func BenchmarkEncodeQR(b *testing.B) {
	for b.Loop() {
		encode(b, symbol.QR, ticketText)
	}
}

func BenchmarkPath(b *testing.B) {
	m := encode(b, symbol.QR, ticketText)
	for b.Loop() {
		m.Path()
	}
}
