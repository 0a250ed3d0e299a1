// Package ticket prints performance tickets: a page for phones and home
// printers (A5, A4) and the 180 x 80 mm stock of box-office printers with its
// stub (副券). One ticket or a stream of them; the same data and the same
// creation date give the same bytes.
//
// Rules kept here: every mandatory element is there or the ticket is refused;
// holder and document come masked (RL-13); a restricted view is said (RL-18);
// the price is the price (RL-11); a text that does not fit is refused or moved
// to a continuation page, with a warning, never cut.
package ticket
