package access

import (
	"slices"

	"parterre/modules/core/httpx"
)

// Role is what a member of staff is at work; it grants permissions.
type Role string

// The roles of staff.
const (
	Manager       Role = "manager"
	Designer      Role = "designer"
	Seller        Role = "seller"
	Gate          Role = "gate"
	Finance       Role = "finance"
	Auditor       Role = "auditor"
	PlatformAdmin Role = "platform-admin"
)

// RoleInfo describes a role for people.
type RoleInfo struct {
	Role   Role
	Zh, En string
}

// Roles lists all roles of staff in the order in which pages show them.
var Roles = []RoleInfo{
	{Manager, "剧院经理", "Manager"},
	{Designer, "票图设计", "Designer"},
	{Seller, "售票员", "Seller"},
	{Gate, "检票员", "Gate staff"},
	{Finance, "财务", "Finance"},
	{Auditor, "审计员", "Auditor"},
	{PlatformAdmin, "系统管理员", "Platform administrator"},
}

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	for _, r := range Roles {
		if string(r.Role) == s {
			return r.Role, nil
		}
	}
	return "", ErrRole
}

// DeviceKind is what a paired machine does; it grants permissions as a role does.
type DeviceKind string

// The kinds of machines.
const (
	GateDevice    DeviceKind = "gate"
	CounterDevice DeviceKind = "counter"
	KioskDevice   DeviceKind = "kiosk"
	EdgeDevice    DeviceKind = "edge"
)

// DeviceKinds lists all kinds.
var DeviceKinds = []DeviceKind{GateDevice, CounterDevice, KioskDevice, EdgeDevice}

// Grant is one row of the permission table.
type Grant struct {
	Permission httpx.Permission
	Roles      []Role
	Devices    []DeviceKind
	Buyer      bool // a visitor of the shop
	NoKey      bool // may not be given to an API key
	Zh, En     string
}

var (
	trade  = []Role{Manager, Designer, Seller, Gate, Finance, Auditor}
	office = []Role{Manager, Finance, Auditor}
	every  = []DeviceKind{GateDevice, CounterDevice, KioskDevice, EdgeDevice}
)

