package pricing

import (
	"fmt"
	"slices"
	"time"

	"parterre/modules/core/errs"
	"parterre/modules/core/money"
)

// Movement is one ticket sold or taken back in the past (or made by Generate).
type Movement struct {
	At    time.Time `json:"at"`
	Zone  int       `json:"zone"`
	Price money.Fen `json:"price" doc:"What was paid"`
	Back  bool      `json:"back,omitempty"`
	// Channel and Kind are what it was sold as; empty: online, full price.
	Channel string `json:"channel,omitempty"`
	Kind    string `json:"kind,omitempty"`
}

// RunZone is a zone as the dry run needs it.
type RunZone struct {
	No       int       `json:"no"`
	Kind     string    `json:"kind"`
	Capacity int       `json:"capacity"`
	Price    money.Fen `json:"price" doc:"On sale when the run begins"`
	Quality  int       `json:"qualityPermille"`
	Row      int       `json:"row"`
	Lines    []RunLine `json:"lines,omitempty"`
}

// RunLine is what a zone costs in another channel or as another kind when the run begins.
type RunLine struct {
	Channel string    `json:"channel"`
	Kind    string    `json:"kind"`
	Share   int       `json:"kindPermille"`
	Price   money.Fen `json:"price"`
}

// Run is what a dry run plays.
type Run struct {
	Zones  []RunZone
	Opens  time.Time
	Starts time.Time
	Sales  []Movement // ascending by time
	// Response says how buyers answer a price: by how many thousandths fewer
	// come for each thousandth that it is above what was paid then, in thousandths. 1000 is one
	// percent fewer for one percent more; 0 is that all come whatever it costs.
	Response int
	Every    time.Duration // how often prices are computed; at least a minute
}

// Point is one sample of a zone for a chart.
type Point struct {
	At    time.Time `json:"at"`
	Price money.Fen `json:"price"`
	Sold  int       `json:"sold"`
	Was   int       `json:"was" doc:"Sold at that time in the record"`
}

// Path is how one zone went.
type Path struct {
	Zone     int       `json:"zone"`
	Capacity int       `json:"capacity"`
	Points   []Point   `json:"points"`
	Sold     int       `json:"sold"`
	Revenue  money.Fen `json:"revenue"`
	WasSold  int       `json:"wasSold"`
	Was      money.Fen `json:"wasRevenue"`
	Changes  int       `json:"changes"`
	Lost     int       `json:"turnedAway" doc:"Buyers who stayed away because of the price or found nothing free"`
	Low      money.Fen `json:"low"`
	High     money.Fen `json:"high"`
}

// Result compares a program with the record.
type Result struct {
	Paths   []Path    `json:"zones"`
	Revenue money.Fen `json:"revenue"`
	Was     money.Fen `json:"wasRevenue"`
	Sold    int       `json:"sold"`
	WasSold int       `json:"wasSold"`
	Changes int       `json:"changes"`
}

// Bounds of a dry run.
const (
	maxTicks     = 100_000
	maxPoints    = 400 // per zone; a chart shows no more
	maxMovements = 500_000
)

// ErrRun is the answer to a dry run that cannot be played.
var ErrRun = errs.New(errs.Invalid, "pricing.run", "试算无法进行：{problem}。", "The dry run cannot be played: {problem}.")

type running struct {
	Path
	zone   RunZone
	on     OnSale
	day    time.Time
	weight int64 // thousandths of a buyer carried over
	sold   []time.Time
	prices []money.Fen // of the tickets that are out, oldest first
	lines  []*runLine
}

type runLine struct {
	RunLine
	on OnSale
}

// priceFor is what a buyer of a channel and kind finds.
func (z *running) priceFor(m Movement) money.Fen {
	for _, l := range z.lines {
		if l.Channel == orOnline(m.Channel) && l.Kind == orFull(m.Kind) {
			return l.on.Price
		}
	}
	return z.on.Price
}

