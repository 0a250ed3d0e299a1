package codes

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"
)

// UniqueKeys makes and opens the unique part of our own ticket codes, 18 characters:
//
//	1   generation of the key, 0-9A-Z
//	16  80 bits to base 36: the ticket's serial (40 bits) and 40 zero bits, enciphered
//	1   check character over the whole ticket code
//
// The cipher is a ten-round Feistel network whose round function is AES-256 over the show code, the round and one half.
// Neighbouring serials give unrelated texts; whoever guesses a text meets the 40 zero bits with a chance of one in 2^40;
// two serials of a show never share a text, because a permutation has no collisions. With the key the serial can be
// read back, so no table is needed to tell our own codes. A ticket code is 39 characters in all.
//
// Safe for concurrent use once made.
type UniqueKeys struct {
	current byte
	rounds  map[byte]cipher.Block
}

const (
	uniqueLen       = 18
	uniqueRounds    = 10
	half            = 1<<40 - 1
	ownTicketLen    = showLen + uniqueLen
	MaxTicketSerial = half // the last serial of a show
)

// NewUniqueKeys takes the secret of each key generation (a character 0-9A-Z), at least 32 bytes each, and the generation
// with which new codes are made. Old generations stay so that old codes can be opened.
func NewUniqueKeys(current byte, secrets map[byte][]byte) (*UniqueKeys, error) {
	k := &UniqueKeys{current: current, rounds: map[byte]cipher.Block{}}
	for g, secret := range secrets {
		if value36(g) > 35 {
			return nil, keyFault("的代号须为 0-9 或 A-Z", "must be named by a character 0-9A-Z")
		}
		if len(secret) < 32 {
			return nil, keyFault("至少 32 字节", "must have at least 32 bytes")
		}
		round, err := hkdf.Key(sha256.New, secret, nil, "parterre ticket code unique part v1", 32)
		if err != nil {
			return nil, err
		}
		if k.rounds[g], err = aes.NewCipher(round); err != nil {
			return nil, err
		}
	}
	if k.rounds[current] == nil {
		return nil, keyFault("中没有当前代号", "must include the current generation")
	}
	return k, nil
}

func keyFault(zh, en string) *Error {
	return fault{kind: KindTicket, reason: "key", field: "key", fieldZH: "密钥", fieldEN: "key", offset: -1, ruleZH: zh, ruleEN: en}.build()
}

// Mint makes the ticket code of a serial of the show. Serials come from SerialNumbers, which never gives one out twice.
func (k *UniqueKeys) Mint(show Show, serial int64) (Ticket, error) {
	if show.IsZero() {
		return Ticket{}, zeroFault(KindShow)
	}
	if serial < 1 || serial > MaxTicketSerial {
		limit := strconv.FormatInt(MaxTicketSerial, 10)
		return Ticket{}, argFault(KindTicket, span{name: "serial", zh: "票序号", en: "serial"}, "须在 1 至 "+limit+" 之间", "must lie between 1 and "+limit, strconv.FormatInt(serial, 10))
	}
	l, r := k.feistel(k.current, show, uint64(serial), 0, true)
	t := Ticket{n: ownTicketLen}
	copy(t.b[:], show.b[:])
	t.b[showLen] = k.current
	putBase36(t.b[showLen+1:ownTicketLen-1], l, r)
	t.b[ownTicketLen-1] = alphabet36[need36[sum36(t.b[:ownTicketLen-1], 1)]]
	return t, nil
}

// Open reads the serial back. Errors: codes.ticket.form (not a code of ours), .check (a typing error), .key (unknown
// generation), .forged (right in form, but not made with our key).
func (k *UniqueKeys) Open(t Ticket) (int64, error) {
	if t.IsZero() {
		return 0, zeroFault(KindTicket)
	}
	if t.n != ownTicketLen {
		return 0, uniqueFault("form", "不是本系统的格式（18 个字符）", "is not in this system's form (18 characters)")
	}
	if !CheckTicket(t) {
		return 0, uniqueFault("check", "校验字符不符，请核对输入", "has a check character that does not match: it was mistyped or misread")
	}
	g := t.b[showLen]
	if k.rounds[g] == nil {
		return 0, uniqueFault("key", "使用了未知代号的密钥", "was made with a key that is not known here")
	}
	l, r, ok := readBase36(t.b[showLen+1 : ownTicketLen-1])
	if ok {
		l, r = k.feistel(g, t.Show(), l, r, false)
	}
	if !ok || r != 0 || l == 0 {
		return 0, uniqueFault("forged", "不是由本系统签发", "was not issued by this system")
	}
	return int64(l), nil
}

func uniqueFault(reason, zh, en string) *Error {
	return fault{
		kind: KindTicket, reason: reason, field: spanUnique.name, fieldZH: spanUnique.zh, fieldEN: spanUnique.en,
		offset: showLen, ruleZH: zh, ruleEN: en,
	}.build()
}

// CheckTicket tells whether a ticket code has the length of our own and the right check character. It needs no key: it
// finds typing errors, not forgeries.
func CheckTicket(t Ticket) bool { return t.n == ownTicketLen && sum36(t.b[:t.n], 0) == 0 }

// feistel enciphers (forward) or deciphers two halves of 40 bits. The block given to AES is: the show code as two numbers
// of 5 bytes, so that each show has a permutation of its own; the round, 1; the half, 5.
func (k *UniqueKeys) feistel(gen byte, show Show, l, r uint64, forward bool) (uint64, uint64) {
	aesRound := k.rounds[gen]
	var in, out [aes.BlockSize]byte
	put40(in[0:5], digits(show.b[:venueLen])) // 11 digits are less than 2^37
	put40(in[5:10], digits(show.b[venueLen:]))
	f := func(round int, x uint64) uint64 {
		in[10] = byte(round)
		put40(in[11:16], x)
		aesRound.Encrypt(out[:], in[:])
		return binary.BigEndian.Uint64(out[:8]) & half
	}
	if forward {
		for i := range uniqueRounds {
			l, r = r, l^f(i, r)
		}
		return l, r
	}
	for i := uniqueRounds - 1; i >= 0; i-- {
		l, r = r^f(i, l), l
	}
	return l, r
}

func digits(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		n = n*10 + uint64(c-'0')
	}
	return n
}

func put40(dst []byte, n uint64) {
	for i := 4; i >= 0; i-- {
		dst[i] = byte(n)
		n >>= 8
	}
}

// putBase36 writes the 80 bits l, r as 16 characters (36^16 is more than 2^80).
func putBase36(dst []byte, l, r uint64) {
	hi, lo := l>>24, l<<40|r
	for i := len(dst) - 1; i >= 0; i-- {
		q := hi / 36
		var rem uint64
		lo, rem = bits.Div64(hi%36, lo, 36)
		hi = q
		dst[i] = alphabet36[rem]
	}
}

// readBase36 is the inverse; ok is false for a number beyond 80 bits, which putBase36 never writes.
func readBase36(b []byte) (l, r uint64, ok bool) {
	var hi, lo uint64
	for _, c := range b {
		carry, low := bits.Mul64(lo, 36)
		var c1 uint64
		lo, c1 = bits.Add64(low, uint64(value36(c)), 0)
		hi = hi*36 + carry + c1
	}
	return hi<<24 | lo>>40, lo & half, hi < 1<<16
}
