package sim

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"parterre/modules/core/clock"
	"parterre/modules/core/money"
)

// canonical is what RSA2 signs: the fields sorted by name, without empty ones
// and without the signature; notices leave sign_type out too.
func canonical(form url.Values, notice bool) string {
	var pairs []string
	for k, v := range form {
		if k == "sign" || notice && k == "sign_type" || v[0] == "" {
			continue
		}
		pairs = append(pairs, k+"="+v[0])
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "&")
}

// alipayCall is one verified request.
type alipayCall struct {
	ctx  context.Context
	m    merchant
	form url.Values
	biz  []byte
}

type alipayError struct{ code, sub, message string }

func (e *alipayError) body() map[string]any {
	return map[string]any{"code": e.code, "msg": "Business Failed", "sub_code": e.sub, "sub_msg": e.message}
}

func business(sub, message string) *alipayError { return &alipayError{"40004", sub, message} }

// alipay is the gateway: one address for all methods. Page and phone payments
// are opened by the buyer's browser and lead to the cashier.
func (s *Server) alipay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if r.ParseForm() != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	form := r.Form
	method := form.Get("method")
	m, ok, err := s.alipayWho(r.Context(), form)
	if err != nil {
		s.alipayAnswer(w, m, method, s.alipayFailed(err), true)
		return
	}
	if !ok {
		s.alipayAnswer(w, m, method, map[string]any{"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature", "sub_msg": "无效签名"}, false)
		return
	}
	op, known := alipayOps[method]
	if !known {
		s.alipayAnswer(w, m, method, map[string]any{"code": "40001", "msg": "Missing Method", "sub_code": "isv.invalid-method", "sub_msg": "不存在的方法名"}, false)
		return
	}
	out, wrong, err := op(s, alipayCall{r.Context(), m, form, []byte(form.Get("biz_content"))})
	switch {
	case err != nil:
		s.alipayAnswer(w, m, method, s.alipayFailed(err), true)
	case wrong != nil:
		s.alipayAnswer(w, m, method, wrong.body(), true)
	case out["redirect"] != nil:
		http.Redirect(w, r, out["redirect"].(string), http.StatusSeeOther)
	default:
		if out["code"] == nil {
			out["code"], out["msg"] = "10000", "Success"
		}
		s.alipayAnswer(w, m, method, out, true)
	}
}

