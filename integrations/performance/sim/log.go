package sim

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"parterre/integrations/performance"
)

// Exchange is one request with what became of it.
type Exchange struct {
	Number   int64               `json:"number"`
	At       time.Time           `json:"at"`
	App      string              `json:"app"`
	Message  string              `json:"messageId"`
	Type     string              `json:"type"`
	Sequence int64               `json:"sequence"`
	Records  int                 `json:"records"`
	Code     string              `json:"code"` // of the answer
	Text     string              `json:"text"`
	Accepted int                 `json:"accepted"`
	Rejected []RejectedRecord    `json:"rejected"`
	Faults   []performance.Fault `json:"faults"`
	Notes    []string            `json:"notes"`            // deviations that were not refused
	Rule     string              `json:"rule"`             // the behaviour rule that acted, "" if none
	Action   string              `json:"action,omitempty"` // its action
	Effect   bool                `json:"effect"`           // the book changed by it
	Repeat   bool                `json:"repeat"`           // the message id was seen before
	Remote   string              `json:"remote"`
	Request  []byte              `json:"-"`
	Answer   []byte              `json:"-"`
}

// RejectedRecord is one record that was not taken.
type RejectedRecord struct {
	Index int    `json:"index"`
	Code  string `json:"code"`
	Msg   string `json:"msg"`
}

// Filter chooses exchanges.
type Filter struct {
	App     string
	Type    string
	Code    string
	Message string
	Before  int64 // numbers below; 0 for the newest
	Limit   int
}

// Log keeps exchanges for good. Append returns once they are.
type Log interface {
	Append(ctx context.Context, e Exchange) (int64, error)
	// Replay gives the exchanges that had an effect, oldest first.
	Replay(ctx context.Context, fn func(Exchange) error) error
	// List gives exchanges without their bytes, newest first.
	List(ctx context.Context, f Filter) ([]Exchange, error)
	// Get gives one exchange with its bytes; nil if there is none.
	Get(ctx context.Context, number int64) (*Exchange, error)
	// Setting and SetSetting keep the console's choices, such as rules.
	Setting(ctx context.Context, name string) (json.RawMessage, error)
	SetSetting(ctx context.Context, name string, value json.RawMessage) error
}

// Memory is a Log that forgets with the process: for tests and conformance runs.
type Memory struct {
	mu       sync.Mutex
	all      []Exchange
	settings map[string]json.RawMessage
}

var _ Log = (*Memory)(nil)

// Append implements Log.
func (m *Memory) Append(_ context.Context, e Exchange) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Number = int64(len(m.all) + 1)
	m.all = append(m.all, e)
	return e.Number, nil
}

// Replay implements Log.
func (m *Memory) Replay(_ context.Context, fn func(Exchange) error) error {
	m.mu.Lock()
	all := append([]Exchange(nil), m.all...)
	m.mu.Unlock()
	for _, e := range all {
		if !e.Effect {
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// List implements Log.
func (m *Memory) List(_ context.Context, f Filter) ([]Exchange, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := []Exchange{}
	for i := len(m.all) - 1; i >= 0 && (f.Limit <= 0 || len(out) < f.Limit); i-- {
		e := m.all[i]
		if (f.Before > 0 && e.Number >= f.Before) || !f.fits(e) {
			continue
		}
		e.Request, e.Answer = nil, nil
		out = append(out, e)
	}
	return out, nil
}

func (f Filter) fits(e Exchange) bool {
	return (f.App == "" || f.App == e.App) && (f.Type == "" || f.Type == e.Type) &&
		(f.Code == "" || f.Code == e.Code) && (f.Message == "" || f.Message == e.Message)
}

// Get implements Log.
func (m *Memory) Get(_ context.Context, number int64) (*Exchange, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if number < 1 || number > int64(len(m.all)) {
		return nil, nil //nolint:nilnil // absence is said in the interface
	}
	e := m.all[number-1]
	return &e, nil
}

// Setting implements Log.
func (m *Memory) Setting(_ context.Context, name string) (json.RawMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.settings[name], nil
}

// SetSetting implements Log.
func (m *Memory) SetSetting(_ context.Context, name string, value json.RawMessage) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.settings == nil {
		m.settings = map[string]json.RawMessage{}
	}
	m.settings[name] = value
	return nil
}
