package pricing_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parterre/modules/core/errs"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

var starts = time.Date(2026, 12, 31, 19, 30, 0, 0, time.FixedZone("CST", 8*3600))

func at(n int) *int { return &n }

// concert is a program with every kind of rule.
func concert() *pricing.Program {
	return &pricing.Program{
		Format: pricing.Format, Version: pricing.Version, Name: "跨年", Rounding: pricing.Rounding{To: 1000, Direction: "nearest"},
		Zones: []pricing.Zone{{No: 1, Base: 68_000, Floor: 48_000, Cap: 98_000}, {No: 2, Rel: &pricing.Relative{Zone: 1, Permille: 500}, Floor: 20_000, Cap: 60_000}},
		Rules: []pricing.Rule{
			{ID: "early", Name: "早鸟", When: pricing.When{ToShow: &pricing.Range{Min: at(30 * 24 * 60)}}, Effect: pricing.Effect{Kind: "percent", Permille: 800}},
			{
				ID: "full", Name: "上座加价", When: pricing.When{Occupancy: &pricing.Range{Min: at(500)}},
				Effect: pricing.Effect{Kind: "step", Amount: 5_000, Step: &pricing.Step{Of: "occupancyPermille", From: 500, Every: 100, Times: 4}},
			},
			{ID: "rush", Name: "热卖", When: pricing.When{Velocity: &pricing.Velocity{Window: 60, Min: 100}}, Effect: pricing.Effect{Kind: "add", Amount: 3_000}},
			{ID: "night", Name: "夜间", When: pricing.When{Zones: []int{2}, Daily: &pricing.Daily{From: "22:00", Until: "06:00"}}, Effect: pricing.Effect{Kind: "set", Amount: 33_300}},
		},
	}
}

func facts(zone int, before time.Duration, taken int) pricing.Facts {
	return pricing.Facts{Zone: zone, ZoneKind: "public", Now: starts.Add(-before), Starts: starts, Capacity: 1000, Taken: taken, Channel: "online", Kind: "full"}
}

func TestPricesByHand(t *testing.T) {
	t.Parallel()
	p := concert()
	if r := p.Validate([]int{1, 2, 3}, starts); r.Err() != nil {
		t.Fatal(r)
	}
	fast := facts(1, 48*time.Hour, 0)
	fast.Sold = []pricing.SoldSince{{Minutes: 60, Tickets: 100}}
	for _, c := range []struct {
		name string
		f    pricing.Facts
		want money.Fen
	}{
		{"base", facts(1, 48*time.Hour, 0), 68_000},
		{"early bird rounds 544 to 540", facts(1, 40*24*time.Hour, 0), 54_000},
		{"half full", facts(1, 48*time.Hour, 500), 68_000},
		{"70 %", facts(1, 48*time.Hour, 700), 78_000},
		{"full: four steps", facts(1, 48*time.Hour, 1000), 88_000},
		{"fast", fast, 71_000},
		{"relative base", facts(2, 48*time.Hour, 0), 34_000},
		{"over midnight", facts(2, 43*time.Hour, 0), 33_000}, // 00:30
	} {
		q, err := p.Evaluate(c.f)
		if err != nil || q.Price != c.want {
			t.Errorf("%s: %v %v, want %v\n%+v", c.name, q.Price, err, c.want, q.Steps)
		}
	}
	if _, err := p.Evaluate(facts(3, time.Hour, 0)); !errors.Is(err, pricing.ErrZone) {
		t.Errorf("an ungoverned zone: %v", err)
	}
}

func TestWhyThisPrice(t *testing.T) {
	t.Parallel()
	q, err := concert().Evaluate(facts(1, 40*24*time.Hour, 750))
	if err != nil {
		t.Fatal(err)
	}
	var zh, en []string
	for _, s := range q.Steps {
		zh, en = append(zh, s.Zh), append(en, s.En)
	}
	text := strings.Join(zh, "\n")
	for _, s := range []string{"基价 680.00 元", "早鸟", "乘以 80%，680.00 → 544.00 元", "上座 75%", "共 2 级", "取整"} {
		if !strings.Contains(text, s) {
			t.Errorf("%q is not in\n%s", s, text)
		}
	}
	if !strings.Contains(strings.Join(en, "\n"), "75 % taken") || q.Steps[len(q.Steps)-1].After != q.Price {
		t.Errorf("%v", en)
	}
	for i := 1; i < len(q.Steps); i++ {
		if q.Steps[i].Before != q.Steps[i-1].After {
			t.Errorf("step %d does not follow: %+v", i, q.Steps)
		}
	}
}

