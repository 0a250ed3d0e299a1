// Package money counts in integer 分 (hundredths of a yuan). There are no
// floats, no rounding that is not asked for, and no overflow that goes unseen.
package money

import (
	"math/bits"
	"strconv"
	"strings"

	"parterre/modules/core/errs"
)

// Fen is an amount in 分. As JSON it is an integer.
type Fen int64

// Max is the largest amount that is taken from outside: 9,999,999,999.99 yuan,
// well within what JSON numbers hold exactly.
const Max Fen = 999_999_999_999

// ErrAmount is the error of a text or number that is not an amount.
var (
	ErrAmount   = errs.New(errs.Invalid, "core.amount", "金额格式不正确，应为元，最多两位小数。", "The amount must be yuan with at most two decimals.")
	ErrOverflow = errs.New(errs.Invalid, "core.amount_range", "金额超出范围。", "The amount is out of range.")
)

// Yuan reads "280", "280.5" or "280.50" (元). It never rounds: a third decimal
// is an error, as is a sign, a space or a thousands mark.
func Yuan(s string) (Fen, error) {
	whole, frac, hasDot := strings.Cut(s, ".")
	if whole == "" || len(frac) > 2 || (hasDot && frac == "") || len(whole) > 12 {
		return 0, ErrAmount
	}
	for _, c := range whole + frac {
		if c < '0' || c > '9' {
			return 0, ErrAmount
		}
	}
	for len(frac) < 2 {
		frac += "0"
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || Fen(n) > Max {
		return 0, ErrOverflow
	}
	return Fen(n), nil
}

// Check refuses amounts that are negative or over Max.
func (f Fen) Check() error {
	if f < 0 || f > Max {
		return ErrOverflow
	}
	return nil
}

// String returns yuan with two decimals, "280.00".
func (f Fen) String() string {
	sign := ""
	n := uint64(f)
	if f < 0 {
		sign, n = "-", uint64(-f)
	}
	s := strconv.FormatUint(n, 10)
	for len(s) < 3 {
		s = "0" + s
	}
	return sign + s[:len(s)-2] + "." + s[len(s)-2:]
}

// Times returns f*n, or ErrOverflow.
func (f Fen) Times(n int) (Fen, error) {
	if f < 0 || n < 0 {
		return 0, ErrOverflow
	}
	hi, lo := bits.Mul64(uint64(f), uint64(n))
	if hi != 0 || Fen(lo) > Max || int64(lo) < 0 {
		return 0, ErrOverflow
	}
	return Fen(lo), nil
}

// Sum adds amounts, or returns ErrOverflow.
func Sum(fs ...Fen) (Fen, error) {
	var t Fen
	for _, f := range fs {
		t += f
		if t > Max || t < -Max {
			return 0, ErrOverflow
		}
	}
	return t, nil
}

// PerMille returns f*rate/1000, rounded down to whole 分, so that a fee is
// never taken for a fraction that was not earned. rate is 0 to 1000.
func (f Fen) PerMille(rate int) (Fen, error) {
	if rate < 0 || rate > 1000 {
		return 0, ErrOverflow
	}
	p, err := f.Times(rate)
	if err != nil {
		return 0, err
	}
	return p / 1000, nil
}

// Split divides f over weights by largest remainder: the parts add up to f
// exactly, and earlier parts take the odd 分 when remainders are equal. It is
// how a package price is divided over its tickets.
func Split(f Fen, weights []Fen) ([]Fen, error) {
	if f < 0 || f > Max || len(weights) == 0 {
		return nil, ErrOverflow
	}
	total, err := Sum(weights...)
	if err != nil || total <= 0 {
		return nil, ErrOverflow
	}
	parts := make([]Fen, len(weights))
	rest := make([]uint64, len(weights))
	left := f
	for i, w := range weights {
		if w < 0 {
			return nil, ErrOverflow
		}
		hi, lo := bits.Mul64(uint64(f), uint64(w))
		q, r := bits.Div64(hi, lo, uint64(total))
		parts[i], rest[i] = Fen(q), r
		left -= Fen(q)
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		parts[best]++
		rest[best] = 0
	}
	return parts, nil
}
