package engine

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
)

// PriceList is what places cost in one channel (渠道) for one kind of ticket
// (票种) and package (套票), where that differs from Config.Prices.
type PriceList struct {
	Channel uint8   `json:"channel,omitempty"`
	Kind    string  `json:"kind,omitempty"`    // "" is the full price
	Package string  `json:"package,omitempty"` // "" is a single ticket
	Prices  []int64 `json:"prices"`            // 分 by zone; below zero: this kind is not sold there
}

// Offer is what each place of a hold costs as one kind of ticket.
type Offer struct {
	Kind   string  // "" is the full price
	Prices []int64 // 分, one per place; below zero: not sold as this kind
}

// Limits of a tariff.
const (
	maxLists = 4000
	maxKind  = 40 // bytes of a kind or package
)

// tariff is all prices of a revision. It does not change, so that a hold can
// keep the one under which it was made (保价): every price it was offered stays.
type tariff struct {
	Prices []int64     `json:"prices"`
	Lists  []PriceList `json:"lists,omitempty"`
}

func (c *Config) tariff() *tariff { return &tariff{Prices: c.Prices, Lists: c.Lists} }

// terms are what a price depends on besides the place and the time (RL-15: no person).
type terms struct {
	channel uint8
	pack    string
}

// fullKind is how events and holds write the full price.
func fullKind(kind string) string {
	if kind == "full" {
		return ""
	}
	return kind
}

// cleanKinds is nil when all kinds are the full price.
func cleanKinds(kinds []string) []string {
	some := false
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = fullKind(k)
		some = some || out[i] != ""
	}
	if !some {
		return nil
	}
	return out
}

func kindAt(kinds []string, i int) string {
	if i < len(kinds) {
		return kinds[i]
	}
	return ""
}

// list finds the prices for one channel, kind and package: those of the
// package, else those of single tickets, else the marked prices; nil where the kind is not sold.
func (t *tariff) list(x terms, kind string) []int64 {
	var single []int64
	for i := range t.Lists {
		l := &t.Lists[i]
		if l.Channel != x.channel || l.Kind != kind {
			continue
		}
		if l.Package == x.pack {
			return l.Prices
		}
		if l.Package == "" {
			single = l.Prices
		}
	}
	if single == nil && kind == "" {
		return t.Prices
	}
	return single
}

// price of a zone; below zero it is not to be had. A zone that is off sale in
// Prices is so in every list.
func (t *tariff) price(zone uint16, x terms, kind string) int64 {
	if int(zone) >= len(t.Prices) || t.Prices[zone] < 0 {
		return -1
	}
	l := t.list(x, kind)
	if int(zone) >= len(l) {
		return -1
	}
	return l[zone]
}

// kinds lists the kinds that a channel sells, the full price first.
func (t *tariff) kinds(channel uint8) []string {
	out := []string{""}
	for i := range t.Lists {
		if l := &t.Lists[i]; l.Channel == channel && l.Package == "" && l.Kind != "" {
			out = append(out, l.Kind)
		}
	}
	return out
}

// quote prices places as kinds; the refusal names the first that is not sold so.
func (s *State) quote(t *tariff, x terms, seats []int32, kinds []string) ([]int64, *Answer) {
	out := make([]int64, len(seats))
	for k, i := range seats {
		p := &s.hall.places[i]
		if out[k] = t.price(p.Zone, x, kindAt(kinds, k)); out[k] >= 0 {
			continue
		}
		code := KindUnknown
		if t.price(p.Zone, x, "") < 0 {
			code = ZoneClosed
		}
		a := refuse(code, p.ID)
		return nil, &a
	}
	return out, nil
}

// offers tells what the places of a hold cost as each kind. Nil where there is
// one kind only.
func (s *State) offers(c *claim) []Offer {
	t := c.tariff
	if t == nil {
		return nil
	}
	kinds := t.kinds(c.channel)
	if len(kinds) == 1 {
		return nil
	}
	out := make([]Offer, len(kinds))
	for k, kind := range kinds {
		out[k] = Offer{Kind: kind, Prices: make([]int64, len(c.seats))}
		for i, seat := range c.seats {
			out[k].Prices[i] = t.price(s.hall.places[seat].Zone, terms{c.channel, c.pack}, kind)
		}
	}
	return out
}