func orOnline(channel string) string {
	if channel == "" {
		return "online"
	}
	return channel
}

func orFull(kind string) string {
	if kind == "" {
		return FullKind
	}
	return kind
}

// DryRun plays a program over recorded or generated sales and compares. It is
// deterministic: a share of a buyer is carried over to the next, not drawn.
func DryRun(p *Program, r Run) (Result, error) {
	if err := r.check(); err != nil {
		return Result{}, err
	}
	zones := map[int]*running{}
	for _, z := range r.Zones {
		zones[z.No] = &running{Path: Path{Zone: z.No, Capacity: z.Capacity, Low: z.Price, High: z.Price}, zone: z, on: OnSale{Price: z.Price}}
	}
	for _, z := range r.Zones {
		for _, l := range z.Lines {
			zones[z.No].lines = append(zones[z.No].lines, &runLine{RunLine: l, on: OnSale{Price: l.Price}})
		}
	}
	windows := p.Windows()
	ticks := int(r.Starts.Sub(r.Opens)/r.Every) + 1
	sample := max((ticks+maxPoints-1)/maxPoints, 1)
	next := 0
	for k := range ticks {
		now := r.Opens.Add(time.Duration(k) * r.Every)
		for _, z := range r.Zones {
			if err := zones[z.No].tick(p, windows, r, now); err != nil {
				return Result{}, err
			}
		}
		for until := now.Add(r.Every); next < len(r.Sales) && r.Sales[next].At.Before(until); next++ {
			if z := zones[r.Sales[next].Zone]; z != nil {
				z.play(r.Sales[next], r.Response)
			}
		}
		if k%sample == 0 || k == ticks-1 {
			for _, z := range zones {
				z.Points = append(z.Points, Point{At: now, Price: z.on.Price, Sold: z.Sold, Was: z.WasSold})
			}
		}
	}
	var out Result
	for _, z := range r.Zones {
		x := zones[z.No].Path
		out.Paths = append(out.Paths, x)
		out.Revenue, out.Was, out.Sold, out.WasSold, out.Changes = out.Revenue+x.Revenue, out.Was+x.Was, out.Sold+x.Sold, out.WasSold+x.WasSold, out.Changes+x.Changes
	}
	return out, nil
}

func (r *Run) check() error {
	bad := func(s string) error { return ErrRun.With("problem", s) }
	switch {
	case len(r.Zones) == 0 || len(r.Zones) > MaxZones:
		return bad("zones: 1–200")
	case !r.Opens.Before(r.Starts):
		return bad("opens >= starts")
	case r.Every < time.Minute:
		return bad("every < 1 min")
	case r.Starts.Sub(r.Opens)/r.Every >= maxTicks:
		return bad(fmt.Sprintf("more than %d steps; choose a longer step", maxTicks))
	case len(r.Sales) > maxMovements:
		return bad(fmt.Sprintf("more than %d movements", maxMovements))
	case r.Response < 0 || r.Response > 10_000:
		return bad("response: 0–10000")
	case !slices.IsSortedFunc(r.Sales, func(a, b Movement) int { return a.At.Compare(b.At) }):
		return bad("movements are not in the order of time")
	}
	return nil
}

func (z *running) tick(p *Program, windows []int, r Run, now time.Time) error {
	if !p.Governs(z.zone.No) {
		return nil
	}
	if day := p.DayStart(now); !day.Equal(z.day) {
		z.day, z.on.Today = day, 0
		for _, l := range z.lines {
			l.on.Today = 0
		}
	}
	f := Facts{Zone: z.zone.No, ZoneKind: z.zone.Kind, Now: now, Starts: r.Starts, Capacity: z.zone.Capacity, Taken: z.Sold, Quality: z.zone.Quality, Row: z.zone.Row, Channel: "online", Kind: "full"}
	for _, w := range windows {
		since := now.Add(-time.Duration(w) * time.Minute)
		first, _ := slices.BinarySearchFunc(z.sold, since, time.Time.Compare)
		f.Sold = append(f.Sold, SoldSince{w, len(z.sold) - first})
	}
	d, err := p.Decide(f, z.on)
	if err != nil {
		return err
	}
	if err := z.tickLines(p, f, d.Price); err != nil || !d.Change {
		return err
	}
	z.on.Price, z.on.LastChange = d.Price, now
	z.on.Today++
	z.Changes++
	z.Low, z.High = min(z.Low, d.Price), max(z.High, d.Price)
	return nil
}

