package wechat

import (
	"context"
	"crypto/sha1" //nolint:gosec // the provider's own checksum of the file
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"parterre/integrations/payment"
	"parterre/modules/core/clock"
	"parterre/modules/core/money"
)

// maxBill is the most bytes of one day's bill.
const maxBill = 64 << 20

// Bill implements payment.Biller with the 交易账单 of a day: first its address
// and hash, then the file, which is checked against the hash.
func (p *Provider) Bill(ctx context.Context, day clock.Day) ([]payment.BillLine, error) {
	result, err := p.client.Get(ctx, consts.WechatPayAPIServer+"/v3/bill/tradebill?bill_date="+day.String()+"&bill_type=ALL")
	defer done(result)
	if err != nil {
		if is(err, http.StatusBadRequest, "NO_STATEMENT_EXIST", "STATEMENT_CREATING") {
			return nil, payment.ErrNoBill
		}
		return nil, refused(err)
	}
	var at struct {
		HashType    string `json:"hash_type"`
		HashValue   string `json:"hash_value"`
		DownloadURL string `json:"download_url"`
	}
	if err := core.UnMarshalResponse(result.Response, &at); err != nil {
		return nil, payment.ErrUnknown.Because(err)
	}
	file, err := p.loose.Get(ctx, at.DownloadURL)
	defer done(file)
	if err != nil {
		return nil, refused(err)
	}
	raw, err := io.ReadAll(io.LimitReader(file.Response.Body, maxBill))
	if err != nil {
		return nil, payment.ErrUnknown.Because(err)
	}
	sum := sha1.Sum(raw) //nolint:gosec // as above
	if at.HashType != "SHA1" || !strings.EqualFold(hex.EncodeToString(sum[:]), at.HashValue) {
		return nil, payment.ErrUnknown.Because(errors.New("wechat: the bill's file does not have the hash that was said"))
	}
	return parseBill(string(raw))
}

// parseBill reads the table; the summary after it is left to the check that a
// person makes. Each field begins with a back-tick.
func parseBill(text string) ([]payment.BillLine, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("wechat: the bill has no heading: %w", err)
	}
	col := map[string]int{}
	for i, name := range head {
		col[name] = i
	}
	for _, need := range []string{"交易时间", "微信订单号", "商户订单号", "交易状态", "应结订单金额", "微信退款单号", "商户退款单号", "退款金额"} {
		if _, ok := col[need]; !ok {
			return nil, fmt.Errorf("wechat: the bill has no column %s", need)
		}
	}
	var out []payment.BillLine
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("wechat: the bill is broken: %w", err)
		}
		if strings.HasPrefix(rec[0], "总交易单数") { // the summary begins
			return out, nil
		}
		if len(rec) < len(head) {
			return nil, errors.New("wechat: the bill has a short line")
		}
		line, err := billLine(func(name string) string { return strings.TrimPrefix(rec[col[name]], "`") })
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
}

func billLine(field func(string) string) (l payment.BillLine, err error) {
	// The merchant may sell by other systems too: their numbers are not ours.
	l.Payment, _ = payment.ParseNumber(field("商户订单号"))
	if l.At, err = time.ParseInLocation("2006-01-02 15:04:05", field("交易时间"), clock.Shanghai); err != nil {
		return l, err
	}
	amount := field("应结订单金额")
	l.Ref = field("微信订单号")
	if state := field("交易状态"); state == "REFUND" || state == "REVOKED" {
		amount = field("退款金额")
		if ref := field("微信退款单号"); ref != "" && ref != "0" {
			l.Ref = ref
		}
		l.Back = true
		l.Refund, _ = payment.ParseNumber(field("商户退款单号"))
	}
	l.Amount, err = money.Yuan(amount)
	return l, err
}
