package ticket

import (
	"bytes"
	"errors"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"

	"parterre/printing"
)

var created = time.Date(2026, 11, 21, 10, 8, 0, 0, shanghai)

type variant struct {
	name string
	o    Options
	t    func(testing.TB) Ticket
}

func variants() []variant {
	var all []variant
	for name, medium := range map[string]Medium{"A5": A5, "A4": A4, "stock": Stock} {
		all = append(all,
			variant{name + " zh", Options{Medium: medium, Created: created}, sample},
			variant{name + " en", Options{Medium: medium, Lang: printing.EN, Created: created}, sampleEN})
	}
	return all
}

// tool skips the test when a program of the machine is absent.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaints.String())
	}
	return out.String()
}

func file(t *testing.T, pdf []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ticket.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Both decoders must read the code as it comes out of the printer: 203 dpi is a
// ticket printer's head, 150 dpi a poor office printer or a phone's screen.
func TestTheCodeDecodesAsPrinted(t *testing.T) {
	t.Parallel()
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			pdf, _, err := PDF(v.t(t), v.o)
			if err != nil {
				t.Fatal(err)
			}
			path := file(t, pdf)
			for _, dpi := range []int{150, 203} {
				root := path + "-" + strconv.Itoa(dpi)
				run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-f", "1", "-singlefile", "-png", path, root)
				if got := strings.TrimSpace(run(t, "zbarimg", "-q", "--raw", root+".png")); got != samplePayload {
					t.Errorf("%d dpi: zbar reads %q", dpi, got)
				}
				if got := readQR(t, root+".png"); got != samplePayload {
					t.Errorf("%d dpi: zxing reads %q", dpi, got)
				}
			}
		})
	}
}

func readQR(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := zxing.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return err.Error()
	}
	return result.GetText()
}

// letters counts the characters of texts, blanks aside.
func letters(texts ...string) map[rune]int {
	n := map[rune]int{}
	for _, s := range texts {
		for _, r := range s {
			if !unicode.IsSpace(r) {
				n[r]++
			}
		}
	}
	return n
}

// pdftotext must find exactly the characters that were set, and every character
// of every field must have been set.
func TestNoCharacterIsLostOnTheWayToPaper(t *testing.T) {
	t.Parallel()
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			tk := v.t(t)
			pages, _, err := compose(tk, v.o)
			if err != nil {
				t.Fatal(err)
			}
			var set []string
			for _, p := range pages {
				set = append(set, p.Strings()...)
			}
			drawn := strings.ReplaceAll(strings.Join(set, ""), " ", "")
			for _, field := range fieldsOf(tk, v.o.Medium) {
				compact := strings.NewReplacer(" ", "", "\u00A0", "").Replace(field)
				if !strings.Contains(strings.ReplaceAll(drawn, "\u00A0", ""), compact) {
					t.Errorf("%q is not on the ticket whole", field)
				}
			}
			pdf, _, err := PDF(tk, v.o)
			if err != nil {
				t.Fatal(err)
			}
			got, want := letters(run(t, "pdftotext", "-raw", file(t, pdf), "-")), letters(set...)
			for r, n := range want {
				if got[r] != n {
					t.Errorf("%c U+%04X: %d set, %d extracted", r, r, n, got[r])
				}
			}
		})
	}
}

func fieldsOf(t Ticket, m Medium) []string {
	all := []string{
		t.Show, t.Subtitle, t.Venue, t.Hall, t.Seat.Level, t.Seat.Section, t.Seat.Row, t.Seat.Number, t.Zone,
		t.Kind, t.Gate, t.View, t.Holder, t.Document, t.Code, t.Order, t.Seller, t.Organiser, t.Approval, "¥1,280", "18:45", "19:30",
	}
	if m != Stock {
		all = append(all, t.Address)
		all = append(all, t.Refund...)
		all = append(all, t.Notes...)
	}
	return all
}

func TestSameDataSameBytes(t *testing.T) {
	t.Parallel()
	for _, v := range variants() {
		a, _, err := PDF(v.t(t), v.o)
		if err != nil {
			t.Fatal(err)
		}
		b, _, _ := PDF(v.t(t), v.o)
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two runs differ", v.name)
		}
		v.o.Created = v.o.Created.Add(time.Second)
		if c, _, _ := PDF(v.t(t), v.o); bytes.Equal(a, c) {
			t.Errorf("%s: the creation date is not in the file", v.name)
		}
	}
}

