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
// Prices: package pricing is the language of price programs. A program is stored by versions and put to
// work on a session's map, proposing revisions that a person confirms or making them within its limits. A
// revision changes the price on sale only; each change is kept with its rule and what the rule saw (RL-15).
// A price that a person set after the activation is left alone. Follow brings committed revisions (prices,
// zones, holds, allotments) to the seat engine, also those of a node that died in between; held places keep their price.
//
//	proposal: open -> confirmed | rejected | superseded (by a newer one, or when the program is switched)
//
// Allotments keep places for a channel until a release date; Release then gives the rest to public sale.
//
// Lock order: plan, then map, then proposal.
package ticketmap
