package performance_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/reporting/reportingtest"
)

// jumpClock is a virtual clock on which short pauses pass at once; the time
// for an answer passes when the platform keeps its client waiting.
type jumpClock struct{ *clock.Sim }

func (c jumpClock) After(d time.Duration) <-chan time.Time {
	ch := c.Sim.After(d)
	if d < 30*time.Second {
		c.Advance(d)
	}
	return ch
}

// crash ends a worker's life at an exact point: before the platform got the
// message, or after it took it and before the answer was seen.
type crash struct {
	mu     sync.Mutex
	before bool
	after  bool
	http.RoundTripper
	cancel context.CancelFunc
}

func (c *crash) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	before, after := c.before, c.after
	c.before, c.after = false, false
	cancel := c.cancel
	c.mu.Unlock()
	if before {
		cancel()
		return nil, context.Canceled
	}
	res, err := c.RoundTripper.RoundTrip(r)
	if after {
		cancel()
		if err == nil {
			_ = res.Body.Close()
		}
		return nil, context.Canceled
	}
	return res, err
}

// simulation is one seeded run: a reporter and the platform on an in-memory
// link and a virtual clock.
type simulation struct {
	t        *testing.T
	rng      *rand.Rand
	clock    *clock.Sim
	store    *reportingtest.Memory
	platform *sim.Platform
	world    *reportingtest.World
	link     *crash
	deliver  reporting.Deliverer
	lives    int
	sent     map[string]bool // keys of increments that were appended
}

