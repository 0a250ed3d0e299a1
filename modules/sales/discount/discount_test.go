package discount

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func sale(prices ...money.Fen) Sale {
	s := Sale{Channel: "online", Now: now, StartsAt: now.Add(100 * time.Hour), Codes: map[ids.ID]bool{}, Spent: map[ids.ID]money.Fen{}, Orders: map[ids.ID]int{}}
	for _, p := range prices {
		s.Tickets = append(s.Tickets, Ticket{List: p, Zone: 1})
	}
	return s
}

func rule(group, effect, per string, n int64) Rule {
	r := Rule{ID: ids.New(), Name: effect, Group: group, Effect: effect, Per: per, Amount: money.Fen(n)}
	if effect == Percent {
		r.Permille, r.Amount = int(n), 0
	}
	return r
}

func paid(r Result) (out []money.Fen) {
	for _, l := range r.Lines {
		out = append(out, l.Paid)
	}
	return out
}

func why(r Result, id ids.ID) string {
	for _, n := range r.Not {
		if n.Rule == id {
			return n.Why
		}
	}
	return ""
}

func TestEffects(t *testing.T) {
	set := rule("g", Fixed, PerSet, 20_000)
	set.Set = 2
	few := rule("g", Percent, PerTicket, 500)
	few.Limit.Tickets = 1
	floor := rule("g", Percent, PerTicket, 900)
	floor.Floor = 3000
	for name, c := range map[string]struct {
		rule Rule
		list []money.Fen
		want []money.Fen
	}{
		"percent":                    {rule("g", Percent, PerTicket, 200), []money.Fen{10_000, 5000}, []money.Fen{8000, 4000}},
		"the odd fen":                {rule("g", Percent, PerTicket, 333), []money.Fen{101, 101, 101}, []money.Fen{67, 67, 68}}, // 33.3 % of 303 is 100.899: 101 come off, 34+34+33
		"amount a ticket":            {rule("g", Amount, PerTicket, 6000), []money.Fen{10_000, 5000}, []money.Fen{4000, 0}},
		"amount an order":            {rule("g", Amount, PerOrder, 1000), []money.Fen{10_000, 5000, 1}, []money.Fen{9333, 4667, 1}},
		"more than there is":         {rule("g", Amount, PerOrder, 99_999), []money.Fen{10_000, 5000}, []money.Fen{0, 0}},
		"fixed":                      {rule("g", Fixed, PerTicket, 6000), []money.Fen{10_000, 5000}, []money.Fen{6000, 5000}},
		"two for a price, dear ones": {set, []money.Fen{5000, 12_000, 12_000}, []money.Fen{5000, 10_000, 10_000}},
		"one ticket, the dearest":    {few, []money.Fen{5000, 8000}, []money.Fen{5000, 4000}},
		"a floor":                    {floor, []money.Fen{10_000, 2000}, []money.Fen{3000, 2000}},
	} {
		r := Apply(sale(c.list...), nil, []Rule{c.rule})
		if !slices.Equal(paid(r), c.want) {
			t.Errorf("%s: %v, want %v", name, paid(r), c.want)
		}
	}
}

