// Package saleload measures the sale of seats: modules/inventory against two
// strategies that were built for the comparison on the same machine, server
// and tables. The strategies are ways of doing it, not products.
//
//	product   one writer per session, group commit (modules/inventory)
//	rowlock   strategy: select … for update per seat, statement by statement
//	advisory  strategy: one advisory lock per event around each hold and confirm
//
// Everyone writes durably (fsync and synchronous_commit on): the hold and the
// confirm with actor and time, the order, the tickets under the unique
// (session, seat). The product also chains the journal by SHA-256 and keeps
// its numbers gap-free; the strategies are spared that.
//
// Named: a buyer picks 1 to 4 neighbours (20/45/15/20 %) on a seat map that is
// 200 ms old, sections by Zipf's law, and tries again when they are gone. Best:
// the system picks in one of 10 price zones. A run ends when 90 % are sold, or
// after 12 s, which spares the strategies the end, where they are slowest; an
// order's time runs from its first try to its durable confirm. After each run
// SQL counts: tickets = distinct seats = what was acknowledged.
//
// Over HTTP all three stand behind the product's own server, and their buyers
// are another process that speaks HTTP/1.1 with little effort, for it shares
// the machine.
package saleload
