// Package ticketmap owns the seat plans of halls with their frozen versions, and
// ticket maps: a plan dressed with zones (票档), prices and holds for one session or as a template.
//
// State chart of a plan:
//
//	draft -> published (frozen; the next version starts as a new draft)
//
// Invariants:
//   - a hall has at most one draft; published versions never change (trigger, and
//     the bytes are stored under their hash);
//   - a new version may not drop a seat for which somebody holds a ticket, nor use an old
//     seat's id again; who holds tickets is asked through Sold, which the app gives;
//   - a ticket map stands on a published plan; each change is a new revision, old
//     ones stay, so that any price can be explained later;
//   - buffer seats are in no zone and no hold (RL-8); holds never take the map below the share
//     of public sale that the rules ask for (RL-2).
//
// Price rules as a versioned program (by time, occupancy, channel) will stand in a
// revision's content beside the zones, which hold the list price; Layout is where they are applied.
//
// Lock order: plan, then map.
package ticketmap
