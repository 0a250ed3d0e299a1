package httpx

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
)

// call is what idempotency needs to know of the request.
type call struct {
	key  string
	body []byte
	url  string
}

// Errors of idempotency keys.
var (
	ErrKeyMissing = errs.New(errs.Invalid, "core.idempotency_key", "请求缺少 Idempotency-Key（8 至 100 个字符）。", "The request needs an Idempotency-Key of 8 to 100 characters.").At("Idempotency-Key")
	ErrKeyReused  = errs.New(errs.Conflict, "core.idempotency_reused", "该 Idempotency-Key 已用于另一个请求。", "This Idempotency-Key was used for a different request.").At("Idempotency-Key")
	ErrKeyBusy    = errs.New(errs.Conflict, "core.idempotency_busy", "同一请求正在处理，请稍候。", "The same request is being worked on; wait for its answer.")
)

// once runs h in one transaction with the record of its answer: either both
// are there afterwards or neither. The same key with the same request gets the
// recorded answer; with another request it is refused. A second sender that
// comes while the first runs waits on the row and then gets the first's answer.
func once[I, O any](ctx context.Context, d *db.DB, op Op, in *I, h func(context.Context, *I) (*O, error)) (*O, error) {
	c := passageOf(ctx).call
	if c.key == "" && op.Method != "POST" {
		return h(ctx, in)
	}
	if len(c.key) < 8 || len(c.key) > 100 {
		return nil, ErrKeyMissing
	}
	scope, ok := db.ScopeOf(ctx)
	if !ok {
		return h(ctx, in) // a public operation outside any tenant has nothing to record in
	}
	hash := sha256.New()
	hash.Write([]byte(c.url))
	hash.Write([]byte{0})
	hash.Write(c.body)
	sum := hash.Sum(nil)
	var out *O
	err := d.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		answer, err := claim(ctx, tx, scope, op, c.key, sum)
		if err != nil {
			return err
		}
		if answer != nil {
			out = new(O)
			return json.Unmarshal(answer, out)
		}
		out, err = h(ctx, in)
		if err != nil {
			return err
		}
		body, err := json.Marshal(out)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "update core.idempotency set answer = ?, status = 200 where tenant_id = ? and actor = ? and key = ?",
			body, scope.Tenant, scope.Actor.String(), c.key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// claim takes the key for this request or returns the recorded answer.
func claim(ctx context.Context, tx db.Tx, scope db.Scope, op Op, key string, sum []byte) ([]byte, error) {
	res, err := tx.ExecContext(ctx, `insert into core.idempotency (tenant_id, actor, key, route, body_hash, created_at)
		values (?, ?, ?, ?, ?, ?) on conflict do nothing`, scope.Tenant, scope.Actor.String(), key, op.ID, sum, tx.Now)
	if err != nil {
		return nil, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return nil, err
	}
	var route string
	var hash, answer []byte
	err = tx.QueryRowContext(ctx, "select route, body_hash, answer from core.idempotency where tenant_id = ? and actor = ? and key = ?",
		scope.Tenant, scope.Actor.String(), key).Scan(&route, &hash, &answer)
	switch {
	case err != nil:
		return nil, errors.Join(ErrKeyBusy, err)
	case route != op.ID || string(hash) != string(sum):
		return nil, ErrKeyReused
	case answer == nil:
		return nil, ErrKeyBusy
	}
	return answer, nil
}
