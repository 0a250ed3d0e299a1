// Package sim is an identity card reader without hardware: the security
// module's side of the protocol, on any line. On Linux OpenPTY gives it a
// serial port that other programs open like a real one, so that a counter can
// be tried, and trained, without a reader.
package sim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"

	"parterre/integrations/reader"
)

// Fault is how a reader goes wrong once.
type Fault uint8

// The faults.
const (
	None     Fault = iota
	ReadFail       // the card cannot be read (41): lifted too early
	Silence        // no answer
	Disturb        // a byte of the answer is wrong on the line
	Noise          // a handheld's own bytes before the answer
)

// Reader is one simulated reader. It is safe for concurrent use; the zero value
// is ready and empty.
type Reader struct {
	mu    sync.Mutex
	text  []byte // of the card that lies there; nil: none
	step  step
	fault Fault
	reads int
}

type step uint8

const (
	laid step = iota
	found
	selected
	done // read or failed: to be lifted first
)

// Lay lays a card down.
func (r *Reader) Lay(c reader.Card) error {
	text, err := c.Text()
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text, r.step = text, laid
	return nil
}

// Lift takes the card away.
func (r *Reader) Lift() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = nil
}

// Fail makes the next reading of a card go wrong.
func (r *Reader) Fail(f Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = f
}

// Reads counts the cards that were read well.
func (r *Reader) Reads() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reads
}

// sam is the number of the simulated security module.
var sam = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32([]byte{5, 0, 3, 0}, 20261101), 1), 20261122)

// Answer is what the reader says to a command: nil for nothing.
func (r *Reader) Answer(c reader.Command) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	say := func(status byte, data ...byte) []byte { return reader.Answer{Status: status, Data: data}.Frame() }
	switch c {
	case reader.ResetSAM, reader.CheckSAM:
		return say(reader.StatusOK)
	case reader.SAMNumber:
		return say(reader.StatusOK, sam...)
	case reader.FindCard:
		if r.text == nil || r.step == done {
			return say(reader.StatusNoCard)
		}
		r.step = found
		return say(reader.StatusFound, make([]byte, 4)...)
	case reader.SelectCard:
		if r.text == nil || r.step != found {
			return say(reader.StatusSelect)
		}
		r.step = selected
		return say(reader.StatusOK, make([]byte, 8)...)
	case reader.ReadCard:
		return r.read(say)
	case reader.NewAddress:
		return say(reader.StatusNoItem)
	}
	return say(reader.StatusCommand)
}

func (r *Reader) read(say func(byte, ...byte) []byte) []byte {
	fault := r.fault
	r.fault = None
	if r.text == nil || r.step != selected || fault == ReadFail {
		r.step = done
		return say(reader.StatusRead)
	}
	good := say(reader.StatusOK, reader.ReadData(r.text, make([]byte, 1024))...)
	switch fault {
	case Silence:
		r.step = laid
		return nil
	case Disturb:
		r.step = laid
		good[100] ^= 0x40
		return good
	case Noise:
		good = append([]byte{0xCA, 0xDF, 0xAA, 0xAA}, good...)
	}
	r.step = done
	r.reads++
	return good
}

// Serve answers commands from a line until it ends. Answers leave in pieces, as
// a serial line delivers them.
func (r *Reader) Serve(line io.ReadWriter) error {
	var scan reader.Scanner
	buf := make([]byte, 256)
	for {
		n, err := line.Read(buf)
		scan.Push(buf[:n])
		for {
			body, next := scan.Next()
			if errors.Is(next, reader.ErrMore) {
				break
			}
			out := reader.Answer{Status: reader.StatusChecksum}.Frame()
			if next == nil {
				c, wrong := reader.CommandOf(body)
				if wrong != nil {
					continue
				}
				out = r.Answer(c)
			}
			if err := write(line, out); err != nil {
				return err
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func write(line io.Writer, out []byte) error {
	rest := bytes.NewBuffer(out)
	for rest.Len() > 0 {
		if _, err := line.Write(rest.Next(61)); err != nil {
			return err
		}
	}
	return nil
}

// Samples are cards with the published sample numbers: no persons.
var Samples = []reader.Card{
	{Kind: reader.Resident, Name: "张三", Number: "11010519491231002X", Sex: "2", Nation: "01", Birth: "19491231", Address: "北京市朝阳区样例街道1号", Issuer: "样例公安局", From: "20160101", Until: "长期"},
	{Kind: reader.Resident, Name: "李四", Number: "440524188001010014", Sex: "1", Nation: "01", Birth: "18800101", Address: "广东省潮阳县样例乡2号", Issuer: "样例公安局", From: "20160101", Until: "长期"},
	{Kind: reader.Resident, Name: "王五", Number: "34052419800101001X", Sex: "1", Nation: "01", Birth: "19800101", Address: "安徽省马鞍山市样例路3号", Issuer: "样例公安局", From: "20180606", Until: "20380606"},
	{Kind: reader.Resident, Name: "赵六", Number: "370101190102039973", Sex: "1", Nation: "01", Birth: "19010203", Address: "山东省济南市样例巷4号", Issuer: "样例公安局", From: "20050101", Until: "20250101"},
}
