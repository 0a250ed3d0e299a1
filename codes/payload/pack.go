package payload

// Three characters 0-9A-Z are two bytes (36^3 is less than 2^16), a rest of two is two bytes, of one one.

func packedLen(n int) int { return n/3*2 + n%3 }

func appendPacked(dst, text []byte) []byte {
	for len(text) > 0 {
		n := min(3, len(text))
		v := 0
		for _, c := range text[:n] {
			v = v*36 + value36(c)
		}
		if n > 1 {
			dst = append(dst, byte(v>>8))
		}
		dst = append(dst, byte(v))
		text = text[n:]
	}
	return dst
}

// unpack fills dst; false when a number is beyond its characters.
func unpack(dst, packed []byte) bool {
	for len(dst) > 0 {
		n := min(3, len(dst))
		v, size := int(packed[0]), 1
		if n > 1 {
			v, size = v<<8|int(packed[1]), 2
		}
		for i := n - 1; i >= 0; i-- {
			dst[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[v%36]
			v /= 36
		}
		if v != 0 {
			return false
		}
		dst, packed = dst[n:], packed[size:]
	}
	return true
}

func value36(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

func digits(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		n = n*10 + uint64(c-'0')
	}
	return n
}

func putDigits(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

func append40(dst []byte, n uint64) []byte {
	return append(dst, byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func read40(b []byte) uint64 {
	return uint64(b[0])<<32 | uint64(b[1])<<24 | uint64(b[2])<<16 | uint64(b[3])<<8 | uint64(b[4])
}
