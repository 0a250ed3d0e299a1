package sales

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun/dialect/pgdialect"

	"parterre/modules/audit"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/discount"
)

func queueUses(b *pgx.Batch, tenant int32, orders []string) {
	if len(orders) > 0 {
		b.Queue(`update sales.discount_use set state = case when bounded or voucher is not null then 'used' else 'kept' end where tenant_id = $1 and order_id = any($2::uuid[]) and state = 'reserved'`, tenant, orders)
	}
}

func scanAll[T any](ctx context.Context, tx db.Tx, scan func(*sql.Rows) (T, error), q string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		x, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

func discountGroups(ctx context.Context, tx db.Tx) ([]DiscountGroup, error) {
	return scanAll(ctx, tx, func(r *sql.Rows) (g DiscountGroup, err error) {
		var body []byte
		if err = r.Scan(&body, &g.Version); err == nil {
			err = json.Unmarshal(body, &g.Group)
		}
		return g, err
	}, "select body, version from sales.discount_group where tenant_id = ? order by (body ->> 'position')::int, id", tx.Scope.Tenant)
}

func discountRules(ctx context.Context, tx db.Tx) ([]DiscountRule, error) {
	return rulesWhere(ctx, tx, "true")
}

func rulesWhere(ctx context.Context, tx db.Tx, where string, args ...any) ([]DiscountRule, error) {
	return scanAll(ctx, tx, func(r *sql.Rows) (x DiscountRule, err error) {
		var body []byte
		if err = r.Scan(&body, &x.Active, &x.Version, &x.Spent, &x.Orders); err == nil {
			err = json.Unmarshal(body, &x.Rule)
		}
		return x, err
	}, `select r.body, r.active, r.version, coalesce(m.spent, 0), coalesce(m.orders, 0) from sales.discount_rule r
		left join sales.discount_meter m on m.tenant_id = r.tenant_id and m.rule_id = r.id where r.tenant_id = ? and `+where+` order by r.body ->> 'group', (r.body ->> 'position')::int, r.id`, append([]any{tx.Scope.Tenant}, args...)...)
}

func getRule(ctx context.Context, tx db.Tx, id ids.ID) (DiscountRule, error) {
	list, err := rulesWhere(ctx, tx, "r.id = ?", id)
	if err == nil && len(list) == 0 {
		err = ErrRule
	}
	if err != nil {
		return DiscountRule{}, err
	}
	return list[0], nil
}

// put inserts version 0 or changes the version that was read.
func put(ctx context.Context, tx db.Tx, version int, insert, update string, args ...any) error {
	q := insert
	if version > 0 {
		q = update
		args = append(args, version)
	}
	res, err := tx.ExecContext(ctx, q, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errsJoin(ErrPolicyVersion, err)
	}
	return nil
}

func putGroup(ctx context.Context, tx db.Tx, g DiscountGroup) error {
	body, err := json.Marshal(g.Group)
	if err != nil {
		return err
	}
	return put(ctx, tx, g.Version, "insert into sales.discount_group (body, tenant_id, id) values (?, ?, ?) on conflict do nothing",
		"update sales.discount_group set body = ?, version = version + 1 where tenant_id = ? and id = ? and version = ?", string(body), tx.Scope.Tenant, g.ID)
}

func putRule(ctx context.Context, tx db.Tx, r DiscountRule) error {
	body, err := json.Marshal(r.Rule)
	if err != nil {
		return err
	}
	return put(ctx, tx, r.Version, "insert into sales.discount_rule (body, active, tenant_id, id, created_at) values (?, ?, ?, ?, now()) on conflict do nothing",
		"update sales.discount_rule set body = ?, active = ?, version = version + 1 where tenant_id = ? and id = ? and version = ?", string(body), r.Active, tx.Scope.Tenant, r.ID)
}

type voucherRow struct {
	rule ids.ID
	left int
}

// ownUse is what an order took when it was tried before.
type ownUse struct {
	rule    ids.ID
	voucher []byte
	fen     money.Fen
	bounded bool
}

func usesOf(ctx context.Context, tx db.Tx, order ids.ID) ([]ownUse, error) {
	if order.IsZero() {
		return nil, nil
	}
	return scanAll(ctx, tx, func(r *sql.Rows) (u ownUse, err error) { return u, r.Scan(&u.rule, &u.voucher, &u.fen, &u.bounded) },
		"select rule_id, voucher, amount, bounded from sales.discount_use where tenant_id = ? and order_id = ? and state = 'reserved' order by rule_id", tx.Scope.Tenant, order)
}

func voucherOf(ctx context.Context, tx db.Tx, hash []byte, now time.Time, own []ownUse) (v voucherRow, err error) {
	var starts, expires time.Time
	var voided bool
	err = tx.QueryRowContext(ctx, `select b.rule_id, v.uses_left, b.starts_at, b.expires_at, b.voided_at is not null from sales.voucher v
		join sales.voucher_batch b on b.tenant_id = v.tenant_id and b.id = v.batch_id where v.tenant_id = ? and v.hash = ?`, tx.Scope.Tenant, hash).Scan(&v.rule, &v.left, &starts, &expires, &voided)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return v, ErrVoucher
	case err != nil:
		return v, err
	case voided || now.Before(starts) || !now.Before(expires):
		return v, ErrVoucherTime
	case v.left == 0 && !slices.ContainsFunc(own, func(u ownUse) bool { return bytes.Equal(u.voucher, hash) }):
		return v, ErrVoucherUsed
	}
	return v, nil
}

