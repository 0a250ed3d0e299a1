package reporting

import "parterre/modules/core/errs"

// Errors of this module.
var (
	ErrAdapter   = errs.New(errs.Internal, "reporting.adapter", "没有名为 {adapter} 的上报适配器。", "There is no adapter named {adapter}.")
	ErrChannel   = errs.New(errs.NotFound, "reporting.channel", "没有该上报通道。", "There is no such reporting channel.")
	ErrDelivery  = errs.New(errs.NotFound, "reporting.delivery", "没有该上报记录。", "There is no such delivery.")
	ErrNotParked = errs.New(errs.Conflict, "reporting.not_parked", "该记录不在待处理状态，不能重报或放弃。", "The delivery is not parked, so it can be neither sent again nor dropped.")
	ErrReason    = errs.New(errs.Invalid, "reporting.reason", "请写明原因。", "A reason must be given.")
	ErrDuplicate = errs.New(errs.Conflict, "reporting.duplicate", "该事实记录已写入。", "This fact was written already.")
	ErrDay       = errs.New(errs.Conflict, "reporting.day_open", "{day} 尚未结束，不能出日报。", "{day} has not ended; its report cannot be made yet.")
	ErrTotals    = errs.New(errs.Conflict, "reporting.totals_differ", "日报合计不一致，未发送：{why}", "The report's totals differ; it was not sent: {why}")
	ErrSource    = errs.New(errs.Internal, "reporting.source", "内部错误。", "The source {name} gave rows out of order.")
	ErrSettings  = errs.New(errs.Invalid, "reporting.channel_form", "上报通道填写有误。", "The channel is not filled in correctly.")
)
