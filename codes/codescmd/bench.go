package codescmd

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	gmsm2 "github.com/emmansun/gmsm/sm2"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/codes/payload/sm2"
)

// BenchCmd is "codes bench".
type BenchCmd struct {
	Rounds int `default:"101" help:"How often each pair is measured, interleaved."`
	Output
}

// Measurement is one thing measured against a baseline in the same run.
type Measurement struct {
	Name       string  `json:"name"`
	NsPerOp    float64 `json:"nsPerOp"`
	AllocsPer  float64 `json:"allocsPerOp"`
	Baseline   string  `json:"baseline"`
	BaselineNs float64 `json:"baselineNsPerOp"`
	Ratio      float64 `json:"ratio"`           // median of the rounds' ratios
	Limit      float64 `json:"limit,omitempty"` // what the ratio may be, 0: no limit
	NoAllocs   bool    `json:"noAllocs"`        // allocations are a fault
	Good       bool    `json:"good"`
}

type pair struct {
	name, baseline string
	f, base        func()
	limit          float64
	noAllocs       bool
	batch          int
}

// Run measures; a measurement beyond its limit is exit status 1.
func (c *BenchCmd) Run(ios *IO) error {
	ms, err := Measure(time.Now, max(c.Rounds, 3)) // a stopwatch, not a rule
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(ios.Out, ms)
	} else {
		err = WriteTable(ios.Out, ms)
	}
	if err != nil {
		return err
	}
	for _, m := range ms {
		if !m.Good {
			return ExitError{StatusInvalid}
		}
	}
	return nil
}

// Measure runs each thing and its baseline in turn, rounds times. now is a stopwatch.
func Measure(now func() time.Time, rounds int) ([]Measurement, error) {
	pairs, err := benchPairs()
	if err != nil {
		return nil, err
	}
	var out []Measurement
	for _, p := range pairs {
		p.f() // warm
		p.base()
		var own, base, ratio []float64
		for i := range rounds {
			var a, b float64
			if i%2 == 0 {
				a, b = timed(now, p.batch, p.f), timed(now, p.batch, p.base)
			} else {
				b, a = timed(now, p.batch, p.base), timed(now, p.batch, p.f)
			}
			own, base, ratio = append(own, a), append(base, b), append(ratio, a/b)
		}
		m := Measurement{
			Name: p.name, NsPerOp: median(own), AllocsPer: allocs(p.f), Baseline: p.baseline, BaselineNs: median(base),
			Ratio: median(ratio), Limit: p.limit, NoAllocs: p.noAllocs,
		}
		m.Good = (m.Limit == 0 || m.Ratio <= m.Limit) && (!m.NoAllocs || m.AllocsPer == 0)
		out = append(out, m)
	}
	return out, nil
}

// WriteTable prints measurements for people.
func WriteTable(w io.Writer, ms []Measurement) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\tns/op\tallocs\tagainst\tns/op\tratio\tlimit\t")
	for _, m := range ms {
		limit, mark := "", ""
		if m.Limit > 0 {
			limit = fmt.Sprintf("%.2f", m.Limit)
		}
		if !m.Good {
			mark = "TOO SLOW"
		}
		fmt.Fprintf(t, "%s\t%.1f\t%.0f\t%s\t%.1f\t%.3f\t%s\t%s\n", m.Name, m.NsPerOp, m.AllocsPer, m.Baseline, m.BaselineNs, m.Ratio, limit, mark)
	}
	return t.Flush()
}

func timed(now func() time.Time, n int, f func()) float64 {
	start := now()
	for range n {
		f()
	}
	return float64(now().Sub(start).Nanoseconds()) / float64(n)
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[len(x)/2]
}

func allocs(f func()) float64 {
	const n = 200
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / n)
}

const (
	benchShow = "110101001012611210007"
	quick     = 20000
	slow      = 20
)

func benchPairs() ([]pair, error) {
	show, err := codes.ParseShow(benchShow)
	if err != nil {
		return nil, err
	}
	keys, err := codes.NewUniqueKeys('A', map[byte][]byte{'A': bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		return nil, err
	}
	ticket, err := keys.Mint(show, 42)
	if err != nil {
		return nil, err
	}
	text := ticket.String()
	buf := make([]byte, 0, codes.MaxTicketLen)
	digits := regexp.MustCompile(`^[0-9]{21}$`)
	alnum := regexp.MustCompile(`^[0-9]{21}[0-9A-Z]{1,29}$`)
	pairs := []pair{
		{"parse show", "regular expression", func() { _, _ = codes.ParseShow(benchShow) }, func() { digits.MatchString(benchShow) }, 1, true, quick},
		{"parse ticket", "regular expression", func() { _, _ = codes.ParseTicket(text) }, func() { alnum.MatchString(text) }, 1, true, quick},
		{"format show", "append of a string", func() { buf = show.AppendTo(buf[:0]) }, func() { buf = append(buf[:0], benchShow...) }, 0, true, quick},
		{"format ticket", "append of a string", func() { buf = ticket.AppendTo(buf[:0]) }, func() { buf = append(buf[:0], text...) }, 0, true, quick},
		{"open unique part", "parse ticket", func() { _, _ = keys.Open(ticket) }, func() { _, _ = codes.ParseTicket(text) }, 0, false, quick / 10},
	}
	signed, err := signedPairs(ticket)
	return append(pairs, signed...), err
}

// signedPairs measures the whole of Verify against the bare signature check of the same message.
func signedPairs(ticket codes.Ticket) ([]pair, error) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	edSigner, err1 := payload.NewEd25519Signer(priv)
	edVerifier, err2 := payload.NewEd25519Verifier(pub)
	smKey, err3 := gmsm2.GenerateKey(rand.Reader)
	if err := first(err1, err2, err3); err != nil {
		return nil, err
	}
	smSigner, err1 := sm2.NewSigner(smKey)
	smVerifier, err2 := sm2.NewVerifier(&smKey.PublicKey)
	if err := first(err1, err2); err != nil {
		return nil, err
	}
	ring, err := payload.NewKeyring(edVerifier, smVerifier)
	if err != nil {
		return nil, err
	}
	start := ticket.Show().Date().Start()
	t := payload.Ticket{
		Code: ticket, Seat: 1208, Zone: 3, Admits: 1, ValidFrom: start.Add(18 * time.Hour), ValidUntil: start.Add(23 * time.Hour), Label: "12-08",
	}
	edText, err1 := payload.Sign(edSigner, t)
	smText, err2 := payload.Sign(smSigner, t)
	message := make([]byte, 19+51) // as long as the signed bytes
	edSig := ed25519.Sign(priv, message)
	smSig, err3 := smKey.SignWithSM2(rand.Reader, nil, message)
	if err := first(err1, err2, err3); err != nil {
		return nil, err
	}
	if _, _, err := ring.Verify(edText); err != nil {
		return nil, err
	}
	if _, _, err := ring.Verify(smText); err != nil {
		return nil, err
	}
	return []pair{
		{"verify payload, Ed25519", "crypto/ed25519", func() { _, _, _ = ring.Verify(edText) }, func() { ed25519.Verify(pub, message, edSig) }, 1.10, false, slow},
		{"verify payload, SM2", "gmsm/sm2", func() { _, _, _ = ring.Verify(smText) }, func() { gmsm2.VerifyASN1WithSM2(&smKey.PublicKey, nil, message, smSig) }, 0, false, slow},
	}, nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
