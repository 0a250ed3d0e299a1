// Package show owns productions (演出项目), the approvals (批文) that they stand
// on, and their sessions (场次).
//
// State chart of a session:
//
//	created -> scheduled -> on_sale <-> paused -> closed -> ended
//	   \___________\___________\__________\________\-> cancelled
//
// A session goes on sale only with an approval that covers its day and its
// audience (RL-7, RL-8), a ticket map, and the meter of the map in order
// (RL-2); the last two are asked of ticketmap through the Ready function that
// the app gives. A session's show code (21 digits) is made once and is kept
// even when the session is postponed or cancelled.
//
// Invariants: two sessions never overlap in one hall; an approval version is
// never edited; the code's date is the local start date.
//
// Lock order: show, then session.
package show
