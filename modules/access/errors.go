package access

import "parterre/modules/core/errs"

// Errors of this module.
var (
	ErrSignIn      = errs.New(errs.Unsigned, "access.wrong_password", "用户名或密码不正确。", "The login or the password is wrong.")
	ErrLocked      = errs.New(errs.TooMany, "access.locked", "尝试次数过多，请在 {seconds} 秒后再试。", "Too many tries; try again in {seconds} seconds.").By("SEC-MLPS-ID-b")
	ErrBusy        = errs.New(errs.TooMany, "access.busy", "登录的人太多，请稍后再试。", "Too many people are signing in; please try again.")
	ErrEnded       = errs.New(errs.Unsigned, "access.session_ended", "登录已过期，请重新登录。", "The session has ended; please sign in again.")
	ErrCredential  = errs.New(errs.Unsigned, "access.credential", "凭证无效或已停用。", "The credential is not valid or has been revoked.")
	ErrNoTenant    = errs.New(errs.NotFound, "access.tenant", "没有这个租户。", "There is no such tenant.")
	ErrNoUser      = errs.New(errs.NotFound, "access.no_user", "没有这个用户。", "There is no such user.")
	ErrNoDevice    = errs.New(errs.NotFound, "access.no_device", "没有这台设备。", "There is no such device.")
	ErrNoKey       = errs.New(errs.NotFound, "access.no_key", "没有这个接口密钥。", "There is no such API key.")
	ErrLoginTaken  = errs.New(errs.Conflict, "access.login_taken", "用户名已被使用，请换一个。", "This login is taken; choose another.").At("login")
	ErrLogin       = errs.New(errs.Invalid, "access.login", "用户名应为 2 至 64 位小写字母、数字或 . _ @ -。", "A login is 2 to 64 lower-case letters, digits or . _ @ -.").At("login")
	ErrName        = errs.New(errs.Invalid, "access.name", "名称应为 1 至 100 个字符。", "A name is 1 to 100 characters.").At("name")
	ErrRole        = errs.New(errs.Invalid, "access.role", "没有这个角色。", "There is no such role.").At("roles")
	ErrRolesApart  = errs.New(errs.Invalid, "access.roles_apart", "角色 {a} 与 {b} 不能由同一人担任。", "One person may not be both {a} and {b}.")
	ErrOwnRights   = errs.New(errs.Forbidden, "access.own_rights", "不能更改自己的权限，请由另一位管理员操作。", "Nobody changes their own rights; ask another administrator.").By("SEC-MLPS-AC-e")
	ErrLastAdmin   = errs.New(errs.Conflict, "access.last_admin", "至少要保留一位可登录的系统管理员。", "At least one platform administrator who can sign in must remain.")
	ErrPassword    = errs.New(errs.Invalid, "access.password", "密码不符合要求：{rule}。", "The password does not meet the rules: {rule_en}.")
	ErrOldPassword = errs.New(errs.Invalid, "access.old_password", "原密码不正确。", "The present password is wrong.").At("old")
	ErrMustChange  = errs.New(errs.Forbidden, "access.must_change_password", "请先修改密码。", "Change your password first.")
	ErrPairing     = errs.New(errs.Invalid, "access.pairing_code", "配对码无效、已用过或已过期，请重新生成。", "The pairing code is wrong, used or expired; make a new one.").At("code")
	ErrKeyScope    = errs.New(errs.Invalid, "access.key_permission", "权限 {permission} 不存在或不能授予接口密钥。", "The permission {permission} does not exist or may not be given to an API key.").At("permissions")
	ErrKeyExpiry   = errs.New(errs.Invalid, "access.key_expiry", "有效期应为 1 至 366 天。", "A key is valid for 1 to 366 days.").At("days")
	ErrPolicy      = errs.New(errs.Invalid, "access.policy", "安全策略取值超出范围。", "A value of the security policy is out of range.")
)