// Grants is the permission table: who may do what. Nothing else decides it.
//
// Duties are apart as SEC-MLPS-AC-d asks: the platform administrator gives
// rights and runs the machines but touches neither money nor tickets, the
// auditor reads everything and changes nothing, and those who sell do not
// decide about their own refunds over the limit (sales.refund.approve).
var Grants = []Grant{
	{Permission: "venue.read", Roles: trade, Devices: every, Zh: "查看场馆与厅室", En: "See venues and halls"},
	{Permission: "venue.manage", Roles: []Role{Manager}, Zh: "管理场馆与厅室", En: "Manage venues and halls"},
	{Permission: "map.read", Roles: trade, Devices: every, Zh: "查看座位图与票图", En: "See seat plans and ticket maps"},
	{Permission: "map.manage", Roles: []Role{Manager, Designer}, Zh: "设计座位图与票图", En: "Design seat plans and ticket maps"},
	{Permission: "show.read", Roles: trade, Devices: every, Zh: "查看演出与场次", En: "See shows and sessions"},
	{Permission: "show.manage", Roles: []Role{Manager}, Zh: "管理演出与场次", En: "Manage shows and sessions"},
	{Permission: "show.approve", Roles: []Role{Manager}, Zh: "审核演出并开售", En: "Approve shows and open sales"},
	{Permission: "price.manage", Roles: []Role{Manager, Finance}, Zh: "设定票价", En: "Set prices"},
	{Permission: "inventory.read", Roles: []Role{Manager, Designer, Seller, Finance, Auditor}, Devices: []DeviceKind{CounterDevice, KioskDevice}, Zh: "查看余票与座位状态", En: "See seats' states"},
	{Permission: "inventory.manage", Roles: []Role{Manager}, Zh: "留座与锁座", En: "Reserve and block seats"},
	{Permission: "sales.read", Roles: []Role{Manager, Seller, Finance, Auditor}, Devices: []DeviceKind{CounterDevice}, Zh: "查看订单与票", En: "See orders and tickets"},
	{Permission: "sales.sell", Roles: []Role{Manager, Seller}, Zh: "售票与出票", En: "Sell and print tickets"},
	{Permission: "sales.pickup", Roles: []Role{Manager, Seller}, Devices: []DeviceKind{CounterDevice, KioskDevice, EdgeDevice}, Zh: "取票", En: "Hand out ordered tickets"},
	{Permission: "sales.refund", Roles: []Role{Manager, Seller}, Zh: "退票与改签", En: "Refund and exchange tickets"},
	{Permission: "sales.refund.approve", Roles: []Role{Manager, Finance}, NoKey: true, Zh: "审批退票", En: "Approve refunds"},
	{Permission: "sales.export", Roles: office, Zh: "导出销售数据", En: "Export sales"},
	{Permission: "channel.sell", Zh: "渠道售票（接口密钥）", En: "Sell as an agent (API key)"},
	{Permission: "channel.read", Roles: []Role{Manager, Finance, Auditor, PlatformAdmin}, Zh: "查看代理商与对账", En: "See agents and their books"},
	{Permission: "channel.manage", Roles: []Role{Manager, PlatformAdmin}, NoKey: true, Zh: "管理代理商与其密钥", En: "Manage agents and their keys"},
	{Permission: "shift.manage", Roles: []Role{Manager, Seller}, Zh: "开班与交班", En: "Open and close shifts"},
	{Permission: "day.close", Roles: []Role{Manager, Finance}, Zh: "日结", En: "Close the business day"},
	{Permission: "pay.read", Roles: office, Zh: "查看支付渠道与对账", En: "See payment accounts and reconciliations"},
	{Permission: "pay.manage", Roles: []Role{Finance}, NoKey: true, Zh: "管理支付渠道与对账", En: "Manage payment accounts and reconcile"},
	{Permission: "identity.check", Roles: []Role{Manager, Seller, Gate}, Devices: []DeviceKind{GateDevice, CounterDevice, KioskDevice, EdgeDevice}, Zh: "核验实名证件", En: "Check identity documents"},
	{Permission: "identity.read", Roles: []Role{Manager}, NoKey: true, Zh: "查看实名信息", En: "Read identity documents in full"},
	{Permission: "gate.read", Roles: []Role{Manager, Gate, Auditor}, Devices: []DeviceKind{GateDevice, EdgeDevice}, Zh: "查看检票情况", En: "See admissions"},
	{Permission: "gate.scan", Roles: []Role{Manager, Gate}, Devices: []DeviceKind{GateDevice, EdgeDevice}, Zh: "检票", En: "Check tickets"},
	{Permission: "gate.supervise", Roles: []Role{Manager}, Zh: "检票主管处理", En: "Decide disputes at the gate"},
	{Permission: "report.read", Roles: office, Zh: "查看报送", En: "See reports to regulators"},
	{Permission: "report.send", Roles: []Role{Manager, Finance}, Zh: "报送与重报", En: "Send and repeat reports"},
	{Permission: "report.manage", Roles: []Role{Manager}, Zh: "管理报送通道", En: "Manage reporting channels"},
	{Permission: "cinema.read", Roles: trade, Devices: []DeviceKind{EdgeDevice}, Zh: "查看影片与排映", En: "See films and schedules"},
	{Permission: "cinema.manage", Roles: []Role{Manager}, Zh: "排映与补登", En: "Manage schedules and late registration"},
	{Permission: "cinema.approve", Roles: []Role{Finance}, NoKey: true, Zh: "审批补登", En: "Approve late registration"},
	{Permission: "ondemand.read", Roles: trade, Devices: []DeviceKind{EdgeDevice}, Zh: "查看点播院线", En: "See the on-demand chain"},
	{Permission: "ondemand.manage", Roles: []Role{Manager}, Zh: "管理点播院线", En: "Manage the on-demand chain"},
	{Permission: "device.read", Roles: []Role{Manager, Auditor, PlatformAdmin}, Zh: "查看设备", En: "See devices"},
	{Permission: "device.manage", Roles: []Role{Manager, PlatformAdmin}, NoKey: true, Zh: "配对与停用设备", En: "Pair and revoke devices"},
	{Permission: "access.read", Roles: []Role{Manager, Auditor, PlatformAdmin}, Zh: "查看用户与权限", En: "See users and their rights"},
	{Permission: "access.manage", Roles: []Role{PlatformAdmin}, NoKey: true, Zh: "管理用户与权限", En: "Manage users and their rights"},
	{Permission: "audit.read", Roles: []Role{Auditor}, NoKey: true, Zh: "查看审计日志", En: "Read the audit log"},
	{Permission: "ops.read", Roles: []Role{Manager, Auditor, PlatformAdmin}, Zh: "查看运行状态", En: "See how the system runs"},
	{Permission: "ops.manage", Roles: []Role{PlatformAdmin}, NoKey: true, Zh: "运行维护", En: "Operate the system"},
	{Permission: "ops.metrics", Roles: []Role{PlatformAdmin}, Zh: "读取监控指标", En: "Read metrics"},
	{Permission: "lab.use", Roles: []Role{Manager, Finance, PlatformAdmin}, Zh: "使用监管模拟平台", En: "Use the regulators' simulators"},
	{Permission: "shop.browse", Buyer: true, Zh: "浏览在售演出", En: "Browse the shop"},
	{Permission: "shop.buy", Buyer: true, Zh: "网上购票", En: "Buy in the shop"},
}

