package discount

import (
	"cmp"
	"slices"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// run is one pricing: the groups in their order, each with its rules.
type run struct {
	sale     Sale
	groups   []Group
	rules    map[string][]Rule // by group
	eligible map[ids.ID][]int
	why      map[ids.ID]string
	all      []Rule
}

func newRun(s Sale, groups []Group, rules []Rule) *run {
	r := &run{sale: s, groups: slices.Clone(groups), rules: map[string][]Rule{}, eligible: map[ids.ID][]int{}, why: map[ids.ID]string{}, all: slices.Clone(rules)}
	slices.SortFunc(r.all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	for _, x := range r.all {
		if !slices.ContainsFunc(r.groups, func(g Group) bool { return g.ID == x.Group }) {
			r.groups = append(r.groups, Group{ID: x.Group, Mode: "best", Position: 1 << 30})
		}
		r.eligible[x.ID], r.why[x.ID] = s.eligible(x)
		if len(r.eligible[x.ID]) > 0 {
			r.rules[x.Group] = append(r.rules[x.Group], x)
		}
	}
	slices.SortStableFunc(r.groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	return r
}

// sets are the ways to combine groups: all that are not exclusive together, or
// one exclusive group alone.
func (r *run) sets() [][]Group {
	var together []Group
	out := [][]Group{nil}
	for _, g := range r.groups {
		if g.Exclusive {
			out = append(out, []Group{g})
		} else {
			together = append(together, g)
		}
	}
	out[0] = together
	return out
}

// attempt is the tickets' prices under one way.
type attempt struct {
	paid []money.Fen
	off  func() money.Fen
	did  map[ids.ID][]money.Fen // by rule, per ticket
	why  map[ids.ID]string
	list []ids.ID // rules in the order in which they were applied
}

func (r *run) try(set []Group) *attempt {
	a := &attempt{did: map[ids.ID][]money.Fen{}, why: map[ids.ID]string{}}
	for _, t := range r.sale.Tickets {
		a.paid = append(a.paid, t.List)
	}
	a.off = func() (n money.Fen) {
		for i, t := range r.sale.Tickets {
			n += t.List - a.paid[i]
		}
		return n
	}
	for _, g := range set {
		if g.Mode == "all" {
			for _, x := range r.rules[g.ID] {
				off, why := r.offOf(x, r.eligible[x.ID], a.paid)
				a.take(x, off, why)
			}
			continue
		}
		r.best(a, r.rules[g.ID])
	}
	return a
}

func (a *attempt) take(x Rule, off []money.Fen, why string) {
	if sum(off) == 0 {
		a.why[x.ID] = cmp.Or(why, NothingLeft)
		return
	}
	a.did[x.ID] = off
	a.list = append(a.list, x.ID)
	for i, f := range off {
		a.paid[i] -= f
	}
}

// best applies the rules of a group of which each ticket gets one: either the
// best of the rules per ticket for each, or one rule for the whole order.
func (r *run) best(a *attempt, rules []Rule) {
	mine := map[ids.ID][]int{}
	whole := map[ids.ID]string{} // why a rule has no place, given all tickets that it may be for
	for _, x := range rules {
		if off, why := r.offOf(x, r.eligible[x.ID], a.paid); sum(off) == 0 {
			whole[x.ID] = cmp.Or(why, NothingLeft)
		}
	}
	for i := range r.sale.Tickets {
		var top ids.ID
		most := money.Fen(0)
		for _, x := range rules {
			if x.Per != PerTicket || whole[x.ID] != "" || !slices.Contains(r.eligible[x.ID], i) {
				continue
			}
			if off := r.rawOff(x, []int{i}, a.paid); off[i] > most {
				top, most = x.ID, off[i]
			}
		}
		if most > 0 {
			mine[top] = append(mine[top], i)
		}
	}
	type way struct {
		rules []Rule
		offs  [][]money.Fen
		whys  []string
		total money.Fen
	}
	var each way
	ways := []way{}
	for _, x := range rules {
		if x.Per == PerTicket {
			off, why := r.rawOff(x, mine[x.ID], a.paid), cmp.Or(whole[x.ID], Beaten)
			if r.over(x, off) {
				off, why = nil, NoBudget
			}
			each.rules, each.offs, each.whys, each.total = append(each.rules, x), append(each.offs, off), append(each.whys, why), each.total+sum(off)
			continue
		}
		off, why := r.offOf(x, r.eligible[x.ID], a.paid)
		ways = append(ways, way{[]Rule{x}, [][]money.Fen{off}, []string{why}, sum(off)})
	}
	ways = append([]way{each}, ways...)
	top := 0
	for i, w := range ways {
		if w.total > ways[top].total {
			top = i
		}
	}
	for i, w := range ways {
		for k, x := range w.rules {
			if i == top {
				a.take(x, w.offs[k], w.whys[k])
			} else if w.total > 0 {
				a.why[x.ID] = Beaten
			} else {
				a.why[x.ID] = cmp.Or(w.whys[k], NothingLeft)
			}
		}
	}
}

// offOf is what a rule takes off each ticket, given what they cost now.
func (r *run) offOf(x Rule, tickets []int, paid []money.Fen) ([]money.Fen, string) {
	tickets = dearest(tickets, paid, x.Limit.Tickets)
	cost := money.Fen(0)
	for _, i := range tickets {
		cost += paid[i]
	}
	if cost < x.When.MinAmount {
		return nil, TooLittle
	}
	off := r.rawOff(x, tickets, paid)
	if r.over(x, off) {
		return nil, NoBudget
	}
	return off, ""
}

// rawOff is what an effect takes off, whatever was paid and spent before.
func (r *run) rawOff(x Rule, tickets []int, paid []money.Fen) []money.Fen {
	off := make([]money.Fen, len(paid))
	for _, part := range x.parts(dearest(tickets, paid, x.Limit.Tickets), paid) {
		x.takeOff(off, part, paid)
	}
	return off
}

// over reports whether a rule's budget is not enough: it then does nothing,
// rather than a part of what was promised.
func (r *run) over(x Rule, off []money.Fen) bool {
	return x.Limit.Budget > 0 && sum(off) > x.Limit.Budget-r.sale.Spent[x.ID]
}

// dearest keeps at most n tickets, the dearest, in their order; 0 is all.
func dearest(tickets []int, paid []money.Fen, n int) []int {
	if n == 0 || len(tickets) <= n {
		return tickets
	}
	out := slices.Clone(tickets)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(paid[b], paid[a]) })
	out = out[:n]
	slices.Sort(out)
	return out
}

// parts are the groups of tickets to which an effect applies as a whole.
func (x Rule) parts(tickets []int, paid []money.Fen) [][]int {
	switch {
	case x.Per == PerOrder || x.Per == PerTicket && x.Effect == Percent:
		return [][]int{tickets} // a percentage of the sum is that of each, with the odd 分 divided
	case x.Per == PerSet && x.Set > 0:
		sorted := slices.Clone(tickets)
		slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(paid[b], paid[a]) })
		var out [][]int
		for ; len(sorted) >= x.Set; sorted = sorted[x.Set:] {
			out = append(out, sorted[:x.Set])
		}
		return out
	}
	out := make([][]int, len(tickets))
	for i, t := range tickets {
		out[i] = []int{t}
	}
	return out
}

