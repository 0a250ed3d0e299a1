package show

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/money"
	"parterre/modules/venue"
)

var (
	today = clock.DayOf(noon, clock.Shanghai)
	noon  = time.Date(2026, 11, 23, 12, 0, 0, 0, clock.Shanghai)
)

// RL-7, RL-8: an approval covers its first and last day and its number of
// people, and nothing beyond.
func TestApprovalCovers(t *testing.T) {
	t.Parallel()
	a := Approval{Audience: 1480, ValidFrom: today, ValidTo: today.Add(10)}
	for _, c := range []struct {
		day      int
		audience int
		want     error
	}{
		{0, 1480, nil},
		{10, 1480, nil},
		{5, 1, nil},
		{-1, 1480, ErrApprovalDay},
		{11, 1480, ErrApprovalDay},
		{5, 1481, ErrApprovalAudience},
		{11, 1481, ErrApprovalDay},
	} {
		if err := a.Covers(today.Add(c.day), c.audience); !errors.Is(err, c.want) {
			t.Errorf("day %+d, audience %d: %v, want %v", c.day, c.audience, err, c.want)
		}
	}
}

func TestPlanningASession(t *testing.T) {
	t.Parallel()
	sh := Show{Minutes: 150, Approvals: []Approval{
		{Version: 1, Audience: 9000, ValidFrom: today, ValidTo: today.Add(90)},
		{Version: 2, Audience: 1480, ValidFrom: today, ValidTo: today.Add(10)},
	}}
	v := venue.Venue{Zone: "Asia/Shanghai"}
	start := noon.Add(31*time.Hour + 30*time.Minute) // tomorrow 19:30
	late := today.Add(11).Start(clock.Shanghai)
	for _, c := range []struct {
		name   string
		change func(*Show, *NewSession)
		want   error
	}{
		{"as it should be", func(*Show, *NewSession) {}, nil},
		{"no approval", func(s *Show, _ *NewSession) { s.Approvals = nil }, ErrNoApproval},
		{"in the past", func(_ *Show, n *NewSession) { n.StartsAt = noon }, ErrPast},
		{"only an older approval covers it", func(_ *Show, n *NewSession) { n.Audience = 1481 }, ErrApprovalAudience},
		{"the last second of the approval", func(_ *Show, n *NewSession) { n.StartsAt = late.Add(-time.Second) }, nil},
		{"a second after it, in Shanghai", func(_ *Show, n *NewSession) { n.StartsAt = late }, ErrApprovalDay},
		{"doors after the start", func(_ *Show, n *NewSession) { n.DoorsAt = start.Add(time.Second) }, ErrTimes},
		{"ends as it starts", func(_ *Show, n *NewSession) { n.EndsAt = start }, ErrTimes},
	} {
		s, n := sh, NewSession{StartsAt: start}
		c.change(&s, &n)
		se, err := plan(s, v, venue.Hall{}, n, noon)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if c.name == "as it should be" && (se.Audience != 1480 || se.ApprovalVersion != 2 || !se.DoorsAt.Equal(start.Add(-time.Hour)) || !se.EndsAt.Equal(start.Add(150*time.Minute)) || se.State != "created") {
			t.Errorf("what is left open: %+v", se)
		}
	}
}

var allStates = []string{"created", "scheduled", "on_sale", "paused", "closed", "ended", "cancelled"}

// The chart as the package's text draws it; every pair of states is in it or
// is refused.
func TestStateChart(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"created": "scheduled on_sale cancelled", "scheduled": "created on_sale cancelled", "on_sale": "paused closed cancelled",
		"paused": "on_sale closed cancelled", "closed": "on_sale ended cancelled",
	}
	for _, from := range allStates {
		for _, to := range allStates {
			allowed := false
			for _, next := range moves[from] {
				allowed = allowed || next == to
			}
			if allowed != hasWord(want[from], to) {
				t.Errorf("%s to %s: %v", from, to, allowed)
			}
		}
	}
	if len(moves["ended"])+len(moves["cancelled"]) != 0 {
		t.Error("what has ended goes on")
	}
}

func hasWord(list, word string) bool {
	for len(list) > 0 {
		n := 0
		for n < len(list) && list[n] != ' ' {
			n++
		}
		if list[:n] == word {
			return true
		}
		list = list[min(n+1, len(list)):]
	}
	return false
}

