package cluster

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// kind is what one node asks another.
type kind uint8

const (
	command kind = iota + 1
	meter
	state
	reload
	follow
	call // of another service
)

// message is a question on the wire between nodes of one build.
type message struct {
	Kind       kind
	Mark       string
	Tenant     int32
	ActorKind  string
	ActorID    [16]byte
	ActorName  string
	Reason     string
	Approver   string
	RequestID  string
	Session    [16]byte
	Cmd        engine.Command
	HasPayload bool
	Payload    []byte
	Patience   time.Duration
}

// reply is an answer, or an error that is no refusal.
type reply struct {
	Answer engine.Answer
	Meter  engine.Meter
	Body   []byte
	Failed *failure
}

// failure is an error as it travels: one that may be shown keeps all that is
// shown of it; of others only that there was one is told.
type failure struct {
	Kind         errs.Kind
	Code, Zh, En string
	Rule         string
	Fields       []errs.Field
	Params       map[string]string
}

func failed(err error) *failure {
	e, ok := errs.Of(err)
	if !ok {
		return &failure{Code: "internal"}
	}
	f := &failure{Kind: e.Kind, Code: e.Code, Zh: e.Zh, En: e.En, Rule: e.Rule, Fields: e.Fields, Params: map[string]string{}}
	for k, v := range e.Params {
		f.Params[k] = fmt.Sprint(v)
	}
	return f
}

var errInternal = errors.New("cluster: the other node failed; its log says why")

func (f *failure) err() error {
	if f.Code == "internal" {
		return errInternal
	}
	e := errs.New(f.Kind, f.Code, f.Zh, f.En)
	e.Rule, e.Fields = f.Rule, f.Fields
	for k, v := range f.Params {
		e = e.With(k, v)
	}
	return e
}

// errMark is answered to a node of another build or with other keys. It is
// like no answer: the question may be asked again when the nodes are one.
var errMark = inventory.ErrOutcome.Because(errors.New("cluster: the nodes have different builds or keys"))

func init() {
	for name, c := range map[string]engine.Command{
		"open": &engine.Open{}, "configure": &engine.Configure{}, "hold": &engine.Hold{}, "set_kinds": &engine.SetKinds{}, "assign": &engine.Assign{},
		"extend": &engine.Extend{}, "release": &engine.Release{}, "confirm": &engine.Confirm{}, "refund": &engine.Refund{}, "move": &engine.Move{},
		"rename": &engine.Rename{}, "block": &engine.Block{}, "unblock": &engine.Unblock{}, "expire": &engine.Expire{},
	} {
		gob.RegisterName("parterre/"+name, c)
	}
}

func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return buf.Bytes(), nil
}

func decode(b []byte, v any) error { return gob.NewDecoder(bytes.NewReader(b)).Decode(v) }

// ask makes a message of ctx's scope.
func (b *Bus) ask(ctx context.Context, k kind, session ids.ID) (*message, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return nil, db.ErrNoScope
	}
	return &message{
		Kind: k, Mark: b.cfg.Mark, Tenant: scope.Tenant, ActorKind: scope.Actor.Kind, ActorID: scope.Actor.ID.Bytes(), ActorName: scope.Actor.Name,
		Reason: scope.Reason, Approver: scope.Approver, RequestID: scope.RequestID, Session: session.Bytes(), Patience: b.cfg.Timeout,
	}, nil
}

// scoped gives ctx the scope in which the question was asked.
func (m *message) scoped(ctx context.Context) context.Context {
	return db.WithScope(ctx, db.Scope{
		Tenant: m.Tenant, Reason: m.Reason, Approver: m.Approver, RequestID: m.RequestID,
		Actor: db.Actor{Kind: m.ActorKind, ID: ids.FromBytes(m.ActorID), Name: m.ActorName},
	})
}
