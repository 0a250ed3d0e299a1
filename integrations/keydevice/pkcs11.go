//go:build cgo

package keydevice

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ThalesGroup/crypto11"
	"github.com/miekg/pkcs11"
)

// Device is an open token.
type Device struct {
	name string
	ctx  *crypto11.Context
	aead cipher.AEAD
}

// Open logs in to the token and finds its key, or makes it there: AES-256, not
// extractable. Close it at the end.
func Open(c Config) (*Device, error) {
	secret, err := pin(c.PINFile)
	if err != nil {
		return nil, err
	}
	ctx, err := crypto11.Configure(&crypto11.Config{Path: c.Module, TokenLabel: c.Token, Pin: secret})
	if err != nil {
		var p pkcs11.Error
		if errors.As(err, &p) && (p == pkcs11.CKR_PIN_INCORRECT || p == pkcs11.CKR_PIN_LOCKED || p == pkcs11.CKR_PIN_LEN_RANGE) {
			return nil, ErrPIN
		}
		return nil, fmt.Errorf("keydevice: token %s: %w", c.Token, err)
	}
	d := &Device{name: "pkcs11:token=" + c.Token + ";object=" + c.Key, ctx: ctx}
	key, err := keyOf(ctx, c.Key)
	if err == nil {
		d.aead, err = key.NewGCM()
	}
	if err != nil {
		_ = ctx.Close()
		return nil, fmt.Errorf("keydevice: key %s: %w", c.Key, err)
	}
	return d, nil
}

func keyOf(ctx *crypto11.Context, label string) (*crypto11.SecretKey, error) {
	list, err := ctx.FindKeys(nil, []byte(label))
	switch {
	case err != nil:
		return nil, err
	case len(list) > 1:
		return nil, errors.New("the token holds several keys of this label")
	case len(list) == 1:
		return list[0], nil
	}
	return ctx.GenerateSecretKeyWithLabel([]byte(label), []byte(label), 256, crypto11.CipherAES)
}

// Name names the key in a key file.
func (d *Device) Name() string { return d.name }

// Wrap seals a key in the token; bound is what it is for. 12 bytes of nonce,
// then ciphertext and tag.
func (d *Device) Wrap(key, bound []byte) (sealed []byte, err error) {
	nonce := make([]byte, d.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	defer caught(&err)
	return d.aead.Seal(nonce, nonce, key, bound), nil
}

// Unwrap opens what Wrap sealed for the same purpose.
func (d *Device) Unwrap(sealed, bound []byte) (key []byte, err error) {
	if len(sealed) < d.aead.NonceSize() {
		return nil, ErrOpen
	}
	defer caught(&err)
	key, err = d.aead.Open(nil, sealed[:d.aead.NonceSize()], sealed[d.aead.NonceSize():], bound)
	if err != nil {
		return nil, ErrOpen
	}
	return key, nil
}

// caught makes an error of what the library panics with when the token fails.
func caught(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("keydevice: the token failed: %v", r)
	}
}

// Close logs out.
func (d *Device) Close() error { return d.ctx.Close() }
