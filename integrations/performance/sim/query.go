package sim

import (
	"context"
	"sort"
	"strconv"
	"time"

	"parterre/integrations/performance"
	"parterre/modules/core/clock"
	"parterre/modules/core/errs"
	"parterre/modules/core/money"
)

// AppHealth is a registration with what was seen of it.
type AppHealth struct {
	App       string    `json:"app"`
	Name      string    `json:"name"`
	LastAt    time.Time `json:"lastAt"`
	LastCode  string    `json:"lastCode"`
	LastType  string    `json:"lastType"`
	Sequence  int64     `json:"sequence"`
	Messages  int       `json:"messages"` // exchanges with an effect
	Repeats   int       `json:"repeats"`
	Refusals  int       `json:"refusals"` // whole messages and single records
	Deviation int       `json:"deviations"`
}

// note keeps the overview; the lock is held.
func (p *Platform) note(e *Exchange) {
	h := p.health[e.App]
	if h == nil {
		if _, known := p.apps[e.App]; !known {
			return // a stranger gets no page of its own
		}
		h = &AppHealth{App: e.App, Name: p.apps[e.App].Name}
		p.health[e.App] = h
	}
	h.LastAt, h.LastCode, h.LastType = e.At, e.Code, e.Type
	h.Sequence = p.last[e.App]
	switch {
	case e.Effect:
		h.Messages++
	case e.Repeat:
		h.Repeats++
	case e.Code != "" && e.Code != performance.CodeOK:
		h.Refusals++
	}
	for _, r := range e.Rejected {
		if r.Code != performance.CodeDuplicate && !e.Repeat {
			h.Refusals++
		}
	}
	h.Deviation += len(e.Notes)
}

// PlatformOverview is the first page: who reports, and what is known.
type PlatformOverview struct {
	Now         time.Time         `json:"now"`
	Profile     string            `json:"profile"`
	Version     int               `json:"profileVersion"`
	Provisional bool              `json:"provisional"`
	Note        map[string]string `json:"note"`
	Apps        []AppHealth       `json:"apps"`
	Known       map[string]int    `json:"known"`
	Faults      int               `json:"faultsOn"` // behaviour rules that can still act
}

// Overview returns the first page.
func (p *Platform) Overview() PlatformOverview {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := PlatformOverview{
		Now: p.cfg.Clock.Now(), Profile: p.cfg.Profile.Name, Version: p.cfg.Profile.Version, Provisional: p.cfg.Profile.Provisional,
		Note: p.cfg.Profile.Note, Apps: []AppHealth{}, Known: map[string]int{
			"venues": len(p.book.venues), "halls": len(p.book.halls),
			"seatMaps": len(p.book.maps), "shows": len(p.book.shows), "sessions": len(p.book.sessions), "prices": len(p.book.prices),
			"tickets": len(p.book.tickets), "daily": len(p.book.daily),
		},
	}
	for _, id := range keys(p.apps) {
		if h := p.health[id]; h != nil {
			o.Apps = append(o.Apps, *h)
		} else {
			o.Apps = append(o.Apps, AppHealth{App: id, Name: p.apps[id].Name})
		}
	}
	for _, r := range p.rules.list() {
		if r.Times == 0 || r.Acted < r.Times {
			o.Faults++
		}
	}
	return o
}

// Timeline returns exchanges, newest first, without their bytes.
func (p *Platform) Timeline(ctx context.Context, f Filter) ([]Exchange, error) {
	return p.cfg.Log.List(ctx, f)
}

// FieldLeaf is one line of a message's field tree, with the place of its bytes.
type FieldLeaf struct {
	Depth  int                 `json:"depth"`
	Path   string              `json:"path"`
	Name   string              `json:"name"`
	Value  string              `json:"value"` // masked where the table says so
	Zh     string              `json:"zh"`
	En     string              `json:"en"`
	Origin string              `json:"origin"`
	Clause string              `json:"clause"`
	Start  int                 `json:"start"`
	End    int                 `json:"end"`
	Faults []performance.Fault `json:"faults"`
}

// ExchangeDetail is one exchange opened: bytes on one side, fields on the other.
type ExchangeDetail struct {
	Exchange    Exchange    `json:"exchange"`
	Request     string      `json:"request"`
	Answer      string      `json:"answer"`
	Fields      []FieldLeaf `json:"fields"`
	AnswerField []FieldLeaf `json:"answerFields"`
	More        bool        `json:"more"`  // the tree was longer than is shown
	Group       []int64     `json:"group"` // numbers of all exchanges of this message id
}

// ErrExchange is the error of a number that no exchange has.
var ErrExchange = errs.New(errs.NotFound, "lab.exchange", "没有该报文。", "There is no such exchange.")

