package channelhttp

import (
	"context"
	"sync"

	"parterre/modules/channel"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// AgentItem is one operation of a batch: op, and what it takes.
type AgentItem struct {
	Op      string            `json:"op" enum:"lock,extend,release,confirm,refund"`
	Lock    *AgentLockNew     `json:"lock,omitempty"`
	Extend  *AgentBatchExtend `json:"extend,omitempty"`
	Release *AgentBatchLock   `json:"release,omitempty"`
	Confirm *AgentOrderNew    `json:"confirm,omitempty"`
	Refund  *AgentBatchRefund `json:"refund,omitempty"`
}

// AgentBatchLock names a lock.
type AgentBatchLock struct {
	Session ids.ID `json:"session"`
	Lock    ids.ID `json:"lock"`
}

// AgentBatchExtend gives a lock more time.
type AgentBatchExtend struct {
	AgentBatchLock
	AgentExtend
}

// AgentBatchRefund asks for tickets of an order to be taken back.
type AgentBatchRefund struct {
	Order ids.ID `json:"order"`
	AgentRefundNew
}

// AgentItemDone is what came of one operation: ok with its answer, or the
// problem that it alone would have been answered with.
type AgentItemDone struct {
	Index   int            `json:"index"`
	OK      bool           `json:"ok"`
	Lock    *AgentLock     `json:"lock,omitempty"`
	Order   *AgentOrder    `json:"order,omitempty"`
	Refund  *AgentRefund   `json:"refund,omitempty"`
	Problem *httpx.Problem `json:"problem,omitempty"`
}

type batchIn struct {
	Body struct {
		Items []AgentItem `json:"items" minItems:"1" maxItems:"100"`
	}
}

type batchOut struct {
	Body struct {
		Accepted int             `json:"accepted"`
		Items    []AgentItemDone `json:"items" doc:"In the order of the request"`
	}
}

func (h *handlers) batch(api *httpx.API) {
	o := op("batch", "POST", "/batch", "Up to 100 operations, each answered by itself")
	o.Detail = "They run at once, so one may not need another of the same batch. Each has its own id, so the whole batch can be sent again. It counts as one request."
	o.Errors = []int{429}
	as(h, api, o, h.runBatch)
}

// atOnce is how many operations of a batch run side by side.
const atOnce = 16

func (h *handlers) runBatch(ctx context.Context, a channel.Agent, in *batchIn) (*batchOut, error) {
	out := &batchOut{}
	out.Body.Items = make([]AgentItemDone, len(in.Body.Items))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, item := range in.Body.Items {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			d, err := h.item(ctx, a, item)
			d.Index, d.OK = i, err == nil
			if err != nil {
				d = AgentItemDone{Index: i, Problem: httpx.ProblemOf(err, httpx.RequestID(ctx), httpx.English(ctx))}
			}
			out.Body.Items[i] = d
		})
	}
	wg.Wait()
	for _, d := range out.Body.Items {
		if d.OK {
			out.Body.Accepted++
		}
	}
	return out, nil
}

// parts tells which operations an item carries.
func (x AgentItem) parts() (names []string) {
	for name, there := range map[string]bool{"lock": x.Lock != nil, "extend": x.Extend != nil, "release": x.Release != nil, "confirm": x.Confirm != nil, "refund": x.Refund != nil} {
		if there {
			names = append(names, name)
		}
	}
	return names
}

func (h *handlers) item(ctx context.Context, a channel.Agent, x AgentItem) (d AgentItemDone, err error) {
	if p := x.parts(); len(p) != 1 || p[0] != x.Op {
		return d, channel.ErrBatch
	}
	switch x.Op {
	case "lock":
		var l AgentLock
		l, err = h.lock(ctx, a, *x.Lock)
		d.Lock = &l
	case "extend":
		var l AgentLock
		l, err = h.extend(ctx, x.Extend.Session, x.Extend.Lock, x.Extend.AgentExtend)
		d.Lock = &l
	case "release":
		err = h.release(ctx, x.Release.Session, x.Release.Lock)
	case "confirm":
		var o AgentOrder
		o, err = h.confirm(ctx, a, *x.Confirm)
		d.Order = &o
	case "refund":
		var f AgentRefund
		f, err = h.refund(ctx, x.Refund.Order, x.Refund.AgentRefundNew)
		d.Refund = &f
	}
	return d, err
}