// tickLines decides the prices of the other channels and kinds.
func (z *running) tickLines(p *Program, f Facts, full money.Fen) error {
	fulls := map[string]money.Fen{f.Channel: full}
	for _, l := range z.lines { // a channel's full price stands before its other kinds
		f.Channel, f.Kind, f.Off = l.Channel, l.Kind, 1000-l.Share
		d, err := p.Decide(f, l.on)
		if err != nil {
			return err
		}
		if l.Kind == FullKind {
			fulls[l.Channel] = d.Price
		} else if full, ok := fulls[l.Channel]; ok {
			d.NotAbove(full)
		} else {
			d.NotAbove(fulls["online"])
		}
		if d.Change {
			l.on.Price, l.on.LastChange = d.Price, f.Now
			l.on.Today++
		}
	}
	return nil
}

// play lets the buyers of one recorded movement come, at the price of now.
func (z *running) play(m Movement, response int) {
	if m.Back {
		z.WasSold--
		z.Was -= m.Price
		if n := len(z.prices); n > 0 {
			z.Revenue -= z.prices[n-1]
			z.prices = z.prices[:n-1]
			z.Sold--
		}
		return
	}
	z.WasSold++
	z.Was += m.Price
	share, price := int64(1000), z.priceFor(m)
	if m.Price > 0 {
		dearer := int64(price-m.Price) * 1000 / int64(m.Price)
		share = max(1000-dearer*int64(response)/1000, 0)
	}
	z.weight += min(share, 100_000)
	came := false
	for ; z.weight >= 1000; z.weight -= 1000 {
		if z.Sold >= z.zone.Capacity {
			z.weight %= 1000
			break
		}
		came = true
		z.Sold++
		z.Revenue += price
		z.sold = append(z.sold, m.At)
		z.prices = append(z.prices, price)
	}
	if !came {
		z.Lost++
	}
}

// Generate makes sales for a session that has no record: a rush at the
// opening, a trickle, and a rush before the start; the better zones first. demand is the
// buyers in thousandths of the places. The same seed gives the same sales.
func Generate(seed uint64, zones []RunZone, opens, starts time.Time, demand int) []Movement {
	var out []Movement
	span := int64(starts.Sub(opens) / time.Second)
	if span <= 0 {
		return nil
	}
	x := seed
	draw := func(n int64) int64 { // splitmix64
		x += 0x9e3779b97f4a7c15
		v := x
		v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
		v = (v ^ v>>27) * 0x94d049bb133111eb
		return int64(((v ^ v>>31) >> 1) % uint64(n))
	}
	for _, z := range zones {
		buyers := min(int64(z.Capacity)*int64(max(demand, 0))/1000, maxMovements/int64(len(zones)))
		for range buyers {
			var at int64
			switch k := draw(10); {
			case k < 4: // within the first twentieth, the earlier the more
				at = min(draw(span/20+1), draw(span/20+1))
			case k < 7:
				at = draw(span)
			default: // the last fifth, the later the more
				at = span - 1 - min(draw(span/5+1), draw(span/5+1))
			}
			out = append(out, Movement{At: opens.Add(time.Duration(max(at, 0)) * time.Second), Zone: z.No, Price: z.Price})
		}
	}
	slices.SortStableFunc(out, func(a, b Movement) int { return a.At.Compare(b.At) })
	return out
}
