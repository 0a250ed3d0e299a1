package suite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"parterre/modules/access"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/core/page"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales"
	"parterre/modules/sales/discount"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
)

// The demo world's show with offers: packages, ticket kinds, vouchers, a
// reservation, a waiting list. It stands alone, so that the other shows stay
// as they were sold: nothing here changes what they cost or who bought them.
const offersTitle = "深夜爵士"

var offersShow = show.Details{
	Kind: "performance", Title: offersTitle, TitleEn: "Late-night Jazz", PerformanceType: "1001", Organiser: "池座演艺集团", Performers: "示范爵士四重奏", Minutes: 100,
	Synopsis: "两晚不同曲目，可购双夜套票。", Notes: "卡座与看台均有饮品服务；请勿自带酒水。",
}

// Zones of the live house, by number.
const (
	zoneStanding = 1
	zoneStand    = 4
	zoneBox      = 5
)

// offersPhone and offersCode are published samples, of no person and no firm.
const (
	offersPhone = "13800001234"
	offersCode  = "91350100M000100Y43"
)

// demoID is the same id in every load, in the form of a UUIDv7 of January 2026.
func demoID(name string) ids.ID {
	h := sha256.Sum256([]byte("parterre demo " + name))
	x := hex.EncodeToString(h[:])
	return ids.MustParse("019b7600-" + x[:4] + "-7" + x[4:7] + "-8" + x[7:10] + "-" + x[10:22])
}

// demoOffersShow adds the show with its two nights to a hall. Its prices leave
// room for a student's, and some places are held for guests.
func (s *Suite) demoOffersShow(ctx context.Context, hall, planID ids.ID) error {
	sh, err := s.Shows.Create(ctx, offersShow)
	if err != nil {
		return err
	}
	today := clock.DayOf(s.cfg.Clock.Now(), clock.Shanghai)
	sh, err = s.Shows.Approve(ctx, sh.ID, show.Approval{Number: "京文演〔2026〕1344号", Authority: "北京市文化和旅游局", Audience: 612, ValidFrom: today, ValidTo: today.Add(90)})
	if err != nil {
		return err
	}
	rules := show.DefaultRules()
	rules.RealName = show.RealName{}
	prices := []money.Fen{18000, 12000, 38000, 28000, 48000}
	for _, days := range []int{12, 13} {
		starts := today.Add(days).Start(clock.Shanghai).Add(21 * time.Hour)
		se, err := s.Shows.AddSession(ctx, sh.ID, show.NewSession{HallID: hall, PlanID: planID, StartsAt: starts, Rules: &rules})
		if err != nil {
			return err
		}
		m, err := s.Maps.CreateMap(ctx, ticketmap.NewMap{PlanID: planID, SessionID: se.ID, Approved: se.Audience, Name: offersTitle})
		if err != nil {
			return err
		}
		content := m.MapContent
		for i := range content.Zones {
			content.Zones[i].Price = prices[min(i, len(prices)-1)]
		}
		content.Kinds = []ticketmap.TicketKind{{Code: "student", Permille: 700, Channels: []string{"counter", "online"}, Zones: []int{zoneStanding, zoneStand}, MaxSeats: 2}, {Code: "senior", Permille: 600, Channels: []string{"counter"}, Zones: []int{zoneStand}}}
		content.Holds = append(content.Holds, ticketmap.SeatHold{No: 1, Reason: "complimentary", Note: "演出方嘉宾", Seats: [][2]int32{{25, 32}}})
		if _, _, err := s.Maps.SetMap(ctx, m.ID, m.Version, content); err != nil {
			return err
		}
		if _, err := s.Shows.Move(ctx, se.ID, "on_sale", nil); err != nil {
			return err
		}
	}
	return nil
}

