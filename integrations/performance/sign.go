package performance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/emmansun/gmsm/sm3"
)

// Signature methods of profiles.
const (
	SignSHA256 = "HMAC-SHA256"
	SignSM3    = "HMAC-SM3"
)

// Headers of a signed request.
const (
	HeaderApp       = "X-App-Id"
	HeaderTimestamp = "X-Timestamp" // Unix milliseconds
	HeaderNonce     = "X-Nonce"
	HeaderSignature = "X-Signature" // lower-case hex
)

// Sign returns the signature of a request: the HMAC, by the method's hash, of
// method, path, timestamp, nonce and the hash of the body in hex, one a line.
func Sign(method, secret, verb, path, timestamp, nonce string, body []byte) string {
	h := hasher(method)
	digest := h()
	digest.Write(body)
	mac := hmac.New(h, []byte(secret))
	mac.Write([]byte(strings.Join([]string{verb, path, timestamp, nonce, hex.EncodeToString(digest.Sum(nil))}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify reports in constant time whether a signature is the request's.
func Verify(signature, method, secret, verb, path, timestamp, nonce string, body []byte) bool {
	return hmac.Equal([]byte(signature), []byte(Sign(method, secret, verb, path, timestamp, nonce, body)))
}

func hasher(method string) func() hash.Hash {
	if method == SignSM3 {
		return sm3.New
	}
	return sha256.New
}
