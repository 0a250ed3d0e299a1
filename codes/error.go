package codes

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error says why a text is not the code it was taken for: which rule was broken, where, and what was found.
// It never carries more of the input than the characters at fault, so that an identity number pasted by
// mistake does not travel in messages or logs.
type Error struct {
	// Code is stable and meant for programs: "codes.<kind>.<reason>", for example "codes.show.date".
	Code string
	// Kind is the code that was expected; empty where no kind was known yet.
	Kind Kind
	// Field names the part at fault ("date", "number"); empty when it is the whole code.
	Field string
	// Offset is the byte offset of the first wrong byte, or -1 when the whole text is at fault.
	Offset int
	// From and To are the positions of the part at fault, counted from 1, both included; 0 when it is the whole text.
	From, To int
	// Rule is the rule that was broken, in English, without the sentence around it.
	Rule string
	// Found is what stood there instead: the characters at fault, quoted, or a count. Never the whole input.
	Found string

	zh, en string
}

// Error is the English sentence.
func (e *Error) Error() string { return e.en }

// ErrorCode is the stable machine code.
func (e *Error) ErrorCode() string { return e.Code }

// ErrorField names the part at fault.
func (e *Error) ErrorField() string { return e.Field }

// Chinese is the sentence in Chinese.
func (e *Error) Chinese() string { return e.zh }

// English is the sentence in English.
func (e *Error) English() string { return e.en }

// Sentences gives both, the Chinese one first.
func (e *Error) Sentences() (zh, en string) { return e.zh, e.en }

// Message gives the sentence in "en" or, for every other language, in Chinese.
func (e *Error) Message(lang string) string {
	if lang == "en" || strings.HasPrefix(lang, "en-") {
		return e.en
	}
	return e.zh
}

// fault collects what an Error is made of; build writes the two sentences.
type fault struct {
	kind             Kind
	reason           string
	field            string
	fieldZH, fieldEN string
	offset           int
	from, to         int
	ruleZH, ruleEN   string
	foundZH, foundEN string
}

func (f fault) build() *Error {
	e := &Error{
		Code: "codes." + f.kind.slug() + "." + f.reason, Kind: f.kind, Field: f.field,
		Offset: f.offset, From: f.from, To: f.to, Rule: f.ruleEN, Found: f.foundEN,
	}
	info := f.kind.Info()
	var zh, en strings.Builder
	zh.WriteString(info.ZH + "：")
	en.WriteString(info.EN + ": ")
	if f.fieldEN != "" {
		zh.WriteString(f.fieldZH)
		en.WriteString(f.fieldEN)
		if f.from > 0 {
			zh.WriteString("（第 " + rangeText(f.from, f.to) + " 位）")
			en.WriteString(" (position " + rangeText(f.from, f.to) + ")")
		}
		en.WriteByte(' ')
	} else if f.from > 0 {
		zh.WriteString("第 " + rangeText(f.from, f.to) + " 位")
		en.WriteString("position " + rangeText(f.from, f.to) + " ")
	}
	zh.WriteString(f.ruleZH)
	en.WriteString(f.ruleEN)
	if f.foundEN != "" {
		zh.WriteString("；实为 " + f.foundZH)
		en.WriteString("; found " + f.foundEN)
	}
	e.zh, e.en = zh.String(), en.String()
	return e
}

func rangeText(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "-" + strconv.Itoa(to)
}

// lengthFault tells the count of characters, never the text. A character outside ASCII (a full-width digit, say) is
// pointed at instead: it is why the length is wrong, and counting would not show it.
func lengthFault(k Kind, s, ruleZH, ruleEN string) *Error {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return charFault(k, span{}, s, i, "须为半角（ASCII）字符", "must be an ASCII character")
		}
	}
	n := utf8.RuneCountInString(s)
	return fault{
		kind: k, reason: "length", offset: -1, ruleZH: ruleZH, ruleEN: ruleEN,
		foundZH: strconv.Itoa(n) + " 个字符", foundEN: strconv.Itoa(n) + " characters",
	}.build()
}

// charFault shows the one character at byte i, which lies in the part sp.
func charFault(k Kind, sp span, s string, i int, ruleZH, ruleEN string) *Error {
	r, size := utf8.DecodeRuneInString(s[i:])
	found := "byte 0x" + strconv.FormatUint(uint64(s[i]), 16)
	if r != utf8.RuneError || size > 1 {
		found = strconv.QuoteRuneToASCII(r)
		if r > 0x7e {
			found += " (U+" + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + ")"
		}
	}
	return fault{
		kind: k, reason: "character", field: sp.name, fieldZH: sp.zh, fieldEN: sp.en, offset: i, from: i + 1, to: i + 1,
		ruleZH: ruleZH, ruleEN: ruleEN, foundZH: found, foundEN: found,
	}.build()
}

// partFault shows the characters of one part, which are known to be of the code's alphabet.
func partFault(k Kind, reason string, sp span, s, ruleZH, ruleEN string) *Error {
	found := strconv.Quote(strings.Clone(s[sp.from:sp.to]))
	return fault{
		kind: k, reason: reason, field: sp.name, fieldZH: sp.zh, fieldEN: sp.en, offset: sp.from, from: sp.from + 1, to: sp.to,
		ruleZH: ruleZH, ruleEN: ruleEN, foundZH: found, foundEN: found,
	}.build()
}

// argFault is for a value handed to a Make function.
func argFault(k Kind, sp span, ruleZH, ruleEN, found string) *Error {
	return fault{
		kind: k, reason: "argument", field: sp.name, fieldZH: sp.zh, fieldEN: sp.en, offset: -1,
		ruleZH: ruleZH, ruleEN: ruleEN, foundZH: found, foundEN: found,
	}.build()
}

func zeroFault(k Kind) *Error {
	return fault{kind: k, reason: "zero", offset: -1, ruleZH: "尚未赋值，不能写出", ruleEN: "has no value and cannot be written"}.build()
}

// NewError is for the packages beside this one: an error about a thing as a whole, in the same form.
func NewError(code, field, zh, en string) *Error {
	return &Error{Code: code, Field: field, Offset: -1, Rule: en, zh: zh, en: en}
}
