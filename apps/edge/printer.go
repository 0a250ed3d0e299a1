package edge

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"go.bug.st/serial"
)

// OpenPrinter makes the opener of a printer by its address: tcp://host:9100 (a
// network printer), serial:PORT@BAUD (9600 if BAUD is left out), and
// anything else is a device file such as /dev/usb/lp0.
func OpenPrinter(address string) func(context.Context) (io.WriteCloser, error) {
	if host, ok := strings.CutPrefix(address, "tcp://"); ok {
		return func(ctx context.Context) (io.WriteCloser, error) {
			d := net.Dialer{Timeout: 3 * time.Second}
			return d.DialContext(ctx, "tcp", host)
		}
	}
	if line, ok := strings.CutPrefix(address, "serial:"); ok {
		return func(context.Context) (io.WriteCloser, error) {
			port, baud := line, 9600
			if at := strings.LastIndexByte(line, '@'); at >= 0 {
				port = line[:at]
				if _, err := fmt.Sscanf(line[at+1:], "%d", &baud); err != nil {
					return nil, fmt.Errorf("edge: %q is no speed", line[at+1:])
				}
			}
			return serial.Open(port, &serial.Mode{BaudRate: baud})
		}
	}
	return func(context.Context) (io.WriteCloser, error) {
		return os.OpenFile(address, os.O_WRONLY|os.O_APPEND, 0)
	}
}
