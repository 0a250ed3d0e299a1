package channel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"strconv"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/sales"
)

// Entry is one line of a day's file: an order or a refund.
type Entry struct {
	Kind    string    `json:"kind" enum:"order,refund,reservation" doc:"reservation: one that ended on the day, sold or not; no money"`
	ID      ids.ID    `json:"id" doc:"Of the order, the refund or the reservation"`
	Order   ids.ID    `json:"order,omitzero" doc:"Absent: a reservation that was not sold"`
	Ref     string    `json:"ref" doc:"Your own number of the order"`
	Session ids.ID    `json:"session"`
	At      time.Time `json:"at"`
	Places  int       `json:"places"`
	Amount  money.Fen `json:"amount" doc:"Price of the places, fen"`
	Fee     money.Fen `json:"fee" doc:"Kept of a refund, fen"`
	Net     money.Fen `json:"net" doc:"Owed to the theatre: an order's amount, or minus what a refund gave back"`
	Off     money.Fen `json:"off" doc:"Taken off an order's list prices by discounts and codes, fen; amount is without it"`
	Bundle  ids.ID    `json:"bundle,omitzero" doc:"The package that the order is part of"`
	State   string    `json:"state,omitempty" enum:"sold,released,expired" doc:"Of a reservation: how it ended"`
}

// Totals are a day's sums.
type Totals struct {
	Orders   int       `json:"orders"`
	Places   int       `json:"places"`
	Amount   money.Fen `json:"amount"`
	Refunds  int       `json:"refunds"`
	Returned int       `json:"returned" doc:"Places taken back"`
	Back     money.Fen `json:"back" doc:"Given back, fen"`
	Fees     money.Fen `json:"fees" doc:"Kept of refunds, fen"`
	Off      money.Fen `json:"off" doc:"Taken off list prices by discounts and codes, fen"`
	Net      money.Fen `json:"net" doc:"amount minus back: what the agent owes for the day"`
}

// Day is an agent's day (Asia/Shanghai), for comparing the books.
type Day struct {
	Day     string  `json:"day"`
	Agent   ids.ID  `json:"agent"`
	Name    string  `json:"name"`
	Sandbox bool    `json:"sandbox"`
	Final   bool    `json:"final" doc:"The day is over: the file does not change any more"`
	Entries []Entry `json:"entries" doc:"By time, then id"`
	Totals  Totals  `json:"totals"`
	SHA256  string  `json:"sha256" doc:"Of the CSV file's bytes"`
	csv     []byte
}

// CSV is the file: a heading, a line an entry, and a line of totals.
func (d Day) CSV() []byte { return d.csv }

// Reconcile makes the file of a day, YYYY-MM-DD, of the agent of ctx.
// Errors: channel.day.
func (s *Service) Reconcile(ctx context.Context, a Agent, day string) (Day, error) {
	return s.day(ctx, a, day)
}

func (s *Service) day(ctx context.Context, a Agent, day string) (d Day, err error) {
	from, err := time.ParseInLocation(time.DateOnly, day, clock.Shanghai)
	now := s.now()
	if err != nil || from.After(now) {
		return d, ErrDay
	}
	to := from.AddDate(0, 0, 1)
	d = Day{Day: day, Agent: a.ID, Name: a.Name, Sandbox: a.Sandbox, Final: !now.Before(to), Entries: []Entry{}}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		d.Entries, err = entries(ctx, tx, db.Actor{Kind: sales.ActorAgent, ID: a.ID}.String(), from, to)
		return err
	})
	if err != nil {
		return d, err
	}
	for _, e := range d.Entries {
		t := &d.Totals
		switch e.Kind {
		case "order":
			t.Orders, t.Places, t.Amount, t.Off = t.Orders+1, t.Places+e.Places, t.Amount+e.Amount, t.Off+e.Off
		case "refund":
			t.Refunds, t.Returned, t.Back, t.Fees = t.Refunds+1, t.Returned+e.Places, t.Back+e.Amount-e.Fee, t.Fees+e.Fee
		}
		t.Net += e.Net
	}
	if err := checkSums(d.Totals); err != nil {
		return d, err
	}
	if d.csv, err = d.write(); err != nil {
		return d, err
	}
	sum := sha256.Sum256(d.csv)
	d.SHA256 = hex.EncodeToString(sum[:])
	return d, nil
}

func checkSums(t Totals) error {
	for _, f := range []money.Fen{t.Amount, t.Back} {
		if err := f.Check(); err != nil {
			return err
		}
	}
	return nil
}

func (d Day) write() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	rows := [][]string{{"kind", "id", "order", "ref", "session", "at", "places", "amount", "fee", "net", "off", "bundle", "state"}}
	for _, e := range d.Entries {
		rows = append(rows, []string{e.Kind, e.ID.String(), orEmpty(e.Order), formulaSafe(e.Ref), e.Session.String(), e.At.UTC().Format(time.RFC3339), strconv.Itoa(e.Places), fen(e.Amount), fen(e.Fee), fen(e.Net), fen(e.Off), orEmpty(e.Bundle), e.State})
	}
	t := d.Totals
	rows = append(rows, []string{"total", d.Day, d.Agent.String(), "orders=" + strconv.Itoa(t.Orders), "refunds=" + strconv.Itoa(t.Refunds), "", strconv.Itoa(t.Places - t.Returned), fen(t.Amount), fen(t.Fees), fen(t.Net), fen(t.Off), "", ""})
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func orEmpty(id ids.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func fen(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }

// formulaSafe keeps a spreadsheet from running a text as a formula.
func formulaSafe(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}
