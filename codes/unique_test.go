package codes_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"parterre/codes"
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func uniqueKeys(t testing.TB) *codes.UniqueKeys {
	t.Helper()
	k, err := codes.NewUniqueKeys('B', map[byte][]byte{'A': bytes.Repeat([]byte{1}, 32), 'B': bytes.Repeat([]byte{2}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The proof over the alphabet: at every position of the longest ticket code, every character replaced by every other,
// and every pair of different neighbours swapped. The sum is linear, so what the other characters are does not matter;
// several fillings are tried all the same.
func TestCheckCharacterCatchesEverySingleErrorAndNeighbourSwap(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for filling := range 3 {
		body := make([]byte, codes.MaxTicketLen-1)
		for i := range body {
			body[i] = alphabet[rng.IntN(36)]
		}
		for pos := range codes.MaxTicketLen {
			for _, right := range []byte(alphabet) {
				good := withCheck(t, body, pos, right)
				if !codes.CheckText(string(good)) {
					t.Fatalf("a good text fails: %s", good)
				}
				for _, wrong := range []byte(alphabet) {
					bad := bytes.Clone(good)
					bad[pos] = wrong
					if wrong != good[pos] && codes.CheckText(string(bad)) {
						t.Fatalf("filling %d, position %d: %c for %c is not seen", filling, pos, wrong, good[pos])
					}
				}
			}
		}
		assertSwapsSeen(t, body)
	}
}

// assertSwapsSeen sets every pair of different neighbours at every place but the check character's, then swaps; the
// pairs with the check character come from varying the character before it.
func assertSwapsSeen(t *testing.T, body []byte) {
	t.Helper()
	n := len(body)
	for pos := range n {
		for _, x := range []byte(alphabet) {
			for _, y := range []byte(alphabet) {
				b := bytes.Clone(body)
				b[pos] = x
				if pos+1 < n {
					b[pos+1] = y
				} else if n > 2 {
					b[pos-1] = y // moves the check character through the alphabet
				}
				c, _ := codes.CheckChar(string(b))
				good := append(b, c)
				if good[pos] == good[pos+1] {
					continue
				}
				good[pos], good[pos+1] = good[pos+1], good[pos]
				if codes.CheckText(string(good)) {
					t.Fatalf("position %d: the swap of %c and %c is not seen", pos, good[pos+1], good[pos])
				}
			}
		}
	}
}

// withCheck puts right at pos and appends the check character; at the last position it is the check character itself
// that will be replaced.
func withCheck(t *testing.T, body []byte, pos int, right byte) []byte {
	t.Helper()
	b := bytes.Clone(body)
	if pos < len(b) {
		b[pos] = right
	}
	c, ok := codes.CheckChar(string(b))
	if !ok {
		t.Fatal("not in the alphabet")
	}
	return append(b, c)
}

// Negative control: the plain sum modulo 36 misses swaps, so the proof above can fail.
func TestPlainSumMissesSwaps(t *testing.T) {
	t.Parallel()
	sum := func(s string) (n int) {
		for i := range len(s) {
			n += bytes.IndexByte([]byte(alphabet), s[i])
		}
		return n % 36
	}
	if sum("AB") != sum("BA") {
		t.Fatal("the control is wrong")
	}
}

func TestMintedTicketsOpenAndCannotBeGuessed(t *testing.T) {
	t.Parallel()
	k := uniqueKeys(t)
	s := show(t, sampleShow)
	seen := map[string]bool{}
	same := 0
	var before string
	const n = 5000
	for serial := int64(1); serial <= n; serial++ {
		ticket, err := k.Mint(s, serial)
		if err != nil {
			t.Fatal(err)
		}
		text := ticket.String()
		if len(text) != 39 || seen[text] {
			t.Fatalf("serial %d: %s", serial, text)
		}
		seen[text] = true
		if back, err := codes.ParseTicket(text); err != nil || back != ticket {
			t.Fatalf("%s: %v", text, err)
		}
		if got, err := k.Open(ticket); err != nil || got != serial {
			t.Fatalf("serial %d: opened as %d, %v", serial, got, err)
		}
		if before != "" {
			for i := 22; i < 38; i++ {
				if text[i] == before[i] {
					same++
				}
			}
		}
		before = text
	}
	// of 16 characters of random neighbours, 16/36 are equal by chance (the first is not uniform and adds a little)
	if mean := float64(same) / (n - 1); mean > 1 {
		t.Errorf("neighbours share %.2f of 16 characters", mean)
	}
	other := show(t, "110101001012611210008")
	a, _ := k.Mint(s, 1)
	b, _ := k.Mint(other, 1)
	if a.Unique() == b.Unique() {
		t.Error("one serial looks alike in two shows")
	}
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	k := uniqueKeys(t)
	s := show(t, sampleShow)
	good, err := k.Mint(s, 42)
	if err != nil {
		t.Fatal(err)
	}
	recheck := func(body string) string {
		c, _ := codes.CheckChar(body)
		return body + string(c)
	}
	text := good.String()
	for name, tc := range map[string]struct{ in, code string }{
		"mistyped":       {text[:30] + string(alphabet[(bytes.IndexByte([]byte(alphabet), text[30])+1)%36]) + text[31:], "codes.ticket.check"},
		"foreign":        {sampleShow + "000000001", "codes.ticket.form"},
		"key":            {recheck(text[:21] + "Z" + text[22:38]), "codes.ticket.key"},
		"old generation": {recheck(text[:21] + "A" + text[22:38]), "codes.ticket.forged"},
		"other show":     {recheck("110101001012611210008" + text[21:38]), "codes.ticket.forged"},
		"too large":      {recheck(text[:22] + "ZZZZZZZZZZZZZZZZ"), "codes.ticket.forged"},
	} {
		ticket, err := codes.ParseTicket(tc.in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err = k.Open(ticket)
		var e *codes.Error
		if !errors.As(err, &e) || e.Code != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
	for i := range 10000 { // guesses in the right form
		ticket, err := codes.ParseTicket(recheck(text[:22] + fmt.Sprintf("%016d", i)))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := k.Open(ticket); err == nil {
			t.Fatalf("a guess opened as %d", n)
		}
	}
}

func TestUniqueKeysAreRefused(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte{1}, 32)
	for name, tc := range map[string]struct {
		current byte
		keys    map[byte][]byte
	}{
		"none":       {'A', nil},
		"no current": {'B', map[byte][]byte{'A': long}},
		"short":      {'A', map[byte][]byte{'A': long[:31]}},
		"lower case": {'a', map[byte][]byte{'a': long}},
	} {
		if _, err := codes.NewUniqueKeys(tc.current, tc.keys); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
