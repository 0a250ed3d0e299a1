package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// JournalRow is one row of a tenant's journal.
type JournalRow struct {
	Seq   int64
	At    time.Time
	Hash  [32]byte
	Frame Frame
	body  []byte
}

// ReadJournal returns up to limit rows after a number, in order: what a
// projector turns into facts. Numbers have no gaps, so a projector's cursor is
// the last number it has done.
func ReadJournal(ctx context.Context, tx db.Tx, after int64, limit int) ([]JournalRow, error) {
	rows, err := tx.QueryContext(ctx, "select seq, at, hash, body from inventory.journal where tenant_id = ? and seq > ? order by seq limit ?", tx.Scope.Tenant, after, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []JournalRow
	for rows.Next() {
		var r JournalRow
		var hash []byte
		if err := rows.Scan(&r.Seq, &r.At, &hash, &r.body); err != nil {
			return nil, err
		}
		if r.Frame, err = ReadFrame(r.body); err != nil || copy(r.Hash[:], hash) != len(r.Hash) {
			return nil, fmt.Errorf("inventory: journal row %d of tenant %d cannot be read: %w", r.Seq, tx.Scope.Tenant, err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// VerifyJournal computes the tenant's chain anew: every number once, every
// hash over the row and the one before, the head equal to the last row. It
// returns how many rows it read and the first fault.
func VerifyJournal(ctx context.Context, tx db.Tx) (rows int64, err error) {
	var last [32]byte
	prev := []byte{}
	for {
		list, err := ReadJournal(ctx, tx, rows, 500)
		if err != nil {
			return rows, err
		}
		if len(list) == 0 {
			break
		}
		for _, r := range list {
			if r.Seq != rows+1 {
				return rows, fmt.Errorf("inventory: the journal of tenant %d lacks row %d", tx.Scope.Tenant, rows+1)
			}
			d := sha256.New()
			d.Write(prev)
			d.Write(binary.BigEndian.AppendUint64(nil, uint64(r.Seq)))
			d.Write(r.body)
			if [32]byte(d.Sum(nil)) != r.Hash {
				return rows, fmt.Errorf("inventory: journal row %d of tenant %d was changed", r.Seq, tx.Scope.Tenant)
			}
			rows, last, prev = r.Seq, r.Hash, r.Hash[:]
		}
	}
	var seq int64
	var head []byte
	if rows == 0 {
		return 0, nil
	}
	if err := tx.QueryRowContext(ctx, "select seq, hash from inventory.head where tenant_id = ?", tx.Scope.Tenant).Scan(&seq, &head); err != nil {
		return rows, err
	}
	if seq != rows || [32]byte(head) != last {
		return rows, fmt.Errorf("inventory: the journal of tenant %d ends at row %d, its head says %d", tx.Scope.Tenant, rows, seq)
	}
	return rows, nil
}

// Offered reports whether the seats of a session were ever offered: its journal speaks of them.
func Offered(ctx context.Context, tx db.Tx, session ids.ID) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, "select exists (select from inventory.session_journal where tenant_id = ? and session_id = ?)", tx.Scope.Tenant, session).Scan(&yes)
	return yes, err
}

// Lease says which node serves a session.
type Lease struct {
	Session ids.ID
	Node    string
	Epoch   int64
	Until   time.Time
}

// Leases lists the tenant's leases that run, by the machine's clock of the database.
func Leases(ctx context.Context, tx db.Tx) (list []Lease, err error) {
	rows, err := tx.QueryContext(ctx, "select session_id, owner, epoch, expires_at from inventory.lease where tenant_id = ? and expires_at > clock_timestamp() order by owner, session_id", tx.Scope.Tenant)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var l Lease
		if err := rows.Scan(&l.Session, &l.Node, &l.Epoch, &l.Until); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}
