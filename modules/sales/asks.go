package sales

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// ask is what a request under a client-made id asked for. It is noted in the
// commit of what the request made, so that the id stands for that alone.
type ask struct {
	What    string
	ID      ids.ID
	Digests [][]byte // under every index key in use, newest first
}

// asking makes the ask of a request; parts are plain values. The digest is
// keyed, as parts may hold names and phone numbers.
func (s *Service) asking(ctx context.Context, what string, id ids.ID, parts ...any) ask {
	text, err := json.Marshal(parts)
	if err != nil {
		panic(err) // plain values only
	}
	sum := sha256.Sum256(text)
	return ask{what, id, s.Vault.Finds(tenantOf(ctx), "request", what+" "+hex.EncodeToString(sum[:]))}
}

// same is ErrIDTaken when the id was noted with something else. What was not
// noted, or was erased since, cannot be told apart.
func (a ask) same(ctx context.Context, tx db.Tx) error {
	noted, err := askedBefore(ctx, tx, a)
	if err == nil && noted != nil && !slices.ContainsFunc(a.Digests, func(x []byte) bool { return bytes.Equal(x, noted) }) {
		err = ErrIDTaken
	}
	return err
}

// note writes down what was asked for; the first to do so counts.
func (a ask) note(ctx context.Context, tx db.Tx) error { return noteAsked(ctx, tx, a) }

func (s *Service) sameAsk(ctx context.Context, a ask) error {
	return s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error { return a.same(ctx, tx) })
}

// askedRows are the asks of one batch of the seat engine.
type askedRows struct {
	what, id []string
	digest   [][]byte
	at       []time.Time
}

func (t *askedRows) add(a ask, at time.Time) {
	if len(a.Digests) > 0 {
		t.what, t.id, t.digest, t.at = append(t.what, a.What), append(t.id, a.ID.String()), append(t.digest, a.Digests[0]), append(t.at, at)
	}
}

func (t *askedRows) queue(b *pgx.Batch, tenant int32) {
	if len(t.id) > 0 {
		b.Queue("insert into sales.asked (tenant_id, what, id, digest, at) select $1, x.* from unnest($2::text[], $3::uuid[], $4::bytea[], $5::timestamptz[]) x on conflict do nothing",
			tenant, t.what, t.id, t.digest, t.at)
	}
}

// plain is a person as compared: what is only written differently is the same.
func (p Person) plain() Person {
	return Person{strings.TrimSpace(p.Name), p.Kind, strings.ToUpper(strings.TrimSpace(p.Number)), p.Guardian}
}

func plainPeople(list []Person) []Person {
	out := make([]Person, len(list))
	for i, p := range list {
		out[i] = p.plain()
	}
	return out
}

// sortedSeats are the seats of a set, which has no order.
func sortedSeats(seats []int32) []int32 {
	out := append([]int32{}, seats...)
	slices.Sort(out)
	return out
}
