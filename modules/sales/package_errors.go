package sales

import "parterre/modules/core/errs"

// Errors of packages.
var (
	ErrNoPackage      = errs.New(errs.NotFound, "sales.package_not_found", "没有这个套票。", "There is no such package.")
	ErrNoBundle       = errs.New(errs.NotFound, "sales.bundle_not_found", "没有这个套票订单。", "There is no such package order.")
	ErrVersion        = errs.New(errs.Conflict, "sales.version", "内容已被他人修改，请刷新后重试。", "Somebody changed it meanwhile; load it again.").At("version")
	ErrPackageClosed  = errs.New(errs.Conflict, "sales.package_closed", "该套票当前不在售。", "This package is not on sale now.")
	ErrPackageChannel = errs.New(errs.Conflict, "sales.package_channel", "该套票不在此渠道销售。", "This package is not sold on this channel.")
	ErrPackageQuota   = errs.New(errs.Conflict, "sales.package_quota", "该套票已售罄。", "This package is sold out.")
	ErrPackageLimit   = errs.New(errs.Conflict, "sales.package_limit", "每位购票人限购 {limit} 套。", "At most {limit} of this package for each buyer.")
	ErrPackagePick    = errs.New(errs.Invalid, "sales.package_pick", "请选择 {want} 个不同的场次。", "Choose {want} different sessions.").At("sessions")
	ErrPackageSeats   = errs.New(errs.Invalid, "sales.package_seats", "每场应选 {want} 个座位，且都在所选价档内。", "Choose {want} seats for each session, all within the price option.").At("parts")
	ErrPackageOption  = errs.New(errs.Invalid, "sales.package_option", "没有这个价档。", "There is no such price option.").At("option")
	ErrPackageDear    = errs.New(errs.Conflict, "sales.package_dear", "套票价高于所选座位的单票合计，请选择其他价档。", "The package costs more than these seats; choose another option.").By("RL-11").At("option")
	ErrPackageWhole   = errs.New(errs.Conflict, "sales.package_whole", "该票属于套票，须整套退票。", "This ticket belongs to a package, which is given back as a whole.").By("RL-5")
	ErrPackagePart    = errs.New(errs.Conflict, "sales.package_part", "该订单属于套票，请在套票订单中办理。", "This order belongs to a package; go on in the package's order.")
	ErrNoSeries       = errs.New(errs.Unavailable, "sales.package_seats_away", "套票暂时无法选座，请稍后再试。", "Packages cannot be held just now; try again.")
)
