package sales

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// asked is what makes two requests for an order the same, as text: places,
// people, contact and vouchers, and what else the caller adds. What only guards
// the request (the consent, the sum that was shown) is none of it.
func (n NewOrder) asked() string {
	text, err := json.Marshal([]any{n.Session, n.Hold, plainPeople(n.People), strings.TrimSpace(n.Phone), n.Later, append([]string{}, n.Codes...), n.also})
	if err != nil {
		panic(err) // plain values only
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// known finds the order that an id was used for before. Somebody else's order,
// one of another hold, or one that was asked for with other people, places or
// vouchers is ErrIDTaken. Of an order whose persons are erased only the hold is
// compared.
func (s *Service) known(ctx context.Context, n NewOrder) (o Order, ok bool, err error) {
	if n.ID.IsZero() {
		return Order{}, false, ids.ErrID.At("id")
	}
	var request []byte
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if o, err = getOrder(ctx, tx, n.ID, ""); err == nil {
			request, err = requestOf(ctx, tx, n.ID)
		}
		return err
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return Order{}, false, nil
	case err != nil:
		return Order{}, false, err
	case o.Hold != n.Hold || !mayRead(ctx, o):
		return Order{}, false, ErrIDTaken
	}
	if len(request) > 0 && !slices.ContainsFunc(s.Vault.Finds(tenantOf(ctx), "request", n.asked()), func(x []byte) bool { return bytes.Equal(x, request) }) {
		return Order{}, false, ErrIDTaken
	}
	return o, true, nil
}