// LoadOffers adds to the demo world what is sold otherwise than at once and at
// the full price, through the services that staff and buyers use. It needs the
// seat engine, so the suite must run, or be closed afterwards. What is there
// already stays as it is.
func (s *Suite) LoadOffers(ctx context.Context, say Progress) error {
	tenant, err := s.tenant(ctx, DemoTenant)
	if err != nil || tenant == 0 {
		return err
	}
	o, err := s.offersOf(db.System(ctx, tenant, "demo"))
	if err != nil || o == nil {
		return err
	}
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"discounts", o.discounts}, {"packages", o.packages}, {"orders", o.orders}, {"reservations", o.reservations}, {"waiting list", o.waiting},
	}
	for i, step := range steps {
		say("demo: "+step.name, i, len(steps))
		if err := step.do(o.as("manager")); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// offers is the loading of the show's offers.
type offers struct {
	*Suite
	ctx      context.Context //nolint:containedctx // lives as long as LoadOffers
	tenant   int32
	show     ids.ID
	sessions []show.Session
	staff    map[string]access.Account
}

// offersOf finds the show and its nights; nil where there is none, or where
// all was loaded before.
func (s *Suite) offersOf(ctx context.Context) (*offers, error) {
	if _, err := s.Sales.WaitEntry(ctx, demoID("waits 2")); err == nil || !errors.Is(err, sales.ErrWaitEntry) {
		return nil, err
	}
	shows, err := s.Shows.List(ctx, "", page.Request{Size: 200})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(shows.Items, func(x show.Show) bool { return x.Title == offersTitle })
	if i < 0 {
		return nil, nil //nolint:nilnil // a world from before this show
	}
	sc, _ := db.ScopeOf(ctx)
	o := &offers{Suite: s, ctx: ctx, tenant: sc.Tenant, show: shows.Items[i].ID, staff: map[string]access.Account{}}
	list, err := s.Shows.Sessions(ctx, show.Filter{ShowID: o.show}, page.Request{Size: 10})
	if err != nil {
		return nil, err
	}
	o.sessions = list.Items
	if len(o.sessions) < 2 || o.sessions[0].StartsAt.Before(s.cfg.Clock.Now().Add(48*time.Hour)) {
		return nil, nil //nolint:nilnil // too late to sell anything before it
	}
	accounts, err := s.Access.Accounts(ctx, page.Request{Size: 200})
	for _, a := range accounts.Items {
		o.staff[a.Login] = a
	}
	return o, err
}

// as is the context of a member of staff.
func (o *offers) as(login string) context.Context {
	a := o.staff[login]
	return db.WithScope(o.ctx, db.Scope{Tenant: o.tenant, Actor: db.Actor{Kind: db.ActorUser, ID: a.ID, Name: a.Name}, Reason: "示范数据"})
}

// buyer is the context of a visitor of the shop.
func (o *offers) buyer(name string) context.Context {
	return db.WithScope(o.ctx, db.Scope{Tenant: o.tenant, Actor: db.Actor{Kind: db.ActorBuyer, ID: demoID(name)}})
}

func (o *offers) discounts(ctx context.Context) error {
	groups, rules, err := o.Sales.Discounts(ctx)
	if err != nil {
		return err
	}
	for _, g := range []discount.Group{
		{ID: "jazz", Name: "深夜爵士优惠", NameEn: "Jazz offers", Mode: "best", Position: 10},
		{ID: "jazz-vouchers", Name: "爵士代金券", NameEn: "Jazz vouchers", Mode: "best", Position: 20},
	} {
		if slices.ContainsFunc(groups, func(x sales.DiscountGroup) bool { return x.ID == g.ID }) {
			continue
		}
		if err := o.Sales.SetDiscountGroup(ctx, sales.DiscountGroup{Group: g}); err != nil {
			return err
		}
	}
	only := discount.When{Shows: []ids.ID{o.show}}
	early, group := only, only
	early.HoursBefore, early.Channels, group.MinCount = 168, []string{"online"}, 6
	for _, r := range []discount.Rule{
		{ID: demoID("early bird"), Group: "jazz", Position: 1, Name: "早鸟九折", NameEn: "Early bird", Effect: discount.Percent, Per: discount.PerTicket, Permille: 100, When: early, Limit: discount.Limit{Orders: 200}},
		{ID: demoID("six together"), Group: "jazz", Position: 2, Name: "六人同行八五折", NameEn: "Six together", Effect: discount.Percent, Per: discount.PerTicket, Permille: 150, When: group},
		{ID: demoID("voucher 30"), Group: "jazz-vouchers", Position: 1, Name: "三十元代金券", NameEn: "30 yuan voucher", Effect: discount.Amount, Per: discount.PerOrder, Amount: 3000, Code: true, When: only, Limit: discount.Limit{Budget: 300_000}},
	} {
		if slices.ContainsFunc(rules, func(x sales.DiscountRule) bool { return x.ID == r.ID }) {
			continue
		}
		if err := o.Sales.SetDiscountRule(ctx, sales.DiscountRule{Rule: r, Active: true}); err != nil {
			return err
		}
	}
	now := o.cfg.Clock.Now()
	_, err = o.Sales.MakeVouchers(ctx, sales.VoucherBatch{ID: demoID("vouchers"), Rule: demoID("voucher 30"), Name: "会员日", Codes: 100, Uses: 1, StartsAt: now, ExpiresAt: o.sessions[1].StartsAt, GiveBack: true})
	return err
}

func (o *offers) packages(ctx context.Context) error {
	a, b := o.sessions[0].ID, o.sessions[1].ID
	for id, c := range map[ids.ID]sales.PackageContent{
		demoID("two nights"): {
			Name: "双夜套票", NameEn: "Two nights", Note: "两晚看台各一张，一次购齐。", Kind: sales.PackageChoice, Sessions: []ids.ID{a, b}, Choose: 2, Tickets: 1, Channels: []string{"online", "counter"}, Quota: 80, PerBuyer: 4, Refund: sales.RefundWhole,
			Options: []sales.PackageOption{{No: 1, Name: "看台", Zones: []int{zoneStand}, Price: 48000}, {No: 2, Name: "站席", Zones: []int{zoneStanding}, Price: 30000}},
		},
		demoID("three together"): {
			Name: "三人同行", NameEn: "Three together", Kind: sales.PackageTickets, Sessions: []ids.ID{a, b}, Choose: 1, Tickets: 3, Channels: []string{"online", "counter"}, Refund: sales.RefundPart,
			Options: []sales.PackageOption{{No: 1, Name: "看台三张", Zones: []int{zoneStand}, Price: 69000}},
		},
	} {
		p, err := o.Sales.Package(ctx, id)
		if err != nil {
			if p, err = o.Sales.SavePackage(ctx, id, o.show, 0, c); err != nil {
				return err
			}
		}
		if p.State == sales.PackageDraft {
			if _, err := o.Sales.MovePackage(ctx, id, sales.PackageOnSale); err != nil {
				return err
			}
		}
	}
	bundle := demoID("bundle")
	if _, err := o.Sales.HoldPackage(ctx, sales.PackagePick{ID: bundle, Package: demoID("two nights"), Option: 1, Channel: "counter"}); err != nil {
		return err
	}
	_, err := o.Sales.OrderBundle(ctx, sales.NewBundle{ID: bundle, Phone: offersPhone, Consent: true, Method: "wechat", Taken: 48000})
	return err
}

// orders are two sales at the counter, complimentary tickets and the invoice
// that a firm asked for.
func (o *offers) orders(ctx context.Context) error {
	first := o.sessions[0].ID
	for _, x := range []struct {
		name string
		n    int
	}{{"firm", 4}, {"couple", 2}} {
		id, hold := demoID("order "+x.name), demoID("hold "+x.name)
		if _, err := o.Sales.Order(ctx, id); err == nil {
			continue
		}
		held, err := o.Sales.Hold(ctx, sales.Choice{Key: hold, Session: first, Want: &engine.Want{N: x.n, Zones: []uint16{zoneStand}, Together: true}})
		if err != nil {
			return err
		}
		if _, err := o.Sales.SellAtCounter(ctx, sales.CounterSale{NewOrder: sales.NewOrder{ID: id, Session: first, Hold: held.Hold, Phone: offersPhone, Consent: true}, Method: "card", Taken: held.Amount}); err != nil {
			return err
		}
	}
	if _, err := o.Sales.RequestInvoice(ctx, sales.NewInvoice{ID: demoID("invoice"), Order: demoID("order firm"), Kind: "enterprise", Title: "示范文化有限公司", TaxNumber: offersCode, Email: "invoice@example.com"}); err != nil {
		return err
	}
	if err := o.Sales.SetPassQuota(ctx, first, sales.PassQuota{Work: 20, Gifts: 8}); err != nil {
		return err
	}
	_, err := o.Sales.Give(ctx, sales.NewGift{NewOrder: sales.NewOrder{ID: demoID("gift"), Session: first, Consent: true}, N: 2, Recipient: "乐评人", Reason: "演出推介"})
	return err
}

// reservations take all boxes of the first night, and some stand seats of the
// second.
func (o *offers) reservations(ctx context.Context) error {
	now := o.cfg.Clock.Now()
	boxes := make([]int32, 0, 16)
	for seat := int32(97); seat <= 112; seat++ {
		boxes = append(boxes, seat)
	}
	for _, r := range []struct {
		name, contact, note string
		choice              sales.Choice
	}{
		{"boxes", "示范企业行政部", "四间包厢，月底前付款", sales.Choice{Session: o.sessions[0].ID, Seats: boxes}},
		{"class", "示范大学音乐社", "学生证到场查验", sales.Choice{Session: o.sessions[1].ID, Want: &engine.Want{N: 8, Zones: []uint16{zoneStand}}}},
	} {
		r.choice.Key = demoID("reservation " + r.name)
		_, err := o.Sales.Reserve(ctx, sales.NewReservation{
			Choice: r.choice,
			Name:   r.contact, Phone: offersPhone, Note: r.note, Until: now.Add(5 * 24 * time.Hour).Truncate(time.Hour),
		}, "counter")
		if err != nil {
			return err
		}
	}
	return nil
}

// waiting opens the first night's list, whose boxes are gone, and lets two
// buyers wait there.
func (o *offers) waiting(ctx context.Context) error {
	first := o.sessions[0]
	if w, err := o.Sales.WaitList(ctx, first.ID); err != nil {
		return err
	} else if !w.Policy.Active {
		p := w.Policy
		p.Session, p.Active = first.ID, true
		if _, err := o.Sales.SetWaitPolicy(ctx, p); err != nil {
			return err
		}
	}
	at := clock.DayOf(first.StartsAt.Add(-3*24*time.Hour), clock.Shanghai).Start(clock.Shanghai).Add(12 * time.Hour)
	if _, err := o.Sales.AnnounceRelease(ctx, demoID("release"), first.ID, at); err != nil {
		return err
	}
	for i, places := range []int{2, 4} {
		name := fmt.Sprintf("waits %d", i+1)
		if _, err := o.Sales.JoinWait(o.buyer(name), sales.WaitEntry{ID: demoID(name), Session: first.ID, Places: places, Zones: []int{zoneBox}, Together: true}, offersPhone); err != nil {
			return err
		}
	}
	return nil
}
