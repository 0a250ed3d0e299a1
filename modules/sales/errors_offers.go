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
	ErrWaitMode         = errs.New(errs.Invalid, "sales.wait_mode", "放票须至少选择一种方式：按候补顺序，或公开发售。", "A release goes to the list, to the public, or both.").At("offerList")
	ErrWaitReleaseAt    = errs.New(errs.Invalid, "sales.wait_release_at", "放票时间须晚于现在，且不晚于 {latest}。", "A release comes later than now and not later than {latest}.").At("at")
	ErrWaitReleaseTwice = errs.New(errs.Conflict, "sales.wait_release_twice", "该时间已公布一次放票。", "A release is announced for that time already.").At("at")
	ErrWaitBegun        = errs.New(errs.Conflict, "sales.wait_begun", "放票已经开始，不能取消。", "The release has begun and cannot be taken back.")
	ErrWaitOrdered      = errs.New(errs.Conflict, "sales.wait_ordered", "已用此候补下单，请先取消订单。", "An order was made of the offer; cancel that order first.")
)
