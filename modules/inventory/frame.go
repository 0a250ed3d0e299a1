package inventory

import (
	"encoding/binary"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// A journal row's body, version 1: the byte 1, varint milliseconds since 1970,
// varint length and bytes of the node's name, varint count of sections; each
// section: 16 bytes session, varint epoch, varint byte length, events
// (engine.AppendEvent).

const frameVersion = 1

// Section is the events of one session in a journal row.
type Section struct {
	Session ids.ID
	Epoch   int64
	raw     []byte
}

// Frame is a journal row's body.
type Frame struct {
	At       time.Time
	Node     string
	Sections []Section
}

func appendFrame(b []byte, at time.Time, node string, sections int) []byte {
	b = append(b, frameVersion)
	b = binary.AppendUvarint(b, uint64(at.UnixMilli()))
	b = binary.AppendUvarint(b, uint64(len(node)))
	b = append(b, node...)
	return binary.AppendUvarint(b, uint64(sections))
}

func appendSection(b []byte, session ids.ID, epoch int64, events [][]byte) []byte {
	id := session.Bytes()
	b = append(b, id[:]...)
	b = binary.AppendUvarint(b, uint64(epoch))
	n := 0
	for _, e := range events {
		n += len(e)
	}
	b = binary.AppendUvarint(b, uint64(n))
	for _, e := range events {
		b = append(b, e...)
	}
	return b
}

// ReadFrame reads a journal row's body.
func ReadFrame(b []byte) (Frame, error) {
	if len(b) == 0 || b[0] != frameVersion {
		return Frame{}, engine.ErrBytes
	}
	b = b[1:]
	bad := false
	num := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			bad = true
			return 0
		}
		b = b[n:]
		return v
	}
	take := func(n uint64) []byte {
		if n > uint64(len(b)) {
			bad = true
			return nil
		}
		out := b[:n]
		b = b[n:]
		return out
	}
	f := Frame{At: time.UnixMilli(int64(num())).UTC()}
	f.Node = string(take(num()))
	for range num() {
		id := take(16)
		if bad {
			break
		}
		s := Section{Session: ids.FromBytes([16]byte(id)), Epoch: int64(num())}
		s.raw = take(num())
		f.Sections = append(f.Sections, s)
	}
	if bad || len(b) != 0 {
		return Frame{}, engine.ErrBytes
	}
	return f, nil
}

// Events decodes the section's events.
func (s Section) Events() ([]engine.Event, error) {
	var out []engine.Event
	for b := s.raw; len(b) > 0; {
		e, rest, err := engine.ReadEvent(b)
		if err != nil {
			return nil, err
		}
		out, b = append(out, e), rest
	}
	return out, nil
}
