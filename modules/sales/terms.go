package sales

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"parterre/modules/show"
)

// Clause is one sentence of the rules that a buyer agrees to.
type Clause struct {
	Topic string `json:"topic" enum:"purchase,entry,refund"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// RulesText tells the rules of purchase, entry and refund of a session, as
// they are shown before consent (RL-5, RL-6).
func RulesText(se show.Session) []Clause {
	r := se.Rules
	out := []Clause{{
		"purchase", fmt.Sprintf("每位购票人限购 %d 张，选座后请在 %d 分钟内付款。", r.MaxTickets, r.HoldFor),
		fmt.Sprintf("At most %d tickets per buyer; please pay within %d minutes of choosing seats.", r.MaxTickets, r.HoldFor),
	}}
	switch {
	case r.RealName.PerTicket:
		out = append(out, Clause{"purchase", "实名购票，一证一票；证件信息加密保存，演出结束后按期删除。", "Sold under real names, one ticket per document; documents are kept encrypted and are deleted after the show."})
	case r.RealName.PerOrder:
		out = append(out, Clause{"purchase", "实名购票，一单一证；证件信息加密保存，演出结束后按期删除。", "Sold under real names, one document per order; documents are kept encrypted and are deleted after the show."})
	}
	entry := Clause{"entry", "凭票码入场，一票一人。", "Entry by ticket code, one person per ticket."}
	if r.RealName.AtEntry {
		entry = Clause{"entry", "入场须出示票码与购票时登记的证件原件，人、证、票一致。", "Entry with the ticket code and the original document named at purchase; person, document and ticket must match."}
	}
	out = append(out, entry, Clause{"entry", "14 周岁以下观众须由监护人陪同。", "Children under 14 come with a guardian."})
	if len(r.Refunds) == 0 {
		return append(out, Clause{"refund", "本场次售出后不退不换；演出变更或取消时免费退票。", "No refunds or exchanges, except without a fee when the show is changed or cancelled."})
	}
	for _, t := range r.Refunds {
		zh, en := "免手续费", "without a fee"
		if t.FeePerMille > 0 {
			percent := permille(t.FeePerMille)
			zh, en = "收取票价 "+percent+" 手续费", "for a fee of "+percent+" of the price"
		}
		out = append(out, Clause{"refund", fmt.Sprintf("开演 %d 小时前退票%s。", t.HoursBefore, zh), fmt.Sprintf("Refunds up to %d hours before the start %s.", t.HoursBefore, en)})
	}
	return append(out, Clause{"refund", "之后不予退票；演出变更或取消时免费退票。", "No refunds after that, except without a fee when the show is changed or cancelled."})
}

// permille writes thousandths as per cent: 200 is "20%", 125 is "12.5%".
func permille(n int) string {
	if n%10 == 0 {
		return fmt.Sprintf("%d%%", n/10)
	}
	return fmt.Sprintf("%d.%d%%", n/10, n%10)
}

// RulesHash names a text of rules: what the record of a consent points to.
func RulesHash(c []Clause) string {
	sum := rulesSum(c)
	return hex.EncodeToString(sum[:])
}

func rulesSum(c []Clause) [sha256.Size]byte {
	var b []byte
	for _, x := range c {
		b = fmt.Appendf(b, "%s\x00%s\x00%s\x00", x.Topic, x.Zh, x.En)
	}
	return sha256.Sum256(b)
}
