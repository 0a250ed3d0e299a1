package ticketmap

import (
	"context"
	"errors"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// Proposal is a price revision that waits for a person.
type Proposal struct {
	ID        ids.ID         `json:"id"`
	MapID     ids.ID         `json:"mapId"`
	Program   int            `json:"program"`
	Revision  int            `json:"revision" doc:"Of the map that it was computed for"`
	Lines     []ProposalLine `json:"lines"`
	State     string         `json:"state" enum:"open,confirmed,rejected,superseded"`
	CreatedAt time.Time      `json:"createdAt"`
	DecidedAt *time.Time     `json:"decidedAt,omitempty"`
	DecidedBy string         `json:"decidedBy"`
}

// ProposalLine is one zone of a proposal.
type ProposalLine struct {
	pricing.Decision
	Facts pricing.Facts `json:"facts"`
}

// work is an active program with the map that it works on.
type work struct {
	m       Map
	state   PriceState
	program *pricing.Program
	lines   []ProposalLine // zones whose price would change
	over    bool           // the session has begun
}

// compute asks the active program of a map for its prices now. Zones whose
// price a person set since the activation are left to that person.
func (s *Service) compute(ctx context.Context, tx db.Tx, mapID ids.ID) (*work, error) {
	m, err := getMap(ctx, tx, "m.id = ?", mapID, "update")
	if err != nil {
		return nil, err
	}
	w := &work{m: m}
	if w.state, err = priceState(ctx, tx, mapID); err != nil {
		return nil, err
	}
	if w.state.Program == 0 {
		return nil, ErrNoProgram
	}
	p, err := getProgram(ctx, tx, mapID, w.state.Program)
	if err != nil {
		return nil, err
	}
	w.program = p.Document
	return w, s.lines(ctx, tx, w)
}

// apply makes lines a new revision of the map. Only the price on sale changes:
// who has a place, or holds one, keeps the price of that moment.
func (w *work) apply(ctx context.Context, tx db.Tx, proposal ids.ID) error {
	before := w.m.Tariff()
	zones := slices.Clone(w.m.Zones)
	set := map[Cell]money.Fen{}
	for _, p := range w.m.Prices {
		set[p.Cell] = p.Price
	}
	// What the program decides and leaves as it is must not follow what it changes.
	for _, c := range governed(w.program, &w.m.MapContent) {
		set[c], _ = before.Price(c)
	}
	w.m.Version++
	w.m.ChangedAt = tx.Now
	var list []PriceChange
	for i := range w.lines {
		l := &w.lines[i]
		c := l.cell()
		was, ok := before.Price(c)
		if !ok {
			continue // the kind is not sold any more
		}
		if at := slices.IndexFunc(zones, func(z PriceZone) bool { return z.No == l.Zone }); c.main() {
			zones[at].Price = l.Price
		} else {
			set[c] = l.Price
		}
		old, price := was, l.Price
		list = append(list, PriceChange{Revision: w.m.Version, Cell: c, Old: &old, New: &price, Source: "program", Program: w.state.Program, Proposal: proposal, Facts: &l.Facts, Steps: l.Steps})
	}
	w.m.Zones, w.m.Prices = zones, nil
	for c, price := range set {
		w.m.Prices = append(w.m.Prices, ListPrice{Cell: c, Price: price})
	}
	w.m.tidyPrices()
	if err := updateMap(ctx, tx, w.m); err != nil {
		return err
	}
	return insertChanges(ctx, tx, w.m.ID, list)
}

// Propose computes the prices of now and keeps them as the map's open
// proposal, in place of the one before. Without any change there is no proposal (zero ID).
// Errors: ticketmap.map_not_found, ticketmap.no_program.
func (s *Service) Propose(ctx context.Context, mapID ids.ID) (Proposal, error) {
	var out Proposal
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		w, err := s.compute(ctx, tx, mapID)
		if err == nil {
			out, err = w.propose(ctx, tx)
		}
		return err
	})
	return out, err
}

