package inventory_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

func (b *bundle) verify() (rows int64, err error) {
	b.t.Helper()
	err = b.d.View(b.d.As(b.ctx), func(ctx context.Context, tx db.Tx) (err error) {
		rows, err = inventory.VerifyJournal(ctx, tx)
		return err
	})
	return rows, err
}

// The journal tells who did what, its chain is sound, and a change behind its
// back is found at its row, also when the database's own guards are off.
func TestJournalChain(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	s := b.node("a")
	actor := inventorytest.Key()
	for i := range 5 {
		m := meta()
		m.Actor, m.Reason = actor, "柜台"
		b.must(s, &engine.Hold{Meta: m, Seats: []int32{int32(i + 1)}})
	}
	rows, err := b.verify()
	if err != nil || rows != 6 {
		t.Fatalf("%d rows, %v", rows, err)
	}
	err = b.d.View(b.d.As(b.ctx), func(ctx context.Context, tx db.Tx) error {
		list, err := inventory.ReadJournal(ctx, tx, 1, 2)
		if err != nil {
			return err
		}
		e, err := list[1].Frame.Sections[0].Events()
		if err != nil || len(list) != 2 || e[0].Actor != actor || e[0].Reason != "柜台" || e[0].Seats[0] != 2 {
			t.Errorf("%+v %v", e, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(t.Context(), b.d.AdminDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	const forge = "update inventory.journal set body = set_byte(body, length(body) - 1, 1 + get_byte(body, length(body) - 1)) where seq = 4"
	if _, err := c.Exec(t.Context(), forge); err == nil {
		t.Fatal("a journal row could be changed")
	}
	if _, err := c.Exec(t.Context(), "alter table inventory.journal disable trigger all; "+forge); err != nil {
		t.Fatal(err)
	}
	if rows, err := b.verify(); err == nil || rows != 3 || !strings.Contains(err.Error(), "row 4") {
		t.Fatalf("the forged row was not found: %d, %v", rows, err)
	}
}

// Rows of sales come from batches only.
func TestRowsOutsideABatchAreRefused(t *testing.T) {
	b := setup(t, inventorytest.Grid(1, 2, 10, 1))
	err := b.d.InTx(b.d.As(b.ctx), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, "insert into inventorytest.ticket (tenant_id, session_id, seat_id, sale_id, price) values (?, gen_random_uuid(), 1, gen_random_uuid(), 1)", tx.Scope.Tenant)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "PT401") {
		t.Fatalf("a ticket was written past the journal: %v", err)
	}
	if _, err := b.verify(); err != nil {
		t.Fatal(err)
	}
}
