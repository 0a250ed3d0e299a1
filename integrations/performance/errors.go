package performance

import "parterre/modules/core/errs"

// Refusals of this package, made before anything leaves.
var (
	ErrProfile  = errs.New(errs.Invalid, "performance.profile", "没有名为 {name} 的规格。", "There is no profile named {name}.")
	ErrField    = errs.New(errs.Invalid, "performance.field", "字段 {field} 不符合报文规格：{why}。", "Field {field} does not fit the message table: {why}.")
	ErrKind     = errs.New(errs.Invalid, "performance.kind", "该通道不上报此类数据。", "This channel does not report facts of this kind.")
	ErrSettings = errs.New(errs.Invalid, "performance.settings", "上报通道设置不完整：{why}。", "The channel's settings are not complete: {why}.")
	ErrAnswer   = errs.New(errs.Unavailable, "performance.answer", "平台的应答不可识别：{why}。", "The platform's answer cannot be read: {why}.")
)

// Answer codes of the profile that the code must know by meaning.
const (
	CodeOK          = "0000"
	CodeSignature   = "1001"
	CodeSkew        = "1002"
	CodeUnknownApp  = "1003"
	CodeSchema      = "2001"
	CodeUnknownCode = "2002"
	CodeDuplicate   = "2003"
	CodeTotals      = "2004"
	CodeLate        = "2005"
	CodeBusy        = "3001"
	CodeOther       = "9999"
)
