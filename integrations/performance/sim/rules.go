package sim

import (
	"strconv"
	"sync"
	"time"

	"parterre/integrations/performance"
	"parterre/modules/core/errs"
)

// Actions of rules.
const (
	ActAccept  = "accept"   // as without the rule; ends the search
	ActRefuse  = "refuse"   // answers with Code, takes nothing
	ActSilence = "silence"  // no answer until the client gives up
	ActCut     = "cut"      // breaks the connection
	ActLate    = "late"     // answers after DelayMS
	ActSlow    = "slow"     // answers byte by byte over DelayMS
	ActTwice   = "twice"    // the answer's bytes come twice
	ActWrongID = "wrong-id" // answers another message
	ActHTTP    = "http"     // HTTP status 500 with no answer
)

// Actions lists the actions, for menus and checks.
func Actions() []string {
	return []string{ActAccept, ActRefuse, ActSilence, ActCut, ActLate, ActSlow, ActTwice, ActWrongID, ActHTTP}
}

// RuleMatch says which messages a rule is for; empty fields match all.
type RuleMatch struct {
	App     string `json:"app,omitempty"`
	Type    string `json:"type,omitempty"`    // SALE, DAILY ...
	Session string `json:"session,omitempty"` // of any record
	Resend  string `json:"resend,omitempty"`  // "first": not seen before, "again": seen before
}

// BehaviourRule is one ordered behaviour rule: the first that matches acts.
type BehaviourRule struct {
	Name    string     `json:"name"`
	Match   RuleMatch  `json:"match"`
	Not     *RuleMatch `json:"not,omitempty"` // and does not match this
	Action  string     `json:"action"`
	Code    string     `json:"code,omitempty"`    // of refuse
	Effect  bool       `json:"effect"`            // silence, cut, http: was the message taken before?
	DelayMS int        `json:"delayMs,omitempty"` // late, slow
	Times   int        `json:"times,omitempty"`   // how often it acts; 0 is without end
	Acted   int        `json:"acted"`             // how often it has acted
}

// ErrRule is the error of a rule that cannot work.
var ErrRule = errs.New(errs.Invalid, "lab.rule", "规则无效：{why}。", "The rule is not valid: {why}.")

const maxDelay = 10 * time.Minute

// CheckRules refuses rules that could not act as they say.
func CheckRules(p *performance.Profile, rules []BehaviourRule) error {
	for i, r := range rules {
		if why := checkRule(p, r); why != "" {
			return ErrRule.With("why", why).At("rules[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

func checkRule(p *performance.Profile, r BehaviourRule) string {
	known := false
	for _, a := range Actions() {
		known = known || a == r.Action
	}
	switch {
	case r.Name == "" || len(r.Name) > 60:
		return "it needs a name of 1 to 60 bytes"
	case !known:
		return "its action is unknown"
	case r.Action == ActRefuse && !hasCode(p, r.Code):
		return "refuse needs one of the profile's answer codes"
	case r.Action == ActRefuse && r.Effect:
		return "a refused message has no effect"
	case r.Action != ActRefuse && r.Code != "":
		return "only refuse has a code"
	case r.Times < 0:
		return "times must not be negative"
	case r.DelayMS < 0 || time.Duration(r.DelayMS)*time.Millisecond > maxDelay:
		return "the delay must be 0 to 10 minutes"
	case (r.Action == ActLate || r.Action == ActSlow) && r.DelayMS == 0:
		return "late and slow need a delay"
	}
	for _, m := range []*RuleMatch{&r.Match, r.Not} {
		if m == nil {
			continue
		}
		if m.Type != "" {
			if _, ok := p.NameOf("messageType", m.Type); !ok {
				return "its message type is unknown"
			}
		}
		if m.Resend != "" && m.Resend != "first" && m.Resend != "again" {
			return "resend must be first or again"
		}
	}
	return ""
}

func hasCode(p *performance.Profile, code string) bool {
	for _, a := range p.Answers {
		if a.Code == code {
			return true
		}
	}
	return false
}

// traits are what rules look at.
type traits struct {
	app, kind string
	sessions  map[string]bool
	seen      bool
}

// acts reports whether a rule is for a message. A platform that has a message
// does not refuse it; one that shall do even that is told so by Resend.
func (r BehaviourRule) acts(t traits) bool {
	if r.Action == ActRefuse && t.seen && r.Match.Resend == "" {
		return false
	}
	return r.Match.fits(t) && (r.Not == nil || !r.Not.fits(t))
}

func (m RuleMatch) fits(t traits) bool {
	return (m.App == "" || m.App == t.app) && (m.Type == "" || m.Type == t.kind) &&
		(m.Session == "" || t.sessions[m.Session]) &&
		(m.Resend == "" || (m.Resend == "again") == t.seen)
}

// ruleBook holds the rules that are in force.
type ruleBook struct {
	mu    sync.Mutex
	rules []BehaviourRule
}

// pick returns the first rule that matches and counts its use.
func (b *ruleBook) pick(t traits) *BehaviourRule {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.rules {
		r := &b.rules[i]
		if (r.Times > 0 && r.Acted >= r.Times) || !r.acts(t) {
			continue
		}
		r.Acted++
		c := *r
		return &c
	}
	return nil
}

func (b *ruleBook) set(rules []BehaviourRule) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules = append([]BehaviourRule(nil), rules...)
}

func (b *ruleBook) list() []BehaviourRule {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]BehaviourRule{}, b.rules...)
}
