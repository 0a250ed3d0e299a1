package performance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// Settings are a channel's settings for this adapter.
type Settings struct {
	Endpoint string `json:"endpoint"`          // https://host:port, without the path
	AppID    string `json:"appId"`             // as registered with the platform
	Secret   string `json:"secret"`            // name of the secret, see Options.Secret
	Profile  string `json:"profile,omitempty"` // default DefaultProfile
}

// Options are what the adapter needs from the app.
type Options struct {
	Clock clock.Clock
	// Transport carries the requests: TLS with the platform's certificate
	// authority, and a client certificate where the platform asks for one.
	Transport http.RoundTripper
	// Secret gives a secret by its name; secrets are never in the database.
	Secret func(ctx context.Context, tenant int32, name string) (string, error)
}

// Deliverer implements reporting.Deliverer.
type Deliverer struct {
	opts     Options
	profiles map[string]*Profile
}

var _ reporting.Deliverer = (*Deliverer)(nil)

// NewDeliverer makes the adapter with the named profiles, DefaultProfile if none.
func NewDeliverer(opts Options, profiles ...string) (*Deliverer, error) {
	d := &Deliverer{opts: opts, profiles: map[string]*Profile{}}
	if len(profiles) == 0 {
		profiles = []string{DefaultProfile}
	}
	for _, name := range profiles {
		p, err := LoadProfile(name)
		if err != nil {
			return nil, err
		}
		d.profiles[name] = p
	}
	return d, nil
}

// ParseSettings reads and checks a channel's settings. The endpoint must be
// https: nothing is ever reported over plain http.
func ParseSettings(raw json.RawMessage) (Settings, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var s Settings
	if err := dec.Decode(&s); err != nil {
		return s, ErrSettings.With("why", "they are not of the right form").Because(err)
	}
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" || u.User != nil || u.RawQuery != "" {
		return s, ErrSettings.With("why", "the endpoint must be https://host:port").At("endpoint")
	}
	if s.AppID == "" || s.Secret == "" {
		return s, ErrSettings.With("why", "appId and the name of its secret are missing").At("appId")
	}
	if s.Profile == "" {
		s.Profile = DefaultProfile
	}
	return s, nil
}

func (d *Deliverer) settings(ch reporting.Channel) (Settings, *Profile, error) {
	s, err := ParseSettings(ch.Settings)
	if err != nil {
		return s, nil, err
	}
	p, ok := d.profiles[s.Profile]
	if !ok {
		return s, nil, ErrProfile.With("name", s.Profile)
	}
	return s, p, nil
}

// maxRows is the most tickets, scans or seats' rows in one message, so that a
// message stays well below what platforms take in one body.
const maxRows = 5000

// Fits implements reporting.Deliverer: batches of Wire.Batch records of one type.
func (d *Deliverer) Fits(batch []reporting.Numbered, next reporting.Numbered) bool {
	rows := weight(next.Fact.Body)
	for _, n := range batch {
		rows += weight(n.Fact.Body)
	}
	return len(batch) < d.batch() && rows <= maxRows
}

func (d *Deliverer) batch() int {
	n := reporting.MaxItems
	for _, p := range d.profiles {
		n = min(n, p.Wire.Batch)
	}
	return n
}

func weight(b fact.Body) int {
	switch b := b.(type) {
	case fact.Sale:
		return len(b.Tickets)
	case fact.Refund:
		return len(b.Tickets)
	case fact.CheckIn:
		return len(b.Scans)
	case fact.SeatMap:
		return maxRows // alone
	case fact.Daily:
		return len(b.ByChannel) + len(b.ByPrice)
	}
	return 1
}

// Compose implements reporting.Deliverer.
func (d *Deliverer) Compose(ch reporting.Channel, id ids.ID, now time.Time, items []reporting.Numbered) ([]byte, []reporting.Item) {
	_, p, err := d.settings(ch)
	if err != nil { // a channel that cannot be read must not park facts: Send says so
		p = d.profiles[DefaultProfile]
	}
	if p == nil {
		return nil, []reporting.Item{{Class: reporting.Refused, Code: "performance.profile", Text: "no profile"}}
	}
	return p.Compose(id, now, items)
}

// Send implements reporting.Deliverer: it runs a Session over HTTPS.
func (d *Deliverer) Send(ctx context.Context, ch reporting.Channel, m reporting.Message, before func(context.Context, reporting.Attempt) error) (reporting.Outcome, error) {
	s, p, err := d.settings(ch)
	if err != nil {
		return reporting.Outcome{Class: reporting.Blocked, Code: "performance.settings", Text: err.Error()}, nil
	}
	secret, err := d.opts.Secret(ctx, ch.Tenant, s.Secret)
	if err != nil || secret == "" {
		return reporting.Outcome{Class: reporting.Blocked, Code: "performance.secret", Text: "the secret " + s.Secret + " is not set"}, nil
	}
	l := line{d: d, p: p, settings: s, secret: secret, message: m}
	sess := Session{Wire: p.Wire, Message: m.ID, Records: len(m.Seqs), Late: carriesLate(p, m.Bytes), Before: m.Attempts, Doubt: m.Attempts > 0}
	return l.run(ctx, sess, before)
}

