package generate_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/generate"
)

// write makes the committed demo plans again: go test ./modules/ticketmap/plan/generate -run TestDemoPlans -write
var write = flag.Bool("write", false, "write the demo plan files")

const demoPlans = "../../../../apps/parterre/demo/plans"

type made func() (*plan.Plan, error)

var demos = map[string]struct {
	make     made
	min, max int
	levels   int
}{
	"theatre": {generate.DefaultTheatre().Generate, 1450, 1550, 3},
	"arena":   {generate.DefaultArena().Generate, 11_500, 12_700, 3},
	"stadium": {generate.DefaultStadium().Generate, 59_000, 61_000, 3},
}

func pack(t *testing.T, b []byte, packed bool) []byte {
	if !packed {
		return b
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestDemoPlans holds the committed files to what the generators make, and both to the rules.
func TestDemoPlans(t *testing.T) {
	for name, d := range demos {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := d.make()
			if err != nil {
				t.Fatal(err)
			}
			if n := len(p.Seats); n < d.min || n > d.max {
				t.Errorf("%d seats, want %d to %d", n, d.min, d.max)
			}
			if len(p.Levels) != d.levels {
				t.Errorf("%d levels, want %d", len(p.Levels), d.levels)
			}
			for _, problem := range plan.Check(p) {
				t.Errorf("%v", problem)
			}
			b, err := plan.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(demoPlans, name+".plan.json")
			packed := len(b) > 2_000_000
			if packed {
				file += ".gz"
			}
			if *write {
				if err := os.MkdirAll(demoPlans, 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, pack(t, b, packed), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			committed, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if committed, err = plan.Unpack(committed); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(committed, b) {
				t.Errorf("%s is not what the generator makes; run with -write and look at it", file)
			}
			t.Logf("%s: %d seats, %d rows, %d sections, %d bytes", name, len(p.Seats), len(p.Rows), len(p.Sections), len(b))
		})
	}
}

// TestKinds: every generator's defaults make a plan without findings; senseless parameters are refused.
func TestKinds(t *testing.T) {
	t.Parallel()
	for name, g := range generate.Kinds() {
		p, err := g.Generate()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, f := range plan.Check(p) {
			t.Errorf("%s: %v", name, f)
		}
		t.Logf("%s: %d seats", name, len(p.Seats))
	}
	cinema, thrust, theatre, stadium := generate.DefaultCinema(), generate.DefaultThrust(), generate.DefaultTheatre(), generate.DefaultStadium()
	cinema.Rows, thrust.SeatPitch, theatre.Levels[0].HalfAngle, stadium.Bowl.Tiers[0].Rows = 1_000_000_000, 0, 500, -1
	for name, g := range map[string]generate.Generator{"cinema": cinema, "thrust": thrust, "theatre": theatre, "stadium": stadium} {
		if _, err := g.Generate(); err == nil {
			t.Errorf("%s: senseless parameters were taken", name)
		}
	}
}
