package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parterre/apps/edge"
	"parterre/integrations/reader"
	"parterre/integrations/reader/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/localca"
	"parterre/modules/core/log"
)

// edgeCmd is `parterre edge`.
type edgeCmd struct {
	Reader  string   `help:"Serial port of an identity card reader, such as /dev/ttyUSB0 or COM3." env:"PARTERRE_READER"`
	Baud    int      `help:"Speed of the reader's port." default:"115200"`
	Printer string   `help:"Receipt printer: tcp://HOST:9100, serial:PORT@BAUD or a device file such as /dev/usb/lp0." env:"PARTERRE_PRINTER"`
	Listen  string   `help:"Address for HTTPS; of this machine only." default:"localhost:8455" env:"PARTERRE_EDGE_LISTEN"`
	Origin  []string `help:"Origins of the pages that may use the devices." default:"https://localhost:8443" env:"PARTERRE_EDGE_ORIGIN"`
	Var     string   `help:"Folder of the certificate and the pairings." default:"var" env:"PARTERRE_VAR" type:"path"`
}

// Run implements the command.
func (c *edgeCmd) Run(ctx context.Context) error {
	logger := log.New(os.Stderr, false, slog.LevelInfo)
	cfg := edge.Config{Origins: c.Origin, Dir: filepath.Join(c.Var, "edge"), Clock: clock.System{}, Log: logger, Screen: os.Stdout}
	if c.Reader != "" {
		cfg.Reader = func() (*reader.Reader, error) { return reader.Open(c.Reader, c.Baud) }
	}
	if c.Printer != "" {
		cfg.Printer = edge.OpenPrinter(c.Printer)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --listen", c.Listen, err)
	}
	if at, ok := ln.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		_ = ln.Close()
		return fmt.Errorf("--listen %s is not of this machine only; the devices are for the browser beside them", c.Listen)
	}
	ca, err := localca.Open(localca.Config{Dir: filepath.Join(c.Var, "tls")})
	if err != nil {
		return err
	}
	fmt.Printf("\n  Parterre devices 设备\n\n  address      %s\n  certificate  %s  (import once)\n", address(c.Listen), ca.RootFile())
	e, err := edge.New(cfg)
	if err != nil {
		return err
	}
	go e.Run(ctx)
	srv := &http.Server{Handler: e.Handler(), ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	if err := srv.Serve(tls.NewListener(ln, ca.TLSConfig())); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// readerCmd is `parterre reader`.
type readerCmd struct {
	Sim readerSimCmd `cmd:"" help:"Be an identity card reader on a serial port of this machine, without hardware (Linux)."`
	Try readerTryCmd `cmd:"" help:"Ask a reader for its number and read the card that lies on it; what is read is shown masked."`
}

type readerSimCmd struct {
	Link string `help:"Name the port by a link, such as var/reader." type:"path"`
}

// Run implements the command: lines of standard input lay cards down.
func (c *readerSimCmd) Run(ctx context.Context) error {
	line, err := sim.OpenPTY()
	if err != nil {
		return err
	}
	defer func() { _ = line.Close() }()
	if c.Link != "" {
		if err := os.Remove(c.Link); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		if err := os.Symlink(line.Path, c.Link); err != nil {
			return err
		}
		defer func() { _ = os.Remove(c.Link) }()
	}
	r := &sim.Reader{}
	failed := make(chan error, 1)
	go func() { failed <- r.Serve(line) }()
	fmt.Printf("port %s\n", line.Path)
	for i, card := range sim.Samples {
		fmt.Printf("  %d  lays down %s (a published sample number), valid until %s\n", i+1, card, card.Until)
	}
	fmt.Println("  0  lifts the card   f  makes the next reading fail   q  ends")
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- strings.TrimSpace(in.Text())
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case text, open := <-lines:
			if !open { // a service has no keyboard: the card that lies there stays
				<-ctx.Done()
				return nil
			}
			if text == "q" {
				return nil
			}
			fmt.Println(simulate(r, text))
		}
	}
}

// simulate does what a line asks for and says what was done.
func simulate(r *sim.Reader, text string) string {
	switch n, err := strconv.Atoi(text); {
	case text == "f":
		r.Fail(sim.ReadFail)
		return "the next reading fails"
	case err != nil || n < 0 || n > len(sim.Samples):
		return "type 0 to " + strconv.Itoa(len(sim.Samples)) + ", f or q"
	case n == 0:
		r.Lift()
		return "lifted"
	default:
		if err := r.Lay(sim.Samples[n-1]); err != nil {
			return err.Error()
		}
		return "laid down"
	}
}

type readerTryCmd struct {
	Port string `help:"Serial port of the reader." required:""`
	Baud int    `help:"Speed of the port." default:"115200"`
}

// Run implements the command.
func (c *readerTryCmd) Run(context.Context) error {
	r, err := reader.Open(c.Port, c.Baud)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	number, err := r.SAM()
	if err != nil {
		return err
	}
	fmt.Println("reader", number)
	card, err := r.Read()
	if errors.Is(err, reader.ErrNoCard) {
		fmt.Println("no card lies on it")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Println(card)
	return nil
}
