// Package waiting is the waiting room of a session: when more want in than the
// sale can serve, everybody gets a place in line that can be checked and that
// nobody can be overtaken from (FC-5.1.2, SEC-ASVS-2.4.1).
//
//   - Who comes before the opening takes part in a draw: it does not help to be
//     a second earlier. The hash of the draw's seed is told from the start, the
//     seed itself at the opening, so that everybody can compute the places.
//   - Who comes later stands behind, first come, first served.
//   - A token bucket admits at the pace at which orders are confirmed, within
//     limits that the theatre sets. A pass lets its buyer hold seats for some
//     minutes; holds without one are refused while the room is open.
//
// Tickets and passes are signed for one buyer and session; none is stored. The
// line is in memory, and a row is written once a second: a restart keeps all
// places, since numbers are reserved ahead, so that none is given out twice.
// One node keeps all lines; others ask it (node.go), and check passes by themselves.
package waiting

import (
	"context"
	"encoding/hex"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/show"
)

// Errors of this module.
var (
	ErrPass    = errs.New(errs.Conflict, "waiting.pass", "当前购票人数较多，请先排队，轮到后再选座。", "Many people want tickets just now; please wait in line until it is your turn.")
	ErrTicket  = errs.New(errs.Invalid, "waiting.ticket", "排队号无效，请重新排队。", "This place in line is not valid; please join again.")
	ErrVersion = errs.New(errs.Conflict, "waiting.version", "排队设置已被他人修改，请刷新后重试。", "Somebody else has changed the waiting room; load it again.").At("version")
	ErrDrawn   = errs.New(errs.Conflict, "waiting.drawn", "已经开始放行，不能再改开放时间。", "People are being let in already: the opening cannot be changed.").At("opensAt")
)

// Standing is where a buyer stands.
type Standing struct {
	State      string     `json:"state" enum:"open,draw,waiting,admitted" doc:"open: there is no line; draw: before the opening; waiting; admitted: with a pass"`
	Ticket     string     `json:"ticket,omitempty" doc:"Keep it: it is the place in line"`
	OpensAt    *time.Time `json:"opensAt,omitempty"`
	Index      uint64     `json:"index" doc:"Number under which one came, from 0"`
	Position   uint64     `json:"position,omitempty" doc:"Place in line, from 1"`
	Ahead      uint64     `json:"ahead" doc:"People who are called before"`
	Came       uint64     `json:"came" doc:"How many came so far"`
	Seconds    int        `json:"seconds,omitempty" doc:"Estimate until it is one's turn"`
	Poll       int        `json:"poll" doc:"Seconds after which to ask again"`
	Commitment string     `json:"commitment,omitempty" doc:"SHA-256 of the draw's seed, told before the draw"`
	Seed       string     `json:"seed,omitempty" doc:"The seed, told after the draw"`
	Drawn      *uint64    `json:"drawn,omitempty" doc:"How many took part in the draw"`
	Pass       string     `json:"pass,omitempty" doc:"Goes with holds as X-Queue-Pass"`
	PassUntil  *time.Time `json:"passUntil,omitempty"`
	PassLeft   int        `json:"passLeft,omitempty" doc:"Seconds that the pass is good for, by the server's clock"`
}

// Service is safe for concurrent use.
type Service struct {
	db    *db.DB
	key   []byte // signs tickets and passes
	log   *slog.Logger
	mu    sync.RWMutex
	rooms map[at]*kept

	ask  Ask         // of the node that keeps the rooms; nil on a single node
	away atomic.Bool // another node keeps them
}

type at struct {
	tenant  int32
	session ids.ID
}

// kept is a session's room, or the knowledge that there is none.
type kept struct {
	mu   sync.Mutex
	room *room
	read time.Time
}

// block is how many numbers are reserved ahead.
const block = 1000

// remember is how long it is believed that a session has no room.
const remember = 2 * time.Second

// New makes the service; key signs tickets and passes.
func New(d *db.DB, key []byte, log *slog.Logger) *Service {
	return &Service{db: d, key: append([]byte("parterre waiting room v1\x00"), key...), log: log, rooms: map[at]*kept{}}
}

// with runs f with the session's room, nil if there is none that is enabled.
func (s *Service) with(ctx context.Context, session ids.ID, f func(*room, time.Time) error) error {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return db.ErrNoScope
	}
	key := at{scope.Tenant, session}
	s.mu.RLock()
	k := s.rooms[key]
	s.mu.RUnlock()
	if k == nil {
		s.mu.Lock()
		if k = s.rooms[key]; k == nil {
			k = &kept{}
			s.rooms[key] = k
		}
		s.mu.Unlock()
	}
	now := s.db.Clock().Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	// Of a room that another node keeps only the settings are of use, for a while.
	if (k.room == nil || s.away.Load()) && (k.read.IsZero() || now.Sub(k.read) >= remember) {
		if err := s.load(ctx, session, k, now); err != nil {
			return err
		}
	}
	return f(k.room, now)
}

func (s *Service) load(ctx context.Context, session ids.ID, k *kept, now time.Time) error {
	return s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		r, ok, err := getRoom(ctx, tx, session)
		if err != nil {
			return err
		}
		k.room, k.read = nil, now
		if ok {
			r.perMin = r.settings.High
			if r.settings.Measured {
				r.perMin = r.settings.Low
			}
			r.at = now
			if now.Before(r.settings.OpensAt) {
				r.at = r.settings.OpensAt
			}
			k.room = r
		}
		return nil
	})
}

