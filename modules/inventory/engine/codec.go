package engine

import (
	"encoding/binary"
	"errors"
)

// Events are stored as compact bytes: a kind, a set of flags that says which
// fields follow, and the fields. Numbers are varints, seat ids are differences.
// Version 1 of the form; the journal's frame carries the version.

const (
	hasKey = 1 << iota
	hasRef
	hasSale
	hasActor
	hasBuyer
	hasDevice
	hasChannel
	hasPool
	hasSeats
	hasTo
	hasPrices
	hasDocs
	hasExpires
	hasReason
	hasData
	buyerIsActor
	onePrice
	hasKinds
	hasPackage
)

// AppendEvent writes e after b.
func AppendEvent(b []byte, e *Event) []byte {
	flags := eventFlags(e)
	b = append(b, byte(e.Kind))
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendUvarint(b, e.No)
	b = binary.AppendUvarint(b, uint64(e.At))
	for _, f := range [...]struct {
		flag uint64
		key  *Key
	}{{hasKey, &e.Key}, {hasRef, &e.Ref}, {hasSale, &e.Sale}, {hasActor, &e.Actor}, {hasBuyer, &e.Buyer}, {hasDevice, &e.Device}} {
		if flags&f.flag != 0 {
			b = append(b, f.key[:]...)
		}
	}
	if flags&hasChannel != 0 {
		b = append(b, e.Channel)
	}
	if flags&hasPool != 0 {
		b = binary.AppendUvarint(b, uint64(e.Pool))
	}
	if flags&hasSeats != 0 {
		b = appendIDs(b, e.Seats)
	}
	if flags&hasTo != 0 {
		b = appendIDs(b, e.To)
	}
	if flags&hasPrices != 0 {
		b = appendPrices(b, e.Prices, flags&onePrice != 0)
	}
	if flags&hasDocs != 0 {
		b = appendDocs(b, e.Docs)
	}
	if flags&hasKinds != 0 {
		b = appendKinds(b, e.Kinds)
	}
	if flags&hasPackage != 0 {
		b = appendText(b, e.Package)
	}
	if flags&hasExpires != 0 {
		b = binary.AppendVarint(b, e.Expires-e.At)
	}
	if flags&hasReason != 0 {
		b = binary.AppendUvarint(b, uint64(len(e.Reason)))
		b = append(b, e.Reason...)
	}
	if flags&hasData != 0 {
		b = binary.AppendUvarint(b, uint64(len(e.Data)))
		b = append(b, e.Data...)
	}
	return b
}

func eventFlags(e *Event) (f uint64) {
	set := func(on bool, bit uint64) {
		if on {
			f |= bit
		}
	}
	set(!e.Key.IsZero(), hasKey)
	set(!e.Ref.IsZero(), hasRef)
	set(!e.Sale.IsZero(), hasSale)
	set(!e.Actor.IsZero(), hasActor)
	set(!e.Buyer.IsZero() && e.Buyer == e.Actor, buyerIsActor)
	set(!e.Buyer.IsZero() && e.Buyer != e.Actor, hasBuyer)
	set(!e.Device.IsZero(), hasDevice)
	set(e.Channel != 0, hasChannel)
	set(e.Pool != 0, hasPool)
	set(len(e.Seats) > 0, hasSeats)
	set(len(e.To) > 0, hasTo)
	set(len(e.Prices) > 0, hasPrices)
	set(len(e.Prices) > 1 && allSame(e.Prices), onePrice)
	set(len(e.Docs) > 0, hasDocs)
	set(len(e.Kinds) > 0, hasKinds)
	set(e.Package != "", hasPackage)
	set(e.Expires != 0, hasExpires)
	set(e.Reason != "", hasReason)
	set(len(e.Data) > 0, hasData)
	return f
}

func allSame(v []int64) bool {
	for _, x := range v {
		if x != v[0] {
			return false
		}
	}
	return true
}

func appendIDs(b []byte, ids []int32) []byte {
	b = binary.AppendUvarint(b, uint64(len(ids)))
	last := int64(0)
	for _, id := range ids {
		b = binary.AppendVarint(b, int64(id)-last)
		last = int64(id)
	}
	return b
}

