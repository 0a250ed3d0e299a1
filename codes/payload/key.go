package payload

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"

	"parterre/codes"
)

// Suite is a signature algorithm. Both have signatures of 64 bytes.
type Suite uint8

// Suites.
const (
	Ed25519 Suite = 1
	SM2     Suite = 2 // SM2 with SM3, default user id; see payload/sm2
)

// String names the suite.
func (s Suite) String() string {
	switch s {
	case Ed25519:
		return "ed25519"
	case SM2:
		return "sm2"
	}
	return "unknown"
}

const sigLen = 64

// KeyID tells keys apart; it follows from the public key.
type KeyID [4]byte

// String is 8 hex digits.
func (k KeyID) String() string { return hex.EncodeToString(k[:]) }

// MakeKeyID is the id of a public key, given as the suite's own bytes.
func MakeKeyID(s Suite, public []byte) KeyID {
	h := sha256.New()
	h.Write([]byte("parterre ticket key\x00"))
	h.Write([]byte{byte(s)})
	h.Write(public)
	return KeyID(h.Sum(nil)[:4])
}

// Signer makes signatures with one key. Safe for concurrent use.
type Signer interface {
	Suite() Suite
	KeyID() KeyID
	Sign(message []byte) ([]byte, error)
}

// Verifier checks signatures of one key. Safe for concurrent use.
type Verifier interface {
	Suite() Suite
	KeyID() KeyID
	Verify(message, signature []byte) bool
}

type ed25519Signer struct {
	key ed25519.PrivateKey
	id  KeyID
}

// NewEd25519Signer takes a private key.
func NewEd25519Signer(key ed25519.PrivateKey) (Signer, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, codes.NewError("codes.payload.key", "key", "Ed25519 私钥须为 64 字节", "an Ed25519 private key has 64 bytes")
	}
	public, _ := key.Public().(ed25519.PublicKey)
	return ed25519Signer{key, MakeKeyID(Ed25519, public)}, nil
}

func (s ed25519Signer) Suite() Suite                        { return Ed25519 }
func (s ed25519Signer) KeyID() KeyID                        { return s.id }
func (s ed25519Signer) Sign(message []byte) ([]byte, error) { return ed25519.Sign(s.key, message), nil }

type ed25519Verifier struct {
	key ed25519.PublicKey
	id  KeyID
}

// NewEd25519Verifier takes a public key.
func NewEd25519Verifier(key ed25519.PublicKey) (Verifier, error) {
	if len(key) != ed25519.PublicKeySize {
		return nil, codes.NewError("codes.payload.key", "key", "Ed25519 公钥须为 32 字节", "an Ed25519 public key has 32 bytes")
	}
	return ed25519Verifier{key, MakeKeyID(Ed25519, key)}, nil
}

func (v ed25519Verifier) Suite() Suite { return Ed25519 }
func (v ed25519Verifier) KeyID() KeyID { return v.id }
func (v ed25519Verifier) Verify(message, signature []byte) bool {
	return ed25519.Verify(v.key, message, signature)
}

// Keyring holds the keys whose tickets are accepted. It does not change once made, so it is safe for concurrent use;
// a key that is withdrawn is left out of the next one.
type Keyring struct{ keys map[KeyID]Verifier }

// NewKeyring refuses two keys of one id: with 32 bits that is chance once in four billion pairs, and then one of them
// has to be made anew.
func NewKeyring(keys ...Verifier) (*Keyring, error) {
	k := &Keyring{make(map[KeyID]Verifier, len(keys))}
	for _, v := range keys {
		if _, dup := k.keys[v.KeyID()]; dup {
			return nil, codes.NewError("codes.payload.key", "key", "密钥标识重复："+v.KeyID().String(), "two keys have the id "+v.KeyID().String())
		}
		k.keys[v.KeyID()] = v
	}
	return k, nil
}
