package sim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"parterre/integrations/performance"
	"parterre/modules/core/clock"
)

// Registration is a registration of a reporting system with the platform.
type Registration struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Secret string   `json:"-"`
	Venues []string `json:"venues"` // it may report for these; none means any
}

// Config makes a platform.
type Config struct {
	Profile *performance.Profile
	Clock   clock.Clock
	Log     Log
	Apps    []Registration
	// OnBlock, if set, is told before the platform keeps a client waiting; a
	// virtual clock moves then.
	OnBlock func(time.Duration)
}

// Platform is the simulated collection platform. It is an http.Handler.
type Platform struct {
	cfg   Config
	rules ruleBook

	mu     sync.Mutex // guards what follows, and keeps the log in the book's order
	book   *book
	apps   map[string]Registration
	seen   map[string]*seenMessage // app|message id
	nonces map[string]time.Time    // app|nonce -> when it may be forgotten
	last   map[string]int64        // app -> highest sequence
	health map[string]*AppHealth
}

type seenMessage struct {
	hash   [32]byte
	answer answer
}

var _ http.Handler = (*Platform)(nil)

// New makes a platform and rebuilds its book from the log.
func New(ctx context.Context, cfg Config) (*Platform, error) {
	p := &Platform{
		cfg: cfg, book: newBook(cfg.Profile), apps: map[string]Registration{}, seen: map[string]*seenMessage{},
		nonces: map[string]time.Time{}, last: map[string]int64{}, health: map[string]*AppHealth{},
	}
	for _, a := range cfg.Apps {
		p.apps[a.ID] = a
	}
	if err := cfg.Log.Replay(ctx, p.replay); err != nil {
		return nil, err
	}
	raw, err := cfg.Log.Setting(ctx, "rules")
	if err != nil {
		return nil, err
	}
	if len(raw) > 0 {
		var rules []BehaviourRule
		if err := json.Unmarshal(raw, &rules); err != nil {
			return nil, err
		}
		p.rules.set(slices.DeleteFunc(rules, func(r BehaviourRule) bool { return r.Times > 0 })) // a fault for n times does not come back with a restart
	}
	return p, nil
}

// SetOnce turns the safeguard against double effect on (the default) or off,
// to show that a test which looks for double effects finds them.
func (p *Platform) SetOnce(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.book.once = on
}

// Rules returns the behaviour rules in force with their counts.
func (p *Platform) Rules() []BehaviourRule { return p.rules.list() }

// SetRules checks, stores and switches the behaviour rules, all at once.
func (p *Platform) SetRules(ctx context.Context, rules []BehaviourRule) error {
	if err := CheckRules(p.cfg.Profile, rules); err != nil {
		return err
	}
	raw, err := json.Marshal(rules)
	if err != nil {
		return err
	}
	if err := p.cfg.Log.SetSetting(ctx, "rules", raw); err != nil {
		return err
	}
	p.rules.set(rules)
	return nil
}

const maxBody = 8 << 20

// ServeHTTP implements the collection interface.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != p.cfg.Profile.Wire.Path {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, "the body is over 8 MiB", http.StatusRequestEntityTooLarge)
		}
		return
	}
	in := inbound{
		app: r.Header.Get(performance.HeaderApp), stamp: r.Header.Get(performance.HeaderTimestamp),
		nonce: r.Header.Get(performance.HeaderNonce), signature: r.Header.Get(performance.HeaderSignature), remote: r.RemoteAddr, body: body,
	}
	e, rule, err := p.receive(r.Context(), in)
	if err != nil {
		http.Error(w, "the platform cannot store just now", http.StatusServiceUnavailable)
		return
	}
	p.respond(w, r, e, rule)
}

// respond answers as the rule says.
func (p *Platform) respond(w http.ResponseWriter, r *http.Request, e *Exchange, rule *BehaviourRule) {
	action := ActAccept
	var delay time.Duration
	if rule != nil {
		action, delay = rule.Action, time.Duration(rule.DelayMS)*time.Millisecond
	}
	switch action {
	case ActSilence:
		p.wait(r.Context(), maxDelay)
		panic(http.ErrAbortHandler)
	case ActCut:
		panic(http.ErrAbortHandler)
	case ActHTTP:
		http.Error(w, "simulated failure", http.StatusInternalServerError)
		return
	case ActLate:
		p.wait(r.Context(), delay)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	out := e.Answer
	if action == ActTwice {
		out = append(append([]byte{}, out...), out...)
	}
	h.Set("Content-Length", strconv.Itoa(len(out)))
	if action != ActSlow {
		_, _ = w.Write(out) // a client that has gone asks again
		return
	}
	for i := range out {
		p.wait(r.Context(), delay/time.Duration(len(out)))
		if _, err := w.Write(out[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

// wait passes time on the platform's clock, or less if the client leaves.
func (p *Platform) wait(ctx context.Context, d time.Duration) {
	over := p.cfg.Clock.After(d)
	if p.cfg.OnBlock != nil {
		p.cfg.OnBlock(d)
	}
	select {
	case <-ctx.Done():
	case <-over:
	}
}
