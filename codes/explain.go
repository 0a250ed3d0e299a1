package codes

import (
	"bytes"
	"encoding/json"
)

// Field is one part of a code: its name for programs, its labels for people, its value and where it stands
// (positions from 1, both included; 0 for what was derived).
type Field struct {
	Name  string
	ZH    string
	EN    string
	Value any // string or int
	From  int
	To    int
	Note  string // the meaning of the value, Chinese first, where a table knows it
}

// Warning is a doubt that does not make a code invalid.
type Warning struct {
	Code string `json:"code"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
}

// Explanation tells what a valid code says. Its JSON is flat: kind, valid, the fields in order, region, and only where
// there are any, warnings and alsoReadAs.
type Explanation struct {
	Kind       Kind
	Fields     []Field
	Region     string // full name of the region, empty where the code has none or the table does not know it
	HasRegion  bool
	Warnings   []Warning
	AlsoReadAs []Kind
	err        *Error
}

// Err is the reason why the code is invalid, nil for a valid one.
func (x *Explanation) Err() error {
	if x.err == nil {
		return nil
	}
	return x.err
}

// Get is the value of a field, nil when there is none of that name.
func (x *Explanation) Get(name string) any {
	for _, f := range x.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

func invalidExplanation(k Kind) Explanation { return Explanation{Kind: k, err: zeroFault(k)} }

func (x *Explanation) add(sp span, value any) *Field {
	x.Fields = append(x.Fields, Field{Name: sp.name, ZH: sp.zh, EN: sp.en, Value: value, From: sp.from + 1, To: sp.to})
	return &x.Fields[len(x.Fields)-1]
}

func (x *Explanation) warn(code, zh, en string) {
	x.Warnings = append(x.Warnings, Warning{code, zh, en})
}

func (x *Explanation) venue(p *Profile, v Venue) {
	s := v.String()
	x.Fields = append(x.Fields, Field{Name: "venue", ZH: "场所编码", EN: "venue code", Value: s, From: 1, To: venueLen})
	for _, sp := range []span{spanProvince, spanCity, spanDistrict, p.venueSpan(), p.hallSpan()} {
		x.add(sp, sp.of(s))
	}
}

func (x *Explanation) show(p *Profile, c Show) {
	x.venue(p, c.Venue())
	x.add(spanShowDate, c.Date().String())
	x.add(spanShowNumber, c.Number())
	x.region(c.Venue().Region())
}

// region looks the six digits up and warns of what is unknown or abolished.
func (x *Explanation) region(code string) {
	x.HasRegion = true
	r, ok := LookupRegion(code)
	if !ok {
		x.warn("codes.region.unknown", "行政区划代码 "+code+" 不在 GB/T 2260 数据中", "region "+code+" is not in the GB/T 2260 data")
		if up, found := nearestRegion(code); found {
			x.Region = up.FullName()
		}
		return
	}
	x.Region = r.FullName()
	if !r.Current() {
		x.warn("codes.region.abolished", "行政区划 "+r.FullName()+" 已于 "+r.Until+" 前撤销或更名", "region "+r.FullName()+" was abolished or renamed before "+r.Until)
	}
}

// note looks a value up in a table and warns where it is unknown.
func (x *Explanation) note(f *Field, table, value string) {
	t := MustTable(table)
	if e, ok := t.Lookup(value); ok {
		f.Note = e.ZH
		return
	}
	x.warn("codes."+table+".unknown", t.Title+"中没有 "+value, value+" is not in the table "+table)
}

// MarshalJSON writes the flat object described at the type.
func (x Explanation) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	put := func(name string, v any) error {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		k, _ := json.Marshal(name)
		b.Write(k)
		b.WriteByte(':')
		j, err := json.Marshal(v)
		b.Write(j)
		return err
	}
	b.WriteByte('{')
	err := put("kind", x.Kind)
	err = first(err, put("valid", x.err == nil))
	if x.err != nil {
		err = first(err, put("error", x.err))
	}
	for _, f := range x.Fields {
		err = first(err, put(f.Name, f.Value))
	}
	if x.HasRegion {
		err = first(err, put("region", x.Region))
	}
	if len(x.Warnings) > 0 {
		err = first(err, put("warnings", x.Warnings))
	}
	if len(x.AlsoReadAs) > 0 {
		err = first(err, put("alsoReadAs", x.AlsoReadAs))
	}
	b.WriteByte('}')
	return b.Bytes(), err
}

// MarshalJSON writes the error for programs and people.
func (e *Error) MarshalJSON() ([]byte, error) { return json.Marshal(e.Text()) }

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
