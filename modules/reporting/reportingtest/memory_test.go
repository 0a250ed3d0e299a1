package reportingtest_test

import (
	"testing"

	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	reportingtest.Suite(t, func(*testing.T) reportingtest.Bed {
		c := clock.NewSim(dbtest.Start)
		m := &reportingtest.Memory{Clock: c}
		m.AddChannel(reporting.Channel{Code: "p", Adapter: "x", Active: true})
		return reportingtest.Bed{
			Store: m, Advance: c.Advance, Now: c.Now,
			Append: func(t *testing.T, facts ...fact.Fact) {
				t.Helper()
				if err := m.Append(facts...); err != nil {
					t.Fatal(err)
				}
			},
			States: func(*testing.T) map[int64]string {
				out := map[int64]string{}
				for _, d := range m.Deliveries("p") {
					out[d.Seq] = d.State
				}
				return out
			},
		}
	})
}
