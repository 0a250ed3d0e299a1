package sales

import (
	"context"
	"fmt"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/printing"
	"parterre/printing/report"
)

var methodNames = map[string][2]string{
	"cash": {"现金", "Cash"}, "card": {"银行卡", "Card"}, "wechat": {"微信", "WeChat"}, "alipay": {"支付宝", "Alipay"}, "transfer": {"转账", "Transfer"}, "sandbox": {"沙箱", "Sandbox"},
	"scan": {"扫码支付", "Payment code"}, "scan_wechat": {"微信付款码", "WeChat by code"}, "scan_alipay": {"支付宝付款码", "Alipay by code"},
}

// MethodName is a way of payment in words; one that is not known keeps its code.
func MethodName(method string, lang printing.Lang) string {
	if n, ok := methodNames[method]; ok {
		return n[lang]
	}
	return method
}

// Shift returns a shift with its totals: so far while it is open, as they
// stood once it is closed. Errors: sales.shift_not_found.
func (s *Service) Shift(ctx context.Context, id ids.ID) (sh Shift, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		if sh, ok, err = getShift(ctx, tx, id, ""); err != nil || !ok {
			return errsJoin(ErrNoShift, err)
		}
		if sh.ClosedAt == nil {
			return tally(ctx, tx, &sh, tx.Now)
		}
		return nil
	})
	return sh, err
}

// ShiftPDF prints a shift's report (班次报表): what was taken and given by way
// of payment, what went in and out of the drawer, the count by note and coin,
// the difference with its reason, and lines for both signatures.
// Errors: sales.shift_not_found.
func (s *Service) ShiftPDF(ctx context.Context, id ids.ID, lang printing.Lang) ([]byte, error) {
	sh, err := s.Shift(ctx, id)
	if err != nil {
		return nil, err
	}
	pdf, _, err := report.PDF(shiftReport(sh, lang, s.DB.Clock()))
	return pdf, err
}

func shiftReport(sh Shift, lang printing.Lang, c clock.Clock) report.Report {
	say := func(zh, en string) string {
		if lang == printing.EN {
			return en
		}
		return zh
	}
	const at = "2006-01-02 15:04"
	when := sh.OpenedAt.In(clock.Shanghai).Format(at) + " – "
	if sh.ClosedAt != nil {
		when += sh.ClosedAt.In(clock.Shanghai).Format(at)
	} else {
		when += say("未交班", "not closed")
	}
	fig := func(zh, en string, v int64) report.Figure {
		return report.Figure{Label: say(zh, en), Kind: report.Money, Value: report.N(v)}
	}
	r := report.Report{
		Title: say("班次报表", "Shift report"), Period: sh.Counter + "  " + when, Organisation: sh.SellerName, Lang: lang, Created: c.Now().In(clock.Shanghai),
		Summary: []report.Figure{fig("备用金", "Float", int64(sh.Opening)), fig("应有现金", "Cash expected", int64(sh.Expected))},
	}
	if sh.Counted != nil {
		r.Summary = append(r.Summary, fig("实点现金", "Cash counted", int64(*sh.Counted)), fig("差异", "Difference", int64(sh.Difference())))
	}
	methods := report.Table{Title: say("收款方式", "Ways of payment"), Totals: true, Columns: []report.Column{
		{Head: say("方式", "Way")},
		{Head: say("收款笔数", "Payments"), Kind: report.Count},
		{Head: say("收款", "Taken"), Kind: report.Money},
		{Head: say("退款笔数", "Refunds"), Kind: report.Count},
		{Head: say("退款", "Given back"), Kind: report.Money},
	}}
	for _, m := range sh.Totals {
		methods.Rows = append(methods.Rows, []report.Cell{report.T(MethodName(m.Method, lang)), report.N(int64(m.Sales)), report.N(int64(m.Taken)), report.N(int64(m.Backs)), report.N(int64(m.Given))})
	}
	r.Tables = append(r.Tables, methods)
	if len(sh.Moves) > 0 {
		t := report.Table{Title: say("现金存取", "Cash in and out"), Totals: true, Columns: []report.Column{{Head: say("时间", "Time")}, {Head: say("原因", "Reason")}, {Head: say("金额", "Amount"), Kind: report.Money}}}
		for _, m := range sh.Moves {
			t.Rows = append(t.Rows, []report.Cell{report.T(m.At.In(clock.Shanghai).Format("15:04")), report.T(m.Reason), report.N(int64(m.Amount))})
		}
		r.Tables = append(r.Tables, t)
	}
	if len(sh.Counts) > 0 {
		t := report.Table{Title: say("现金清点", "Count"), Totals: true, Columns: []report.Column{{Head: say("面额", "Note or coin")}, {Head: say("张/枚", "Pieces"), Kind: report.Count}, {Head: say("金额", "Amount"), Kind: report.Money}}}
		for _, x := range sh.Counts {
			if x.N > 0 {
				t.Rows = append(t.Rows, []report.Cell{report.T(fmt.Sprintf("¥%d.%02d", x.Fen/100, x.Fen%100)), report.N(int64(x.N)), report.N(int64(x.Fen) * int64(x.N))})
			}
		}
		r.Tables = append(r.Tables, t)
	}
	if sh.Note != "" {
		r.Notes = append(r.Notes, say("差异说明：", "Note: ")+sh.Note)
	}
	if sh.SignedAt != nil {
		r.Notes = append(r.Notes, say("复核（密码签署）：", "Signed by password: ")+sh.SignedName+"  "+sh.SignedAt.In(clock.Shanghai).Format(at))
	}
	seller, checked := report.Signature{Label: say("售票员", "Seller")}, report.Signature{Label: say("复核", "Checked by")}
	if sh.ClosedAt != nil {
		seller.Name, seller.At = sh.SellerName, sh.ClosedAt.In(clock.Shanghai).Format("2006-01-02 15:04")
	}
	if sh.SignedAt != nil {
		checked.Name, checked.At = sh.SignedName, sh.SignedAt.In(clock.Shanghai).Format("2006-01-02 15:04")
	}
	r.Signatures = []report.Signature{seller, checked}
	return r
}
