package sales

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"regexp"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/limit"
)

// Errors of pickup codes.
var (
	ErrPickup      = errs.New(errs.Invalid, "sales.pickup_code", "取票码输入有误，请逐位核对 10 位数字。", "This is no pickup code; check its ten digits one by one.").At("text")
	ErrPickupTries = errs.New(errs.TooMany, "sales.pickup_attempts", "取票码尝试次数过多，请稍后再试，或用订单号、手机号查找。", "Too many pickup codes were tried; wait, or find the order by its number or phone.").By("SEC-ASVS-2.4.1")
)

var pickupForm = regexp.MustCompile(`^[0-9]{10}$`)

// PickupDigit is the check digit of a pickup code's first nine digits (ISO
// 7064, MOD 11,10): one wrong digit, and nearly every exchange of neighbours,
// does not fit.
func PickupDigit(nine string) byte {
	p := 10
	for _, d := range []byte(nine) {
		if p = (p + int(d-'0')) % 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return byte('0' + (11-p)%10)
}

// GoodPickup reports whether a text is a pickup code by its form.
func GoodPickup(code string) bool {
	return pickupForm.MatchString(code) && PickupDigit(code[:9]) == code[9]
}

var billion = big.NewInt(1_000_000_000)

// newPickup makes a code that nothing of the order tells.
func newPickup() string {
	n, _ := rand.Int(rand.Reader, billion) // never fails (Go 1.24)
	nine := fmt.Sprintf("%09d", n)
	return nine + string(PickupDigit(nine))
}

// Pickup is the pickup code (取票码) of a paid order of the calling buyer, made
// when it is asked for first; "" for an order without tickets, and for anybody
// else: who has the code gets the paper.
func (s *Service) Pickup(ctx context.Context, o Order) (code string, err error) {
	sc, _ := db.ScopeOf(ctx)
	if o.State != Confirmed || sc.Actor.Kind != db.ActorBuyer || o.Buyer != sc.Actor.String() {
		return "", nil
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		code, err = getPickup(ctx, tx, o.ID)
		return err
	})
	for try := 0; err == nil && code == "" && try < 5; try++ {
		err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			now, err := getOrder(ctx, tx, o.ID, "no key update") // paid, and stays so
			if err != nil || now.State != Confirmed {
				return err
			}
			if err := insertPickup(ctx, tx, o.ID, newPickup()); err != nil {
				return err
			}
			code, err = getPickup(ctx, tx, o.ID)
			return err
		})
	}
	return code, err
}

// mayGuess is asked before a pickup code is looked up: who has missed too often
// is refused whatever the code is, at whichever node.
func (s *Service) mayGuess(ctx context.Context, tx db.Tx, address string) error {
	g := s.Guard
	if g == nil {
		return nil
	}
	ok, err := s.triesLeft(ctx, tx, "pickup", buyerOf(ctx), g.Pickups)
	if err == nil && ok && address != "" {
		ok, err = s.triesLeft(ctx, tx, "pickup address", limit.Address(address), g.PickupsByAddress)
	}
	if err == nil && !ok {
		err = ErrPickupTries
	}
	return err
}

// missed takes what a pickup code that no order has costs.
func (s *Service) missed(ctx context.Context, tx db.Tx, address string) error {
	g := s.Guard
	if g == nil {
		return nil
	}
	err := s.takeTry(ctx, tx, "pickup", buyerOf(ctx), g.Pickups)
	if err == nil && address != "" {
		err = s.takeTry(ctx, tx, "pickup address", limit.Address(address), g.PickupsByAddress)
	}
	return err
}

// ordersOfPickup finds the order of a code, within what may be guessed.
func (s *Service) ordersOfPickup(ctx context.Context, tx db.Tx, code, address string) ([]Order, error) {
	if !GoodPickup(code) {
		return nil, ErrPickup
	}
	if err := s.mayGuess(ctx, tx, address); err != nil {
		return nil, err
	}
	list, err := pickupOrders(ctx, tx, code)
	if err == nil && len(list) == 0 {
		err = s.missed(ctx, tx, address)
	}
	return list, err
}
