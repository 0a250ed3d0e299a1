package access

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// Key is another system's credential.
type Key struct {
	ID          ids.ID             `json:"id"`
	Name        string             `json:"name"`
	Prefix      string             `json:"prefix" doc:"The key's beginning, to recognise it by"`
	Permissions []httpx.Permission `json:"permissions"`
	MadeAt      time.Time          `json:"madeAt"`
	ExpiresAt   time.Time          `json:"expiresAt"`
	RevokedAt   *time.Time         `json:"revokedAt,omitempty"`
	SeenAt      *time.Time         `json:"seenAt,omitempty"`
}

// MakeKey makes an API key that may do exactly what permissions say, for some
// days, and returns the secret, which is told only now.
//
// Errors: ErrName, ErrKeyScope, ErrKeyExpiry.
func (s *Service) MakeKey(ctx context.Context, name string, permissions []httpx.Permission, days int) (k Key, secret string, err error) {
	if err := checkName(name); err != nil {
		return Key{}, "", err
	}
	if days < 1 || days > 366 {
		return Key{}, "", ErrKeyExpiry
	}
	for _, p := range permissions {
		if !KeyMay(p) {
			return Key{}, "", ErrKeyScope.With("permission", p)
		}
	}
	if len(permissions) == 0 {
		return Key{}, "", ErrKeyScope.With("permission", "")
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var hash []byte
		secret, hash = NewToken(KeyToken, tx.Scope.Tenant)
		k = Key{ID: ids.New(), Name: name, Prefix: secret[:len(secret)-37], Permissions: permissions, MadeAt: tx.Now, ExpiresAt: tx.Now.AddDate(0, 0, days)}
		return insertKey(ctx, tx, k, hash)
	})
	return k, secret, err
}

// Keys lists the tenant's API keys, newest first.
func (s *Service) Keys(ctx context.Context) (out []Key, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listKeys(ctx, tx)
		return err
	})
	return out, err
}

// RevokeKey makes a key worthless at once; ErrNoKey.
func (s *Service) RevokeKey(ctx context.Context, id ids.ID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return revokeKey(ctx, tx, id) })
}
