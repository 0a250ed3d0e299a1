package sales

import (
	"context"
	"errors"
	"regexp"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// Errors of payments by the payer's code (付款码) and of orders that a counter
// has open.
var (
	ErrScanCode  = errs.New(errs.Invalid, "sales.scan_code", "这不是付款码：微信为 18 位、10 至 15 开头，支付宝为 16 至 24 位、25 至 30 开头。", "This is no payment code: WeChat's have 18 digits and begin with 10 to 15, Alipay's 16 to 24 and begin with 25 to 30.").At("code")
	ErrNoScan    = errs.New(errs.Conflict, "sales.no_scan", "本场馆柜台没有开通可扫付款码的支付渠道。", "No account that takes payment codes is open at this venue's counters.")
	ErrScanOpen  = errs.New(errs.Conflict, "sales.scan_open", "上一次扫码付款还没有结果，请先查询或撤销。", "The last payment by code has no result yet; ask for it or reverse it first.")
	ErrReversing = errs.New(errs.Conflict, "sales.reverse_unknown", "支付渠道没有确认撤销，钱款状态未知，请重试撤销或查询。", "The provider has not confirmed the reversal, so it is not known where the money is; reverse again or ask.")
	ErrByHand    = errs.New(errs.Invalid, "sales.method", "请选择现金、银行卡、微信、支付宝或转账。", "Choose cash, card, WeChat, Alipay or transfer.").At("method")
)

// The forms of payers' codes.
var (
	wechatCode = regexp.MustCompile(`^1[0-5]\d{16}$`)
	alipayCode = regexp.MustCompile(`^(2[5-9]|30)\d{14,22}$`)
)

// CodeKind tells whose code a payer shows: wechat, alipay, or "" for no code.
func CodeKind(code string) string {
	switch {
	case wechatCode.MatchString(code):
		return "wechat"
	case alipayCode.MatchString(code):
		return "alipay"
	}
	return ""
}

// What became of a payment by code.
const (
	ScanPaid    = "paid"    // the money is there, and the order sold
	ScanWaiting = "waiting" // the payer is asked for the password
	ScanUnknown = "unknown" // the provider has not answered: it may be paid
	ScanRefused = "refused" // the provider said no; nothing was taken
	ScanClosed  = "closed"  // not paid, and cannot be any more
)

// Scan is a payment by code and how it stands.
type Scan struct {
	State  string
	Kind   string // wechat, alipay
	Reason string // of a refusal, in the provider's words
	Order  Order  // or the bundle as payments know it
}

// PlaceAtCounter makes a pending order of a hold at the counter, to be paid by
// code. Errors: as PlaceOrder.
func (s *Service) PlaceAtCounter(ctx context.Context, n NewOrder) (Order, error) {
	if old, ok, err := s.known(ctx, n); err != nil || ok {
		return old, err
	}
	o, err := s.place(ctx, n, "counter")
	if err != nil || o.Amount > 0 || o.State != Pending {
		return o, err
	}
	return s.free(ctx, o)
}

// ScanWays lists the accounts that take payers' codes at a session's counters.
func (s *Service) ScanWays(ctx context.Context, session ids.ID) ([]PayMethod, error) {
	list, err := s.SessionMethods(ctx, session, "counter")
	out := []PayMethod{}
	for _, m := range list {
		if m.Kind == "wechat" || m.Kind == "alipay" {
			out = append(out, m)
		}
	}
	return out, err
}

// TakeByCode takes the money of a pending counter order by the payer's code.
// id is made by the client: the same id again asks how that payment stands and
// never takes twice. The code goes to the provider and nowhere else.
// Errors: sales.scan_code, sales.no_scan, sales.scan_open, sales.state,
// sales.order_not_found.
func (s *Service) TakeByCode(ctx context.Context, order, id ids.ID, code string) (Scan, error) {
	return s.takeByCode(ctx, payee{ID: order}, id, code)
}

func (s *Service) takeByCode(ctx context.Context, e payee, id ids.ID, code string) (Scan, error) {
	if id.IsZero() {
		return Scan{}, ids.ErrID.At("id")
	}
	kind := CodeKind(code)
	if kind == "" {
		return Scan{}, ErrScanCode
	}
	o, err := s.payee(ctx, e)
	if err != nil {
		return Scan{}, err
	}
	ways, err := s.ScanWays(ctx, o.Session)
	if err != nil {
		return Scan{}, err
	}
	pay, made, err := s.beginScan(ctx, e, id, kind, ways)
	if err != nil {
		return Scan{}, err
	}
	if !made {
		return s.scanState(ctx, e)
	}
	p, err := s.provider(ctx, pay.Provider)
	if err != nil {
		return Scan{}, err
	}
	taker, ok := p.(payment.Taker)
	if !ok {
		return Scan{}, ErrNoScan
	}
	_, sh, err := s.session(ctx, o.Session)
	if err != nil {
		return Scan{}, err
	}
	// No address for notices: the counter asks, and so does the sweep.
	st, err := taker.Take(ctx, payment.Request{ID: pay.ID, Tenant: tenantOf(ctx), Order: o.ID, Amount: pay.Amount, Subject: sh.Title, Expires: o.ExpiresAt, Scene: payment.Scan}, code)
	switch {
	case errs.CodeOf(err) == payment.ErrRefused.Code:
		return s.refusedScan(ctx, e, pay, taker, kind, err)
	case err != nil:
		s.Log.Warn("a payment by code has no answer", "order", o.ID.String(), "provider", pay.Provider, "err", err)
		return s.scanned(ctx, e, Scan{State: ScanUnknown, Kind: kind})
	}
	return s.heard(ctx, e, pay, kind, st)
}

// beginScan notes the payment before the provider hears of it, so that a crash
// leaves it to be asked for. made is false when it was noted before.
func (s *Service) beginScan(ctx context.Context, e payee, id ids.ID, kind string, ways []PayMethod) (pay Payment, made bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, err := e.lock(ctx, tx)
		if err != nil {
			return err
		}
		if pay, err = getPayment(ctx, tx, id, ""); err == nil {
			if pay.Order != e.ID {
				return ErrIDTaken
			}
			return nil
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		open, err := openScan(ctx, tx, e.ID)
		switch {
		case err != nil:
			return err
		case now.State != Pending || now.Channel != "counter" || !tx.Now.Before(now.ExpiresAt):
			return ErrState
		case !open.ID.IsZero():
			return ErrScanOpen
		}
		for _, w := range ways {
			if w.Kind == kind {
				pay, made = Payment{ID: id, Order: e.ID, Provider: w.Provider, Amount: now.Amount, State: "waiting", Scene: payment.Scan}, true
				return insertScan(ctx, tx, pay, tx.Scope.Actor.String())
			}
		}
		return ErrNoScan
	})
	return pay, made, err
}

