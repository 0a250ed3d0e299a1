package httpx

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
)

// short is a listener on a machine that has no room for a while.
type short struct {
	net.Listener
	errs []error
}

func (s *short) Accept() (net.Conn, error) {
	if len(s.errs) == 0 {
		c, there := net.Pipe()
		_ = there.Close()
		return c, nil
	}
	err := s.errs[0]
	s.errs = s.errs[1:]
	return nil, err
}

// A machine without file descriptors for a moment does not end the server.
func TestAShortageOfConnectionsPasses(t *testing.T) {
	t.Parallel()
	full := &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	gone := &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.ECONNABORTED)}
	p := &patient{Listener: &short{errs: []error{full, gone, full}}, log: quiet, end: t.Context()}
	c, err := p.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()

	broken := errors.New("the listener is broken")
	p = &patient{Listener: &short{errs: []error{full, broken}}, log: quiet, end: t.Context()}
	if _, err := p.Accept(); !errors.Is(err, broken) {
		t.Errorf("an error that does not pass became %v", err)
	}
}
