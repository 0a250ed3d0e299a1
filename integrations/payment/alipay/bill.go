package alipay

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/smartwalle/alipay/v3"
	"golang.org/x/text/encoding/simplifiedchinese"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/money"
)

// maxBill is the most bytes of one day's bill.
const maxBill = 64 << 20

// Bill implements payment.Biller with the trade bill (业务明细) of a day: its
// address comes signed, the file is a zip of tables in GB18030.
func (p *Provider) Bill(ctx context.Context, day clock.Day) ([]payment.BillLine, error) {
	at, err := p.client.BillDownloadURLQuery(ctx, alipay.BillDownloadURLQuery{BillType: "trade", BillDate: day.String()})
	if err == nil && at != nil && strings.Contains(strings.ToUpper(at.SubCode), "BILL_NOT_EXIST") {
		return nil, payment.ErrNoBill
	}
	if err := refused(err, at, func() alipay.Error { return at.Error }); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.BillDownloadURL, nil)
	if err != nil {
		return nil, payment.ErrUnknown.Because(err)
	}
	res, err := p.cfg.HTTP.Do(req)
	if err != nil {
		return nil, payment.ErrUnknown.Because(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxBill))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, payment.ErrUnknown.Because(errors.Join(err, fmt.Errorf("alipay: the bill's file is answered %d", res.StatusCode)))
	}
	return unzip(raw)
}

// unzip finds the table of single movements in the archive; the other is the
// summary.
func unzip(raw []byte) ([]payment.BillLine, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("alipay: the bill is no zip: %w", err)
	}
	for _, f := range z.File {
		name := f.Name
		if f.NonUTF8 {
			if name, err = simplifiedchinese.GB18030.NewDecoder().String(f.Name); err != nil {
				continue
			}
		}
		if !strings.Contains(name, "业务明细") || strings.Contains(name, "汇总") {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(io.LimitReader(simplifiedchinese.GB18030.NewDecoder().Reader(in), maxBill))
		_ = in.Close()
		if err != nil {
			return nil, err
		}
		return parseBill(string(text))
	}
	return nil, errors.New("alipay: the bill holds no table of movements")
}

func parseBill(text string) ([]payment.BillLine, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.Comment = -1, true, '#'
	var col map[string]int
	var out []payment.BillLine
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			if col == nil {
				return nil, errors.New("alipay: the bill has no heading")
			}
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("alipay: the bill is broken: %w", err)
		}
		for i := range rec {
			rec[i] = strings.Trim(rec[i], " \t")
		}
		if col == nil {
			col = map[string]int{}
			for i, name := range rec {
				col[name] = i
			}
			for _, need := range []string{"支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "退款批次号/请求号"} {
				if _, ok := col[need]; !ok {
					return nil, fmt.Errorf("alipay: the bill has no column %s", need)
				}
			}
			continue
		}
		if len(rec) < len(col) {
			return nil, errors.New("alipay: the bill has a short line")
		}
		line, err := billLine(func(name string) string { return rec[col[name]] })
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
}

func billLine(field func(string) string) (l payment.BillLine, err error) {
	// The application may sell by other systems too: their numbers are not ours.
	l.Payment, _ = payment.ParseNumber(field("商户订单号"))
	if l.At, err = time.ParseInLocation(timeForm, field("完成时间"), clock.Shanghai); err != nil {
		return l, err
	}
	l.Ref = field("支付宝交易号")
	if field("业务类型") == "退款" {
		l.Back = true
		l.Refund, _ = payment.ParseNumber(field("退款批次号/请求号"))
	}
	l.Amount, err = money.Yuan(strings.TrimPrefix(field("订单金额（元）"), "-")) // what goes back has a minus
	return l, err
}
