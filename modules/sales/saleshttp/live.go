package saleshttp

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan/codec"
	"parterre/modules/ticketmap/ticketmaphttp"
)

// statusMedia is the media type of snapshots and deltas (ticketmap/plan, FORMAT.md "Status").
const statusMedia = "application/vnd.parterre.status"

// heartbeat keeps proxies from closing a quiet stream, and finds clients that have gone.
const heartbeat = 15 * time.Second

func (h *handlers) live(api *httpx.API) {
	o := op("shopGeometry", "GET", "/shop/sessions/{session}/geometry", "The seats of a session as PTG1 bytes", httpx.Public)
	o.Detail = "As ticketmap.geometry of the session's plan: gzip where accepted, ETag by content, 304 when it is known."
	api.Raw(o, h.geometry)
	o = op("shopSeats", "GET", "/shop/sessions/{session}/seats", "The seats of a session in words: row, number, zone and view by seat", httpx.Public)
	o.Detail = "For labels and for choosing a seat without the map. Rows of seats in parallel lists; seats stand by ascending id within the session's ranks. ETag by content."
	api.Raw(o, h.seats)
	o = op("shopStatus", "GET", "/shop/sessions/{session}/status", "The state of every seat, two bits each", httpx.Public)
	o.Detail = "A PS snapshot: 0 free, 1 held, 2 sold, 3 not for sale, seats by ascending id. X-Status-Version is its version."
	api.Raw(o, h.status)
	o = op("shopStatusStream", "GET", "/shop/sessions/{session}/status/stream", "Live changes of the seats' states, as server-sent events", httpx.Public)
	o.Detail = "Events snapshot and delta carry base64 bytes in data and the version in id; a delta without changes says that only standing areas moved. " +
		"Event counts carries {free, held, sold, blocked, areas} as JSON. After a gap a new snapshot comes. The stream ends when the server stops; connect again."
	api.Raw(o, h.stream)
}

func sessionParam(c *fiber.Ctx) (ids.ID, error) {
	id, err := ids.Parse(c.Params("session"))
	if err != nil {
		return id, show.ErrSessionNotFound
	}
	return id, nil
}

func (h *handlers) shownOf(c *fiber.Ctx) (show.Session, error) {
	id, err := sessionParam(c)
	if err != nil {
		return show.Session{}, err
	}
	return h.shownSession(c.UserContext(), id)
}

func (h *handlers) geometry(c *fiber.Ctx) error {
	se, err := h.shownOf(c)
	if err != nil {
		return err
	}
	m, err := h.Maps.Map(c.UserContext(), se.ID)
	if err != nil {
		return err
	}
	return ticketmaphttp.Send(c, h.TicketMaps, m.PlanID, ticketmap.Geometry, ticketmaphttp.GeometryMedia)
}

func (h *handlers) status(c *fiber.Ctx) error {
	se, err := h.shownOf(c)
	if err != nil {
		return err
	}
	u, err := h.snapshot(c.UserContext(), se.ID)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, statusMedia)
	c.Set("X-Status-Version", fmt.Sprint(u.Version))
	return c.Send(u.Snapshot)
}

// snapshot is the state of a session as viewers see it now.
func (h *handlers) snapshot(ctx context.Context, session ids.ID) (inventory.Update, error) {
	sub, err := h.Seats.Subscribe(ctx, session)
	if err != nil {
		return inventory.Update{}, err
	}
	defer sub.Close()
	u, ok := <-sub.C // is there at once
	if !ok {
		return u, inventory.ErrElsewhere
	}
	return u, nil
}

// counts are a session's live numbers. They are left out, not guessed, while
// they cannot be read: a list is of use without them.
func (h *handlers) counts(ctx context.Context, se show.Session) (inventory.Counts, bool) {
	if se.MapID.IsZero() || se.State == "scheduled" {
		return inventory.Counts{}, false
	}
	u, err := h.snapshot(ctx, se.ID)
	return u.Counts, err == nil
}

