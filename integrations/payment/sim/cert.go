package sim

import (
	"context"
	"crypto/md5" //nolint:gosec // Alipay numbers certificates by it
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"time"
)

// Certificates are what a merchant of Alipay downloads in certificate mode
// (公钥证书), PEM: of its application, of Alipay, and Alipay's root.
type Certificates struct{ App, Platform, Root string }

// certified begins the serial of a merchant in certificate mode; the numbers of
// its certificates follow.
const certified = "cert:"

// EnrolCertified makes an Alipay merchant in certificate mode: its requests name
// the numbers of its certificates, and what it is sent names Alipay's.
func (s *Server) EnrolCertified(ctx context.Context) (Account, Certificates, error) {
	a, err := s.Enrol(ctx, Alipay)
	if err != nil {
		return a, Certificates{}, err
	}
	block, _ := pem.Decode([]byte(a.PrivateKey))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return a, Certificates{}, err
	}
	app, ok := key.(*rsa.PrivateKey)
	if !ok {
		return a, Certificates{}, errors.New("sim: the merchant's key is no RSA key")
	}
	rootKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return a, Certificates{}, err
	}
	root := &x509.Certificate{
		SerialNumber: serialNumber(), Subject: pkix.Name{CommonName: "Sandbox Alipay Root", Country: []string{"CN"}}, NotBefore: s.Clock.Now().Add(-time.Hour), NotAfter: s.Clock.Now().AddDate(20, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SignatureAlgorithm: x509.SHA256WithRSA,
	}
	var out Certificates
	numbers := make([]string, 3)
	for i, x := range []struct {
		to   *string
		name string
		pub  *rsa.PublicKey
	}{{&out.App, a.App, &app.PublicKey}, {&out.Root, "", &rootKey.PublicKey}, {&out.Platform, "Sandbox Alipay", &s.Key.PublicKey}} {
		t := root
		if x.name != "" {
			t = &x509.Certificate{SerialNumber: serialNumber(), Subject: pkix.Name{CommonName: x.name}, NotBefore: root.NotBefore, NotAfter: root.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature, SignatureAlgorithm: x509.SHA256WithRSA}
		}
		der, err := x509.CreateCertificate(rand.Reader, t, root, x.pub, rootKey)
		if err != nil {
			return a, out, err
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return a, out, err
		}
		*x.to = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		sum := md5.Sum([]byte(c.Issuer.String() + c.SerialNumber.String())) //nolint:gosec // as above
		numbers[i] = hex.EncodeToString(sum[:])
	}
	_, err = s.Pool.Exec(ctx, "update payment_sandbox.merchant set serial = $1 where kind = $2 and app = $3", certified+strings.Join(numbers, ":"), Alipay, a.App)
	return a, out, err
}

func serialNumber() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100)) // never fails (Go 1.24)
	return n
}

// certNumbers are those of a merchant's certificates: its own, the root's and
// Alipay's; empty in key mode.
func (m merchant) certNumbers() (app, root, platform string) {
	list := strings.Split(strings.TrimPrefix(m.Serial, certified), ":")
	if !strings.HasPrefix(m.Serial, certified) || len(list) != 3 {
		return "", "", ""
	}
	return list[0], list[1], list[2]
}
