package planio

import (
	"math"
	"strconv"
	"strings"
)

// maxPathNumbers bounds the numbers of one path or list of points.
const maxPathNumbers = 400_000

// numbers reads the numbers of a list parted by blanks and commas; it stops at what is none.
func numbers(s string) []float64 {
	var out []float64
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' || r == '\r' }) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || len(out) >= maxPathNumbers {
			break
		}
		out = append(out, v)
	}
	return out
}

// transform reads translate, scale, rotate and matrix, one after the other.
func transform(s string) (matrix, bool) {
	m := identity
	for n := 0; strings.TrimSpace(s) != ""; n++ {
		name, rest, ok := strings.Cut(strings.TrimLeft(s, " ,\t\r\n"), "(")
		args, tail, ok2 := strings.Cut(rest, ")")
		if !ok || !ok2 || n > 20 {
			return m, false
		}
		f := numbers(args)
		var t matrix
		switch name = strings.TrimSpace(name); {
		case name == "translate" && len(f) >= 1:
			t = matrix{1, 0, 0, 1, f[0], get(f, 1, 0)}
		case name == "scale" && len(f) >= 1:
			t = matrix{f[0], 0, 0, get(f, 1, f[0]), 0, 0}
		case name == "rotate" && len(f) >= 1:
			sin, cos := math.Sincos(f[0] * math.Pi / 180)
			x, y := get(f, 1, 0), get(f, 2, 0)
			t = matrix{1, 0, 0, 1, x, y}.mul(matrix{cos, sin, -sin, cos, 0, 0}).mul(matrix{1, 0, 0, 1, -x, -y})
		case name == "matrix" && len(f) == 6:
			t = matrix(f)
		default:
			return m, false
		}
		m = m.mul(t)
		s = tail
	}
	return m, true
}

func get(f []float64, i int, fallback float64) float64 {
	if i < len(f) {
		return f[i]
	}
	return fallback
}

// pathPoints gives the corners of the first part of a path; false if it bends.
func pathPoints(d string) ([]sioPoint, bool) {
	var out []sioPoint
	straight := true
	var x, y float64
	for len(d) > 0 && len(out) < maxPathNumbers/2 {
		d = strings.TrimLeft(d, " ,\t\r\n")
		if d == "" {
			break
		}
		c := d[0]
		end := 1
		for end < len(d) && !(d[end] >= 'A' && d[end] <= 'Z' && d[end] != 'E' || d[end] >= 'a' && d[end] <= 'z' && d[end] != 'e') {
			end++
		}
		f := numbers(minusApart(d[1:end]))
		d = d[end:]
		step := map[byte]int{'M': 2, 'L': 2, 'T': 2, 'H': 1, 'V': 1, 'C': 6, 'S': 4, 'Q': 4, 'A': 7}[c&^0x20]
		if c == 'Z' || c == 'z' {
			return out, straight
		}
		if step == 0 {
			return out, false
		}
		straight = straight && step <= 2 && c&^0x20 != 'T'
		relative := c >= 'a'
		for i := 0; i+step <= len(f); i += step {
			nx, ny := f[i+step-1], f[i+step-1]
			if step >= 2 {
				nx = f[i+step-2]
			}
			if relative {
				nx, ny = x+nx, y+ny
			}
			if c&^0x20 != 'V' {
				x = nx
			}
			if c&^0x20 != 'H' {
				y = ny
			}
			out = append(out, sioPoint{x, y})
		}
	}
	return out, straight
}

// minusApart puts a blank before each minus that begins a number.
func minusApart(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '-' && i > 0 && s[i-1] != 'e' && s[i-1] != 'E' {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
