package inventory

import (
	"parterre/modules/core/errs"
	"parterre/modules/inventory/engine"
)

// Errors of this package that are no refusals.
var (
	ErrElsewhere = errs.New(errs.Unavailable, "inventory.elsewhere", "该场次正由另一节点处理，请稍后重试。", "Another node serves this session just now; please try again.")
	ErrBusy      = errs.New(errs.TooMany, "inventory.busy", "购票人数过多，请稍后重试。", "Too many requests for this session; please try again in a moment.")
	ErrClosing   = errs.New(errs.Unavailable, "inventory.closing", "服务正在重启，请稍后用同一请求重试。", "The service is restarting; send the same request again in a moment.")
	ErrOutcome   = errs.New(errs.Unavailable, "inventory.outcome_unknown", "提交结果未知，请用同一请求重试。", "It is not known whether this was done; send the same request again.")
	ErrNoSession = errs.New(errs.NotFound, "inventory.session", "没有该场次，或该场次尚未开放售票。", "There is no such session, or it is not set up for sale.")
)

// refusals maps the engine's codes to what a user sees.
var refusals = map[string]*errs.Error{
	engine.NotOpen:         ErrNoSession,
	engine.Closed:          errs.New(errs.Conflict, "inventory.closed", "该场次暂停售票。", "Sale of this session is stopped just now."),
	engine.BadRequest:      errs.New(errs.Invalid, "inventory.bad_request", "请求内容不完整或前后矛盾。", "The request is incomplete or contradicts itself."),
	engine.SeatUnknown:     errs.New(errs.Invalid, "inventory.seat_unknown", "该场次没有所选座位。", "This session has no such seat."),
	engine.SeatTaken:       errs.New(errs.Conflict, "inventory.seat_taken", "所选座位刚被他人选走，请重新选座。", "One of these seats was just taken; please choose again."),
	engine.SeatBlocked:     errs.New(errs.Conflict, "inventory.seat_blocked", "所选座位不对外销售。", "One of these seats is not on sale."),
	engine.SeatRetired:     errs.New(errs.Conflict, "inventory.seat_retired", "所选座位已不在本场次的座位图中。", "One of these seats is no longer in this session's plan."),
	engine.SeatBuffer:      errs.New(errs.Conflict, "inventory.seat_buffer", "所选座位在缓冲区内，不得销售、预留或赠送。", "One of these seats lies in the buffer area and may not be sold, held or given.").By("RL-8"),
	engine.SeatReserved:    errs.New(errs.Conflict, "inventory.seat_accessible", "所选座位为无障碍或陪同席，请在购票时注明需要。", "One of these seats is kept for wheelchair users and companions; say so when ordering."),
	engine.ZoneClosed:      errs.New(errs.Conflict, "inventory.zone_closed", "所选票区尚未开售。", "This price zone is not on sale."),
	engine.KindUnknown:     errs.New(errs.Conflict, "inventory.ticket_kind", "所选座位不按该票种出售，请改选票种或座位。", "One of these seats is not sold as that kind of ticket; choose another kind or seat."),
	engine.KindsFixed:      errs.New(errs.Conflict, "inventory.kinds_fixed", "已按该锁座下单，票种不能再改；如需更改请取消订单后重选。", "An order was made of this hold; its ticket kinds stay. Cancel the order to choose again."),
	engine.PricesChanged:   errs.New(errs.Conflict, "inventory.prices_changed", "票种已更改，价格与页面所示不同，请重新确认。", "The ticket kinds were changed meanwhile and the price is another; please look again."),
	engine.UnitWhole:       errs.New(errs.Conflict, "inventory.unit_whole", "该桌或情侣座须整体购买。", "This table or couple seat is sold whole only."),
	engine.OrphanLeft:      errs.New(errs.Conflict, "inventory.orphan", "请勿留下单个空座。", "Please do not leave a single seat free."),
	engine.TooMany:         errs.New(errs.Invalid, "inventory.too_many", "一次最多选 {limit} 个座位。", "At most {limit} seats at once."),
	engine.BuyerLimit:      errs.New(errs.Conflict, "inventory.buyer_limit", "每位购票人限购 {limit} 张，还可购 {left} 张。", "At most {limit} tickets per buyer; {left} left."),
	engine.DeviceLimit:     errs.New(errs.Conflict, "inventory.device_limit", "每台设备限购 {limit} 张，还可购 {left} 张。", "At most {limit} tickets per device; {left} left."),
	engine.DocumentUsed:    errs.New(errs.Conflict, "inventory.document_used", "该证件在本场次已购票，一个证件限购 {limit} 张。", "This document already has a ticket for this session; {limit} per document."),
	engine.DocumentMissing: errs.New(errs.Invalid, "inventory.document_missing", "本场次实名购票，请为每张票填写证件。", "This session is sold under real names; give a document for each ticket."),
	engine.NoFit:           errs.New(errs.Conflict, "inventory.no_fit", "没有符合要求的余票，请调整张数、票区或价格。", "No free seats fit; try another number, zone or price."),
	engine.HoldUnknown:     errs.New(errs.NotFound, "inventory.hold_unknown", "没有该锁座，请重新选座。", "There is no such hold; please choose seats again."),
	engine.HoldExpired:     errs.New(errs.Gone, "inventory.hold_expired", "锁座已到期或已释放，请重新选座。", "The hold has ended; please choose seats again."),
	engine.HoldSold:        errs.New(errs.Conflict, "inventory.hold_sold", "该锁座已成交。", "This hold has been sold already."),
	engine.SaleUnknown:     errs.New(errs.NotFound, "inventory.sale_unknown", "没有该订单的座位，或已全部退票。", "There is no such sale, or all of it was refunded."),
	engine.NotSold:         errs.New(errs.Conflict, "inventory.not_sold", "所选座位不属于该订单。", "One of these seats does not belong to the order."),
	engine.PublicShare:     errs.New(errs.Conflict, "inventory.public_share", "公开销售数量不得少于核准人数的规定比例，至少 {limit} 个座位须公开销售。", "At least {limit} seats must stay on public sale.").By("RL-2"),
	engine.OverApproved:    errs.New(errs.Conflict, "inventory.over_approved", "可售、预留和赠送的座位总数不得超过核准人数 {limit}。", "Seats offered may not exceed the approved number {limit}.").By("RL-8"),
	engine.PoolUnknown:     errs.New(errs.Invalid, "inventory.pool_unknown", "没有该配额池，或配额池中的座位不可售。", "There is no such pool, or its seats cannot be sold."),
	engine.ConfigStale:     errs.New(errs.Conflict, "inventory.config_stale", "票图已有更新的版本（第 {limit} 版）生效。", "A later revision of the ticket map ({limit}) is in force already."),
	engine.KeyReused:       errs.New(errs.Conflict, "inventory.key_reused", "该编号已用于另一请求；内容有变时请用新的编号提交。", "The id was used for another request; what differs needs an id of its own."),
}

// Refused is the error of a refusal; it keeps the seats, limit and rule.
// Fast refusals of a busy sale share their error when there is nothing to add.
func Refused(r *engine.Refusal) *errs.Error {
	e, ok := refusals[r.Code]
	if !ok {
		return errs.New(errs.Internal, "inventory."+r.Code, "内部错误。", "Internal error.")
	}
	if len(r.Seats) > 0 {
		e = e.With("seats", r.Seats)
	}
	if r.Limit != 0 || r.Left != 0 {
		e = e.With("limit", r.Limit).With("left", r.Left)
	}
	if r.Rule != "" {
		e = e.By(r.Rule)
	}
	return e
}
