// Package saleshttp is the sales module over HTTP: the shop, the counter,
// orders for staff, and the notices of payment providers.
//
// Handlers of the sale path have keys of their own (the ids in their bodies,
// made by the client): sending a request again has no second effect.
package saleshttp

import (
	"parterre/modules/core/httpx"
	"parterre/modules/inventory"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/venue"
)

// Deps are what the operations work with.
type Deps struct {
	Sales      *sales.Service
	Seats      *inventory.Service
	Maps       sales.Maps
	TicketMaps *ticketmap.Service
	Shows      *show.Service
	Venues     *venue.Service
}

type handlers struct {
	Deps
	srv *httpx.Server
	// seat lists are made once for each dressed map
	lists listCache
}

const tag = "sales"

func op(id, method, path, summary string, needs httpx.Permission) httpx.Op {
	return httpx.Op{ID: "sales." + id, Method: method, Path: "/api/v1" + path, Tag: tag, Summary: summary, Needs: needs, Mode: httpx.ByHandler}
}

// Register adds the operations.
func Register(srv *httpx.Server, d Deps) {
	h := &handlers{Deps: d, srv: srv}
	h.browse(srv.API)
	h.live(srv.API)
	h.buy(srv.API)
	h.kinds(srv.API)
	h.documents(srv.API)
	h.counter(srv.API)
	h.scan(srv.API)
	h.exchanges(srv.API)
	h.find(srv.API)
	h.slips(srv.API)
	h.staff(srv.API)
	h.after(srv.API)
	h.packages(srv.API)
	h.bundles(srv.API)
	h.bundleScan(srv.API)
	h.binding(srv.API)
	h.passes(srv.API)
	h.retention(srv.API)
	h.invoices(srv.API)
	h.dayTotals(srv.API)
	h.reserve(srv.API)
	h.waitlist(srv.API)
	h.discounts(srv.API)
	h.notices(srv.API)
	h.payments(srv.API)
}
