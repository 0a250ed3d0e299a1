package payload

import (
	"strconv"
	"time"
	"unicode/utf8"

	"parterre/codes"
)

// Flags tell a gate what else to look at.
type Flags uint8

// Flags.
const (
	RealName   Flags = 1 << iota // the holder's identity document is checked at entry
	ReEntry                      // the holder may leave and come back
	knownFlags = RealName | ReEntry
)

// Ticket is what the code says. It holds no personal data.
type Ticket struct {
	Code       codes.Ticket
	Seat       uint32    // seat id in the plan, permanent; 0: no seat
	Zone       uint32    // zone id; 0: none
	Admits     uint8     // how many persons, 1 or more
	Flags      Flags     //
	Edition    uint8     // 0 for the first issue; a later one supersedes all before
	ValidFrom  time.Time // whole minutes, at most 180 days from the show's date
	ValidUntil time.Time // whole minutes, after ValidFrom, at most 366 days; not valid at this instant any more
	Label      string    // for the gate's screen, at most 40 bytes of UTF-8
}

// MaxLabel is the longest label in bytes.
const MaxLabel = 40

const (
	maxFrom  = 180 * 24 * 60
	maxValid = 366 * 24 * 60
)

func (t Ticket) check() error {
	from, valid, err := t.minutes()
	switch {
	case t.Code.IsZero():
		return bad("code", "票编码不能为空", "the ticket code must be given")
	case t.Admits == 0:
		return bad("admits", "入场人数至少为 1", "admits must be at least 1")
	case t.Flags&^knownFlags != 0:
		return bad("flags", "含未知标志", "there are unknown flags")
	case len(t.Label) > MaxLabel:
		return bad("label", "标签至多 40 字节，实为 "+strconv.Itoa(len(t.Label)), "the label must have at most 40 bytes, it has "+strconv.Itoa(len(t.Label)))
	case !utf8.ValidString(t.Label):
		return bad("label", "标签须为 UTF-8", "the label must be UTF-8")
	case err != nil:
		return err
	case from < -maxFrom || from > maxFrom:
		return bad("validFrom", "有效期起始须在场次日期前后 180 天内", "the validity must begin within 180 days of the show's date")
	case valid < 1 || valid > maxValid:
		return bad("validUntil", "有效期须为 1 分钟至 366 天", "the validity must last 1 minute to 366 days")
	}
	return nil
}

// minutes gives the validity as it is written. Seconds are refused, not cut.
func (t Ticket) minutes() (from, valid int64, err error) {
	if t.Code.IsZero() {
		return 0, 0, nil
	}
	f := t.ValidFrom.Sub(t.Code.Show().Date().Start())
	v := t.ValidUntil.Sub(t.ValidFrom)
	if f%time.Minute != 0 || v%time.Minute != 0 {
		return 0, 0, bad("validFrom", "有效期须为整分钟", "the validity must be in whole minutes")
	}
	return int64(f / time.Minute), int64(v / time.Minute), nil
}

// CheckTime tells whether the ticket is valid at a time. Errors: codes.payload.early, codes.payload.late.
func (t Ticket) CheckTime(now time.Time) error {
	switch {
	case now.Before(t.ValidFrom):
		at := t.ValidFrom.In(codes.Shanghai).Format("2006-01-02 15:04")
		return codes.NewError("codes.payload.early", "validFrom", "尚未到入场时间，"+at+" 起有效", "not valid yet: from "+at)
	case !now.Before(t.ValidUntil):
		at := t.ValidUntil.In(codes.Shanghai).Format("2006-01-02 15:04")
		return codes.NewError("codes.payload.late", "validUntil", "已过有效期（至 "+at+"）", "not valid any more: until "+at)
	}
	return nil
}

func bad(field, zh, en string) error {
	return codes.NewError("codes.payload.argument", field, "票面二维码："+zh, "ticket payload: "+en)
}