func TestCharactersBeyondTheFontsAreReported(t *testing.T) {
	t.Parallel()
	tk := sample(t)
	tk.Show, tk.Holder = "😀 𬭚𫖯音乐会", "㐀*" // an emoji; two of the standard's characters beyond U+FFFF; one no face has
	pdf, warnings, err := PDF(tk, Options{Created: created})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, w := range warnings {
		said = append(said, w.Field+" "+w.EN[:7])
		if w.Code != "printing.missing_glyph" || !strings.Contains(w.ZH, "〓") {
			t.Errorf("warning %+v", w)
		}
	}
	if got := strings.Join(said, "|"); got != "show U+1F600|holder U+3400 " {
		t.Errorf("warnings: %s", got)
	}
	text := run(t, "pdftotext", "-raw", file(t, pdf), "-")
	if !strings.Contains(text, "〓 𬭚𫖯音乐会") || !strings.Contains(text, "〓*") {
		t.Errorf("the page says %q", text)
	}
}

func TestRefusedTickets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change      func(*Ticket)
		code, field string
	}{
		"RL-13 whole document":   {func(t *Ticket) { t.Document = "11010519491231002X" }, "printing.unmasked", "document"},
		"RL-13 poorly masked":    {func(t *Ticket) { t.Document = "110105194912310****" }, "printing.unmasked", "document"},
		"RL-13 whole name":       {func(t *Ticket) { t.Holder = "张三" }, "printing.unmasked", "holder"},
		"no show":                {func(t *Ticket) { t.Show = " " }, "printing.missing", "show"},
		"no time":                {func(t *Ticket) { t.Starts = time.Time{} }, "printing.missing", "starts"},
		"no code":                {func(t *Ticket) { t.QR = nil }, "printing.missing", "qr"},
		"no seat":                {func(t *Ticket) { t.Seat.Number = "" }, "printing.missing", "seat.number"},
		"negative price":         {func(t *Ticket) { t.PriceFen = -1 }, "printing.negative", "price"},
		"title beyond all sizes": {func(t *Ticket) { t.Show = strings.Repeat("很长的名字", 60) }, "printing.does_not_fit", "show"},
	} {
		for _, medium := range []Medium{A5, A4, Stock} {
			tk := sample(t)
			c.change(&tk)
			pdf, _, err := PDF(tk, Options{Medium: medium, Created: created})
			var e *printing.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field || pdf != nil {
				t.Errorf("%s, medium %d: %v", name, medium, err)
			}
			if err != nil && strings.Contains(err.Error(), "1949") {
				t.Errorf("%s: the error holds personal data", name)
			}
		}
	}
}

func TestLongRulesGoOnToFurtherPages(t *testing.T) {
	t.Parallel()
	tk := sample(t)
	for i := range 60 {
		tk.Notes = append(tk.Notes, "补充须知第"+strconv.Itoa(i)+"条：请遵守场馆秩序，爱护公共设施，听从工作人员安排。")
	}
	pdf, warnings, err := PDF(tk, Options{Created: created})
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) == 0 || warnings[0].Code != "printing.continued" {
		t.Errorf("warnings %v", warnings)
	}
	text := run(t, "pdftotext", "-raw", file(t, pdf), "-")
	for i := range 60 {
		if !strings.Contains(text, "第"+strconv.Itoa(i)+"条") {
			t.Errorf("note %d is lost", i)
		}
	}
}

func TestLabelsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, l := range allLabels {
		if l[printing.ZH] == "" || l[printing.EN] == "" || l[0] == l[1] || strings.Count(l[0], "%") != strings.Count(l[1], "%") {
			t.Errorf("label %q", l)
		}
	}
}

func TestMoneyIsNeverMixed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fen   int64
		whole bool
		want  string
	}{{0, true, "¥0"}, {28000, true, "¥280"}, {28000, false, "¥280.00"}, {128005, false, "¥1,280.05"}, {123456700, true, "¥1,234,567"}, {5, false, "¥0.05"}} {
		if got := Yuan(c.fen, c.whole); got != c.want {
			t.Errorf("%d: %s, want %s", c.fen, got, c.want)
		}
	}
	tk := sample(t)
	tk.FeeFen = 550
	pages, _, err := compose(tk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(pages[0].Strings(), "\n")
	if !strings.Contains(text, "¥1,280.00") || !strings.Contains(text, "¥5.50") {
		t.Error("price and fee are written in two ways")
	}
}

func FuzzTicket(f *testing.F) {
	f.Add("贝多芬·合唱 😀", "张*", "12", "北\x00门", uint8(0))
	f.Fuzz(func(t *testing.T, show, holder, row, note string, medium uint8) {
		tk := sample(t)
		tk.Show, tk.Holder, tk.Seat.Row, tk.Notes = show, holder, row, []string{note}
		pdf, _, err := PDF(tk, Options{Medium: Medium(medium % 3), Created: created})
		var e *printing.Error
		switch {
		case err == nil && !bytes.HasPrefix(pdf, []byte("%PDF-")):
			t.Fatal("no error and no PDF")
		case err != nil && (!errors.As(err, &e) || e.Code == "printing.internal"):
			t.Fatal(err)
		}
	})
}
