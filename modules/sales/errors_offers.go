package sales

import "parterre/modules/core/errs"

// Errors of waiting lists.
var (
	ErrWaitEntry        = errs.New(errs.NotFound, "sales.wait_entry_not_found", "没有这条候补。", "There is no such entry of a waiting list.")
	ErrWaitRelease      = errs.New(errs.NotFound, "sales.wait_release_not_found", "没有这次放票。", "There is no such release.")
	ErrWaitClosed       = errs.New(errs.Conflict, "sales.wait_closed", "本场未开放候补，或候补已截止。", "The session has no waiting list, or it is closed.")
	ErrWaitNotSoldOut   = errs.New(errs.Conflict, "sales.wait_not_sold_out", "所选票档还有 {free} 张票，可直接购买。", "There are {free} places left in these zones; buy them now.").At("zones")
	ErrWaitJoined       = errs.New(errs.Conflict, "sales.wait_joined", "您已在本场候补中。", "You are on the session's waiting list already.")
	ErrWaitCount        = errs.New(errs.Invalid, "sales.wait_count", "候补张数应为 1 至 {max}。", "Ask for 1 to {max} places.").At("places")
	ErrWaitNotify       = errs.New(errs.Invalid, "sales.wait_notify", "要收短信通知，请填写手机号码。", "To be told by a message, give your phone number.").At("phone")
	ErrWaitMode         = errs.New(errs.Invalid, "sales.wait_mode", "放票须至少选择一种方式：按候补顺序，或公开发售。", "A release goes to the list, to the public, or both.").At("offerList")
	ErrWaitReleaseAt    = errs.New(errs.Invalid, "sales.wait_release_at", "放票时间须晚于现在，且不晚于 {latest}。", "A release comes later than now and not later than {latest}.").At("at")
	ErrWaitReleaseTwice = errs.New(errs.Conflict, "sales.wait_release_twice", "该时间已公布一次放票。", "A release is announced for that time already.").At("at")
	ErrWaitBegun        = errs.New(errs.Conflict, "sales.wait_begun", "放票已经开始，不能取消。", "The release has begun and cannot be taken back.")
	ErrWaitOrdered      = errs.New(errs.Conflict, "sales.wait_ordered", "已用此候补下单，请先取消订单。", "An order was made of the offer; cancel that order first.")
)

// Errors of discounts and vouchers.
var (
	ErrRule          = errs.New(errs.NotFound, "sales.discount_not_found", "没有这条优惠规则。", "There is no such discount.")
	ErrBatch         = errs.New(errs.NotFound, "sales.voucher_batch_not_found", "没有这批代金券。", "There is no such batch of vouchers.")
	ErrPriceChanged  = errs.New(errs.Conflict, "sales.price_changed", "优惠已变化，请按最新金额重新确认。", "What is taken off has changed; please confirm the new amount.").By("RL-11").At("due")
	ErrVoucher       = errs.New(errs.Invalid, "sales.voucher_unknown", "券码不存在，请核对后重新输入。", "There is no such voucher; please check the code.")
	ErrVoucherTime   = errs.New(errs.Conflict, "sales.voucher_time", "该券不在有效期内。", "The voucher is not valid at this time.")
	ErrVoucherUsed   = errs.New(errs.Conflict, "sales.voucher_used", "该券已使用。", "The voucher has been used.")
	ErrVoucherTwice  = errs.New(errs.Invalid, "sales.voucher_twice", "同一优惠每单只能用一张券。", "One voucher of a kind in an order.")
	ErrDiscountBound = errs.New(errs.Conflict, "sales.discount_used_up", "优惠名额已用完，请按最新金额重新确认。", "The discount is used up; please confirm the new amount.")
	ErrDiscountRule  = errs.New(errs.Invalid, "sales.discount_rule", "优惠规则不完整：按比例须填千分比，满减或一口价须填金额，成套须填张数。", "The discount is not complete: a percentage needs per mille, an amount or fixed price needs fen, a set needs its number of tickets.").At("effect")
	ErrHoldGone      = errs.New(errs.NotFound, "sales.hold_not_found", "锁座已结束，请重新选座。", "The hold has ended; please choose seats again.").At("hold")
)
