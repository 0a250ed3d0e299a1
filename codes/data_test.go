package codes_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parterre/codes"
)

func TestRegions(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"110000": "北京市", "110101": "北京市东城区", "310115": "上海市浦东新区", "441900": "广东省东莞市", "500101": "重庆市万州区",
		"659001": "新疆维吾尔自治区石河子市", "810000": "香港特别行政区", "820000": "澳门特别行政区", "710000": "台湾省",
		"330106": "浙江省杭州市西湖区", "469002": "海南省琼海市",
	} {
		r, ok := codes.LookupRegion(code)
		if !ok || r.FullName() != want || !r.Current() {
			t.Errorf("%s: %+v %q, want %q", code, r, r.FullName(), want)
		}
	}
	if n := len(codes.Regions(codes.Province)); n != 34 {
		t.Errorf("%d provinces, want 34", n)
	}
	if n := len(codes.Regions(codes.City)); n < 333 || n > 420 {
		t.Errorf("%d cities", n)
	}
	if n := len(codes.Regions(codes.County)); n < 2800 || n > 3400 {
		t.Errorf("%d counties", n)
	}
	if version, origin := codes.RegionVersion(); version == "" || !strings.Contains(origin, "gb2260 0.6.0") {
		t.Errorf("version %q, origin %q", version, origin)
	}
}

// Old codes stay known, with the time of their end.
func TestOldRegionsStayKnown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ code, name, until string }{
		{"110221", "北京市昌平县", "2002-12"}, {"110103", "北京市崇文区", "2010-10"}, {"310230", "上海市崇明县", "2016-07"}, {"330103", "浙江省杭州市下城区", "2023-06"},
	} {
		r, ok := codes.LookupRegion(tc.code)
		if !ok || r.Current() || r.Until != tc.until || r.FullName() != tc.name {
			t.Errorf("%s: %+v %s", tc.code, r, r.FullName())
		}
		x, err := codes.Parse(codes.KindVenue, tc.code+"00101")
		if err != nil {
			t.Fatal(err)
		}
		if w := x.Explain(nil).Warnings; len(w) != 1 || w[0].Code != "codes.region.abolished" {
			t.Errorf("%s: warnings %v", tc.code, w)
		}
	}
	if r, ok := codes.RegionOn("110103", "2005-01"); !ok || r.Name != "崇文区" {
		t.Errorf("崇文区 in 2005: %v %v", r, ok)
	}
	if _, ok := codes.RegionOn("110103", "2015-01"); ok {
		t.Error("崇文区 is still there in 2015")
	}
	unknown, err := codes.ParseVenue("11019900101")
	if err != nil {
		t.Fatal("an unknown region must warn, not fail:", err)
	}
	x := unknown.Explain(nil)
	if len(x.Warnings) != 1 || x.Warnings[0].Code != "codes.region.unknown" || x.Region != "北京市" {
		t.Errorf("%v, region %q", x.Warnings, x.Region)
	}
}

func TestSearchRegions(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{"浦东": "310115", "西湖区 杭州": "330106", "110101": "110101", "崇文": "110103"} {
		got := codes.SearchRegions(q, 5)
		if len(got) == 0 || got[0].Code != want || len(got) > 5 {
			t.Errorf("%q finds %v, want %s first", q, got, want)
		}
	}
	if got := codes.SearchRegions(" ", 5); len(got) != 0 {
		t.Errorf("nothing finds %v", got)
	}
}

