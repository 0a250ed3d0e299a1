package sales

import (
	"context"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/printing"
	"parterre/printing/report"
)

// DayPDF prints a day's total (日结单) of a venue or of all: what was taken and
// given by way of payment, each counter's count and difference, and the two
// signatures, with names and times once they are there. Errors: sales.account_venue.
func (s *Service) DayPDF(ctx context.Context, day clock.Day, at ids.ID, lang printing.Lang) ([]byte, error) {
	d, err := s.DayTotal(ctx, day, at)
	if err != nil {
		return nil, err
	}
	names, err := s.venueNames(ctx)
	if err != nil {
		return nil, err
	}
	if _, ok := names[at]; !ok && !at.IsZero() {
		return nil, ErrAccountVenue
	}
	pdf, _, err := report.PDF(dayReport(d, names, lang, s.DB.Clock()))
	return pdf, err
}

// venueNames are the tenant's venues by id.
func (s *Service) venueNames(ctx context.Context) (map[ids.ID]string, error) {
	var out map[ids.ID]string
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		out, err = namesOfVenues(ctx, tx)
		return err
	})
	return out, err
}

func dayReport(d DayTotal, names map[ids.ID]string, lang printing.Lang, c clock.Clock) report.Report {
	say := func(zh, en string) string {
		if lang == printing.EN {
			return en
		}
		return zh
	}
	fig := func(zh, en string, v int64) report.Figure {
		return report.Figure{Label: say(zh, en), Kind: report.Money, Value: report.N(v)}
	}
	where := say("全部场馆", "All venues")
	if !d.Venue.IsZero() {
		where = names[d.Venue]
	}
	cash, all := d.Takings()
	r := report.Report{
		Title: say("日结单", "Day total"), Period: d.Day.String(), Organisation: where, Lang: lang, Created: c.Now().In(clock.Shanghai),
		Summary: []report.Figure{fig("收款净额", "Takings", int64(all)), fig("其中现金", "Of it cash", int64(cash)), fig("应有现金", "Cash expected", int64(d.Expected)), fig("实点现金", "Cash counted", int64(d.Counted)), fig("差异", "Difference", int64(d.Difference))},
	}
	methods := report.Table{Title: say("收款方式", "Ways of payment"), Totals: true, Columns: []report.Column{
		{Head: say("方式", "Way")}, {Head: say("收款笔数", "Payments"), Kind: report.Count}, {Head: say("收款", "Taken"), Kind: report.Money}, {Head: say("退款笔数", "Refunds"), Kind: report.Count}, {Head: say("退款", "Given back"), Kind: report.Money},
	}}
	for _, m := range d.Methods {
		methods.Rows = append(methods.Rows, []report.Cell{report.T(MethodName(m.Method, lang)), report.N(int64(m.Sales)), report.N(int64(m.Taken)), report.N(int64(m.Backs)), report.N(int64(m.Given))})
	}
	shifts := report.Table{Title: say("班次", "Shifts"), Totals: true, Columns: []report.Column{
		{Head: say("场馆", "Venue")}, {Head: say("窗口", "Counter")}, {Head: say("售票员", "Seller")}, {Head: say("应有现金", "Expected"), Kind: report.Money}, {Head: say("实点", "Counted"), Kind: report.Money}, {Head: say("差异", "Difference"), Kind: report.Money}, {Head: say("复核", "Checked by")},
	}}
	for _, sh := range d.Closed {
		name := names[sh.Venue]
		if name == "" {
			name = say("未填", "not said")
		}
		checked := sh.SignedName
		if sh.SignedBy == "" {
			checked = say("未复核", "unsigned")
		}
		shifts.Rows = append(shifts.Rows, []report.Cell{report.T(name), report.T(sh.Counter), report.T(sh.SellerName), report.N(int64(sh.Expected)), report.N(int64(*sh.Counted)), report.N(int64(sh.Difference())), report.T(checked)})
	}
	r.Tables = append(r.Tables, methods, shifts)
	for _, sh := range d.Open {
		r.Notes = append(r.Notes, say("未交班，不在合计中：", "Not closed and in no sum: ")+sh.Counter+" "+sh.SellerName)
	}
	for _, sh := range d.Closed {
		if sh.Note != "" {
			r.Notes = append(r.Notes, sh.Counter+" "+say("差异说明：", "note: ")+sh.Note)
		}
	}
	r.Signatures = []report.Signature{{Label: say("签字", "Signed")}, {Label: say("复核", "Countersigned")}}
	for i, x := range d.Signatures() {
		r.Signatures[i].Name, r.Signatures[i].At = x.Name, x.At.In(clock.Shanghai).Format("2006-01-02 15:04")
	}
	for _, x := range d.Signed {
		if !d.Current(x) {
			r.Notes = append(r.Notes, say("签字后数据有变：", "Signed before the sums changed: ")+x.Name+"  "+x.At.In(clock.Shanghai).Format("2006-01-02 15:04"))
		} else if x.Note != "" {
			r.Notes = append(r.Notes, x.Name+say("：", ": ")+x.Note)
		}
	}
	return r
}
