package payload

import (
	"strconv"
	"time"

	"parterre/codes"
)

// Kind is what Describe calls a payload; it is not one of codes.Kinds, because it holds a code and is none.
const Kind codes.Kind = "payload"

// Describe tells staff what a payload says. Without a keyring, or when the signature does not verify, the description
// carries a warning: never admit anybody on it.
func Describe(text string, ring *Keyring) codes.Description {
	t, suite, id, err := Peek(text)
	if err != nil {
		d := codes.DescribeError("", err)
		d.Kind, d.TitleZH, d.TitleEN = Kind, titleZH, titleEN
		return d
	}
	d := codes.Description{
		Kind: Kind, Valid: true, TitleZH: titleZH, TitleEN: titleEN, Form: "PT: and Base45", Clause: "own format, version 1", Origin: codes.OriginChosen,
		Region: codes.Describe(t.Code.String(), codes.KindTicket, nil).Region,
	}
	add := func(name, zh, en string, value any, note string) {
		d.Fields = append(d.Fields, codes.FieldText{Name: name, ZH: zh, EN: en, Value: value, Note: note})
	}
	minute := func(at time.Time) string { return at.In(codes.Shanghai).Format("2006-01-02 15:04") }
	add("ticket", "票编码", "ticket code", t.Code.String(), "")
	add("show", "场次编码", "show code", t.Code.Show().String(), "")
	add("seat", "座位号", "seat id", strconv.FormatUint(uint64(t.Seat), 10), t.Label)
	add("zone", "分区号", "zone id", strconv.FormatUint(uint64(t.Zone), 10), "")
	add("admits", "入场人数", "admits", int(t.Admits), "")
	add("edition", "出票版次", "edition", int(t.Edition), "")
	add("realName", "核验实名", "real-name check", t.Flags&RealName != 0, "")
	add("reEntry", "可再入场", "re-entry", t.Flags&ReEntry != 0, "")
	add("validFrom", "有效期起", "valid from", minute(t.ValidFrom), "")
	add("validUntil", "有效期止", "valid until", minute(t.ValidUntil), "")
	add("suite", "签名算法", "signature suite", suite.String(), "")
	add("key", "密钥标识", "key id", id.String(), "")
	if ring == nil {
		d.Warnings = append(d.Warnings, codes.Warning{Code: "codes.payload.unverified", ZH: "签名未核验，不得据此放行", EN: "the signature was not checked: do not admit on this"})
		return d
	}
	if _, _, err := ring.Verify(text); err != nil {
		e := codes.DescribeError("", err).Error
		d.Valid, d.Error = false, e
	}
	return d
}

const (
	titleZH = "签名票面二维码"
	titleEN = "signed ticket payload"
)