func TestConditions(t *testing.T) {
	born := now.AddDate(-65, 0, 0)
	for name, c := range map[string]struct {
		rule   func(*Rule)
		sale   func(*Sale)
		reason string // "": it applies
	}{
		"applies":     {},
		"kind":        {rule: func(r *Rule) { r.When.Kinds = []string{"student"} }, reason: NoTicket},
		"of the kind": {rule: func(r *Rule) { r.When.Kinds = []string{"student"} }, sale: func(s *Sale) { s.Tickets[1].Kind = "student" }},
		"full":        {rule: func(r *Rule) { r.When.Kinds = []string{"full"} }},
		"channel":     {rule: func(r *Rule) { r.When.Channels = []string{"agent"} }, reason: NoChannel},
		"session":     {rule: func(r *Rule) { r.When.Sessions = []ids.ID{ids.New()} }, reason: NoSession},
		"show":        {rule: func(r *Rule) { r.When.Shows = []ids.ID{{}} }},
		"zone":        {rule: func(r *Rule) { r.When.Zones = []int{2} }, reason: NoTicket},
		"not yet":     {rule: func(r *Rule) { x := now.Add(1); r.When.From = &x }, reason: TooEarly},
		"over":        {rule: func(r *Rule) { r.When.Until = &now }, reason: TooLate},
		"early bird":  {rule: func(r *Rule) { r.When.HoursBefore = 100 }},
		"late bird":   {rule: func(r *Rule) { r.When.HoursBefore = 101 }, reason: TooLate},
		"count":       {rule: func(r *Rule) { r.When.MinCount = 3 }, reason: TooFew},
		"amount":      {rule: func(r *Rule) { r.When.MinAmount = 20_001 }, reason: TooLittle},
		"age unknown": {rule: func(r *Rule) { r.When.MinAge = 60 }, reason: NoAge},
		"senior":      {rule: func(r *Rule) { r.When.MinAge = 65 }, sale: func(s *Sale) { s.Tickets[0].Born = &born }},
		"too young":   {rule: func(r *Rule) { r.When.MinAge = 66 }, sale: func(s *Sale) { s.Tickets[0].Born = &born }, reason: NoAge},
		"code":        {rule: func(r *Rule) { r.Code = true }, reason: NoCode},
		"with code":   {rule: func(r *Rule) { r.Code = true }, sale: func(s *Sale) { s.Codes[theID] = true }},
		"budget":      {rule: func(r *Rule) { r.Limit.Budget = 1999 }, reason: NoBudget},
		"in budget":   {rule: func(r *Rule) { r.Limit.Budget = 2000 }},
		"spent":       {rule: func(r *Rule) { r.Limit.Budget = 2000 }, sale: func(s *Sale) { s.Spent[theID] = 1 }, reason: NoBudget},
		"orders":      {rule: func(r *Rule) { r.Limit.Orders = 1 }, sale: func(s *Sale) { s.Orders[theID] = 1 }, reason: NoOrders},
		"document": {rule: func(r *Rule) { r.Limit.Document = 1 }, sale: func(s *Sale) {
			for i := range s.Tickets {
				s.Tickets[i].Used = map[ids.ID]int{theID: 1}
			}
		}, reason: DocumentOut},
		"half of them": {rule: func(r *Rule) { r.Limit.Document = 1 }, sale: func(s *Sale) { s.Tickets[0].Used = map[ids.ID]int{theID: 1} }},
	} {
		r := rule("g", Percent, PerTicket, 100)
		r.ID = theID
		s := sale(10_000, 10_000)
		if c.rule != nil {
			c.rule(&r)
		}
		if c.sale != nil {
			c.sale(&s)
		}
		res := Apply(s, nil, []Rule{r})
		if got := why(res, theID); got != c.reason || (res.Total() == 20_000) != (c.reason != "") {
			t.Errorf("%s: %q, want %q; %v", name, got, c.reason, paid(res))
		}
	}
}

var theID = ids.New()

// Discounts stand together only as their groups say.
func TestStacking(t *testing.T) {
	a, b, c := rule("kind", Percent, PerTicket, 200), rule("kind", Percent, PerTicket, 300), rule("coupon", Amount, PerOrder, 1000)
	a.Position, b.Position = 1, 2
	kind, coupon := Group{ID: "kind", Mode: "best", Position: 1}, Group{ID: "coupon", Mode: "all", Position: 2}
	all := []Rule{a, b, c}
	r := Apply(sale(10_000), []Group{kind, coupon}, all)
	if r.Total() != 6000 || why(r, a.ID) != Beaten || len(r.Lines[0].Off) != 2 || r.Lines[0].Off[0].Rule != b.ID {
		t.Errorf("best, then the coupon: %+v", r)
	}
	// The order of application counts: the coupon first.
	coupon.Position = 0
	if r = Apply(sale(10_000), []Group{kind, coupon}, all); r.Total() != 6300 {
		t.Errorf("the coupon first: %v", r.Total())
	}
	kind.Mode = "all"
	if r = Apply(sale(10_000), []Group{kind, coupon}, all); r.Total() != 5040 { // (10000-1000) * 0.8 * 0.7
		t.Errorf("all: %v", r.Total())
	}
	// Exclusive: alone, when it is the cheapest way; the others are told why not.
	coupon.Exclusive, kind.Mode = true, "best"
	if r = Apply(sale(10_000), []Group{kind, coupon}, all); r.Total() != 7000 || why(r, c.ID) != Excluded {
		t.Errorf("exclusive loses: %+v", r)
	}
	all[2].Amount = 3001
	if r = Apply(sale(10_000), []Group{kind, coupon}, all); r.Total() != 6999 || why(r, b.ID) != Excluded {
		t.Errorf("exclusive wins: %+v", r)
	}
	// The best for each ticket alone, against one for the order.
	s := sale(10_000, 10_000)
	s.Tickets[0].Kind = "student"
	st, order := rule("kind", Percent, PerTicket, 500), rule("kind", Amount, PerOrder, 6999)
	st.When.Kinds = []string{"student"}
	if r = Apply(s, []Group{kind}, []Rule{st, a, order}); !slices.Equal(paid(r), []money.Fen{5000, 8000}) || why(r, order.ID) != Beaten {
		t.Errorf("one each: %+v", r)
	}
	order.Amount = 7001
	if r = Apply(s, []Group{kind}, []Rule{st, a, order}); r.Total() != 20_000-7001 || why(r, st.ID) != Beaten {
		t.Errorf("one for all: %+v", r)
	}
}

