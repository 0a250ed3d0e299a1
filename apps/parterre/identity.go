package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"parterre/apps/parterre/suite"
	"parterre/integrations/keydevice"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/identity"
)

// keyFlags say which device seals the identity keys; without a module they lie
// in <var>/keys/identity.json, mode 0600.
type keyFlags struct {
	Module  string `name:"pkcs11-module" help:"PKCS#11 driver of the token that seals the identity keys, such as /usr/lib/softhsm/libsofthsm2.so." env:"PARTERRE_PKCS11_MODULE"`
	Token   string `name:"pkcs11-token" help:"Label of the token." default:"parterre" env:"PARTERRE_PKCS11_TOKEN"`
	PINFile string `name:"pkcs11-pin-file" help:"File with the token's PIN, mode 0600." env:"PARTERRE_PKCS11_PIN_FILE" type:"path"`
	Key     string `name:"pkcs11-key" help:"Label of the key in the token; made there if it is not." default:"parterre-identity" env:"PARTERRE_PKCS11_KEY"`
}

// device logs in to the device, if there is one.
func (k keyFlags) device() (identity.Wrapper, func(), error) {
	if k.Module == "" {
		return nil, func() {}, nil
	}
	d, err := keydevice.Open(keydevice.Config{Module: k.Module, Token: k.Token, PINFile: k.PINFile, Key: k.Key})
	if err != nil {
		return nil, nil, err
	}
	return d, func() { _ = d.Close() }, nil
}

// identityCmd is `parterre identity`.
type identityCmd struct {
	Status identityStatusCmd `cmd:"" help:"Show the keys, since when they are retired, and how many values each has sealed."`
	Rotate identityRotateCmd `cmd:"" help:"Add a key and seal everything anew with it. Can be cut off and run again."`
	Drop   identityDropCmd   `cmd:"" help:"Remove a retired key that seals nothing any more."`
	Wrap   identityWrapCmd   `cmd:"" help:"Seal the keys with the token (or, with --open, lay them open in the file again)."`
}