// The tables that the rules name are there, with version and origin; chosen ones are marked as such.
func TestTables(t *testing.T) {
	t.Parallel()
	for table, want := range map[string][2]string{
		"performance-type": {"3001", "话剧歌剧·话剧"}, "film-country": {"051", "美国"}, "film-version": {"3", "IMAX"}, "id-document": {"1", "居民身份证"},
		"ticket-kind": {"full", "全价票"}, "medium": {"qr-dynamic", "动态二维码"}, "admission": {"both", "纸质或电子"}, "pickup": {"paperless", "无纸化"},
		"channel": {"box-office", "窗口"}, "payment": {"wechat", "微信支付"}, "real-name": {"per-ticket", "一票一证"}, "seating": {"seat", "对号入座"},
		"price-item": {"fixed-package", "固定套票"}, "seat-hold": {"security", "安保座"}, "project-state": {"on-sale", "销售中"},
		"ticket-state": {"exchanged", "已换"}, "programme-type": {"70", "类型 70"}, "film-seat-type": {"DL", "情侣座左"},
		"film-screen-type": {"CG", "中国巨幕"}, "film-operation": {"2", "退票"},
	} {
		tab, ok := codes.LookupTable(table)
		if !ok {
			t.Errorf("there is no table %s", table)
			continue
		}
		if e, ok := tab.Lookup(want[0]); !ok || e.ZH != want[1] {
			t.Errorf("%s %s: %+v", table, want[0], e)
		}
		if found := tab.Search(want[1]); len(found) == 0 || found[0].Code != want[0] {
			t.Errorf("%s: %q finds %v", table, want[1], found)
		}
	}
	for _, tab := range codes.Tables() {
		if tab.Version == "" || tab.Origin == "" || tab.Title == "" || strings.Contains(tab.Origin, "chosen") && !tab.Provisional && !strings.Contains(tab.Origin, "known") && !strings.Contains(tab.Origin, "published") {
			t.Errorf("%s: %+v", tab.Name, tab)
		}
	}
	if e, _ := codes.MustTable("ticket-kind").Lookup("complimentary"); e.Attr("public_sale") != "no" {
		t.Error("complimentary tickets are on public sale")
	}
}

func TestLoadTableRefuses(t *testing.T) {
	t.Parallel()
	head := "# title: T\n# version: 1\n# origin: o\n# columns: code\tzh\ten\n"
	for name, text := range map[string]string{
		"empty": "", "no rows": head, "no columns": "# title: T\n# version: 1\n# origin: o\na\t甲\tA\n", "no version": "# title: T\n# origin: o\n# columns: code\tzh\ten\na\t甲\tA\n",
		"short row": head + "a\t甲\n", "long row": head + "a\t甲\tA\tB\n", "twice": head + "a\t甲\tA\na\t乙\tB\n", "no name": head + "a\t\tA\n",
	} {
		if _, err := codes.LoadTable("t", text); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := codes.LoadTable("t", head+"a\t甲\tA\n"); err != nil {
		t.Error(err)
	}
}

// The core stands on the standard library alone, and the packages beside it on nothing of the application but its core.
func TestImports(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{
		".":           nil,
		"payload":     {"parterre/codes"},
		"payload/sm2": {"parterre/codes", "github.com/emmansun/gmsm/sm2"},
		"symbol":      {"parterre/codes", "github.com/boombuler/barcode"},
		"codestest":   {"parterre/codes"},
		"codestore":   {"parterre/codes", "parterre/modules/core/db"},
		"codeshttp":   {"parterre/codes", "parterre/modules/core/httpx", "parterre/modules/core/errs"},
		"codescmd":    {"parterre/codes", "github.com/alecthomas/kong", "github.com/emmansun/gmsm/sm2"},
	}
	for dir, ok := range allowed {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", dir, err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") && !strings.HasPrefix(filepath.Base(f), "gen_") {
				checkImports(t, f, ok)
			}
		}
	}
}

func checkImports(t *testing.T, file string, allowed []string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		good := !strings.Contains(path, ".") && !strings.HasPrefix(path, "parterre")
		for _, a := range allowed {
			good = good || path == a || strings.HasPrefix(path, a+"/")
		}
		if !good {
			t.Errorf("%s imports %s", file, path)
		}
	}
}

func TestExplanationJSONOfAnInvalidValue(t *testing.T) {
	t.Parallel()
	x := codes.Show{}.Explain(nil)
	b, err := json.Marshal(x)
	if err != nil || !strings.HasPrefix(string(b), `{"kind":"show","valid":false,"error":{"code":"codes.show.zero"`) || x.Err() == nil {
		t.Errorf("%s, %v", b, err)
	}
}
