package font

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Every character of GBK must print: it is what ID-card readers, bank records
// and older box offices can write.
func TestAllOfGBKCanBePrinted(t *testing.T) {
	t.Parallel()
	missing, seen := 0, 0
	for hi := 0x81; hi <= 0xFE; hi++ {
		for lo := 0x40; lo <= 0xFE; lo++ {
			s, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{byte(hi), byte(lo)})
			r := []rune(string(s))
			if err != nil || len(r) != 1 || r[0] < 0x4E00 || r[0] > 0x9FFF {
				continue
			}
			seen++
			if !Has(r[0], Regular) || !Has(r[0], Bold) {
				missing++
			}
		}
	}
	if seen < 20900 || missing != 0 {
		t.Fatalf("%d Han characters of GBK tried, %d cannot be printed", seen, missing)
	}
}

func TestPunctuationAndLatinThatTicketsUse(t *testing.T) {
	t.Parallel()
	for _, r := range "·—…“”‘’¥×№℃①⑳Ⅻ（）《》【】、。，：；！？￥Dvořák Škvorecký é ü ǚ ™ ® → ★ ㎡ 〓" {
		for _, style := range []Style{Regular, Bold} {
			if !Has(r, style) {
				t.Errorf("%c U+%04X is missing in style %d", r, r, style)
			}
		}
	}
}

func TestWidthsAgreeWithThePDFLibrary(t *testing.T) {
	t.Parallel()
	samples := []string{"贝多芬第九交响曲·合唱 No. 9 in D minor", "¥1,280.00", "第12排 08座 “安可”——完", "WAVE Toscanini fiſ"}
	for style, face := range map[Style]FaceID{Regular: FaceRegular, Bold: FaceBold} {
		pdf := fpdf.New("P", "mm", "A4", "")
		pdf.AddUTF8FontFromBytes("f", "", TTF(face))
		pdf.SetFont("f", "", 10.5)
		for _, s := range append(samples, "Dvořák") {
			s, _ = Clean(s, style)
			runs := Shape(s, style)
			if len(runs) != 1 {
				continue
			}
			got, want := Width(s, style, 10.5), pdf.GetStringWidth(runs[0].Text)
			if d := got - want; d > 0.01 || d < -0.01 {
				t.Errorf("%q: %.3f mm, the PDF library says %.3f", s, got, want)
			}
		}
	}
}

func TestWhatCannotBePrintedIsReported(t *testing.T) {
	t.Parallel()
	// 𬭚 is in the font beyond U+FFFF, 😀 is nowhere, U+E001 is private use (it
	// would otherwise show another character), U+200B has no shape.
	clean, problems := Clean("𬭚野😀\uE001\u200B\u0301", Regular)
	if clean != "𬭚野😀\uE001\u0301" {
		t.Errorf("clean = %q", clean)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String()[:7])
	}
	if want := "U+1F600|U+E001 |U+200B |U+0301 "; !strings.HasPrefix(strings.Join(got, "|"), "U+1F600|U+E001 |U+200B ") {
		t.Errorf("problems = %v, want %s", got, want)
	}
	runs := Shape(clean, Regular)
	text, source := "", ""
	for _, r := range runs {
		text, source = text+r.Text, source+r.Source
		for _, c := range r.Text {
			if c > 0xFFFF {
				t.Errorf("run holds U+%X", c)
			}
		}
	}
	if strings.ReplaceAll(source, "〓", "") != strings.NewReplacer("😀", "", "\uE001", "", "\u0301", "").Replace(clean) || strings.Count(text, "〓") < 2 {
		t.Errorf("text %q source %q", text, source)
	}
}

func TestComposedFormsAndLineEnds(t *testing.T) {
	t.Parallel()
	clean, problems := Clean("Dvor\u030Ca\u0301k\r\n下一行\t完", Regular)
	if clean != "Dvořák\n下一行 完" || problems != nil {
		t.Errorf("%q %v", clean, problems)
	}
}

// The PDF library appends to slices of its font buffer; the embedded face must
// stay as it was.
func TestRenderingLeavesTheFaceUntouched(t *testing.T) {
	t.Parallel()
	before := sha256.Sum256(regularTTF)
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("f", "", TTF(FaceRegular))
	pdf.AddPage()
	pdf.SetFont("f", "", 12)
	pdf.Text(10, 10, "池座 Parterre 1234567890 ，。")
	var sink strings.Builder
	if err := pdf.Output(&sink); err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(regularTTF) != before {
		t.Fatal("the embedded face changed")
	}
}

func FuzzClean(f *testing.F) {
	f.Add("张·𬭚 😀\xff\u0000")
	f.Fuzz(func(t *testing.T, s string) {
		clean, problems := Clean(s, Bold)
		again, _ := Clean(clean, Bold)
		if again != clean {
			t.Fatalf("not stable: %q -> %q", clean, again)
		}
		shaped := 0
		geta := 0
		for _, r := range Shape(clean, Bold) {
			for _, c := range r.Text {
				shaped++
				if c > 0xFFFF {
					t.Fatalf("U+%X would panic", c)
				}
				if c == Geta {
					geta++
				}
			}
		}
		if shaped != len([]rune(clean)) {
			t.Fatalf("%d characters became %d", len([]rune(clean)), shaped)
		}
		missing := strings.Count(clean, string(Geta)) + strings.Count(clean, "\n")
		for _, p := range problems {
			if p.Kind == Missing {
				missing++
			}
		}
		if geta != missing {
			t.Fatalf("%d geta printed, %d reported", geta, missing)
		}
	})
}
