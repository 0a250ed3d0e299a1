package saleload

import "fmt"

// Goal is what a figure should be, beside what it was.
type Goal struct {
	What string  `json:"what"`
	Want string  `json:"want"`
	Got  string  `json:"got"`
	CPU  float64 `json:"cpu_ratio,omitempty"` // the same as a ratio of CPU, which holds when others use the machine
	Met  bool    `json:"met"`
}

// atLeast is how many times the row locks' tickets/s the product must reach.
var atLeast = map[[2]string]float64{{"named", "native"}: 10, {"best", "native"}: 20, {"named", "http"}: 6, {"best", "http"}: 12}

// goals compares what was measured with what is wanted.
func (r Result) goals() (list []Goal) {
	add := func(met bool, what, want, got string, cpu float64) {
		list = append(list, Goal{What: what, Want: want, Got: got, Met: met, CPU: cpu})
	}
	for _, setting := range []string{"native", "http"} {
		for _, mode := range []string{"named", "best"} {
			tickets, p99, ok := r.Ratio("rowlock", mode, setting)
			if !ok {
				continue
			}
			want := atLeast[[2]string{mode, setting}]
			cpu, _ := r.CPURatio("rowlock", mode, setting)
			add(tickets >= want, modes[mode]+", "+titles[setting]+": tickets/s against row locks", fmt.Sprintf("at least %.0fx", want), fmt.Sprintf("%.1fx", tickets), cpu)
			if setting == "native" {
				add(p99 <= 0.25, modes[mode]+": order p99 against row locks", "at most 0.25", fmt.Sprintf("%.2f", p99), 0)
			}
		}
	}
	for _, h := range r.Herds {
		if h.Seller == "product" {
			add(!h.Cut && h.Refused == 0 && h.Sold == int64(h.Seats), fmt.Sprintf("herd of %d on %d seats: refused while a seat was free", h.Buyers, h.Seats), "0", fmt.Sprint(h.Refused), 0)
		}
	}
	for _, k := range r.Picks {
		add(k.MeanUS < 1000, fmt.Sprintf("best %d of %d seats, %d %% sold: mean", k.Group, k.Seats, k.Sold), "under 1 ms", fmt.Sprintf("%.0f µs (p50 %.0f, p99 %.0f)", k.MeanUS, k.P50US, k.P99US), 0)
	}
	if f := r.Fanout; f != nil {
		add(f.Whole == f.Deltas, fmt.Sprintf("deltas that reached all of %d viewers", f.Viewers), fmt.Sprint(f.Deltas), fmt.Sprint(f.Whole), 0)
	}
	return list
}

var modes = map[string]string{"named": "named seats", "best": "best available"}

func (r Result) printGoals(p func(string, ...any)) {
	if len(r.Goals) == 0 {
		return
	}
	p("\nGoals\twanted\tmeasured\tas CPU\t\t")
	for _, g := range r.Goals {
		cpu, met := "", "missed"
		if g.CPU > 0 {
			cpu = fmt.Sprintf("%.1fx", g.CPU)
		}
		if g.Met {
			met = "met"
		}
		p("%s\t%s\t%s\t%s\t%s\t", g.What, g.Want, g.Got, cpu, met)
	}
}
