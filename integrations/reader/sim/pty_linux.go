package sim

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// PTY is a pair of ends of a serial line that exists in this machine only.
type PTY struct {
	*os.File        // the simulator's end
	Path     string // the other end: what a program opens as its serial port
	keep     *os.File
}

// OpenPTY makes a line.
func OpenPTY() (*PTY, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*PTY, error) { _ = master.Close(); return nil, fmt.Errorf("open a pty: %w", err) }
	raw, err := master.SyscallConn()
	if err != nil {
		return fail(err)
	}
	var no int
	var failed error
	if err := raw.Control(func(fd uintptr) {
		if failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); failed == nil {
			no, failed = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	}); err != nil || failed != nil {
		return fail(fmt.Errorf("%w %w", err, failed))
	}
	path := fmt.Sprintf("/dev/pts/%d", no)
	// An end of ours stays open: without any the line would count as hung up
	// whenever a program closes its own.
	keep, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return fail(err)
	}
	if err := makeRaw(keep); err != nil {
		_ = keep.Close()
		return fail(err)
	}
	return &PTY{master, path, keep}, nil
}

// makeRaw switches off what a terminal does to bytes, such as echoing them.
func makeRaw(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		var t *unix.Termios
		if t, failed = unix.IoctlGetTermios(int(fd), unix.TCGETS); failed != nil {
			return
		}
		t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
		t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		failed = unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
	})
	if err == nil {
		err = failed
	}
	return err
}

// Close ends the line at both ends.
func (p *PTY) Close() error {
	_ = p.keep.Close()
	return p.File.Close()
}
