package payload

import (
	"bytes"
	"testing"
)

// The examples of RFC 9285, section 4.3 and 4.4.
func TestBase45Examples(t *testing.T) {
	t.Parallel()
	for plain, text := range map[string]string{"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0"} {
		if got := string(appendBase45(nil, []byte(plain))); got != text {
			t.Errorf("%q encodes to %q, want %q", plain, got, text)
		}
		if got, bad := decodeBase45(nil, text); bad >= 0 || string(got) != plain {
			t.Errorf("%q decodes to %q, %d", text, got, bad)
		}
	}
	for _, text := range []string{"A", "GGW", ":::", "::", "BB8A", "bb8", "AB\xff"} {
		if _, bad := decodeBase45(nil, text); bad < 0 {
			t.Errorf("%q was taken", text)
		}
	}
}

func FuzzBase45(f *testing.F) {
	f.Add([]byte("Hello!!"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, bad := decodeBase45(nil, string(appendBase45(nil, b))); bad >= 0 || !bytes.Equal(got, b) {
			t.Fatalf("%x comes back as %x", b, got)
		}
		if plain, bad := decodeBase45(nil, string(b)); bad < 0 && !bytes.Equal(appendBase45(nil, plain), b) {
			t.Fatalf("%q has two texts", b)
		}
	})
}

func FuzzPack(f *testing.F) {
	f.Add([]byte("ABC01Z"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for n := 1; n <= 29 && packedLen(n) <= len(b); n++ {
			text := make([]byte, n)
			if packed := b[:packedLen(n)]; unpack(text, packed) && !bytes.Equal(appendPacked(nil, text), packed) {
				t.Fatalf("%x unpacks to %q, which packs otherwise", packed, text)
			}
		}
	})
}
