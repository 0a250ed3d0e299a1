package codescmd_test

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"parterre/codes/codescmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"parterre": func() { // the app embeds the group as "codes"
			if len(os.Args) < 2 || os.Args[1] != "codes" {
				os.Exit(codescmd.StatusUsage)
			}
			os.Exit(codescmd.Run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
		},
		"status": status,
	})
}

// status runs its arguments after the first and fails unless the exit status is the first.
func status() {
	want := os.Args[1]
	got := codescmd.Run(os.Args[2:], os.Stdin, os.Stdout, os.Stderr)
	if want != string(rune('0'+got)) {
		_, _ = os.Stderr.WriteString("exit status " + string(rune('0'+got)) + ", want " + want + "\n")
		os.Exit(9)
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true})
}

// The measuring itself, with a stopwatch that stands still but for one tick a reading: every row is there, allocations
// are counted and a row beyond its limit is not good.
func TestMeasure(t *testing.T) {
	t.Parallel()
	var ticks time.Duration
	ms, err := codescmd.Measure(func() time.Time { ticks += time.Millisecond; return time.Unix(0, 0).Add(ticks) }, 3)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range ms {
		names[m.Name] = true
		if m.NoAllocs && m.Good != (m.AllocsPer == 0) {
			t.Errorf("%s: %v allocations, good %v", m.Name, m.AllocsPer, m.Good)
		}
		if m.Ratio != 1 {
			t.Errorf("%s: ratio %v of equal times", m.Name, m.Ratio)
		}
	}
	for _, want := range []string{"parse show", "parse ticket", "format show", "format ticket", "verify payload, Ed25519", "verify payload, SM2"} {
		if !names[want] {
			t.Errorf("%s is not measured", want)
		}
	}
}
