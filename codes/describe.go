package codes

import "errors"

// Description is what people are shown of a text that may be a code: the long form of an Explanation, with labels,
// positions and meanings. A text that is no code has Valid false and Error, and nothing of the text itself.
type Description struct {
	Kind       Kind        `json:"kind,omitempty"`
	Valid      bool        `json:"valid"`
	TitleZH    string      `json:"titleZh,omitempty"`
	TitleEN    string      `json:"titleEn,omitempty"`
	Form       string      `json:"form,omitempty"`
	Clause     string      `json:"clause,omitempty"`
	Origin     Origin      `json:"origin,omitempty"`
	Profile    string      `json:"profile,omitempty"` // for codes that hold a venue code
	Fields     []FieldText `json:"fields,omitempty"`
	Region     string      `json:"region,omitempty"`
	Warnings   []Warning   `json:"warnings,omitempty"`
	AlsoReadAs []Kind      `json:"alsoReadAs,omitempty"`
	Error      *ErrorText  `json:"error,omitempty"`
}

// FieldText is a Field in a Description.
type FieldText struct {
	Name  string `json:"name"`
	ZH    string `json:"zh"`
	EN    string `json:"en"`
	Value any    `json:"value" doc:"A string, or a number for number and year"`
	From  int    `json:"from,omitempty" doc:"First position, from 1"`
	To    int    `json:"to,omitempty" doc:"Last position"`
	Note  string `json:"note,omitempty" doc:"What the value means"`
}

// ErrorText is an Error as JSON.
type ErrorText struct {
	Code   string `json:"code"`
	Field  string `json:"field,omitempty"`
	Offset int    `json:"offset" doc:"Byte offset, -1 for the whole text"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Rule   string `json:"rule"`
	Found  string `json:"found,omitempty"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
}

// Text is the error for JSON.
func (e *Error) Text() ErrorText {
	return ErrorText{e.Code, e.Field, e.Offset, e.From, e.To, e.Rule, e.Found, e.zh, e.en}
}

// Describe tells what a text is. With kind "" the likeliest kind is taken; a nil profile is the default one.
func Describe(text string, kind Kind, p *Profile) Description {
	var c Code
	var also []Kind
	var err error
	if kind == "" {
		c, also, err = ParseAny(text)
	} else {
		c, err = Parse(kind, text)
	}
	if err != nil {
		return DescribeError(kind, err)
	}
	x := c.Explain(p)
	info := x.Kind.Info()
	d := Description{
		Kind: x.Kind, Valid: true, TitleZH: info.ZH, TitleEN: info.EN, Form: info.Form, Clause: info.Clause, Origin: info.Origin,
		Region: x.Region, Warnings: x.Warnings, AlsoReadAs: also,
	}
	for _, f := range x.Fields {
		d.Fields = append(d.Fields, FieldText(f))
	}
	if x.Get("hallNo") != nil {
		d.Profile = p.Name()
	}
	return d
}

// DescribeError is the Description of a text that is no code. An error that is not an *Error is shown without its text.
func DescribeError(kind Kind, err error) Description {
	var e *Error
	if !errors.As(err, &e) {
		e = NewError("codes.code.internal", "", "无法识别", "cannot be read")
	}
	if kind == "" {
		kind = e.Kind
	}
	t := e.Text()
	d := Description{Kind: kind, Error: &t}
	if kind != "" {
		info := kind.Info()
		d.TitleZH, d.TitleEN, d.Form, d.Clause, d.Origin = info.ZH, info.EN, info.Form, info.Clause, info.Origin
	}
	return d
}
