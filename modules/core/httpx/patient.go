package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"syscall"
	"time"
)

// patient accepts connections and waits while the machine has no room for one
// more. fasthttp takes any such error for the listener's end and stops serving,
// so that whoever opens enough connections would end the server for all.
type patient struct {
	net.Listener
	log *slog.Logger
	end context.Context // the server's stop
}

// shortages pass when connections are closed or the caller has gone.
var shortages = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR}

const longestPause = time.Second

// Accept waits for the next connection. Errors that do not pass are returned.
func (p *patient) Accept() (net.Conn, error) {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, longestPause) {
		c, err := p.Listener.Accept()
		if err == nil || !passes(err) {
			return c, err
		}
		p.log.Warn("no connection can be accepted; it will be tried again", "err", err, "in", pause)
		select {
		case <-p.end.Done():
			return nil, net.ErrClosed
		case <-time.After(pause):
		}
	}
}

func passes(err error) bool {
	for _, s := range shortages {
		if errors.Is(err, s) {
			return true
		}
	}
	return false
}
