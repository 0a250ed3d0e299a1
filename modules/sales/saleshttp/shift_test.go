package saleshttp_test

import (
	"bytes"
	"testing"
	"time"

	"parterre/modules/access"
	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
	"parterre/modules/sales/saleshttp"
	"parterre/modules/sales/salestest"
	"parterre/printing/escpos"
)

func cashSale(w *salestest.World, c *accesstest.Client, seat int32) sold {
	w.T.Helper()
	var h struct{ Hold ids.ID }
	c.Do("POST", "/api/v1/counter/holds", map[string]any{"id": ids.New(), "session": w.Session.ID, "seats": []int32{seat}}).Want(201).JSON(&h)
	var s sold
	c.Do("POST", "/api/v1/counter/sales", map[string]any{"id": ids.New(), "session": w.Session.ID, "hold": h.Hold, "method": "cash", "taken": salestest.StallPrice + 2_000}).Want(201).JSON(&s)
	return s
}

// Cash goes in and out with a reason; the count by notes must add up; a
// difference needs words; a colleague takes over by password and begins with
// what was counted.
func TestHandOver(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	next := w.Staff("next", access.Seller)
	w.Staff("gate", access.Gate)
	id := ids.New()
	at := "/api/v1/shifts/" + id.String()
	c.Do("POST", "/api/v1/shifts", map[string]any{"id": id, "counter": "1 号窗", "opening": 50_000}).Want(201)
	w.Clock.Advance(time.Minute)
	cashSale(w, c, 1)
	deposit := map[string]any{"id": ids.New(), "amount": -30_000, "reason": "投库"}
	var s saleshttp.SaleShift
	for range 2 { // the same id has one effect
		c.Do("POST", at+"/cash", deposit).Want(200).JSON(&s)
	}
	want := money.Fen(50_000) + salestest.StallPrice - 30_000
	if s.Expected != want || len(s.Moves) != 1 {
		t.Errorf("after a deposit: %d expected, %d moves", s.Expected, len(s.Moves))
	}
	c.Do("POST", at+"/cash", map[string]any{"id": ids.New(), "amount": -want - 1, "reason": "投库"}).WantProblem(422, "sales.cash_move")
	c.Do("POST", at+"/cash", map[string]any{"id": ids.New(), "amount": 0, "reason": "x"}).WantProblem(422, "sales.cash_move")
	w.Client(access.Manager).Do("POST", at+"/cash", map[string]any{"id": ids.New(), "amount": 100, "reason": "x"}).WantProblem(404, "sales.shift_not_found")

	follow := ids.New()
	count := func(login string, cash money.Fen, note string, counts ...sales.CashCount) map[string]any {
		return map[string]any{"next": follow, "login": login, "password": salestest.Password, "counted": cash, "counts": counts, "note": note}
	}
	notes := []sales.CashCount{{Fen: 10_000, N: 8}, {Fen: 5_000, N: 1}, {Fen: 1_000, N: 2}}
	cash := money.Fen(87_000)
	wrong := count("next", cash, "x", notes...)
	wrong["password"] = "wrong"
	c.Do("POST", at+"/hand-over", wrong).WantProblem(403, "access.vouch")
	c.Do("POST", at+"/hand-over", count("gate", cash, "x", notes...)).WantProblem(403, "access.vouch_right")
	c.Do("POST", at+"/hand-over", count("next", cash+1, "x", notes...)).WantProblem(422, "sales.shift_counts")
	c.Do("POST", at+"/hand-over", count("next", 200, "x", sales.CashCount{Fen: 200, N: 1})).WantProblem(422, "sales.shift_counts")
	c.Do("POST", at+"/hand-over", count("next", cash, "", notes...)).WantProblem(422, "sales.shift_note")
	var both struct{ Ended, Begun saleshttp.SaleShift }
	for range 2 {
		c.Do("POST", at+"/hand-over", count("next", cash, "少找", notes...)).Want(200).JSON(&both)
	}
	if e := both.Ended; e.Difference != cash-want || e.SignedBy != next.String() || e.Next == nil || *e.Next != follow || len(e.Counts) != 3 {
		t.Errorf("ended: %+v", e)
	}
	if b := both.Begun; b.Seller != next.String() || b.Opening != cash || b.Counter != "1 号窗" {
		t.Errorf("begun: %+v", b)
	}
	colleague := db.WithScope(t.Context(), db.Scope{Tenant: w.Tenant, Actor: next})
	now, err := w.Sales.CurrentShift(colleague)
	if err != nil || now.ID != follow || now.Expected != cash {
		t.Errorf("the colleague's shift: %+v, %v", now, err)
	}
	_, _, err = w.Sales.HandOver(colleague, follow, ids.New(), sales.Count{Cash: cash}, sales.Second{Login: "next", Password: salestest.Password})
	if errs.CodeOf(err) != "sales.own_shift" {
		t.Errorf("handed over to oneself: %v", err)
	}
	c.Do("GET", "/api/v1/shifts/current", nil).WantProblem(404, "sales.shift_not_found")
	var mine struct{ Items []saleshttp.SaleShift }
	c.Do("GET", "/api/v1/shifts/mine", nil).Want(200).JSON(&mine)
	if len(mine.Items) != 1 || mine.Items[0].ID != id {
		t.Errorf("my shifts: %+v", mine)
	}
	pdf := c.Do("GET", at+"/report.pdf", nil).Want(200)
	if !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || len(pdf.Body) < 2_000 {
		t.Errorf("the report has %d bytes", len(pdf.Body))
	}
	w.Other(access.Seller).Do("GET", at+"/report.pdf", nil).WantProblem(404, "sales.shift_not_found")
}

