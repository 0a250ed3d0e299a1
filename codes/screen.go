package codes

import "bytes"

// Screen is a cinema screen code (影厅编码, GY/T 276): 1 to 16 letters and digits, kept as written. In fixed fields of 16
// bytes most vendors pad it with zeros on the left, some with NUL on the right; Same sees through the zeros.
// The zero value is invalid.
type Screen struct {
	n uint8
	b [16]byte
}

const screenLen = 16

var spanScreen = span{"screen", "影厅", "screen", 0, 16}

// ParseScreen takes 1 to 16 characters 0-9A-Za-z. Errors: codes.screen.length, .character.
func ParseScreen(s string) (Screen, error) {
	if len(s) < 1 || len(s) > screenLen {
		return Screen{}, lengthFault(KindScreen, s, "须为 1 至 16 个字符", "must be 1 to 16 characters")
	}
	sp := spanScreen
	sp.to = len(s)
	if e := checkAlnum(KindScreen, s, sp); e != nil {
		return Screen{}, e
	}
	c := Screen{n: uint8(len(s))}
	copy(c.b[:], s)
	return c, nil
}

// ParseScreenField takes a fixed field: trailing NUL bytes and blanks are padding, zeros on the left are kept.
func ParseScreenField(field []byte) (Screen, error) {
	return ParseScreen(string(bytes.TrimRight(field, "\x00 ")))
}

// Same tells whether two codes name one screen: equal but for zeros on the left.
func (c Screen) Same(o Screen) bool {
	return !c.IsZero() && !o.IsZero() && string(trimZeros(c.b[:c.n])) == string(trimZeros(o.b[:o.n]))
}

// AppendZeroPadded appends the code as 16 characters with zeros on the left. The zero value appends nothing.
func (c Screen) AppendZeroPadded(dst []byte) []byte {
	return appendZeroPadded(dst, c.b[:c.n], screenLen)
}

// AppendNULPadded appends the code as 16 bytes with NUL on the right. The zero value appends nothing.
func (c Screen) AppendNULPadded(dst []byte) []byte {
	return appendNULPadded(dst, c.b[:c.n], screenLen)
}

// Explain tells the parts.
func (c Screen) Explain(*Profile) Explanation {
	if c.IsZero() {
		return invalidExplanation(KindScreen)
	}
	x := Explanation{Kind: KindScreen}
	sp := spanScreen
	sp.to = int(c.n)
	x.add(sp, c.String())
	return x
}

func trimZeros(b []byte) []byte {
	for len(b) > 1 && b[0] == '0' {
		b = b[1:]
	}
	return b
}

func appendZeroPadded(dst, b []byte, width int) []byte {
	if len(b) == 0 {
		return dst
	}
	for i := len(b); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, b...)
}

func appendNULPadded(dst, b []byte, width int) []byte {
	if len(b) == 0 {
		return dst
	}
	dst = append(dst, b...)
	for i := len(b); i < width; i++ {
		dst = append(dst, 0)
	}
	return dst
}
