package payment_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"parterre/integrations/payment"
	"parterre/integrations/payment/alipay"
	"parterre/integrations/payment/sim"
	"parterre/integrations/payment/wechat"
	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
)

func TestAPaymentIsMadeOncePaidAndFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		if st := h.query(ids.New()); st.State != payment.Missing {
			t.Errorf("an unknown payment is %s", st.State)
		}
		r := h.request(28_050)
		made := must(h.Create(ctx, r))(t)
		again := must(h.Create(ctx, r))(t)
		if made.Address() == "" || again.Address() == "" {
			t.Fatal("no way to pay")
		}
		h.press(made.Address(), r.ID, sim.Missing)
		st := h.query(r.ID)
		if st.ID != r.ID || st.State != payment.Paid || st.Amount != r.Amount || st.Ref == "" || !st.PaidAt.Equal(h.Clock.Now()) {
			t.Errorf("paid: %+v", st)
		}
		if n := h.due(); n != 0 {
			t.Errorf("%d notices", n)
		}
		if st := must(h.Close(ctx, r.ID))(t); st.State != payment.Paid {
			t.Errorf("closing what is paid makes it %s", st.State)
		}
	})
}

func TestWhatIsClosedOrTooLateIsNotPaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		r := h.request(1)
		made := must(h.Create(t.Context(), r))(t)
		h.press(made.Address(), ids.New(), sim.Missing) // opened and paid: Alipay knows a page payment only then
		closed, late := h.request(100), h.request(100)
		for _, x := range []*payment.Request{&closed, &late} {
			if h.sim != nil {
				x.Scene = payment.ByCode
			}
		}
		at, at2 := must(h.Create(t.Context(), closed))(t), must(h.Create(t.Context(), late))(t)
		if st := must(h.Close(t.Context(), closed.ID))(t); st.State != payment.Closed {
			t.Errorf("after closing: %s", st.State)
		}
		h.press(at.Address(), closed.ID, sim.Normal)
		h.Clock.Advance(16 * time.Minute)
		h.press(at2.Address(), late.ID, sim.Normal)
		for _, id := range []ids.ID{closed.ID, late.ID} {
			if st := h.query(id); st.State != payment.Closed {
				t.Errorf("%+v", st)
			}
		}
		if n := h.due(); n != 0 {
			t.Errorf("%d notices of what was not paid", n)
		}
	})
}

func TestRefundsAreOnceByTheirNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		r := h.paid(1_001, sim.Missing)
		part := payment.RefundRequest{ID: ids.New(), Payment: r.ID, Amount: 333, Total: r.Amount, Reason: "观众退票"}
		if st := must(h.QueryRefund(ctx, part))(t); st.State != payment.Missing {
			t.Errorf("before: %+v", st)
		}
		for range 3 {
			if st := must(h.Refund(ctx, part))(t); st.State != payment.Refunded || st.Amount != 333 || st.ID != part.ID {
				t.Errorf("refund: %+v", st)
			}
		}
		if st := must(h.QueryRefund(ctx, part))(t); st.State != payment.Refunded || st.Amount != 333 {
			t.Errorf("query: %+v", st)
		}
		rest := payment.RefundRequest{ID: ids.New(), Payment: r.ID, Amount: 669, Total: r.Amount, Reason: "退票"}
		if _, err := h.Refund(ctx, rest); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("one 分 too much is answered %v", err)
		}
		rest.Amount = 668
		if st := must(h.Refund(ctx, rest))(t); st.State != payment.Refunded {
			t.Errorf("the rest: %+v", st)
		}
		if st := h.query(r.ID); st.State != payment.Paid || st.Amount != r.Amount {
			t.Errorf("a refunded payment was paid all the same: %+v", st)
		}
		unpaid := h.request(50)
		must(h.Create(ctx, unpaid))(t)
		if _, err := h.Refund(ctx, payment.RefundRequest{ID: ids.New(), Payment: unpaid.ID, Amount: 50, Total: 50, Reason: "x"}); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("a refund of what is not paid is answered %v", err)
		}
	})
}

