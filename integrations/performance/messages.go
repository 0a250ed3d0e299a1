package performance

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Record is one row of a message by field name. The value of a text, digits,
// code, flag, ticket, instant or day field is a string as it is sent; of an
// int or fen an int64; of a list a []string; of an object a Record; of rows a
// []Record. An absent optional field is not in the map.
type Record map[string]any

// Text returns a text field, "" if absent.
func (r Record) Text(name string) string { s, _ := r[name].(string); return s }

// Int returns a number field, 0 if absent.
func (r Record) Int(name string) int { n, _ := r[name].(int64); return int(n) }

// Fen returns an amount field.
func (r Record) Fen(name string) money.Fen { n, _ := r[name].(int64); return money.Fen(n) }

// Flag returns a flag field.
func (r Record) Flag(name string) bool { return r.Text(name) == "1" }

// Time returns an instant field, the zero time if absent.
func (r Record) Time(name string) time.Time {
	t, _ := time.Parse(instantLayout, r.Text(name))
	return t
}

// Day returns a day field.
func (r Record) Day(name string) clock.Day { d, _ := clock.ParseDay(r.Text(name)); return d }

// Rows returns the rows of a field.
func (r Record) Rows(name string) []Record { rows, _ := r[name].([]Record); return rows }

// Object returns an object field, nil if absent.
func (r Record) Object(name string) Record { o, _ := r[name].(Record); return o }

// instantLayout is the form of times: local time of Shanghai with its offset,
// in milliseconds.
const instantLayout = "2006-01-02T15:04:05.000-07:00"

// Instant writes a time as it is sent.
func Instant(t time.Time) string {
	return t.In(clock.Shanghai).Truncate(time.Millisecond).Format(instantLayout)
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// Encode writes a record in the order of its table. It refuses what does not
// fit and never cuts: the error is ErrField and names the field.
func (p *Profile) Encode(table string, r Record) ([]byte, error) { return p.encode(table, "", r) }

// encode takes the table of "*" rows, the records of a report.
func (p *Profile) encode(table, star string, r Record) ([]byte, error) {
	var b bytes.Buffer
	if err := p.writeRecord(&b, table, star, "", r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func refuse(path, why string) error {
	return ErrField.With("field", path).With("why", why).At(path)
}

func (p *Profile) writeRecord(b *bytes.Buffer, table, star, path string, r Record) error {
	fields, ok := p.Tables[table]
	if !ok {
		return refuse(path+table, "there is no such table")
	}
	known, first := 0, true
	b.WriteByte('{')
	for _, f := range fields {
		v, ok := r[f.Name]
		if !ok {
			if f.Required {
				return refuse(path+f.Name, "it is missing")
			}
			continue
		}
		known++
		if !first {
			b.WriteByte(',')
		}
		first = false
		writeString(b, f.Name)
		b.WriteByte(':')
		if err := p.writeValue(b, f, star, path+f.Name, v); err != nil {
			return err
		}
	}
	if known != len(r) {
		return refuse(path+table, "the record has a field that the table does not know")
	}
	b.WriteByte('}')
	return nil
}

func (p *Profile) writeValue(b *bytes.Buffer, f Field, star, path string, v any) error {
	switch v := v.(type) {
	case string:
		if why := p.checkText(f, v); why != "" {
			return refuse(path, why)
		}
		writeString(b, v)
		return nil
	case int64:
		if why := checkInt(f, v); why != "" {
			return refuse(path, why)
		}
		b.WriteString(strconv.FormatInt(v, 10))
		return nil
	case []string:
		if why := checkList(f, v); why != "" {
			return refuse(path, why)
		}
		b.WriteByte('[')
		for i, s := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, s)
		}
		b.WriteByte(']')
		return nil
	case Record:
		if f.Type != "object" {
			return refuse(path, "its type is another one")
		}
		return p.writeRecord(b, f.Table, "", path+".", v)
	case []Record:
		return p.writeRows(b, f, star, path, v)
	}
	return refuse(path, "its type is another one")
}

func (p *Profile) writeRows(b *bytes.Buffer, f Field, star, path string, rows []Record) error {
	if f.Type != "rows" {
		return refuse(path, "its type is another one")
	}
	if n := int64(len(rows)); n < f.Min || n > f.Max {
		return refuse(path, countRule(f))
	}
	table := f.Table
	if table == "*" {
		table = star
	}
	b.WriteByte('[')
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := p.writeRecord(b, table, "", path+"["+strconv.Itoa(i)+"].", r); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// writeString writes a JSON string without HTML escapes, so that the bytes
// count what the text counts.
func writeString(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	b.Truncate(b.Len() - 1)
}

// checkText returns why s does not fit the field, "" if it does.
func (p *Profile) checkText(f Field, s string) string {
	if f.Width > 0 && len(s) > f.Width {
		return "it has " + strconv.Itoa(len(s)) + " bytes and the field has " + strconv.Itoa(f.Width)
	}
	if int64(len(s)) < f.Min {
		return "it needs at least " + strconv.FormatInt(f.Min, 10) + " bytes"
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return "it holds a control character"
		}
	}
	switch f.Type {
	case "text":
		if s == "" && f.Required {
			return "it is empty"
		}
		if f.Pattern == "uuid" {
			if _, err := ids.Parse(s); err != nil {
				return "it is not a UUID"
			}
		}
		return ""
	case "digits":
		return only(s, "0123456789", "it may hold digits only")
	case "ticket":
		return only(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "it may hold digits and capital letters only")
	case "flag":
		if s != "0" && s != "1" {
			return "it must be 0 or 1"
		}
		return ""
	case "code":
		if _, ok := p.NameOf(f.Table, s); !ok {
			return unknownCode
		}
		return ""
	case "instant":
		if t, err := time.Parse(instantLayout, s); err != nil || Instant(t) != s {
			return "it must be a time of Shanghai such as 2026-01-02T15:04:05.000+08:00"
		}
		return ""
	case "day":
		if _, err := clock.ParseDay(s); err != nil {
			return "it must be a real day as YYYY-MM-DD"
		}
		return ""
	}
	return "its type is another one"
}

const unknownCode = "the code is not in its table"

func only(s, alphabet, why string) string {
	for i := 0; i < len(s); i++ {
		if bytes.IndexByte([]byte(alphabet), s[i]) < 0 {
			return why
		}
	}
	return ""
}

func checkInt(f Field, n int64) string {
	switch f.Type {
	case "int":
		if n < f.Min || n > f.Max {
			return "it must be " + strconv.FormatInt(f.Min, 10) + " to " + strconv.FormatInt(f.Max, 10)
		}
		return ""
	case "fen":
		if money.Fen(n).Check() != nil {
			return "the amount is out of range"
		}
		return ""
	}
	return "its type is another one"
}

func checkList(f Field, items []string) string {
	if f.Type != "list" {
		return "its type is another one"
	}
	if n := int64(len(items)); n < f.Min || n > f.Max {
		return countRule(f)
	}
	for _, s := range items {
		if s == "" || len(s) > f.Width {
			return "each entry must have 1 to " + strconv.Itoa(f.Width) + " bytes"
		}
		for _, r := range s {
			if unicode.IsControl(r) {
				return "it holds a control character"
			}
		}
	}
	return ""
}

func countRule(f Field) string {
	return "there must be " + strconv.FormatInt(f.Min, 10) + " to " + strconv.FormatInt(f.Max, 10) + " of them"
}
