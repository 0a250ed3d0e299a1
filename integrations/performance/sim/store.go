package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// PG is a Log in PostgreSQL, schema lab. Its tables stand apart from the
// suite's: they belong to no tenant (see migration 0085).
type PG struct {
	Pool     *pgxpool.Pool
	Platform string // several platforms share the tables
}

var _ Log = PG{}

// Append implements Log.
func (s PG) Append(ctx context.Context, e Exchange) (int64, error) {
	detail, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.Pool.QueryRow(ctx, `insert into lab.exchange (platform, at, app, message, type, code, effect, detail, request, answer)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning number`,
		s.Platform, e.At, printable(e.App), printable(e.Message), e.Type, e.Code, e.Effect, string(detail), bytesOf(e.Request), bytesOf(e.Answer)).Scan(&n)
	return n, err
}

func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// printable keeps what a stranger may send in a header or an id out of text
// columns where PostgreSQL could not store it.
func printable(s string) string {
	if len(s) > 100 {
		s = s[:100]
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}

// Replay implements Log.
func (s PG) Replay(ctx context.Context, fn func(Exchange) error) error {
	rows, err := s.Pool.Query(ctx, "select number, detail, request, answer from lab.exchange where platform = $1 and effect order by number", s.Platform)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scan(rows, true)
		if err != nil {
			return err
		}
		if err := fn(*e); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scan(row pgx.Row, whole bool) (*Exchange, error) {
	var e Exchange
	var number int64
	var detail string
	var request, answer []byte
	dest := []any{&number, &detail}
	if whole {
		dest = append(dest, &request, &answer)
	}
	if err := row.Scan(dest...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(detail), &e); err != nil {
		return nil, err
	}
	e.Number, e.Request, e.Answer = number, request, answer
	return &e, nil
}

// List implements Log.
func (s PG) List(ctx context.Context, f Filter) ([]Exchange, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	rows, err := s.Pool.Query(ctx, `select number, detail from lab.exchange
where platform = $1 and ($2 = '' or app = $2) and ($3 = '' or type = $3) and ($4 = '' or code = $4) and ($5 = '' or message = $5)
  and ($6::bigint = 0 or number < $6::bigint) order by number desc limit $7::int`, s.Platform, f.App, f.Type, f.Code, f.Message, f.Before, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []Exchange{}
	for rows.Next() {
		e, err := scan(rows, false)
		if err != nil {
			return nil, err
		}
		out = append(out, *e)
	}
	return out, rows.Err()
}

// Get implements Log.
func (s PG) Get(ctx context.Context, number int64) (*Exchange, error) {
	e, err := scan(s.Pool.QueryRow(ctx, "select number, detail, request, answer from lab.exchange where platform = $1 and number = $2", s.Platform, number), true)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // absence is said in the interface
	}
	return e, err
}

// Setting implements Log.
func (s PG) Setting(ctx context.Context, name string) (json.RawMessage, error) {
	var v string
	err := s.Pool.QueryRow(ctx, "select value from lab.setting where platform = $1 and name = $2", s.Platform, name).Scan(&v)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return json.RawMessage(v), err
}

// SetSetting implements Log.
func (s PG) SetSetting(ctx context.Context, name string, value json.RawMessage) error {
	_, err := s.Pool.Exec(ctx, `insert into lab.setting (platform, name, value) values ($1, $2, $3)
on conflict (platform, name) do update set value = excluded.value`, s.Platform, name, string(value))
	return err
}