func TestNoticesAreBelievedOnlyWhenTheyAreTrue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		r := h.paid(68_000, sim.Twice)
		if n := h.due(); n != 2 {
			t.Fatalf("%d notices", n)
		}
		list := h.take()
		for _, n := range list {
			got, err := h.verify(n)
			if err != nil || got.ID != r.ID || got.State != payment.Paid || got.Amount != r.Amount || got.NoticeID == "" || got.Refund {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if h.due() != 0 {
			t.Error("what was answered is sent again")
		}
		good := list[0]
		for i := 0; i < len(good.body); i += 7 {
			bad := append([]byte(nil), good.body...)
			bad[i] ^= 1
			if got, err := h.verify(notice{good.header, bad}); err == nil && (got.ID != r.ID || got.Amount != r.Amount || got.State != payment.Paid) {
				t.Errorf("byte %d altered: %+v", i, got)
			}
		}
		none := good.header.Clone()
		for k := range none {
			if strings.Contains(strings.ToLower(k), "signature") {
				none.Del(k)
			}
		}
		body := good.body
		if form, err := url.ParseQuery(string(body)); err == nil && form.Has("sign") {
			form.Del("sign")
			body = []byte(form.Encode())
		}
		if _, err := h.verify(notice{none, body}); !errors.Is(err, payment.ErrSignature) {
			t.Errorf("an unsigned notice: %v", err)
		}
		if _, err := h.Verify(good.header.Get, good.body, h.Clock.Now().Add(26*time.Hour)); !errors.Is(err, payment.ErrSignature) {
			t.Errorf("a replayed notice: %v", err)
		}
		if _, err := h.Verify(good.header.Get, good.body, h.Clock.Now().Add(-time.Hour)); !errors.Is(err, payment.ErrSignature) {
			t.Errorf("a notice from the future: %v", err)
		}
	})
}

func TestBadNotices(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sim.WeChat, sim.Alipay} {
		for _, c := range []struct {
			fault sim.Fault
			want  string // the error's code; "" is taken with another amount
		}{{sim.Forged, "payment.signature"}, {sim.Old, "payment.signature"}, {sim.WrongApp, "payment.notice"}, {sim.WrongAmount, ""}} {
			t.Run(kind+"/"+string(c.fault), func(t *testing.T) {
				t.Parallel()
				h := open(t, kind)
				r := h.paid(100, c.fault)
				if n := h.due(); n != 1 {
					t.Fatalf("%d notices", n)
				}
				got, err := h.verify(h.take()[0])
				if c.want != "" && errs.CodeOf(err) != c.want {
					t.Errorf("got %+v, %v", got, err)
				}
				if c.want == "" && (err != nil || got.Amount != 101) {
					t.Errorf("got %+v, %v", got, err)
				}
				h.Clock.Advance(10 * time.Second)
				if n := h.due(); n != 1 {
					t.Fatalf("%d right notices", n)
				}
				if got, err := h.verify(h.take()[0]); err != nil || got.ID != r.ID || got.Amount != 100 {
					t.Errorf("the right one: %+v, %v", got, err)
				}
			})
		}
	}
}