func (s *Server) alipayFailed(err error) map[string]any {
	s.Log.Error("payment simulation", "err", err)
	return map[string]any{"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "isp.unknow-error", "sub_msg": "系统繁忙"}
}

var alipayOps = map[string]func(*Server, alipayCall) (map[string]any, *alipayError, error){
	"alipay.trade.page.pay":                          (*Server).alipayPage,
	"alipay.trade.wap.pay":                           (*Server).alipayPage,
	"alipay.trade.precreate":                         (*Server).alipayPrecreate,
	"alipay.trade.pay":                               (*Server).alipayTake,
	"alipay.trade.query":                             (*Server).alipayQuery,
	"alipay.trade.close":                             (*Server).alipayClose,
	"alipay.trade.cancel":                            (*Server).alipayCancel,
	"alipay.trade.refund":                            (*Server).alipayRefund,
	"alipay.trade.fastpay.refund.query":              (*Server).alipayQueryRefund,
	"alipay.data.dataservice.bill.downloadurl.query": (*Server).alipayBill,
}

func (s *Server) alipayWho(ctx context.Context, form url.Values) (merchant, bool, error) {
	for _, v := range form {
		if len(v) != 1 {
			return merchant{}, false, nil
		}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", form.Get("timestamp"), clock.Shanghai)
	if d := wall().Sub(at); err != nil || form.Get("sign_type") != "RSA2" || d > 15*time.Minute && !strings.HasSuffix(form.Get("method"), ".pay") || d < -15*time.Minute {
		return merchant{}, false, nil
	}
	m, ok, err := s.merchant(ctx, Alipay, "app", form.Get("app_id"))
	if err != nil || !ok {
		return m, false, err
	}
	if app, root, _ := m.certNumbers(); form.Get("app_cert_sn") != app || form.Get("alipay_root_cert_sn") != root {
		return m, false, nil
	}
	return m, verify(m.PublicKey, canonical(form, false), form.Get("sign")), nil
}

// alipayAnswer writes {"x_response":{…},"sign":"…"}; the signature covers the
// bytes of the inner object. Refused signatures are answered without one.
func (s *Server) alipayAnswer(w http.ResponseWriter, m merchant, method string, body map[string]any, signed bool) {
	inner, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the simulation failed", http.StatusInternalServerError)
		return
	}
	out := `{"` + strings.ReplaceAll(method, ".", "_") + `_response":` + string(inner)
	if signed {
		sig, err := sign(s.Key, string(inner))
		if err != nil {
			s.Log.Error("payment simulation", "err", err)
		}
		if _, _, number := m.certNumbers(); number != "" {
			out += `,"alipay_cert_sn":"` + number + `"`
		}
		out += `,"sign":"` + sig + `"`
	}
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	_, _ = w.Write([]byte(out + "}"))
}

type alipayOrder struct {
	OutTradeNo  string `json:"out_trade_no"`
	TotalAmount string `json:"total_amount"`
	Subject     string `json:"subject"`
	ProductCode string `json:"product_code"`
	TimeExpire  string `json:"time_expire"`
	Scene       string `json:"scene"`
	AuthCode    string `json:"auth_code"`
}

var alipayNumber = regexp.MustCompile(`^[0-9a-zA-Z_]{1,64}$`)

// order checks an order as the interface's rules say and opens its trade.
func (s *Server) alipayOrder(c alipayCall, product string) (o alipayOrder, t trade, wrong *alipayError, err error) {
	if json.Unmarshal(c.biz, &o) != nil || !alipayNumber.MatchString(o.OutTradeNo) || o.Subject == "" || len([]rune(o.Subject)) > 256 || strings.ContainsAny(o.Subject, "/=&") || o.ProductCode != product {
		return o, t, business("ACQ.INVALID_PARAMETER", "参数无效"), nil
	}
	amount, err := money.Yuan(o.TotalAmount)
	if err != nil || amount <= 0 || amount > 10_000_000_000 {
		return o, t, business("ACQ.INVALID_PARAMETER", "金额不正确"), nil
	}
	expires := s.Clock.Now().Add(15 * time.Minute)
	if o.TimeExpire != "" {
		if expires, err = time.ParseInLocation("2006-01-02 15:04:05", o.TimeExpire, clock.Shanghai); err != nil {
			return o, t, business("ACQ.INVALID_PARAMETER", "time_expire 格式不正确"), nil
		}
	}
	t, same, err := s.open(c.ctx, trade{
		Kind: Alipay, App: c.m.App, Number: o.OutTradeNo, Amount: int64(amount), Subject: o.Subject, Scene: product,
		NotifyURL: c.form.Get("notify_url"), ReturnURL: c.form.Get("return_url"), Expires: expires,
	})
	switch {
	case err != nil:
	case t.state() == "paid" && o.AuthCode == "":
		wrong = business("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
	case t.state() == "closed":
		wrong = business("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
	case !same:
		wrong = business("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
	}
	return o, t, wrong, err
}

func (s *Server) alipayPage(c alipayCall) (map[string]any, *alipayError, error) {
	product := "FAST_INSTANT_TRADE_PAY"
	if strings.Contains(c.form.Get("method"), "wap") {
		product = "QUICK_WAP_WAY"
	}
	o, _, wrong, err := s.alipayOrder(c, product)
	if wrong != nil && wrong.sub != "ACQ.TRADE_HAS_SUCCESS" && wrong.sub != "ACQ.TRADE_HAS_CLOSE" {
		return nil, wrong, err
	}
	return map[string]any{"redirect": s.cashierURL(Alipay, c.m.App, o.OutTradeNo)}, nil, err
}

func (s *Server) alipayPrecreate(c alipayCall) (map[string]any, *alipayError, error) {
	o, _, wrong, err := s.alipayOrder(c, "QR_CODE_OFFLINE")
	return map[string]any{"out_trade_no": o.OutTradeNo, "qr_code": s.cashierURL(Alipay, c.m.App, o.OutTradeNo)}, wrong, err
}

// alipayTake takes the money by the buyer's code: 16 to 24 digits, 25 to 30
// first. One that ends in 99 asks the buyer to confirm.
func (s *Server) alipayTake(c alipayCall) (map[string]any, *alipayError, error) {
	o, t, wrong, err := s.alipayOrder(c, "FACE_TO_FACE_PAYMENT")
	if err != nil || wrong != nil {
		return nil, wrong, err
	}
	if o.Scene != "bar_code" || !regexp.MustCompile(`^(2[5-9]|30)\d{14,22}$`).MatchString(o.AuthCode) {
		return nil, business("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"), nil
	}
	if err := s.begin(c.ctx, t, o.AuthCode); err != nil {
		return nil, nil, err
	}
	switch does := s.takeAs(t, o.AuthCode); {
	case t.state() == "closed":
		return nil, business("ACQ.TRADE_HAS_CLOSE", "交易已关闭"), nil
	case does == asks:
		return map[string]any{"code": "10003", "msg": "order success pay inprocess", "out_trade_no": o.OutTradeNo, "trade_no": t.ref()}, nil, nil
	case does == refuses:
		return nil, business("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"), nil
	case does == silent:
		_, err := s.Pay(c.ctx, Alipay, c.m.App, o.OutTradeNo, Missing)
		return nil, &alipayError{"20000", "aop.unknow-error", "系统繁忙"}, err
	}
	if _, err := s.Pay(c.ctx, Alipay, c.m.App, o.OutTradeNo, Missing); err != nil {
		return nil, nil, err
	}
	if t, _, err = s.trade(c.ctx, s.Pool, Alipay, c.m.App, o.OutTradeNo, ""); err != nil {
		return nil, nil, err
	}
	return map[string]any{"out_trade_no": t.Number, "trade_no": t.ref(), "total_amount": money.Fen(t.Amount).String(), "receipt_amount": money.Fen(t.Amount).String(), "gmt_payment": shanghai(*t.PaidAt)}, nil, nil
}

// tradeOf finds the trade that a request names.
func (s *Server) alipayTrade(c alipayCall) (t trade, wrong *alipayError, err error) {
	var in struct {
		OutTradeNo string `json:"out_trade_no"`
	}
	if json.Unmarshal(c.biz, &in) != nil || in.OutTradeNo == "" {
		return t, business("ACQ.INVALID_PARAMETER", "参数无效"), nil
	}
	t, ok, err := s.trade(c.ctx, s.Pool, Alipay, c.m.App, in.OutTradeNo, "")
	if err == nil && !ok {
		wrong = business("ACQ.TRADE_NOT_EXIST", "交易不存在")
	}
	return t, wrong, err
}

func alipayState(t trade) string {
	switch st := t.state(); {
	case st == "paid" && t.Back >= t.Amount, st == "closed":
		return "TRADE_CLOSED"
	case st == "paid":
		return "TRADE_SUCCESS"
	}
	return "WAIT_BUYER_PAY"
}

// alipayCancel takes a code payment back (撤销).
func (s *Server) alipayCancel(c alipayCall) (map[string]any, *alipayError, error) {
	t, wrong, err := s.alipayTrade(c)
	if err != nil || wrong != nil {
		return nil, wrong, err
	}
	action := map[bool]string{true: "refund", false: "close"}[t.state() == "paid"]
	_, err = s.reverse(c.ctx, Alipay, c.m.App, t.Number)
	return map[string]any{"out_trade_no": t.Number, "trade_no": t.ref(), "retry_flag": "N", "action": action}, nil, err
}

func (s *Server) alipayQuery(c alipayCall) (map[string]any, *alipayError, error) {
	if t, wrong, err := s.alipayTrade(c); err == nil && wrong == nil {
		if err := s.typed(c.ctx, Alipay, c.m.App, t.Number); err != nil {
			return nil, nil, err
		}
	}
	t, wrong, err := s.alipayTrade(c)
	if err != nil || wrong != nil {
		return nil, wrong, err
	}
	out := map[string]any{"out_trade_no": t.Number, "trade_no": t.ref(), "trade_status": alipayState(t), "total_amount": money.Fen(t.Amount).String(), "buyer_logon_id": "sim***@example.com"}
	if t.PaidAt != nil {
		out["send_pay_date"] = shanghai(*t.PaidAt)
	}
	return out, nil, nil
}

func (s *Server) alipayClose(c alipayCall) (map[string]any, *alipayError, error) {
	t, wrong, err := s.alipayTrade(c)
	if err != nil || wrong != nil {
		return nil, wrong, err
	}
	if t.state() != "waiting" {
		return nil, business("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"), nil
	}
	return map[string]any{"out_trade_no": t.Number, "trade_no": t.ref()}, nil, s.shut(c.ctx, Alipay, c.m.App, t.Number)
}

func (s *Server) alipayRefund(c alipayCall) (map[string]any, *alipayError, error) {
	var in struct {
		OutTradeNo   string `json:"out_trade_no"`
		RefundAmount string `json:"refund_amount"`
		OutRequestNo string `json:"out_request_no"`
		RefundReason string `json:"refund_reason"`
	}
	if json.Unmarshal(c.biz, &in) != nil || in.OutRequestNo == "" {
		return nil, business("ACQ.INVALID_PARAMETER", "参数无效"), nil
	}
	amount, err := money.Yuan(in.RefundAmount)
	if err != nil || amount <= 0 {
		return nil, business("ACQ.INVALID_PARAMETER", "退款金额不正确"), nil
	}
	r, t, said, err := s.giveBack(c.ctx, Alipay, c.m.App, refund{Number: in.OutRequestNo, Trade: in.OutTradeNo, Amount: int64(amount), Reason: in.RefundReason}, "")
	switch {
	case err != nil:
		return nil, nil, err
	case said == "unpaid":
		return nil, business("ACQ.TRADE_NOT_EXIST", "交易不存在"), nil
	case said == "too_much":
		return nil, business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"), nil
	case said == "other":
		return nil, business("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"), nil
	}
	change := "N"
	if r.New {
		change = "Y"
	}
	return map[string]any{"out_trade_no": t.Number, "trade_no": t.ref(), "fund_change": change, "refund_fee": money.Fen(t.Back).String(), "buyer_logon_id": "sim***@example.com"}, nil, nil
}

func (s *Server) alipayQueryRefund(c alipayCall) (map[string]any, *alipayError, error) {
	t, wrong, err := s.alipayTrade(c)
	if err != nil || wrong != nil {
		return nil, wrong, err
	}
	var in struct {
		OutRequestNo string `json:"out_request_no"`
	}
	_ = json.Unmarshal(c.biz, &in)
	r, ok, err := s.refundOf(c.ctx, s.Pool, Alipay, c.m.App, in.OutRequestNo)
	if err != nil || !ok || r.Trade != t.Number { // answered with success and nothing in it
		return map[string]any{}, nil, err
	}
	return map[string]any{
		"out_trade_no": t.Number, "trade_no": t.ref(), "out_request_no": r.Number, "total_amount": money.Fen(t.Amount).String(),
		"refund_amount": money.Fen(r.Amount).String(), "refund_status": "REFUND_SUCCESS", "gmt_refund_pay": shanghai(*r.Done),
	}, nil, nil
}

func (s *Server) alipayBill(c alipayCall) (map[string]any, *alipayError, error) {
	var in struct {
		BillType string `json:"bill_type"`
		BillDate string `json:"bill_date"`
	}
	_ = json.Unmarshal(c.biz, &in)
	day, err := clock.ParseDay(in.BillDate)
	if err != nil || in.BillType != "trade" {
		return nil, business("isp.invalid-parameter", "账单日期不正确"), nil
	}
	if s.Clock.Now().Before(day.Add(1).Start(clock.Shanghai)) {
		return nil, business("isp.bill_not_exist", "账单不存在"), nil
	}
	token, err := sign(s.Key, c.m.App+day.String())
	return map[string]any{"bill_download_url": s.Base + "/alipay/bill/" + c.m.App + "/" + day.String() + "?token=" + url.QueryEscape(token)}, nil, err
}

// alipayBillFile serves the zip to whoever has the address, as Alipay does.
func (s *Server) alipayBillFile(w http.ResponseWriter, r *http.Request) {
	app := r.PathValue("app")
	day, err := clock.ParseDay(r.PathValue("day"))
	public, err2 := s.PlatformKey()
	if err != nil || err2 != nil || !verify(public, app+day.String(), r.URL.Query().Get("token")) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	file, err := s.alipayBillOf(r.Context(), app, day)
	if err != nil {
		s.Log.Error("payment simulation", "err", err)
		http.Error(w, "the simulation failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	_, _ = w.Write(file)
}

func (s *Server) alipayBillOf(ctx context.Context, app string, day clock.Day) ([]byte, error) {
	list, err := s.movements(ctx, Alipay, app, day.Start(clock.Shanghai), day.Add(1).Start(clock.Shanghai))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("#支付宝业务明细查询\r\n#账号：[" + app + "]\r\n#-----------------------------------------业务明细列表----------------------------------------\r\n")
	b.WriteString("支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,退款批次号/请求号,服务费（元）,备注\r\n")
	for _, m := range list {
		kind, amount, number := "交易", money.Fen(m.Amount).String(), ""
		if m.refund != nil {
			kind, amount, number = "退款", "-"+money.Fen(m.refund.Amount).String(), m.refund.Number
		}
		if m.revoked { // a cancellation is a refund without a number of the merchant's
			kind, amount = "退款", "-"+amount
		}
		fmt.Fprintf(&b, "%s\t,%s\t,%s,%s,%s,%s,,,,,*,%s,%s,%s\t,0.00,\r\n", m.ref(), m.Number, kind, strings.ReplaceAll(m.Subject, ",", "，"), shanghai(m.Created), shanghai(m.at), amount, amount, number)
	}
	fmt.Fprintf(&b, "#-----------------------------------------业务明细列表结束------------------------------------\r\n#共 %d 笔\r\n", len(list))
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{"业务明细.csv": b.String(), "业务明细(汇总).csv": "#汇总\r\n"} {
		inGBK, err := simplifiedchinese.GB18030.NewEncoder().String(app + "_" + strings.ReplaceAll(day.String(), "-", "") + "_" + name)
		if err != nil {
			return nil, err
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: inGBK, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		raw, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(raw)); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}
