package inventory

import (
	"encoding/binary"

	"parterre/modules/inventory/engine"
)

// The wire form of live status (ticketmap/plan, FORMAT.md "Status"): two bits a
// seat, seats by rank.

// appendSnapshot writes the states of all seats.
func appendSnapshot(b []byte, version uint64, states []engine.Status) []byte {
	b = append(b, 'P', 'S', 1)
	b = binary.AppendUvarint(b, version)
	b = binary.AppendUvarint(b, uint64(len(states)))
	at := len(b)
	b = append(b, make([]byte, (len(states)+3)/4)...)
	for i, s := range states {
		b[at+i/4] |= byte(s) << (2 * (i % 4))
	}
	return b
}

// change is one seat's new state.
type change struct {
	rank  int32
	state engine.Status
}

// appendDelta writes changes, which are sorted by rank without doubles.
func appendDelta(b []byte, from, to uint64, changes []change) []byte {
	b = append(b, 'P', 'D', 1)
	b = binary.AppendUvarint(b, from)
	b = binary.AppendUvarint(b, to-from)
	runs := 0
	for i := range changes {
		if i == 0 || !joins(changes[i-1], changes[i]) {
			runs++
		}
	}
	b = binary.AppendUvarint(b, uint64(runs))
	end := int32(0)
	for i := 0; i < len(changes); {
		j := i + 1
		for j < len(changes) && joins(changes[j-1], changes[j]) {
			j++
		}
		b = binary.AppendUvarint(b, uint64(changes[i].rank-end))
		b = binary.AppendUvarint(b, uint64(j-i)<<2|uint64(changes[i].state))
		end = changes[j-1].rank + 1
		i = j
	}
	return b
}

func joins(a, b change) bool { return b.rank == a.rank+1 && b.state == a.state }