// Whatever the rules: no price below zero or a floor, what comes off adds up
// to the fen and by its reasons, budgets hold, and the same input gives the
// same answer.
func TestAnyRules(t *testing.T) {
	for seed := range uint64(3000) {
		d := rand.New(rand.NewPCG(seed, 1))
		s := sale()
		for range 1 + d.IntN(7) {
			s.Tickets = append(s.Tickets, Ticket{List: money.Fen(d.IntN(100_000)), Zone: d.IntN(3), Kind: []string{"", "student", "child"}[d.IntN(3)]})
		}
		var rules []Rule
		for i := range d.IntN(8) {
			r := rule([]string{"a", "b", "c"}[d.IntN(3)], []string{Percent, Amount, Fixed}[d.IntN(3)], []string{PerTicket, PerOrder, PerSet}[d.IntN(3)], int64(d.IntN(1001)))
			if r.Effect != Percent {
				r.Amount = money.Fen(d.IntN(60_000))
			}
			r.Set, r.Position, r.Floor, r.Limit.Tickets, r.Limit.Budget = 1+d.IntN(3), i, money.Fen(d.IntN(2)*d.IntN(5000)), d.IntN(4), money.Fen(d.IntN(2)*d.IntN(30_000))
			if d.IntN(3) == 0 {
				r.When.Kinds = []string{"student"}
			}
			rules = append(rules, r)
		}
		groups := []Group{{ID: "a", Mode: "best", Position: d.IntN(3)}, {ID: "b", Mode: "all", Position: d.IntN(3)}, {ID: "c", Mode: "best", Exclusive: d.IntN(2) == 0, Position: d.IntN(3)}}
		res, again := Apply(s, groups, rules), Apply(s, groups, rules)
		used := map[ids.ID]money.Fen{}
		for i, l := range res.Lines {
			rest := l.List
			for _, o := range l.Off {
				if o.Fen <= 0 {
					t.Fatalf("seed %d: %d off", seed, o.Fen)
				}
				used[o.Rule] += o.Fen
				rest -= o.Fen
				k := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == o.Rule })
				if rest < rules[k].Floor {
					t.Fatalf("seed %d: %d is below the floor %d", seed, rest, rules[k].Floor)
				}
			}
			if rest != l.Paid || l.Paid < 0 || l.List != s.Tickets[i].List || again.Lines[i].Paid != l.Paid {
				t.Fatalf("seed %d: %+v", seed, l)
			}
		}
		for _, u := range res.Used {
			k := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == u.Rule })
			if u.Fen != used[u.Rule] || rules[k].Limit.Budget > 0 && u.Fen > rules[k].Limit.Budget {
				t.Fatalf("seed %d: %+v, by ticket %d", seed, u, used[u.Rule])
			}
		}
		if len(res.Used)+len(res.Not) != len(rules) {
			t.Fatalf("seed %d: %d rules, %d used and %d not", seed, len(rules), len(res.Used), len(res.Not))
		}
		// Nothing else would have been cheaper with one group alone.
		for _, g := range groups {
			var own []Rule
			for _, r := range rules {
				if r.Group == g.ID {
					own = append(own, r)
				}
			}
			if one := Apply(s, []Group{g}, own); g.Exclusive && one.Total() < res.Total() {
				t.Fatalf("seed %d: group %s alone costs %d, chosen %d", seed, g.ID, one.Total(), res.Total())
			}
		}
	}
}
