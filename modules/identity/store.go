package identity

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// Person is a sealed record as it is stored: safe to keep and to pass on.
type Person struct {
	ID       ids.ID
	Session  ids.ID
	Kind     Kind
	Name     []byte // sealed
	Number   []byte // sealed
	Blind    [16]byte
	Guardian bool   // enters together with a guardian (RL-14)
	Found    []byte // blind index of the name, for finding; see Vault.Find
}

// SealPerson makes the record of a checked name and document.
func (v *Vault) SealPerson(tenant int32, session ids.ID, name string, d Document, guardian bool) Person {
	id := ids.New()
	return Person{
		ID: id, Session: session, Kind: d.Kind(), Name: v.Seal(tenant, id, "name", name), Number: v.Seal(tenant, id, "number", d.number),
		Blind: v.BlindIn(tenant, session, d), Guardian: guardian, Found: v.Find(tenant, "name", name),
	}
}

// QueueInsert adds the records to a batch of the seat engine.
func QueueInsert(b *pgx.Batch, tenant int32, people []Person, at time.Time) {
	if len(people) == 0 {
		return
	}
	n := len(people)
	id, session, kind := make([]string, n), make([]string, n), make([]string, n)
	name, number, blind, found := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	guardian := make([]bool, n)
	for i, p := range people {
		id[i], session[i], kind[i] = p.ID.String(), p.Session.String(), string(p.Kind)
		name[i], number[i], blind[i], guardian[i] = p.Name, p.Number, append([]byte(nil), p.Blind[:]...), p.Guardian
		found[i] = p.Found
	}
	b.Queue(`insert into identity.person (tenant_id, id, session_id, kind, name, number, blind, guardian, name_blind, created_at)
		select $1, x.*, $2::timestamptz from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::boolean[], $10::bytea[]) x`,
		tenant, at, id, session, kind, name, number, blind, guardian, found)
}

// Shown is a person as screens show it: masked.
type Shown struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"kind"`
	Number   string `json:"number"`
	Guardian bool   `json:"guardian"`
}

// Masked returns the masked forms of the persons with these ids. An erased
// person is missing from the result.
func Masked(ctx context.Context, tx db.Tx, v *Vault, which []ids.ID) (map[ids.ID]Shown, error) {
	out := map[ids.ID]Shown{}
	for len(which) > 0 {
		part := which[:min(len(which), 500)]
		which = which[len(part):]
		texts := make([]string, len(part))
		for i, id := range part {
			texts[i] = id.String()
		}
		rows, err := tx.QueryContext(ctx, "select id, kind, name, number, guardian from identity.person where tenant_id = ? and id = any (?::uuid[])", tx.Scope.Tenant, pgArray(texts))
		if err != nil {
			return nil, err
		}
		if err := readShown(rows, tx.Scope.Tenant, v, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func readShown(rows *sql.Rows, tenant int32, v *Vault, out map[ids.ID]Shown) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id ids.ID
		var s Shown
		var name, number []byte
		if err := rows.Scan(&id, &s.Kind, &name, &number, &s.Guardian); err != nil {
			return err
		}
		clearName, err := v.Open(tenant, id, "name", name)
		if err != nil {
			return err
		}
		clearNumber, err := v.Open(tenant, id, "number", number)
		if err != nil {
			return err
		}
		s.Name, s.Number = MaskName(clearName), MaskNumber(clearNumber)
		out[id] = s
	}
	return rows.Err()
}

// pgArray writes texts that need no quoting (ids) as a PostgreSQL array.
func pgArray(texts []string) string {
	n := 2
	for _, t := range texts {
		n += len(t) + 1
	}
	b := append(make([]byte, 0, n), '{')
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, t...)
	}
	return string(append(b, '}'))
}

// SeatOf finds the seat of a session that a document is bound to.
func SeatOf(ctx context.Context, tx db.Tx, session ids.ID, blind [16]byte) (seat int32, ok bool, err error) {
	err = tx.QueryRowContext(ctx, "select seat_id from identity.holding where tenant_id = ? and session_id = ? and blind = ?", tx.Scope.Tenant, session, blind[:]).Scan(&seat)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return seat, err == nil, err
}

// Erase deletes the persons of sessions that ended before the day (RL-13) and
// returns how many. sessions are those whose time is over.
func Erase(ctx context.Context, tx db.Tx, sessions []ids.ID) (int, error) {
	texts := make([]string, len(sessions))
	for i, id := range sessions {
		texts[i] = id.String()
	}
	total := 0
	for _, q := range []string{"delete from identity.holding where tenant_id = ? and session_id = any (?::uuid[])", "delete from identity.person where tenant_id = ? and session_id = any (?::uuid[])"} {
		res, err := tx.ExecContext(ctx, q, tx.Scope.Tenant, pgArray(texts))
		if err != nil {
			return 0, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, err
		}
		total = int(n)
	}
	return total, nil
}

// InsertTx adds one record inside the caller's transaction, for what does not
// go through the seat engine.
func InsertTx(ctx context.Context, tx db.Tx, p Person) error {
	_, err := tx.ExecContext(ctx, "insert into identity.person (tenant_id, id, session_id, kind, name, number, blind, guardian, name_blind, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, p.ID, p.Session, string(p.Kind), p.Name, p.Number, p.Blind[:], p.Guardian, p.Found, tx.Now)
	return err
}

// PersonsOf lists the persons of a session with a document.
func PersonsOf(ctx context.Context, tx db.Tx, session ids.ID, blind [16]byte) ([]ids.ID, error) {
	rows, err := tx.QueryContext(ctx, "select id from identity.person where tenant_id = ? and session_id = ? and blind = ? limit 1000", tx.Scope.Tenant, session, blind[:])
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []ids.ID
	for rows.Next() {
		var id ids.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

func insertConsent(ctx context.Context, tx db.Tx, c Consent) error {
	_, err := tx.ExecContext(ctx, "insert into identity.consent (tenant_id, id, subject, purpose, text_hash, at) values (?, ?, ?, ?, ?, ?)", tx.Scope.Tenant, c.ID, c.Subject, c.Purpose, c.TextHash, c.At)
	return err
}