// The reasons are for buyers: how long it is until the show, and the channel, are said as people say them.
func TestReasonsAreForPeople(t *testing.T) {
	t.Parallel()
	p := concert()
	p.Rules = []pricing.Rule{{ID: "r", Name: "窗口价", When: pricing.When{ToShow: &pricing.Range{Min: at(0)}, Channels: []string{"counter"}}, Effect: pricing.Effect{Kind: "percent", Permille: 900}}}
	for before, want := range map[time.Duration][2]string{
		10*24*time.Hour + 9*time.Hour + 29*time.Minute: {"距开演 10 天 9 小时、渠道为窗口，", "10 d 9 h to the show, sold at the counter; "},
		7 * 24 * time.Hour:            {"距开演 7 天、", "7 d to the show,"},
		47*time.Hour + 30*time.Minute: {"距开演 47 小时 30 分钟、", "47 h 30 min to the show,"},
		45 * time.Minute:              {"距开演 45 分钟、", "45 min to the show,"},
		0:                             {"距开演 0 小时、", "0 h to the show,"},
	} {
		f := facts(1, before, 0)
		f.Channel = "counter"
		q, err := p.Evaluate(f)
		if err != nil || len(q.Steps) < 2 || !strings.Contains(q.Steps[1].Zh, want[0]) || !strings.Contains(q.Steps[1].En, want[1]) {
			t.Errorf("%v before: %v %+v", before, err, q.Steps)
		}
	}
}

// RL-15: what a rule can see is a closed list without anything of a person.
func TestNothingOfAPerson(t *testing.T) {
	t.Parallel()
	allowed := []string{"Zone", "ZoneKind", "Now", "Starts", "Capacity", "Taken", "Sold", "Sold.Minutes", "Sold.Tickets", "Quality", "Row", "Channel", "Kind", "Off", "Package"}
	var got []string
	var walk func(prefix string, t reflect.Type)
	walk = func(prefix string, t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			got = append(got, prefix+f.Name)
			if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
				walk(prefix+f.Name+".", f.Type.Elem())
			}
		}
	}
	walk("", reflect.TypeFor[pricing.Facts]())
	if !slices.Equal(got, allowed) {
		t.Errorf("the facts of a price changed; a person may not come in (RL-15):\n got %v\nwant %v", got, allowed)
	}
	conditions := []string{"Zones", "ZoneKinds", "From", "Until", "Weekdays", "Daily", "ToShow", "Occupancy", "Velocity", "Quality", "Rows", "Channels", "Kinds", "Packages"}
	got = nil
	for i := range reflect.TypeFor[pricing.When]().NumField() {
		got = append(got, reflect.TypeFor[pricing.When]().Field(i).Name)
	}
	if !slices.Equal(got, conditions) {
		t.Errorf("conditions %v, want %v", got, conditions)
	}
}

func TestValidateNamesTheFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path, code string
		warning          bool
		change           func(p *pricing.Program)
	}{
		{"unknown zone", "zones[0].no", "pricing.unknown_zone", false, func(p *pricing.Program) { p.Zones[0].No = 9 }},
		{"unknown zone in a rule", "rules[3].when.zones[0]", "pricing.unknown_zone", false, func(p *pricing.Program) { p.Rules[3].When.Zones = []int{7} }},
		{"circle", "zones[0].relative.zone", "pricing.cycle", false, func(p *pricing.Program) {
			p.Zones[0].Base, p.Zones[0].Rel = 0, &pricing.Relative{Zone: 2, Permille: 2000}
		}},
		{"floor above cap", "zones[0].floor", "pricing.floor_above_cap", false, func(p *pricing.Program) { p.Zones[0].Floor = 99_000 }},
		{"no tidy price", "zones[0].cap", "pricing.no_price", false, func(p *pricing.Program) { p.Zones[0].Floor, p.Zones[0].Cap = 68_100, 68_900 }},
		{"empty range", "rules[1].when.occupancyPermille", "pricing.contradiction", false, func(p *pricing.Program) { p.Rules[1].When.Occupancy.Max = at(400) }},
		{"times the wrong way", "rules[0].when.until", "pricing.contradiction", false, func(p *pricing.Program) {
			x := starts.Add(-time.Hour)
			p.Rules[0].When.From, p.Rules[0].When.Until = &x, &x
		}},
		{"same id", "rules[1].id", "pricing.rule_id", false, func(p *pricing.Program) { p.Rules[1].ID = "early" }},
		{"percent with an amount", "rules[0].effect", "pricing.effect", false, func(p *pricing.Program) { p.Rules[0].Effect.Amount = 1 }},
		{"rounding", "rounding.to", "pricing.rounding", false, func(p *pricing.Program) { p.Rounding.To = 7 }},
		{"stopped before", "rules[1]", "pricing.unreachable", true, func(p *pricing.Program) { p.Rules[0].When, p.Rules[0].Stop = pricing.When{}, true }},
		{"set after", "rules[0]", "pricing.overwritten", true, func(p *pricing.Program) { p.Rules[3].When = pricing.When{} }},
		{"after the start", "rules[0].when.from", "pricing.unreachable", true, func(p *pricing.Program) { x := starts; p.Rules[0].When.From = &x }},
		{"base outside", "zones[0].base", "pricing.base_outside", true, func(p *pricing.Program) { p.Zones[0].Base = 1_000 }},
	} {
		p := concert()
		if r := p.Validate([]int{1, 2}, starts); len(r) != 0 {
			t.Fatalf("the program itself: %v", r)
		}
		c.change(p)
		r := p.Validate([]int{1, 2}, starts)
		if !slices.ContainsFunc(r, func(f pricing.Fault) bool { return f.Path == c.path && f.Code == c.code && f.Warning == c.warning }) {
			t.Errorf("%s: %v", c.name, r)
		}
		if (r.Err() == nil) != c.warning {
			t.Errorf("%s: error %v", c.name, r.Err())
		}
	}
}

func drawProgram(t *rapid.T) *pricing.Program {
	p := concert()
	to := rapid.SampledFrom([]money.Fen{1, 10, 100, 500, 1000}).Draw(t, "to")
	p.Rounding = pricing.Rounding{To: to, Direction: rapid.SampledFrom([]string{"nearest", "up", "down"}).Draw(t, "direction")}
	for i := range p.Zones {
		z := &p.Zones[i]
		z.Floor = money.Fen(rapid.Int64Range(0, 100_000).Draw(t, "floor"))
		z.Cap = z.Floor + money.Fen(rapid.Int64Range(0, 100_000).Draw(t, "room"))
	}
	p.Zones[0].Base = money.Fen(rapid.Int64Range(0, int64(money.Max)).Draw(t, "base"))
	for range rapid.IntRange(0, 4).Draw(t, "more") {
		e := pricing.Effect{Kind: rapid.SampledFrom([]string{"set", "add", "percent", "step"}).Draw(t, "kind")}
		switch e.Kind {
		case "set":
			e.Amount = money.Fen(rapid.Int64Range(0, int64(money.Max)).Draw(t, "amount"))
		case "percent":
			e.Permille = rapid.IntRange(1, 100_000).Draw(t, "permille")
		default:
			e.Amount = money.Fen(rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "amount"))
		}
		if e.Kind == "step" {
			e.Step = &pricing.Step{Of: "occupancyPermille", Every: rapid.IntRange(1, 100).Draw(t, "every"), Times: rapid.IntRange(1, pricing.MaxTimes).Draw(t, "times")}
		}
		p.Rules = append(p.Rules, pricing.Rule{ID: "r" + rapid.StringMatching("[a-z]{12}").Draw(t, "id"), Name: "x", Effect: e})
	}
	return p
}

func drawFacts(t *rapid.T) pricing.Facts {
	f := facts(rapid.IntRange(1, 2).Draw(t, "zone"), time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "before"))*time.Minute, rapid.IntRange(0, 1000).Draw(t, "taken"))
	f.Sold = []pricing.SoldSince{{Minutes: 60, Tickets: rapid.IntRange(0, 1000).Draw(t, "sold")}}
	return f
}

