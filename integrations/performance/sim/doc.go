// Package sim is the national collection platform, simulated as a product of
// its own: another organisation's system, with its own store, that performance
// ticketing systems report to and are tried against.
//
// It verifies signature, clock and nonce, checks every message strictly by the
// tables of its profile, knows repeated messages (a success with one effect),
// follows references, order and totals, marks late reports, and keeps every
// exchange with its bytes and verdict. Ordered behaviour rules, changed live,
// make it busy, silent, late or wrong; each rule that acted is written into
// the exchange, so that nobody takes an injected fault for a real one.
//
// It shares the tables and the signature with the adapter, not its session or
// mapping: an error there shows here instead of cancelling out.
//
// What it is not: the real platform. Its tables are the profile's, and those
// of "wht93-2021/provisional" are in part chosen, not published.
//
//	platform.go  the HTTP server      receive.go  what becomes of a message
//	book.go      what it knows        checks.go   references, totals, lateness
//	rules.go     behaviour rules      log.go      exchanges; store.go in PostgreSQL
//	query.go     what pages show      transport.go  in-memory link for tests
//
// The book is rebuilt from the log at start: an exchange that was stored
// happened, one that was not did not, and nothing is answered before it is
// stored.
package sim
