package sim

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // the checksum that WeChat Pay uses for bills
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

// call is one verified request.
type call struct {
	m    merchant
	r    *http.Request
	body []byte
}

// answer is what an operation says: a status, and a body that is signed.
type answer struct {
	status int
	body   any // nil: none
	raw    []byte
}

func no(status int, code, message string) answer {
	return answer{status: status, body: map[string]string{"code": code, "message": message}}
}

func (s *Server) wechatRoutes(mux *http.ServeMux) {
	for pattern, do := range map[string]func(call) (answer, error){
		"POST /wechat/v3/pay/transactions/native":                        s.wechatPrepay("NATIVE"),
		"POST /wechat/v3/pay/transactions/h5":                            s.wechatPrepay("MWEB"),
		"POST /wechat/v3/pay/transactions/jsapi":                         s.wechatPrepay("JSAPI"),
		"POST /wechat/v3/pay/transactions/codepay":                       s.wechatCodePay,
		"GET /wechat/v3/pay/transactions/out-trade-no/{number}":          s.wechatQuery,
		"POST /wechat/v3/pay/transactions/out-trade-no/{number}/close":   s.wechatClose,
		"POST /wechat/v3/pay/transactions/out-trade-no/{number}/reverse": s.wechatReverse,
		"POST /wechat/v3/refund/domestic/refunds":                        s.wechatRefund,
		"GET /wechat/v3/refund/domestic/refunds/{number}":                s.wechatQueryRefund,
		"GET /wechat/v3/bill/tradebill":                                  s.wechatBill,
		"GET /wechat/v3/billdownload/file":                               s.wechatBillFile,
	} {
		mux.HandleFunc(pattern, s.wechatOp(do))
	}
}

var authorization = regexp.MustCompile(`^WECHATPAY2-SHA256-RSA2048 mchid="([^"]+)",nonce_str="([^"]+)",timestamp="(\d+)",serial_no="([^"]+)",signature="([^"]+)"$`)

// wechatOp verifies a request, runs the operation and signs its answer.
func (s *Server) wechatOp(do func(call) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err != nil {
			s.wechatAnswer(w, no(http.StatusBadRequest, "PARAM_ERROR", "请求体过大"))
			return
		}
		c := call{r: r, body: body}
		var ok bool
		if c.m, ok, err = s.wechatWho(r, body); err != nil || !ok {
			s.wechatAnswer(w, s.orFailed(no(http.StatusUnauthorized, "SIGN_ERROR", "签名错误"), err))
			return
		}
		a, err := do(c)
		s.wechatAnswer(w, s.orFailed(a, err))
	}
}

func (s *Server) orFailed(a answer, err error) answer {
	if err == nil {
		return a
	}
	s.Log.Error("payment simulation", "err", err)
	return no(http.StatusInternalServerError, "SYSTEM_ERROR", "系统异常，请稍后重试")
}

func (s *Server) wechatWho(r *http.Request, body []byte) (merchant, bool, error) {
	f := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if f == nil {
		return merchant{}, false, nil
	}
	at, _ := strconv.ParseInt(f[3], 10, 64)
	if d := wall().Sub(time.Unix(at, 0)); d > 5*time.Minute || d < -5*time.Minute {
		return merchant{}, false, nil
	}
	m, ok, err := s.merchant(r.Context(), WeChat, "merchant", f[1])
	if err != nil || !ok || m.Serial != f[4] {
		return m, false, err
	}
	uri := strings.TrimPrefix(r.URL.RequestURI(), "/wechat")
	return m, verify(m.PublicKey, r.Method+"\n"+uri+"\n"+f[3]+"\n"+f[2]+"\n"+string(body)+"\n", f[5]), nil
}

// verify checks SHA256-RSA2048 in base64.
func verify(public, message, signature string) bool {
	b, _ := pem.Decode([]byte(public))
	raw, err := base64.StdEncoding.DecodeString(signature)
	if b == nil || err != nil {
		return false
	}
	k, err := x509.ParsePKIXPublicKey(b.Bytes)
	key, ok := k.(*rsa.PublicKey)
	sum := sha256.Sum256([]byte(message))
	return err == nil && ok && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw) == nil
}

func sign(key *rsa.PrivateKey, message string) (string, error) {
	sum := sha256.Sum256([]byte(message))
	raw, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return base64.StdEncoding.EncodeToString(raw), err
}