func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	tiers := func(l ...RefundTier) func(*Rules) { return func(r *Rules) { r.Refunds = l } }
	for name, c := range map[string]struct {
		change func(*Rules)
		good   bool
	}{
		"default":             {func(*Rules) {}, true},
		"no refunds":          {tiers(), true},
		"one tier":            {tiers(RefundTier{24, 500}), true},
		"fees may be equal":   {tiers(RefundTier{48, 200}, RefundTier{24, 200}), true},
		"a fee that falls":    {tiers(RefundTier{48, 500}, RefundTier{24, 200}), false},
		"times that rise":     {tiers(RefundTier{24, 0}, RefundTier{48, 200}), false},
		"the same time twice": {tiers(RefundTier{24, 0}, RefundTier{24, 200}), false},
		"more than the price": {tiers(RefundTier{24, 1001}), false},
		"a negative fee":      {tiers(RefundTier{24, -1}), false},
		"after the start":     {tiers(RefundTier{-1, 0}), false},
		"no tickets":          {func(r *Rules) { r.MaxTickets = 0 }, false},
		"too many tickets":    {func(r *Rules) { r.MaxTickets = 101 }, false},
		"no time to pay":      {func(r *Rules) { r.HoldFor = 0 }, false},
		"too much time":       {func(r *Rules) { r.HoldFor = 61 }, false},
		"bound after":         {func(r *Rules) { r.BindBefore = -1 }, false},
		"bound a year before": {func(r *Rules) { r.BindBefore = 169 }, false},
	} {
		r := DefaultRules()
		c.change(&r)
		if err := r.check(); (err == nil) != c.good || (err != nil && errs.CodeOf(err) == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func drawRules(t *rapid.T) Rules {
	r := DefaultRules()
	r.Refunds = nil
	hours, fee := 8760, 0
	for range rapid.IntRange(0, 10).Draw(t, "tiers") {
		if hours == 0 {
			break
		}
		hours = rapid.IntRange(0, hours-1).Draw(t, "hours")
		fee = rapid.IntRange(fee, 1000).Draw(t, "fee")
		r.Refunds = append(r.Refunds, RefundTier{hours, fee})
	}
	return r
}

// RL-5: a fee lies between nothing and the price, never falls as the start
// comes nearer, what was once impossible stays so, and nothing is charged when
// the show was cancelled (RL-10).
func TestRefundFees(t *testing.T) {
	t.Parallel()
	start := noon.Add(400 * 24 * time.Hour)
	rapid.Check(t, func(t *rapid.T) {
		r := drawRules(t)
		if err := r.check(); err != nil {
			t.Fatalf("the drawn rules: %v", err)
		}
		price := money.Fen(rapid.Int64Range(0, 1_000_000_00).Draw(t, "price"))
		early := start.Add(-time.Duration(rapid.Int64Range(-3600, 400*24*3600).Draw(t, "seconds before")) * time.Second)
		later := early.Add(time.Duration(rapid.Int64Range(0, 30*24*3600).Draw(t, "seconds later")) * time.Second)
		a, okA, err := r.RefundFee(price, early, start, false)
		if err != nil || a < 0 || a > price || (!okA && a != 0) {
			t.Fatalf("fee %d of %d, %v, %v", a, price, okA, err)
		}
		b, okB, err := r.RefundFee(price, later, start, false)
		if err != nil || (okB && !okA) || (okB && b < a) {
			t.Fatalf("the fee falls from %d (%v) to %d (%v), %v", a, okA, b, okB, err)
		}
		if free, ok, err := r.RefundFee(price, later, start, true); free != 0 || !ok || err != nil {
			t.Fatalf("a cancelled show: %d, %v, %v", free, ok, err)
		}
	})
}

// The borders of the default tiers, to the second.
func TestDefaultRefundTiers(t *testing.T) {
	t.Parallel()
	start := noon
	for _, c := range []struct {
		before time.Duration
		fee    money.Fen
		ok     bool
	}{
		{169 * time.Hour, 0, true},
		{168 * time.Hour, 0, true},
		{168*time.Hour - time.Second, 200, true},
		{48 * time.Hour, 200, true},
		{48*time.Hour - time.Second, 500, true},
		{24 * time.Hour, 500, true},
		{24*time.Hour - time.Second, 0, false},
		{-time.Hour, 0, false},
	} {
		if fee, ok, err := DefaultRules().RefundFee(1000, start.Add(-c.before), start, false); fee != c.fee || ok != c.ok || err != nil {
			t.Errorf("%v before: %d, %v, %v; want %d, %v", c.before, fee, ok, err, c.fee, c.ok)
		}
	}
}