// maxLeaves bounds the tree of one page; a stadium's seat map is long.
const maxLeaves = 5000

// Exchange opens one exchange.
func (p *Platform) Exchange(ctx context.Context, number int64) (*ExchangeDetail, error) {
	e, err := p.cfg.Log.Get(ctx, number)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return nil, ErrExchange
	}
	d := &ExchangeDetail{Exchange: *e, Request: string(e.Request), Answer: string(e.Answer)}
	rep := p.cfg.Profile.DecodeReport(e.Request)
	d.Fields, d.More = leaves(p.cfg.Profile, "REPORT", rep.Record.Text("type"), rep.Tree, rep.Faults)
	_, tree, faults := p.cfg.Profile.Decode("ANSWER", e.Answer)
	d.AnswerField, _ = leaves(p.cfg.Profile, "ANSWER", "", tree, faults)
	d.Group = []int64{}
	if e.Message == "" {
		return d, nil
	}
	group, err := p.cfg.Log.List(ctx, Filter{App: e.App, Message: e.Message, Limit: 200})
	if err != nil {
		return nil, err
	}
	for _, g := range group {
		d.Group = append(d.Group, g.Number)
	}
	return d, nil
}

func leaves(p *performance.Profile, table, star string, tree *performance.Node, faults []performance.Fault) ([]FieldLeaf, bool) {
	w := leafWalker{p: p, star: star, faults: map[string][]performance.Fault{}, out: []FieldLeaf{}}
	for _, f := range faults {
		w.faults[f.Path] = append(w.faults[f.Path], f)
	}
	if tree != nil {
		w.object(tree, table, "", 0)
	}
	return w.out, len(w.out) >= maxLeaves
}

type leafWalker struct {
	p      *performance.Profile
	star   string
	faults map[string][]performance.Fault
	out    []FieldLeaf
}

func (w *leafWalker) object(n *performance.Node, table, path string, depth int) {
	fields := map[string]performance.Field{}
	for _, f := range w.p.Tables[table] {
		fields[f.Name] = f
	}
	for _, item := range n.Items {
		if len(w.out) >= maxLeaves {
			return
		}
		f, ok := fields[item.Name]
		if !ok {
			f = performance.Field{Name: item.Name, Type: "?", Origin: "unknown", Zh: "未知字段", En: "unknown field"}
		}
		w.field(item, f, path+item.Name, depth)
	}
}

func (w *leafWalker) field(n *performance.Node, f performance.Field, path string, depth int) {
	leaf := FieldLeaf{
		Depth: depth, Path: path, Name: f.Name, Value: w.p.Show(f, n), Zh: f.Zh, En: f.En, Origin: f.Origin, Clause: f.Clause,
		Start: n.Start, End: n.End, Faults: append([]performance.Fault{}, w.faults[path]...),
	}
	w.out = append(w.out, leaf)
	table := f.Table
	if table == "*" {
		table = w.star
	}
	if n.Kind == 'o' {
		w.object(n, table, path+".", depth+1)
	}
	if n.Kind != 'a' {
		return
	}
	for i, item := range n.Items {
		if item.Kind == 'o' && len(w.out) < maxLeaves {
			where := path + "[" + strconv.Itoa(i) + "]"
			w.out = append(w.out, FieldLeaf{
				Depth: depth + 1, Path: where, Name: "[" + strconv.Itoa(i) + "]", Start: item.Start, End: item.End,
				Faults: append([]performance.Fault{}, w.faults[where]...),
			})
			w.object(item, table, where+".", depth+2)
		}
	}
}

// Statuses of a calendar cell.
const (
	DayReceived  = "received"  // in time, totals agree
	DayLate      = "late"      // received after the deadline, marked late
	DayCorrected = "corrected" // a later version replaced an earlier one
	DayMissing   = "missing"   // the deadline has passed and there is none
	DayDue       = "due"       // expected, not yet overdue
	DayNone      = "none"      // nothing to report
)

// DayCell is one venue's day.
type DayCell struct {
	Day      clock.Day `json:"day"`
	Status   string    `json:"status"`
	Sessions int       `json:"sessions"` // that have something to report
	Received int       `json:"received"`
	Sold     int       `json:"sold"` // net public tickets of the received reports
	Amount   money.Fen `json:"amount"`
}

// CalendarRow is one venue over days.
type CalendarRow struct {
	Venue string    `json:"venue"`
	Name  string    `json:"name"`
	Days  []DayCell `json:"days"`
}

