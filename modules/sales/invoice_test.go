package sales_test

import (
	"strings"
	"testing"

	"parterre/modules/access"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
)

// The standard's own example, GB 32100-2015.
const creditCode = "91350100M000100Y43"

func TestTaxNumber(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{creditCode: true, " 91350100m000100y43 ": true, "91350100M000100Y44": false, "91350100M000100Y4": false, "91350100I000100Y43": false, "": false} {
		if n, err := sales.ParseTaxNumber(text); (err == nil) != ok || ok && n != creditCode {
			t.Errorf("%q: %q %v", text, n, err)
		}
	}
	for i := range creditCode { // each place is checked
		if _, err := sales.ParseTaxNumber(creditCode[:i] + string("1234567890"[(i+3)%10]) + creditCode[i+1:]); err == nil && creditCode[i] != "1234567890"[(i+3)%10] {
			t.Errorf("another character at %d passes", i)
		}
	}
}

// RL-18: an invoice is asked for on the order, over what is paid less what
// went back; a refund changes what is requested and voids what was issued. Who
// it is for is stored sealed.
func TestInvoices(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c, finance := w.Buyer(), w.SignedIn(w.Tenant, access.Finance)
	o := w.Bought(c, 1, 2, 3)
	at := "/api/v1/shop/orders/" + o.ID.String() + "/invoices"
	ask := func(id ids.ID, kind, title, tax string) map[string]any {
		return map[string]any{"id": id, "kind": kind, "title": title, "taxNumber": tax, "email": "buyer@example.com"}
	}
	c.Do("POST", at, ask(ids.New(), "enterprise", "甲公司", "91350100M000100Y44")).Want(422)
	w.Buyer().Do("POST", at, ask(ids.New(), "personal", "张三丰", "")).WantProblem(404, "sales.order_not_found")
	refund(w, c, o.ID, ids.New(), 0, 1).Want(201)
	id := ids.New()
	var v saleshttp.InvoiceShown
	for range 2 {
		c.Do("POST", at, ask(id, "enterprise", "甲文化公司", creditCode)).Want(201).JSON(&v)
	}
	if v.Amount != 2*salestest.StallPrice || v.State != "requested" || v.Title != "甲文化公司" || v.Email != "b***@example.com" {
		t.Errorf("requested: %+v", v)
	}
	c.Do("POST", at, ask(ids.New(), "personal", "张三丰", "")).WantProblem(409, "sales.invoice_open")
	refund(w, c, o.ID, ids.New(), 0, 2).Want(201) // while it is only requested its amount follows
	csv := string(finance.Do("GET", "/api/v1/invoices.csv", nil).Want(200).Body)
	if !strings.Contains(csv, "甲文化公司") || !strings.Contains(csv, creditCode) || !strings.Contains(csv, "680.00") || strings.Contains(csv, "1360.00") {
		t.Errorf("the export: %s", csv)
	}
	step := func(to, number string, want int) {
		t.Helper()
		finance.Do("POST", "/api/v1/invoices/"+id.String()+"/state", map[string]any{"to": to, "number": number}).Want(want).JSON(&v)
	}
	step("voided", "0001", 409)
	step("issued", "", 422)
	step("issued", "26112000000000000001", 200)
	step("issued", "26112000000000000001", 200)
	if v.Amount != salestest.StallPrice || v.State != "issued" {
		t.Errorf("issued: %+v", v)
	}
	refund(w, c, o.ID, ids.New(), 0, 3).Want(201)
	var list struct{ Items []saleshttp.InvoiceShown }
	c.Do("GET", at, nil).Want(200).JSON(&list)
	if len(list.Items) != 1 || list.Items[0].State != "void_due" {
		t.Errorf("after the refund: %+v", list)
	}
	step("voided", "26112000000000000002", 200)
	if v.State != "voided" || v.RedNumber != "26112000000000000002" {
		t.Errorf("voided: %+v", v)
	}
	c.Do("POST", at, ask(ids.New(), "personal", "张三丰", "")).WantProblem(409, "sales.invoice_nothing")
	if n := number(t, w, "select count(*) from sales.invoice where position(convert_to('甲文化公司', 'UTF8') in title) > 0 or position(convert_to('buyer@example.com', 'UTF8') in email) > 0 or position(convert_to($1, 'UTF8') in tax_number) > 0", creditCode); n != 0 {
		t.Error("an invoice is stored in the clear")
	}
}

// A package is invoiced as a whole, over its one payment.
func TestAPackagesInvoice(t *testing.T) {
	t.Parallel()
	s := newSeason(t, 2, salestest.NoNames())
	c := s.content(sales.PackageSeries, 2, 1, 100_001)
	c.Refund = sales.RefundPart
	buyer := s.Buyer()
	b := s.bought(buyer, s.offer(c), nil, nil)
	part := b.Parts[0]
	body := map[string]any{"id": ids.New(), "kind": "personal", "title": "张三丰", "email": "a@example.com"}
	buyer.Do("POST", "/api/v1/shop/orders/"+part.Order.ID.String()+"/invoices", body).WantProblem(409, "sales.package_part")
	var v saleshttp.InvoiceShown
	buyer.Do("POST", "/api/v1/shop/orders/"+b.ID.String()+"/invoices", body).Want(201).JSON(&v)
	if v.Amount != 100_001 || v.Title != "张**" {
		t.Errorf("the package's: %+v", v)
	}
	refund(s.World, buyer, part.Order.ID, ids.New(), 0, part.Places[0].Seat).Want(201)
	var list struct{ Items []saleshttp.InvoiceShown }
	buyer.Do("GET", "/api/v1/shop/orders/"+b.ID.String()+"/invoices", nil).Want(200).JSON(&list)
	if list.Items[0].Amount != money.Fen(100_001)-part.Amount {
		t.Errorf("after a part went back: %+v", list)
	}
}
