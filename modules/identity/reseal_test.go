package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/identity"
)

var persons = []identity.SealedTable{{Table: "identity.person", ID: "id", Fields: map[string]string{"name": "name", "number": "number"}}}

// sealedWorld is a database with n persons a tenant and their keys in a file.
func sealedWorld(t *testing.T, n int) (*dbtest.DB, *identity.Vault, string, []ids.ID) {
	t.Helper()
	d, path := dbtest.Private(t), filepath.Join(t.TempDir(), "identity.json")
	v, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := identity.ParseDocument(identity.ResidentCard, "11010519491231002X", d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	var which []ids.ID
	for _, tenant := range []int32{d.Tenant, d.Other} {
		var people []identity.Person
		for range n {
			p := v.SealPerson(tenant, ids.New(), "张三", doc, false)
			people, which = append(people, p), append(which, p.ID)
		}
		insert(t, d, tenant, people, nil)
	}
	return d, v, path, which
}

// readable counts the persons of both tenants that open.
func readable(t *testing.T, d *dbtest.DB, v *identity.Vault, which []ids.ID) (n int) {
	t.Helper()
	for _, tenant := range []int32{d.Tenant, d.Other} {
		err := d.View(d.AsTenant(t.Context(), tenant), func(ctx context.Context, tx db.Tx) error {
			shown, err := identity.Masked(ctx, tx, v, which)
			for _, s := range shown {
				if s.Number == "110105********002X" && s.Name == "张*" {
					n++
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func sealedBy(t *testing.T, d *dbtest.DB) map[uint32]int {
	t.Helper()
	all := map[uint32]int{}
	for _, tenant := range []int32{d.Tenant, d.Other} {
		n, err := identity.Sealed(d.AsTenant(t.Context(), tenant), d.DB, persons)
		if err != nil {
			t.Fatal(err)
		}
		for id, c := range n {
			all[id] += c
		}
	}
	return all
}

// TestRotation: while servers go on, a key is added, everything is sealed anew
// in spite of a crash in the middle, and only then the old key can go
// (SEC-PIPL-51).
func TestRotation(t *testing.T) {
	t.Parallel()
	d, serving, path, which := sealedWorld(t, 600)
	now := d.Clock.Now()
	id, err := identity.Rotate(path, nil, now)
	if err != nil || id != 2 {
		t.Fatal(id, err)
	}
	if serving.Current() != 2 { // a server that runs takes the new key up by itself
		t.Error("a running vault seals with a retired key")
	}
	v, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	crash := errors.New("the power went")
	batches := 0
	_, err = v.Reseal(d.As(t.Context()), d.DB, persons, func(string, int) error {
		if batches++; batches == 2 {
			return crash // before its commit
		}
		return nil
	})
	if !errors.Is(err, crash) {
		t.Fatalf("the crash: %v", err)
	}
	if got := sealedBy(t, d); got[2] != 500 || got[1] != 4*600-500 {
		t.Errorf("after the crash: %v", got)
	}
	if n := readable(t, d, serving, which); n != len(which) {
		t.Errorf("after the crash %d of %d open", n, len(which))
	}
	if err := identity.Drop(path, nil, 1, now.Add(time.Minute)); !errors.Is(err, identity.ErrKeyInUse) {
		t.Errorf("a key that was retired a minute ago: %v", err)
	}
	total := 0
	for _, tenant := range []int32{d.Tenant, d.Other} {
		n, err := v.Reseal(d.AsTenant(t.Context(), tenant), d.DB, persons, nil)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	if got := sealedBy(t, d); total != 4*600-500 || got[1] != 0 || got[2] != 4*600 {
		t.Errorf("%d in the second run; %v", total, got)
	}
	if n, err := v.Reseal(d.As(t.Context()), d.DB, persons, nil); n != 0 || err != nil {
		t.Errorf("a third run: %d, %v", n, err)
	}
	if err := identity.Drop(path, nil, 2, now.Add(48*time.Hour)); !errors.Is(err, identity.ErrKeyInUse) {
		t.Errorf("the current key: %v", err)
	}
	if err := identity.Drop(path, nil, 1, now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	after, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := readable(t, d, after, which); n != len(which) {
		t.Errorf("without the old key %d of %d open", n, len(which))
	}
	if id, err := identity.Rotate(path, nil, now.Add(3*time.Hour)); err != nil || id != 3 {
		t.Errorf("an id was used again: %d, %v", id, err)
	}
	var notes int
	d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error { //nolint:errcheck // a query for the check below
		return tx.QueryRowContext(ctx, "select count(*) from audit.entry where action = 'identity.reseal'").Scan(&notes)
	})
	if notes != 3 { // 500 committed; then 100 names, 500 + 100 numbers
		t.Logf("%d notes in the audit log", notes)
	}
	if notes == 0 {
		t.Error("the audit log does not know of it")
	}
}

// TestResealWithoutTheOldKey: nothing is changed and the error names the key,
// never a value. Negative control: dropped too early, a key's values are lost.
func TestResealWithoutTheOldKey(t *testing.T) {
	t.Parallel()
	d, _, path, which := sealedWorld(t, 3)
	if _, err := identity.Rotate(path, nil, d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := identity.Drop(path, nil, 1, d.Clock.Now().Add(2*time.Hour)); err != nil {
		t.Fatal(err) // whoever calls it has not counted
	}
	v, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := v.Reseal(d.As(t.Context()), d.DB, persons, nil)
	if !errors.Is(err, identity.ErrSealed) || n != 0 {
		t.Errorf("%d, %v", n, err)
	}
	if got := sealedBy(t, d); got[1] != 12 || len(got) != 1 {
		t.Errorf("%v", got)
	}
	err = d.View(d.As(t.Context()), func(ctx context.Context, tx db.Tx) error {
		_, err := identity.Masked(ctx, tx, v, which)
		return err
	})
	if !errors.Is(err, identity.ErrSealed) {
		t.Errorf("the control: a value opened without its key: %v", err)
	}
}

// TestIndexRotation: a session keeps the index that it was made with, so one
// document still buys one ticket of it; a later session has another.
func TestIndexRotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "identity.json")
	v, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	doc, err := identity.ParseDocument(identity.ResidentCard, "11010519491231002X", now)
	if err != nil {
		t.Fatal(err)
	}
	before, after := at(now.Add(-time.Second)), at(now.Add(time.Second))
	old := v.BlindIn(1, before, doc)
	if err := identity.RotateIndex(path, nil, now); err != nil {
		t.Fatal(err)
	}
	if v.BlindIn(1, before, doc) != old {
		t.Error("a session that was there has another index: its document could buy twice")
	}
	if v.BlindIn(1, after, doc) == old || v.Blind(1, doc) != v.BlindIn(1, after, doc) {
		t.Error("a later session has the old index")
	}
	if b := v.Blinds(1, doc); len(b) != 2 || b[0] != v.Blind(1, doc) || b[1] != old {
		t.Error("a document is not found under every key")
	}
	if err := identity.DropIndex(path, nil); err != nil {
		t.Fatal(err)
	}
	if v.BlindIn(1, after, doc) == old || len(v.Blinds(1, doc)) != 1 {
		t.Error("the old index key is still there")
	}
}

// at is a UUIDv7 of a moment.
func at(when time.Time) ids.ID {
	b := ids.New().Bytes()
	ms := when.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	return ids.FromBytes(b)
}

// shift is a device in place of a token: it seals by adding, and can be off.
type shift struct {
	by  byte
	off *bool
}

func (s shift) Name() string { return "shift" }

func (s shift) Wrap(key, bound []byte) ([]byte, error) {
	out := append([]byte(nil), key...)
	for i := range out {
		out[i] += s.by + bound[len(bound)-1]
	}
	return out, nil
}

func (s shift) Unwrap(sealed, bound []byte) ([]byte, error) {
	if *s.off {
		return nil, errors.New("the token is not there")
	}
	out := append([]byte(nil), sealed...)
	for i := range out {
		out[i] -= s.by + bound[len(bound)-1]
	}
	return out, nil
}

// TestWrappedKeys: with a device the file alone opens nothing, a rotation goes
// on, and a vault that runs outlives the device.
func TestWrappedKeys(t *testing.T) {
	t.Parallel()
	path, off := filepath.Join(t.TempDir(), "identity.json"), false
	device := shift{7, &off}
	v, err := identity.OpenVault(path)
	if err != nil {
		t.Fatal(err)
	}
	rec := ids.New()
	sealed := v.Seal(1, rec, "name", "张三")
	plain, _ := os.ReadFile(path)
	if err := identity.Rewrap(path, nil, device); err != nil {
		t.Fatal(err)
	}
	wrapped, _ := os.ReadFile(path)
	var a, b identity.KeyFile
	if json.Unmarshal(plain, &a) != nil || json.Unmarshal(wrapped, &b) != nil || a.Keys[1] == b.Keys[1] || a.Index == b.Index || b.Wrap != "shift" {
		t.Error("the keys lie open")
	}
	if _, err := identity.OpenVault(path); !errors.Is(err, identity.ErrWrapped) {
		t.Errorf("without the device: %v", err)
	}
	w, err := identity.OpenVaultWith(path, device)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := identity.Rotate(path, device, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Open(1, rec, "name", sealed); err != nil || got != "张三" || w.Current() != 2 {
		t.Error(got, err)
	}
	off = true
	if _, err := identity.Rotate(path, device, time.Unix(0, 0)); err == nil {
		t.Error("the file was changed without the device")
	}
	if got, err := w.Open(1, rec, "name", w.Seal(1, rec, "name", "李四")); err != nil || got != "李四" {
		t.Error(got, err)
	}
}
