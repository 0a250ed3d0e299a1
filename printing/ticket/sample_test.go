package ticket

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"parterre/codes/symbol"
	"parterre/printing"
)

func encode(tb testing.TB, text string) printing.Matrix {
	tb.Helper()
	m, err := symbol.Encode(symbol.QR, text, symbol.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

var shanghai = time.FixedZone("CST", 8*3600)

const samplePayload = "31010200120261123000100427K9XQ2M7T4WZ8A1"

func sample(tb testing.TB) Ticket {
	return Ticket{
		Show: "贝多芬第九交响曲·合唱", Subtitle: "中国爱乐乐团与合唱团 · 指挥 余隆",
		Venue: "国家大剧院", Hall: "音乐厅", Address: "北京市西城区西长安街2号（地铁1号线天安门西站C口）",
		Starts: time.Date(2026, 11, 23, 19, 30, 0, 0, shanghai), Doors: time.Date(2026, 11, 23, 18, 45, 0, 0, shanghai),
		Seat: Seat{Level: "一层", Section: "池座 A 区", Row: "12", Number: "08"},
		Zone: "A 区", PriceFen: 128000, Kind: "全价票", Gate: "北门 2 号",
		View:   "舞台左侧约四分之一被包厢栏杆遮挡",
		Holder: "张*", Document: "110105********002X",
		Code: samplePayload, QR: encode(tb, samplePayload), Order: "PT20261121000427",
		SoldAt: time.Date(2026, 11, 21, 10, 8, 0, 0, shanghai), Seller: "票房 3 号窗口",
		Organiser: "国家大剧院演出部", Approval: "京演〔2026〕1127号",
		Refund: []string{
			"演出前 7 天以上退票，不收手续费；3 至 7 天收取票面金额的 10%；1 至 3 天收取 20%；24 小时内不予退票。",
			"演出取消、改期或更换主要演员，可全额退票。",
			"退票按张办理，款项在 7 个工作日内原路退回。",
		},
		Notes: []string{
			"一人一证一票，入场时须出示购票证件原件，人、证、票一致方可入场。",
			"请于开演前 30 分钟到达；迟到观众须听从工作人员安排，在曲间或幕间入场。",
			"一米二以下儿童谢绝入场（儿童剧除外）。",
			"演出中请关闭手机，未经许可不得摄影、录音、录像。",
			"请勿携带食品、饮料、易燃易爆及其他危险品入场。",
		},
	}
}

func sampleEN(tb testing.TB) Ticket {
	t := sample(tb)
	t.Show, t.Subtitle = "Dvořák: Symphony No. 9 “From the New World”", "China Philharmonic Orchestra · Long Yu, conductor"
	t.Venue, t.Hall, t.Address = "National Centre for the Performing Arts", "Concert Hall", "2 West Chang’an Avenue, Xicheng, Beijing (Metro Line 1, Tian’anmen West, exit C)"
	t.Seat = Seat{Level: "Stalls", Section: "Block A", Row: "12", Number: "08"}
	t.Zone, t.Kind, t.Gate, t.View = "Zone A", "Full price", "North 2", "About a quarter of the stage, left, is hidden by the box railing"
	t.Holder, t.Seller = "Z***", "Box office, window 3"
	t.Organiser, t.Approval = "NCPA Programming", "JY[2026]1127"
	t.Refund = []string{
		"Free of charge until 7 days before the performance; 10% of the price from 7 to 3 days before; 20% from 3 days to 24 hours before; none later.",
		"If the performance is cancelled, moved or recast in its main part, the full price is returned.", "Tickets are refunded one by one, to the original means of payment, within 7 working days.",
	}
	t.Notes = []string{
		"One person, one document, one ticket: bring the document that the ticket was bought with.",
		"Please arrive 30 minutes before the start; latecomers are seated between pieces.", "No photography or recording without permission.",
	}
	return t
}

// TestSamplesToLookAt writes the samples when PRINT_SAMPLES names a folder.
func TestSamplesToLookAt(t *testing.T) {
	dir := os.Getenv("PRINT_SAMPLES")
	if dir == "" {
		t.Skip("set PRINT_SAMPLES to a folder to get the samples")
	}
	created := time.Date(2026, 11, 21, 10, 8, 0, 0, shanghai)
	for name, medium := range map[string]Medium{"a5": A5, "a4": A4, "stock": Stock} {
		for lang, tk := range map[printing.Lang]Ticket{printing.ZH: sample(t), printing.EN: sampleEN(t)} {
			b, warnings, err := PDF(tk, Options{Medium: medium, Lang: lang, Created: created, Guides: true})
			if err != nil {
				t.Fatal(name, err)
			}
			t.Log(name, lang, len(b), warnings)
			if err := os.WriteFile(filepath.Join(dir, name+"-"+lang.Tag()+".pdf"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
