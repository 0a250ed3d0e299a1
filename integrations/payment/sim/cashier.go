package sim

import (
	"net/http"
	"net/url"

	"parterre/integrations/payment/cashier"
	"parterre/modules/core/money"
)

var words = map[string]cashier.Words{
	"":     {Title: "模拟收银台", TitleEn: "Simulated cashier", Note: "模拟支付：不会产生扣款。", NoteEn: "Simulation: no money moves."},
	WeChat: {Title: "模拟收银台", TitleEn: "Simulated cashier", Note: "微信支付（模拟）：并非真实支付渠道，不会产生扣款。", NoteEn: "Simulation of WeChat Pay: this is not the provider, and no money moves."},
	Alipay: {Title: "模拟收银台", TitleEn: "Simulated cashier", Note: "支付宝（模拟）：并非真实支付渠道，不会产生扣款。", NoteEn: "Simulation of Alipay: this is not the provider, and no money moves."},
}

func (s *Server) cashier(w http.ResponseWriter, r *http.Request) {
	t, ok, err := s.trade(r.Context(), s.Pool, r.PathValue("kind"), r.PathValue("app"), r.PathValue("number"), "")
	if err != nil {
		s.Log.Error("payment simulation", "err", err)
		http.Error(w, "the simulation's database does not answer", http.StatusServiceUnavailable)
		return
	}
	v := cashier.View{Brand: r.PathValue("kind"), Field: "fault"}
	if _, known := words[v.Brand]; !known {
		v.Brand = ""
	}
	v.Words = words[v.Brand]
	for _, f := range Faults {
		v.Notices = append(v.Notices, cashier.Notice{Value: string(f.Fault), Zh: f.Zh, En: f.En})
	}
	if v.Known = ok; ok {
		v.Subject, v.Amount, v.State, v.Ref, v.Back = t.Subject, money.Fen(t.Amount).String(), t.state(), t.ref(), s.back(t, r)
	}
	cashier.Write(w, r, v)
}

// back is where the buyer goes afterwards: as the order said (Alipay), or as
// the address says (redirect_url of WeChat Pay's H5); http(s) only, and of the
// merchant that is notified.
func (s *Server) back(t trade, r *http.Request) string {
	to := t.ReturnURL
	if to == "" {
		to = r.URL.Query().Get("redirect_url")
	}
	u, err := url.Parse(to)
	home, err2 := url.Parse(t.NotifyURL)
	if err != nil || err2 != nil || u.Host != home.Host || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return to
}

// decide is the press of a button on the cashier page.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if r.ParseForm() != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	ctx, kind, app, number := r.Context(), r.PathValue("kind"), r.PathValue("app"), r.PathValue("number")
	var err error
	if r.PostForm.Get("do") == "pay" {
		_, err = s.Pay(ctx, kind, app, number, Fault(r.PostForm.Get("fault")))
	}
	t, ok, err2 := s.trade(ctx, s.Pool, kind, app, number, "")
	if err != nil || err2 != nil {
		s.Log.Error("payment simulation", "err", err)
		http.Error(w, "the simulation's database does not answer", http.StatusServiceUnavailable)
		return
	}
	if to := s.back(t, r); ok && to != "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, s.cashierURL(kind, app, number), http.StatusSeeOther)
}