// What nobody knows is said to be unknown; nothing is guessed, and the same
// call can be made again.
func TestAProviderThatFails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		r := h.paid(500, sim.Missing)
		back := payment.RefundRequest{ID: ids.New(), Payment: r.ID, Amount: 200, Total: 500, Reason: "退票"}
		calls := map[string]func() error{
			"query":        func() error { _, err := h.Query(ctx, r.ID); return err },
			"close":        func() error { _, err := h.Close(ctx, r.ID); return err },
			"refund":       func() error { _, err := h.Refund(ctx, back); return err },
			"query refund": func() error { _, err := h.QueryRefund(ctx, back); return err },
		}
		for _, mode := range []string{"500", "cut", "garbage", "unsigned"} {
			if mode == "unsigned" && h.sim == nil {
				continue
			}
			h.gate.mode.Store(mode)
			for name, call := range calls {
				if err := call(); !errors.Is(err, payment.ErrUnknown) {
					t.Errorf("%s, %s: %v", mode, name, err)
				}
			}
		}
		h.gate.mode.Store("done-then-cut")
		if _, err := h.Refund(ctx, back); !errors.Is(err, payment.ErrUnknown) {
			t.Errorf("a refund whose answer was lost: %v", err)
		}
		h.gate.mode.Store("")
		if st := must(h.QueryRefund(ctx, back))(t); st.State != payment.Refunded || st.Amount != 200 {
			t.Errorf("it was done: %+v", st)
		}
		if st := must(h.Refund(ctx, back))(t); st.State != payment.Refunded {
			t.Errorf("repeated: %+v", st)
		}
		h.gate.mode.Store("slow")
		short, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { _, err := h.Query(short, r.ID); done <- err }()
		<-h.gate.asked
		cancel()
		if err := <-done; !errors.Is(err, payment.ErrUnknown) {
			t.Errorf("a slow answer: %v", err)
		}
		close(h.gate.answer)
	})
}

// Each scene leads to the money; an amount is the same 分 on both sides.
func TestScenesAndAmounts(t *testing.T) {
	t.Parallel()
	for kind, scenes := range map[string][]payment.Scene{sim.WeChat: {payment.ByCode, payment.Phone}, sim.Alipay: {payment.ByCode, payment.Phone, payment.Desktop}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t, kind)
			for _, scene := range scenes {
				for _, amount := range []money.Fen{1, 10, 99, 100, 101, 28_050, 99_999_999} {
					r := h.request(amount)
					r.Scene = scene
					made := must(h.Create(t.Context(), r))(t)
					h.press(made.Address(), r.ID, sim.Missing)
					if st := h.query(r.ID); st.State != payment.Paid || st.Amount != amount {
						t.Errorf("%s %d: %+v", scene, amount, st)
					}
				}
			}
			if _, err := h.Create(t.Context(), func() payment.Request { r := h.request(1); r.Scene = payment.Scan; return r }()); !errors.Is(err, payment.ErrScene) {
				t.Errorf("an unknown scene: %v", err)
			}
		})
	}
	t.Run("in the app", func(t *testing.T) {
		t.Parallel()
		h := open(t, sim.WeChat)
		r := h.request(100)
		r.Scene, r.OpenID = payment.InApp, "oUser"
		made := must(h.Create(t.Context(), r))(t)
		if made.Params["paySign"] == "" || !strings.HasPrefix(made.Params["package"], "prepay_id=") {
			t.Errorf("%v", made.Params)
		}
	})
}

// The buyer's code at the counter.
func TestTakingByTheBuyersCode(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[string][3]string{sim.WeChat: {"130000000000000001", "130000000000000099", "999"}, sim.Alipay: {"2800000000000001", "2800000000000099", "999"}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t, kind)
			taker := h.Provider.(payment.Taker)
			r := h.request(12_345)
			if st := must(taker.Take(t.Context(), r, codes[0]))(t); st.State != payment.Paid || st.Amount != r.Amount || st.ID != r.ID {
				t.Errorf("%+v", st)
			}
			asked := h.request(100)
			if st := must(taker.Take(t.Context(), asked, codes[1]))(t); st.State != payment.Waiting {
				t.Errorf("%+v", st)
			}
			if st := h.query(asked.ID); st.State != payment.Waiting {
				t.Errorf("%+v", st)
			}
			if _, err := taker.Take(t.Context(), h.request(100), codes[2]); !errors.Is(err, payment.ErrRefused) {
				t.Errorf("a wrong code: %v", err)
			}
		})
	}
}

