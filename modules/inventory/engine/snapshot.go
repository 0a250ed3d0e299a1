package engine

import (
	"container/heap"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
)

// Version 3 adds the places of earlier plan versions. Version 2 adds ticket kinds and packages, and the prices of earlier revisions
// under which holds were made. Snapshots of versions 1 and 2 are read.
const snapshotVersion = 3

// AppendSnapshot writes the whole state after b, so that a rebuild reads it
// and the events after No instead of all events.
func (s *State) AppendSnapshot(b []byte) []byte {
	b = append(b, snapshotVersion)
	b = append(b, s.hall.hash[:]...)
	b = appendIDs(b, s.hall.Once())
	b = binary.AppendUvarint(b, s.no)
	b = binary.AppendUvarint(b, uint64(s.now))
	cfg, _ := json.Marshal(s.cfg)
	if !s.opened {
		cfg = nil
	}
	b = binary.AppendUvarint(b, uint64(len(cfg)))
	b = append(b, cfg...)
	old := s.oldTariffs()
	b = appendTariffs(b, old)
	b = s.appendBlocked(b)
	for _, m := range []map[Key]*claim{s.holds, s.sales} {
		b = binary.AppendUvarint(b, uint64(len(m)))
		for _, k := range sortedKeys(m) {
			b = s.appendClaim(b, m[k], old)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(s.done)))
	for _, k := range sortedKeys(s.done) {
		d := s.done[k]
		b = append(b, k[:]...)
		b = append(b, byte(d.kind))
		b = append(b, d.ref[:]...)
		b = append(b, d.sale[:]...)
		b = appendIDs(b, d.ids)
		b = appendPrices(b, d.prices, false)
		b = binary.AppendUvarint(b, uint64(d.expires))
		b = binary.AppendUvarint(b, uint64(d.at))
		b = appendKinds(b, d.kinds)
	}
	return b
}

func sortedKeys[V any](m map[Key]V) []Key {
	keys := make([]Key, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int { return slices.Compare(a[:], b[:]) })
	return keys
}

func (s *State) appendBlocked(b []byte) []byte {
	by := map[uint16][]int32{}
	for i, p := range s.pool {
		if p != 0 && s.owner[i] == nil {
			by[p] = append(by[p], s.hall.places[i].ID)
		}
	}
	pools := make([]int, 0, len(by))
	for p := range by {
		pools = append(pools, int(p))
	}
	sort.Ints(pools)
	b = binary.AppendUvarint(b, uint64(len(pools)))
	for _, p := range pools {
		b = binary.AppendUvarint(b, uint64(p))
		b = appendIDs(b, by[uint16(p)])
	}
	return b
}

func (s *State) appendClaim(b []byte, c *claim, old []*tariff) []byte {
	for _, k := range [...]Key{c.key, c.sale, c.buyer, c.device} {
		b = append(b, k[:]...)
	}
	b = append(b, c.channel)
	b = binary.AppendUvarint(b, uint64(c.pool))
	b = appendIDs(b, s.ids(c.seats))
	// A moved place is no longer of the claim's pool, so each says its own.
	for _, i := range c.seats {
		b = binary.AppendUvarint(b, uint64(s.pool[i]))
	}
	b = appendPrices(b, c.prices, false)
	b = appendDocs(b, c.docs)
	b = binary.AppendUvarint(b, uint64(c.created))
	b = binary.AppendUvarint(b, uint64(c.expires))
	b = appendText(appendKinds(b, c.kinds), c.pack)
	b = binary.AppendUvarint(b, uint64(one(c.fixed)))
	return binary.AppendUvarint(b, uint64(slices.Index(old, c.tariff)+1)) // 0: the one in force
}

// ErrLayout says that a snapshot was made of another layout, as when seats were
// painted into other zones since. The state is then made of its events.
var ErrLayout = errors.New("engine: the snapshot belongs to another seat layout")

