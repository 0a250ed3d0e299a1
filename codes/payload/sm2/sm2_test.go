package sm2_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"math/big"
	"testing"

	gmsm2 "github.com/emmansun/gmsm/sm2"

	"parterre/codes/payload/sm2"
)

// The 64 bytes are the r and s of an ordinary SM2 signature with the default user id, so any other implementation can
// check them.
func TestSignaturesArePlainSM2(t *testing.T) {
	t.Parallel()
	key, err := gmsm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sm2.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	v, err := sm2.NewVerifier(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if s.KeyID() != v.KeyID() {
		t.Error("the two halves of a key have different ids")
	}
	message := []byte("池座")
	for range 50 { // r or s is shorter than 32 bytes once in 128 signatures or so
		sig, err := s.Sign(message)
		if err != nil || len(sig) != 64 {
			t.Fatalf("%d bytes, %v", len(sig), err)
		}
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])})
		if err != nil || !gmsm2.VerifyASN1WithSM2(&key.PublicKey, nil, message, der) {
			t.Fatal("not an SM2 signature")
		}
		if !v.Verify(message, sig) || v.Verify(append(bytes.Clone(message), 0), sig) || v.Verify(message, sig[:63]) || v.Verify(message, make([]byte, 64)) {
			t.Fatal("Verify is wrong")
		}
	}
}

func TestOtherCurvesAreRefused(t *testing.T) {
	t.Parallel()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []*ecdsa.PublicKey{nil, &p256.PublicKey} {
		if _, err := sm2.NewVerifier(key); err == nil {
			t.Error("a key that is not SM2 was taken")
		}
	}
	if _, err := sm2.NewSigner(nil); err == nil {
		t.Error("no key was taken")
	}
}
