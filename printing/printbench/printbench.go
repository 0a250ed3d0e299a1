// Package printbench measures the printing of many tickets: the product's way
// (code matrices made at issue time, run-merged boxes, chunks) against the plain
// way (codes encoded while printing, one box per module, one document), both in
// one process and in turns, so that the ratio holds on a busy machine.
package printbench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"time"

	"parterre/codes/symbol"
	"parterre/printing"
	"parterre/printing/canvas"
	"parterre/printing/ticket"
)

// Result holds medians over the rounds; times are per ticket.
type Result struct {
	Tickets, Rounds int
	Product, Plain  time.Duration // one worker each
	Parallel        time.Duration // the product's way with one worker per CPU
	Ratio           float64       // Plain / Product, median of the rounds' ratios
	RatioParallel   float64       // Plain / Parallel
	BytesPerTicket  int           // product
	BytesPlain      int
	HeapPeak        uint64 // bytes in use, highest seen between chunks, product in parallel
	CPUs            int
	EncodeShare     float64 // part of Plain that is QR encoding
}

// String is one line for a log.
func (r Result) String() string {
	return fmt.Sprintf("%d tickets: %.3f ms/ticket (%.3f on %d CPUs), plain way %.3f ms: %.1fx (%.1fx); %d B/ticket against %d; heap peak %.0f MB",
		r.Tickets, ms(r.Product), ms(r.Parallel), r.CPUs, ms(r.Plain), r.Ratio, r.RatioParallel, r.BytesPerTicket, r.BytesPlain, float64(r.HeapPeak)/1e6)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// rounds alternate the two ways, so that other load hits both.
const rounds = 5

// sampleSize bounds the plain way, which is linear and slow.
const sampleSize = 400

// Run measures a batch of tickets on 180 x 80 mm stock. now is the clock to
// measure with.
func Run(ctx context.Context, now func() time.Time, tickets int) (Result, error) {
	b := bench{now: now, codes: make([]string, tickets), matrices: make([]printing.Matrix, tickets)}
	for i := range tickets {
		b.codes[i] = fmt.Sprintf("310102001202611230001%07dK9XQ2M7T4WZ8A1", i)
		m, err := encode(b.codes[i])
		if err != nil {
			return Result{}, err
		}
		b.matrices[i] = m
	}
	r := Result{Tickets: tickets, Rounds: rounds, CPUs: runtime.GOMAXPROCS(0)}
	part := min(tickets, sampleSize)
	var product, plain, encoding []time.Duration
	var ratios, shares []float64 // of neighbours in time, which share whatever else the machine does
	for range rounds {
		d, size, _, err := b.product(ctx, part, 1)
		if err != nil {
			return Result{}, err
		}
		product, r.BytesPerTicket = append(product, d), size
		d, size, err = b.plain(ctx, part)
		if err != nil {
			return Result{}, err
		}
		plain, r.BytesPlain = append(plain, d), size
		start := now()
		for i := range part {
			if _, err := encode(b.codes[i]); err != nil {
				return Result{}, err
			}
		}
		encoding = append(encoding, now().Sub(start)/time.Duration(part))
		last := len(product) - 1
		ratios = append(ratios, float64(plain[last])/float64(product[last]))
		shares = append(shares, float64(encoding[last])/float64(plain[last]))
	}
	var err error
	if r.Parallel, r.BytesPerTicket, r.HeapPeak, err = b.product(ctx, tickets, r.CPUs); err != nil {
		return Result{}, err
	}
	r.Product, r.Plain = median(product), median(plain)
	r.Ratio, r.RatioParallel = median(ratios), float64(r.Plain)/float64(r.Parallel)
	r.EncodeShare = median(shares)
	return r, nil
}

func median[T cmp.Ordered](d []T) T {
	slices.Sort(d)
	return d[len(d)/2]
}

type bench struct {
	now      func() time.Time
	codes    []string
	matrices []printing.Matrix
}

func encode(text string) (printing.Matrix, error) {
	return symbol.Encode(symbol.QR, text, symbol.Options{})
}

func (b *bench) ticket(i int, m printing.Matrix) ticket.Ticket {
	starts := time.Date(2026, 11, 23, 19, 30, 0, 0, time.FixedZone("CST", 8*3600))
	return ticket.Ticket{
		Show: "贝多芬第九交响曲·合唱", Subtitle: "中国爱乐乐团与合唱团", Venue: "国家大剧院", Hall: "音乐厅",
		Starts: starts, Doors: starts.Add(-45 * time.Minute),
		Seat: ticket.Seat{Level: "一层", Section: "池座 A 区", Row: fmt.Sprint(i/40 + 1), Number: fmt.Sprint(i%40 + 1)},
		Zone: "A 区", PriceFen: 128000, Kind: "全价票", Gate: "北门 2 号", Holder: "张*", Document: "110105********002X",
		Code: b.codes[i], QR: m, Order: fmt.Sprintf("PT20261121%06d", i/2), Organiser: "国家大剧院演出部", Approval: "京演〔2026〕1127号",
		Notes: []string{"一人一证一票，入场时须出示购票证件原件。"},
	}
}

func (b *bench) options(chunk, workers int) ticket.BatchOptions {
	return ticket.BatchOptions{Options: ticket.Options{Medium: ticket.Stock, Created: time.Unix(1795000000, 0)}, Chunk: chunk, Workers: workers}
}

func (b *bench) product(ctx context.Context, n, workers int) (per time.Duration, size int, peak uint64, err error) {
	var mem runtime.MemStats
	per, size, err = b.measure(ctx, n, b.options(0, workers), func(i int) (ticket.Ticket, error) {
		return b.ticket(i, b.matrices[i]), nil
	}, func() {
		runtime.ReadMemStats(&mem)
		peak = max(peak, mem.HeapInuse)
	})
	return per, size, peak, err
}

func (b *bench) plain(ctx context.Context, n int) (time.Duration, int, error) {
	return b.measure(ctx, n, b.options(n, 1), func(i int) (ticket.Ticket, error) {
		m, err := encode(b.codes[i])
		return b.ticket(i, canvas.PerModule{Matrix: m}), err
	}, func() {})
}

func (b *bench) measure(ctx context.Context, n int, o ticket.BatchOptions, make func(int) (ticket.Ticket, error), after func()) (time.Duration, int, error) {
	size := 0
	var source iter.Seq2[ticket.Ticket, error] = func(yield func(ticket.Ticket, error) bool) {
		for i := range n {
			if !yield(make(i)) {
				return
			}
		}
	}
	start := b.now()
	done, err := ticket.Batch(ctx, source, o, func(c ticket.Chunk) error {
		size += len(c.PDF)
		after()
		_, err := io.Discard.Write(c.PDF)
		return err
	})
	if err == nil && done.Failed > 0 {
		err = fmt.Errorf("printbench: %d of %d tickets failed", done.Failed, n)
	}
	return b.now().Sub(start) / time.Duration(n), size / n, err
}
