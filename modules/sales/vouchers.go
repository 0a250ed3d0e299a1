package sales

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// VoucherBatch is a number of codes (代金券) that allow one rule each.
type VoucherBatch struct {
	ID        ids.ID // made by the client
	Rule      ids.ID
	Name      string
	Codes     int
	Uses      int // of each code
	StartsAt  time.Time
	ExpiresAt time.Time
	GiveBack  bool // a refund of the whole order gives the use back
	VoidedAt  *time.Time
	CreatedBy string
	CreatedAt time.Time
	Used      int // uses so far

	secret []byte // sealed
}

// MakeVouchers makes a batch with its codes. The same id again returns it.
// Errors: sales.discount_not_found.
func (s *Service) MakeVouchers(ctx context.Context, b VoucherBatch) (out VoucherBatch, err error) {
	if b.ID.IsZero() {
		return b, ids.ErrID.At("id")
	}
	sc, _ := db.ScopeOf(ctx)
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	b.secret = s.Vault.Seal(sc.Tenant, b.ID, "voucher", base64.StdEncoding.EncodeToString(secret))
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if out, err = getBatch(ctx, tx, b.ID); err == nil && !b.sameAs(out) {
			return ErrIDTaken
		} else if err == nil || !errors.Is(err, ErrBatch) {
			return err
		}
		if _, err := getRule(ctx, tx, b.Rule); err != nil {
			return err
		}
		if err := insertBatch(ctx, tx, b); err != nil {
			return err
		}
		const chunk = 5000
		for from := 0; from < b.Codes; from += chunk {
			var hashes [][]byte
			for no := from; no < min(from+chunk, b.Codes); no++ {
				hashes = append(hashes, hashOf(codeOf(secret, no)))
			}
			if err := insertVouchers(ctx, tx, b, from, hashes); err != nil {
				return err
			}
		}
		out, err = getBatch(ctx, tx, b.ID)
		return err
	})
	return out, err
}

// sameAs compares what was asked for with the batch that is there.
func (b VoucherBatch) sameAs(old VoucherBatch) bool {
	return b.Rule == old.Rule && b.Name == old.Name && b.Codes == old.Codes && b.Uses == old.Uses && b.GiveBack == old.GiveBack &&
		old.StartsAt.Equal(b.StartsAt.Truncate(time.Microsecond)) && old.ExpiresAt.Equal(b.ExpiresAt.Truncate(time.Microsecond))
}

// alphabet is Crockford's: no letter that looks like a digit.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeOf is the no-th code of a batch: 80 bits that nobody guesses without the
// batch's secret, which is sealed, while the codes are kept as hashes.
func codeOf(secret []byte, no int) string {
	m := hmac.New(sha256.New, secret)
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(no)))
	sum := m.Sum(nil)
	out := make([]byte, 0, 19)
	for i := range 16 {
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, alphabet[sum[i]&31])
	}
	return string(out)
}

// VoucherCode is one code as it is given out.
type VoucherCode struct {
	No   int
	Code string
	Left int
}

// VoucherCodes gives all codes of a batch, for the file that is handed out;
// that they were read is in the audit log.
func (s *Service) VoucherCodes(ctx context.Context, batch ids.ID) (b VoucherBatch, out []VoucherCode, err error) {
	sc, _ := db.ScopeOf(ctx)
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if b, err = getBatch(ctx, tx, batch); err != nil {
			return err
		}
		if err := noteExport(ctx, tx, b); err != nil {
			return err
		}
		text, err := s.Vault.Open(sc.Tenant, b.ID, "voucher", b.secret)
		if err != nil {
			return err
		}
		secret, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		left, err := usesLeft(ctx, tx, b)
		for no, n := range left {
			out = append(out, VoucherCode{no + 1, codeOf(secret, no), n})
		}
		return err
	})
	return b, out, err
}

// VoucherBatches lists the batches, newest first.
func (s *Service) VoucherBatches(ctx context.Context) (out []VoucherBatch, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listBatches(ctx, tx)
		return err
	})
	return out, err
}

// VoidVouchers ends a batch: its codes are refused from now on.
func (s *Service) VoidVouchers(ctx context.Context, batch ids.ID) (b VoucherBatch, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := voidBatch(ctx, tx, batch); err != nil {
			return err
		}
		b, err = getBatch(ctx, tx, batch)
		return err
	})
	return b, err
}
