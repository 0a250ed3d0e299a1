package waiting

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"parterre/modules/core/ids"
)

// Tickets and passes are 1 byte of kind, 8 bytes of place number, 8 bytes of
// unix milliseconds (a ticket's issue, a pass's end) and 16 bytes of
// HMAC-SHA256 over these with tenant, session and buyer, in base64url. They
// are good for that buyer and session only, and nothing of them is stored.
const (
	ticketKind = 'Q'
	passKind   = 'P'
	tokenBytes = 1 + 8 + 8 + 16
)

type holder struct {
	tenant         int32
	session, buyer ids.ID
}

func (s *Service) sign(b []byte, h holder) []byte {
	m := hmac.New(sha256.New, s.key)
	var who [36]byte
	binary.BigEndian.PutUint32(who[:4], uint32(h.tenant))
	session, buyer := h.session.Bytes(), h.buyer.Bytes()
	copy(who[4:20], session[:])
	copy(who[20:], buyer[:])
	_, _ = m.Write(who[:])
	_, _ = m.Write(b)
	return m.Sum(nil)[:16]
}

func (s *Service) token(kind byte, h holder, number uint64, at time.Time) string {
	b := make([]byte, 0, tokenBytes)
	b = append(b, kind)
	b = binary.BigEndian.AppendUint64(b, number)
	b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(append(b, s.sign(b, h)...))
}

func (s *Service) open(kind byte, h holder, text string) (number uint64, at time.Time, ok bool) {
	var raw [tokenBytes]byte
	if base64.RawURLEncoding.DecodedLen(len(text)) != tokenBytes {
		return 0, at, false
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(text)); err != nil || n != tokenBytes || raw[0] != kind {
		return 0, at, false
	}
	if !hmac.Equal(s.sign(raw[:17], h), raw[17:]) {
		return 0, at, false
	}
	return binary.BigEndian.Uint64(raw[1:9]), time.UnixMilli(int64(binary.BigEndian.Uint64(raw[9:17]))).UTC(), true
}
