// Package keydevice seals keys with one that never leaves a device: an AES-256
// key in a PKCS#11 token (a hardware security module, a USB key, SoftHSM2).
// The device is asked once for each key at a start, not for each value.
//
// PKCS#11 modules are C libraries: a program that was built without cgo says
// that it cannot load them (ErrNoCgo).
//
// A token locks itself after a few wrong PINs, so a PIN is tried once. And a
// login is one of the whole process: while it lasts a second Open with a wrong
// PIN is let in by the token; check a PIN in a fresh process.
package keydevice

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Config says where the token is.
type Config struct {
	Module  string // the driver: /usr/lib/softhsm/libsofthsm2.so
	Token   string // the token's label
	PINFile string // holds the PIN, mode 0600
	Key     string // the key's label in the token; made there if it is not
}

// Errors of devices. None holds the PIN.
var (
	ErrNoCgo = errors.New("keydevice: this program was built without cgo and cannot load a PKCS#11 module")
	ErrPIN   = errors.New("keydevice: the token refuses the PIN; it was tried once and must not be tried again before it is checked")
	ErrOpen  = errors.New("keydevice: the sealed key does not open with this token's key")
)

// pin reads the PIN, which nobody else may read.
func pin(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("keydevice: cannot read the PIN: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("keydevice: %s may be read by others; run chmod 600 on it", path)
	}
	raw, err := os.ReadFile(path)
	return strings.TrimRight(string(raw), "\r\n"), err
}