func newSimulation(t *testing.T, seed uint64, wrap func(reporting.Deliverer) reporting.Deliverer) *simulation {
	t.Helper()
	profile, err := performance.LoadProfile(performance.DefaultProfile)
	if err != nil {
		t.Fatal(err)
	}
	s := &simulation{t: t, rng: rand.New(rand.NewPCG(seed, 2)), clock: clock.NewSim(dbtest.Start), world: reportingtest.NewWorld(seed, dbtest.Start), sent: map[string]bool{}}
	s.platform, err = sim.New(t.Context(), sim.Config{
		Profile: profile, Clock: s.clock, Log: &sim.Memory{},
		Apps: []sim.Registration{{ID: "app-1", Name: "样例", Secret: secret}}, OnBlock: func(time.Duration) { s.clock.Advance(profile.Wire.Timeout()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.link = &crash{RoundTripper: sim.Transport{Handler: s.platform}}
	d, err := performance.NewDeliverer(performance.Options{
		Clock: jumpClock{s.clock}, Transport: s.link,
		Secret: func(context.Context, int32, string) (string, error) { return secret, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.deliver = d
	if wrap != nil {
		s.deliver = wrap(d)
	}
	settings, _ := json.Marshal(performance.Settings{Endpoint: "https://platform.test", AppID: "app-1", Secret: "x"})
	s.store = &reportingtest.Memory{Clock: s.clock}
	s.store.AddChannel(reporting.Channel{Tenant: 1, Code: "p", Adapter: "performance", Settings: settings, Active: true})
	return s
}

// work runs one life of a worker until it rests or is killed.
func (s *simulation) work() {
	s.lives++
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.link.mu.Lock()
	s.link.cancel = cancel
	s.link.mu.Unlock()
	w := &reporting.Worker{Store: s.store, Clock: s.clock, Owner: fmt.Sprint("life-", s.lives), Deliverers: map[string]reporting.Deliverer{"performance": s.deliver}}
	if _, err := w.Once(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, reporting.ErrLost) {
		s.t.Fatal(err)
	}
}

// fault makes the link or the platform misbehave for the next messages.
func (s *simulation) fault() {
	n := 1 + s.rng.IntN(3)
	rules := []sim.BehaviourRule{}
	switch s.rng.IntN(12) {
	case 0:
		rules = append(rules, sim.BehaviourRule{Name: "silence", Action: sim.ActSilence, Times: n})
	case 1:
		rules = append(rules, sim.BehaviourRule{Name: "silence after effect", Action: sim.ActSilence, Effect: true, Times: n})
	case 2:
		rules = append(rules, sim.BehaviourRule{Name: "cut", Action: sim.ActCut, Times: n})
	case 3:
		rules = append(rules, sim.BehaviourRule{Name: "cut after effect", Action: sim.ActCut, Effect: true, Times: n})
	case 4:
		rules = append(rules, sim.BehaviourRule{Name: "busy", Action: sim.ActRefuse, Code: performance.CodeBusy, Times: n})
	case 5:
		rules = append(rules, sim.BehaviourRule{Name: "refused", Action: sim.ActRefuse, Code: performance.CodeOther, Times: n})
	case 6:
		rules = append(rules, sim.BehaviourRule{Name: "late", Action: sim.ActLate, DelayMS: 61_000, Times: n})
	case 7:
		rules = append(rules, sim.BehaviourRule{Name: "twice", Action: sim.ActTwice, Times: n})
	case 8:
		rules = append(rules, sim.BehaviourRule{Name: "wrong id", Action: sim.ActWrongID, Times: n})
	case 9:
		rules = append(rules, sim.BehaviourRule{Name: "http 500 after effect", Action: sim.ActHTTP, Effect: true, Times: n})
	case 10:
		s.link.before = true
	case 11:
		s.link.after = true
	}
	if err := s.platform.SetRules(s.t.Context(), rules); err != nil {
		s.t.Fatal(err)
	}
}

// run reports some increments under faults, heals, and lets everything settle.
func (s *simulation) run() {
	if err := s.store.Append(s.world.Base()...); err != nil {
		s.t.Fatal(err)
	}
	s.work()
	for range 30 {
		for range s.rng.IntN(4) {
			f := s.world.Next()
			s.sent[effectKey(f)] = true
			if err := s.store.Append(f); err != nil {
				s.t.Fatal(err)
			}
		}
		if s.rng.IntN(2) == 0 {
			s.fault()
		}
		s.work()
		s.clock.Advance(time.Duration(s.rng.IntN(120)) * time.Second)
	}
	if err := s.platform.SetRules(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
	s.link.before, s.link.after = false, false
	for range 8 {
		s.clock.Advance(11 * time.Minute) // past every lease and back-off
		s.work()
	}
}

// effectKey names an increment as the platform's count of effects does.
func effectKey(f fact.Fact) string {
	switch b := f.Body.(type) {
	case fact.Sale:
		return "SALE/" + b.SessionCode + "/" + b.OrderNumber
	case fact.Refund:
		return "REFUND/" + b.SessionCode + "/" + b.RefundNumber
	case fact.CheckIn:
		return "CHECKIN/" + b.Scans[0].TicketCode + "/" + performance.Instant(b.Scans[0].At)
	}
	return ""
}

// verdict returns what is wrong: an increment that is neither in effect exactly
// once nor parked, or a delivery that came to no end.
func (s *simulation) verdict() []string {
	var wrong []string
	effects := s.platform.Effects()
	for _, d := range s.store.Deliveries("p") {
		key := effectKey(d.Fact)
		want := 1
		switch d.State {
		case reporting.StateAccepted:
		case reporting.StateParked:
			want = 0
		default:
			wrong = append(wrong, fmt.Sprintf("delivery %d is %s", d.Seq, d.State))
			continue
		}
		if key != "" && effects[key] != want {
			wrong = append(wrong, fmt.Sprintf("%s is %s and took effect %d times", key, d.State, effects[key]))
		}
	}
	for key := range effects {
		if !s.sent[key] {
			wrong = append(wrong, key+" took effect and was never reported")
		}
	}
	exchanges, err := s.platform.Timeline(s.t.Context(), sim.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range exchanges {
		for _, n := range e.Notes {
			wrong = append(wrong, fmt.Sprintf("exchange %d: %s", e.Number, n))
		}
	}
	return wrong
}

const seeds = 200

// PT interfaces: whatever the link and the platform do, and wherever the
// worker dies, every fact takes effect exactly once or is parked, in order.
func TestSeededSimulation(t *testing.T) {
	t.Parallel()
	var resends, parked, lives int
	for seed := range uint64(seeds) {
		s := newSimulation(t, seed, nil)
		s.run()
		if wrong := s.verdict(); len(wrong) > 0 {
			t.Errorf("seed %d: %v", seed, wrong[:min(5, len(wrong))])
		}
		for _, a := range s.platform.Overview().Apps {
			resends += a.Repeats
		}
		for _, d := range s.store.Deliveries("p") {
			if d.State == reporting.StateParked {
				parked++
			}
		}
		lives += s.lives
	}
	if resends == 0 || parked == 0 { // else the faults were not met and the run proves nothing
		t.Fatalf("the seeds met no repetition (%d) or nothing was parked (%d)", resends, parked)
	}
	t.Logf("%d seeds, %d lives of workers, %d repeated messages, %d parked", seeds, lives, resends, parked)
}

// Negative control: with the platform's memory of message ids off, the same
// runs show double effects. If this finds none, the test above cannot either.
func TestSimulationFindsDoubleEffects(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(20) {
		s := newSimulation(t, seed, nil)
		s.platform.SetOnce(false)
		s.run()
		for _, n := range s.platform.Effects() {
			if n > 1 {
				found++
			}
		}
	}
	if found == 0 {
		t.Fatal("no double effect was found without the safeguard")
	}
}

// renumbering gives a message another id at each sending: what stop-and-wait
// with one id is there to prevent.
type renumbering struct{ reporting.Deliverer }

func (r renumbering) Send(ctx context.Context, ch reporting.Channel, m reporting.Message, before func(context.Context, reporting.Attempt) error) (reporting.Outcome, error) {
	var body map[string]any
	if err := json.Unmarshal(m.Bytes, &body); err != nil {
		return reporting.Outcome{}, err
	}
	m.ID = ids.New()
	body["messageId"] = m.ID.String()
	m.Bytes, _ = json.Marshal(body)
	return r.Deliverer.Send(ctx, ch, m, before)
}

// Negative control on the reporter's side: new ids on repetition, against a
// platform that goes by the id alone, have double effects.
func TestSimulationFindsChangedIDs(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(20) {
		s := newSimulation(t, seed, func(d reporting.Deliverer) reporting.Deliverer { return renumbering{d} })
		s.platform.SetOnce(false)
		s.run()
		for _, n := range s.platform.Effects() {
			if n > 1 {
				found++
			}
		}
	}
	if found == 0 {
		t.Fatal("no double effect was found with changing ids")
	}
}
