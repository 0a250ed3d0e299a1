package sales

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// accountRow is an account with what is sealed of it.
type accountRow struct {
	PayAccount
	sealed []byte
}

func payAccounts(ctx context.Context, tx db.Tx, code string, lock ...string) ([]accountRow, error) {
	q := "select id, code, kind, name, name_en, venue_id, array_to_json(channels)::text, enabled, simulated, settings::text, secrets, version, updated_at from sales.pay_account where tenant_id = ? and (? = '' or code = ?) order by code"
	for _, l := range lock {
		q += " " + l
	}
	rows, err := tx.QueryContext(ctx, q, tx.Scope.Tenant, code, code)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []accountRow
	for rows.Next() {
		var r accountRow
		var at sql.NullString
		var channels, settings string
		if err := rows.Scan(&r.ID, &r.Code, &r.Kind, &r.Name, &r.NameEn, &at, &channels, &r.Enabled, &r.Simulated, &settings, &r.sealed, &r.Version, &r.UpdatedAt); err != nil {
			return nil, err
		}
		if err := errors.Join(json.Unmarshal([]byte(channels), &r.Channels), json.Unmarshal([]byte(settings), &r.Settings)); err != nil {
			return nil, err
		}
		if at.Valid {
			if r.Venue, err = ids.Parse(at.String); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func venueThere(ctx context.Context, tx db.Tx, id ids.ID) error {
	var there bool
	err := tx.QueryRowContext(ctx, "select exists (select 1 from venue.venue where tenant_id = ? and id = ?)", tx.Scope.Tenant, id).Scan(&there)
	if err == nil && !there {
		return ErrAccountVenue
	}
	return err
}

func payAccount(ctx context.Context, tx db.Tx, code, lock string) (accountRow, bool, error) {
	list, err := payAccounts(ctx, tx, code, lock)
	if err != nil || len(list) == 0 {
		return accountRow{}, false, err
	}
	return list[0], true, nil
}

func savePayAccount(ctx context.Context, tx db.Tx, r accountRow, found bool) error {
	settings, err := json.Marshal(r.Settings)
	if err != nil {
		return err
	}
	channels, err := json.Marshal(r.Channels)
	if err != nil {
		return err
	}
	var at *string
	if !r.Venue.IsZero() {
		text := r.Venue.String()
		at = &text
	}
	if found {
		_, err = tx.ExecContext(ctx, `update sales.pay_account set name = ?, name_en = ?, venue_id = ?::uuid, channels = array(select jsonb_array_elements_text(?::jsonb)), enabled = ?, settings = ?::jsonb, secrets = ?, version = ?, updated_at = ?
			where tenant_id = ? and code = ?`, r.Name, r.NameEn, at, string(channels), r.Enabled, string(settings), r.sealed, r.Version, tx.Now, tx.Scope.Tenant, r.Code)
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into sales.pay_account (tenant_id, code, kind, id, name, name_en, venue_id, channels, enabled, simulated, settings, secrets, version, created_at, updated_at)
		values (?, ?, ?, ?, ?, ?, ?::uuid, array(select jsonb_array_elements_text(?::jsonb)), ?, ?, ?::jsonb, ?, ?, ?, ?)`,
		tx.Scope.Tenant, r.Code, r.Kind, r.ID, r.Name, r.NameEn, at, string(channels), r.Enabled, r.Simulated, string(settings), r.sealed, r.Version, tx.Now, tx.Now)
	return err
}

// movement is a movement in our own books: a payment, or a refund through a provider.
type movement struct {
	payment, refund, order ids.ID
	amount                 int64
	at                     time.Time
}

// movements lists what our books say that went through an account on a day, or
// what they say of single ids whenever it was.
func movements(ctx context.Context, tx db.Tx, account string, day clock.Day, which []ids.ID) ([]movement, error) {
	texts := make([]string, len(which))
	for i, id := range which {
		texts[i] = id.String()
	}
	from, to := day.Start(clock.Shanghai), day.Add(1).Start(clock.Shanghai)
	rows, err := tx.QueryContext(ctx, `select p.id, null::uuid, p.order_id, p.amount, p.paid_at from sales.payment p
			where p.tenant_id = ? and p.provider = ? and p.state = 'paid' and (p.paid_at >= ? and p.paid_at < ? or p.id = any (?::uuid[]))
		union all select p.id, r.id, r.order_id, r.through, r.done_at from sales.refund r
			join sales.payment p on p.tenant_id = r.tenant_id and p.order_id = r.order_id and p.state = 'paid' and p.provider = ?
				and (p.id = r.payment_id or r.payment_id is null and p.id = (select min(x.id::text)::uuid from sales.payment x where x.tenant_id = p.tenant_id and x.order_id = p.order_id and x.state = 'paid'))
			where r.tenant_id = ? and r.state = 'done' and r.through > 0 and (r.done_at >= ? and r.done_at < ? or r.id = any (?::uuid[]))`,
		tx.Scope.Tenant, account, from, to, array(texts), account, tx.Scope.Tenant, from, to, array(texts))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []movement
	for rows.Next() {
		var m movement
		var refund sql.NullString
		if err := rows.Scan(&m.payment, &refund, &m.order, &m.amount, &m.at); err != nil {
			return nil, err
		}
		if refund.Valid {
			if m.refund, err = ids.Parse(refund.String); err != nil {
				return nil, err
			}
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// reversedPayments are those of an account among some ids that our books say
// were reversed, with their amounts.
func reversedPayments(ctx context.Context, tx db.Tx, account string, which []ids.ID) (map[ids.ID]money.Fen, error) {
	texts := make([]string, len(which))
	for i, id := range which {
		texts[i] = id.String()
	}
	rows, err := tx.QueryContext(ctx, "select id, amount from sales.payment where tenant_id = ? and provider = ? and state = 'reversed' and id = any (?::uuid[])", tx.Scope.Tenant, account, array(texts))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[ids.ID]money.Fen{}
	for rows.Next() {
		var id ids.ID
		var amount money.Fen
		if err := rows.Scan(&id, &amount); err != nil {
			return nil, err
		}
		out[id] = amount
	}
	return out, rows.Err()
}

// array writes ids as a PostgreSQL array.
func array(texts []string) string {
	out := "{"
	for i, t := range texts {
		if i > 0 {
			out += ","
		}
		out += t
	}
	return out + "}"
}

func saveReconciliation(ctx context.Context, tx db.Tx, r Reconciliation) error {
	ours, err := json.Marshal(r.Ours)
	if err != nil {
		return err
	}
	theirs, err := json.Marshal(r.Theirs)
	if err != nil {
		return err
	}
	differences, err := json.Marshal(r.Differences)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into sales.reconciliation (tenant_id, account, day, ours, theirs, differences, made_by, made_at) values (?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?)
		on conflict (tenant_id, account, day) do update set ours = excluded.ours, theirs = excluded.theirs, differences = excluded.differences, made_by = excluded.made_by, made_at = excluded.made_at`,
		tx.Scope.Tenant, r.Account, r.Day, string(ours), string(theirs), string(differences), r.MadeBy, tx.Now)
	return err
}

func reconciliations(ctx context.Context, tx db.Tx, account string) ([]Reconciliation, error) {
	rows, err := tx.QueryContext(ctx, "select account, day, ours::text, theirs::text, differences::text, made_by, made_at from sales.reconciliation where tenant_id = ? and (? = '' or account = ?) order by day desc, account limit 400", tx.Scope.Tenant, account, account)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Reconciliation{}
	for rows.Next() {
		var r Reconciliation
		var ours, theirs, differences string
		if err := rows.Scan(&r.Account, &r.Day, &ours, &theirs, &differences, &r.MadeBy, &r.MadeAt); err != nil {
			return nil, err
		}
		if err := errors.Join(json.Unmarshal([]byte(ours), &r.Ours), json.Unmarshal([]byte(theirs), &r.Theirs), json.Unmarshal([]byte(differences), &r.Differences)); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