// Reversing ends what was begun by the buyer's code, whatever became of it; the
// bill then shows that the money came and went.
func TestReversingATaking(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[string][2]string{sim.WeChat: {"130000000000000001", "130000000000000099"}, sim.Alipay: {"2800000000000001", "2800000000000099"}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t, kind)
			ctx, taker := t.Context(), h.Provider.(payment.Taker)
			day := clock.DayOf(h.Clock.Now(), clock.Shanghai)
			if st := must(taker.Reverse(ctx, ids.New()))(t); st.State != payment.Missing {
				t.Errorf("what is not there: %+v", st)
			}
			paid, asked, kept := h.request(12_345), h.request(100), h.request(777)
			must(taker.Take(ctx, paid, codes[0]))(t)
			must(taker.Take(ctx, asked, codes[1]))(t)
			must(taker.Take(ctx, kept, codes[0]))(t)
			for _, mode := range []string{"500", "cut", "garbage", "unsigned", "done-then-cut"} {
				h.gate.mode.Store(mode)
				if st, err := taker.Reverse(ctx, paid.ID); !errors.Is(err, payment.ErrUnknown) {
					t.Errorf("%s: %+v, %v", mode, st, err)
				}
			}
			h.gate.mode.Store("")
			for _, id := range []ids.ID{paid.ID, asked.ID, paid.ID} { // again has no second effect
				if st := must(taker.Reverse(ctx, id))(t); st.ID != id || st.State != payment.Closed {
					t.Errorf("%+v", st)
				}
			}
			for range 5 { // the buyer who was asked types on, in vain
				for _, id := range []ids.ID{paid.ID, asked.ID} {
					if st := h.query(id); st.State != payment.Closed {
						t.Errorf("after that: %+v", st)
					}
				}
			}
			if st := h.query(kept.ID); st.State != payment.Paid {
				t.Errorf("another payment: %+v", st)
			}
			h.Clock.Advance(24 * time.Hour)
			sum := map[ids.ID]money.Fen{}
			list := must(h.Provider.(payment.Biller).Bill(ctx, day))(t)
			for _, l := range list {
				if l.Back && !l.Refund.IsZero() || l.Ref == "" {
					t.Errorf("%+v", l)
				}
				if l.Back {
					l.Amount = -l.Amount
				}
				sum[l.Payment] += l.Amount
			}
			if len(list) != 3 || sum[paid.ID] != 0 || sum[kept.ID] != 777 || sum[asked.ID] != 0 {
				t.Errorf("the bill: %+v", list)
			}
		})
	}
}

