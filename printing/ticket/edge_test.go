package ticket

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
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

// On stock every module must be a whole number of the head's dots. The same count
// at another resolution finds uneven modules, which shows that it can.
func TestModulesAreWholeDotsOnStock(t *testing.T) {
	t.Parallel()
	tk := sample(t)
	size := modules(tk.QR)
	dots := int(30 / dot / float64(size))
	side := float64(size*dots) * dot
	x, y := snap(stubX-max(stockMargin, float64(4*dots)*dot)-side), snap(stockMargin+1)
	pdf, _, err := PDF(tk, Options{Medium: Stock, Created: created})
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, pdf)
	for dpi, even := range map[float64]bool{203: true, 180: false} {
		root := path + fmt.Sprint(dpi)
		run(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-singlefile", "-gray", path, root)
		px := func(mm float64) int { return int(mm*dpi/25.4 + 0.5) }
		uneven, modules := 0, 0
		for _, row := range readPGM(t, root+".pgm")[px(y)+1 : px(y+side)-1] {
			for _, length := range runs(row[px(x)-3 : px(x+side)+3]) {
				modules++
				if length%dots != 0 {
					uneven++
				}
			}
		}
		if modules < 1000 || (uneven == 0) != even {
			t.Errorf("%v dpi: %d of %d runs are not whole modules of %d dots", dpi, uneven, modules, dots)
		}
	}
}

// readPGM reads the grey bitmap that pdftoppm writes; true is darker than half.
func readPGM(t *testing.T, path string) [][]bool {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var w, h int
	if _, err := fmt.Sscanf(string(raw[:20]), "P5\n%d %d\n", &w, &h); err != nil {
		t.Fatal(err)
	}
	dots := raw[len(raw)-w*h:]
	img := make([][]bool, h)
	for y := range img {
		img[y] = make([]bool, w)
		for x := range img[y] {
			img[y][x] = dots[y*w+x] < 128
		}
	}
	return img
}

// runs returns the lengths of the black runs of a row.
func runs(row []bool) []int {
	var n []int
	length := 0
	for _, black := range row {
		switch {
		case black:
			length++
		case length > 0:
			n = append(n, length)
			length = 0
		}
	}
	return n
}
