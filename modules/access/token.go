package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"sync"
	"time"

	"parterre/modules/core/ids"
)

// TokenKind is the first part of a token: what sort of credential it is.
type TokenKind string

// The kinds of tokens.
const (
	SessionToken TokenKind = "ses"
	DeviceToken  TokenKind = "dev"
	KeyToken     TokenKind = "key"
	buyerToken   TokenKind = "buy"
)

const secretBytes = 32

// NewToken makes a credential of a tenant, "kind-tenant-secret", and the hash
// under which it is stored.
func NewToken(kind TokenKind, tenant int32) (token string, hash []byte) {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails (Go 1.24)
	token = fmt.Sprintf("%s-%d-%s", kind, tenant, base64.RawURLEncoding.EncodeToString(b))
	return token, hashOf(token)
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// parseToken reads kind and tenant. It accepts only what NewToken writes.
func parseToken(token string) (kind TokenKind, tenant int32, ok bool) {
	k, rest, ok1 := strings.Cut(token, "-")
	t, secret, ok2 := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(t, 10, 32)
	if !ok1 || !ok2 || err != nil || n <= 0 || strconv.FormatInt(n, 10) != t || !isSecret(secret) {
		return "", 0, false
	}
	return TokenKind(k), int32(n), true
}

func isSecret(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == secretBytes
}

// BuyerLife is how long a buyer's cookie proves that orders are its own.
const BuyerLife = 180 * 24 * time.Hour

// newBuyer makes the token of a new visitor of the shop: its random part and a
// seal of the whole, since only a buyer that the server has made counts. Without
// the seal anybody could be as many buyers as he likes, each with a buyer's
// allowance of holds, tickets and questions.
func newBuyer(by *sealer, tenant int32, now time.Time) string {
	b := make([]byte, secretBytes, secretBytes+sealBytes)
	_, _ = rand.Read(b)
	head := fmt.Sprintf("%s-%d-%d-", buyerToken, tenant, now.Unix())
	return head + base64.RawURLEncoding.EncodeToString(by.seal(b, head, b))
}

const (
	sealBytes   = 16
	buyerLetter = (secretBytes + sealBytes) * 4 / 3 // length of the token's last part
)

// sealer makes the seals of buyers' tokens. Each request of a buyer has one
// checked, so what follows from the key alone is computed once and kept.
type sealer struct{ pool sync.Pool }

func newSealer(key []byte) *sealer {
	return &sealer{pool: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// seal appends the seal of a token's head and random part to to.
func (s *sealer) seal(to []byte, head string, random []byte) []byte {
	m := s.pool.Get().(hash.Hash)
	defer s.pool.Put(m)
	m.Reset()
	var text [128]byte
	m.Write(append(append(append(text[:0], "parterre buyer v1\x00"...), head...), random...))
	return append(to, m.Sum(text[:0])[:sealBytes]...)
}

// parseBuyer gives the tenant and the id that a buyer's token stands for.
func parseBuyer(by *sealer, token string, now time.Time) (tenant int32, buyer ids.ID, ok bool) {
	kind, rest, _ := strings.Cut(token, "-")
	place, rest, _ := strings.Cut(rest, "-")
	made, letters, cut := strings.Cut(rest, "-")
	if !cut || kind != string(buyerToken) || len(letters) != buyerLetter {
		return 0, ids.ID{}, false
	}
	var raw [secretBytes + sealBytes]byte
	if n, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(letters)); err != nil || n != len(raw) {
		return 0, ids.ID{}, false
	}
	var own [sealBytes]byte
	if !hmac.Equal(raw[secretBytes:], by.seal(own[:0], token[:len(token)-len(letters)], raw[:secretBytes])) {
		return 0, ids.ID{}, false
	}
	n, err1 := strconv.ParseInt(place, 10, 32)
	at, err2 := strconv.ParseInt(made, 10, 64)
	if err1 != nil || err2 != nil || n <= 0 || place != strconv.FormatInt(n, 10) || made != strconv.FormatInt(at, 10) {
		return 0, ids.ID{}, false
	}
	issued := time.Unix(at, 0)
	if now.Before(issued.Add(-time.Minute)) || !now.Before(issued.Add(BuyerLife)) {
		return 0, ids.ID{}, false
	}
	sum := sha256.Sum256([]byte(token))
	id := [16]byte(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // RFC 9562, version 8
	return int32(n), ids.FromBytes(id), true
}

// codeAlphabet leaves out what is misread: 0 O 1 I L.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// newCode makes a pairing code of eight characters, 39 bits.
func newCode() string {
	out := make([]byte, 8)
	for i := range out {
		for {
			var b [1]byte
			_, _ = rand.Read(b[:])
			if int(b[0]) < 256/len(codeAlphabet)*len(codeAlphabet) { // no modulo bias
				out[i] = codeAlphabet[int(b[0])%len(codeAlphabet)]
				break
			}
		}
	}
	return string(out)
}

// plainCode forgives what people add when they type a code.
func plainCode(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
}

// NewBuyer makes the cookie of a new visitor of the shop.
func (s *Service) NewBuyer(tenant int32) string {
	return newBuyer(s.buyers, tenant, s.db.Clock().Now())
}

// GoodBuyer reports whether a buyer's cookie is good for a tenant.
func (s *Service) GoodBuyer(token string, tenant int32) bool {
	t, _, ok := parseBuyer(s.buyers, token, s.db.Clock().Now())
	return ok && t == tenant
}
