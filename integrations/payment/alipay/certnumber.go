package alipay

import (
	"crypto/md5" //nolint:gosec // Alipay numbers certificates by it
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strings"
)

// numberOf is the number by which Alipay names a certificate (cert_sn).
func numberOf(c *x509.Certificate) string {
	sum := md5.Sum([]byte(c.Issuer.String() + c.SerialNumber.String())) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

// privateKey reads the application's key as the SDK does: PEM or its base64,
// PKCS#1 or PKCS#8; nil when it is neither.
func privateKey(text string) *rsa.PrivateKey {
	der := []byte(nil)
	if b, _ := pem.Decode([]byte(text)); b != nil {
		der = b.Bytes
	} else if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil {
		der = raw
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k
	}
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		r, _ := k.(*rsa.PrivateKey)
		return r
	}
	return nil
}
