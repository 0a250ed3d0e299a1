package sales

import "parterre/modules/core/errs"

// Errors of reservations, waiting lists and discounts.
var (
	ErrReservation     = errs.New(errs.NotFound, "sales.reservation_not_found", "没有这个预留单。", "There is no such reservation.")
	ErrReservationOver = errs.New(errs.Conflict, "sales.reservation_over", "该预留已售出、已释放或已到期。", "The reservation was sold, released, or its time is over.")
	ErrReserveUntil    = errs.New(errs.Invalid, "sales.reserve_until", "预留截止时间须晚于现在，且不晚于 {latest}。", "A reservation ends later than now and not later than {latest}.").At("until")
	ErrReserveTooMany  = errs.New(errs.Invalid, "sales.reserve_too_many", "一次最多预留 {limit} 个座位。", "At most {limit} places a reservation.").At("seats")
	ErrReserveShare    = errs.New(errs.Conflict, "sales.reserve_share", "本场预留已达上限：最多可同时预留 {limit} 个座位，还可预留 {left} 个。", "The session's reservations are at their limit: {limit} places at one time, {left} left.")
	ErrReserveContact  = errs.New(errs.Invalid, "sales.reserve_contact", "请填写联系人姓名。", "Give the contact's name.")
	ErrReserveReason   = errs.New(errs.Invalid, "sales.reserve_reason", "请填写释放原因。", "Say why the reservation is released.").At("reason")
	ErrReservePool     = errs.New(errs.Invalid, "sales.reserve_pool", "本场没有这个保留座位池。", "The session has no such pool of places.").At("pool")
	ErrPolicyVersion   = errs.New(errs.Conflict, "sales.policy_version", "规则已被他人修改，请刷新后重试。", "Somebody else has changed the rules; load them again.").At("version")
)