// Floor, cap and rounding hold whatever the rules are; the same question has the same answer.
func TestBoundsAlwaysHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, f := drawProgram(t), drawFacts(t)
		if p.Validate([]int{1, 2}, starts).Err() != nil {
			t.Skip("not a valid program")
		}
		q, err := p.Evaluate(f)
		if err != nil {
			t.Fatal(err)
		}
		z := p.Zones[f.Zone-1]
		if q.Price < z.Floor || q.Price > z.Cap || q.Price%p.Rounding.To != 0 {
			t.Fatalf("price %v, floor %v, cap %v, to %v", q.Price, z.Floor, z.Cap, p.Rounding.To)
		}
		again, _ := p.Evaluate(f)
		if !reflect.DeepEqual(q, again) {
			t.Fatalf("not the same twice: %+v %+v", q, again)
		}
		on := pricing.OnSale{Price: money.Fen(rapid.Int64Range(0, 300_000).Draw(t, "on sale"))}
		p.Limits.MovePermille = rapid.IntRange(0, 1000).Draw(t, "move")
		d, err := p.Decide(f, on)
		if err != nil {
			t.Fatal(err)
		}
		if d.Change && (d.Price < z.Floor || d.Price > z.Cap || d.Price%p.Rounding.To != 0) {
			t.Fatalf("decided %+v", d)
		}
		if inside := on.Price >= z.Floor && on.Price <= z.Cap; inside && d.Change && p.Limits.MovePermille > 0 {
			if move := max(d.Price-on.Price, on.Price-d.Price); int64(move)*1000 > int64(on.Price)*int64(p.Limits.MovePermille)+500 {
				t.Fatalf("moved %v of %v, at most %d‰", move, on.Price, p.Limits.MovePermille)
			}
		}
		if !f.Now.Before(starts) && d.Change {
			t.Fatal("a price changed after the start")
		}
	})
}

// A step upwards by occupancy never makes a fuller zone cheaper.
func TestStepsAreMonotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := concert()
		p.Rules = p.Rules[1:2]
		p.Rules[0].When = pricing.When{}
		p.Rules[0].Effect.Amount = money.Fen(rapid.Int64Range(0, 20_000).Draw(t, "amount"))
		p.Rules[0].Effect.Step.Every = rapid.IntRange(1, 400).Draw(t, "every")
		a, b := rapid.IntRange(0, 1000).Draw(t, "a"), rapid.IntRange(0, 1000).Draw(t, "b")
		low, _ := p.Evaluate(facts(1, time.Hour, min(a, b)))
		high, err := p.Evaluate(facts(1, time.Hour, max(a, b)))
		if err != nil || low.Price > high.Price {
			t.Fatalf("%d taken costs %v, %d taken costs %v (%v)", min(a, b), low.Price, max(a, b), high.Price, err)
		}
	})
}