func appendPrices(b []byte, prices []int64, one bool) []byte {
	b = binary.AppendUvarint(b, uint64(len(prices)))
	if one {
		prices = prices[:1]
	}
	for _, p := range prices {
		b = binary.AppendUvarint(b, uint64(p))
	}
	return b
}

func appendDocs(b []byte, docs []Key) []byte {
	b = binary.AppendUvarint(b, uint64(len(docs)))
	for i := range docs {
		if docs[i].IsZero() {
			b = append(b, 0)
			continue
		}
		b = append(b, 1)
		b = append(b, docs[i][:]...)
	}
	return b
}

// ErrBytes says that stored bytes are not what this package wrote.
var ErrBytes = errors.New("engine: the stored bytes are damaged or of a newer version")

// reader reads what the appenders wrote; the first fault sticks.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.bad = true
		r.b = nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) key() (k Key) {
	if len(r.b) < len(k) {
		r.bad = true
		r.b = nil
		return k
	}
	copy(k[:], r.b)
	r.b = r.b[len(k):]
	return k
}

// count reads a length; each counted thing takes at least min bytes.
func (r *reader) count(min int) int {
	n := r.uvarint()
	if n > uint64(maxPlaces) || int(n)*min > len(r.b) {
		r.bad = true
		r.b = nil
		return 0
	}
	return int(n)
}

func (r *reader) ids() []int32 {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	out := make([]int32, n)
	last := int64(0)
	for i := range out {
		last += r.varint()
		out[i] = int32(last)
		r.bad = r.bad || int64(out[i]) != last
	}
	return out
}

func (r *reader) prices(one bool) []int64 {
	if !one {
		n := r.count(1)
		if n == 0 {
			return nil
		}
		out := make([]int64, n)
		for i := range out {
			out[i] = int64(r.uvarint())
		}
		return out
	}
	n := r.uvarint()
	if n > maxPlaces {
		r.bad = true
		return nil
	}
	p := int64(r.uvarint())
	out := make([]int64, n)
	for i := range out {
		out[i] = p
	}
	return out
}

func (r *reader) docs() []Key {
	out := make([]Key, r.count(1))
	for i := range out {
		if r.byte() == 1 {
			out[i] = r.key()
		}
	}
	return out
}

func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad = true
		r.b = nil
		return nil
	}
	out := append([]byte(nil), r.b[:n]...)
	r.b = r.b[n:]
	return out
}

// ReadEvent reads one event and returns what follows it.
func ReadEvent(b []byte) (Event, []byte, error) {
	r := &reader{b: b}
	e := Event{Kind: EventKind(r.byte())}
	f := r.uvarint()
	e.No, e.At = r.uvarint(), int64(r.uvarint())
	for _, k := range [...]struct {
		flag uint64
		key  *Key
	}{{hasKey, &e.Key}, {hasRef, &e.Ref}, {hasSale, &e.Sale}, {hasActor, &e.Actor}, {hasBuyer, &e.Buyer}, {hasDevice, &e.Device}} {
		if f&k.flag != 0 {
			*k.key = r.key()
		}
	}
	if f&buyerIsActor != 0 {
		e.Buyer = e.Actor
	}
	if f&hasChannel != 0 {
		e.Channel = r.byte()
	}
	if f&hasPool != 0 {
		e.Pool = uint16(r.uvarint())
	}
	if f&hasSeats != 0 {
		e.Seats = r.ids()
	}
	if f&hasTo != 0 {
		e.To = r.ids()
	}
	if f&hasPrices != 0 {
		e.Prices = r.prices(f&onePrice != 0)
	}
	if f&hasDocs != 0 {
		e.Docs = r.docs()
	}
	if f&hasKinds != 0 {
		e.Kinds = r.kinds()
	}
	if f&hasPackage != 0 {
		e.Package = string(r.bytes())
	}
	if f&hasExpires != 0 {
		e.Expires = e.At + r.varint()
	}
	if f&hasReason != 0 {
		e.Reason = string(r.bytes())
	}
	if f&hasData != 0 {
		e.Data = r.bytes()
	}
	if r.bad || e.Kind == 0 || e.Kind >= eventKinds {
		return Event{}, nil, ErrBytes
	}
	return e, r.b, nil
}
