package performance_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"parterre/integrations/performance"
	"parterre/integrations/performance/sim"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/reporting"
)

const victimVar = "PARTERRE_REPORTING_VICTIM"

// victim is a reporting process as the kill test starts it.
type victim struct {
	DSN    string
	Tenant int32
	Owner  string
	Now    time.Time // where its clock begins: the platform's time
}

// TestVictim is no test by itself: it is the process that TestKilledWorker
// kills. It delivers until it is killed.
func TestVictim(t *testing.T) {
	text := os.Getenv(victimVar)
	if text == "" {
		t.Skip("only started by TestKilledWorker")
	}
	var v victim
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	ck := clock.NewOffset(v.Now)
	d, err := db.Open(t.Context(), db.Config{DSN: v.DSN, Clock: ck})
	if err != nil {
		t.Fatal(err)
	}
	deliverer, err := performance.NewDeliverer(performance.Options{
		Clock:     ck,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // the other test checks certificates
		Secret:    func(context.Context, int32, string) (string, error) { return secret, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &reporting.Worker{Store: reporting.PG{DB: d, Tenant: v.Tenant}, Clock: ck, Owner: v.Owner, Deliverers: map[string]reporting.Deliverer{"performance": deliverer}}
	w.Run(t.Context())
}

// OD-OPS-01 for performances (PT interfaces): kill -9 between sending and
// acknowledgement. Another worker repeats the message with the same id; nothing
// is lost and nothing doubled.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.append(t, b.world.Base()...)
	b.deliver(t)
	b.append(t, b.world.Next(), b.world.Next(), b.world.Next())

	taken := make(chan struct{})
	var once sync.Once
	// The platform takes the message and keeps the answer to itself.
	rule := []sim.BehaviourRule{{Name: "taken, silent", Match: sim.RuleMatch{}, Action: sim.ActSilence, Effect: true, Times: 1}}
	if err := b.platform.SetRules(t.Context(), rule); err != nil {
		t.Fatal(err)
	}
	b.blocked.Store(func() { once.Do(func() { close(taken) }) })
	text, _ := json.Marshal(victim{DSN: b.AppDSN, Tenant: b.Tenant, Owner: "victim", Now: b.Clock.Now()})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestVictim$", "-test.v")
	cmd.Env = append(os.Environ(), victimVar+"="+string(text))
	var out lockedText
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-taken:
	case err := <-ended:
		t.Fatalf("the victim ended by itself: %v\n%s", err, out.String())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	if s := b.states(t); s["sending"] == 0 {
		t.Fatalf("nothing was under way when the worker died: %v", s)
	}

	b.Clock.Advance(5 * time.Minute) // past the dead worker's lease
	b.deliver(t)
	if s := b.states(t); len(s) != 1 || s["accepted"] != 11 {
		t.Fatalf("deliveries: %v", s)
	}
	effects, repeats := b.platform.Effects(), 0
	for key, n := range effects {
		if n != 1 {
			t.Errorf("%s took effect %d times", key, n)
		}
	}
	for _, a := range b.platform.Overview().Apps {
		repeats += a.Repeats
	}
	if repeats == 0 || len(effects) == 0 {
		t.Errorf("the message was not repeated (%d) or nothing took effect (%d)", repeats, len(effects))
	}
}

// lockedText gathers a process's output.
type lockedText struct {
	mu   sync.Mutex
	text []byte
}

func (l *lockedText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}
