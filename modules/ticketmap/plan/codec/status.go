package codec

import "parterre/modules/ticketmap/plan"

// State is who may buy a seat, in 2 bits.
type State uint8

// The states on the wire.
const (
	Free State = iota
	Held
	Sold
	Off // not for sale: blocked, buffer, given to another channel
)

// maxVersion keeps versions exact in JavaScript.
const maxVersion = 1<<53 - 1

// Run says that ranks Start … Start+Length-1 have State.
type Run struct {
	Start, Length int
	State         State
}

// Delta turns the states of version From into those of version To.
type Delta struct {
	From, To uint64
	Runs     []Run
}

// EncodeSnapshot writes the states by rank, 2 bits each. version is below 2^53.
func EncodeSnapshot(version uint64, states []State) []byte {
	w := &writer{b: append(make([]byte, 0, 16+len(states)/4), 'P', 'S', 1)}
	w.varint(version)
	w.varint(uint64(len(states)))
	at := len(w.b)
	w.b = append(w.b, make([]byte, (len(states)+3)/4)...)
	for i, s := range states {
		w.b[at+i>>2] |= byte(s&3) << (2 * (i & 3))
	}
	return w.b
}

// DecodeSnapshot reads what EncodeSnapshot writes.
func DecodeSnapshot(b []byte) (uint64, []State, error) {
	r := &reader{b: b}
	r.magic("PS", 1)
	version, n := r.varint(53), r.count()
	if n > plan.MaxSeats {
		r.fail("count")
	}
	packed := r.take((n + 3) / 4)
	if r.err != nil {
		return 0, nil, r.err
	}
	states := make([]State, n)
	for i := range states {
		states[i] = State(packed[i>>2] >> (2 * (i & 3)) & 3)
	}
	if n%4 != 0 && packed[len(packed)-1]>>(2*(n&3)) != 0 {
		r.fail("unused bits")
	}
	r.end(r)
	return version, states, r.err
}

// Runs are the runs that turn before into after, ascending and apart. Both have the same length.
func Runs(before, after []State) []Run {
	var out []Run
	for i := 0; i < len(after); {
		if before[i] == after[i] {
			i++
			continue
		}
		start := i
		for i < len(after) && after[i] == after[start] && before[i] != after[i] {
			i++
		}
		out = append(out, Run{start, i - start, after[start]})
	}
	return out
}

// EncodeDelta writes d. Its runs ascend, do not overlap, and touching runs differ in state.
func EncodeDelta(d Delta) []byte {
	w := &writer{b: append(make([]byte, 0, 16+4*len(d.Runs)), 'P', 'D', 1)}
	w.varint(d.From)
	w.varint(d.To - d.From)
	w.varint(uint64(len(d.Runs)))
	at := 0
	for _, run := range d.Runs {
		w.varint(uint64(run.Start - at))
		w.varint(uint64(run.Length)<<2 | uint64(run.State))
		at = run.Start + run.Length
	}
	return w.b
}

// DecodeDelta reads a delta for a plan of that many seats.
func DecodeDelta(b []byte, seats int) (Delta, error) {
	r := &reader{b: b}
	r.magic("PD", 1)
	d := Delta{From: r.varint(53)}
	step := r.varint(53)
	n := r.count()
	if r.err == nil && (step < 1 || d.From+step > maxVersion) {
		r.fail("version")
	}
	if r.err == nil && n > seats {
		r.fail("count")
	}
	d.To = d.From + step
	at := 0
	for i := 0; i < n && r.err == nil; i++ {
		gap, word := r.count(), r.count()
		run := Run{at + gap, word >> 2, State(word & 3)}
		if r.err == nil && (run.Length < 1 || run.Start+run.Length > seats || i > 0 && gap == 0 && d.Runs[i-1].State == run.State) {
			r.fail("run")
		}
		d.Runs = append(d.Runs, run)
		at = run.Start + run.Length
	}
	r.end(r)
	if r.err != nil {
		return Delta{}, r.err
	}
	return d, nil
}

// Apply changes states in place. It refuses a delta that reaches past them.
func (d Delta) Apply(states []State) error {
	for _, run := range d.Runs {
		if run.Start < 0 || run.Length < 0 || run.Start+run.Length > len(states) {
			return &Error{"run", run.Start}
		}
		for i := run.Start; i < run.Start+run.Length; i++ {
			states[i] = run.State
		}
	}
	return nil
}
