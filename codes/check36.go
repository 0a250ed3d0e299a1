package codes

// alphabet36 is the alphabet of ticket codes, and of numbers written to base 36.
const alphabet36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// The check character is a weighted sum over the ring GF(4) x GF(9), which has 36 elements, one for each character. The
// weight of the position i, counted from the right, is a^i with a = (w, x+1): w generates GF(4)*, x+1 generates GF(9)*.
// a^i is a unit, so no single wrong character goes unseen; 1-a is a unit as well, so no swap of neighbours does. Sums
// modulo 36 cannot do that: no number is a unit mod 36 while its difference to 1 is one too.

type elem36 struct{ p, q uint8 } // p in GF(4) as two bits over w; q in GF(9) = 3*c1 + c0 over x, x^2 = -1

const weightPeriod = 24 // lcm of the orders 3 and 8

var (
	mul36  [weightPeriod][36]uint8 // weight number, character -> product
	add36  [36][36]uint8
	need36 [36]uint8 // sum of the rest -> the check character that makes it zero
)

func init() {
	w := elem36{1, 1}
	a := elem36{2, 4} // w, and x+1
	for i := range mul36 {
		for c := range mul36[i] {
			mul36[i][c] = join36(mulElem(w, split36(uint8(c))))
		}
		w = mulElem(w, a)
	}
	for x := range add36 {
		for y := range add36[x] {
			s := join36(addElem(split36(uint8(x)), split36(uint8(y))))
			add36[x][y] = s
			if s == 0 {
				need36[x] = uint8(y)
			}
		}
	}
}

func split36(c uint8) elem36 { return elem36{c % 4, c / 4} }
func join36(e elem36) uint8  { return e.p + 4*e.q }

func addElem(x, y elem36) elem36 {
	return elem36{x.p ^ y.p, (x.q/3+y.q/3)%3*3 + (x.q%3+y.q%3)%3}
}

func mulElem(x, y elem36) elem36 {
	var p uint8 // carry-less product modulo w^2+w+1
	if y.p&1 != 0 {
		p ^= x.p
	}
	if y.p&2 != 0 {
		p ^= x.p << 1
	}
	if p&4 != 0 {
		p ^= 7
	}
	a1, a0, b1, b0 := x.q/3, x.q%3, y.q/3, y.q%3
	c0 := (a0*b0 + 2*a1*b1) % 3 // x^2 = -1 = 2
	c1 := (a1*b0 + a0*b1) % 3
	return elem36{p, 3*c1 + c0}
}

// value36 is the number of a character, or 255.
func value36(c byte) uint8 {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'A' <= 25:
		return c - 'A' + 10
	}
	return 255
}

// sum36 adds the weighted characters of b, whose last one has the weight number from. All characters are 0-9A-Z.
func sum36(b []byte, from int) uint8 {
	sum, w := uint8(0), from%weightPeriod
	for i := len(b) - 1; i >= 0; i-- {
		sum = add36[sum][mul36[w][value36(b[i])]]
		if w++; w == weightPeriod {
			w = 0
		}
	}
	return sum
}

// CheckChar is the check character for a text of 0-9A-Z, to be appended to it. ok is false for other characters.
func CheckChar(text string) (c byte, ok bool) {
	for i := 0; i < len(text); i++ {
		if value36(text[i]) > 35 {
			return 0, false
		}
	}
	return alphabet36[need36[sum36([]byte(text), 1)]], true
}

// CheckText tells whether the last character of a text of 0-9A-Z is its check character.
func CheckText(text string) bool {
	for i := 0; i < len(text); i++ {
		if value36(text[i]) > 35 {
			return false
		}
	}
	return len(text) > 1 && sum36([]byte(text), 0) == 0
}
