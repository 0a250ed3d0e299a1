package ticket

import (
	"image"
	"os"
	"path/filepath"
	"testing"

	"parterre/printing"
	"parterre/printing/canvas"
)

// edges are tickets at the ends of what data can be.
func edges(tb testing.TB) map[string]Ticket {
	bare := sample(tb)
	bare = Ticket{Show: "相声", Venue: "小剧场", Starts: bare.Starts, Kind: "工作证", Code: "ABCD", QR: bare.QR, Seat: Seat{Free: true}}
	long := sample(tb)
	long.Show = "俄罗斯圣彼得堡国家模范歌剧芭蕾舞剧院柴可夫斯基四幕芭蕾舞剧《天鹅湖》2026—2027中国巡演（北京站·加演场）"
	long.Seat = Seat{Level: "三层楼座（四层）", Section: "楼座右侧第 12 包厢", Row: "加座 B", Number: "无障碍 102"}
	long.Gate, long.Zone, long.Kind = "东广场 12 号检票口", "看台 312 区", "家庭套票（2 大 1 小）"
	long.PriceFen, long.FeeFen, long.Reprint = 12800050, 1250, 2
	long.Venue, long.Hall = "上海国际舞蹈中心", "大剧场（实验剧场联合厅）"
	long.Extra = []Fact{{"影片编码", "001A06942026"}, {"影厅", "3 号 IMAX 厅"}, {"网络服务费", "¥3.00"}}
	return map[string]Ticket{"bare": bare, "long": long}
}

func TestEdgesFit(t *testing.T) {
	t.Parallel()
	for name, tk := range edges(t) {
		for medium, label := range map[Medium]string{A5: "a5", A4: "a4", Stock: "stock"} {
			pdf, warnings, err := PDF(tk, Options{Medium: medium, Created: created, Guides: true})
			if err != nil {
				t.Errorf("%s on %s: %v", name, label, err)
				continue
			}
			for _, w := range warnings {
				if w.Code == "printing.missing_glyph" {
					t.Errorf("%s on %s: %v", name, label, w)
				}
			}
			if dir := os.Getenv("PRINT_SAMPLES"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, label+"-"+name+".pdf"), pdf, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// A code painted box by box shows hairlines where boxes meet; the product's must
// show none. The first half is the proof that this test can see them.
func TestCodesHaveNoHairlines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wrap  func(m printing.Matrix) printing.Matrix
		clean bool
	}{
		"box by box": {func(m printing.Matrix) printing.Matrix { return canvas.PerModule{Matrix: m} }, false},
		"as printed": {func(m printing.Matrix) printing.Matrix { return m }, true},
	} {
		tk := sample(t)
		tk.QR = c.wrap(tk.QR)
		pdf, _, err := PDF(tk, Options{Created: created})
		if err != nil {
			t.Fatal(err)
		}
		path := file(t, pdf)
		run(t, "pdftoppm", "-r", "150", "-singlefile", "-gray", "-png", path, path)
		f, err := os.Open(path + ".png")
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(f)
		f.Close() //nolint:errcheck // read only
		if err != nil {
			t.Fatal(err)
		}
		if grey := seams(img); (grey == 0) != c.clean {
			t.Errorf("%s: %d grey dots inside black", name, grey)
		}
	}
}

// seams counts dots that are not black though both neighbours in a row, two dots
// away, are: a hairline is one dot wide and a module is eight.
func seams(img image.Image) int {
	black := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x1000 }
	n := 0
	b := img.Bounds()
	for y := b.Dy() / 2; y < b.Dy()*3/4; y++ {
		for x := b.Dx()/10 + 2; x < b.Dx()*4/10; x++ {
			if !black(x, y) && black(x-1, y) && black(x-2, y) && black(x+1, y) && black(x+2, y) {
				n++
			}
		}
	}
	return n
}