// refusedScan ends a payment that the provider said no to. A no may still leave
// a trade that could be paid, so it is reversed before the next one begins.
func (s *Service) refusedScan(ctx context.Context, e payee, pay Payment, taker payment.Taker, kind string, said error) (Scan, error) {
	st, err := taker.Reverse(ctx, pay.ID)
	if err != nil || st.State != payment.Closed && st.State != payment.Missing {
		return s.scanned(ctx, e, Scan{State: ScanUnknown, Kind: kind})
	}
	if err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return reversePayment(ctx, tx, pay.ID) }); err != nil {
		return Scan{}, err
	}
	out := Scan{State: ScanRefused, Kind: kind}
	if no, ok := errs.Of(said); ok {
		out.Reason, _ = no.Params["reason"].(string)
	}
	return s.scanned(ctx, e, out)
}

// heard applies what the provider says of a payment by code.
func (s *Service) heard(ctx context.Context, e payee, pay Payment, kind string, st payment.Status) (Scan, error) {
	out := Scan{State: ScanWaiting, Kind: kind}
	switch st.State {
	case payment.Paid:
		if err := s.settle(ctx, pay.Provider, st, ""); err != nil {
			return Scan{}, err
		}
		out.State = ScanPaid
	case payment.Closed:
		out.State = ScanClosed
		if err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return reversePayment(ctx, tx, pay.ID) }); err != nil {
			return Scan{}, err
		}
	case payment.Missing: // it may still be on its way there
		out.State = ScanUnknown
	case payment.Waiting, payment.Refunded, payment.Failed:
	}
	return s.scanned(ctx, e, out)
}

// scanned adds the order as it stands.
func (s *Service) scanned(ctx context.Context, e payee, out Scan) (_ Scan, err error) {
	out.Order, err = s.payee(ctx, e)
	return out, err
}

// ScanState asks how the last payment by code of an order stands. What was
// paid meanwhile sells the order. Errors: sales.order_not_found.
func (s *Service) ScanState(ctx context.Context, order ids.ID) (Scan, error) {
	return s.scanState(ctx, payee{ID: order})
}

