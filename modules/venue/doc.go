// Package venue owns venues (演出场所) and their halls (厅), and the codes that
// they are registered under.
//
// Invariants: a venue code (11 digits) and a hall code (13 digits, the venue
// code and a two-digit suffix) is unique in its tenant and never changes once
// given, since show codes and printed tickets are made of it. A change names
// the version it was made on and is refused if another came first.
package venue
