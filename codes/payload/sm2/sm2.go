// Package sm2 is the second suite of package payload: SM2 signatures over SM3 with the default user id (GB/T 32918.2),
// written as r and s, 32 bytes each. It stands apart so that the core needs no cryptographic library.
package sm2

import (
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/asn1"
	"math/big"

	"github.com/emmansun/gmsm/sm2"

	"parterre/codes"
	"parterre/codes/payload"
)

type signer struct {
	key *sm2.PrivateKey
	id  payload.KeyID
}

// NewSigner takes a private key.
func NewSigner(key *sm2.PrivateKey) (payload.Signer, error) {
	if key == nil {
		return nil, errKey
	}
	id, err := keyID(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	return signer{key, id}, nil
}

var errKey = codes.NewError("codes.payload.key", "key", "不是 SM2 密钥", "this is not an SM2 key")

func keyID(pub *ecdsa.PublicKey) (payload.KeyID, error) {
	if pub == nil || !sm2.IsSM2PublicKey(pub) {
		return payload.KeyID{}, errKey
	}
	p, err := sm2.PublicKeyToECDH(pub)
	if err != nil {
		return payload.KeyID{}, errKey
	}
	return payload.MakeKeyID(payload.SM2, p.Bytes()), nil
}

func (s signer) Suite() payload.Suite { return payload.SM2 }
func (s signer) KeyID() payload.KeyID { return s.id }

func (s signer) Sign(message []byte) ([]byte, error) {
	der, err := s.key.SignWithSM2(rand.Reader, nil, message)
	if err != nil {
		return nil, err
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, err
	}
	out := make([]byte, 64)
	sig.R.FillBytes(out[:32])
	sig.S.FillBytes(out[32:])
	return out, nil
}

type verifier struct {
	key *ecdsa.PublicKey
	id  payload.KeyID
}

// NewVerifier takes a public key.
func NewVerifier(key *ecdsa.PublicKey) (payload.Verifier, error) {
	id, err := keyID(key)
	if err != nil {
		return nil, err
	}
	return verifier{key, id}, nil
}

func (v verifier) Suite() payload.Suite { return payload.SM2 }
func (v verifier) KeyID() payload.KeyID { return v.id }

func (v verifier) Verify(message, signature []byte) bool {
	if len(signature) != 64 {
		return false
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])})
	return err == nil && sm2.VerifyASN1WithSM2(v.key, nil, message, der)
}
