//go:build !cgo

package keydevice

// Device is an open token; there is none without cgo.
type Device struct{}

// Open is ErrNoCgo.
func Open(Config) (*Device, error) { return nil, ErrNoCgo }

// Name is "".
func (*Device) Name() string { return "" }

// Wrap is ErrNoCgo.
func (*Device) Wrap([]byte, []byte) ([]byte, error) { return nil, ErrNoCgo }

// Unwrap is ErrNoCgo.
func (*Device) Unwrap([]byte, []byte) ([]byte, error) { return nil, ErrNoCgo }

// Close does nothing.
func (*Device) Close() error { return nil }