func (w *work) propose(ctx context.Context, tx db.Tx) (Proposal, error) {
	open, ok, err := openProposal(ctx, tx, w.m.ID)
	if err != nil {
		return Proposal{}, err
	}
	if ok && open.Revision == w.m.Version && open.Program == w.state.Program && samePrices(open.Lines, w.lines) {
		return open, nil
	}
	if err := supersede(ctx, tx, w.m.ID); err != nil {
		return Proposal{}, err
	}
	p := Proposal{MapID: w.m.ID, Program: w.state.Program, Revision: w.m.Version, Lines: w.lines, State: "open", CreatedAt: tx.Now}
	if len(w.lines) == 0 {
		p.Lines = []ProposalLine{}
		return p, nil
	}
	p.ID = ids.New()
	return p, insertProposal(ctx, tx, p)
}

func samePrices(a, b []ProposalLine) bool {
	return slices.EqualFunc(a, b, func(x, y ProposalLine) bool { return x.cell() == y.cell() && x.Price == y.Price && x.From == y.From })
}

// Confirm makes a proposal the map's next revision. Errors:
// ticketmap.proposal_not_found, ticketmap.proposal_decided, ticketmap.proposal_stale.
func (s *Service) Confirm(ctx context.Context, id ids.ID) (Map, error) {
	var out Map
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, m, err := s.undecided(ctx, tx, id)
		if err != nil {
			return err
		}
		st, err := priceState(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		if m.Version != p.Revision || st.Program != p.Program {
			return ErrProposalStale
		}
		program, err := getProgram(ctx, tx, m.ID, p.Program)
		if err != nil {
			return err
		}
		w := &work{m: m, state: st, lines: p.Lines, program: program.Document}
		if err := w.apply(ctx, tx, p.ID); err != nil {
			return err
		}
		out = w.m
		return decideProposal(ctx, tx, id, "confirmed")
	})
	return out, err
}

// undecided locks the map of a proposal, then the proposal.
func (s *Service) undecided(ctx context.Context, tx db.Tx, id ids.ID) (Proposal, Map, error) {
	p, err := scanProposal(tx.QueryRowContext(ctx, proposalColumns+"id = ?", tx.Scope.Tenant, id))
	if err != nil {
		return p, Map{}, err
	}
	m, err := getMap(ctx, tx, "m.id = ?", p.MapID, "update")
	if err != nil {
		return p, m, err
	}
	if p, err = getProposal(ctx, tx, id); err == nil && p.State != "open" {
		err = ErrProposalDecided.With("state", p.State)
	}
	return p, m, err
}

// Reject closes a proposal without a change. Errors as Confirm.
func (s *Service) Reject(ctx context.Context, id ids.ID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, _, err := s.undecided(ctx, tx, id); err != nil {
			return err
		}
		return decideProposal(ctx, tx, id, "rejected")
	})
}

// Proposals lists the newest proposals of a map.
func (s *Service) Proposals(ctx context.Context, mapID ids.ID) (list []Proposal, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getMap(ctx, tx, "m.id = ?", mapID, ""); err != nil {
			return err
		}
		list, err = listProposals(ctx, tx, mapID)
		return err
	})
	return list, err
}

// Tick lets the programs of a tenant work: automatic ones change prices,
// manual ones propose. It is called every few seconds; a map that fails does not keep the others from
// theirs. It returns how many maps got a new revision. A program ends by itself when its session begins.
func (s *Service) Tick(ctx context.Context) (changed int, err error) {
	var list []ids.ID
	if err := s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		list, err = activeMaps(ctx, tx)
		return err
	}); err != nil {
		return 0, err
	}
	var all error
	for _, id := range list {
		did := false
		err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
			did = false
			w, err := s.compute(ctx, tx, id)
			switch {
			case errors.Is(err, ErrNoProgram): // switched off meanwhile
				return nil
			case err != nil:
				return err
			case w.over:
				if err := supersede(ctx, tx, id); err != nil {
					return err
				}
				w.state.Program, w.state.ActivatedAt = 0, tx.Now
				return putPriceState(ctx, tx, w.state)
			case w.state.Mode == "manual":
				_, err = w.propose(ctx, tx)
				return err
			case len(w.lines) == 0:
				return nil
			}
			did = true
			return w.apply(ctx, tx, ids.ID{})
		})
		if did && err == nil {
			changed++
		}
		all = errors.Join(all, err)
	}
	return changed, all
}
