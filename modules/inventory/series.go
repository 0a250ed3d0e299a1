package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Several sessions at once: packages (套票) and season series. All or nothing is
// made of single commands: what was done is taken back when one is refused.
// Keys of the parts follow from the whole's key, so repeating the whole is harmless.

// Part is one session's share of a package.
type Part struct {
	Session ids.ID
	Hold    engine.Hold // its Key is set by HoldAll
}

// PartKey is the key of the n-th part of a command over several sessions. It
// keeps the time in front, so that it sorts like the whole's key.
func PartKey(whole engine.Key, session ids.ID, n int) engine.Key {
	d := sha256.New()
	d.Write(whole[:])
	id := session.Bytes()
	d.Write(id[:])
	d.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
	sum := d.Sum(nil)
	k := whole
	copy(k[6:], sum[:10])
	return k
}

// HoldAll holds all parts or none. The answers are in the order of the parts;
// each part's hold is its Answer.Key. The error is that of the part that was
// refused, at its "parts[i]".
func (s *Service) HoldAll(ctx context.Context, whole engine.Key, parts []Part) ([]engine.Answer, error) {
	return s.holdAll(ctx, whole, parts, 0)
}

func (s *Service) holdAll(ctx context.Context, whole engine.Key, parts []Part, try int) ([]engine.Answer, error) {
	out := make([]engine.Answer, 0, len(parts))
	for i := range parts {
		h := parts[i].Hold
		h.Key = PartKey(whole, parts[i].Session, try<<16|i)
		a, err := s.Do(ctx, parts[i].Session, &h, nil)
		if err != nil {
			return s.takeBack(ctx, parts, out, a, err)
		}
		out = append(out, a)
	}
	return out, nil
}

// takeBack releases the parts that were held. An unknown outcome is left to
// the holds' own end: the whole is asked again, and then found as it was.
func (s *Service) takeBack(ctx context.Context, parts []Part, held []engine.Answer, a engine.Answer, cause error) ([]engine.Answer, error) {
	if a.Refused == nil {
		return nil, cause
	}
	for i, h := range held {
		release := &engine.Release{Meta: engine.Meta{Key: PartKey(h.Key, parts[i].Session, -1), Reason: "package incomplete"}, Hold: h.Key}
		if b, err := s.Do(ctx, parts[i].Session, release, nil); err != nil && b.Refused == nil {
			return nil, err
		}
	}
	return []engine.Answer{a}, cause
}

// ConfirmAll confirms the holds of a package, all or none: first all get time
// enough, then each is confirmed; should one be refused all the same, the
// others are refunded. payload gives each part's payload for the row writers.
func (s *Service) ConfirmAll(ctx context.Context, whole engine.Key, buyer engine.Key, sessions []ids.ID, holds []engine.Key, payload func(i int) any) ([]engine.Answer, error) {
	if len(sessions) != len(holds) {
		return nil, Refused(&engine.Refusal{Code: engine.BadRequest})
	}
	for i, hold := range holds {
		e := &engine.Extend{Meta: engine.Meta{Key: PartKey(whole, sessions[i], 1<<20|i)}, Hold: hold, Buyer: buyer, For: 60_000}
		if a, err := s.Do(ctx, sessions[i], e, nil); err != nil && (a.Refused == nil || a.Refused.Code != engine.HoldSold) {
			return nil, err
		}
	}
	out := make([]engine.Answer, 0, len(holds))
	for i, hold := range holds {
		c := &engine.Confirm{Meta: engine.Meta{Key: PartKey(whole, sessions[i], i)}, Hold: hold, Buyer: buyer}
		a, err := s.Do(ctx, sessions[i], c, payload(i))
		if err != nil {
			if a.Refused == nil {
				return nil, err
			}
			for k, done := range out {
				back := &engine.Refund{Meta: engine.Meta{Key: PartKey(done.Key, sessions[k], -2), Reason: "package incomplete"}, Sale: done.Key}
				if b, err := s.Do(ctx, sessions[k], back, payload(k)); err != nil && b.Refused == nil {
					return nil, err
				}
			}
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// HoldSeries holds the same seats in all sessions, which must share a hall: the
// named ones, or the best available that is free in all of them.
func (s *Service) HoldSeries(ctx context.Context, sessions []ids.ID, h engine.Hold) ([]engine.Answer, error) {
	whole := h.Key
	if len(sessions) == 0 || whole.IsZero() || len(h.Standing) > 0 {
		return nil, Refused(&engine.Refusal{Code: engine.BadRequest})
	}
	same := func(h engine.Hold) (parts []Part) {
		for _, id := range sessions {
			parts = append(parts, Part{id, h})
		}
		return parts
	}
	if h.Want == nil {
		return s.HoldAll(ctx, whole, same(h))
	}
	want := *h.Want
	want.Not = slices.Clone(want.Not)
	for try := range 32 {
		if err := s.taken(ctx, sessions[1:], &want.Not); err != nil {
			return nil, err
		}
		first := h
		first.Want, first.Key = &want, PartKey(whole, sessions[0], try<<16)
		a, err := s.Do(ctx, sessions[0], &first, nil)
		if err != nil {
			return []engine.Answer{a}, err
		}
		if a.Replayed && a.Left == 0 {
			continue // this attempt was taken back before
		}
		named := h
		named.Want, named.Seats, named.Accessible = nil, append(slices.Clone(h.Seats), a.Seats[len(h.Seats):]...), true
		rest := same(named)[1:]
		out, err := s.holdAll(ctx, whole, rest, try+1<<8)
		if err == nil {
			return append([]engine.Answer{a}, out...), nil
		}
		if len(out) == 0 || out[0].Refused == nil {
			return nil, err
		}
		if _, err2 := s.takeBack(ctx, same(named), []engine.Answer{a}, out[0], nil); err2 != nil {
			return nil, err2
		}
		if c := out[0].Refused.Code; c != engine.SeatTaken && c != engine.SeatBlocked {
			return out, err
		}
		want.Not = append(want.Not, out[0].Refused.Seats...)
	}
	return nil, Refused(&engine.Refusal{Code: engine.NoFit})
}

// taken adds the seats that are not free in the other sessions.
func (s *Service) taken(ctx context.Context, sessions []ids.ID, not *[]int32) error {
	for _, id := range sessions {
		err := s.Look(ctx, id, func(st *engine.State) {
			st.Hall().EachSpot(func(seat int32, _ engine.Spot) {
				if x, _ := st.Status(seat); x != engine.Free {
					*not = append(*not, seat)
				}
			})
		})
		if err != nil && !errors.Is(err, ErrElsewhere) { // then the hold itself will tell
			return err
		}
	}
	slices.Sort(*not)
	*not = slices.Compact(*not)
	return nil
}
