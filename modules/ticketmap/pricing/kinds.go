package pricing

import (
	"fmt"
	"slices"
	"sync"

	"parterre/codes"
	"parterre/modules/core/money"
)

// FullKind is the kind of a full-price ticket (全价票).
const FullKind = "full"

// Channels are the ways tickets are sold, in the order of their numbers.
func Channels() []string { return slices.Clone(channels) }

// concessions are the ticket kinds that stand beside the full price: those of
// the code table that say what proves them.
var concessions = sync.OnceValue(func() []string {
	var out []string
	for _, e := range codes.MustTable("ticket-kind").Entries() {
		if e.Attr("concession") == "yes" {
			out = append(out, e.Code)
		}
	}
	return out
})

// Concessions lists the kinds of ticket that may be sold beside the full price.
func Concessions() []string { return slices.Clone(concessions()) }

// Concession is the share of a full price, rounded down to whole yuan in the
// buyer's favour (to 分 below one yuan).
func Concession(full money.Fen, permille int) money.Fen {
	p := scale(full, permille)
	if p > 100 {
		p -= p % 100
	}
	return p
}

func (f Facts) concession() bool { return f.Kind != "" && f.Kind != FullKind }

// share of the full price, thousandths.
func (f Facts) share() int {
	if !f.concession() {
		return 1000
	}
	return min(max(1000-f.Off, 0), 1000)
}

// forKind are the bounds of a concession: the zone's floor times the kind's
// share, or KindFloor; and never above the cap. A tidy price always lies between.
func (z Zone) forKind(share int, r Rounding) Zone {
	z.Floor = scale(z.Floor, share)
	if z.KindFloor > 0 {
		z.Floor = z.KindFloor
	}
	if to := max(r.To, 1); z.Cap/to*to < z.Floor {
		z.Floor = z.Cap / to * to
	}
	return z
}

// NotAbove holds a concession to the full price of the same channel: a ticket
// with proof never costs more than one without.
func (d *Decision) NotAbove(full money.Fen) {
	if d.Price <= full {
		return
	}
	d.Steps = append(d.Steps, Reason{
		What: "limit", Before: d.Price, After: full,
		Zh: fmt.Sprintf("优惠票不高于全价 %s 元", full), En: fmt.Sprintf("a concession costs at most the full price of ¥%s", full),
	})
	d.Price = full
	d.Change = d.Price != d.From
}

// UsesChannels reports whether any rule goes by channel.
func (p *Program) UsesChannels() bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return len(r.When.Channels) > 0 })
}

// UsesKinds reports whether any rule goes by the kind of ticket.
func (p *Program) UsesKinds() bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return len(r.When.Kinds) > 0 })
}

// PackageCodes lists the packages that rules speak of.
func (p *Program) PackageCodes() []string {
	var out []string
	for i := range p.Rules {
		out = append(out, p.Rules[i].When.Packages...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func kindReason(f Facts, before, after money.Fen) Reason {
	return ShareReason(f.Kind, f.share(), before, after)
}

// ShareReason tells that a kind of ticket costs a share of the full price.
func ShareReason(kind string, permille int, before, after money.Fen) Reason {
	zh, en := kind, kind
	if e, ok := codes.MustTable("ticket-kind").Lookup(kind); ok {
		zh, en = e.ZH, e.EN
	}
	return Reason{
		What: "kind", Before: before, After: after,
		Zh: fmt.Sprintf("%s为全价的 %s%%，%s → %s 元", zh, tenths(permille), before, after),
		En: fmt.Sprintf("%s: %s %% of the full price, ¥%s → ¥%s", en, tenths(permille), before, after),
	}
}
