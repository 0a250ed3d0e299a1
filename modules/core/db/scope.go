package db

import (
	"context"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Actor kinds.
const (
	ActorUser   = "user"   // a member of staff
	ActorDevice = "device" // a paired gate or counter machine
	ActorKey    = "apikey" // another system
	ActorBuyer  = "buyer"  // an anonymous or known buyer
	ActorSystem = "system" // a job of ours; the name says which
)

// Actor is who does something; it is written into the audit log.
type Actor struct {
	Kind string
	ID   ids.ID // zero for system jobs
	Name string // shown in the audit; never personal data of a buyer
}

// String is "kind:id" or, for jobs, "system:name".
func (a Actor) String() string {
	if a.ID.IsZero() {
		return a.Kind + ":" + a.Name
	}
	return a.Kind + ":" + a.ID.String()
}

// Scope says for whom and by whom a transaction runs. It travels in the
// context; without one no transaction opens.
type Scope struct {
	Tenant    int32
	Actor     Actor
	Reason    string // why, where a change must be explained
	Approver  string // who allowed it, where two persons must agree
	RequestID string
}

// ErrNoScope is an internal fault: code tried to reach data without saying
// for which tenant. It is what makes forgetting the tenant fail closed.
var ErrNoScope = errs.New(errs.Internal, "core.no_scope", "内部错误。", "A transaction was opened without a tenant and an actor.")

type scopeKey struct{}

// WithScope returns ctx with s.
func WithScope(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeOf returns the scope of ctx.
func ScopeOf(ctx context.Context) (Scope, bool) {
	s, ok := ctx.Value(scopeKey{}).(Scope)
	return s, ok && s.Tenant > 0 && s.Actor.Kind != ""
}

// System returns ctx with the scope of one of our own jobs.
func System(ctx context.Context, tenant int32, job string) context.Context {
	return WithScope(ctx, Scope{Tenant: tenant, Actor: Actor{Kind: ActorSystem, Name: job}})
}

// WithReason returns ctx with the scope's reason set: the sentence that the
// audit log shows for why something was done.
func WithReason(ctx context.Context, reason string) context.Context {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	s.Reason = reason
	return WithScope(ctx, s)
}
