package suite

import (
	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/ids"
	"parterre/modules/sales/salestest"
)

// foreignCounter are a counter's unpaid orders and payments by code of the
// second tenant.
func (w *world) foreignCounter(out map[string]accesstest.Target, h house) {
	seller, session := w.Other(access.Seller), h.session.ID
	place := func(seat int) map[string]string {
		var held struct{ Hold ids.ID }
		seller.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": session, "seats": []int{seat}}).Want(201).JSON(&held)
		id := ids.New()
		seller.Do("POST", "/api/v1/counter/orders", map[string]any{"id": id, "session": session, "hold": held.Hold, "consent": true}).Want(201)
		return map[string]string{"order": id.String()}
	}
	loose := w.hold(w.BuyerOf(w.DB.Other), session, 38)
	open := place(34)
	for id, target := range map[string]accesstest.Target{
		"sales.scanWays":     {Params: map[string]string{"session": session.String()}},
		"sales.counterOrder": {Body: map[string]any{"id": ids.New(), "session": session, "hold": loose, "consent": true}},
		"sales.scanPay":      {Params: open, Body: map[string]any{"id": ids.New(), "code": "131234567890123400"}, NoControl: "the second tenant has no account that takes codes"},
		"sales.scanCheck":    {Params: open}, "sales.scanReverse": {Params: open},
		"sales.counterPay": {Params: open, Body: map[string]any{"method": "card"}}, "sales.counterCancel": {Params: place(36)},
	} {
		out[id] = target
	}
	w.foreignExchange(out, h)
}

// foreignExchange is an exchange of the second tenant that waits for its difference.
func (w *world) foreignExchange(out map[string]accesstest.Target, h house) {
	buyer, session := w.BuyerOf(w.DB.Other), h.session.ID
	order := w.buy(buyer, session, salestest.FirstBalcony+20)
	begin := map[string]any{"id": ids.New(), "from": []int{salestest.FirstBalcony + 20}, "hold": w.hold(buyer, session, 25)}
	at := map[string]string{"order": order.String()}
	buyer.Do("POST", "/api/v1/shop/orders/"+order.String()+"/exchange-dues", begin).Want(201)
	due := map[string]string{"exchange": begin["id"].(ids.ID).String()}
	for id, target := range map[string]accesstest.Target{
		"sales.beginExchange": {Params: at, Owner: buyer, Body: begin}, "sales.openExchange": {Params: at, Owner: buyer},
		"sales.exchangeDue": {Params: due, Owner: buyer}, "sales.checkExchange": {Params: due, Owner: buyer},
		"sales.payExchange": {Params: due, Owner: buyer, Body: map[string]any{"provider": "sandbox"}, NoControl: "another test gives the exchange up"}, "sales.cancelExchange": {Params: due, Owner: buyer},
	} {
		out[id] = target
	}
}
