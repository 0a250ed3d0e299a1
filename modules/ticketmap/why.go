package ticketmap

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// Why answers "why this price".
type Why struct {
	Cell
	Name     string            `json:"name"`
	OnSale   money.Fen         `json:"onSale" doc:"Price of the newest revision, fen"`
	Revision int               `json:"revision"`
	Applied  Applied           `json:"applied"`
	Last     *PriceChange      `json:"last,omitempty" doc:"The change that made this price, with its rule and what it saw"`
	Steps    []pricing.Reason  `json:"steps" doc:"How the price on sale came about: of that change, then how this channel, kind and package follow from it"`
	Mode     string            `json:"mode,omitempty" enum:"manual,automatic"`
	Program  int               `json:"program" doc:"Version of the active program, 0 if none"`
	ByHand   bool              `json:"byHand" doc:"A person set the price since the program was activated; the program leaves it alone"`
	Now      *pricing.Decision `json:"now,omitempty" doc:"What the program says at this moment"`
	Facts    *pricing.Facts    `json:"facts,omitempty"`
}

var errSeatZone = errs.New(errs.NotFound, "ticketmap.no_such_zone", "没有这个票档，或该座位不在任何票档。", "There is no such zone, or the seat is in none.")

// Question is what somebody asks the price of: a zone, or the zone of a seat if
// it is 0, in a channel (online), as a kind of ticket (full), in a package (none).
type Question struct {
	Zone                   int
	Seat                   int32
	Channel, Kind, Package string
}

func (q Question) cell() Cell {
	return cellOf(pricing.Facts{Zone: q.Zone, Channel: q.Channel, Kind: q.Kind, Package: q.Package})
}

var errNotSold = errs.New(errs.NotFound, "ticketmap.not_sold_so", "该票档不按这个渠道或票种出售。", "The zone is not sold in that channel or as that kind.")

// WhyPrice explains a price. Errors: ticketmap.map_not_found,
// ticketmap.no_such_zone, ticketmap.not_sold_so.
func (s *Service) WhyPrice(ctx context.Context, mapID ids.ID, q Question) (w Why, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMap(ctx, tx, "m.id = ?", mapID, "")
		if err != nil {
			return err
		}
		if w, err = s.why(ctx, tx, m, q); err != nil {
			return err
		}
		return s.whyNow(ctx, tx, m, m.Tariff(), &w)
	})
	return w, err
}

func (s *Service) why(ctx context.Context, tx db.Tx, m Map, q Question) (w Why, err error) {
	if q.Zone == 0 {
		z, err := s.zonesOf(ctx, tx, m)
		if err != nil {
			return w, err
		}
		q.Zone = z.of(q.Seat)
	}
	at := slices.IndexFunc(m.Zones, func(z PriceZone) bool { return z.No == q.Zone })
	if at < 0 {
		return w, errSeatZone
	}
	c, t := q.cell(), m.Tariff()
	w = Why{Cell: c, Name: m.Zones[at].Name, Revision: m.Version, Steps: []pricing.Reason{}}
	var ok bool
	if w.OnSale, ok = t.Price(c); !ok {
		return w, errNotSold
	}
	if w.Applied, err = getApplied(ctx, tx, m.ID); err != nil {
		return w, err
	}
	root := t.follows(c)
	if w.Last, err = lastChange(ctx, tx, m.ID, root); err != nil {
		return w, err
	}
	if w.Last != nil {
		w.Steps = append(w.Steps, w.Last.Steps...)
	}
	w.Steps = append(w.Steps, t.steps(root, c)...)
	return w, nil
}

func (s *Service) whyNow(ctx context.Context, tx db.Tx, m Map, t *Tariff, w *Why) error {
	st, err := priceState(ctx, tx, m.ID)
	if err != nil || st.Program == 0 {
		return err
	}
	w.Program, w.Mode = st.Program, st.Mode
	p, err := getProgram(ctx, tx, m.ID, st.Program)
	if err != nil || !p.Document.Governs(w.Zone) {
		return err
	}
	facts, err := s.facts(ctx, tx, m, p.Document)
	if err != nil {
		return err
	}
	past, err := priceHistories(ctx, tx, m.ID, p.Document.DayStart(tx.Now), st.Revision)
	if err != nil {
		return err
	}
	full := w.Cell
	full.Kind = pricing.FullKind
	cells := []Cell{full}
	if w.Kind != pricing.FullKind {
		cells = append(cells, w.Cell)
	}
	list, err := decided(p.Document, t, cells, facts, past)
	if err != nil {
		return err
	}
	last := list[len(list)-1]
	w.Now, w.Facts, w.ByHand = &last.Decision, &last.Facts, past.byHand(w.Cell)
	return nil
}

