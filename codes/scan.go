package codes

import "strconv"

// span is one named part of a code: bytes from (included) to to (excluded).
type span struct {
	name, zh, en string
	from, to     int
}

func (sp span) of(s string) string { return s[sp.from:sp.to] }

// The checks below return *Error, nil for good. They neither allocate nor let the text escape when it is good.

func checkDigits(k Kind, s string, sp span) *Error {
	for i := sp.from; i < sp.to; i++ {
		if s[i]-'0' > 9 {
			return charFault(k, sp, s, i, "须为数字 0-9", "must be a digit 0-9")
		}
	}
	return nil
}

func checkUpperAlnum(k Kind, s string, sp span) *Error {
	for i := sp.from; i < sp.to; i++ {
		if c := s[i]; c-'0' > 9 && c-'A' > 25 {
			return charFault(k, sp, s, i, "须为数字 0-9 或大写字母 A-Z", "must be a digit 0-9 or a capital letter A-Z")
		}
	}
	return nil
}

func checkAlnum(k Kind, s string, sp span) *Error {
	for i := sp.from; i < sp.to; i++ {
		if c := s[i]; c-'0' > 9 && c-'A' > 25 && c-'a' > 25 {
			return charFault(k, sp, s, i, "须为数字 0-9 或字母 A-Z、a-z", "must be a digit 0-9 or a letter A-Z, a-z")
		}
	}
	return nil
}

func checkPrintable(k Kind, s string, sp span) *Error {
	for i := sp.from; i < sp.to; i++ {
		if c := s[i]; c <= ' ' || c > '~' {
			return charFault(k, sp, s, i, "须为可打印的 ASCII 字符，不含空格", "must be a printable ASCII character other than a space")
		}
	}
	return nil
}

// checkLen wants exactly n bytes.
func checkLen(k Kind, s string, n int, zh, en string) *Error {
	if len(s) == n {
		return nil
	}
	return lengthFault(k, s, "须为 "+strconv.Itoa(n)+" "+zh, "must be "+strconv.Itoa(n)+" "+en)
}

// num reads digits that were checked before.
func num(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// putNum writes n as exactly len(dst) digits. The caller has checked that it fits.
func putNum(dst []byte, n int) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

func pow10(n int) int {
	p := 1
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}
