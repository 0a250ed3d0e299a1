package saleload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sort"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// seller is one way of selling seats. hold with seats takes those; with none
// it picks n in the zone. Errors: errGone (taken by another), errNone (nothing
// fits), anything else ends the run.
type seller interface {
	hold(ctx context.Context, key, buyer engine.Key, seats []int32, zone, n int) (got []int32, err error)
	confirm(ctx context.Context, key, hold, buyer engine.Key, seats []int32) error
	close()
}

var (
	errGone = errors.New("taken")
	errNone = errors.New("nothing fits")
)

const price = 18000 // 分

// product is modules/inventory.
type product struct {
	svc     *inventory.Service
	scope   db.Scope
	session ids.ID
}

func newProduct(ctx context.Context, s *server, sh shape, session ids.ID) (*product, error) {
	h, err := engine.Compile(inventorytest.Grid(sh.sections, sh.rows, sh.seats, sh.zones))
	if err != nil {
		return nil, err
	}
	cfg := engine.DefaultConfig(h, price)
	cfg.DocumentLimit = 0
	svc, err := inventory.New(ctx, inventory.Deps{
		DB: s.db, Rows: []inventory.RowWriter{inventorytest.Rows{}}, Node: "bench",
		Catalog: inventorytest.Catalog{session: {Hall: h, Open: engine.Open{Config: cfg}}}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, err
	}
	p := &product{svc: svc, session: session, scope: db.Scope{Tenant: s.tenant, Actor: db.Actor{Kind: db.ActorBuyer, ID: ids.New()}}}
	// Open the session before the clock starts; the strategies' seats are filled in before as well.
	return p, p.svc.Look(db.WithScope(ctx, p.scope), session, func(*engine.State) {})
}

func (p *product) hold(ctx context.Context, key, buyer engine.Key, seats []int32, zone, n int) ([]int32, error) {
	h := &engine.Hold{Meta: engine.Meta{Key: key, Actor: buyer, Channel: 2}, Buyer: buyer, Seats: seats}
	if seats == nil {
		h.Want = &engine.Want{N: n, Zones: []uint16{uint16(zone)}}
	}
	a, err := p.svc.Do(p.with(ctx), p.session, h, nil)
	if a.Refused != nil {
		switch a.Refused.Code {
		case engine.SeatTaken:
			return nil, errGone
		case engine.NoFit:
			return nil, errNone
		}
	}
	return a.Seats, err
}

func (p *product) confirm(ctx context.Context, key, hold, buyer engine.Key, _ []int32) error {
	_, err := p.svc.Do(p.with(ctx), p.session, &engine.Confirm{Meta: engine.Meta{Key: key, Actor: buyer, Channel: 2}, Hold: hold, Buyer: buyer}, nil)
	return err
}

// with gives ctx the buyer, unless the door has.
func (p *product) with(ctx context.Context) context.Context {
	if p.scope.Tenant == 0 {
		return ctx
	}
	return db.WithScope(ctx, p.scope)
}

func (p *product) close() { p.svc.Close() }

// strategy is the two ways that keep the seats' state in rows.
type strategy struct {
	pool     *pgxpool.Pool
	tenant   int32
	session  ids.ID
	advisory bool
}

const strategyConns = 32 // more made both strategies slower on two cores

func newStrategy(ctx context.Context, s *server, sh shape, session ids.ID, advisory bool) (*strategy, error) {
	cfg := s.db.Pool().Config()
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	cfg.MaxConns = strategyConns
	cfg.ConnConfig.RuntimeParams["application_name"] = measured
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	_, err = s.admin.Exec(ctx, `insert into inventorytest.seat (tenant_id, session_id, seat_id, zone, row_no, pos)
		select $1, $2::uuid, 1 + n, (n / ($4::int * $5::int)) * $6::int / $3::int, n / $5::int, n % $5::int from generate_series(0, $3::int * $4::int * $5::int - 1) n`,
		s.tenant, session.Bytes(), sh.sections, sh.rows, sh.seats, sh.zones)
	if err == nil {
		_, err = s.admin.Exec(ctx, "vacuum analyze inventorytest.seat")
	}
	return &strategy{pool: pool, tenant: s.tenant, session: session, advisory: advisory}, err
}

func (s *strategy) close() { s.pool.Close() }

// in runs fn in a transaction, under the event's lock for the advisory strategy.
func (s *strategy) in(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select set_config('app.tenant', $1, true), set_config('app.actor', 'buyer', true), set_config('app.batch', 'on', true)", strconv.Itoa(int(s.tenant)))
		if err != nil {
			return err
		}
		if s.advisory {
			id := s.session.Bytes()
			if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", int64(id[15])<<8|int64(id[14])); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// lock reads the seats' state one by one, in the order of their ids; with row
// locks it locks each.
func (s *strategy) lock(ctx context.Context, tx pgx.Tx, seats []int32, state int, hold *[16]byte) error {
	q := "select state, hold_id from inventorytest.seat where tenant_id = $1 and session_id = $2 and seat_id = $3"
	if !s.advisory {
		q += " for update"
	}
	sort.Slice(seats, func(i, j int) bool { return seats[i] < seats[j] })
	for _, id := range seats {
		var st int
		var h *[16]byte
		if err := tx.QueryRow(ctx, q, s.tenant, s.session.Bytes(), id).Scan(&st, &h); err != nil {
			return err
		}
		if st != state || (hold != nil && (h == nil || *h != *hold)) {
			return errGone
		}
	}
	return nil
}

func (s *strategy) hold(ctx context.Context, key, buyer engine.Key, seats []int32, zone, n int) ([]int32, error) {
	best := seats == nil
	for range 50 {
		err := s.in(ctx, func(tx pgx.Tx) (err error) {
			if best {
				if seats, err = s.best(ctx, tx, zone, n); err != nil {
					return err
				}
			}
			if err := s.lock(ctx, tx, seats, 0, nil); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "update inventorytest.seat set state = 1, hold_id = $4, until = now() + interval '10 min' where tenant_id = $1 and session_id = $2 and seat_id = any ($3)",
				s.tenant, s.session.Bytes(), seats, [16]byte(key)); err != nil {
				return err
			}
			return s.event(ctx, tx, key, buyer, 1, seats)
		})
		if best && errors.Is(err, errGone) {
			continue // another was faster; the system picks again
		}
		return seats, err
	}
	return nil, errGone
}

func (s *strategy) event(ctx context.Context, tx pgx.Tx, key, buyer engine.Key, kind int, seats []int32) error {
	_, err := tx.Exec(ctx, "insert into inventorytest.event values ($1, $2, $3, $4, $5, now(), $6)", s.tenant, [16]byte(key), s.session.Bytes(), kind, [16]byte(buyer), seats)
	return err
}

// best reads the zone's free seats front to back and takes one of the first
// windows of n neighbours. With row locks it chooses among the first twenty at
// random, so that buyers do not all run for the same seats.
func (s *strategy) best(ctx context.Context, tx pgx.Tx, zone, n int) ([]int32, error) {
	among := 20
	if s.advisory {
		among = 1
	}
	for _, limit := range []int{20 * n * 2, 1 << 20} {
		rows, err := tx.Query(ctx, "select seat_id, row_no, pos from inventorytest.seat where tenant_id = $1 and session_id = $2 and zone = $3 and state = 0 order by row_no, pos limit $4",
			s.tenant, s.session.Bytes(), zone, limit)
		if err != nil {
			return nil, err
		}
		var found [][]int32
		var run []int32
		var id, row, pos, lastRow, lastPos int32
		_, err = pgx.ForEachRow(rows, []any{&id, &row, &pos}, func() error {
			if len(run) > 0 && (row != lastRow || pos != lastPos+1 || len(run) == n) {
				run = run[:0:0]
			}
			run, lastRow, lastPos = append(run, id), row, pos
			if len(run) == n && len(found) < among {
				found = append(found, run)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return append([]int32(nil), found[rand.IntN(len(found))]...), nil
		}
	}
	return nil, errNone
}

func (s *strategy) confirm(ctx context.Context, key, hold, buyer engine.Key, seats []int32) error {
	return s.in(ctx, func(tx pgx.Tx) error {
		h := [16]byte(hold)
		if err := s.lock(ctx, tx, seats, 1, &h); err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		if _, err := tx.Exec(ctx, "update inventorytest.seat set state = 2 where tenant_id = $1 and session_id = $2 and seat_id = any ($3)", s.tenant, s.session.Bytes(), seats); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into inventorytest.sale values ($1, $2, $3, $4, 2, $5, $6, $7)", s.tenant, [16]byte(key), s.session.Bytes(), [16]byte(buyer), len(seats), price*len(seats), time.Now()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into inventorytest.ticket (tenant_id, session_id, seat_id, sale_id, price) select $1, $2, unnest($3::int[]), $4, $5",
			s.tenant, s.session.Bytes(), seats, [16]byte(key), price); err != nil {
			return err
		}
		return s.event(ctx, tx, key, buyer, 2, seats)
	})
}