// carriesLate reports whether every daily report of a message has its late mark.
func carriesLate(p *Profile, raw []byte) bool {
	r := p.DecodeReport(raw).Record
	if r.Text("type") != string(fact.KindDaily) {
		return true
	}
	for _, d := range r.Rows("records") {
		if !d.Flag("late") {
			return false
		}
	}
	return true
}

// line is one message on its way.
type line struct {
	d        *Deliverer
	p        *Profile
	settings Settings
	secret   string
	message  reporting.Message
}

// run does what the session says until it finishes.
func (l *line) run(ctx context.Context, s Session, before func(context.Context, reporting.Attempt) error) (reporting.Outcome, error) {
	now := l.d.opts.Clock.Now
	s, actions := s.Step(Start{}, now())
	for {
		var next Event = Tick{}
		for _, a := range actions {
			switch a := a.(type) {
			case Finish:
				return a.Outcome, nil
			case Wait:
				if err := l.pause(ctx, a.Until.Sub(now())); err != nil {
					return reporting.Outcome{}, err
				}
			case Transmit:
				if err := before(ctx, reporting.Attempt{Number: a.Attempt, Deadline: a.Deadline}); err != nil {
					return reporting.Outcome{}, err
				}
				next = l.transmit(ctx, a.Deadline.Sub(now()))
				if err := ctx.Err(); err != nil {
					return reporting.Outcome{}, err
				}
			}
		}
		s, actions = s.Step(next, now())
	}
}

func (l *line) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-l.d.opts.Clock.After(d):
		return nil
	}
}

// transmit sends once and returns what came of it: Answered, Lost, or Tick
// when the time was over.
func (l *line) transmit(ctx context.Context, timeout time.Duration) Event {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := l.d.opts.Clock.After(timeout)
	got := make(chan Event, 1)
	go func() { got <- l.post(ctx) }()
	select {
	case e := <-got:
		return e
	case <-over:
		cancel()
		<-got // the request has ended: nothing of it writes any more
		return Tick{}
	}
}

const maxAnswer = 1 << 20

func (l *line) post(ctx context.Context) Event {
	req, err := l.request(ctx)
	if err != nil {
		return Lost{"the request could not be made"}
	}
	client := http.Client{Transport: l.d.opts.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return Lost{lostReason(err)}
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return Lost{"the connection broke within the answer"}
	}
	if res.StatusCode != http.StatusOK {
		return Lost{"the platform answered with HTTP status " + strconv.Itoa(res.StatusCode)}
	}
	a, err := l.p.ParseAnswer(raw)
	if err != nil {
		return Lost{err.Error()}
	}
	return Answered{a}
}

// lostReason names what broke without repeating addresses or texts from outside.
func lostReason(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Sprintf("the platform could not be reached or the connection broke (%T)", err)
}

func (l *line) request(ctx context.Context) (*http.Request, error) {
	path := l.p.Wire.Path
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.settings.Endpoint+path, bytes.NewReader(l.message.Bytes))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(l.d.opts.Clock.Now().UnixMilli(), 10)
	nonce := ids.Token(16)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set(HeaderApp, l.settings.AppID)
	req.Header.Set(HeaderTimestamp, stamp)
	req.Header.Set(HeaderNonce, nonce)
	req.Header.Set(HeaderSignature, Sign(l.p.Wire.Signature, l.secret, http.MethodPost, path, stamp, nonce, l.message.Bytes))
	return req, nil
}

// ParseAnswer reads the platform's answer strictly by its tables.
func (p *Profile) ParseAnswer(raw []byte) (Answer, error) {
	if len(raw) > maxAnswer {
		return Answer{}, ErrAnswer.With("why", "it is too long")
	}
	r, _, faults := p.Decode("ANSWER", raw)
	if broken := Broken(faults); len(broken) > 0 {
		return Answer{}, ErrAnswer.With("why", broken[0].Path+" "+broken[0].Why)
	}
	a := Answer{Code: r.Text("code"), Text: r.Text("msg"), MessageID: r.Text("messageId"), Raw: raw}
	if data := r.Object("data"); data != nil {
		a.Accepted = data.Int("accepted")
		for _, it := range data.Rows("rejected") {
			a.Rejected = append(a.Rejected, Rejected{Index: it.Int("index"), Code: it.Text("code"), Text: it.Text("msg")})
		}
	}
	return a, nil
}
