// Package inventory owns the seats of sessions (场次): free, held, sold, blocked.
// It is the only code that decides who gets a seat.
//
// # How a command goes
//
//	Do -> writer (one goroutine per session, package engine decides in memory)
//	   -> committer (one per node: all sessions, natural group commit, two batches in flight, no timer)
//	   -> one PostgreSQL transaction: the row writers' rows, then inventory.append:
//	      the epoch of every session's lease, one hash-chained journal row per tenant
//	   -> commit -> answers
//
// Nobody is answered before the commit, not even with a refusal that rests on
// a decision which is not committed yet.
//
// # Invariants
//
//  1. A session has one writer: the holder of its lease. Every batch checks the
//     lease's epoch and keeps the lease row locked until commit, so a writer that
//     lost its lease commits nothing.
//  2. The journal of a tenant is numbered without gaps and each row is hashed over
//     the one before. The events of a session are numbered without gaps.
//  3. The state of a session is its snapshot and the events after it, nothing else.
//  4. Batches commit in the order in which their decisions were made.
//  5. A commit with an unknown result ends the writers that had a part in it or
//     after it. They are rebuilt from rows under a new epoch; whoever asked is
//     asked again under the same key, which gives what was decided or decides anew.
//  6. Unique (tenant, session, seat) on live tickets and the primary key of orders
//     (= the command's key) are the row writers' last line: the writer may be
//     wrong, the index may not.
//
// # State chart of a writer
//
//	absent --Do--> opening --lease, rebuild--> running --lease lost, commit failed--> dead (absent)
//	                  |                           |
//	                  +--leased elsewhere         +--idle--> closed (absent, lease given back)
//
// # Lock order
//
//  1. rows of the row writers (tickets, orders …), batch by batch, without the head
//  2. inventory.lease rows, by session id
//  3. inventory.head of the tenant, tenants by number
//
// Steps 2 and 3 and the commit are sent in one go, so no lease or head stays
// locked while a node thinks. A batch's steps 2 and 3 are sent when the batch
// before it has committed. Rows of step 1 may be locked by a node that was
// paused; idle_in_transaction_session_timeout ends its transaction.
//
// # Tenants
//
// A batch mixes tenants: it sets app.tenant before each tenant's statements, so
// row-level security holds, and pays one flush for all. Batches per tenant would
// pay one each, and a cloud of small cinemas would lose the gain of group commit.
// The price is that one tenant's fault makes a batch of several fail; the batch
// is then done again one command at a time, so that only the faulty one fails.
//
// # Several nodes
//
// Commands, questions (Look, Meter, Reload) and viewers (Subscribe) reach the
// owner through Deps.Router (package cluster: NATS). Who the owner is, is
// remembered for the length of a lease. The viewers of one node share one
// stream from the owner; it ends when the owner is silent for two seconds, and
// they begin again with a snapshot. The bus keeps nothing and decides nothing:
// the lease does. When the owner is gone requests wait until its lease ends,
// then the session is rebuilt here; if neither the bus nor the database knows a
// node of that name any more, the lease is ended at once. The new owner ends
// transactions that the old one left open between its rows and its fence, which
// would not pass the fence any more.
//
// # What a crash and an erasure leave
//
// A hold's end that was decided but not committed is decided again after the
// rebuild, by the clock of the node that took over: the nodes' clocks should
// agree to a second (NTP), for as much may a hold live longer or shorter.
//
// The journal cannot be changed, so the blind indexes of documents in its
// events stay when identity erases the persons of a session (RL-13): 16 bytes
// of a keyed hash, which tell nothing without the vault's key and whose key is
// in no database. Whoever must be rid of them as well ends the key.
//
// # What a refusal promises
//
// An answer that changes nothing comes from memory while the lease is surely
// ours by this machine's clock. Whoever takes a lease away before its time (by
// hand) may see refusals of the old owner's state for that long; nothing is
// ever committed on it. Options.Strict asks the lease each time.
//
// # For module authors
//
// Implement RowWriter to write rows in the batch's transaction, put
// inventory.guard() on the tables as a statement trigger, and keep a unique
// index on (tenant, session, seat) of live tickets. Configuration changes of an
// open session are engine.Configure commands; what the Catalog gives is used
// when a session is opened for the first time. Live status ends (the channel is
// closed) when the writer does: subscribe again.
//
// Do may not be called inside a transaction that locks rows the row writers touch:
// the batch would wait for it and it for the batch.
package inventory
