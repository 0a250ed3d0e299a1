package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Command is CMD and Para of a frame to the reader.
type Command uint16

// The commands of the profile.
const (
	ResetSAM   Command = 0x10FF // 复位安全模块
	CheckSAM   Command = 0x11FF // 安全模块状态检测
	SAMNumber  Command = 0x12FF // 读安全模块编号
	FindCard   Command = 0x2001 // 寻卡
	SelectCard Command = 0x2002 // 选卡
	ReadCard   Command = 0x3001 // 读固定信息: text and photo
	NewAddress Command = 0x3003 // 读追加住址
)

// The last status byte, SW3, of an answer.
const (
	StatusOK       = 0x90
	StatusFound    = 0x9F
	StatusChecksum = 0x10
	StatusLength   = 0x11
	StatusCommand  = 0x21
	StatusCardAuth = 0x31
	StatusSAMAuth  = 0x32
	StatusRead     = 0x41
	StatusSelfTest = 0x60
	StatusNoRight  = 0x66
	StatusNoCard   = 0x80
	StatusSelect   = 0x81
	StatusNoItem   = 0x91
)

const (
	minLen = 3      // CMD, Para, CHK
	maxLen = 0x0FFF // the longest answer, with fingerprints, has 0x090A
)

var preamble = []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

// Errors of frames.
var (
	ErrMore     = errors.New("reader: the frame is not whole yet")
	ErrChecksum = errors.New("reader: a frame's checksum is wrong (the line is disturbed)")
	ErrFrame    = errors.New("reader: a frame is too short for what it must hold")
)

// Frame wraps a body: preamble, length, body, checksum. The body has 2 to 4094
// bytes; another one panics, since it is made by the program.
func Frame(body []byte) []byte {
	n := len(body) + 1
	if n < minLen || n > maxLen {
		panic(fmt.Sprintf("reader: a frame cannot hold %d bytes", len(body)))
	}
	out := append(make([]byte, 0, len(preamble)+2+n), preamble...)
	out = binary.BigEndian.AppendUint16(out, uint16(n))
	out = append(out, body...)
	return append(out, xor(out[len(preamble):]))
}

func xor(bs []byte) (sum byte) {
	for _, b := range bs {
		sum ^= b
	}
	return sum
}

// Frame is the command as it goes over the line.
func (c Command) Frame() []byte { return Frame([]byte{byte(c >> 8), byte(c)}) }

// Answer is what a reader says to a command. Data is set for what answers with
// some.
type Answer struct {
	Status byte // SW3; SW1 and SW2 are always zero
	Data   []byte
}

// Frame is the answer as it goes over the line; simulators write it.
func (a Answer) Frame() []byte { return Frame(append([]byte{0, 0, a.Status}, a.Data...)) }

// AnswerOf reads the body of a frame from a reader.
func AnswerOf(body []byte) (Answer, error) {
	if len(body) < 3 || body[0] != 0 || body[1] != 0 {
		return Answer{}, ErrFrame
	}
	return Answer{body[2], body[3:]}, nil
}

// CommandOf reads the body of a frame to a reader; simulators read it.
func CommandOf(body []byte) (Command, error) {
	if len(body) < 2 {
		return 0, ErrFrame
	}
	return Command(binary.BigEndian.Uint16(body)), nil
}

// Scanner finds frames in a stream: it skips what is none, and goes on behind a
// preamble that only looked like one.
type Scanner struct{ buf []byte }

// Push adds bytes as they came.
func (s *Scanner) Push(p []byte) { s.buf = append(s.buf, p...) }

// Reset forgets what is left over, overwriting it.
func (s *Scanner) Reset() {
	clear(s.buf)
	s.buf = s.buf[:0]
}

// Next returns the body of the next frame. Errors: ErrMore when more bytes are
// needed, ErrChecksum when a frame was dropped; then Next may be called again.
func (s *Scanner) Next() ([]byte, error) {
	for {
		at := bytes.Index(s.buf, preamble)
		if at < 0 { // keep what may be the beginning of one
			s.drop(max(0, len(s.buf)-len(preamble)+1))
			return nil, ErrMore
		}
		s.drop(at)
		head := len(preamble) + 2
		if len(s.buf) < head {
			return nil, ErrMore
		}
		n := int(binary.BigEndian.Uint16(s.buf[len(preamble):]))
		if n < minLen || n > maxLen {
			s.drop(1)
			continue
		}
		if len(s.buf) < head+n {
			return nil, ErrMore
		}
		if xor(s.buf[len(preamble):head+n]) != 0 { // with CHK itself the sum is zero
			s.drop(1)
			return nil, ErrChecksum
		}
		body := bytes.Clone(s.buf[head : head+n-1])
		s.drop(head + n)
		return body, nil
	}
}

// drop takes n bytes off the front and overwrites what is freed: it may be what
// a card said.
func (s *Scanner) drop(n int) {
	left := copy(s.buf, s.buf[n:])
	clear(s.buf[left:])
	s.buf = s.buf[:left]
}