// countSoFar adds what bounded rules gave so far to a sale.
func countSoFar(ctx context.Context, tx db.Tx, s *discount.Sale, rules []discount.Rule, docs []engine.Key, order ids.ID, own []ownUse) error {
	s.Spent, s.Orders = map[ids.ID]money.Fen{}, map[ids.ID]int{}
	for _, r := range rules {
		if r.Limit.Budget > 0 || r.Limit.Orders > 0 {
			var spent money.Fen
			var orders int
			err := tx.QueryRowContext(ctx, "select spent, orders from sales.discount_meter where tenant_id = ? and rule_id = ?", tx.Scope.Tenant, r.ID).Scan(&spent, &orders)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			for _, u := range own {
				if u.rule == r.ID && u.bounded {
					spent, orders = spent-u.fen, orders-1
				}
			}
			s.Spent[r.ID], s.Orders[r.ID] = spent, orders
		}
		if r.Limit.Document == 0 {
			continue
		}
		for i, d := range docs {
			if d.IsZero() || i >= len(s.Tickets) {
				continue
			}
			n, err := documentTickets(ctx, tx, r.ID, d, order)
			if err != nil {
				return err
			}
			if s.Tickets[i].Used == nil {
				s.Tickets[i].Used = map[ids.ID]int{}
			}
			s.Tickets[i].Used[r.ID] = n
		}
	}
	return nil
}

// documentTickets counts a document's tickets by a rule in other orders than this.
func documentTickets(ctx context.Context, tx db.Tx, rule ids.ID, doc engine.Key, but ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce(sum(tickets), 0) from sales.discount_person where tenant_id = ? and rule_id = ? and blind = ? and order_id is distinct from ?", tx.Scope.Tenant, rule, doc[:], but).Scan(&n)
	return n, err
}