// Trial is what a dry run is to play.
type Trial struct {
	Program  []byte        // a document that need not be stored; empty: Version
	Version  int           // a stored version
	Session  ids.ID        // an earlier session to take the sales from; zero: generated
	Seed     uint64        // of generated sales
	Demand   int           // generated buyers in thousandths of the places
	Response int           // see pricing.Run
	Every    time.Duration // see pricing.Run
}

// TrialResult is a dry run with what it was played on.
type TrialResult struct {
	pricing.Result
	Source   string         `json:"source" enum:"recorded,generated"`
	Opens    time.Time      `json:"opens"`
	Starts   time.Time      `json:"starts"`
	Every    int            `json:"everyMinutes"`
	Skipped  int            `json:"skipped" doc:"Recorded movements of zones that this map does not have"`
	Warnings pricing.Report `json:"warnings"`
}

// DryRun plays a program over the sales of an earlier session, moved so that
// both begin at the same time, or over generated sales. Nothing changes. Errors:
// ticketmap.map_not_found, ticketmap.program_not_found, pricing.*, core.fields.
func (s *Service) DryRun(ctx context.Context, mapID ids.ID, t Trial) (out TrialResult, err error) {
	var p *pricing.Program
	var run pricing.Run
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMap(ctx, tx, "m.id = ?", mapID, "")
		if err != nil {
			return err
		}
		if p, err = s.trialProgram(ctx, tx, m, t, &out); err != nil {
			return err
		}
		if run, err = s.trialRun(ctx, tx, m, t, &out); err == nil {
			run.Zones = withLines(run.Zones, p, m)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	out.Opens, out.Starts, out.Every = run.Opens, run.Starts, int(run.Every/time.Minute)
	out.Result, err = pricing.DryRun(p, run) // after the transaction: it may take a while
	return out, err
}

func (s *Service) trialProgram(ctx context.Context, tx db.Tx, m Map, t Trial, out *TrialResult) (*pricing.Program, error) {
	var p *pricing.Program
	if len(t.Program) == 0 {
		stored, err := getProgram(ctx, tx, m.ID, t.Version)
		if err != nil {
			return nil, err
		}
		p = stored.Document
	} else {
		var err error
		if p, err = pricing.Decode(t.Program); err != nil {
			return nil, err
		}
	}
	report, err := s.check(ctx, tx, m, p)
	if err != nil {
		return nil, err
	}
	out.Warnings = report
	return p, report.Err()
}

func (s *Service) trialRun(ctx context.Context, tx db.Tx, m Map, t Trial, out *TrialResult) (pricing.Run, error) {
	z, err := s.zonesOf(ctx, tx, m)
	if err != nil {
		return pricing.Run{}, err
	}
	run := pricing.Run{Zones: z.list, Response: t.Response, Every: t.Every, Starts: tx.Now.Add(30 * 24 * time.Hour), Opens: tx.Now}
	if s.market != nil && !m.SessionID.IsZero() {
		if run.Opens, run.Starts, err = s.market.Times(ctx, tx, m.SessionID); err != nil {
			return run, err
		}
	}
	if t.Session.IsZero() {
		if t.Demand < 1 || t.Demand > 5000 {
			return run, pricing.ErrRun.With("problem", fmt.Sprintf("demand %d; 1–5000", t.Demand))
		}
		out.Source, run.Sales = "generated", pricing.Generate(t.Seed, z.list, run.Opens, run.Starts, t.Demand)
		return run, nil
	}
	if s.market == nil {
		return run, errNoMarket
	}
	opens, starts, err := s.market.Times(ctx, tx, t.Session)
	if err != nil {
		return run, err
	}
	moves, err := s.market.Movements(ctx, tx, t.Session, time.Time{})
	if err != nil {
		return run, err
	}
	shift := run.Starts.Sub(starts)
	run.Opens = opens.Add(shift)
	for _, x := range moves {
		if !slices.ContainsFunc(z.list, func(r pricing.RunZone) bool { return r.No == x.Zone }) {
			out.Skipped++
			continue
		}
		x.At = x.At.Add(shift)
		run.Sales = append(run.Sales, x)
	}
	out.Source = "recorded"
	return run, nil
}

// withLines adds what the zones cost in other channels and as other kinds,
// where the program or the map tells them apart.
func withLines(list []pricing.RunZone, p *pricing.Program, m Map) []pricing.RunZone {
	list, t := slices.Clone(list), m.Tariff()
	lines := map[int][]pricing.RunLine{}
	for _, c := range governed(p, &m.MapContent) {
		if price, ok := t.Price(c); ok && !c.main() && c.Package == "" {
			lines[c.Zone] = append(lines[c.Zone], pricing.RunLine{Channel: c.Channel, Kind: c.Kind, Share: 1000 - forCell(pricing.Facts{}, c, t).Off, Price: price})
		}
	}
	for i := range list {
		list[i].Lines = lines[list[i].No]
	}
	return list
}
