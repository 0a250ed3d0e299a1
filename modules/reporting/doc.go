// Package reporting is the outbox: facts written with the change that made
// them true, numbered per channel, delivered in order, and kept with their
// receipts.
//
// # What it owns
//
// Facts (append-only), channels (one registration with one regulator),
// deliveries (a fact on a channel, with its number), messages (one or more
// deliveries of one kind under one message id, with the exact bytes), attempts,
// decisions of persons on parked deliveries, daily reports and their versions.
//
// # State chart
//
//	delivery:  pending -> sending -> accepted
//	              ^          |-----> parked --(a person)--> requeued | dropped
//	              '--renew---'
//	message:   open -(attempt 1, 2, ...)-> accepted | partly | refused | renewed
//	              '--unknown, busy, blocked: stays open, goes again with the same id and bytes
//
// # Invariants
//
//   - A fact and the change that it reports commit together or not at all.
//   - A fact gets at most one number per channel; numbers follow commit order.
//   - One message is open per channel at a time (stop and wait); its bytes and
//     id never change, so that repeating it has no second effect.
//   - An attempt is committed before the network is touched; no row lock is
//     held while it is.
//   - A refused delivery parks; what follows it goes on. A person sends it
//     again (as a new delivery at the end, so order is kept) or drops it, with
//     a reason.
//   - A fact that a source gives and that cannot be read back is kept apart
//     (unprojected) and told; it holds up nobody.
//   - A channel that is switched off collects; one made late is backfilled.
//   - Only the worker that holds the channel's lease, by its epoch, writes.
//
// # Lock order
//
// sequencing: advisory lock of the tenant's sequencer, then channels by code.
// delivery: the channel row only.
package reporting