// Join gives the buyer of ctx a place in line. Who has one already keeps it,
// with the ticket or without: asking often gives nobody a second lot. Who was
// in and let the pass end goes to the back. Errors: show.session_not_found.
func (s *Service) Join(ctx context.Context, session ids.ID, ticket string) (Standing, error) {
	if s.away.Load() {
		return forward[Standing](ctx, s, question{Do: "join", Session: session, Ticket: ticket})
	}
	if ticket != "" {
		if st, err := s.Where(ctx, session, ticket); err == nil {
			return st, nil
		}
	}
	h := holderOf(ctx, session)
	var given string
	err := s.with(ctx, session, func(r *room, now time.Time) error {
		if r == nil || !r.settings.Enabled {
			return s.exists(ctx, session)
		}
		r.open(now)
		if i, ok := r.of[h.buyer]; ok && !r.used(i, now) {
			given = s.token(ticketKind, h, i, now)
			return nil
		}
		if r.next >= r.reserved {
			if err := s.reserve(ctx, session, r); err != nil {
				return err
			}
		}
		given = s.token(ticketKind, h, r.next, now)
		r.of[h.buyer] = r.next
		r.next++
		return nil
	})
	if err != nil || given == "" {
		return Standing{State: "open", Poll: 30}, err
	}
	return s.Where(ctx, session, given)
}

func (s *Service) exists(ctx context.Context, session ids.ID) error {
	return s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := show.SessionTx(ctx, tx, session, false)
		return err
	})
}

// reserve notes that the next numbers are being given out, before they are.
func (s *Service) reserve(ctx context.Context, session ids.ID, r *room) error {
	to := r.next + block
	err := s.system(ctx, func(ctx context.Context, tx db.Tx) error { return reserveTo(ctx, tx, session, to) })
	if err == nil {
		r.reserved = to
	}
	return err
}

func (s *Service) system(ctx context.Context, f func(context.Context, db.Tx) error) error {
	scope, _ := db.ScopeOf(ctx)
	return s.db.InTx(db.System(ctx, scope.Tenant, "waiting room"), f)
}

func holderOf(ctx context.Context, session ids.ID) holder {
	scope, _ := db.ScopeOf(ctx)
	return holder{scope.Tenant, session, scope.Actor.ID}
}

// Where tells where the holder of a ticket stands, and lets it in when it is
// its turn. Errors: waiting.ticket for a ticket that is forged, another's, or
// used up.
func (s *Service) Where(ctx context.Context, session ids.ID, ticket string) (Standing, error) {
	if s.away.Load() {
		return forward[Standing](ctx, s, question{Do: "where", Session: session, Ticket: ticket})
	}
	h := holderOf(ctx, session)
	index, _, ok := s.open(ticketKind, h, ticket)
	out := Standing{State: "open", Poll: 30}
	err := s.with(ctx, session, func(r *room, now time.Time) error {
		if r == nil || !r.settings.Enabled {
			return s.exists(ctx, session)
		}
		if !ok || index >= r.next {
			return ErrTicket
		}
		r.advance(now)
		if _, known := r.of[h.buyer]; !known {
			r.of[h.buyer] = index // a restart forgot it
		}
		c := Commitment(r.seed)
		out = Standing{State: "draw", Ticket: ticket, OpensAt: &r.settings.OpensAt, Index: index, Came: r.next, Poll: 10, Commitment: hex.EncodeToString(c[:])}
		p, drawn := r.place(index, now)
		if !drawn {
			out.Seconds = int(r.settings.OpensAt.Sub(now)/time.Second) + 1
			out.Poll = min(max(out.Seconds/2, 2), 30)
			return nil
		}
		out.Seed, out.Drawn, out.State, out.Position = hex.EncodeToString(r.seed), r.drawn, "waiting", p+1
		until, over := r.claim(p, now)
		switch {
		case over:
			return ErrTicket
		case !until.IsZero():
			out.State, out.Pass, out.PassUntil, out.Poll = "admitted", s.token(passKind, h, p, until), &until, 30
			out.PassLeft = int(until.Sub(now) / time.Second)
		default:
			out.Ahead = p - min(p, r.admitted)
			out.Seconds = int(out.Ahead*60/uint64(max(1, r.perMin))) + 1
			out.Poll = min(max(out.Seconds/4, 2), 30)
		}
		return nil
	})
	if err != nil {
		return Standing{}, err
	}
	return out, nil
}

// maxPasses bounds the work that one request can ask for: a season has fewer
// sessions.
const maxPasses = 100

type passKey struct{}

// WithPass puts the pass that came with a request into ctx; for several sessions,
// such as of a package, their passes with commas between.
func WithPass(ctx context.Context, pass string) context.Context {
	return context.WithValue(ctx, passKey{}, pass)
}

// Door refuses a buyer without a pass while the session's room is open. Others
// (counter, agents) have lines of their own.
func (s *Service) Door(ctx context.Context, session ids.ID) error {
	scope, _ := db.ScopeOf(ctx)
	if scope.Actor.Kind != db.ActorBuyer {
		return nil
	}
	pass, _ := ctx.Value(passKey{}).(string)
	return s.with(ctx, session, func(r *room, now time.Time) error {
		if r == nil || !r.settings.Enabled {
			return nil
		}
		for _, one := range strings.SplitN(pass, ",", maxPasses) {
			if _, until, ok := s.open(passKind, holderOf(ctx, session), one); ok && now.Before(until) {
				return nil
			}
		}
		return ErrPass
	})
}

// Enabled reports whether buyers of a session have to stand in line.
func (s *Service) Enabled(ctx context.Context, session ids.ID) (on bool, err error) {
	err = s.with(ctx, session, func(r *room, _ time.Time) error {
		on = r != nil && r.settings.Enabled
		return nil
	})
	return on, err
}
