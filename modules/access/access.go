package access

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// ActorVisitor is the actor kind of one who has proved nothing.
const ActorVisitor = "visitor"

// Service is safe for concurrent use.
type Service struct {
	db      *db.DB
	hasher  *hasher
	buyers  *sealer // seals buyers' cookies
	mu      sync.Mutex
	tenants map[string]knownTenant // by slug and host
}

type knownTenant struct {
	id int32
	at time.Time
}

// New makes the service. Buyers' cookies that it makes are good for it alone
// until SealBuyers gives it a key that is kept.
func New(d *db.DB) *Service {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return &Service{db: d, hasher: newHasher(), buyers: newSealer(key), tenants: map[string]knownTenant{}}
}

// SealBuyers sets the key of buyers' cookies, 32 bytes, before the service is used.
func (s *Service) SealBuyers(key []byte) { s.buyers = newSealer(key) }

// Account is a member of staff.
type Account struct {
	ID         ids.ID    `json:"id"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Roles      []Role    `json:"roles"`
	MustChange bool      `json:"mustChangePassword" doc:"May do nothing else until the password is changed"`
	Disabled   bool      `json:"disabled"`
	CreatedAt  time.Time `json:"createdAt"`
}

// actor is how the audit log names an account.
func (a Account) actor() db.Actor { return db.Actor{Kind: db.ActorUser, ID: a.ID, Name: a.Login} }

const tenantMemory = time.Minute

// tenantOf finds the tenant by the slug if one is given, else by the host,
// else the default one; 0 if there is none. Answers are remembered for a
// minute, for visitors come in crowds.
func (s *Service) tenantOf(ctx context.Context, slug, host string) (int32, error) {
	if len(slug) > 40 || len(host) > 255 {
		return 0, nil
	}
	now := s.db.Clock().Now()
	key := slug + "\x00" + host
	s.mu.Lock()
	k, ok := s.tenants[key]
	s.mu.Unlock()
	if ok && now.Sub(k.at) < tenantMemory {
		return k.id, nil
	}
	var id *int32
	if err := s.db.Pool().QueryRow(ctx, "select core.tenant_of($1, $2)", slug, host).Scan(&id); err != nil {
		return 0, db.Map(err)
	}
	if id == nil {
		return 0, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tenants) >= 1000 { // hosts are the caller's to choose
		s.tenants = map[string]knownTenant{}
	}
	s.tenants[key] = knownTenant{*id, now}
	return *id, nil
}

// userScope returns the account id of ctx's actor, if a member of staff acts.
func userScope(ctx context.Context) (ids.ID, error) {
	scope, ok := db.ScopeOf(ctx)
	if !ok || scope.Actor.Kind != db.ActorUser {
		return ids.ID{}, errs.New(errs.Forbidden, "access.staff_only", "仅限登录的员工操作。", "Only a signed-in member of staff may do this.")
	}
	return scope.Actor.ID, nil
}