func (s *Service) scanState(ctx context.Context, e payee) (Scan, error) {
	o, err := s.payee(ctx, e)
	if err != nil {
		return Scan{}, err
	}
	var pay Payment
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		pay, err = lastScan(ctx, tx, o.ID)
		return err
	})
	if err != nil {
		return Scan{}, err
	}
	kind := ""
	if pay.ID.IsZero() {
		return Scan{State: ScanClosed, Order: o}, nil
	}
	if _, a, err := s.accountProvider(ctx, pay.Provider); err == nil {
		kind = a.Kind
	}
	switch pay.State {
	case "paid":
		return Scan{State: ScanPaid, Kind: kind, Order: o}, nil
	case "reversed", "closed":
		return Scan{State: ScanClosed, Kind: kind, Order: o}, nil
	}
	p, err := s.provider(ctx, pay.Provider)
	if err != nil {
		return Scan{}, err
	}
	st, err := p.Query(ctx, pay.ID)
	if err != nil {
		s.Log.Warn("a payment by code has no answer", "order", o.ID.String(), "provider", pay.Provider, "err", err)
		return Scan{State: ScanUnknown, Kind: kind, Order: o}, nil
	}
	return s.heard(ctx, e, pay, kind, st)
}

// ReverseScan ends an order's open payment by code, so that it can be paid in
// another way: what turns out to be paid sells the order instead.
// Errors: sales.reverse_unknown, sales.order_not_found.
func (s *Service) ReverseScan(ctx context.Context, order ids.ID) (Scan, error) {
	return s.reverseScan(ctx, payee{ID: order})
}

func (s *Service) reverseScan(ctx context.Context, e payee) (Scan, error) {
	out, err := s.scanState(ctx, e)
	if err != nil || out.State != ScanWaiting && out.State != ScanUnknown {
		return out, err
	}
	var pay Payment
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		pay, err = openScan(ctx, tx, e.ID)
		return err
	})
	if err != nil {
		return out, err
	}
	if !pay.ID.IsZero() {
		if err := s.reverse(ctx, pay); err != nil {
			return out, err
		}
	}
	return s.scanned(ctx, e, Scan{State: ScanClosed, Kind: out.Kind})
}

// reverse ends a payment by code at its provider and then in the books.
func (s *Service) reverse(ctx context.Context, pay Payment) error {
	p, err := s.provider(ctx, pay.Provider)
	if err != nil {
		return err
	}
	taker, ok := p.(payment.Taker)
	if !ok {
		return ErrNoScan
	}
	st, err := taker.Reverse(ctx, pay.ID)
	if err != nil || st.State != payment.Closed && st.State != payment.Missing {
		return ErrReversing.Because(err)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return reversePayment(ctx, tx, pay.ID) })
}

// endScan ends a payment by code whose order is given up: paid before that
// counts, anything else is reversed. Its order stays until the provider has
// said so, for no notice would tell of a late payment.
func (s *Service) endScan(ctx context.Context, pay Payment, p payment.Provider) error {
	st, err := p.Query(ctx, pay.ID)
	if err != nil {
		return ErrReversing.Because(err)
	}
	if st.State == payment.Paid {
		return s.settle(ctx, pay.Provider, st, "")
	}
	return s.reverse(ctx, pay)
}

// PayByHand sells a pending counter order for money that was taken by hand,
// such as after the payer's code was refused. taken is the cash that was given.
// Errors: sales.scan_open, sales.state, sales.amount, sales.method.
func (s *Service) PayByHand(ctx context.Context, order ids.ID, method string, taken money.Fen) (Order, error) {
	if method != "cash" && method != "card" && method != "wechat" && method != "alipay" && method != "transfer" {
		return Order{}, ErrByHand
	}
	var o Order
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if o, err = (payee{ID: order}).lock(ctx, tx); err != nil {
			return err
		}
		if o.State == Confirmed || o.State == Paid { // done before
			return nil
		}
		open, err := openScan(ctx, tx, o.ID)
		switch {
		case err != nil:
			return err
		case o.State != Pending || o.Channel != "counter":
			return ErrState
		case !open.ID.IsZero():
			return ErrScanOpen
		case method == "cash" && taken < o.Amount:
			return ErrAmount.At("taken").With("due", o.Amount)
		}
		if err := insertHand(ctx, tx, Payment{ID: ids.New(), Order: o.ID, Provider: method, Amount: o.Amount}, tx.Scope.Actor.String()); err != nil {
			return err
		}
		o.State = Paid
		return setOrderState(ctx, tx, o.ID, Paid)
	})
	if err != nil {
		return o, err
	}
	if o.State == Paid {
		if err := s.confirm(ctx, o); err != nil {
			return o, err
		}
	}
	return s.Order(ctx, order)
}