func (s *Server) wechatAnswer(w http.ResponseWriter, a answer) {
	body := a.raw
	if a.body != nil {
		body, _ = json.Marshal(a.body)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	if err := s.wechatHeaders(w.Header(), body, wall(), s.Key); err != nil {
		s.Log.Error("payment simulation", "err", err)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}

// wechatHeaders signs a message of the provider.
func (s *Server) wechatHeaders(h http.Header, body []byte, at time.Time, key *rsa.PrivateKey) error {
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), ids.Token(16)
	sig, err := sign(key, stamp+"\n"+nonce+"\n"+string(body)+"\n")
	h.Set("Wechatpay-Timestamp", stamp)
	h.Set("Wechatpay-Nonce", nonce)
	h.Set("Wechatpay-Serial", KeyID)
	h.Set("Wechatpay-Signature", sig)
	h.Set("Request-Id", ids.Token(16))
	return err
}

type wechatAmount struct {
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
}

type wechatOrder struct {
	AppID       string       `json:"appid"`
	MchID       string       `json:"mchid"`
	Description string       `json:"description"`
	OutTradeNo  string       `json:"out_trade_no"`
	TimeExpire  string       `json:"time_expire"`
	NotifyURL   string       `json:"notify_url"`
	Amount      wechatAmount `json:"amount"`
	Payer       struct {
		OpenID   string `json:"openid"`
		AuthCode string `json:"auth_code"`
	} `json:"payer"`
	SceneInfo struct {
		PayerClientIP string `json:"payer_client_ip"`
	} `json:"scene_info"`
}

var wechatNumber = regexp.MustCompile(`^[0-9a-zA-Z_*|-]{6,32}$`)

// wechatOrderOf reads and checks an order as the interface's rules say.
func (c call) wechatOrderOf() (o wechatOrder, fault string) {
	if json.Unmarshal(c.body, &o) != nil {
		return o, "请求体不是 JSON"
	}
	switch {
	case o.AppID != c.m.App || o.MchID != c.m.ID:
		return o, "appid 与 mchid 不匹配"
	case !wechatNumber.MatchString(o.OutTradeNo):
		return o, "out_trade_no 应为 6 至 32 个字符"
	case o.Description == "" || len(o.Description) > 127:
		return o, "description 不能超过 127 字节"
	case o.Amount.Total <= 0 || o.Amount.Currency != "CNY":
		return o, "amount 不正确"
	}
	return o, ""
}

func (s *Server) wechatPrepay(kind string) func(call) (answer, error) {
	return func(c call) (answer, error) {
		o, fault := c.wechatOrderOf()
		expires, err := time.Parse(time.RFC3339, o.TimeExpire)
		switch {
		case fault != "":
		case err != nil:
			fault = "time_expire 格式不正确"
		case !strings.HasPrefix(o.NotifyURL, "https://") || strings.Contains(o.NotifyURL, "?"):
			fault = "notify_url 必须是 https 地址且不带参数"
		case kind == "MWEB" && o.SceneInfo.PayerClientIP == "":
			fault = "payer_client_ip 不能为空"
		case kind == "JSAPI" && o.Payer.OpenID == "":
			fault = "openid 不能为空"
		case !expires.After(s.Clock.Now()):
			fault = "time_expire 已过"
		}
		if fault != "" {
			return no(http.StatusBadRequest, "PARAM_ERROR", fault), nil
		}
		t, same, err := s.open(c.r.Context(), trade{Kind: WeChat, App: c.m.App, Number: o.OutTradeNo, Amount: o.Amount.Total, Subject: o.Description, Scene: kind, NotifyURL: o.NotifyURL, Expires: expires})
		switch {
		case err != nil:
			return answer{}, err
		case t.state() == "paid":
			return no(http.StatusBadRequest, "ORDERPAID", "该订单已支付"), nil
		case t.state() == "closed":
			return no(http.StatusBadRequest, "ORDER_CLOSED", "该订单已关闭"), nil
		case !same:
			return no(http.StatusForbidden, "OUT_TRADE_NO_USED", "商户订单号重复"), nil
		}
		at := s.cashierURL(WeChat, c.m.App, o.OutTradeNo)
		switch kind {
		case "MWEB":
			return answer{status: 200, body: map[string]string{"h5_url": at + "?package=1"}}, nil
		case "JSAPI":
			return answer{status: 200, body: map[string]string{"prepay_id": "wx" + t.ref()}}, nil
		}
		return answer{status: 200, body: map[string]string{"code_url": at}}, nil
	}
}

// wechatCodePay takes the money by the buyer's code: 10 to 15 and 18 digits.
// Its last two digits say how it goes (takeAs).
func (s *Server) wechatCodePay(c call) (answer, error) {
	o, fault := c.wechatOrderOf()
	code := o.Payer.AuthCode
	if fault == "" && !regexp.MustCompile(`^1[0-5]\d{16}$`).MatchString(code) {
		fault = "auth_code 不正确"
	}
	if fault != "" {
		return no(http.StatusBadRequest, "PARAM_ERROR", fault), nil
	}
	t, same, err := s.open(c.r.Context(), trade{Kind: WeChat, App: c.m.App, Number: o.OutTradeNo, Amount: o.Amount.Total, Subject: o.Description, Scene: "MICROPAY", Expires: s.Clock.Now().Add(time.Minute)})
	if err != nil || !same {
		return no(http.StatusForbidden, "OUT_TRADE_NO_USED", "商户订单号重复"), err
	}
	if err := s.begin(c.r.Context(), t, code); err != nil {
		return answer{}, err
	}
	switch does := s.takeAs(t, code); {
	case t.state() == "closed":
		return no(http.StatusBadRequest, "ORDER_CLOSED", "该订单已关闭"), nil
	case does == asks:
		return no(http.StatusBadRequest, "USERPAYING", "需要用户输入支付密码"), nil
	case does == refuses:
		return no(http.StatusForbidden, "NOT_ENOUGH", "用户账户余额不足"), nil
	case does == silent:
		_, err := s.Pay(c.r.Context(), WeChat, c.m.App, o.OutTradeNo, Missing)
		return no(http.StatusInternalServerError, "SYSTEM_ERROR", "系统异常，请稍后重试"), err
	}
	if _, err := s.Pay(c.r.Context(), WeChat, c.m.App, o.OutTradeNo, Missing); err != nil {
		return answer{}, err
	}
	t, _, err = s.trade(c.r.Context(), s.Pool, WeChat, c.m.App, o.OutTradeNo, "")
	return answer{status: 200, body: s.wechatTransaction(c.m, t)}, err
}

// wechatTransaction is the resource that answers and notices carry.
func (s *Server) wechatTransaction(m merchant, t trade) map[string]any {
	out := map[string]any{
		"appid": m.App, "mchid": m.ID, "out_trade_no": t.Number, "trade_type": t.Scene, "trade_state": map[string]string{"waiting": "NOTPAY", "paid": "SUCCESS", "closed": "CLOSED"}[t.state()],
		"amount": map[string]any{"total": t.Amount, "currency": "CNY", "payer_total": t.Amount, "payer_currency": "CNY"},
	}
	if t.reversed {
		out["trade_state"] = "REVOKED"
	}
	if t.PaidAt != nil {
		if t.Back > 0 {
			out["trade_state"] = "REFUND"
		}
		out["transaction_id"], out["success_time"], out["bank_type"] = t.ref(), t.PaidAt.In(clock.Shanghai).Format(time.RFC3339), "OTHERS"
		out["payer"] = map[string]string{"openid": "oSIM0000000000000000000000"}
	}
	return out
}

func (s *Server) wechatQuery(c call) (answer, error) {
	if err := s.typed(c.r.Context(), WeChat, c.m.App, c.r.PathValue("number")); err != nil {
		return answer{}, err
	}
	t, ok, err := s.trade(c.r.Context(), s.Pool, WeChat, c.m.App, c.r.PathValue("number"), "")
	if err != nil || !ok || c.r.URL.Query().Get("mchid") != c.m.ID {
		return no(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在"), err
	}
	return answer{status: 200, body: s.wechatTransaction(c.m, t)}, nil
}

// wechatReverse takes a code payment back (撤销).
func (s *Server) wechatReverse(c call) (answer, error) {
	ok, err := s.reverse(c.r.Context(), WeChat, c.m.App, c.r.PathValue("number"))
	if err != nil || !ok {
		return no(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在"), err
	}
	return answer{status: http.StatusNoContent}, nil
}

func (s *Server) wechatClose(c call) (answer, error) {
	number := c.r.PathValue("number")
	t, ok, err := s.trade(c.r.Context(), s.Pool, WeChat, c.m.App, number, "")
	switch {
	case err != nil:
		return answer{}, err
	case !ok:
		return no(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在"), nil
	case t.State == "paid":
		return no(http.StatusBadRequest, "ORDERPAID", "该订单已支付"), nil
	}
	return answer{status: http.StatusNoContent}, s.shut(c.r.Context(), WeChat, c.m.App, number)
}

func (s *Server) wechatRefund(c call) (answer, error) {
	var in struct {
		OutTradeNo  string `json:"out_trade_no"`
		OutRefundNo string `json:"out_refund_no"`
		Reason      string `json:"reason"`
		NotifyURL   string `json:"notify_url"`
		Amount      struct {
			Refund   int64  `json:"refund"`
			Total    int64  `json:"total"`
			Currency string `json:"currency"`
		} `json:"amount"`
	}
	if json.Unmarshal(c.body, &in) != nil || in.OutRefundNo == "" || len(in.OutRefundNo) > 64 || in.Amount.Refund <= 0 || in.Amount.Currency != "CNY" || len(in.Reason) > 80 {
		return no(http.StatusBadRequest, "PARAM_ERROR", "参数错误"), nil
	}
	r, t, said, err := s.giveBack(c.r.Context(), WeChat, c.m.App, refund{Number: in.OutRefundNo, Trade: in.OutTradeNo, Amount: in.Amount.Refund, Reason: in.Reason}, in.NotifyURL)
	switch {
	case err != nil:
		return answer{}, err
	case said == "unpaid":
		return no(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "订单号不存在"), nil
	case said == "too_much":
		return no(http.StatusForbidden, "NOT_ENOUGH", "退款金额大于可退金额"), nil
	case said == "other" || in.Amount.Total != t.Amount:
		return no(http.StatusBadRequest, "PARAM_ERROR", "订单金额或退款金额与之前请求不一致"), nil
	}
	return answer{status: 200, body: wechatRefundBody(t, r)}, nil
}

func wechatRefundBody(t trade, r refund) map[string]any {
	out := map[string]any{
		"refund_id": r.ref(), "out_refund_no": r.Number, "transaction_id": t.ref(), "out_trade_no": t.Number, "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
		"create_time": r.Created.In(clock.Shanghai).Format(time.RFC3339), "status": strings.ToUpper(r.State), "funds_account": "UNSETTLED",
		"amount": map[string]any{"total": t.Amount, "refund": r.Amount, "payer_total": t.Amount, "payer_refund": r.Amount, "settlement_refund": r.Amount, "settlement_total": t.Amount, "discount_refund": 0, "currency": "CNY"},
	}
	if r.Done != nil {
		out["success_time"] = r.Done.In(clock.Shanghai).Format(time.RFC3339)
	}
	return out
}

func (s *Server) wechatQueryRefund(c call) (answer, error) {
	r, ok, err := s.refundOf(c.r.Context(), s.Pool, WeChat, c.m.App, c.r.PathValue("number"))
	if err != nil || !ok {
		return no(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "退款单不存在"), err
	}
	t, _, err := s.trade(c.r.Context(), s.Pool, WeChat, c.m.App, r.Trade, "")
	return answer{status: 200, body: wechatRefundBody(t, r)}, err
}

func (s *Server) wechatBill(c call) (answer, error) {
	day, err := clock.ParseDay(c.r.URL.Query().Get("bill_date"))
	if err != nil {
		return no(http.StatusBadRequest, "PARAM_ERROR", "bill_date 格式不正确"), nil
	}
	if s.Clock.Now().Before(day.Add(1).Start(clock.Shanghai)) {
		return no(http.StatusBadRequest, "STATEMENT_CREATING", "账单生成中"), nil
	}
	file, err := s.wechatBillOf(c, day)
	if err != nil {
		return answer{}, err
	}
	sum := sha1.Sum(file) //nolint:gosec // as above
	return answer{status: 200, body: map[string]string{"hash_type": "SHA1", "hash_value": hex.EncodeToString(sum[:]), "download_url": "https://api.mch.weixin.qq.com/v3/billdownload/file?token=" + day.String()}}, nil
}

func (s *Server) wechatBillFile(c call) (answer, error) {
	day, err := clock.ParseDay(c.r.URL.Query().Get("token"))
	if err != nil {
		return no(http.StatusBadRequest, "PARAM_ERROR", "token 不正确"), nil
	}
	file, err := s.wechatBillOf(c, day)
	return answer{status: 200, raw: file}, err
}

func (s *Server) wechatBillOf(c call, day clock.Day) ([]byte, error) {
	list, err := s.movements(c.r.Context(), WeChat, c.m.App, day.Start(clock.Shanghai), day.Add(1).Start(clock.Shanghai))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n")
	var paid, back money.Fen
	for _, m := range list {
		at, state, total, number, given := m.at, "SUCCESS", money.Fen(m.Amount), [2]string{"0", "0"}, money.Fen(0)
		if m.refund != nil {
			state, total, number, given = "REFUND", 0, [2]string{m.refund.ref(), m.refund.Number}, money.Fen(m.refund.Amount)
		}
		if m.revoked {
			state, total, given = "REVOKED", 0, money.Fen(m.Amount)
		}
		paid, back = paid+total, back+given
		fmt.Fprintf(&b, "`%s,`%s,`%s,`0,`,`%s,`%s,`oSIM,`%s,`%s,`OTHERS,`CNY,`%s,`0.00,`%s,`%s,`%s,`0.00,`ORIGINAL,`SUCCESS,`%s,`,`0.00000,`0.60%%,`%s,`%s,`\r\n",
			shanghai(at), c.m.App, c.m.ID, m.ref(), m.Number, m.Scene, state, total, number[0], number[1], given, strings.ReplaceAll(m.Subject, ",", "，"), total, given)
	}
	fmt.Fprintf(&b, "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n`%d,`%s,`%s,`0.00,`0.00000,`%s,`%s\r\n", len(list), paid, back, paid, back)
	return b.Bytes(), nil
}