// takeUses takes what an order uses of bounded rules and vouchers; what was
// taken for the same order before is given back first. Rules in order of their
// ids, so that two orders never wait for each other.
func takeUses(ctx context.Context, tx db.Tx, o Order, p pricing) error {
	used := slices.Clone(p.result.Used)
	slices.SortFunc(used, func(a, b discount.Used) int {
		x, y := a.Rule.Bytes(), b.Rule.Bytes()
		return slices.Compare(x[:], y[:])
	})
	own, err := usesOf(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	if slices.EqualFunc(own, used, func(a ownUse, b discount.Used) bool {
		return a.rule == b.Rule && a.fen == b.Fen && bytes.Equal(a.voucher, p.vouchers[b.Rule])
	}) { // asked for twice: it keeps what it has
		_, err := tx.ExecContext(ctx, "update sales.discount_use set at = ? where tenant_id = ? and order_id = ? and state = 'reserved'", tx.Now, tx.Scope.Tenant, o.ID)
		return err
	}
	if err := giveUsesBack(ctx, tx, o.ID, "reserved"); err != nil {
		return err
	}
	for _, u := range used {
		r := p.rules[u.Rule]
		if err := takeBound(ctx, tx, r, u.Fen); err != nil {
			return err
		}
		var hash []byte
		if r.Code {
			hash = p.vouchers[r.ID]
			if err := takeVoucher(ctx, tx, hash); err != nil {
				return err
			}
		}
		if r.Limit.Document > 0 {
			if err := takePersons(ctx, tx, r, o, u.Tickets, p.blinds); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "insert into sales.discount_use (tenant_id, order_id, rule_id, voucher, amount, tickets, bounded, state, at) values (?, ?, ?, ?, ?, ?, ?, 'reserved', ?)",
			tx.Scope.Tenant, o.ID, r.ID, hash, u.Fen, len(u.Tickets), bounded(r), tx.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

func bounded(r discount.Rule) bool {
	return r.Limit.Budget > 0 || r.Limit.Orders > 0 || r.Limit.Document > 0
}

// takeBound counts an order of a bounded rule under its row's lock.
func takeBound(ctx context.Context, tx db.Tx, r discount.Rule, fen money.Fen) error {
	if !bounded(r) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "insert into sales.discount_meter (tenant_id, rule_id) values (?, ?) on conflict do nothing", tx.Scope.Tenant, r.ID); err != nil {
		return err
	}
	return oneRow(tx.ExecContext(ctx, `update sales.discount_meter set spent = spent + ?0, orders = orders + 1 where tenant_id = ?1 and rule_id = ?2
		and (?3 = 0 or spent + ?0 <= ?3) and (?4 = 0 or orders < ?4)`, fen, tx.Scope.Tenant, r.ID, r.Limit.Budget, r.Limit.Orders))(ErrDiscountBound)
}

func oneRow(res sql.Result, err error) func(error) error {
	return func(none error) error {
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = none
		}
		return err
	}
}

func takeVoucher(ctx context.Context, tx db.Tx, hash []byte) error {
	return oneRow(tx.ExecContext(ctx, "update sales.voucher set uses_left = uses_left - 1 where tenant_id = ? and hash = ? and uses_left > 0", tx.Scope.Tenant, hash))(ErrVoucherUsed.At("codes"))
}

func takePersons(ctx context.Context, tx db.Tx, r discount.Rule, o Order, tickets []int, blinds []engine.Key) error {
	count := map[engine.Key]int{}
	for _, i := range tickets {
		if i < len(blinds) && !blinds[i].IsZero() {
			count[blinds[i]]++
		}
	}
	for doc, n := range count {
		have, err := documentTickets(ctx, tx, r.ID, doc, o.ID)
		if err != nil {
			return err
		}
		if have+n > r.Limit.Document {
			return ErrDiscountBound
		}
		_, err = tx.ExecContext(ctx, "insert into sales.discount_person (tenant_id, rule_id, blind, order_id, session_id, tickets) values (?, ?, ?, ?, ?, ?)", tx.Scope.Tenant, r.ID, doc[:], o.ID, o.Session, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// giveUsesBack gives back what an order has taken and is in a state. What was
// only reserved leaves no trace.
func giveUsesBack(ctx context.Context, tx db.Tx, order ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, `update sales.discount_meter m set spent = m.spent - u.amount, orders = m.orders - 1 from sales.discount_use u
		where m.tenant_id = ?0 and u.tenant_id = ?0 and u.order_id = ?1 and u.state = ?2 and u.bounded and m.rule_id = u.rule_id`, tx.Scope.Tenant, order, state)
	if err == nil {
		_, err = tx.ExecContext(ctx, `update sales.voucher v set uses_left = v.uses_left + 1 from sales.discount_use u
			where v.tenant_id = ?0 and u.tenant_id = ?0 and u.order_id = ?1 and u.state = ?2 and v.hash = u.voucher`, tx.Scope.Tenant, order, state)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "delete from sales.discount_person where tenant_id = ? and order_id = ?", tx.Scope.Tenant, order)
	}
	if err != nil {
		return err
	}
	q := "delete from sales.discount_use where tenant_id = ? and order_id = ? and state = ?"
	if state != "reserved" {
		q = "update sales.discount_use set state = 'returned' where tenant_id = ? and order_id = ? and state = ?"
	}
	_, err = tx.ExecContext(ctx, q, tx.Scope.Tenant, order, state)
	return err
}

// settleUses does with an order's uses what its state asks for. The use rows
// are locked first, so that it happens once.
func settleUses(ctx context.Context, tx db.Tx, order ids.ID) error {
	states, err := scanAll(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
		"select state from sales.discount_use where tenant_id = ? and order_id = ? and state in ('reserved', 'used') order by rule_id for update", tx.Scope.Tenant, order)
	if err != nil || len(states) == 0 {
		return err
	}
	o, err := getOrder(ctx, tx, order, "")
	if errors.Is(err, ErrNotFound) {
		return giveUsesBack(ctx, tx, order, "reserved")
	} else if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "update sales.discount_use set state = 'used' where tenant_id = ? and order_id = ? and state = 'reserved'", tx.Scope.Tenant, order); err != nil {
		return err
	}
	switch o.State {
	case Expired, Cancelled, RefundDue:
		return giveUsesBack(ctx, tx, order, "used")
	case Refunded:
		// A voucher whose batch does not give back stays used, unless the show was cancelled.
		_, err := tx.ExecContext(ctx, `update sales.discount_use u set state = 'kept' from sales.voucher v join sales.voucher_batch b on b.tenant_id = v.tenant_id and b.id = v.batch_id
			where u.tenant_id = ?0 and u.order_id = ?1 and u.state = 'used' and v.tenant_id = ?0 and v.hash = u.voucher and not b.give_back
			and not exists (select from show.session s where s.tenant_id = ?0 and s.id = ?2 and s.state = 'cancelled')`, tx.Scope.Tenant, order, o.Session)
		if err != nil {
			return err
		}
		return giveUsesBack(ctx, tx, order, "used")
	}
	return nil
}

// usesToSettle are the orders whose uses a crash may have left.
func usesToSettle(ctx context.Context, tx db.Tx, before time.Time, limit int) ([]ids.ID, error) {
	return scanAll(ctx, tx, func(r *sql.Rows) (id ids.ID, err error) { return id, r.Scan(&id) },
		`select distinct order_id from sales.discount_use where tenant_id = ?0 and state = 'reserved' and at < ?1
			union select u.order_id from sales.discount_use u join sales.orders o on o.tenant_id = u.tenant_id and o.id = u.order_id
			where u.tenant_id = ?0 and u.state = 'used' and o.state in ('expired', 'cancelled', 'refund_due', 'refunded') limit ?2`, tx.Scope.Tenant, before, limit)
}

// retakeUses takes again what an order gave back. A rule that is no longer in
// force counts without its bounds: its price was promised.
func retakeUses(ctx context.Context, tx db.Tx, o Order, rules map[ids.ID]discount.Rule) error {
	type use struct {
		rule ids.ID
		hash []byte
		fen  money.Fen
	}
	list, err := scanAll(ctx, tx, func(r *sql.Rows) (u use, err error) { return u, r.Scan(&u.rule, &u.hash, &u.fen) },
		"select rule_id, voucher, amount from sales.discount_use where tenant_id = ? and order_id = ? and state = 'returned' order by rule_id for update", tx.Scope.Tenant, o.ID)
	if err != nil {
		return err
	}
	for _, u := range list {
		if r, ok := rules[u.rule]; ok {
			if err := takeBound(ctx, tx, r, u.fen); err != nil {
				return err
			}
		}
		if u.hash != nil {
			if err := takeVoucher(ctx, tx, u.hash); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, "update sales.discount_use set state = 'used' where tenant_id = ? and order_id = ? and state = 'returned'", tx.Scope.Tenant, o.ID)
	return err
}

func eraseDiscountPersons(ctx context.Context, tx db.Tx, session ids.ID) error {
	_, err := tx.ExecContext(ctx, "delete from sales.discount_person where tenant_id = ? and session_id = ?", tx.Scope.Tenant, session)
	return err
}

const batchColumns = `select b.id, b.rule_id, b.name, b.codes, b.uses, b.starts_at, b.expires_at, b.give_back, b.voided_at, b.created_by, b.created_at, b.secret,
	b.codes::bigint * b.uses - coalesce((select sum(v.uses_left) from sales.voucher v where v.tenant_id = b.tenant_id and v.batch_id = b.id), 0) from sales.voucher_batch b where b.tenant_id = ? `

func scanBatch(r *sql.Rows) (b VoucherBatch, err error) {
	return b, r.Scan(&b.ID, &b.Rule, &b.Name, &b.Codes, &b.Uses, &b.StartsAt, &b.ExpiresAt, &b.GiveBack, &b.VoidedAt, &b.CreatedBy, &b.CreatedAt, &b.secret, &b.Used)
}

func getBatch(ctx context.Context, tx db.Tx, id ids.ID) (VoucherBatch, error) {
	list, err := scanAll(ctx, tx, scanBatch, batchColumns+"and b.id = ?", tx.Scope.Tenant, id)
	if err == nil && len(list) == 0 {
		err = ErrBatch
	}
	if err != nil {
		return VoucherBatch{}, err
	}
	return list[0], nil
}

func listBatches(ctx context.Context, tx db.Tx) ([]VoucherBatch, error) {
	return scanAll(ctx, tx, scanBatch, batchColumns+"order by b.id desc limit 500", tx.Scope.Tenant)
}

func insertBatch(ctx context.Context, tx db.Tx, b VoucherBatch) error {
	_, err := tx.ExecContext(ctx, "insert into sales.voucher_batch (tenant_id, id, rule_id, name, codes, uses, starts_at, expires_at, give_back, secret, created_by, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, b.ID, b.Rule, b.Name, b.Codes, b.Uses, b.StartsAt, b.ExpiresAt, b.GiveBack, b.secret, tx.Scope.Actor.String(), tx.Now)
	return err
}

func insertVouchers(ctx context.Context, tx db.Tx, b VoucherBatch, from int, hashes [][]byte) error {
	_, err := tx.ExecContext(ctx, "insert into sales.voucher (tenant_id, hash, batch_id, no, uses_left) select ?, h, ?, ? + i - 1, ? from unnest(?::bytea[]) with ordinality x(h, i)",
		tx.Scope.Tenant, b.ID, from, b.Uses, pgdialect.Array(hashes))
	return err
}

func usesLeft(ctx context.Context, tx db.Tx, b VoucherBatch) ([]int, error) {
	return scanAll(ctx, tx, func(r *sql.Rows) (n int, err error) { return n, r.Scan(&n) }, "select uses_left from sales.voucher where tenant_id = ? and batch_id = ? order by no", tx.Scope.Tenant, b.ID)
}

func voidBatch(ctx context.Context, tx db.Tx, id ids.ID) error {
	_, err := tx.ExecContext(ctx, "update sales.voucher_batch set voided_at = ? where tenant_id = ? and id = ? and voided_at is null", tx.Now, tx.Scope.Tenant, id)
	return err
}

func noteExport(ctx context.Context, tx db.Tx, b VoucherBatch) error {
	return audit.Record(ctx, tx, audit.Event{Action: "sales.vouchers_exported", Target: "sales.voucher_batch", Key: map[string]any{"id": b.ID}, Detail: map[string]any{"codes": b.Codes}})
}