// otherChannel reports whether a hold would cost something else in another channel.
func (s *State) otherChannel(c *claim, channel uint8) bool {
	if c.tariff == nil || c.channel == channel {
		return false
	}
	for k, i := range c.seats {
		if c.tariff.price(s.hall.places[i].Zone, terms{channel, c.pack}, kindAt(c.kinds, k)) != c.prices[k] {
			return true
		}
	}
	return false
}

// setKinds changes which kinds of ticket a hold's places are bought as. Prices
// are those of the hold's own revision.
func (s *State) setKinds(buf []Event, cmd *SetKinds, e Event) ([]Event, Answer) {
	c, bad := s.mine(cmd.Hold, cmd.Buyer)
	if bad != nil {
		return buf, *bad
	}
	if len(cmd.Kinds) != len(c.seats) {
		return buf, refuse(BadRequest)
	}
	kinds := cleanKinds(cmd.Kinds)
	if c.fixed {
		return buf, refuse(KindsFixed)
	}
	prices, bad := s.quote(c.tariff, terms{c.channel, c.pack}, c.seats, kinds)
	if bad != nil {
		return buf, *bad
	}
	e.Kind, e.Ref, e.Kinds, e.Prices = KindsSet, c.key, kinds, prices
	return s.emit(buf, e), s.answer(c)
}

// wantFits reports whether a zone may serve a wish for these kinds: each kind
// is sold there, none over MaxPrice, all together within Budget.
func (s *State) wantFits(zone uint16, w *Want, x terms, kinds []string) bool {
	most, sum := int64(0), int64(0)
	for i := range max(len(kinds), 1) {
		p := s.tariff.price(zone, x, kindAt(kinds, i))
		if p < 0 {
			return false
		}
		most = max(most, p)
		sum += p
	}
	if len(kinds) == 0 {
		sum *= int64(w.N)
	}
	return (w.MaxPrice == 0 || most <= w.MaxPrice) && (w.Budget == 0 || sum <= w.Budget)
}

func checkLists(lists []PriceList) error {
	if len(lists) > maxLists {
		return fmt.Errorf("engine: config: %d price lists, at most %d", len(lists), maxLists)
	}
	type name struct {
		channel    uint8
		kind, pack string
	}
	seen := map[name]bool{}
	for i := range lists {
		l := &lists[i]
		n := name{l.Channel, l.Kind, l.Package}
		if seen[n] || l.Kind == "full" || len(l.Kind) > maxKind || len(l.Package) > maxKind {
			return fmt.Errorf("engine: config: price list %d (channel %d, kind %q, package %q) is there twice or has no proper name", i, l.Channel, l.Kind, l.Package)
		}
		seen[n] = true
	}
	return nil
}

// knownKinds checks the form of kinds that a command names.
func knownKinds(kinds []string, n int) bool {
	return (len(kinds) == 0 || len(kinds) == n) && !slices.ContainsFunc(kinds, func(k string) bool { return len(k) > maxKind })
}

// oldTariffs are those of earlier revisions that holds still keep, each once.
func (s *State) oldTariffs() []*tariff {
	var out []*tariff
	for _, k := range sortedKeys(s.holds) {
		if t := s.holds[k].tariff; t != s.tariff && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func appendTariffs(b []byte, list []*tariff) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, t := range list {
		text, _ := json.Marshal(t)
		b = appendText(b, string(text))
	}
	return b
}

func (r *reader) tariffs() ([]*tariff, error) {
	out := make([]*tariff, r.count(1))
	for i := range out {
		out[i] = &tariff{}
		if err := json.Unmarshal(r.bytes(), out[i]); err != nil {
			return nil, fmt.Errorf("engine: snapshot: earlier prices: %w: %w", ErrBytes, err)
		}
	}
	return out, nil
}
