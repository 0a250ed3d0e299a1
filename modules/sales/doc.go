// Package sales owns orders, payments, tickets and refunds (票务销售).
//
// State chart of an order, with the one owner of each transition:
//
//	(none)    -> pending    PlaceOrder, in a batch of the seat engine
//	pending   -> paid       Settle, when the provider's word is checked
//	pending   -> confirmed  SellAtCounter, in a batch (cash is in the drawer)
//	paid      -> confirmed  confirm, in a batch: tickets exist from here on
//	pending   -> expired    Sweep, when the hold's time is over
//	pending   -> cancelled  Cancel
//	expired, cancelled -> paid   Settle: the money came late
//	paid      -> refund_due confirm, when the seats are gone for good
//	refund_due, confirmed -> refunded   the refund's last step
//
// A ticket is valid until it is refunded or exchanged; it then lies in
// ticket_past. Its edition grows with each reprint and with the one correction
// of its person: the gate takes the newest edition only.
//
// Invariants:
//   - The order's id is made by the client and is the key of every step, so a
//     repeated request has one effect.
//   - A ticket exists only with its seat's decision in the same commit; the
//     primary key of sales.ticket refuses a second sale of a seat.
//   - One order is made of one hold: the hold names the key of the step.
//   - Money: the sum of an order's lines is its amount; what was refunded never
//     passes what was paid.
//   - A provider's notice is a hint: its signature, payment and amount are
//     checked, and what it says is asked for again when in doubt.
//
// Locks: the payment's row, then the order's row; never while a provider is
// being called and never together with a command to the seat engine, which
// commits on a connection of its own.
package sales
