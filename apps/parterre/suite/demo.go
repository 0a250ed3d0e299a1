package suite

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"parterre/apps/parterre/demo"
	"parterre/codes"
	"parterre/integrations/performance"
	"parterre/modules/access"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/reporting"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/venue"
)

// Progress is told of long work: the step, and how much of it is done of how
// much; total 0 is unknown.
type Progress func(step string, done, total int)

// Login is an account of the demo world. Its password is published.
type Login struct{ Login, Password, Role string }

// The demo world's cast. Tests, the demo server and the browser tests use it.
const (
	DemoTenant  = "demo"
	DemoOther   = "other"
	demoSecret  = "Chizuo#2026" //nolint:gosec // published on purpose, for the demo world only
	demoAddress = "北京市东城区示范大街 1 号"
)

var demoStaff = []struct {
	login, name string
	role        access.Role
}{
	{"manager", "林经理", access.Manager},
	{"designer", "苏设计", access.Designer},
	{"seller", "周售票", access.Seller},
	{"gate", "吴检票", access.Gate},
	{"finance", "郑财务", access.Finance},
	{"auditor", "王审计", access.Auditor},
	{"admin", "冯管理", access.PlatformAdmin},
}

// DemoLogins are the accounts of the demo world, if it is loaded here.
func (s *Suite) DemoLogins() []Login {
	if t, err := s.tenant(context.Background(), DemoTenant); err != nil || t == 0 {
		return nil
	}
	out := make([]Login, 0, len(demoStaff))
	for i, p := range demoStaff {
		out = append(out, Login{p.login, demoSecret, access.Roles[i].Zh})
	}
	return out
}

func (s *Suite) tenant(ctx context.Context, slug string) (int32, error) {
	var id *int32
	err := s.cfg.DB.Pool().QueryRow(ctx, "select core.tenant_of($1, '')", slug).Scan(&id)
	if err != nil || id == nil {
		return 0, err
	}
	return *id, nil
}

// demoHall is one hall of the demo world with what plays in it.
type demoHall struct {
	venue, code, hall, file string
	show                    show.Details
	approval                string
	audience, days          int
	hour                    int
	prices                  []money.Fen // by zone
	perTicket               bool
	byRules                 bool                                                           // prices follow a program
	more                    func(s *Suite, ctx context.Context, hall, planID ids.ID) error // what else plays there
}

var demoHalls = []demoHall{
	{
		venue: "池座大剧院", code: "11010100101", hall: "歌剧厅", file: "theatre.plan.json", audience: 1480, days: 3, hour: 19, perTicket: true,
		approval: "京文演〔2026〕1108号", prices: []money.Fen{88000, 68000, 48000, 28000, 18000, 128000},
		show: show.Details{
			Kind: "performance", Title: "牡丹亭", TitleEn: "The Peony Pavilion", PerformanceType: "5001", Organiser: "池座演艺集团", Performers: "示范昆剧院", Minutes: 150,
			Synopsis: "汤显祖经典昆曲，青春版全本。", Notes: "演出开始后请按工作人员安排入场；1.2 米以下儿童谢绝入场。",
		},
	},
	{
		venue: "池座体育馆", code: "11010500201", hall: "主馆", file: "arena.plan.json", audience: 12400, days: 10, hour: 19, perTicket: true, byRules: true,
		approval: "京文演〔2026〕1215号", prices: []money.Fen{168000, 128000, 98000, 68000, 48000, 38000, 28000, 28000},
		show: show.Details{
			Kind: "performance", Title: "城市之光巡回演唱会", TitleEn: "City Lights Tour", PerformanceType: "1001", Organiser: "池座演艺集团", Performers: "示范乐队", Minutes: 150,
			Notes: "一人一证一票，请携带购票证件原件入场。",
		},
	},
	{
		venue: "池座体育场", code: "11010500301", hall: "主场", file: "stadium.plan.json.gz", audience: 61000, days: 21, hour: 19, perTicket: true,
		approval: "京文演〔2026〕1301号", prices: []money.Fen{188000, 158000, 128000, 98000, 78000, 58000, 38000, 38000},
		show: show.Details{
			Kind: "performance", Title: "跨年音乐盛典", TitleEn: "New Year Gala", PerformanceType: "1004", Organiser: "池座演艺集团", Performers: "群星", Minutes: 240,
			Notes: "大型活动，请提前两小时到场，配合安检。",
		},
	},
	{
		venue: "池座现场", code: "11010500401", hall: "主厅", file: "livehouse.plan.json", audience: 612, days: 5, hour: 20,
		more: (*Suite).demoOffersShow, approval: "京文演〔2026〕1320号", prices: []money.Fen{38000, 28000, 58000, 48000, 88000},
		show: show.Details{
			Kind: "performance", Title: "胡同夜曲", TitleEn: "Hutong Nocturne", PerformanceType: "1001", Organiser: "池座演艺集团", Performers: "示范乐团", Minutes: 120,
			Notes: "站席请勿携带大件行李；1 至 3 号桌整桌出售，4 至 6 号桌可单座购买。",
		},
	},
}

