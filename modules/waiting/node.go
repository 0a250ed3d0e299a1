package waiting

import (
	"context"
	"encoding/json"
	"fmt"

	"parterre/modules/core/ids"
)

// Ask sends a question to the node that keeps the rooms and returns its answer.
type Ask func(ctx context.Context, question []byte) ([]byte, error)

// Connect says that there are several nodes: until Take, this one sends its
// questions to the one that keeps the lines. Passes are checked everywhere.
func (s *Service) Connect(ask Ask) {
	s.ask = ask
	s.away.Store(true)
}

// Take makes this node the keeper of all rooms: it reads them anew. At any time
// one node is the keeper; the app sees to that.
func (s *Service) Take() { s.turn(false) }

// Leave ends that. What was not kept by then is read by the next keeper as
// after a restart.
func (s *Service) Leave() { s.turn(true) }

func (s *Service) turn(away bool) {
	if s.ask == nil {
		return // a single node keeps what it has
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away.Store(away)
	clear(s.rooms)
}

// question is what one node asks the keeper.
type question struct {
	Do       string // room, set, join, where
	Session  ids.ID
	Ticket   string    `json:",omitempty"`
	Version  int       `json:",omitempty"`
	Settings *Settings `json:",omitempty"`
}

// Answer answers another node's question, with its scope in ctx.
func (s *Service) Answer(ctx context.Context, raw []byte) ([]byte, error) {
	var q question
	if err := json.Unmarshal(raw, &q); err != nil {
		return nil, fmt.Errorf("waiting: a question of another node: %w", err)
	}
	if s.away.Load() {
		return nil, fmt.Errorf("waiting: this node keeps the rooms no more")
	}
	var out any
	var err error
	switch {
	case q.Do == "room":
		out, err = s.Room(ctx, q.Session)
	case q.Do == "set" && q.Settings != nil:
		out, err = s.Set(ctx, q.Session, q.Version, *q.Settings)
	case q.Do == "join":
		out, err = s.Join(ctx, q.Session, q.Ticket)
	case q.Do == "where":
		out, err = s.Where(ctx, q.Session, q.Ticket)
	default:
		err = fmt.Errorf("waiting: another node asks %q", q.Do)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// forward asks the keeper.
func forward[T any](ctx context.Context, s *Service, q question) (out T, err error) {
	raw, err := json.Marshal(q)
	if err != nil {
		return out, err
	}
	if raw, err = s.ask(ctx, raw); err != nil {
		return out, err
	}
	return out, json.Unmarshal(raw, &out)
}