// A refund of WeChat Pay is on its way first; the notice, or asking, tells the end.
func TestARefundThatTakesItsTime(t *testing.T) {
	t.Parallel()
	h := open(t, sim.WeChat)
	h.sim.SlowRefunds = true
	r := h.paid(900, sim.Missing)
	back := payment.RefundRequest{ID: ids.New(), Payment: r.ID, Amount: 400, Total: 900, Reason: "退票", NotifyURL: h.to}
	for range 2 {
		if st := must(h.Refund(t.Context(), back))(t); st.State != payment.Waiting {
			t.Errorf("%+v", st)
		}
	}
	if err := h.sim.FinishRefunds(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.due(); n != 1 {
		t.Fatalf("%d notices", n)
	}
	n, err := h.verify(h.take()[0])
	if err != nil || !n.Refund || n.ID != back.ID || n.State != payment.Refunded || n.Amount != 400 {
		t.Errorf("%+v, %v", n, err)
	}
	if st := must(h.QueryRefund(t.Context(), back))(t); st.State != payment.Refunded {
		t.Errorf("%+v", st)
	}
}

// Alipay tells of a refund in a notice of the trade: a repetition of the
// payment, or its end, and never a second payment.
func TestAlipayTellsOfARefund(t *testing.T) {
	t.Parallel()
	h := open(t, sim.Alipay)
	r := h.paid(900, sim.Missing)
	for i, want := range []payment.State{payment.Paid, payment.Closed} {
		must(h.Refund(t.Context(), payment.RefundRequest{ID: ids.New(), Payment: r.ID, Amount: 450, Total: 900, Reason: "退票"}))(t)
		if n := h.due(); n != 1 {
			t.Fatalf("%d notices", n)
		}
		if n, err := h.verify(h.take()[0]); err != nil || n.State != want || n.Amount != 900 || n.Refund {
			t.Errorf("%d: %+v, %v", i, n, err)
		}
	}
}

// The bill of a day holds what was paid and what went back on it, to the 分.
func TestBills(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sim.WeChat, sim.Alipay} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t, kind)
			day := clock.DayOf(h.Clock.Now(), clock.Shanghai)
			one, two := h.paid(28_050, sim.Missing), h.paid(1, sim.Missing)
			back := payment.RefundRequest{ID: ids.New(), Payment: one.ID, Amount: 50, Total: one.Amount, Reason: "退票"}
			must(h.Refund(t.Context(), back))(t)
			biller := h.Provider.(payment.Biller)
			if _, err := biller.Bill(t.Context(), day); !errors.Is(err, payment.ErrNoBill) {
				t.Errorf("the bill of a day that is not over: %v", err)
			}
			at := h.Clock.Now()
			h.Clock.Advance(24 * time.Hour)
			h.paid(7, sim.Missing) // of the next day
			list := must(biller.Bill(t.Context(), day))(t)
			want := []payment.BillLine{{Payment: one.ID, Amount: 28_050}, {Payment: two.ID, Amount: 1}, {Payment: one.ID, Back: true, Refund: back.ID, Amount: 50}}
			if len(list) != len(want) {
				t.Fatalf("%+v", list)
			}
			for i, l := range list {
				if l.Ref == "" || !l.At.Equal(at) {
					t.Errorf("line %d: %+v", i, l)
				}
				l.Ref, l.At = "", time.Time{}
				found := false
				for _, x := range want {
					found = found || x == l
				}
				if !found {
					t.Errorf("line %d: %+v", i, l)
				}
			}
		})
	}
}

// A merchant's key that the provider does not know, and a provider that the
// merchant does not know.
func TestWrongKeys(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{sim.WeChat, sim.Alipay} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h, other := open(t, kind), must((&sim.Server{Key: must(rsa.GenerateKey(rand.Reader, 2048))(t)}).PlatformKey())(t)
			a := h.acct
			make := func(private, public string) payment.Provider {
				if kind == sim.WeChat {
					return must(wechat.New(wechat.Config{MchID: a.Merchant, AppID: a.App, Serial: a.Serial, PrivateKey: private, APIv3Key: a.APIv3Key, PlatformID: a.PlatformID, PlatformKey: public, Gateway: h.sim.Gateway(kind)}))(t)
				}
				return must(alipay.New(alipay.Config{AppID: a.App, PrivateKey: private, PublicKey: public, Gateway: h.sim.Gateway(kind)}))(t)
			}
			stranger := must(h.sim.Enrol(t.Context(), kind))(t)
			r := h.paid(100, sim.Missing)
			if st, err := make(stranger.PrivateKey, a.PlatformKey).Query(t.Context(), r.ID); err == nil {
				t.Errorf("another merchant's key opened it: %+v", st)
			}
			if st, err := make(a.PrivateKey, other).Query(t.Context(), r.ID); !errors.Is(err, payment.ErrUnknown) {
				t.Errorf("an answer signed by a stranger: %+v, %v", st, err)
			}
		})
	}
}

// Errors of a configuration name the field and never show what is in it.
func TestConfigurationErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	const secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
	for name, err := range map[string]error{
		"wechat": func() error {
			_, err := wechat.New(wechat.Config{MchID: "1", AppID: "2", Serial: "3", APIv3Key: strings.Repeat("k", 32), PrivateKey: secret})
			return err
		}(),
		"short": func() error {
			_, err := wechat.New(wechat.Config{MchID: "1", AppID: "2", Serial: "3", APIv3Key: secret[:9]})
			return err
		}(),
		"alipay": func() error { _, err := alipay.New(alipay.Config{AppID: "1", PrivateKey: secret}); return err }(),
	} {
		if err == nil || strings.Contains(err.Error(), secret[:9]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
