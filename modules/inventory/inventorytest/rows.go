// Package inventorytest helps tests and the bench of modules/inventory: a row
// writer with orders and tickets of its own, halls, and a catalogue in memory.
package inventorytest

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

//go:embed schema.sql
var schema string

//go:embed strategies.sql
var strategies string

// Install makes the tables; dsn must be of one who may create schemas.
func Install(ctx context.Context, dsn string) error { return install(ctx, dsn, schema) }

// InstallStrategies makes them and those of the bench's strategies.
func InstallStrategies(ctx context.Context, dsn string) error {
	return install(ctx, dsn, schema+strategies)
}

func install(ctx context.Context, dsn, text string) error {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	_, err = c.Exec(ctx, text)
	return err
}

// Rows writes one row per sale and per ticket.
type Rows struct{}

var _ inventory.RowWriter = Rows{}

type saleRows struct {
	id, session, buyer [][16]byte
	channel            []int16
	tickets            []int32
	total              []int64
	at                 []time.Time
}

type ticketRows struct {
	session, sale [][16]byte
	seat          []int32
	price         []int64
	document      [][]byte
}

type backRows struct {
	key, session [][16]byte
	seat         []int32
}

const (
	saleSQL = `insert into inventorytest.sale (tenant_id, sale_id, session_id, buyer, channel, tickets, total, at)
 select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::int[], $7::bigint[], $8::timestamptz[])`
	ticketSQL = `insert into inventorytest.ticket (tenant_id, session_id, sale_id, seat_id, price, document)
 select $1, * from unnest($2::uuid[], $3::uuid[], $4::int[], $5::bigint[], $6::bytea[])`
	backSQL = `with gone as (
  delete from inventorytest.ticket t using unnest($2::uuid[], $3::uuid[], $4::int[]) b(k, s, n)
  where t.tenant_id = $1 and t.session_id = b.s and t.seat_id = b.n returning b.k, t.session_id, t.seat_id, t.sale_id, t.price)
 insert into inventorytest.returned (tenant_id, key, session_id, seat_id, sale_id, price) select $1, * from gone`
)

// WriteRows implements inventory.RowWriter. Changes of one seat keep their
// order: what came back is written before the next sale of it.
func (Rows) WriteRows(b *pgx.Batch, tenant int32, changes []inventory.Change) error {
	var s saleRows
	var t ticketRows
	var r backRows
	flush := func() {
		if len(r.seat) > 0 {
			b.Queue(backSQL, tenant, r.key, r.session, r.seat)
		}
		if len(s.id) > 0 {
			b.Queue(saleSQL, tenant, s.id, s.session, s.buyer, s.channel, s.tickets, s.total, s.at)
		}
		if len(t.seat) > 0 {
			b.Queue(ticketSQL, tenant, t.session, t.sale, t.seat, t.price, t.document)
		}
		s, t, r = saleRows{}, ticketRows{}, backRows{}
	}
	for i := range changes {
		c := &changes[i]
		e := c.Event
		switch e.Kind {
		case engine.Sold:
			s.add(c)
			t.add(c, e.Key, e.Seats, e.Prices, e.Docs)
		case engine.Refunded:
			if len(t.seat) > 0 { // it may have been sold in this very batch
				flush()
			}
			r.add(c, e.Seats)
		case engine.Moved:
			if len(t.seat) > 0 {
				flush()
			}
			r.add(c, e.Seats)
			t.add(c, e.Sale, e.To, e.Prices, nil)
		}
	}
	flush()
	return nil
}

func (s *saleRows) add(c *inventory.Change) {
	e := c.Event
	var total int64
	for _, p := range e.Prices {
		total += p
	}
	s.id, s.session, s.buyer = append(s.id, e.Key), append(s.session, c.Session.Bytes()), append(s.buyer, e.Buyer)
	s.channel, s.tickets = append(s.channel, int16(e.Channel)), append(s.tickets, int32(len(e.Seats)))
	s.total, s.at = append(s.total, total), append(s.at, c.At)
}

func (t *ticketRows) add(c *inventory.Change, sale engine.Key, seats []int32, prices []int64, docs []engine.Key) {
	for k, seat := range seats {
		t.session, t.sale = append(t.session, c.Session.Bytes()), append(t.sale, sale)
		t.seat, t.price = append(t.seat, seat), append(t.price, prices[k])
		var d []byte
		if len(docs) > k && !docs[k].IsZero() {
			d = docs[k][:]
		}
		t.document = append(t.document, d)
	}
}

func (r *backRows) add(c *inventory.Change, seats []int32) {
	for _, seat := range seats {
		r.key, r.session, r.seat = append(r.key, c.Event.Key), append(r.session, c.Session.Bytes()), append(r.seat, seat)
	}
}

// Catalog is a catalogue in memory.
type Catalog map[ids.ID]Entry

// Entry is one session.
type Entry struct {
	Hall *engine.Hall
	Open engine.Open
}

// Load implements inventory.Catalog.
func (c Catalog) Load(_ context.Context, session ids.ID) (*engine.Hall, engine.Open, error) {
	e, ok := c[session]
	if !ok {
		return nil, engine.Open{}, inventory.ErrNoSession
	}
	return e.Hall, e.Open, nil
}

// Grid is a hall of sections x rows x seats; the ids count from 1 and are
// neighbours in a row. Each section is a zone of its own when zones is 0,
// else there are that many zones, front to back.
func Grid(sections, rows, seats, zones int) engine.Layout {
	l := engine.Layout{FocalX: int32(sections*(seats+2)) * 275, FocalY: -5000}
	id := int32(1)
	for s := range sections {
		for r := range rows {
			for n := range seats {
				zone := s
				if zones > 0 {
					zone = s * zones / sections
				}
				l.Seats = append(l.Seats, engine.Seat{
					ID: id, Row: int32(s*rows + r), Pos: int32(n), X: int32(s*(seats+2)+n) * 550, Y: int32(r) * 900,
					Section: uint16(s), Zone: uint16(zone), Quality: uint16(r),
				})
				id++
			}
		}
	}
	return l
}

// MustCompile is engine.Compile for layouts that are known to be right.
func MustCompile(l engine.Layout) *engine.Hall {
	h, err := engine.Compile(l)
	if err != nil {
		panic(fmt.Sprintf("inventorytest: %v", err))
	}
	return h
}

// Key makes a command key: time-ordered, so that the indexes stay small.
func Key() engine.Key { return engine.Key(ids.New().Bytes()) }
