package alipay

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/smartwalle/alipay/v3"
)

// Certificates are what an application has in certificate mode (公钥证书), all
// PEM: its own, Alipay's, and Alipay's root (several in one file).
type Certificates struct{ App, Platform, Root string }

// empty says that the key mode (公钥) is used.
func (c Certificates) empty() bool { return c == Certificates{} }

// load has the SDK name the certificates in requests and trust Alipay's alone.
// Alipay's must be issued by the root, and the application's must be of the
// private key: another pair would be refused at the first payment only. The
// name of the bad field is told, never its content.
func (c Certificates) load(client *alipay.Client, private *rsa.PrivateKey) (number string, err error) {
	roots := x509.NewCertPool()
	any := false
	for rest := []byte(c.Root); ; {
		var b *pem.Block
		if b, rest = pem.Decode(rest); b == nil {
			break
		}
		// Alipay's file holds SM2 roots as well, which are none of RSA2's.
		if x, err := x509.ParseCertificate(b.Bytes); err == nil {
			if _, ok := x.PublicKey.(*rsa.PublicKey); ok {
				roots.AddCert(x)
				any = true
			}
		}
	}
	if !any {
		return "", errors.New("alipay: rootCert has no RSA certificate")
	}
	own, err := certificate(c.App)
	if err != nil {
		return "", errors.New("alipay: appCert is not a certificate")
	}
	if pub, ok := own.PublicKey.(*rsa.PublicKey); !ok || private != nil && !pub.Equal(&private.PublicKey) {
		return "", errors.New("alipay: appCert is not of privateKey")
	}
	theirs, err := certificate(c.Platform)
	if err != nil {
		return "", errors.New("alipay: platformCert is not a certificate")
	}
	if _, ok := theirs.PublicKey.(*rsa.PublicKey); !ok {
		return "", errors.New("alipay: platformCert is not of an RSA key")
	}
	// Whether it is of this time is Alipay's to say, which replaces it in time.
	if _, err := theirs.Verify(x509.VerifyOptions{Roots: roots, Intermediates: chain(c.Platform), CurrentTime: theirs.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return "", errors.New("alipay: platformCert is not issued by rootCert")
	}
	if err := errors.Join(client.LoadAppCertPublicKey(c.App), client.LoadAliPayRootCert(c.Root), client.LoadAlipayCertPublicKey(c.Platform)); err != nil {
		return "", errors.New("alipay: the certificates cannot be loaded")
	}
	return numberOf(theirs), nil
}

// certificate is the first one of a file: its own; what follows is its chain.
func certificate(text string) (*x509.Certificate, error) {
	b, _ := pem.Decode([]byte(text))
	if b == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(b.Bytes)
}

func chain(text string) *x509.CertPool {
	pool := x509.NewCertPool()
	_, rest := pem.Decode([]byte(text))
	pool.AppendCertsFromPEM(rest)
	return pool
}
