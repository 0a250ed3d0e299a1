package sim

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"parterre/modules/core/money"
)

//go:embed page.html
var pages embed.FS

var page = template.Must(template.ParseFS(pages, "page.html"))

// view is what the cashier page shows.
type view struct {
	English, Known   bool
	Kind             string
	Subject, Amount  string
	State, Ref, Back string
	Faults           any
}

func (s *Server) cashier(w http.ResponseWriter, r *http.Request) {
	t, ok, err := s.trade(r.Context(), s.Pool, r.PathValue("kind"), r.PathValue("app"), r.PathValue("number"), "")
	if err != nil {
		s.Log.Error("payment simulation", "err", err)
		http.Error(w, "the simulation's database does not answer", http.StatusServiceUnavailable)
		return
	}
	v := view{English: strings.HasPrefix(r.Header.Get("Accept-Language"), "en"), Kind: r.PathValue("kind"), Faults: Faults}
	if v.Kind != WeChat && v.Kind != Alipay {
		v.Kind = ""
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if ok {
		v.Known, v.Subject, v.Amount, v.State, v.Ref, v.Back = true, t.Subject, money.Fen(t.Amount).String(), t.state(), t.ref(), s.back(t, r)
	} else {
		w.WriteHeader(http.StatusNotFound)
	}
	_ = page.Execute(w, v)
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
