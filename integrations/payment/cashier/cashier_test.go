package cashier_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"parterre/integrations/payment/cashier"
)

func TestPage(t *testing.T) {
	t.Parallel()
	view := cashier.View{
		Words: cashier.Words{Title: "收银台", TitleEn: "Cashier", Note: "不会扣款", NoteEn: "No money moves"}, Brand: "wechat", Field: "fault",
		Known: true, Subject: "<b>牡丹亭</b>", Amount: "280.00", State: "waiting", Ref: "P1", Back: "https://shop.example/",
		Notices: []cashier.Notice{{Value: "normal", Zh: "正常", En: "At once"}, {Value: "late", Zh: "迟到", En: "Late"}},
	}
	unknown, paid := view, view
	unknown.Known, paid.State = false, "paid"
	for _, c := range []struct {
		name, lang string
		view       cashier.View
		status     int
		want, not  []string
	}{
		{"waiting", "zh-CN", view, 200, []string{`<title>收银台</title>`, "不会扣款", `<main class="wechat">`, "&lt;b&gt;牡丹亭", `name="fault" value="normal" checked`, "迟到", `value="pay"`}, []string{"<b>牡丹亭", "No money", `value="late" checked`, "shop.example"}},
		{"waiting in English", "en-GB,en;q=0.9", view, 200, []string{`lang="en"`, "<title>Cashier</title>", "No money moves", "Late"}, []string{"收银台", "迟到"}},
		{"paid", "zh-CN", paid, 200, []string{"已支付", `href="https://shop.example/"`}, []string{`value="pay"`}},
		{"unknown", "zh-CN", unknown, 404, []string{"没有这笔支付"}, []string{"280.00", `value="pay"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
			r.Header.Set("Accept-Language", c.lang)
			cashier.Write(w, r, c.view)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			for _, s := range c.want {
				if !strings.Contains(w.Body.String(), s) {
					t.Errorf("the page has no %q:\n%s", s, w.Body)
				}
			}
			for _, s := range c.not {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("the page has %q", s)
				}
			}
		})
	}
}
