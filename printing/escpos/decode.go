package escpos

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// OpKind is what a part of a stream does.
type OpKind uint8

const (
	OpReset  OpKind = iota
	OpLine          // one printed line: Text, Look
	OpQR            // a code that the printer encodes: Text, Level, Module
	OpRaster        // a picture: Bits
	OpFeed
	OpCut
	OpDrawer
)

// Op is one thing that a printer does.
type Op struct {
	Kind   OpKind
	Text   string
	Look   Look
	Level  Level
	Module int
	Bits   [][]bool // rows of dots, true is black
}

// Decode reads a stream that this package wrote. It accepts no other command:
// an unknown byte is an error that names its place.
func Decode(stream []byte) ([]Op, error) {
	d := decoder{rest: stream, total: len(stream)}
	for len(d.rest) > 0 {
		if err := d.step(); err != nil {
			return nil, fmt.Errorf("byte %d: %w", d.total-len(d.rest), err)
		}
	}
	return d.ops, nil
}

type decoder struct {
	rest   []byte
	total  int
	ops    []Op
	look   Look
	text   []byte
	level  Level
	module int
	stored string
}

func (d *decoder) step() error {
	switch d.rest[0] {
	case 0x1B, 0x1C, 0x1D:
		if len(d.text) > 0 {
			return fmt.Errorf("a command inside a line of text")
		}
		if len(d.rest) < 2 {
			return fmt.Errorf("the stream ends inside a command")
		}
		return d.command(string(d.rest[:2]))
	case '\n':
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(d.text)
		if err != nil {
			return err
		}
		d.ops = append(d.ops, Op{Kind: OpLine, Text: string(text), Look: d.look})
		d.text, d.rest = nil, d.rest[1:]
		return nil
	}
	return d.character()
}

// character takes one character: the second byte of a Chinese one may look like
// anything from 0x30 on and is not a command.
func (d *decoder) character() error {
	n := 1
	if d.rest[0] >= 0x81 {
		n = 2
		if len(d.rest) > 1 && d.rest[1] >= '0' && d.rest[1] <= '9' {
			n = 4
		}
	}
	if d.rest[0] < 0x20 || d.rest[0] == 0x7F || len(d.rest) < n {
		return fmt.Errorf("0x%02X is neither text nor a command", d.rest[0])
	}
	d.text = append(d.text, d.rest[:n]...)
	d.rest = d.rest[n:]
	return nil
}

func (d *decoder) command(head string) error {
	switch head {
	case "\x1B@":
		d.add(2, Op{Kind: OpReset})
	case "\x1C&":
		d.rest = d.rest[2:]
	case "\x1Ba", "\x1BE", "\x1D!":
		return d.style(head)
	case "\x1Bd":
		return d.fixed(3, OpFeed)
	case "\x1DV":
		return d.fixed(4, OpCut)
	case "\x1Bp":
		return d.fixed(5, OpDrawer)
	case "\x1D(":
		return d.code()
	case "\x1Dv":
		return d.raster()
	default:
		return fmt.Errorf("unknown command % X", head)
	}
	return nil
}

func (d *decoder) add(n int, op Op) {
	d.ops, d.rest = append(d.ops, op), d.rest[n:]
}

func (d *decoder) fixed(n int, kind OpKind) error {
	if len(d.rest) < n {
		return fmt.Errorf("the stream ends inside a command")
	}
	d.add(n, Op{Kind: kind})
	return nil
}

func (d *decoder) style(head string) error {
	if len(d.rest) < 3 {
		return fmt.Errorf("the stream ends inside a command")
	}
	switch v := d.rest[2]; head {
	case "\x1Ba":
		d.look.Align = Align(v)
	case "\x1BE":
		d.look.Bold = v == 1
	default:
		d.look.Wide, d.look.Tall = v&0x10 != 0, v&0x01 != 0
	}
	d.rest = d.rest[3:]
	return nil
}

func (d *decoder) code() error {
	if len(d.rest) < 8 || d.rest[2] != 'k' || d.rest[5] != '1' {
		return fmt.Errorf("not a QR command")
	}
	n := int(binary.LittleEndian.Uint16(d.rest[3:]))
	if len(d.rest) < 5+n || n < 3 {
		return fmt.Errorf("a QR command of %d bytes is cut off", n)
	}
	body := d.rest[7 : 5+n]
	switch d.rest[6] {
	case 'C':
		d.module = int(body[0])
	case 'E':
		d.level = Level(body[0])
	case 'P':
		d.stored = string(body[1:])
	case 'Q':
		d.ops = append(d.ops, Op{Kind: OpQR, Text: d.stored, Level: d.level, Module: d.module, Look: d.look})
	case 'A':
	default:
		return fmt.Errorf("unknown QR function %c", d.rest[6])
	}
	d.rest = d.rest[5+n:]
	return nil
}

func (d *decoder) raster() error {
	if len(d.rest) < 8 || d.rest[2] != '0' || d.rest[3] != 0 {
		return fmt.Errorf("not a raster command")
	}
	width, height := int(binary.LittleEndian.Uint16(d.rest[4:])), int(binary.LittleEndian.Uint16(d.rest[6:]))
	if len(d.rest) < 8+width*height {
		return fmt.Errorf("a picture of %d x %d bytes is cut off", width, height)
	}
	op := Op{Kind: OpRaster, Look: d.look}
	for y := range height {
		row := make([]bool, 0, width*8)
		for _, b := range d.rest[8+y*width : 8+(y+1)*width] {
			for bit := range 8 {
				row = append(row, b&(0x80>>bit) != 0)
			}
		}
		op.Bits = append(op.Bits, row)
	}
	d.add(8+width*height, op)
	return nil
}
