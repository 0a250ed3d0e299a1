package codes

import (
	"embed"
	"sort"
	"strings"
	"sync"
)

//go:embed data/table/*.tsv
var tableFiles embed.FS

// Table is a code table: data with a version and an origin. Those marked provisional rest on a decision of ours and
// are shown as such.
type Table struct {
	Name        string // "performance-type", as the file is called
	Title, EN   string
	Version     string
	Origin      string
	Provisional bool

	columns []string
	entries []Entry
	byCode  map[string]int
}

// Entry is one row of a table.
type Entry struct {
	Code   string
	ZH, EN string
	Attrs  map[string]string // further columns
}

// Attr is the value of a further column, empty where there is none.
func (e Entry) Attr(name string) string { return e.Attrs[name] }

var loadTables = sync.OnceValue(func() map[string]*Table {
	files, err := tableFiles.ReadDir("data/table")
	if err != nil {
		panic(err)
	}
	out := map[string]*Table{}
	for _, f := range files {
		b, err := tableFiles.ReadFile("data/table/" + f.Name())
		if err != nil {
			panic(err)
		}
		name := strings.TrimSuffix(f.Name(), ".tsv")
		out[name] = mustLoadTable(name, string(b))
	}
	return out
})

// Tables lists the tables by name.
func Tables() []*Table {
	var out []*Table
	for _, t := range loadTables() {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// LookupTable finds a table by name.
func LookupTable(name string) (*Table, bool) {
	t, ok := loadTables()[name]
	return t, ok
}

// MustTable is LookupTable for names written in the program.
func MustTable(name string) *Table {
	t, ok := LookupTable(name)
	if !ok {
		panic("codes: no table " + name)
	}
	return t
}

// Entries lists the rows in the order of the file.
func (t *Table) Entries() []Entry { return append([]Entry(nil), t.entries...) }

// Lookup finds a row by its code.
func (t *Table) Lookup(code string) (Entry, bool) {
	i, ok := t.byCode[code]
	if !ok {
		return Entry{}, false
	}
	return t.entries[i], true
}

// Search finds the rows whose code begins with q or whose names hold it, without regard to case.
func (t *Table) Search(q string) []Entry {
	q = strings.ToLower(strings.TrimSpace(q))
	var out []Entry
	for _, e := range t.entries {
		if q != "" && (strings.HasPrefix(strings.ToLower(e.Code), q) || strings.Contains(e.ZH, q) || strings.Contains(strings.ToLower(e.EN), q)) {
			out = append(out, e)
		}
	}
	return out
}

// LoadTable reads a table from its text: header lines "# key: value" (title, en, version, origin, provisional, columns),
// then rows with tabs between the columns, of which the first three are code, zh, en. It is the one loader, also for
// tables that replace ours. Errors name the line.
func LoadTable(name, text string) (*Table, error) {
	t := &Table{Name: name, byCode: map[string]int{}}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if h, ok := strings.CutPrefix(line, "# "); ok {
			t.header(h)
			continue
		}
		if line == "" {
			continue
		}
		if err := t.row(n, line); err != nil {
			return nil, err
		}
	}
	if t.Title == "" || t.Version == "" || t.Origin == "" || len(t.entries) == 0 {
		return nil, tableFault(name, 0, "须有 title、version、origin 和至少一行数据", "must have title, version, origin and at least one row")
	}
	return t, nil
}

func (t *Table) header(h string) {
	k, v, _ := strings.Cut(h, ":")
	v = strings.TrimSpace(v)
	switch k {
	case "title":
		t.Title = v
	case "en":
		t.EN = v
	case "version":
		t.Version = v
	case "origin":
		t.Origin = v
	case "provisional":
		t.Provisional = v == "yes"
	case "columns":
		t.columns = strings.Split(v, "\t")
	}
}

func (t *Table) row(n int, line string) error {
	f := strings.Split(line, "\t")
	if len(t.columns) < 3 || len(f) != len(t.columns) {
		return tableFault(t.Name, n, "列数与 columns 不符", "must have as many columns as its heading")
	}
	e := Entry{Code: f[0], ZH: f[1], EN: f[2], Attrs: map[string]string{}}
	if e.Code == "" || e.ZH == "" || e.EN == "" {
		return tableFault(t.Name, n, "代码与中英文名称不能为空", "must have a code and both names")
	}
	if _, dup := t.byCode[e.Code]; dup {
		return tableFault(t.Name, n, "代码重复", "repeats a code")
	}
	for i := 3; i < len(f); i++ {
		e.Attrs[t.columns[i]] = f[i]
	}
	t.byCode[e.Code] = len(t.entries)
	t.entries = append(t.entries, e)
	return nil
}

func tableFault(name string, line int, zh, en string) *Error {
	return fault{
		reason: "table", field: name, fieldZH: "代码表 " + name, fieldEN: "table " + name, offset: -1, from: line, to: line, ruleZH: zh, ruleEN: en,
	}.build()
}

func mustLoadTable(name, text string) *Table {
	t, err := LoadTable(name, text)
	if err != nil {
		panic(err)
	}
	return t
}
