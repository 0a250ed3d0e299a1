package inventory_test

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/inventory/inventorytest"
)

// rowOp is one command on seats of one row, and rowAnswer what came back.
type rowOp struct {
	kind  string // hold, release, confirm, refund, retire, return
	row   int
	seats []int // 0..3
	key   string
}

type rowAnswer struct {
	ok, unknown bool
	taken       []int // refused because of these
}

// rowModel is a row of four seats, each "" or the key that has it, strictly: a
// refusal must be true at a moment between question and answer.
var rowModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		by := map[int][]porcupine.Operation{}
		for _, o := range history {
			r := o.Input.(rowOp).row
			by[r] = append(by[r], o)
		}
		out := make([][]porcupine.Operation, 0, len(by))
		for _, l := range by {
			out = append(out, l)
		}
		return out
	},
	Init: func() any { return ",,," },
	Step: func(state, input, output any) (bool, any) {
		s := strings.Split(state.(string), ",")
		op, a := input.(rowOp), output.(rowAnswer)
		has := func(v string) bool {
			for _, k := range op.seats {
				if s[k] != v {
					return false
				}
			}
			return true
		}
		put := func(v string) any {
			for _, k := range op.seats {
				s[k] = v
			}
			return strings.Join(s, ",")
		}
		var from, to string
		switch op.kind {
		case "hold":
			from, to = "", "h"+op.key
		case "release":
			from, to = "h"+op.key, ""
		case "confirm":
			from, to = "h"+op.key, "s"+op.key
		case "refund":
			from, to = "s"+op.key, ""
		case "retire":
			from, to = "", "r"
		case "return":
			from, to = "r", ""
		}
		switch {
		case a.ok:
			return has(from), put(to)
		case a.unknown: // it may have happened; both are tried by giving it no end, see history
			if has(from) {
				return true, put(to)
			}
			return true, state
		default:
			for _, k := range a.taken {
				if s[k] == "" {
					return false, state
				}
			}
			return len(a.taken) > 0, state
		}
	},
}

// history records operations with a logical clock.
type history struct {
	mu   sync.Mutex
	tick atomic.Int64
	ops  []porcupine.Operation
}

func (h *history) add(client int, call int64, op rowOp, a rowAnswer) {
	ret := h.tick.Add(1)
	if a.unknown {
		ret = 1 << 60
	}
	h.mu.Lock()
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: op, Call: call, Output: a, Return: ret})
	h.mu.Unlock()
}

// Concurrent histories are linearizable: with commits that break at every
// point, and with the session going from node to node on the way.
func TestHistoriesAreLinearizable(t *testing.T) {
	const rows, clients, orders = 12, 24, 60
	b := setup(t, inventorytest.Grid(1, rows, 4, 1))
	var rnd atomic.Uint64
	faulty := func(d *inventory.Deps) {
		d.Options.LeaseTTL, d.Options.Strict = time.Hour, true // leases are taken away below before their time
		d.Options.Hook = func(string) error {
			if rnd.Add(1)%97 == 0 {
				return errors.New("the connection broke")
			}
			return nil
		}
	}
	nodes := []*inventory.Service{b.node("a", faulty), b.node("b", faulty)}
	h := &history{}
	var done atomic.Int64
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(5, uint64(c)))
			for range orders {
				b.rowOrder(h, nodes, c, r, rows)
				if done.Add(1)%200 == 0 {
					b.expire() // the other node may take over from here on
				}
			}
		})
	}
	wg.Wait()
	res, _ := porcupine.CheckOperationsVerbose(rowModel, h.ops, time.Minute)
	if res != porcupine.Ok {
		t.Fatalf("%d operations: %v", len(h.ops), res)
	}
	// Negative control: one refusal forged into a success is found.
	for i, o := range h.ops {
		if op, a := o.Input.(rowOp), o.Output.(rowAnswer); op.kind == "hold" && len(a.taken) == len(op.seats) {
			h.ops[i].Output = rowAnswer{ok: true}
			break
		}
	}
	if res, _ := porcupine.CheckOperationsVerbose(rowModel, h.ops, time.Minute); res != porcupine.Illegal {
		t.Fatalf("a forged double grant was not found: %v", res)
	}
	b.verifyChain()
	st := nodes[0].Stats()
	t.Logf("%d operations; node a: %d batches, %d failed", len(h.ops), st.Batches, st.Failed)
}

// rowOrder holds one or two neighbours and then sells, releases or refunds them.
func (b *bundle) rowOrder(h *history, nodes []*inventory.Service, client int, r *rand.Rand, rows int) {
	row, at, n := r.IntN(rows), r.IntN(3), 1+r.IntN(2)
	op := rowOp{kind: "hold", row: row}
	key := inventorytest.Key()
	op.key = hex.EncodeToString(key[:])
	var ids []int32
	for k := range n {
		op.seats = append(op.seats, at+k)
		ids = append(ids, int32(row*4+at+k+1))
	}
	do := func(kind string, cmd engine.Command) bool {
		op := op
		op.kind = kind
		call := h.tick.Add(1)
		s := nodes[r.IntN(len(nodes))]
		var a engine.Answer
		var err error
		for try := 0; ; try++ {
			a, err = s.Do(b.ctx, b.session, cmd, nil)
			if a.Refused != nil || err == nil || try > 20 {
				break
			}
			s = nodes[r.IntN(len(nodes))] // elsewhere, unknown, unreachable: again with the same key
		}
		out := rowAnswer{ok: err == nil, unknown: err != nil && a.Refused == nil}
		if a.Refused != nil {
			for _, id := range a.Refused.Seats {
				out.taken = append(out.taken, int(id-1)%4)
			}
			if kind != "hold" {
				b.t.Errorf("%s refused: %s", kind, a.Refused.Code)
			}
		}
		h.add(client, call, op, out)
		return out.ok
	}
	if !do("hold", &engine.Hold{Meta: engine.Meta{Key: key}, Seats: ids}) {
		return
	}
	if r.IntN(3) == 0 {
		do("release", &engine.Release{Meta: meta(), Hold: key})
		return
	}
	sale := meta()
	if do("confirm", &engine.Confirm{Meta: sale, Hold: key}) && r.IntN(10) < 9 {
		do("refund", &engine.Refund{Meta: meta(), Sale: sale.Key})
	}
}
