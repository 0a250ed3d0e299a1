// Package cashier is the page on which a buyer pays where no money moves: the
// sandbox's and the simulated providers' own. It says so on its top, and lets
// one choose how the provider's notice comes.
package cashier

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var page string

var tmpl = template.Must(template.New("cashier").Parse(page))

// Words say whose page it is.
type Words struct{ Title, TitleEn, Note, NoteEn string }

// Notice is a way in which the provider tells the shop.
type Notice struct{ Value, Zh, En string }

// View is what the page shows.
type View struct {
	Words   Words
	Brand   string // wechat or alipay: its colour; "" is the house's
	Known   bool   // there is such a payment
	Subject string
	Amount  string // yuan
	State   string // waiting, paid, closed
	Ref     string // by which the payment is known
	Back    string // where the buyer goes afterwards; "" nowhere
	Field   string // name of the form's field for the notice
	Notices []Notice
}

// Write answers with the page, in the language that the browser asks for.
func Write(w http.ResponseWriter, r *http.Request, v View) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !v.Known {
		w.WriteHeader(http.StatusNotFound)
	}
	_ = tmpl.Execute(w, struct {
		View
		English bool
	}{v, strings.HasPrefix(r.Header.Get("Accept-Language"), "en")})
}