// remaining counts the places of each zone and standing area by state.
func (h *handlers) remaining(ctx context.Context, se show.Session, m *sales.Map) (zones []ShopZone, areas []ShopArea, total ShopCounts, live bool) {
	zones, areas = []ShopZone{}, []ShopArea{}
	at := map[int]int{}
	for no, z := range m.Zones {
		if z.Name != "" && z.Places > 0 {
			at[no] = len(zones)
			zones = append(zones, ShopZone{No: no, Name: z.Name, Letter: z.Letter, Color: z.Color, Kind: z.Kind, Price: z.Price})
		}
	}
	var u inventory.Update
	var states []codec.State
	var err error
	if se.State != "scheduled" {
		u, err = h.snapshot(ctx, se.ID)
		if err == nil {
			_, states, err = codec.DecodeSnapshot(u.Snapshot)
		}
		live = err == nil && len(states) == len(m.Seats)
	}
	if live {
		for rank, id := range m.Seats {
			if i, ok := at[m.Places[id].Zone]; ok {
				zones[i].add(states[rank], 1)
			}
		}
		total = ShopCounts{u.Counts.Free, u.Counts.Held, u.Counts.Sold, u.Counts.Blocked}
	}
	for _, a := range m.Areas {
		area := ShopArea{ID: a.ID, Code: a.Code, Label: a.Label, Level: a.Level, Zone: a.Zone, Capacity: a.Capacity}
		if n, ok := u.Counts.Areas[a.ID]; ok && live {
			area.ShopCounts = ShopCounts{n.Free, n.Held, n.Sold, n.Blocked}
			if i, ok := at[a.Zone]; ok {
				zones[i].Free, zones[i].Held, zones[i].Sold, zones[i].Blocked = zones[i].Free+n.Free, zones[i].Held+n.Held, zones[i].Sold+n.Sold, zones[i].Blocked+n.Blocked
			}
		}
		areas = append(areas, area)
	}
	return zones, areas, total, live
}

func (c *ShopCounts) add(state codec.State, n int) {
	switch engine.Status(state) {
	case engine.Free:
		c.Free += n
	case engine.HeldPlace:
		c.Held += n
	case engine.SoldPlace:
		c.Sold += n
	default:
		c.Blocked += n
	}
}

func (h *handlers) stream(c *fiber.Ctx) error {
	se, err := h.shownOf(c)
	if err != nil {
		return err
	}
	done, err := h.srv.OpenStream(c)
	if err != nil {
		return err
	}
	scope, _ := db.ScopeOf(c.UserContext())
	// The request's context ends with the handler, the stream goes on.
	ctx := db.WithScope(h.srv.Streams(), scope)
	sub, err := h.Seats.Subscribe(ctx, se.ID)
	if err != nil {
		done()
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer done()
		for h.tellPlan(ctx, w, se.ID) == nil && Pump(ctx, w, sub) == nil {
			// The feed ended (another writer took over, or the plan was changed): begin anew with a snapshot.
			if sub, err = h.Seats.Subscribe(ctx, se.ID); err != nil {
				return
			}
		}
	})
	return nil
}

// tellPlan says of which plan version the seats are that follow: a viewer who drew another one draws anew.
func (h *handlers) tellPlan(ctx context.Context, w *bufio.Writer, session ids.ID) error {
	m, err := h.Maps.Map(ctx, session)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: plan\ndata: %s\n\n", m.PlanID)
	return err
}

// Pump writes a subscription's updates until it ends (nil) or the viewer or
// the server does (an error).
func Pump(ctx context.Context, w *bufio.Writer, sub *inventory.Subscription) error {
	defer sub.Close()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	if _, err := w.WriteString("retry: 2000\n\n"); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-beat.C:
			if _, err := w.WriteString(": beat\n\n"); err != nil {
				return err
			}
		case u, ok := <-sub.C:
			if !ok {
				return nil
			}
			if _, err := w.Write(u.Form(event)); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

// liveCounts is the data of a counts event.
type liveCounts struct {
	ShopCounts
	Areas []liveArea `json:"areas,omitempty"`
}

type liveArea struct {
	ID int32 `json:"id"`
	ShopCounts
}

// event is an update as server-sent events, made once for all viewers.
func event(u inventory.Update) []byte {
	kind, data := "delta", u.Delta
	if u.Snapshot != nil {
		kind, data = "snapshot", u.Snapshot
	}
	b := fmt.Appendf(nil, "event: %s\nid: %d\ndata: ", kind, u.Version)
	b = append(base64.StdEncoding.AppendEncode(b, data), "\n\nevent: counts\ndata: "...)
	n := liveCounts{ShopCounts: ShopCounts{u.Counts.Free, u.Counts.Held, u.Counts.Sold, u.Counts.Blocked}}
	for id, a := range u.Counts.Areas {
		n.Areas = append(n.Areas, liveArea{id, ShopCounts{a.Free, a.Held, a.Sold, a.Blocked}})
	}
	slices.SortFunc(n.Areas, func(a, b liveArea) int { return int(a.ID - b.ID) })
	text, _ := json.Marshal(n) // numbers only
	return append(append(b, text...), "\n\n"...)
}
