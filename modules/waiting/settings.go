package waiting

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/show"
)

// Settings are what a theatre sets for a session's room.
type Settings struct {
	Enabled     bool      `json:"enabled"`
	OpensAt     time.Time `json:"opensAt" doc:"Until then places are drawn by lot, from then on first come, first served"`
	Measured    bool      `json:"measured" doc:"Admit at the pace of confirmed orders, within low and high; else at high"`
	Low         int       `json:"low" minimum:"1" maximum:"100000" doc:"Fewest admissions a minute"`
	High        int       `json:"high" minimum:"1" maximum:"100000" doc:"Most admissions a minute"`
	Inside      int       `json:"inside" minimum:"1" maximum:"1000000" doc:"Most who may be choosing at once"`
	PassMinutes int       `json:"passMinutes" minimum:"1" maximum:"120"`
}

func (n Settings) check() error {
	var l errs.List
	in := func(field string, v, low, high int) {
		if v < low || v > high {
			l.Add(field, "core.range", "数值超出范围。", "The number is out of range.", "")
		}
	}
	in("low", n.Low, 1, 100_000)
	in("high", n.High, max(n.Low, 1), 100_000)
	in("inside", n.Inside, 1, 1_000_000)
	in("passMinutes", n.PassMinutes, 1, 120)
	if n.OpensAt.IsZero() {
		l.Add("opensAt", "core.required", "此项必填。", "This field is required.", "")
	}
	return l.Err()
}

// Room is a session's room as staff see it.
type Room struct {
	Settings
	Version    int      `json:"version" doc:"0: there is none yet"`
	Commitment string   `json:"commitment" doc:"SHA-256 of the draw's seed"`
	Meter      Meter    `json:"meter"`
	History    []Sample `json:"history" doc:"The last hour, as this node saw it: a sample every 10 seconds, oldest first"`
}

// Meter tells how the line moves.
type Meter struct {
	Came      uint64    `json:"came" doc:"Places given out"`
	Drawn     *uint64   `json:"drawn,omitempty" doc:"Of these, how many took part in the draw; absent before it"`
	Admitted  uint64    `json:"admitted" doc:"Places up to here may enter"`
	Waiting   uint64    `json:"waiting" doc:"Places behind"`
	Called    int       `json:"called" doc:"Called, and not come yet"`
	Inside    int       `json:"inside" doc:"Passes that run"`
	Passed    uint64    `json:"passed" doc:"Passes given so far"`
	PerMinute int       `json:"perMinute" doc:"Pace in force"`
	Confirmed int       `json:"confirmed" doc:"Orders of the shop that were confirmed in the last minute"`
	At        time.Time `json:"at"`
}

// Sample is the meter at one moment.
type Sample struct {
	At        time.Time `json:"at"`
	Waiting   uint64    `json:"waiting"`
	Inside    int       `json:"inside"`
	Passed    uint64    `json:"passed"`
	PerMinute int       `json:"perMinute"`
	Confirmed int       `json:"confirmed"`
}

// Room returns a session's room with its meter. Errors: show.session_not_found.
func (s *Service) Room(ctx context.Context, session ids.ID) (out Room, err error) {
	if s.away.Load() {
		return forward[Room](ctx, s, question{Do: "room", Session: session})
	}
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		se, err := show.SessionTx(ctx, tx, session, false)
		if err != nil {
			return err
		}
		out.Settings = Settings{OpensAt: se.StartsAt, Measured: true, Low: 60, High: 600, Inside: 500, PassMinutes: 10}
		if se.OpensAt != nil {
			out.OpensAt = *se.OpensAt
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	err = s.with(ctx, session, func(r *room, now time.Time) error {
		if r != nil {
			r.advance(now)
			r.seen = now
			out = r.shown()
		}
		return nil
	})
	return out, err
}

func (r *room) shown() Room {
	c := Commitment(r.seed)
	m := Meter{
		Came: r.next, Drawn: r.drawn, Admitted: r.admitted, Waiting: r.next - min(r.admitted, r.next), Called: len(r.waiting), Inside: len(r.passes),
		Passed: r.passed(), PerMinute: r.perMin, Confirmed: r.confirmed, At: r.seen,
	}
	return Room{Settings: r.settings, Version: r.version, Commitment: hex.EncodeToString(c[:]), Meter: m, History: append([]Sample{}, r.history...)}
}

// Set opens, changes or closes a session's room. Places that were given out
// stay. Errors: show.session_not_found, waiting.version, waiting.drawn.
func (s *Service) Set(ctx context.Context, session ids.ID, version int, n Settings) (out Room, err error) {
	if err := n.check(); err != nil {
		return out, err
	}
	if s.away.Load() {
		return forward[Room](ctx, s, question{Do: "set", Session: session, Version: version, Settings: &n})
	}
	err = s.with(ctx, session, func(r *room, now time.Time) error {
		return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, err := show.SessionTx(ctx, tx, session, false); err != nil {
				return err
			}
			if r == nil {
				r = newRoom()
				r.seed = make([]byte, 32)
				_, _ = rand.Read(r.seed)
			} else {
				r.advance(now)
			}
			if version != r.version {
				return ErrVersion
			}
			if r.drawn != nil && !n.OpensAt.Equal(r.settings.OpensAt) {
				return ErrDrawn
			}
			changed := *r
			changed.settings, changed.version = n, version+1
			changed.perMin = min(max(r.perMin, n.Low), n.High)
			if !n.Measured {
				changed.perMin = n.High
			}
			out = changed.shown()
			return saveSettings(ctx, tx, session, &changed)
		})
	})
	if err != nil {
		return Room{}, err
	}
	return out, s.with(ctx, session, func(r *room, now time.Time) error {
		if r != nil {
			r.settings, r.version, r.perMin = out.Settings, out.Version, out.Meter.PerMinute
			return nil
		}
		scope, _ := db.ScopeOf(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.rooms, at{scope.Tenant, session}) // read it anew
		return nil
	})
}
