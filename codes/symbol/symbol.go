package symbol

import (
	"errors"
	"image"
	"strconv"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/aztec"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/qr"

	"parterre/codes"
)

// Kind is a sort of symbol.
type Kind string

// Kinds of symbols.
const (
	QR         Kind = "qr"
	Code128    Kind = "code128"
	PDF417     Kind = "pdf417"
	Aztec      Kind = "aztec"
	DataMatrix Kind = "datamatrix"
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{QR, Code128, PDF417, Aztec, DataMatrix} }

// Quiet is the margin that the symbol's standard wants free, in modules: left and right, above and below.
func (k Kind) Quiet() (x, y int) {
	switch k {
	case QR:
		return 4, 4
	case Code128:
		return 10, 0
	case PDF417:
		return 2, 2
	case Aztec:
		return 2, 2 // the standard wants none; scanners are the better for two
	case DataMatrix:
		return 2, 2 // the standard wants one
	}
	return 0, 0
}

// Level is the error correction of a QR code: how much of it may be lost.
type Level int

// Levels: about 7, 15, 25 and 30 %.
const (
	LevelM Level = iota // the default
	LevelL
	LevelQ
	LevelH
)

// Options say how to encode. The zero value is right for tickets.
type Options struct {
	Level     Level // QR
	Security  int   // PDF417: 1 to 8, at least; 0 means 2
	ECC       int   // Aztec: percent of error correction, 0 means 33
	BarHeight int   // Code 128: height of the bars in modules, 0 means 40
}

// Encode makes the symbol of a text. Errors: codes.symbol.kind, codes.symbol.text (what does not fit or has characters
// that the symbol does not carry).
func Encode(k Kind, text string, o Options) (*Matrix, error) {
	if text == "" {
		return nil, codes.NewError("codes.symbol.text", "text", "内容不能为空", "there is nothing to encode")
	}
	if k != QR && !isASCII(text) {
		return nil, codes.NewError("codes.symbol.text", "text", string(k)+" 只用于 ASCII 字符；中文请用 QR", string(k)+" is for ASCII only; use QR for other text")
	}
	m, err := encode(k, text, o)
	if err == nil {
		return m, nil
	}
	if own := (*codes.Error)(nil); errors.As(err, &own) {
		return nil, own
	}
	return nil, codes.NewError("codes.symbol.text", "text",
		"内容放不进 "+string(k)+"（过长或含不支持的字符）", "the text does not fit "+string(k)+": too long, or characters it does not carry")
}

func encode(k Kind, text string, o Options) (*Matrix, error) {
	switch k {
	case QR:
		b, err := qr.Encode(text, qrLevel(o.Level), qrMode(text))
		return matrixOf(k, b, err)
	case Code128:
		b, err := code128.Encode(text)
		if err != nil {
			return nil, err
		}
		return barMatrix(b, o.BarHeight), nil
	case PDF417:
		if o.Security < 0 || o.Security > 8 {
			return nil, codes.NewError("codes.symbol.option", "security", "PDF417 纠错等级须为 1 至 8", "PDF417 security must be 1 to 8")
		}
		return encodePDF417(text, or(o.Security, 2))
	case Aztec:
		b, err := aztec.Encode([]byte(text), or(o.ECC, 33), 0)
		return matrixOf(k, b, err)
	case DataMatrix:
		b, err := datamatrix.Encode(text)
		return matrixOf(k, b, err)
	default:
		return nil, codes.NewError("codes.symbol.kind", "kind", "未知的码制："+strconv.Quote(string(k)), "unknown kind of symbol "+strconv.Quote(string(k)))
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func or(n, otherwise int) int {
	if n != 0 {
		return n
	}
	return otherwise
}

func qrLevel(l Level) qr.ErrorCorrectionLevel {
	switch l {
	case LevelL:
		return qr.L
	case LevelQ:
		return qr.Q
	case LevelH:
		return qr.H
	}
	return qr.M
}

// qrMode takes the densest of QR's modes: digits, its 45 alphanumeric characters, bytes.
func qrMode(text string) qr.Encoding {
	mode := qr.Numeric
	for i := range len(text) {
		c := text[i]
		switch {
		case c-'0' <= 9:
		case c-'A' <= 25, c == ' ', c == '$', c == '%', c == '*', c == '+', c == '-', c == '.', c == '/', c == ':':
			mode = qr.AlphaNumeric
		default:
			return qr.Unicode
		}
	}
	return mode
}

// matrixOf reads a symbol off the encoder's picture, which has one pixel a module.
func matrixOf(k Kind, b barcode.Barcode, err error) (*Matrix, error) {
	if err != nil {
		return nil, err
	}
	r := b.Bounds()
	m := newMatrix(k, r.Dx(), r.Dy())
	for y := range m.height {
		for x := range m.width {
			m.put(x, y, dark(b, r.Min.X+x, r.Min.Y+y))
		}
	}
	return m, nil
}

// barMatrix has one row, drawn barHeight modules high.
func barMatrix(b barcode.Barcode, barHeight int) *Matrix {
	r := b.Bounds()
	m := newMatrix(Code128, r.Dx(), 1)
	m.rowHeight = or(barHeight, 40)
	for x := range m.width {
		m.put(x, 0, dark(b, r.Min.X+x, r.Min.Y))
	}
	return m
}

func dark(img image.Image, x, y int) bool {
	r, _, _, _ := img.At(x, y).RGBA()
	return r < 0x8000
}