// LoadDemo makes the demo world: two tenants, staff, four venues with their
// plans from files in the interchange format, and four shows on sale. What is
// there already stays as it is; each part is made whole or not at all, so that
// a load that was cut short is finished by the next one.
func (s *Suite) LoadDemo(ctx context.Context, say Progress) error {
	say("demo: tenants", 0, 0)
	mine, err := s.addTenant(ctx, DemoTenant, "池座演艺集团", true)
	if err != nil {
		return err
	}
	other, err := s.addTenant(ctx, DemoOther, "对照剧院", false)
	if err != nil {
		return err
	}
	for _, t := range []int32{mine, other} {
		if err := s.demoStaff(db.System(ctx, t, "demo"), say); err != nil {
			return err
		}
		if err := s.demoChannel(db.System(ctx, t, "demo"), t); err != nil {
			return err
		}
		if err := s.demoPayments(ctx, t); err != nil {
			return err
		}
	}
	ctx = db.System(ctx, mine, "demo")
	for i, h := range demoHalls {
		say("demo: "+h.venue+" "+h.show.Title, i, len(demoHalls))
		err := s.cfg.DB.InTx(ctx, func(ctx context.Context, _ db.Tx) error { return s.demoHall(ctx, h) })
		if err != nil && !errors.Is(err, venue.ErrCodeTaken) {
			return fmt.Errorf("%s: %w", h.venue, err)
		}
	}
	say("demo: loaded", len(demoHalls), len(demoHalls))
	return nil
}

// addTenant is the owner's act: the app's role cannot make tenants.
func (s *Suite) addTenant(ctx context.Context, slug, name string, isDefault bool) (id int32, err error) {
	if id, err = s.tenant(ctx, slug); err != nil || id != 0 {
		return id, err
	}
	if s.cfg.AdminDSN == "" {
		return 0, errors.New("the demo world is loaded by the database's owner; give its address")
	}
	c, err := pgx.Connect(ctx, s.cfg.AdminDSN)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select set_config('app.actor', 'system:demo', true)"); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "select core.add_tenant($1, $2, '', $3)", slug, name, isDefault).Scan(&id)
	})
	return id, err
}

func (s *Suite) demoStaff(ctx context.Context, say Progress) error {
	for i, p := range demoStaff {
		say("demo: staff", i+1, len(demoStaff)+1)
		_, err := s.Access.CreateAccount(ctx, access.NewAccount{Login: p.login, Name: p.name, Password: demoSecret, Roles: []access.Role{p.role}, Keep: true})
		if err != nil && !errors.Is(err, access.ErrLoginTaken) {
			return fmt.Errorf("account %s: %w", p.login, err)
		}
	}
	return nil
}

// demoChannel registers the tenant with the simulated collection platform.
func (s *Suite) demoChannel(ctx context.Context, tenant int32) error {
	settings, err := json.Marshal(performance.Settings{Endpoint: s.cfg.LabURL, AppID: labApp(tenant), Secret: labSecret})
	if err != nil {
		return err
	}
	return s.Reporting.PutChannel(ctx, reporting.Channel{Code: "performance", Name: "全国演出票务信息采集平台（模拟）", Adapter: "performance", Settings: settings, Active: true})
}

func (s *Suite) demoHall(ctx context.Context, h demoHall) error {
	code, err := codes.ParseVenue(h.code)
	if err != nil {
		return err
	}
	v, err := s.Venues.Create(ctx, venue.NewVenue{Code: code, Name: h.venue, Address: demoAddress})
	if err != nil {
		return err
	}
	hall, err := s.Venues.AddHall(ctx, v.ID, h.hall)
	if err != nil {
		return err
	}
	document, err := demoPlan(h.file)
	if err != nil {
		return err
	}
	p, err := s.Maps.Import(ctx, hall.ID, document)
	if err != nil {
		return err
	}
	if p, err = s.Maps.Publish(ctx, p.ID, p.Version); err != nil {
		return err
	}
	if err := s.demoShow(ctx, h, hall.ID, p.ID); err != nil || h.more == nil {
		return err
	}
	return h.more(s, ctx, hall.ID, p.ID)
}

func (s *Suite) demoShow(ctx context.Context, h demoHall, hall, planID ids.ID) error {
	sh, err := s.Shows.Create(ctx, h.show)
	if err != nil {
		return err
	}
	today := clock.DayOf(s.cfg.Clock.Now(), clock.Shanghai)
	sh, err = s.Shows.Approve(ctx, sh.ID, show.Approval{Number: h.approval, Authority: "北京市文化和旅游局", Audience: h.audience, ValidFrom: today, ValidTo: today.Add(90)})
	if err != nil {
		return err
	}
	rules := show.DefaultRules()
	rules.RealName.PerTicket = h.perTicket
	starts := today.Add(h.days).Start(clock.Shanghai).Add(time.Duration(h.hour)*time.Hour + 30*time.Minute)
	se, err := s.Shows.AddSession(ctx, sh.ID, show.NewSession{HallID: hall, PlanID: planID, StartsAt: starts, Rules: &rules})
	if err != nil {
		return err
	}
	m, err := s.Maps.CreateMap(ctx, ticketmap.NewMap{PlanID: planID, SessionID: se.ID, Approved: se.Audience, Name: h.show.Title})
	if err != nil {
		return err
	}
	content := m.MapContent
	for i := range content.Zones {
		content.Zones[i].Price = h.prices[min(i, len(h.prices)-1)]
	}
	if _, _, err := s.Maps.SetMap(ctx, m.ID, m.Version, content); err != nil {
		return err
	}
	if _, err = s.Shows.Move(ctx, se.ID, "on_sale", nil); err != nil || !h.byRules {
		return err
	}
	return s.demoPrices(ctx, m.ID, h.prices[:min(len(h.prices), len(content.Zones))])
}

// demoPlan reads a plan file of the demo world, unpacked.
func demoPlan(name string) ([]byte, error) {
	raw, err := demo.Plans.ReadFile("plans/" + name)
	if err != nil || !bytes.HasSuffix([]byte(name), []byte(".gz")) {
		return raw, err
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, plan.MaxBytes))
}
