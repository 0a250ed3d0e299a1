package printbench

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// The run must print every ticket both ways; figures are for reading, not for
// passing. PRINTBENCH sets the size (10000 for the published figure).
func TestRun(t *testing.T) {
	n := 60
	if v, err := strconv.Atoi(os.Getenv("PRINTBENCH")); err == nil {
		n = v
	}
	r, err := Run(t.Context(), time.Now, n)
	if err != nil {
		t.Fatal(err)
	}
	if r.Tickets != n || r.Product <= 0 || r.Plain <= 0 || r.Ratio <= 0 || r.BytesPerTicket <= 0 || r.BytesPlain <= r.BytesPerTicket/4 {
		t.Errorf("%+v", r)
	}
	t.Log(r, "encoding is", r.EncodeShare, "of the plain way")
}
