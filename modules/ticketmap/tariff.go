package ticketmap

import (
	"cmp"
	"fmt"
	"slices"

	"parterre/codes"
	"parterre/modules/core/errs"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// TicketKind is a kind of ticket (票种) sold beside the full price: students,
// soldiers, children. It costs a share of the full price unless a ListPrice says
// otherwise; what proves it is checked at the gate.
type TicketKind struct {
	Code     string   `json:"code" enum:"student,child,senior,serviceman,disabled,companion,member,group,public-benefit"`
	Permille int      `json:"permille" minimum:"0" maximum:"1000" doc:"Share of the full price in thousandths, rounded down to whole yuan; never above the full price"`
	Channels []string `json:"channels,omitempty" maxItems:"3" doc:"Where it is sold: online, counter, agent; absent: everywhere"`
	Zones    []int    `json:"zones,omitempty" maxItems:"200" doc:"Zones that have it; absent: all on public sale"`
	Proof    string   `json:"proof,omitempty" maxLength:"60" doc:"What the gate asks for; absent: as the code table says"`
	ProofEn  string   `json:"proofEn,omitempty" maxLength:"60"`
	MaxSeats int      `json:"maxSeats,omitempty" minimum:"0" maximum:"1000" doc:"Most of this kind in one order; 0: no limit"`
}

// ListPrice is a price set for a zone in one channel, for one kind of ticket
// and package, where it is not what follows from the zone's price.
type ListPrice struct {
	Cell
	Price money.Fen `json:"price" minimum:"0" maximum:"999999999999"`
}

// Cell names one price of a map.
type Cell struct {
	Zone    int    `json:"zone" minimum:"1" maximum:"4095"`
	Channel string `json:"channel" enum:"online,counter,agent"`
	Kind    string `json:"kind" doc:"full, or a kind of the map"`
	Package string `json:"package,omitempty" maxLength:"40" doc:"Code of a package (套票); absent: single tickets"`
}

// online full price is the zone's own price.
func (c Cell) main() bool {
	return c.Channel == "online" && c.Kind == pricing.FullKind && c.Package == ""
}

func (c Cell) compare(d Cell) int {
	return cmp.Or(cmp.Compare(c.Zone, d.Zone), cmp.Compare(slices.Index(pricing.Channels(), c.Channel), slices.Index(pricing.Channels(), d.Channel)), cmp.Compare(c.Package, d.Package),
		cmp.Compare(one(c.Kind != pricing.FullKind), one(d.Kind != pricing.FullKind)), cmp.Compare(c.Kind, d.Kind))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ProofOf is what the gate asks to see for a kind.
func (k TicketKind) ProofOf() (zh, en string) {
	e, _ := codes.MustTable("ticket-kind").Lookup(k.Code)
	zh, en = e.Attr("proof"), e.Attr("proof_en")
	if k.Proof != "" {
		zh, en = k.Proof, cmp.Or(k.ProofEn, k.Proof)
	}
	return zh, en
}

// sold reports whether a zone has the kind in a channel.
func (k TicketKind) sold(z PriceZone, channel string) bool {
	return publicKinds[z.Kind] && (len(k.Channels) == 0 || slices.Contains(k.Channels, channel)) && (len(k.Zones) == 0 || slices.Contains(k.Zones, z.No))
}

// Tariff answers what a place costs by zone, channel, kind and package.
type Tariff struct {
	zones map[int]PriceZone
	kinds map[string]TicketKind
	set   map[Cell]money.Fen
}

// Tariff makes the price table of a content.
func (c *MapContent) Tariff() *Tariff {
	t := &Tariff{zones: map[int]PriceZone{}, kinds: map[string]TicketKind{}, set: map[Cell]money.Fen{}}
	for _, z := range c.Zones {
		t.zones[z.No] = z
	}
	for _, k := range c.Kinds {
		t.kinds[k.Code] = k
	}
	for _, p := range c.Prices {
		t.set[p.Cell] = p.Price
	}
	return t
}

// Price of a cell; ok is false where the kind is not sold.
func (t *Tariff) Price(c Cell) (price money.Fen, ok bool) {
	z, ok := t.zones[c.Zone]
	if !ok {
		return 0, false
	}
	kind := c.Kind != pricing.FullKind
	if kind {
		if k, ok := t.kinds[c.Kind]; !ok || !k.sold(z, c.Channel) {
			return 0, false
		}
	}
	if p, ok := t.set[c]; ok && !c.main() {
		return p, true
	}
	switch {
	case c.Package != "":
		c.Package = ""
		return t.Price(c)
	case kind:
		full := c
		full.Kind = pricing.FullKind
		p, _ := t.Price(full)
		return pricing.Concession(p, t.kinds[c.Kind].Permille), true
	}
	return z.Price, true
}

// follows is the cell whose price c has or is made of: itself where somebody
// set it, else single tickets, the full price, the zone's price.
func (t *Tariff) follows(c Cell) Cell {
	for !c.main() {
		if _, ok := t.set[c]; ok {
			return c
		}
		switch {
		case c.Package != "":
			c.Package = ""
		case c.Kind != pricing.FullKind:
			c.Kind = pricing.FullKind
		default:
			c.Channel = "online"
		}
	}
	return c
}

// steps tell how c follows from root.
func (t *Tariff) steps(root, c Cell) []pricing.Reason {
	if c.Kind == root.Kind {
		return nil
	}
	full, _ := t.Price(root)
	price, _ := t.Price(c)
	return []pricing.Reason{pricing.ShareReason(c.Kind, t.kinds[c.Kind].Permille, full, price)}
}

// Cells lists every price that the map has, without those of packages that no
// ListPrice names: by zone, channel, package, kind.
func (c *MapContent) Cells() []Cell {
	t := c.Tariff()
	var out []Cell
	seen := map[Cell]bool{}
	add := func(x Cell) {
		if _, ok := t.Price(x); ok && !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for _, z := range c.Zones {
		for _, ch := range pricing.Channels() {
			add(Cell{Zone: z.No, Channel: ch, Kind: pricing.FullKind})
			for _, k := range c.Kinds {
				add(Cell{Zone: z.No, Channel: ch, Kind: k.Code})
			}
		}
	}
	for _, p := range c.Prices {
		add(p.Cell)
	}
	slices.SortFunc(out, Cell.compare)
	return out
}

// tidyPrices drops prices of what is not sold any more and what follows anyhow,
// and orders the rest.
func (c *MapContent) tidyPrices() {
	if len(c.Prices) == 0 {
		return
	}
	list := slices.Clone(c.Prices)
	slices.SortFunc(list, func(a, b ListPrice) int { return a.compare(b.Cell) }) // what others follow from comes first
	bare := *c
	bare.Prices = nil
	t := bare.Tariff()
	for _, p := range list {
		if q, ok := t.Price(p.Cell); ok && !p.main() && q != p.Price {
			t.set[p.Cell] = p.Price
			bare.Prices = append(bare.Prices, p)
		}
	}
	c.Prices = bare.Prices
}

func (c MapContent) checkTariff(l *errs.List) {
	zones, kinds, known := map[int]bool{}, map[string]bool{}, pricing.Concessions()
	for _, z := range c.Zones {
		zones[z.No] = true
	}
	channel := func(at, ch string) {
		if !slices.Contains(pricing.Channels(), ch) {
			l.Add(at, "ticketmap.channel", "渠道须为 online、counter 或 agent。", "The channel is online, counter or agent.", "")
		}
	}
	for i, k := range c.Kinds {
		at := func(f string) string { return fmt.Sprintf("kinds[%d].%s", i, f) }
		if !slices.Contains(known, k.Code) || kinds[k.Code] {
			l.Add(at("code"), "ticketmap.ticket_kind", "票种须为代码表中的优惠票种，且不重复。", "The kind is a concession of the code table, each used once.", "")
		}
		kinds[k.Code] = true
		if k.Permille < 0 || k.Permille > 1000 {
			l.Add(at("permille"), "ticketmap.kind_share", "优惠票不得高于全价：比例须为 0‰ 至 1000‰。", "A concession never costs more than the full price: 0 to 1000 thousandths.", "")
		}
		for n, ch := range k.Channels {
			channel(at(fmt.Sprintf("channels[%d]", n)), ch)
		}
		for n, z := range k.Zones {
			if !zones[z] {
				l.Add(at(fmt.Sprintf("zones[%d]", n)), "ticketmap.no_such_zone", "没有这个票档。", "There is no such zone.", "")
			}
		}
		l.Text(at("proof"), k.Proof, 60, false)
		l.Text(at("proofEn"), k.ProofEn, 60, false)
		if k.MaxSeats < 0 || k.MaxSeats > 1000 {
			l.Add(at("maxSeats"), "ticketmap.kind_seats", "每单张数须为 0 至 1000。", "0 to 1000 in one order.", "")
		}
	}
	seen := map[Cell]bool{}
	for i, p := range c.Prices {
		at := func(f string) string { return fmt.Sprintf("prices[%d].%s", i, f) }
		channel(at("channel"), p.Channel)
		if p.Kind != pricing.FullKind && !slices.Contains(known, p.Kind) {
			l.Add(at("kind"), "ticketmap.ticket_kind", "没有这个票种。", "There is no such kind of ticket.", "")
		}
		if seen[p.Cell] {
			l.Add(at("zone"), "ticketmap.price_twice", "同一票档、渠道和票种的价格写了两次。", "The price of this zone, channel and kind stands twice.", "")
		}
		seen[p.Cell] = true
		l.Text(at("package"), p.Package, 40, false)
		l.AddErr(at("price"), p.Price.Check())
	}
}
