package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Check proves the invariants of the package comment; it is for tests and for
// the check after a rebuild.
func (s *State) Check() error {
	var count [4]int32
	buyers, devices, docs := map[Key]int32{}, map[Key]int32{}, map[Key]int32{}
	seen := make([]*claim, len(s.status))
	for name, m := range map[string]map[Key]*claim{"hold": s.holds, "sale": s.sales} {
		for k, c := range m {
			if c.gone || len(c.seats) == 0 || len(c.prices) != len(c.seats) || (len(c.docs) != 0 && len(c.docs) != len(c.seats)) || (len(c.kinds) != 0 && len(c.kinds) != len(c.seats)) {
				return fmt.Errorf("engine: %s %x is not whole", name, k)
			}
			want := HeldPlace
			if name == "sale" {
				want = SoldPlace
			}
			for _, i := range c.seats {
				if seen[i] != nil || s.owner[i] != c || s.status[i] != want {
					return fmt.Errorf("engine: place %d is claimed twice or has the wrong state", s.hall.places[i].ID)
				}
				seen[i] = c
			}
			bump(buyers, c.buyer, int32(len(c.seats)))
			bump(devices, c.device, int32(len(c.seats)))
			for _, d := range c.docs {
				bump(docs, d, 1)
			}
		}
	}
	for i, st := range s.status {
		count[st]++
		w, b := s.hall.bit(int32(i))
		kind := s.hall.places[i].Kind
		switch {
		case (s.free[w]&b != 0) != (st == Free):
			return fmt.Errorf("engine: place %d: bitmap and state differ", s.hall.places[i].ID)
		case (st == HeldPlace || st == SoldPlace) != (seen[i] != nil):
			return fmt.Errorf("engine: place %d is taken by nobody", s.hall.places[i].ID)
		case kind == Buffer && st != NotForSale:
			return fmt.Errorf("engine: buffer place %d is not blocked", s.hall.places[i].ID)
		}
		if s.hall.ghost(int32(i)) && s.pool[i] != RetiredPool {
			return fmt.Errorf("engine: place %d is not in the layout and was not retired", s.hall.places[i].ID)
		}
		if (st == NotForSale && (kind != Buffer || s.pool[i] == RetiredPool)) != (s.pool[i] != 0 && s.owner[i] == nil) {
			return fmt.Errorf("engine: place %d is blocked in no pool, or free in one", s.hall.places[i].ID)
		}
	}
	offered, public := s.hall.tally(&s.cfg, s.pool)
	if s.opened && (count != s.count || offered != s.offeredN || public != s.publicN) {
		return fmt.Errorf("engine: counters differ: %v %d %d, found %v %d %d", s.count, s.offeredN, s.publicN, count, offered, public)
	}
	if err := sameCounts(buyers, s.buyers); err != nil {
		return fmt.Errorf("engine: buyers: %w", err)
	}
	if err := sameCounts(devices, s.devices); err != nil {
		return fmt.Errorf("engine: devices: %w", err)
	}
	if err := sameCounts(docs, s.docs); err != nil {
		return fmt.Errorf("engine: documents: %w", err)
	}
	if s.cfg.Approved > 0 && int(s.offeredN) > s.cfg.Approved {
		return fmt.Errorf("engine: %d places are offered, %d approved", s.offeredN, s.cfg.Approved)
	}
	return nil
}

func sameCounts(a, b map[Key]int32) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d counted, %d kept", len(a), len(b))
	}
	for k, n := range a {
		if b[k] != n {
			return fmt.Errorf("%x: %d counted, %d kept", k, n, b[k])
		}
	}
	return nil
}

// Digest is a hash over everything that decides, for comparing a rebuilt
// state with the one it replaces.
func (s *State) Digest() [32]byte {
	d := sha256.New()
	cfg, _ := json.Marshal(s.cfg)
	d.Write(cfg)
	var b []byte
	for i := range s.status {
		b = binary.LittleEndian.AppendUint16(append(b[:0], byte(s.status[i])), s.pool[i])
		if c := s.owner[i]; c != nil {
			b = append(b, c.key[:]...)
			b = append(b, c.sale[:]...)
			b = append(b, c.buyer[:]...)
			b = append(b, c.device[:]...)
			b = binary.LittleEndian.AppendUint64(b, uint64(c.expires))
			b = binary.LittleEndian.AppendUint16(b, c.pool)
			b = append(b, c.pack...)
			if c.tariff != nil && c.tariff != s.tariff {
				old, _ := json.Marshal(c.tariff)
				b = append(b, old...)
			}
			for k, p := range c.seats {
				if p != int32(i) {
					continue
				}
				b = binary.LittleEndian.AppendUint64(b, uint64(c.prices[k]))
				if len(c.docs) > 0 {
					b = append(b, c.docs[k][:]...)
				}
				b = append(b, kindAt(c.kinds, k)...)
			}
		}
		d.Write(b)
	}
	b = binary.LittleEndian.AppendUint64(b[:0], s.no)
	d.Write(b)
	var out [32]byte
	d.Sum(out[:0])
	return out
}
