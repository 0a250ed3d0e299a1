// Package engine decides who gets which seat of one session (场次). It is pure:
// no database, no clock, no goroutines, no randomness of its own. The same
// state, command and time always give the same events and the same answer, so
// it can be replayed, rebuilt and simulated by the million.
//
//	st, err := engine.New(hall)                       // a hall compiled from plain seats
//	events, answer := st.Apply(nil, cmd, nowMillis)   // decide and change the state
//	st.Fold(&event)                                   // change the state by what was decided before
//
// Randomness enters only through the keys of commands: a command's Key is its
// idempotency key, the key of a Hold command names the hold, the key of a
// Confirm command names the sale. A key that was used is answered again with
// what was decided then and changes nothing; a refusal is not remembered, so
// the same command may be tried again later.
//
// # States of a place
//
//	        Hold                 Confirm
//	free ----------> held ------------------> sold
//	 ^ |   <--------  |                         |
//	 | |   Release,   |                         | Refund, Move
//	 | |   Expire     |                         |
//	 | | Block        | Hold from a pool        |
//	 | +----------> blocked <-------------------+ Refund to a pool
//	 +------------- Unblock
//
// Free and blocked places are retired, and retired ones come back free, when
// the session moves to another plan version (Reseat).
//
// A place is a seat or one of a standing area's numbered places: both are sold
// by id, so the unique index (session, seat) of the tickets protects both.
//
// # Invariants (State.Check proves them, tests call it after every step)
//
//  1. A place is held by one hold or sold by one sale or blocked in one pool or free.
//  2. The free bitmaps are exactly the free places.
//  3. Counters per state, buyer, device and document equal what holds and sales say.
//  4. A document (blind index) has at most Config.DocumentLimit places (RL-1: one).
//  5. Places on public sale never fall under Config.PublicPermille of the
//     approved number by a Block (RL-2); offered places never exceed it (RL-8);
//     buffer places are never held or sold (RL-8).
//  6. Units sold whole (tables, couple seats) are never cut by a hold.
//  7. Time never runs back: a command with an earlier time is decided at the latest time seen.
//  8. A hold whose time is over is expired before anything else is decided.
//
// # Prices
//
// A place costs what its zone costs in the hold's channel, for its kind of
// ticket (票种) and package (套票): Config.Lists where they say so, else
// Config.Prices. A Configure replaces all of them at once and touches free places only. A
// hold keeps the whole tariff under which it was made, so that a kind chosen later
// (SetKinds) costs what was shown; an order made of it (Assign) fixes the kinds.
//
// # Best available
//
// Candidates are compared in this order: all together before split (fewest
// parts), no orphan seat before an orphan, nobody alone, then the cost: the
// sum over the seats of quality, sight line (distance to the focal point and
// offset from its axis) and view, less a bonus at an aisle, plus for split
// groups the distance between the parts. Weights are Config.Weights. An orphan
// is a single free seat left between taken ones; it is left behind only when
// every candidate would leave one. The best window per stretch of seats is
// remembered and refreshed when the stretch changed, so that a choice costs
// microseconds on a full stadium.
package engine