// Calendar returns venue x day from first, n days.
func (p *Platform) Calendar(first clock.Day, n int) []CalendarRow {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Clock.Now()
	rows := []CalendarRow{}
	for _, v := range keys(p.book.venues) {
		row := CalendarRow{Venue: v, Name: p.book.venues[v].Text("name"), Days: make([]DayCell, n)}
		for i := range n {
			row.Days[i] = p.cell(v, first.Add(i), now)
		}
		rows = append(rows, row)
	}
	return rows
}

func (p *Platform) cell(venue string, day clock.Day, now time.Time) DayCell {
	c := DayCell{Day: day, Status: DayNone}
	late, corrected := false, false
	for session := range p.book.sessions {
		if session[:len(venue)] != venue {
			continue
		}
		d := p.book.daily[dayKey{session, day.String()}]
		if d == nil {
			if p.book.moved(session, day) {
				c.Sessions++
			}
			continue
		}
		c.Sessions++
		c.Received++
		m := movementOf(d.record.Object("public"))
		c.Sold += m.Sold - m.Refunded
		c.Amount += m.SoldAmount - m.RefundAmount
		late, corrected = late || d.late, corrected || d.version > 1
	}
	switch {
	case c.Sessions == 0:
	case c.Received < c.Sessions && now.After(p.cfg.Profile.Wire.Deadline(day)):
		c.Status = DayMissing
	case c.Received < c.Sessions:
		c.Status = DayDue
	case late:
		c.Status = DayLate
	case corrected:
		c.Status = DayCorrected
	default:
		c.Status = DayReceived
	}
	return c
}

// moved reports whether increments of a session fall on a day.
func (b *book) moved(session string, day clock.Day) bool {
	for _, t := range b.bySess[session] {
		if t.soldDay == day || t.refundDay == day || (t.checkedAt != "" && t.checkDay == day) {
			return true
		}
	}
	return false
}

// DayTotals compares one session's increments of a day with its daily report.
type DayTotals struct {
	Session    string                  `json:"session"`
	Show       string                  `json:"show"`
	Day        clock.Day               `json:"day"`
	Increments map[string]incrementSum `json:"increments"` // by class
	ByChannel  map[string]incrementSum `json:"byChannel"`
	ByPrice    map[string]incrementSum `json:"byPrice"`
	Checked    int                     `json:"checked"`
	Valid      int                     `json:"valid"`
	Report     map[string]incrementSum `json:"report"` // of the daily report; empty if there is none
	Version    int                     `json:"version"`
	Late       bool                    `json:"late"`
	ReceivedAt *time.Time              `json:"receivedAt"`
	Agrees     bool                    `json:"agrees"`
}

// Day returns the totals of every session that has something on a day; venue
// may be empty for all.
func (p *Platform) Day(venue string, day clock.Day) []DayTotals {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []DayTotals{}
	for session, s := range p.book.sessions {
		d := p.book.daily[dayKey{session, day.String()}]
		if (venue != "" && session[:min(len(venue), len(session))] != venue) || (d == nil && !p.book.moved(session, day)) {
			continue
		}
		out = append(out, p.totals(session, s.Text("showCode"), day, d))
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Session < out[j].Session })
	return out
}

func (p *Platform) totals(session, show string, day clock.Day, d *dailyReport) DayTotals {
	s := p.book.sum(session, day)
	t := DayTotals{
		Session: session, Show: p.book.shows[show].Text("name"), Day: day, Increments: plain(s.classes), ByChannel: plain(s.byChannel),
		ByPrice: plain(s.byPrice), Checked: s.checked, Valid: s.valid, Report: map[string]incrementSum{},
	}
	if d == nil {
		return t
	}
	t.Version, t.Late, t.ReceivedAt = d.version, d.late, &d.at
	t.Agrees = true
	for _, c := range []string{"public", "complimentary", "work"} {
		t.Report[c] = movementOf(d.record.Object(c))
		t.Agrees = t.Agrees && t.Report[c] == *at(s.classes, c)
	}
	t.Agrees = t.Agrees && d.record.Int("checked") == s.checked && d.record.Int("valid") == s.valid
	return t
}

func plain(m map[string]*incrementSum) map[string]incrementSum {
	out := map[string]incrementSum{}
	for k, v := range m {
		out[k] = *v
	}
	return out
}

// Effects tells how often each increment took effect, by
// SALE/session/order, REFUND/session/number, CHECKIN/ticket/time and
// DAILY/session/day/version. Anything above 1 is a double effect.
func (p *Platform) Effects() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]int, len(p.book.effects))
	for k, v := range p.book.effects {
		out[k] = v
	}
	return out
}

// Profile returns the profile in use, for the page that shows it.
func (p *Platform) Profile() *performance.Profile { return p.cfg.Profile }