func TestLimitsOfADay(t *testing.T) {
	t.Parallel()
	p := concert()
	p.Limits = pricing.Limits{ChangesPerDay: 2, MinutesBetween: 30, MovePermille: 100}
	f := facts(1, 48*time.Hour, 1000) // the rules say 880
	for _, c := range []struct {
		on      pricing.OnSale
		price   money.Fen
		change  bool
		limited string
	}{
		{pricing.OnSale{Price: 68_000}, 74_000, true, "move_permille"},
		{pricing.OnSale{Price: 88_000}, 88_000, false, ""},
		{pricing.OnSale{Price: 86_000}, 88_000, true, ""},
		{pricing.OnSale{Price: 86_000, Today: 2}, 88_000, false, "changes_per_day"},
		{pricing.OnSale{Price: 86_000, LastChange: f.Now.Add(-29 * time.Minute)}, 88_000, false, "minutes_between"},
		{pricing.OnSale{Price: 86_000, LastChange: f.Now.Add(-30 * time.Minute)}, 88_000, true, ""},
	} {
		d, err := p.Decide(f, c.on)
		if err != nil || d.Price != c.price || d.Change != c.change || d.Limited != c.limited {
			t.Errorf("%+v: %+v %v", c.on, d, err)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	good, err := pricing.Encode(concert())
	if err != nil {
		t.Fatal(err)
	}
	p, err := pricing.Decode(good)
	if err != nil || !reflect.DeepEqual(p, concert()) {
		t.Fatalf("%+v %v", p, err)
	}
	text := string(good)
	for name, raw := range map[string]string{
		"unknown":   strings.Replace(text, `"name"`, `"buyer":1,"name"`, 1),
		"twice":     strings.Replace(text, `"version":1`, `"version":1,"version":1`, 1),
		"case":      strings.Replace(text, `"zones"`, `"Zones"`, 1),
		"misplaced": strings.Replace(text, `"rounding":{`, `"rounding":{"zones":[],`, 1),
		"trailing":  text + "{}",
		"null":      "null",
		"array":     "[]",
		"format":    strings.Replace(text, pricing.Format, "other", 1),
		"version":   strings.Replace(text, `"version":1`, `"version":2`, 1),
		"fraction":  strings.Replace(text, `"cap":98000`, `"cap":98000.5`, 1),
		"deep":      strings.Repeat("[", 100),
		"empty":     "",
		"big":       strings.Repeat(" ", pricing.MaxBytes+1),
	} {
		if _, err := pricing.Decode([]byte(raw)); errs.CodeOf(err) != "pricing.document" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good, _ := pricing.Encode(concert())
	f.Add(good)
	f.Add([]byte(`{"format":"parterre.prices","version":1,"zones":[{"no":1,"relative":{"zone":1,"permille":1}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := pricing.Decode(raw)
		if err != nil {
			return
		}
		out, err := pricing.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := pricing.Decode(out)
		if err != nil {
			t.Fatalf("what was encoded does not decode: %v", err)
		}
		if again, _ := pricing.Encode(back); string(again) != string(out) {
			t.Fatalf("%s\n%s", again, out)
		}
		if p.Validate([]int{1, 2}, starts).Err() != nil {
			return
		}
		for _, z := range p.Zones {
			q, err := p.Evaluate(facts(z.No, time.Hour, 900))
			if err != nil || q.Price < z.Floor || q.Price > z.Cap {
				t.Fatalf("valid, but %+v %v", q, err)
			}
		}
	})
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	opens := starts.Add(-20 * 24 * time.Hour)
	zones := []pricing.RunZone{{No: 1, Kind: "public", Capacity: 400, Price: 68_000}, {No: 2, Kind: "public", Capacity: 600, Price: 34_000}}
	sales := pricing.Generate(7, zones, opens, starts, 950)
	if len(sales) != 950 || !reflect.DeepEqual(sales, pricing.Generate(7, zones, opens, starts, 950)) {
		t.Fatalf("%d sales, or not the same for the same seed", len(sales))
	}
	run := pricing.Run{Zones: zones, Opens: opens, Starts: starts, Sales: sales, Every: 5 * time.Minute}
	p := concert()
	p.Rules = p.Rules[1:2]
	got, err := pricing.DryRun(p, run)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sold != 950 || got.WasSold != 950 || got.Was != 380*68_000+570*34_000 || got.Revenue <= got.Was || got.Changes == 0 {
		t.Errorf("buyers who take any price: %+v", got)
	}
	for _, x := range got.Paths {
		if len(x.Points) < 100 || len(x.Points) > 402 || x.Points[len(x.Points)-1].Sold != x.Sold || x.High > 98_000 {
			t.Errorf("zone %d: %d points, high %v", x.Zone, len(x.Points), x.High)
		}
	}
	run.Response = 2000
	shy, err := pricing.DryRun(p, run)
	if err != nil || shy.Sold >= got.Sold || shy.WasSold != got.WasSold {
		t.Errorf("buyers who mind the price: %d of %d (%v)", shy.Sold, got.Sold, err)
	}
	p.Rules = nil
	same, err := pricing.DryRun(p, run)
	if err != nil || same.Revenue != same.Was || same.Sold != same.WasSold || same.Changes != 0 {
		t.Errorf("negative control: a program without rules is not the record: %+v %v", same.Revenue, err)
	}
	back := append(slices.Clone(sales), pricing.Movement{At: starts.Add(-time.Minute), Zone: 1, Price: 68_000, Back: true})
	run.Sales = back
	if less, err := pricing.DryRun(p, run); err == nil && less.Sold != 949 {
		t.Errorf("after a refund %d are sold", less.Sold)
	}
	run.Sales = []pricing.Movement{{At: starts, Zone: 1}, {At: opens, Zone: 1}}
	if _, err := pricing.DryRun(p, run); !errors.Is(err, pricing.ErrRun) {
		t.Errorf("unordered: %v", err)
	}
}
