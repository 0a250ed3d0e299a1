package sales

import "parterre/modules/core/errs"

// Errors of this module.
var (
	ErrNotFound   = errs.New(errs.NotFound, "sales.order_not_found", "没有这个订单。", "There is no such order.")
	ErrNotOnSale  = errs.New(errs.Conflict, "sales.not_on_sale", "该场次当前不在售。", "This session is not on sale now.")
	ErrHoldUsed   = errs.New(errs.Conflict, "sales.hold_used", "该锁座已下单，请在订单中继续。", "An order was made of this hold already; go on with that order.").At("hold")
	ErrState      = errs.New(errs.Conflict, "sales.state", "订单当前状态不允许此操作。", "The order's state does not allow this now.")
	ErrPeople     = errs.New(errs.Invalid, "sales.people", "观演人数须与座位数一致：应为 {want} 人，填写了 {got} 人。", "Name one person for each seat: {want} needed, {got} given.").By("RL-1").At("people")
	ErrGuardian   = errs.New(errs.Invalid, "sales.guardian", "14 周岁以下观众须由监护人陪同并确认。", "A child under 14 needs a guardian's confirmation.").By("RL-14")
	ErrConsent    = errs.New(errs.Invalid, "sales.consent", "请阅读并同意购票、入场与退票规则。", "Please read and accept the rules of purchase, entry and refund.").By("RL-6").At("consent")
	ErrNoPay      = errs.New(errs.Invalid, "sales.provider", "没有这种支付方式。", "There is no such way to pay.").At("provider")
	ErrNoRefund   = errs.New(errs.Conflict, "sales.no_refund", "已过退票时间，不能退票。", "The time for refunds is over.").By("RL-5")
	ErrNotTicket  = errs.New(errs.Conflict, "sales.not_ticket", "所选座位不是该订单的有效票。", "A seat named is not a valid ticket of this order.").At("seats")
	ErrAdmitted   = errs.New(errs.Conflict, "sales.admitted", "所选票已入场，不能退票或换座。", "A ticket that was admitted cannot be refunded or exchanged.").At("seats")
	ErrFeeChanged = errs.New(errs.Conflict, "sales.fee_changed", "退票手续费已变化，请重新确认。", "The refund fee has changed; please confirm again.").At("fee")
	ErrIDTaken    = errs.New(errs.Conflict, "sales.id_taken", "订单号已被使用。", "The order id is in use.").At("id")
	ErrNotOff     = errs.New(errs.Conflict, "sales.not_cancelled", "该场次未取消，不能整场退票。", "The session is not cancelled; its tickets cannot all be given back.").By("RL-10")
	ErrNoExchange = errs.New(errs.Conflict, "sales.no_exchange", "已过换座时间，不能换座。", "The time for exchanges is over.").By("RL-5")
	ErrDifference = errs.New(errs.Conflict, "sales.difference", "新座位需补差价，请到柜台办理。", "The new seats cost more; please exchange them at the counter.").At("hold")
	ErrCount      = errs.New(errs.Invalid, "sales.exchange_count", "换座数量须一致：原 {from} 座，新 {to} 座。", "Exchange as many seats: {from} given, {to} held.").At("from")
	ErrCorrected  = errs.New(errs.Conflict, "sales.corrected", "每张票只能更正一次观演人信息。", "The person of a ticket can be corrected once.").By("RL-3").At("seat")
	ErrTooLate    = errs.New(errs.Conflict, "sales.too_late", "开演前 {hours} 小时内不能更正观演人信息。", "Within {hours} hours of the start the person cannot be corrected.").By("RL-3")
	ErrReason     = errs.New(errs.Invalid, "sales.reason", "请填写补打原因。", "Say why the ticket is printed again.").At("reason")
	ErrReprints   = errs.New(errs.Conflict, "sales.reprints", "该票补打次数过多，请联系主管。", "The ticket was printed too often; ask your manager.")
	ErrShiftOpen  = errs.New(errs.Conflict, "sales.shift_open", "您已有未交班的班次。", "You have a shift that is not closed.")
	ErrNoShift    = errs.New(errs.NotFound, "sales.shift_not_found", "没有这个班次。", "There is no such shift.")
	ErrShiftState = errs.New(errs.Conflict, "sales.shift_state", "班次当前状态不允许此操作。", "The shift's state does not allow this.")
	ErrOwnShift   = errs.New(errs.Forbidden, "sales.own_shift", "不能复核自己的班次。", "A shift is signed by somebody else.")
	ErrMedium     = errs.New(errs.Invalid, "sales.medium", "纸张应为 a5、a4 或 stock。", "The medium must be a5, a4 or stock.").At("query.medium")
	ErrAmount     = errs.New(errs.Conflict, "sales.amount", "金额与订单不一致。", "The amount is not the order's.")
)
