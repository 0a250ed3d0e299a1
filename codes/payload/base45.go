package payload

// RFC 9285. Two bytes are three characters, a last single byte is two.
const alphabet45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

var value45 = func() (v [256]uint8) {
	for i := range v {
		v[i] = 255
	}
	for i := range len(alphabet45) {
		v[alphabet45[i]] = uint8(i)
	}
	return v
}()

func appendBase45(dst, src []byte) []byte {
	for ; len(src) >= 2; src = src[2:] {
		n := int(src[0])<<8 | int(src[1])
		dst = append(dst, alphabet45[n%45], alphabet45[n/45%45], alphabet45[n/45/45])
	}
	if len(src) == 1 {
		dst = append(dst, alphabet45[src[0]%45], alphabet45[src[0]/45])
	}
	return dst
}

// decodeBase45 appends to dst. bad is the offset of the first wrong character or group, -1 for none. Every byte string
// has one text: numbers beyond two bytes, or beyond one in the last group, are wrong.
func decodeBase45(dst []byte, src string) (out []byte, bad int) {
	i := 0
	for ; len(src)-i >= 3; i += 3 {
		a, b, c := value45[src[i]], value45[src[i+1]], value45[src[i+2]]
		if a|b|c > 63 {
			return dst, i
		}
		n := int(a) + 45*int(b) + 45*45*int(c)
		if n > 0xffff {
			return dst, i
		}
		dst = append(dst, byte(n>>8), byte(n))
	}
	switch len(src) - i {
	case 0:
		return dst, -1
	case 2:
		a, b := value45[src[i]], value45[src[i+1]]
		if n := int(a) + 45*int(b); a|b <= 63 && n <= 0xff {
			return append(dst, byte(n)), -1
		}
	}
	return dst, i
}
