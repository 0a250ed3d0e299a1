package identity_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

// insert writes persons and holdings.
func insert(t *testing.T, d *dbtest.DB, tenant int32, people []identity.Person, consents []identity.Consent) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), d.Pool(), func(tx pgx.Tx) error {
		if err := db.SetScope(t.Context(), tx, db.Scope{Tenant: tenant, Actor: db.Actor{Kind: db.ActorSystem, Name: "test"}}); err != nil {
			return err
		}
		b := &pgx.Batch{}
		identity.QueueInsert(b, tenant, people, d.Clock.Now())
		identity.QueueConsents(b, tenant, consents)
		for i, p := range people {
			b.Queue("insert into identity.holding (tenant_id, session_id, blind, seat_id) values ($1, $2, $3, $4)", tenant, p.Session.String(), p.Blind[:], i+1)
		}
		return tx.SendBatch(t.Context(), b).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPersonsInTheStore: sealed in, masked out, found by document, gone when
// erased, and never seen by another tenant.
func TestPersonsInTheStore(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	v, err := identity.OpenVault(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := identity.ParseDocument(identity.ResidentCard, "11010519491231002X", d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	card, err := identity.ParseDocument(identity.Passport, "E12345678", d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	ended, coming := ids.New(), ids.New()
	people := []identity.Person{v.SealPerson(d.Tenant, ended, "张三丰", doc, true), v.SealPerson(d.Tenant, ended, "Maria Lopez", card, false), v.SealPerson(d.Tenant, coming, "张三丰", doc, false)}
	insert(t, d, d.Tenant, people, []identity.Consent{{ID: ids.New(), Subject: "buyer:x", Purpose: "purchase", TextHash: make([]byte, 32), At: d.Clock.Now()}})
	which := []ids.ID{people[0].ID, people[1].ID, people[2].ID, ids.New()}
	look := func(tenant int32) (shown map[ids.ID]identity.Shown, seat int32, ok bool) {
		err := d.View(d.AsTenant(t.Context(), tenant), func(ctx context.Context, tx db.Tx) (err error) {
			if shown, err = identity.Masked(ctx, tx, v, which); err != nil {
				return err
			}
			seat, ok, err = identity.SeatOf(ctx, tx, ended, v.Blind(d.Tenant, card))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return shown, seat, ok
	}
	shown, seat, ok := look(d.Tenant)
	if len(shown) != 3 || shown[people[0].ID] != (identity.Shown{Name: "张**", Kind: identity.ResidentCard, Number: "110105********002X", Guardian: true}) || !ok || seat != 2 {
		t.Errorf("shown %v, seat %d, %v", shown, seat, ok)
	}
	if shown, _, ok := look(d.Other); len(shown) != 0 || ok {
		t.Errorf("another tenant sees %v, %v", shown, ok)
	}
	erase := func(tenant int32) (n int) {
		err := d.InTx(d.AsTenant(t.Context(), tenant), func(ctx context.Context, tx db.Tx) (err error) {
			n, err = identity.Erase(ctx, tx, []ids.ID{ended})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := erase(d.Other); n != 0 {
		t.Errorf("another tenant erased %d persons", n)
	}
	if n := erase(d.Tenant); n != 2 {
		t.Errorf("%d persons were erased", n)
	}
	if shown, _, ok := look(d.Tenant); len(shown) != 1 || ok || shown[people[2].ID].Name == "" {
		t.Errorf("after erasing: %v, %v", shown, ok)
	}
}

// TestAValueCopiedToAnotherRecordDoesNotOpen: the database's own administrator
// cannot put one person's sealed number on another's record unseen.
func TestAValueCopiedToAnotherRecordDoesNotOpen(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	v, err := identity.OpenVault(filepath.Join(t.TempDir(), "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := identity.ParseDocument(identity.Passport, "E12345678", d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	a, b := v.SealPerson(d.Tenant, ids.New(), "甲", doc, false), v.SealPerson(d.Tenant, ids.New(), "乙", doc, false)
	b.Number = a.Number
	insert(t, d, d.Tenant, []identity.Person{a, b}, nil)
	for id, want := range map[ids.ID]bool{a.ID: true, b.ID: false} {
		err := d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
			_, err := identity.Masked(ctx, tx, v, []ids.ID{id})
			return err
		})
		if (err == nil) != want {
			t.Errorf("opened %v: %v", want, err)
		}
	}
}
