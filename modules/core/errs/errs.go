// Package errs holds the only kind of error that a user ever sees: a machine
// code, a sentence in Chinese and English that says what to do, and the field
// or rule it is about.
//
// Everything that is not an *errs.Error is internal: it is logged and shown as
// "internal" with a request id, never with its text. Codes are stable, dotted
// "module.reason" names; they are part of the public interface and do not
// change once released. Messages may change at any time.
package errs

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says what sort of failure an error is; it decides the HTTP status.
type Kind uint8

// The kinds, from the caller's fault to ours.
const (
	Internal    Kind = iota // a fault of ours; the text is never shown
	Invalid                 // the request is not of the right form or breaks a rule of its own (422)
	NotFound                // no such thing, or none that this caller may see (404)
	Conflict                // the request is right but the state of things forbids it now (409)
	Unsigned                // nobody is signed in, or the credential is not good (401)
	Forbidden               // signed in, but without the permission (403)
	TooMany                 // over a limit; try again later (429)
	Unavailable             // a part we depend on does not answer; try again (503)
	TooLarge                // the body is over its limit (413)
	Gone                    // it was there and has ended (410)
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "unsigned", "forbidden", "too_many", "unavailable", "too_large", "gone"}

// String returns the kind's stable name.
func (k Kind) String() string { return kindNames[k] }

// Field is one thing wrong with one field of a request.
type Field struct {
	Path string `json:"path"`           // JSON path, such as "people[0].document"
	Code string `json:"code"`           // machine code
	Zh   string `json:"zh"`             // what to do, in Chinese
	En   string `json:"en"`             // the same in English
	Rule string `json:"rule,omitempty"` // clause or rule id, such as "RL-1"
}

// Error is an error that may be shown.
type Error struct {
	Kind   Kind
	Code   string         // "module.reason"
	Zh     string         // a sentence a user can act on
	En     string         // the same in English
	Fields []Field        // what is wrong where, if the request is at fault
	Rule   string         // clause or rule id
	Params map[string]any // safe values for a client that makes its own sentence
	cause  error          // for the log only
}

// New makes an error of a kind with its code and both sentences.
func New(kind Kind, code, zh, en string) *Error {
	return &Error{Kind: kind, Code: code, Zh: zh, En: en}
}

// Error returns the code and the English sentence; it never holds the cause,
// which may hold personal data.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Code + ": " + e.En
	}
	paths := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		paths[i] = f.Path + " (" + f.Code + ")"
	}
	return e.Code + ": " + e.En + " [" + strings.Join(paths, ", ") + "]"
}

// Unwrap gives the cause, for the log.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare by code, so a package-level error can be matched
// after With, At or Because gave it details.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

func (e *Error) clone() *Error {
	c := *e
	c.Fields = append([]Field(nil), e.Fields...)
	c.Params = make(map[string]any, len(e.Params)+1)
	for k, v := range e.Params {
		c.Params[k] = v
	}
	return &c
}

// With returns a copy that carries a safe value by name. "{name}" in the
// sentences is replaced by it.
func (e *Error) With(name string, value any) *Error {
	c := e.clone()
	c.Params[name] = value
	text := fmt.Sprint(value)
	c.Zh = strings.ReplaceAll(c.Zh, "{"+name+"}", text)
	c.En = strings.ReplaceAll(c.En, "{"+name+"}", text)
	return c
}

// At returns a copy that names the field it is about.
func (e *Error) At(path string) *Error {
	c := e.clone()
	c.Fields = append(c.Fields, Field{Path: path, Code: e.Code, Zh: c.Zh, En: c.En, Rule: e.Rule})
	return c
}

// By returns a copy that names the clause or rule which it enforces.
func (e *Error) By(rule string) *Error {
	c := e.clone()
	c.Rule = rule
	return c
}

// Because returns a copy with a cause for the log.
func (e *Error) Because(cause error) *Error {
	c := e.clone()
	c.cause = cause
	return c
}

// Of finds the showable error in err; ok is false if err is internal.
func Of(err error) (e *Error, ok bool) {
	ok = errors.As(err, &e)
	return e, ok
}

// KindOf returns the kind of err, Internal for all that is not an *Error.
func KindOf(err error) Kind {
	if e, ok := Of(err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the machine code of err, "internal" for all that is not an *Error.
func CodeOf(err error) string {
	if e, ok := Of(err); ok {
		return e.Code
	}
	return "internal"
}

// List gathers the faults of a request's fields, so that a user sees all of
// them at once. The zero value is ready for use.
type List struct{ fields []Field }

// Add records one fault; rule may be empty.
func (l *List) Add(path, code, zh, en, rule string) {
	l.fields = append(l.fields, Field{Path: path, Code: code, Zh: zh, En: en, Rule: rule})
}

// AddErr records err at path if it is showable and reports whether err was
// nil; an internal error is returned by Err as it is.
func (l *List) AddErr(path string, err error) {
	if err == nil {
		return
	}
	e, ok := Of(err)
	if !ok {
		e = New(Invalid, "core.value", "值不正确。", "The value is not valid.")
	}
	if len(e.Fields) > 0 {
		for _, f := range e.Fields {
			sep := "."
			if f.Path == "" || strings.HasPrefix(f.Path, "[") {
				sep = ""
			}
			f.Path = path + sep + f.Path
			l.fields = append(l.fields, f)
		}
		return
	}
	l.Add(path, e.Code, e.Zh, e.En, e.Rule)
}

// Text checks a text that a person entered: at most maxLen characters and,
// where required, more than blanks.
func (l *List) Text(path, s string, maxLen int, required bool) {
	switch n := utf8.RuneCountInString(s); {
	case n > maxLen:
		l.Add(path, "core.max_length", fmt.Sprintf("不能超过 %d 个字，现有 %d 个。", maxLen, n), fmt.Sprintf("At most %d characters; there are %d.", maxLen, n), "")
	case required && strings.TrimSpace(s) == "":
		l.Add(path, "core.required", "此项必填。", "This field is required.", "")
	}
}

// Err returns nil when nothing was recorded.
func (l *List) Err() error {
	if len(l.fields) == 0 {
		return nil
	}
	return &Error{
		Kind: Invalid, Code: "core.fields", Fields: l.fields,
		Zh: "有 " + fmt.Sprint(len(l.fields)) + " 处填写有误，请按提示修改。",
		En: fmt.Sprintf("%d field(s) need correction.", len(l.fields)),
	}
}
