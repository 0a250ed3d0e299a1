package ticketmap

import (
	"errors"
	"fmt"
	"strings"

	"parterre/modules/core/errs"
	"parterre/modules/ticketmap/plan"
)

// Errors of this module.
var (
	ErrPlanNotFound = errs.New(errs.NotFound, "ticketmap.plan_not_found", "没有这个座位图。", "There is no such seat plan.")
	ErrMapNotFound  = errs.New(errs.NotFound, "ticketmap.map_not_found", "没有这个票图。", "There is no such ticket map.")
	ErrDraftExists  = errs.New(errs.Conflict, "ticketmap.draft_exists", "这个厅已有一份草稿，请先发布或继续修改它。", "This hall has a draft already; publish it or go on with it.")
	ErrPublished    = errs.New(errs.Conflict, "ticketmap.published", "已发布的座位图不能修改，请新建版本。", "A published plan does not change; start a new version.")
	ErrNotPublished = errs.New(errs.Conflict, "ticketmap.not_published", "座位图尚未发布。", "The seat plan is not published yet.")
	ErrStale        = errs.New(errs.Conflict, "ticketmap.stale", "内容已被他人修改（现为第 {version} 版），请刷新后再改。", "Somebody else changed this (it is at version {version}); reload and try again.").At("version")
	ErrPlanInvalid  = errs.New(errs.Invalid, "ticketmap.plan_invalid", "座位图有 {count} 处错误。", "The seat plan has {count} fault(s).")
	ErrSeatsSold    = errs.New(errs.Conflict, "ticketmap.seats_sold", "有 {count} 个已售座位在新版本中被删除：{seats}。", "{count} sold seat(s) are missing from the new version: {seats}.")
	ErrSeatsReused  = errs.New(errs.Conflict, "ticketmap.seats_reused", "有 {count} 个座位编号曾用于已删除的座位，不能再用：{seats}。", "{count} seat id(s) belonged to seats that were removed and may not be used again: {seats}.")
	ErrEmpty        = errs.New(errs.Conflict, "ticketmap.empty", "座位图里没有座位，也没有站席。", "The plan has neither seats nor standing areas.")
	ErrMapExists    = errs.New(errs.Conflict, "ticketmap.map_exists", "这个场次已有票图。", "This session has a ticket map already.").At("sessionId")
	ErrPublicShare  = errs.New(errs.Conflict, "ticketmap.public_share", "公开销售最多只剩 {public} 张，低于核准人数的 {percent}%（{required} 张）。请减少预留或内部票。",
		"At most {public} places would be on public sale, fewer than {percent} % of the approved audience ({required}). Hold fewer.").By("RL-2")
	ErrOverApproved = errs.New(errs.Conflict, "ticketmap.over_approved", "可售与预留共 {total} 张，超过核准人数 {approved}。", "On sale and held together are {total}, more than the approved audience of {approved}.").By("RL-8")
	ErrSeatsBound   = errs.New(errs.Conflict, "ticketmap.seats_bound", "有 {count} 个已售或已锁座位不能移出票档：{seats}。", "{count} seat(s) are sold or being bought and must stay in a zone: {seats}.")
	ErrNoZone       = errs.New(errs.Conflict, "ticketmap.no_zone", "票图还没有可售的票档。", "The map has no zone with anything to sell.")
	ErrOtherHall    = errs.New(errs.Conflict, "ticketmap.other_hall", "只能换到同一个厅的座位图版本。", "A map moves only to a version of the same hall.")
	ErrAreaGone     = errs.New(errs.Conflict, "ticketmap.area_gone", "新版本里没有站席“{area}”，请先从票图中移除。", "The version has no standing area \"{area}\"; take it off the map first.")
	ErrNotInPlan    = errs.New(errs.Invalid, "ticketmap.not_in_plan", "座位图里没有“{what}”。", "The plan has no \"{what}\".")
	ErrTwice        = errs.New(errs.Invalid, "ticketmap.twice", "“{what}”同时属于两处。", "\"{what}\" is listed twice.")
	ErrAllotted     = errs.New(errs.Invalid, "ticketmap.allotted", "座位 {what} 不能列入配额：须属于票档且未被预留。", "Seat {what} cannot be allotted: it must be in a zone and not held.")
	ErrBuffer       = errs.New(errs.Invalid, "ticketmap.buffer", "缓冲区座位 {what} 不能销售或预留。", "Seat {what} is in the buffer area; it can be neither sold nor held.").By("RL-8")
)

// planError makes a showable error of a document's problems, each with its path.
func planError(problems []plan.Finding) error {
	e := ErrPlanInvalid.With("count", len(problems))
	for _, p := range problems {
		if len(e.Fields) == 50 {
			break
		}
		e.Fields = append(e.Fields, errs.Field{Path: p.Path, Code: p.Code, Zh: p.Zh, En: p.En})
	}
	return e
}

// decode reads a document, gzip or plain.
func decode(data []byte) (*plan.Plan, error) {
	data, err := plan.Unpack(data)
	if err == nil {
		var p *plan.Plan
		if p, err = plan.Decode(data); err == nil {
			return p, nil
		}
	}
	return nil, Refusal(err)
}

// Refusal makes the findings of a refused file (plan.Findings, also from
// importers of other formats) a showable error with a field per finding; others stay as they are.
func Refusal(err error) error {
	var found plan.Findings
	if errors.As(err, &found) {
		return planError(found)
	}
	return err
}

// seatList writes at most 20 seats by their printed labels.
func seatList(p *plan.Plan, ids []int32) string {
	label := make(map[int32]string, len(p.Seats))
	for i, l := range plan.PrintedLabels(p) {
		label[p.Seats[i].ID] = l
	}
	var b strings.Builder
	for i, id := range ids {
		if i == 20 {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteString("，")
		}
		if l := label[id]; l != "" {
			b.WriteString(l)
		} else {
			fmt.Fprintf(&b, "#%d", id)
		}
	}
	return b.String()
}

// withSeats adds count, a readable list, and the ids of all seats.
func withSeats(e *errs.Error, p *plan.Plan, ids []int32) error {
	return e.With("count", len(ids)).With("seats", seatList(p, ids)).With("seatIds", ids)
}
