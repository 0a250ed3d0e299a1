package escpos

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"

	"parterre/codes/symbol"
	"parterre/printing"
	"parterre/printing/ticket"
)

const payload = "31010200120261123000100427K9XQ2M7T4WZ8A1"

func encode(tb testing.TB) printing.Matrix {
	tb.Helper()
	m, err := symbol.Encode(symbol.QR, payload, symbol.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func sample(tb testing.TB) ticket.Ticket {
	return ticket.Ticket{
		Show: "贝多芬第九交响曲·合唱（中国爱乐乐团）", Venue: "国家大剧院", Hall: "音乐厅",
		Starts: time.Date(2026, 11, 23, 19, 30, 0, 0, time.FixedZone("CST", 8*3600)),
		Seat:   ticket.Seat{Level: "一层", Section: "池座 A 区", Row: "12", Number: "08"},
		Zone:   "A 区", PriceFen: 128000, Kind: "全价票", Gate: "北门 2 号", View: "左侧部分遮挡",
		Holder: "张*", Document: "110105********002X", Code: payload, QR: encode(tb), Order: "PT20261121000427",
		Organiser: "国家大剧院演出部", Approval: "京演〔2026〕1127号",
		Notes: []string{"一人一证一票，入场时须出示购票证件原件，人、证、票一致方可入场。", "请于开演前 30 分钟到达。"},
	}
}

func decode(tb testing.TB, job []byte) (ops []Op, text string) {
	tb.Helper()
	ops, err := Decode(job)
	if err != nil {
		tb.Fatal(err)
	}
	for _, op := range ops {
		if op.Kind == OpLine {
			text += op.Text + "\n"
		}
	}
	return ops, text
}

func scan(tb testing.TB, bits [][]bool) string {
	tb.Helper()
	img := image.NewGray(image.Rect(0, 0, len(bits[0]), len(bits)))
	for y, row := range bits {
		for x, dark := range row {
			img.SetGray(x, y, color.Gray{Y: 255})
			if dark {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		tb.Fatal(err)
	}
	result, err := zxing.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return result.GetText()
}

func TestTicketSlip(t *testing.T) {
	t.Parallel()
	for _, p := range []Profile{Paper80, Paper58} {
		tk := sample(t)
		job, warnings, err := Ticket(tk, p, printing.ZH)
		if err != nil || len(warnings) != 0 {
			t.Fatal(err, warnings)
		}
		ops, text := decode(t, job)
		solid := strings.NewReplacer("\n", "", " ", "").Replace(text)
		for _, want := range []string{tk.Show, tk.Venue, "12", "08", "￥1,280", tk.Gate, tk.View, tk.Holder, tk.Document, tk.Code, tk.Approval, tk.Notes[0]} {
			if !strings.Contains(solid, strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%d columns: %q is not on the slip", p.Columns, want)
			}
		}
		codes := 0
		for _, op := range ops {
			switch op.Kind {
			case OpRaster:
				codes++
				if got := scan(t, op.Bits); got != payload {
					t.Errorf("the code reads %q", got)
				}
			case OpLine:
				width := Columns(op.Text)
				if op.Look.Wide {
					width *= 2
				}
				if width > p.Columns {
					t.Errorf("%q is %d columns of %d", op.Text, width, p.Columns)
				}
			}
		}
		if codes != 1 || ops[0].Kind != OpReset || ops[len(ops)-1].Kind != OpCut {
			t.Errorf("%d codes; begins with %v, ends with %v", codes, ops[0].Kind, ops[len(ops)-1].Kind)
		}
	}
}

func TestNativeQR(t *testing.T) {
	t.Parallel()
	b := New(Paper80)
	b.QR(payload, LevelM, 6)
	job, _, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	// Function 180 by the command reference: GS ( k pL pH 49 80 48 d1..dk.
	want := append([]byte{0x1D, '(', 'k', byte(len(payload) + 3), 0, 49, 80, 48}, payload...)
	if !bytes.Contains(job, want) {
		t.Error("the payload is not stored as the command reference says")
	}
	ops, _ := decode(t, job)
	last := ops[len(ops)-1]
	if last.Kind != OpQR || last.Text != payload || last.Level != LevelM || last.Module != 6 {
		t.Errorf("decoded %+v", last)
	}
	b = New(Profile{Columns: 48, Dots: 576})
	b.QR(payload, LevelM, 6)
	if _, _, err := b.Bytes(); code(err) != "printing.unsupported" {
		t.Errorf("a printer without an encoder: %v", err)
	}
}

func code(err error) string {
	var e *printing.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// A name that holds an ESC must not open the drawer.
func TestTextIsNeverACommand(t *testing.T) {
	t.Parallel()
	b := New(Paper80)
	b.Text("show", "天鹅湖\x1Bp\x00\x19\xFA\x1DV\x00", Look{})
	job, warnings, err := b.Bytes()
	if err != nil || len(warnings) == 0 {
		t.Fatal(err, warnings)
	}
	ops, text := decode(t, job)
	for _, op := range ops {
		if op.Kind == OpDrawer || op.Kind == OpCut {
			t.Error("text became a command")
		}
	}
	if !strings.Contains(text, "天鹅湖p") {
		t.Errorf("text %q", text)
	}
}

func TestCharactersBeyondThePrinter(t *testing.T) {
	t.Parallel()
	b := New(Paper80)
	b.Text("holder", "𬭚*", Look{})
	job, warnings, _ := b.Bytes()
	if _, text := decode(t, job); text != "〓*\n" || len(warnings) != 1 || warnings[0].Code != "printing.missing_glyph" {
		t.Errorf("%q %v", text, warnings)
	}
	rich := Paper80
	rich.FourByte = true
	b = New(rich)
	b.Text("holder", "𬭚*", Look{})
	job, warnings, _ = b.Bytes()
	if _, text := decode(t, job); text != "𬭚*\n" || len(warnings) != 0 {
		t.Errorf("four bytes: %q %v", text, warnings)
	}
}

func TestReceiptAddsUp(t *testing.T) {
	t.Parallel()
	r := Receipt{
		Venue: "国家大剧院", Title: "购票小票", Lines: []ReceiptLine{{"天鹅湖 A 区 全价票", 2, 256000}}, TotalFen: 256000,
		Paid: []ReceiptLine{{Name: "现金", Fen: 260000}}, ChangeFen: 4000, Order: "PT1", At: time.Date(2026, 11, 21, 10, 8, 0, 0, time.UTC), Operator: "03", OpenDrawer: true,
	}
	job, _, err := r.Print(Paper58, printing.ZH)
	if err != nil {
		t.Fatal(err)
	}
	ops, text := decode(t, job)
	for _, want := range []string{"￥2,560.00", "￥2,600.00", "￥40.00", "找零"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if ops[1].Kind != OpDrawer {
		t.Error("the drawer stays shut")
	}
	r.ChangeFen = 5000
	if _, _, err := r.Print(Paper58, printing.ZH); code(err) != "printing.sum" {
		t.Errorf("a receipt that does not add up: %v", err)
	}
}

func TestTooDenseForThePaper(t *testing.T) {
	t.Parallel()
	b := New(Paper58)
	b.Raster(encode(t), 12)
	if _, _, err := b.Bytes(); code(err) != "printing.does_not_fit" {
		t.Errorf("%v", err)
	}
}

func FuzzText(f *testing.F) {
	f.Add("贝多芬·合唱 😀\x1B@", true)
	f.Add("炫\x80\xff 0123", false)
	f.Fuzz(func(t *testing.T, s string, wide bool) {
		b := New(Paper58)
		b.Text("x", s, Look{Wide: wide})
		b.Pair("x", s, "右", false)
		job, _, err := b.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		ops, _ := decode(t, job)
		for _, op := range ops[1:] {
			if op.Kind != OpLine {
				t.Fatalf("%q became command %d", s, op.Kind)
			}
		}
	})
}
