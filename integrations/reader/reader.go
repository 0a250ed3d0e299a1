package reader

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.bug.st/serial"

	"parterre/modules/core/clock"
)

// Port is a serial line, as go.bug.st/serial opens it. A Read that returns no
// bytes and no error means that the time was over.
type Port interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Close() error
	SetReadTimeout(d time.Duration) error
	ResetInputBuffer() error
}

// Errors of reading. A Refused carries what the reader said.
var (
	ErrNoCard = errors.New("reader: there is no card on the reader")
	ErrSilent = errors.New("reader: the reader does not answer; check its cable, the port and its speed")
)

// Refused is an answer that is not the good one.
type Refused struct {
	Command Command
	Status  byte
}

func (r *Refused) Error() string {
	return fmt.Sprintf("reader: command %04X was answered with status %02X", uint16(r.Command), r.Status)
}

// How long a reader may take, and the least pause between two looks for a card.
const (
	waitShort = time.Second
	waitRead  = 3 * time.Second
	PollEvery = 300 * time.Millisecond
	babble    = 4 * maxLen // bytes without a frame after which the line carries something else
)

// Reader is one reader on one line. It is for one goroutine.
type Reader struct {
	port Port
	scan Scanner
}

// Open opens a port, such as /dev/ttyUSB0 or COM3; baud 0 is 115200.
func Open(path string, baud int) (*Reader, error) {
	if baud == 0 {
		baud = 115200
	}
	p, err := serial.Open(path, &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit})
	if err != nil {
		return nil, fmt.Errorf("reader: open %s: %w", path, err)
	}
	return New(p), nil
}

// New speaks over a line that is open.
func New(p Port) *Reader { return &Reader{port: p} }

// Close closes the line.
func (r *Reader) Close() error {
	r.scan.Reset()
	return r.port.Close()
}

// Do sends a command and waits for its answer. Errors: ErrSilent, ErrChecksum,
// ErrFrame and those of the line.
func (r *Reader) Do(c Command, wait time.Duration) (Answer, error) {
	r.scan.Reset()
	if err := r.port.ResetInputBuffer(); err != nil { // a late answer is not the answer to this
		return Answer{}, err
	}
	if err := r.port.SetReadTimeout(wait); err != nil {
		return Answer{}, err
	}
	for frame := c.Frame(); len(frame) > 0; {
		n, err := r.port.Write(frame)
		if err != nil {
			return Answer{}, err
		}
		frame = frame[n:]
	}
	buf := make([]byte, 2048)
	defer clear(buf)
	for got := 0; got < babble; {
		n, err := r.port.Read(buf)
		if err != nil {
			return Answer{}, err
		}
		if n == 0 {
			return Answer{}, ErrSilent
		}
		got += n
		r.scan.Push(buf[:n])
		body, err := r.scan.Next()
		if errors.Is(err, ErrMore) {
			continue
		}
		if err != nil {
			return Answer{}, err
		}
		return AnswerOf(body)
	}
	return Answer{}, ErrFrame
}

// SAM asks whether the security module works and for its number, which names
// the reader (模块编号). Errors: those of Do, *Refused.
func (r *Reader) SAM() (string, error) {
	if err := r.want(CheckSAM, StatusOK); err != nil {
		return "", err
	}
	a, err := r.Do(SAMNumber, waitShort)
	if err != nil {
		return "", err
	}
	if a.Status != StatusOK {
		return "", &Refused{SAMNumber, a.Status}
	}
	if len(a.Data) != 16 {
		return "", ErrFrame
	}
	d, le := a.Data, binary.LittleEndian
	return fmt.Sprintf("%02d.%02d-%08d-%010d-%010d", le.Uint16(d), le.Uint16(d[2:]), le.Uint32(d[4:]), le.Uint32(d[8:]), le.Uint32(d[12:])), nil
}

func (r *Reader) want(c Command, status byte) error {
	a, err := r.Do(c, waitShort)
	if err == nil && a.Status != status {
		err = &Refused{c, a.Status}
	}
	return err
}

// Read reads the card that lies on the reader: find, select, read. Errors:
// ErrNoCard, those of Do and of ParseText, *Refused.
func (r *Reader) Read() (Card, error) {
	err := r.want(FindCard, StatusFound)
	var no *Refused
	if errors.As(err, &no) && no.Status == StatusNoCard {
		return Card{}, ErrNoCard
	}
	if err == nil {
		err = r.want(SelectCard, StatusOK)
	}
	if err != nil {
		return Card{}, err
	}
	a, err := r.Do(ReadCard, waitRead)
	if err != nil {
		return Card{}, err
	}
	defer clear(a.Data)
	if a.Status != StatusOK {
		return Card{}, &Refused{ReadCard, a.Status}
	}
	return ParseRead(a.Data)
}

// Seen is what Watch tells: a card, or why one that was laid down could not be
// read (lift it and lay it down again).
type Seen struct {
	Card Card
	Err  error
}

// Watch looks for cards until ctx ends and tells each once: a card that stays
// on the reader is not read again before it was lifted. It returns the line's
// error when the reader cannot be spoken with any more.
func (r *Reader) Watch(ctx context.Context, c clock.Clock, tell func(Seen)) error {
	silent, last := 0, "" // what lies there: a number, or "?" for what could not be read
	for ctx.Err() == nil {
		card, err := r.Read()
		var refused *Refused
		switch {
		case errors.Is(err, ErrNoCard):
			silent, last = 0, ""
		case err == nil, errors.As(err, &refused), errors.Is(err, ErrText), errors.Is(err, ErrVariant), errors.Is(err, ErrNumber):
			now := card.Number
			if err != nil {
				now = "?"
			}
			if now != last {
				tell(Seen{card, err})
			}
			silent, last = 0, now
		case errors.Is(err, ErrSilent), errors.Is(err, ErrChecksum), errors.Is(err, ErrFrame):
			if silent++; silent == 3 {
				return err
			}
		default:
			return err
		}
		select {
		case <-ctx.Done():
		case <-c.After(PollEvery):
		}
	}
	return ctx.Err()
}
