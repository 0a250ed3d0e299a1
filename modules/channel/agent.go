package channel

import (
	"context"
	"errors"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// Sell is the permission of agents' keys.
const Sell httpx.Permission = "channel.sell"

// Agent is one who sells for the theatre by API.
type Agent struct {
	ID        ids.ID    `json:"id"`
	Name      string    `json:"name" doc:"Told to buyers as the seller (RL-6)"`
	Sandbox   bool      `json:"sandbox" doc:"Sells in a sandbox: nothing of it is real"`
	Disabled  bool      `json:"disabled"`
	Rate      int       `json:"rate" doc:"Requests a second, per key"`
	Burst     int       `json:"burst" doc:"Requests at once, per key"`
	Pool      string    `json:"pool" doc:"Allotment: the name of the reserved pool that it sells from first; empty for none"`
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
}

// Limits of a new agent.
const (
	DefaultRate  = 20
	DefaultBurst = 40
)

// Settings are what a theatre sets for an agent.
type Settings struct {
	Name     string `json:"name" minLength:"1" maxLength:"100"`
	Disabled bool   `json:"disabled,omitempty"`
	Rate     int    `json:"rate,omitempty" minimum:"0" maximum:"1000" doc:"Requests a second, per key; 0: 20"`
	Burst    int    `json:"burst,omitempty" minimum:"0" maximum:"10000" doc:"Requests at once, per key; 0: 40"`
	Pool     string `json:"pool,omitempty" maxLength:"60" doc:"Name of the reserved pool that it sells from first"`
}

func (n Settings) check() (Settings, error) {
	var l errs.List
	l.Text("name", n.Name, 100, true)
	l.Text("pool", n.Pool, 60, false)
	if n.Rate == 0 {
		n.Rate = DefaultRate
	}
	if n.Burst == 0 {
		n.Burst = max(DefaultBurst, n.Rate)
	}
	if n.Rate < 1 || n.Rate > 1000 {
		l.Add("rate", "core.range", "每秒请求数应为 1 至 1000。", "Requests a second are 1 to 1000.", "")
	}
	if n.Burst < 1 || n.Burst > 10000 {
		l.Add("burst", "core.range", "并发请求数应为 1 至 10000。", "Requests at once are 1 to 10000.", "")
	}
	return n, l.Err()
}

// Add registers an agent. In a sandbox tenant it is a sandbox agent.
func (s *Service) Add(ctx context.Context, n Settings) (a Agent, err error) {
	if n, err = n.check(); err != nil {
		return a, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		sandbox, err := sandboxMode(ctx, tx)
		if err != nil {
			return err
		}
		a = Agent{ID: ids.New(), Name: n.Name, Sandbox: sandbox, Disabled: n.Disabled, Rate: n.Rate, Burst: n.Burst, Pool: n.Pool, Version: 1, CreatedAt: tx.Now}
		return insertAgent(ctx, tx, a)
	})
	return a, err
}

// Change replaces an agent's settings. Errors: channel.agent_not_found, channel.version.
func (s *Service) Change(ctx context.Context, id ids.ID, version int, n Settings) (a Agent, err error) {
	if n, err = n.check(); err != nil {
		return a, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if a, err = getAgent(ctx, tx, id, true); err != nil {
			return err
		}
		if a.Version != version {
			return ErrVersion
		}
		a.Name, a.Disabled, a.Rate, a.Burst, a.Pool, a.Version = n.Name, n.Disabled, n.Rate, n.Burst, n.Pool, a.Version+1
		return updateAgent(ctx, tx, a)
	})
	return a, err
}

// Agents lists all agents of the tenant by name.
func (s *Service) Agents(ctx context.Context) (out []Agent, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listAgents(ctx, tx)
		return err
	})
	return out, err
}

// MakeKey makes a further key of an agent, to replace one that is to be
// revoked. The secret is told only now. Errors: channel.agent_not_found, access.*.
func (s *Service) MakeKey(ctx context.Context, agent ids.ID, days int) (k access.Key, secret string, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		a, err := getAgent(ctx, tx, agent, false)
		if err != nil {
			return err
		}
		if k, secret, err = s.Access.MakeKey(ctx, a.Name, []httpx.Permission{Sell}, days); err != nil {
			return err
		}
		return bindKey(ctx, tx, k.ID, agent)
	})
	return k, secret, err
}

// Sandbox reports whether the tenant is a sandbox.
func (s *Service) Sandbox(ctx context.Context) (on bool, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		on, err = sandboxMode(ctx, tx)
		return err
	})
	return on, err
}

// SetSandbox makes the whole tenant a sandbox, or no more one, while there is
// no order and no agent. Errors: channel.mode.
func (s *Service) SetSandbox(ctx context.Context, on bool) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		was, err := sandboxMode(ctx, tx)
		if err != nil || was == on {
			return err
		}
		if used, err := inUse(ctx, tx); err != nil || used {
			return errors.Join(err, ErrMode)
		}
		return setMode(ctx, tx, on)
	})
}

// Enter finds the agent of the key of ctx and returns ctx with the agent as
// its actor. A key that was bound to no agent is an agent of its own.
// Errors: channel.disabled.
func (s *Service) Enter(ctx context.Context) (Agent, context.Context, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok || scope.Actor.Kind != db.ActorKey {
		return Agent{}, ctx, httpx.ErrDenied.With("permission", Sell)
	}
	var a Agent
	var known bool
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		a, known, err = agentOfKey(ctx, tx, scope.Actor.ID)
		return err
	})
	if err == nil && !known {
		a, err = s.own(ctx, scope.Actor)
	}
	if err == nil && a.Disabled {
		err = ErrDisabled
	}
	if err != nil {
		return a, ctx, err
	}
	scope.Actor = db.Actor{Kind: sales.ActorAgent, ID: a.ID, Name: a.Name}
	return a, db.WithScope(ctx, scope), nil
}

// own registers the agent that a key is by itself.
func (s *Service) own(ctx context.Context, key db.Actor) (a Agent, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		sandbox, err := sandboxMode(ctx, tx)
		if err != nil {
			return err
		}
		a = Agent{ID: key.ID, Name: key.Name, Sandbox: sandbox, Rate: DefaultRate, Burst: DefaultBurst, Version: 1, CreatedAt: tx.Now}
		if err := insertAgent(ctx, tx, a); err != nil {
			return err
		}
		if err := bindKey(ctx, tx, key.ID, a.ID); err != nil {
			return err
		}
		a, _, err = agentOfKey(ctx, tx, key.ID)
		return err
	})
	return a, err
}