// Known reports whether p is in the table.
func Known(p httpx.Permission) bool {
	return slices.ContainsFunc(Grants, func(g Grant) bool { return g.Permission == p })
}

// RoleCan reports whether role grants p.
func RoleCan(role Role, p httpx.Permission) bool {
	return has(p, func(g Grant) bool { return slices.Contains(g.Roles, role) })
}

// DeviceCan reports whether a device of that kind may p.
func DeviceCan(kind DeviceKind, p httpx.Permission) bool {
	return has(p, func(g Grant) bool { return slices.Contains(g.Devices, kind) })
}

// BuyerCan reports whether a visitor of the shop with a buyer's cookie may p.
func BuyerCan(p httpx.Permission) bool { return has(p, func(g Grant) bool { return g.Buyer }) }

// KeyMay reports whether p may be given to an API key.
func KeyMay(p httpx.Permission) bool {
	return has(p, func(g Grant) bool { return !g.NoKey && !g.Buyer })
}

func has(p httpx.Permission, test func(Grant) bool) bool {
	return slices.ContainsFunc(Grants, func(g Grant) bool { return g.Permission == p && test(g) })
}

// PermissionsOf lists what the roles grant together, in the table's order.
func PermissionsOf(roles []Role) []httpx.Permission {
	out := []httpx.Permission{}
	for _, g := range Grants {
		if slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(g.Roles, r) }) {
			out = append(out, g.Permission)
		}
	}
	return out
}

// apart lists the roles that one person may not hold together, with the
// reason (SEC-MLPS-AC-d: system, security and audit administration apart).
var apart = []struct {
	a, b Role
}{
	{Auditor, Manager},
	{Auditor, Designer},
	{Auditor, Seller},
	{Auditor, Gate},
	{Auditor, Finance},
	{Auditor, PlatformAdmin},
	{PlatformAdmin, Manager},
	{PlatformAdmin, Seller},
	{PlatformAdmin, Finance},
	{Finance, Seller},
}

// CheckRoles refuses roles that one person may not hold together.
func CheckRoles(roles []Role) error {
	for _, p := range apart {
		if slices.Contains(roles, p.a) && slices.Contains(roles, p.b) {
			return ErrRolesApart.With("a", string(p.a)).With("b", string(p.b)).At("roles").By("SEC-MLPS-AC-d")
		}
	}
	return nil
}
