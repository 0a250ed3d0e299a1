//go:build !linux

package sim

import (
	"errors"
	"os"
)

// PTY is a pair of ends of a serial line that exists in this machine only.
type PTY struct {
	*os.File
	Path string
}

// OpenPTY works on Linux only.
func OpenPTY() (*PTY, error) {
	return nil, errors.New("a simulated serial port needs Linux")
}