// at opens the database and the keys for a command.
func (f databaseFlags) withKeys(ctx context.Context, k keyFlags, do func(d *db.DB, w identity.Wrapper, path string) error) error {
	w, closeDevice, err := k.device()
	if err != nil {
		return err
	}
	defer closeDevice()
	data, err := f.open(ctx, slog.Default(), true)
	if err != nil {
		return err
	}
	defer func() { _ = data.stop() }()
	d, err := data.connect(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer d.Close()
	return do(d, w, suite.IdentityKeys(filepath.Join(f.Var, "keys")))
}

// sealed counts over all tenants.
func sealed(ctx context.Context, d *db.DB) (map[uint32]int, error) {
	tenants, err := d.Tenants(ctx)
	out := map[uint32]int{}
	for _, t := range tenants {
		n, err := identity.Sealed(db.System(ctx, t, "identity keys"), d, suite.Sealed())
		if err != nil {
			return nil, err
		}
		for id, c := range n {
			out[id] += c
		}
	}
	return out, err
}

type identityStatusCmd struct {
	databaseFlags
	keyFlags
}

// Run implements the command. No key is shown.
func (c *identityStatusCmd) Run(ctx context.Context) error {
	return c.withKeys(ctx, c.keyFlags, func(d *db.DB, _ identity.Wrapper, path string) error {
		f, err := identity.Describe(path)
		if err != nil {
			return err
		}
		n, err := sealed(ctx, d)
		if err != nil {
			return err
		}
		where := "a file of mode 0600"
		if f.Wrap != "" {
			where = f.Wrap
		}
		fmt.Println("keys are kept in", where)
		var list []uint32
		for id := range f.Keys {
			list = append(list, id)
		}
		slices.Sort(list)
		for _, id := range list {
			state := "seals"
			if at, ok := f.Retired[id]; ok {
				state = "retired " + at.In(clock.Shanghai).Format(time.RFC3339)
			}
			fmt.Printf("key %d  %s  %d values\n", id, state, n[id])
			delete(n, id)
		}
		for id, count := range n {
			fmt.Printf("key %d  IS MISSING and has sealed %d values\n", id, count)
		}
		fmt.Printf("%d index keys\n", 1+len(f.Indexes))
		for _, x := range f.Indexes {
			fmt.Println("  for sessions made from", x.From.In(clock.Shanghai).Format(time.RFC3339))
		}
		return nil
	})
}

type identityRotateCmd struct {
	databaseFlags
	keyFlags
	Resume bool `help:"Add no key: only go on with sealing anew what an interrupted run left."`
	Index  bool `help:"Add an index key too, for the sessions that are made from now on. Those that are there keep theirs, for their journals do not change."`
}

// Run implements the command.
func (c *identityRotateCmd) Run(ctx context.Context) error {
	return c.withKeys(ctx, c.keyFlags, func(d *db.DB, w identity.Wrapper, path string) error {
		now := d.Clock().Now()
		if !c.Resume {
			id, err := identity.Rotate(path, w, now)
			if err != nil {
				return err
			}
			fmt.Println("key", id, "seals from now on")
		}
		if c.Index {
			// A minute on: what other nodes make until they have read the file is the old key's.
			if err := identity.RotateIndex(path, w, now.Add(time.Minute)); err != nil {
				return err
			}
			fmt.Println("sessions made from", now.Add(time.Minute).Format(time.RFC3339), "on have a new index key")
		}
		v, err := identity.OpenVaultWith(path, w)
		if err != nil {
			return err
		}
		tenants, err := d.Tenants(ctx)
		if err != nil {
			return err
		}
		total := 0
		for _, t := range tenants {
			n, err := v.Reseal(db.System(ctx, t, "identity rotate"), d, suite.Sealed(), nil)
			total += n
			if err != nil {
				return fmt.Errorf("%d values are sealed anew, then: %w; the old keys are still needed, run parterre identity rotate --resume", total, err)
			}
		}
		fmt.Printf("%d values are sealed anew with key %d; drop the old key in an hour\n", total, v.Current())
		return nil
	})
}

type identityDropCmd struct {
	databaseFlags
	keyFlags
	ID uint32 `arg:"" help:"The key to remove."`
}

// Run implements the command.
func (c *identityDropCmd) Run(ctx context.Context) error {
	return c.withKeys(ctx, c.keyFlags, func(d *db.DB, w identity.Wrapper, path string) error {
		n, err := sealed(ctx, d)
		if err != nil {
			return err
		}
		if n[c.ID] > 0 {
			return fmt.Errorf("key %d still seals %d values: run parterre identity rotate --resume first", c.ID, n[c.ID])
		}
		err = identity.Drop(path, w, c.ID, d.Clock().Now())
		if errors.Is(err, identity.ErrKeyInUse) {
			return fmt.Errorf("key %d seals now, or was retired less than an hour ago", c.ID)
		}
		if err == nil {
			fmt.Println("key", c.ID, "is gone")
		}
		return err
	})
}

type identityWrapCmd struct {
	databaseFlags
	keyFlags
	Open bool `help:"Lay the keys open in the file again."`
}

// Run implements the command. Stop the servers first: they must be started
// with the token's flags afterwards.
func (c *identityWrapCmd) Run(context.Context) error {
	w, closeDevice, err := c.device()
	if err != nil {
		return err
	}
	defer closeDevice()
	if w == nil {
		return errors.New("name the token with --pkcs11-module and --pkcs11-pin-file")
	}
	path := suite.IdentityKeys(filepath.Join(c.Var, "keys"))
	from, to := identity.Wrapper(nil), w
	if c.Open {
		from, to = w, nil
	}
	if err := identity.Rewrap(path, from, to); err != nil {
		return err
	}
	fmt.Println("the keys are sealed by", map[bool]string{true: "nothing: they lie in the file", false: w.Name()}[c.Open])
	return nil
}
