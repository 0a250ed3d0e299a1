package performance

import (
	"fmt"
	"io"
	"strings"
)

// Describe writes an annotated dump of a message by a table: every field with
// its value, meaning, origin and clause, and every fault under the field it is
// in. Values whose field asks for it are masked. For reports pass "REPORT".
func (p *Profile) Describe(w io.Writer, table string, raw []byte) error {
	var tree *Node
	var faults []Fault
	star := ""
	if table == "REPORT" {
		r := p.DecodeReport(raw)
		tree, faults = r.Tree, r.Faults
		star = r.Record.Text("type")
	} else {
		_, tree, faults = p.Decode(table, raw)
	}
	d := dumper{w: w, p: p, star: star, faults: faults}
	d.printf("%s  profile %s v%d", table, p.Name, p.Version)
	if p.Provisional {
		d.printf("  (provisional 暂定)")
	}
	d.printf("\n")
	if tree == nil {
		for _, f := range faults {
			d.printf("  ! %s %s\n", f.Code, f.Why)
		}
		return d.err
	}
	d.object(tree, table, "", 1)
	return d.err
}

type dumper struct {
	w      io.Writer
	p      *Profile
	star   string
	faults []Fault
	err    error
}

func (d *dumper) printf(format string, args ...any) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.w, format, args...)
	}
}

func (d *dumper) object(n *Node, table, path string, depth int) {
	fields := map[string]Field{}
	for _, f := range d.p.Tables[table] {
		fields[f.Name] = f
	}
	for _, item := range n.Items {
		f, ok := fields[item.Name]
		if !ok {
			f = Field{Name: item.Name, Type: "?", Origin: "unknown", Zh: "未知字段", En: "unknown field"}
		}
		d.field(item, f, path+item.Name, depth)
	}
	d.marks(strings.TrimSuffix(path, "."), depth)
}

func (d *dumper) field(n *Node, f Field, path string, depth int) {
	pad := strings.Repeat("  ", depth)
	d.printf("%s%-18s %-34s %s / %s  [%s%s]\n", pad, f.Name, d.p.Show(f, n), f.Zh, f.En, f.Origin, clause(f))
	d.marks(path, depth)
	table := f.Table
	if table == "*" {
		table = d.star
	}
	switch n.Kind {
	case 'o':
		d.object(n, table, path+".", depth+1)
	case 'a':
		for i, item := range n.Items {
			if item.Kind == 'o' {
				where := fmt.Sprintf("%s[%d]", path, i)
				d.printf("%s  [%d]\n", pad, i)
				d.object(item, table, where+".", depth+2)
			}
		}
	}
}

func clause(f Field) string {
	if f.Clause == "" {
		return ""
	}
	return " " + f.Clause
}

func (d *dumper) marks(path string, depth int) {
	for _, f := range d.faults {
		if f.Path == path && path != "" {
			d.printf("%s  ! %s %s (bytes %d-%d)\n", strings.Repeat("  ", depth), f.Code, f.Why, f.Start, f.End)
		}
	}
}

// Show gives a field's value for people: masked if the table says so, codes
// with their meaning, amounts in yuan. A value of a field that no table knows
// is never shown, since nobody knows what is in it.
func (p *Profile) Show(f Field, n *Node) string {
	switch n.Kind {
	case 'o':
		return "{}"
	case 'a':
		return fmt.Sprintf("[%d]", len(n.Items))
	}
	switch {
	case f.Type == "?":
		return "***"
	case f.Mask == "tail":
		return mask(n.Text)
	case f.Type == "code":
		c, ok := p.NameOf(f.Table, n.Text)
		if !ok {
			return n.Text + " (?)"
		}
		return n.Text + " " + c.Zh
	}
	return n.Text
}

// mask shows the last four characters of a long value, two of a short one.
func mask(s string) string {
	r := []rune(s)
	keep := 4
	if len(r) < 12 {
		keep = 2
	}
	if len(r) <= keep {
		return "***"
	}
	return "***" + string(r[len(r)-keep:])
}
