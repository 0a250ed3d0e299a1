package report

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"parterre/printing"
)

func dayClose(rows int) Report {
	r := Report{
		Title: "日结报表", Period: "2026年11月21日 周六", Organisation: "国家大剧院票务中心",
		Summary: []Figure{{"售票", Count, N(0)}, {"退票", Count, N(0)}, {"票款净额", Money, N(0)}, {"上座率", Ratio, N(8512)}},
		Notes:   []string{"票款以实收为准；退票按退款日计入当日。"}, Signatures: []Signature{{Label: "制表", Name: "张三", At: "2026-11-23 23:10"}, {Label: "复核"}, {Label: "财务"}},
		Created: time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("CST", 8*3600)),
	}
	t := Table{Title: "按场次", Totals: true, Columns: []Column{{"场次", Text}, {"场馆", Text}, {"售", Count}, {"退", Count}, {"票款", Money}, {"退款", Money}, {"净额", Money}, {"上座率", Ratio}}}
	shows := []string{"贝多芬第九交响曲·合唱 11月23日 19:30", "《天鹅湖》俄罗斯国家大剧院芭蕾舞团中国巡演（加演场）11月24日 14:00", "相声专场 11月25日 19:30", "Dvořák: “From the New World” 11月26日 19:30"}
	for i := range rows {
		sold, back := int64(1200+i*7), int64(i%9)
		t.Rows = append(t.Rows, []Cell{
			T(fmt.Sprintf("%s #%d", shows[i%len(shows)], i)), T("国家大剧院音乐厅"), N(sold), N(back),
			N(sold * 28000), N(-back * 28000), N((sold - back) * 28000), N(8000 + int64(i%1900)),
		})
	}
	r.Summary[0].Value, r.Summary[1].Value = N(must(t.Sum(2))), N(must(t.Sum(3)))
	r.Summary[2].Value = N(must(t.Sum(6)))
	pay := Table{
		Title: "按支付方式", Totals: true, Columns: []Column{{"方式", Text}, {"笔数", Count}, {"金额", Money}},
		Rows: [][]Cell{{T("微信支付"), N(812), N(22736000)}, {T("支付宝"), N(401), N(11228000)}, {T("现金"), N(32), N(896000)}},
	}
	r.Tables = []Table{t, pay, {Title: "异常", Columns: []Column{{"事项", Text}, {"数量", Count}}}}
	return r
}

func must(n int64, err error) int64 {
	if err != nil {
		panic(err)
	}
	return n
}

func extract(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	path := filepath.Join(t.TempDir(), "r.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-raw", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func count(s string) map[rune]int {
	n := map[rune]int{}
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n[r]++
		}
	}
	return n
}

func TestEveryCharacterIsOnPaper(t *testing.T) {
	t.Parallel()
	r := dayClose(90)
	pdf, warnings, err := PDF(r)
	if err != nil || len(warnings) != 0 {
		t.Fatal(err, warnings)
	}
	s := &setter{r: &r}
	pages, err := s.compose()
	if err != nil || len(pages) < 4 {
		t.Fatal(len(pages), err)
	}
	drawn := ""
	for _, p := range pages {
		drawn += strings.Join(p.Strings(), "")
	}
	text := extract(t, pdf)
	got, want := count(text), count(drawn)
	for c, n := range want {
		if got[c] != n {
			t.Errorf("%c: %d drawn, %d extracted", c, n, got[c])
		}
	}
	solid := strings.ReplaceAll(drawn, " ", "")
	for _, row := range r.Tables[0].Rows {
		if !strings.Contains(solid, strings.ReplaceAll(row[0].Text, " ", "")) {
			t.Errorf("%q is not whole", row[0].Text)
		}
	}
	for i := range pages {
		if want := fmt.Sprintf("%d / %d", i+1, len(pages)); !strings.Contains(text, want) {
			t.Errorf("page number %s is missing", want)
		}
	}
	if n := strings.Count(text, "上座率"); n != 1+len(pages) && n != len(pages) {
		t.Errorf("the head stands on %d of %d pages", n-1, len(pages))
	}
}

func TestTotalsAreSumsAndNeverAlone(t *testing.T) {
	t.Parallel()
	for rows := 1; rows < 60; rows++ {
		r := dayClose(rows)
		s := &setter{r: &r}
		pages, err := s.compose()
		if err != nil {
			t.Fatal(err)
		}
		want := format(Money, N(must(r.Tables[0].Sum(6))))
		found := false
		for _, p := range pages {
			texts := p.Strings()
			for i, s := range texts {
				if s != "合计" || found {
					continue
				}
				found = true
				if !strings.Contains(strings.Join(texts[i:], "|"), want) {
					t.Errorf("%d rows: the total is not %s", rows, want)
				}
				if !strings.Contains(strings.Join(texts[:i], ""), fmt.Sprintf("#%d", rows-1)) {
					t.Errorf("%d rows: the total stands alone", rows)
				}
			}
		}
		if !found {
			t.Errorf("%d rows: no total", rows)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	wide := Table{}
	row := []Cell{}
	for range 30 {
		wide.Columns = append(wide.Columns, Column{"票款合计", Money})
		row = append(row, N(123456789))
	}
	wide.Rows = [][]Cell{row}
	for code, r := range map[string]Report{
		"printing.missing":      {},
		"printing.ragged":       {Title: "x", Tables: []Table{{Columns: []Column{{"a", Text}}, Rows: [][]Cell{{T("a"), T("b")}}}}},
		"printing.does_not_fit": {Title: "x", Tables: []Table{wide}},
		"printing.out_of_range": {Title: "x", Tables: []Table{{Totals: true, Columns: []Column{{"a", Money}}, Rows: [][]Cell{{N(math.MaxInt64)}, {N(1)}}}}},
	} {
		var e *printing.Error
		if _, _, err := PDF(r); !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"¥1,280.05": format(Money, N(128005)), "-¥280.00": format(Money, N(-28000)), "85.12%": format(Ratio, N(8512)),
		"-1,234": format(Count, N(-1234)), "0": format(Count, N(0)), "-¥92,233,720,368,547,758.08": format(Money, N(math.MinInt64)),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	t.Parallel()
	a, _, err := PDF(dayClose(40))
	b, _, _ := PDF(dayClose(40))
	if err != nil || !bytes.Equal(a, b) {
		t.Error("two runs differ", err)
	}
}

// TestSampleToLookAt writes a sample when PRINT_SAMPLES names a folder.
func TestSampleToLookAt(t *testing.T) {
	dir := os.Getenv("PRINT_SAMPLES")
	if dir == "" {
		t.Skip("set PRINT_SAMPLES to a folder to get the sample")
	}
	for name, landscape := range map[string]bool{"report": false, "report-wide": true} {
		r := dayClose(42)
		r.Landscape = landscape
		pdf, _, err := PDF(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
