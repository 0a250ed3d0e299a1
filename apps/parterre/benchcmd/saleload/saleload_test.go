package saleload

import (
	"bytes"
	"testing"
)

// The bench runs from end to end on a small hall and its own checks pass. It
// says nothing about speed.
func TestBenchRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server of its own")
	}
	var out bytes.Buffer
	res, err := Run(t.Context(), Options{Quick: true, InProcess: true}, &out)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + out.String())
	if len(res.Measures) != 18 || len(res.Herds) != 3 || len(res.Picks) == 0 {
		t.Fatalf("%d measures, %d herds", len(res.Measures), len(res.Herds))
	}
	if f := res.Fanout; f == nil || f.Deltas == 0 || f.Whole != f.Deltas {
		t.Errorf("the viewers: %+v", f)
	}
	if len(res.Goals) < 10 {
		t.Errorf("goals: %+v", res.Goals)
	}
	for _, h := range res.Herds {
		if h.Seller == "product" && (h.Sold != int64(h.Seats) || h.Refused != 0) {
			t.Fatalf("%+v", h)
		}
	}
	for _, m := range res.Measures {
		if m.WALPerTicket <= 0 || m.PGPerTicket < 0 || m.FlushPerTicket <= 0 {
			t.Fatalf("nothing was measured: %+v", m)
		}
	}
}