// Restore makes a state of a snapshot. It fails when the bytes are damaged or
// belong to another layout (ErrLayout).
func Restore(h *Hall, b []byte) (*State, error) {
	r := &reader{b: b}
	v := r.byte()
	if v < 1 || v > snapshotVersion {
		return nil, fmt.Errorf("engine: snapshot version %d is not 1 to %d: %w", v, snapshotVersion, ErrBytes)
	}
	if len(r.b) < 32 || [32]byte(r.b[:32]) != h.hash {
		return nil, ErrLayout
	}
	r.b = r.b[32:]
	if v >= 3 {
		var err error
		if h, err = h.With(r.ids()); err != nil || r.bad {
			return nil, ErrBytes
		}
	}
	s := New(h)
	s.no, s.now = r.uvarint(), int64(r.uvarint())
	if cfg := r.bytes(); len(cfg) > 0 {
		if err := json.Unmarshal(cfg, &s.cfg); err != nil {
			return nil, fmt.Errorf("engine: snapshot: configuration: %w", err)
		}
		s.opened, s.tariff = true, s.cfg.tariff()
		s.offeredN, s.publicN = h.tally(&s.cfg, s.pool)
		s.pick.init(s)
	}
	var tariffs []*tariff
	if v >= 2 {
		var err error
		if tariffs, err = r.tariffs(); err != nil {
			return nil, err
		}
	}
	tariffs = append([]*tariff{s.tariff}, tariffs...)
	for range r.count(2) {
		pool := uint16(r.uvarint())
		for _, id := range r.ids() {
			i, ok := h.find(id)
			if !ok || pool == 0 || s.status[i] != Free {
				return nil, ErrBytes
			}
			s.set(i, NotForSale, nil, pool)
		}
	}
	for _, st := range [...]Status{HeldPlace, SoldPlace} {
		for range r.count(64) {
			if err := s.restoreClaim(r, st, v, tariffs); err != nil {
				return nil, err
			}
		}
	}
	s.restoreDone(r, v)
	if r.bad || len(r.b) != 0 {
		return nil, ErrBytes
	}
	return s, nil
}

func (s *State) restoreClaim(r *reader, st Status, version byte, tariffs []*tariff) error {
	c := &claim{key: r.key(), sale: r.key(), buyer: r.key(), device: r.key(), channel: r.byte(), pool: uint16(r.uvarint())}
	for _, id := range r.ids() {
		i, ok := s.hall.find(id)
		if !ok || s.status[i] != Free {
			return ErrBytes
		}
		s.set(i, st, c, uint16(r.uvarint()))
		c.seats = append(c.seats, i)
	}
	c.prices = r.prices(false)
	if c.docs = r.docs(); len(c.docs) == 0 {
		c.docs = nil
	}
	c.created, c.expires = int64(r.uvarint()), int64(r.uvarint())
	c.tariff, c.fixed = s.tariff, true // of version 1, the prices offered are not known: they stay as they are
	if version >= 2 {
		c.kinds, c.pack, c.fixed = r.kinds(), string(r.bytes()), r.uvarint() == 1
		k := r.uvarint()
		if k >= uint64(len(tariffs)) {
			return ErrBytes
		}
		c.tariff = tariffs[k]
	}
	if st == SoldPlace {
		c.tariff = nil
	}
	if r.bad || len(c.prices) != len(c.seats) || (c.kinds != nil && len(c.kinds) != len(c.seats)) || (c.docs != nil && len(c.docs) != len(c.seats)) {
		return ErrBytes
	}
	if st == SoldPlace {
		s.sales[c.sale] = c
	} else {
		s.holds[c.key] = c
		heap.Push(&s.due, dueItem{c.expires, c})
	}
	bump(s.buyers, c.buyer, int32(len(c.seats)))
	bump(s.devices, c.device, int32(len(c.seats)))
	s.bumpDocs(c.docs, 1)
	return nil
}

func (s *State) restoreDone(r *reader, version byte) {
	for range r.count(49) {
		k := r.key()
		d := done{kind: EventKind(r.byte()), ref: r.key(), sale: r.key(), ids: r.ids(), prices: r.prices(false)}
		d.expires, d.at = int64(r.uvarint()), int64(r.uvarint())
		if version >= 2 {
			d.kinds = r.kinds()
		}
		s.remember(k, d)
	}
	sort.SliceStable(s.old, func(i, j int) bool { return s.old[i].at < s.old[j].at })
}
