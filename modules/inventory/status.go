package inventory

import "parterre/modules/ticketmap/plan/codec"

// The wire form of live status is the plan codec's: two bits a seat, seats by
// rank. Its states are the engine's, number by number.

// change is one seat's new state.
type change struct {
	rank  int32
	state codec.State
}

// encodeDelta writes changes, which are sorted by rank without doubles.
func encodeDelta(from, to uint64, changes []change) []byte {
	d := codec.Delta{From: from, To: to}
	for i := 0; i < len(changes); {
		j := i + 1
		for j < len(changes) && changes[j].rank == changes[j-1].rank+1 && changes[j].state == changes[i].state {
			j++
		}
		d.Runs = append(d.Runs, codec.Run{Start: int(changes[i].rank), Length: j - i, State: changes[i].state})
		i = j
	}
	return codec.EncodeDelta(d)
}
