// Package dbtest gives tests a real PostgreSQL with the real schema.
//
//	func TestStore(t *testing.T) {
//		t.Parallel()
//		ctx, d := dbtest.Tx(t)              // rolled back at the end; the default choice
//		err := d.InTx(d.As(ctx), func(ctx context.Context, tx db.Tx) error { ... })
//	}
//
//	func TestRace(t *testing.T) {
//		t.Parallel()
//		d := dbtest.Private(t)              // a database of its own, where commits matter
//		err := d.InTx(d.As(t.Context()), ...)
//	}
//
// Both come with two tenants, d.Tenant and d.Other, work as the application's role (so row-level security is on) and
// have a clock that stands still until it is moved. Take Private for anything with goroutines, several connections,
// Pool, LISTEN, kills or a server; Empty is Private without tenants; Blank is a database without any schema.
//
// Where the server comes from: PARTERRE_TEST_DATABASE_URL if it is set (a role that may make databases and roles);
// else one private cluster per machine and user, without fsync, shared by all test processes and checkouts. The first
// test process starts a keeper, which runs the cluster and ends it some seconds after the last user is gone; users
// are counted by a file lock, which the kernel gives free however a process ends. The migrated template is made once
// per state of the migrations and kept, also from run to run.
//
// What a killed run leaves behind is taken away by the next one: each process holds an advisory lock with the number
// that its databases carry in their names, and databases whose number nobody holds are dropped.
package dbtest
