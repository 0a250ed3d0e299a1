// Package checking decides at the gate (检票): one admission a ticket, a hard
// stop at the approved number (RL-9), and every refusal with its reason.
//
// A credential is a signed QR payload, a ticket code typed by staff, an ID
// card's number or an RFID number. Each becomes a ticket code; then the rules
// in decide look at the ticket, the session, the gate and the time.
//
// Invariants: a ticket is inside at most once (primary key of
// checking.admission); inside never passes the approved number (a check of
// checking.occupancy); every scan is kept with its verdict; a repeated scan id
// gets the first answer. A supervisor can undo an admission with a reason;
// the scan that let the holder in stays on record.
//
// Lock order: session's occupancy row, then the ticket's admission row. Both
// are taken only by a scan that every rule allows, and held for two
// statements.
package checking