// takeOff adds what an effect takes off a part. Whole 分: a percentage is
// rounded half up once for the part, and divided by largest remainder.
func (x Rule) takeOff(off []money.Fen, part []int, paid []money.Fen) {
	cost, room := money.Fen(0), money.Fen(0)
	prices, rooms := make([]money.Fen, len(part)), make([]money.Fen, len(part))
	for k, i := range part {
		prices[k], rooms[k] = paid[i], max(0, paid[i]-max(0, x.Floor))
		cost += prices[k]
		room += rooms[k]
	}
	var d money.Fen
	switch x.Effect {
	case Percent:
		d = money.Fen((int64(cost)*int64(x.Permille) + 500) / 1000)
	case Amount:
		d = x.Amount
	case Fixed:
		d = cost - x.Amount
	}
	d = min(max(0, d), room)
	for k, f := range spread(d, prices, rooms) {
		off[part[k]] += f
	}
}

// spread divides d over weights by largest remainder, none more than its room;
// d is at most all rooms together. The parts add up to d exactly.
func spread(d money.Fen, weights, room []money.Fen) []money.Fen {
	out := make([]money.Fen, len(weights))
	for d > 0 {
		left := make([]money.Fen, len(weights))
		for i := range weights {
			if room[i] > out[i] {
				left[i] = max(1, weights[i])
			}
		}
		parts, err := money.Split(d, left)
		if err != nil {
			return out // no weight is left: d was more than there is room
		}
		for i, p := range parts {
			p = min(p, room[i]-out[i])
			out[i] += p
			d -= p
		}
	}
	return out
}

func sum(fs []money.Fen) (t money.Fen) {
	for _, f := range fs {
		t += f
	}
	return t
}

func (r *run) result(a *attempt) Result {
	var out Result
	for i, t := range r.sale.Tickets {
		out.Lines = append(out.Lines, Line{List: t.List, Paid: a.paid[i]})
	}
	byID := map[ids.ID]Rule{}
	for _, x := range r.all {
		byID[x.ID] = x
	}
	for _, id := range a.list {
		x := byID[id]
		u := Used{Rule: id}
		for i, f := range a.did[id] {
			if f > 0 {
				out.Lines[i].Off = append(out.Lines[i].Off, Off{id, x.Name, x.NameEn, f})
				u.Fen += f
				u.Tickets = append(u.Tickets, i)
			}
		}
		out.Used = append(out.Used, u)
	}
	for _, x := range r.all {
		if _, did := a.did[x.ID]; !did {
			out.Not = append(out.Not, Not{x.ID, x.Name, x.NameEn, x.Code, cmp.Or(r.why[x.ID], a.why[x.ID], Excluded)})
		}
	}
	return out
}
