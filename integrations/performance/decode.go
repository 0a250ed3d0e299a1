package performance

import (
	"strconv"
)

// Fault is one thing in a message that its table does not allow.
type Fault struct {
	Path   string `json:"path"` // such as records[0].tickets[3].amount
	Code   string `json:"code"` // answer code: 2001 or 2002
	Why    string `json:"why"`
	Clause string `json:"clause,omitempty"`
	Start  int    `json:"start"` // place in the bytes
	End    int    `json:"end"`
	Note   bool   `json:"note,omitempty"` // worth telling, no reason to refuse
}

// Decode reads a JSON text by a table. It accepts only what Encode could have
// written, apart from white space and the order of fields, which JSON leaves
// free: another order is a Fault marked Note. The record holds what could be
// read; it is whole only if no fault but notes came back.
func (p *Profile) Decode(table string, raw []byte) (Record, *Node, []Fault) {
	tree, err := ParseTree(raw)
	if err != nil {
		return nil, nil, []Fault{{Code: CodeSchema, Why: "not a JSON message: " + reason(err), End: len(raw)}}
	}
	d := decoder{p: p}
	if t := tree.Child("type"); table == "REPORT" && t != nil && t.Kind == 's' { // names the table of the records
		if _, ok := p.NameOf("messageType", t.Text); ok {
			d.star = t.Text
		}
	}
	if tree.Kind != 'o' {
		d.fault("", tree, Field{}, "it must be an object")
		return nil, tree, d.faults
	}
	return d.record(table, "", tree), tree, d.faults
}

// reason keeps the JSON package's quotes of the text out of the sentence.
func reason(err error) string {
	switch err { //nolint:errorlint // these four are returned bare
	case errNotUTF8, errDepth, errTail, errScalar:
		return err.Error()
	}
	return "its syntax is wrong or it ends too early"
}

// Broken returns the faults that are more than notes.
func Broken(faults []Fault) []Fault {
	var out []Fault
	for _, f := range faults {
		if !f.Note {
			out = append(out, f)
		}
	}
	return out
}

type decoder struct {
	p      *Profile
	star   string
	faults []Fault
}

func (d *decoder) fault(path string, n *Node, f Field, why string) {
	code := CodeSchema
	if why == unknownCode {
		code = CodeUnknownCode
	}
	d.faults = append(d.faults, Fault{Path: path, Code: code, Why: why, Clause: f.Clause, Start: n.Start, End: n.End})
}

func (d *decoder) record(table, path string, n *Node) Record {
	fields := d.p.Tables[table]
	at := make(map[string]int, len(fields))
	for i, f := range fields {
		at[f.Name] = i
	}
	out, last, ordered := Record{}, -1, true
	for _, item := range n.Items {
		i, ok := at[item.Name]
		if !ok {
			d.fault(path+item.Name, item, Field{}, "the table has no such field")
			continue
		}
		if _, twice := out[item.Name]; twice {
			d.fault(path+item.Name, item, fields[i], "the field is there twice")
			continue
		}
		ordered = ordered && i > last
		last = i
		out[item.Name] = d.value(fields[i], path+item.Name, item)
	}
	for _, f := range fields {
		if _, ok := out[f.Name]; !ok && f.Required {
			d.fault(path+f.Name, n, f, "it is missing")
		}
	}
	if !ordered {
		d.faults = append(d.faults, Fault{Path: path + table, Code: CodeSchema, Why: "the fields are not in the order of the table", Start: n.Start, End: n.End, Note: true})
	}
	return out
}

func (d *decoder) value(f Field, path string, n *Node) any {
	switch f.Type {
	case "int", "fen":
		return d.number(f, path, n)
	case "list":
		return d.texts(f, path, n)
	case "object":
		if n.Kind != 'o' {
			d.fault(path, n, f, "it must be an object")
			return Record{}
		}
		return d.record(f.Table, path+".", n)
	case "rows":
		return d.rows(f, path, n)
	}
	if n.Kind != 's' {
		d.fault(path, n, f, "it must be a text")
		return ""
	}
	if why := d.p.checkText(f, n.Text); why != "" {
		d.fault(path, n, f, why)
	}
	return n.Text
}

func (d *decoder) number(f Field, path string, n *Node) any {
	v, err := strconv.ParseInt(n.Text, 10, 64)
	if n.Kind != 'n' || err != nil || strconv.FormatInt(v, 10) != n.Text {
		d.fault(path, n, f, "it must be a whole number")
		return int64(0)
	}
	if why := checkInt(f, v); why != "" {
		d.fault(path, n, f, why)
	}
	return v
}

func (d *decoder) texts(f Field, path string, n *Node) any {
	out := []string{}
	if n.Kind != 'a' {
		d.fault(path, n, f, "it must be a list")
		return out
	}
	for i, item := range n.Items {
		if item.Kind != 's' {
			d.fault(path+"["+strconv.Itoa(i)+"]", item, f, "it must be a text")
			return out
		}
		out = append(out, item.Text)
	}
	if why := checkList(f, out); why != "" {
		d.fault(path, n, f, why)
	}
	return out
}

func (d *decoder) rows(f Field, path string, n *Node) any {
	out := []Record{}
	if n.Kind != 'a' {
		d.fault(path, n, f, "it must be a list")
		return out
	}
	if c := int64(len(n.Items)); c < f.Min || c > f.Max {
		d.fault(path, n, f, countRule(f))
		return out
	}
	table := f.Table
	if table == "*" {
		table = d.star
	}
	for i, item := range n.Items {
		where := path + "[" + strconv.Itoa(i) + "]"
		if item.Kind != 'o' {
			d.fault(where, item, f, "it must be an object")
			out = append(out, Record{})
			continue
		}
		if table == "" { // the report's type is not known; said where the type is
			out = append(out, Record{})
			continue
		}
		out = append(out, d.record(table, where+".", item))
	}
	return out
}

// Report is a decoded report message.
type Report struct {
	Record Record // the envelope with its records
	Tree   *Node
	Faults []Fault
}

// DecodeReport reads a report: its type names the table of its records.
func (p *Profile) DecodeReport(raw []byte) Report {
	r, tree, faults := p.Decode("REPORT", raw)
	return Report{r, tree, faults}
}

// EncodeReport writes a report of records of one type.
func (p *Profile) EncodeReport(r Record) ([]byte, error) {
	return p.encode("REPORT", r.Text("type"), r)
}
