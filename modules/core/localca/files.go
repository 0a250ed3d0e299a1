package localca

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// readPair reads name.crt and name.key; they must belong together.
func readPair(dir, name string) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key"))
	if err != nil {
		return nil, err
	}
	return &pair, nil
}

// makePair makes a key and a certificate, signed by parent or by itself, and writes both. The key goes first: a crash
// in between leaves a pair that does not fit, which the next start replaces.
func makePair(dir, name string, template *x509.Certificate, parent *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = serial(); err != nil {
		return nil, err
	}
	signer, above := crypto.PrivateKey(key), template
	if parent != nil {
		signer, above = parent.PrivateKey, parent.Leaf
	}
	der, err := x509.CreateCertificate(rand.Reader, template, above, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", name, err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var chain bytes.Buffer
	_ = pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	if parent != nil {
		_ = pem.Encode(&chain, &pem.Block{Type: "CERTIFICATE", Bytes: parent.Certificate[0]})
	}
	keyText := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	if err := replace(filepath.Join(dir, name+".key"), keyText, 0o600); err != nil {
		return nil, err
	}
	if err := replace(filepath.Join(dir, name+".crt"), chain.Bytes(), 0o644); err != nil {
		return nil, err
	}
	return readPair(dir, name)
}

// replace writes a file in one step.
func replace(file string, text []byte, mode os.FileMode) error {
	tmp := file + ".new"
	if err := os.Remove(tmp); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.WriteFile(tmp, text, mode); err != nil {
		return err
	}
	return os.Rename(tmp, file)
}