// A closed shift is signed on its own screen by somebody who may close the day.
func TestSignHere(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	w.Staff("other", access.Seller)
	boss := w.Staff("boss", access.Finance)
	id := ids.New()
	at := "/api/v1/shifts/" + id.String()
	c.Do("POST", "/api/v1/shifts", map[string]any{"id": id, "counter": "1 号窗", "opening": 100}).Want(201)
	sign := map[string]any{"login": "boss", "password": salestest.Password}
	c.Do("POST", at+"/sign-here", sign).WantProblem(409, "sales.shift_state")
	c.Do("POST", at+"/close", map[string]any{"counted": 100}).Want(200)
	c.Do("POST", at+"/sign-here", map[string]any{"login": "other", "password": salestest.Password}).WantProblem(403, "access.vouch_right")
	var s saleshttp.SaleShift
	for range 2 {
		c.Do("POST", at+"/sign-here", sign).Want(200).JSON(&s)
	}
	if s.SignedBy != boss.String() || s.SignedAt == nil {
		t.Errorf("signed: %+v", s)
	}
}

// What the receipt printer gets can be read back: the sum, the change and the
// drawer on the receipt, a QR matrix on each ticket.
func TestSlips(t *testing.T) {
	t.Parallel()
	w := salestest.New(t)
	c := w.Client(access.Seller)
	s := cashSale(w, c, 1)
	at := "/api/v1/counter/orders/" + s.Order.ID.String() + "/slip.escpos"
	ops, err := escpos.Decode(c.Do("GET", at+"?drawer=1&taken=70000", nil).Want(200).Body)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	kinds := map[escpos.OpKind]int{}
	for _, o := range ops {
		kinds[o.Kind]++
		text.WriteString(o.Text + "\n")
	}
	for _, want := range []string{"680.00", "700.00", "20.00", s.Order.Number, "现金"} {
		if !bytes.Contains(text.Bytes(), []byte(want)) {
			t.Errorf("the receipt lacks %s:\n%s", want, text.String())
		}
	}
	if kinds[escpos.OpDrawer] != 1 || kinds[escpos.OpCut] != 1 {
		t.Errorf("receipt: %v", kinds)
	}
	if ops, err = escpos.Decode(c.Do("GET", at+"?what=tickets&paper=58", nil).Want(200).Body); err != nil {
		t.Fatal(err)
	}
	pictures := 0
	for _, o := range ops {
		if o.Kind == escpos.OpRaster {
			pictures++
		}
	}
	if pictures != 1 {
		t.Errorf("%d QR codes for one ticket", pictures)
	}
	c.Do("GET", at+"?taken=1", nil).WantProblem(409, "sales.amount")
	c.Do("POST", "/api/v1/counter/drawer.escpos", map[string]any{"reason": " "}).WantProblem(422, "sales.reason")
	kick, err := escpos.Decode(c.Do("POST", "/api/v1/counter/drawer.escpos", map[string]any{"reason": "换零钱"}).Want(200).Body)
	if err != nil || len(kick) != 2 || kick[1].Kind != escpos.OpDrawer {
		t.Errorf("drawer: %v, %v", kick, err)
	}
}
