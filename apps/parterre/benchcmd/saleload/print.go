package saleload

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"text/tabwriter"
)

// Find returns a measure; ok is false when it was not run.
func (r Result) Find(seller, mode, flush string) (Measure, bool) {
	for _, m := range r.Measures {
		if m.Seller == seller && m.Mode == mode && m.Setting == flush {
			return m, true
		}
	}
	return Measure{}, false
}

// Ratio compares the product's tickets/s and order p99 with a strategy's.
func (r Result) Ratio(strategy, mode, flush string) (tickets, p99 float64, ok bool) {
	a, ok1 := r.Find("product", mode, flush)
	b, ok2 := r.Find(strategy, mode, flush)
	if !ok1 || !ok2 || b.TicketsPerSec == 0 || b.OrderP99 == 0 {
		return 0, 0, false
	}
	return a.TicketsPerSec / b.TicketsPerSec, a.OrderP99 / b.OrderP99, true
}

// CPURatio is how many times more CPU a strategy spends on a ticket, the load
// generator's included: what is left of a comparison when others use the machine.
func (r Result) CPURatio(strategy, mode, flush string) (ratio float64, ok bool) {
	a, ok1 := r.Find("product", mode, flush)
	b, ok2 := r.Find(strategy, mode, flush)
	if !ok1 || !ok2 || a.PGPerTicket+a.AppPerTicket+a.LoadPerTicket == 0 {
		return 0, false
	}
	return (b.PGPerTicket + b.AppPerTicket + b.LoadPerTicket) / (a.PGPerTicket + a.AppPerTicket + a.LoadPerTicket), true
}

var titles = map[string]string{"native": "flush as it is", "+1ms": "1 ms added to each flush", "http": "over HTTP"}

var names = map[string]string{"product": "Parterre", "rowlock": "strategy: row locks", "advisory": "strategy: advisory lock"}

// Print writes the tables for people.
func (r Result) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	if busy := loadAverage(); busy > 1.5*float64(runtime.NumCPU()) {
		p("NOTE: the machine's load was %.1f on %d cores; tickets/s say little, CPU ratios hold. Run it alone.", busy, runtime.NumCPU())
	}
	p("Sale of seats: %d seats, %d buyers, median of %d, PostgreSQL with fsync and synchronous_commit on (%s)", r.Seats, r.Buyers, r.Repeats, r.Machine)
	for _, flush := range []string{"native", "+1ms", "http"} {
		r.printFlush(p, flush)
	}
	if len(r.Herds) > 0 {
		p("\nHerd\tbuyers\tseats\tsold\tms\torder p99 ms\trefused though free\t")
		for _, h := range r.Herds {
			late := ""
			if h.Cut {
				late = " (ended after 30 s)"
			}
			p("%s%s\t%d\t%d\t%d\t%.0f\t%.1f\t%d\t", names[h.Seller], late, h.Buyers, h.Seats, h.Sold, h.Millis, h.P99, h.Refused)
		}
	}
	if len(r.Picks) > 0 {
		p("\nBest available in memory\tseats\tsold %%\tgroup\tmean µs\tp50 µs\tp99 µs\t")
		for _, k := range r.Picks {
			p("\t%d\t%d\t%d\t%.1f\t%.1f\t%.1f\t", k.Seats, k.Sold, k.Group, k.MeanUS, k.P50US, k.P99US)
		}
	}
	if f := r.Fanout; f != nil {
		p("\nLive status over HTTP\tviewers\tdeltas\treached all\tbytes/delta\twire bytes/message\tsnapshot bytes\tlast viewer p50 ms\tmax ms\tserver CPU µs/message\tresent\ttickets/s\t")
		p("server-sent events\t%d\t%d\t%d\t%.0f\t%.0f\t%d\t%.1f\t%.1f\t%.1f\t%d\t%.0f\t", f.Viewers, f.Deltas, f.Whole, f.BytesPerDelta, f.WirePerDelta, f.SnapshotBytes, f.LastP50, f.LastMax, f.PerMessage, f.Resent, f.TicketsPerSec)
	}
	r.printGoals(p)
	return w.Flush()
}

// loadAverage is the machine's load of the last five minutes, 0 if unknown.
func loadAverage() float64 {
	var one, five float64
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(b), &one, &five); err != nil {
		return 0
	}
	return five
}

func (r Result) printFlush(p func(string, ...any), flush string) {
	for _, mode := range []string{"named", "best"} {
		if _, ok := r.Find("product", mode, flush); !ok {
			continue
		}
		title := map[string]string{"named": "Named seats, map 200 ms old", "best": "Best available"}[mode]
		p("\n%s, %s\ttickets/s\t[lowest..highest]\tratio\torder p50 ms\tp99 ms\tp99 ratio\tPG µs/ticket\tapp+load µs\tCPU ratio\tWAL B/ticket\tflush/ticket\trefused picks\t", title, titles[flush])
		for _, s := range sellers {
			m, ok := r.Find(s, mode, flush)
			if !ok {
				continue
			}
			ratio, p99, cpu := "", "", ""
			if s != "product" {
				if a, b, ok := r.Ratio(s, mode, flush); ok {
					ratio, p99 = fmt.Sprintf("%.1fx", a), fmt.Sprintf("%.2f", b)
				}
				if c, ok := r.CPURatio(s, mode, flush); ok {
					cpu = fmt.Sprintf("%.1fx", c)
				}
			}
			p("%s\t%.0f\t[%.0f..%.0f]\t%s\t%.1f\t%.1f\t%s\t%.1f\t%.1f\t%s\t%.0f\t%.3f\t%d\t", names[s], m.TicketsPerSec, m.Lowest, m.Highest, ratio, m.OrderP50, m.OrderP99, p99,
				m.PGPerTicket, m.AppPerTicket+m.LoadPerTicket, cpu, m.WALPerTicket, m.FlushPerTicket, m.Conflicts)
		}
	}
}
