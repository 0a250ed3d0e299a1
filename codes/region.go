package codes

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
)

//go:embed data/region.tsv
var regionData string

// Level is the level of a region.
type Level int

// Levels of regions.
const (
	Province Level = iota + 1
	City
	County
)

// Region is one name of one GB/T 2260 code in one period. A code that changed its name has several; old codes stay
// known. The data are revisions of the table, so that Since and Until are the first revision that lists, or lists no
// more, the name: the change happened then or somewhat before. "" is open: Since before the first dated revision
// (2002-12), Until still in the last one.
type Region struct {
	Code  string `json:"code"` // 6 digits
	Name  string `json:"name"` // without the names of the levels above
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
}

type regionTable struct {
	version, origin string
	rows            []Region // by code, then by time
}

var loadRegions = sync.OnceValue(func() *regionTable {
	t := &regionTable{}
	for line := range strings.Lines(regionData) {
		line = strings.TrimSuffix(line, "\n")
		if v, ok := strings.CutPrefix(line, "# version: "); ok {
			t.version = v
		}
		if v, ok := strings.CutPrefix(line, "# origin: "); ok {
			t.origin = v
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 || len(f[0]) != 6 {
			panic("codes: data/region.tsv: bad line " + line)
		}
		t.rows = append(t.rows, Region{f[0], f[1], f[2], f[3]})
	}
	return t
})

// RegionVersion is the revision of the region table and where it came from.
func RegionVersion() (version, origin string) {
	t := loadRegions()
	return t.version, t.origin
}

// Regions lists all regions of a level that are current, by code.
func Regions(l Level) []Region {
	var out []Region
	for _, r := range loadRegions().rows {
		if r.Current() && r.Level() == l {
			out = append(out, r)
		}
	}
	return out
}

// RegionHistory lists the names that a code has had, oldest first.
func RegionHistory(code string) []Region {
	rows := loadRegions().rows
	i := sort.Search(len(rows), func(i int) bool { return rows[i].Code >= code })
	j := i
	for j < len(rows) && rows[j].Code == code {
		j++
	}
	return append([]Region(nil), rows[i:j]...)
}

// LookupRegion finds the latest name of a six-digit code, current or not.
func LookupRegion(code string) (Region, bool) {
	h := RegionHistory(code)
	if len(h) == 0 {
		return Region{}, false
	}
	return h[len(h)-1], true
}

// RegionOn finds the name that a code had in a month, YYYY-MM.
func RegionOn(code, month string) (Region, bool) {
	for _, r := range RegionHistory(code) {
		if r.Since <= month && (r.Until == "" || month < r.Until) {
			return r, true
		}
	}
	return Region{}, false
}

// SearchRegions finds current and old regions whose full name holds every word of q, or whose code begins with q;
// at most limit, current ones first.
func SearchRegions(q string, limit int) []Region {
	words := strings.Fields(q)
	var now, past []Region
	for _, r := range loadRegions().rows {
		if len(words) == 0 || !matchRegion(r, words) {
			continue
		}
		if r.Current() {
			now = append(now, r)
		} else {
			past = append(past, r)
		}
	}
	out := append(now, past...)
	if len(out) > limit {
		out = out[:limit]
	}
	return out
}

func matchRegion(r Region, words []string) bool {
	for _, w := range words {
		if !strings.HasPrefix(r.Code, w) && !strings.Contains(r.FullName(), w) {
			return false
		}
	}
	return true
}

// Current tells whether the last revision lists the name.
func (r Region) Current() bool { return r.Until == "" }

// Level is told by the zeros at the end of the code.
func (r Region) Level() Level {
	switch {
	case r.Code[2:] == "0000":
		return Province
	case r.Code[4:] == "00":
		return City
	}
	return County
}

// FullName is the name with those of the levels above, as they were when this name ended; the placeholders of the table
// (市辖区, 县, 省直辖县级行政区划) are left out.
func (r Region) FullName() string {
	name := r.Name
	if isPlaceholder(name) {
		name = ""
	}
	if r.Level() == County {
		if c, ok := r.above(r.Code[:4] + "00"); ok && !isPlaceholder(c.Name) {
			name = c.Name + name
		}
	}
	if r.Level() != Province {
		if p, ok := r.above(r.Code[:2] + "0000"); ok {
			name = p.Name + name
		}
	}
	return name
}

func (r Region) above(code string) (Region, bool) {
	h := RegionHistory(code)
	for i := len(h) - 1; i >= 0; i-- {
		if r.Until == "" || h[i].Since < r.Until {
			return h[i], true
		}
	}
	return Region{}, false
}

func isPlaceholder(n string) bool {
	return n == "市辖区" || n == "县" || n == "市" || strings.Contains(n, "直辖")
}

// nearestRegion finds the city or province that an unknown code lies in.
func nearestRegion(code string) (Region, bool) {
	for _, c := range []string{code[:4] + "00", code[:2] + "0000"} {
		if r, ok := LookupRegion(c); ok {
			return r, true
		}
	}
	return Region{}, false
}
