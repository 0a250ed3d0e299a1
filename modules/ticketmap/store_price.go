package ticketmap

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

func newestProgram(ctx context.Context, tx db.Tx, mapID ids.ID) (n int, err error) {
	err = tx.QueryRowContext(ctx, "select coalesce(max(version), 0) from ticketmap.price_program where tenant_id = ? and map_id = ?", tx.Scope.Tenant, mapID).Scan(&n)
	return n, err
}

func insertProgram(ctx context.Context, tx db.Tx, p PriceProgram) error {
	doc, err := pricing.Encode(p.Document)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into ticketmap.price_program (tenant_id, map_id, version, name, document, note, actor, created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
		tx.Scope.Tenant, p.MapID, p.Version, p.Name, string(doc), p.Note, p.Actor, p.CreatedAt)
	return err
}

func listPrograms(ctx context.Context, tx db.Tx, mapID ids.ID) ([]PriceProgram, error) {
	out := []PriceProgram{}
	var rows []struct {
		Version    int
		Name, Note string
		Actor      string
		CreatedAt  time.Time
	}
	err := tx.NewRaw("select version, name, note, actor, created_at from ticketmap.price_program where tenant_id = ? and map_id = ? order by version desc limit 500", tx.Scope.Tenant, mapID).Scan(ctx, &rows)
	for _, r := range rows {
		out = append(out, PriceProgram{MapID: mapID, Version: r.Version, Name: r.Name, Note: r.Note, Actor: r.Actor, CreatedAt: r.CreatedAt})
	}
	return out, err
}

func getProgram(ctx context.Context, tx db.Tx, mapID ids.ID, version int) (PriceProgram, error) {
	p := PriceProgram{MapID: mapID, Version: version}
	var doc []byte
	err := tx.QueryRowContext(ctx, "select name, note, actor, created_at, document from ticketmap.price_program where tenant_id = ? and map_id = ? and version = ?", tx.Scope.Tenant, mapID, version).
		Scan(&p.Name, &p.Note, &p.Actor, &p.CreatedAt, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return PriceProgram{}, ErrProgramNotFound
	}
	if err != nil {
		return PriceProgram{}, err
	}
	p.Document, err = pricing.Decode(doc)
	return p, err
}

func priceState(ctx context.Context, tx db.Tx, mapID ids.ID) (PriceState, error) {
	st := PriceState{MapID: mapID, Mode: "manual"}
	err := tx.QueryRowContext(ctx, "select coalesce(program, 0), mode, revision, activated_at from ticketmap.price_state where tenant_id = ? and map_id = ?", tx.Scope.Tenant, mapID).
		Scan(&st.Program, &st.Mode, &st.Revision, &st.ActivatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return st, err
}

func putPriceState(ctx context.Context, tx db.Tx, st PriceState) error {
	_, err := tx.ExecContext(ctx, `insert into ticketmap.price_state (tenant_id, map_id, program, mode, revision, activated_at) values (?, ?, nullif(?, 0), ?, ?, ?)
		on conflict (tenant_id, map_id) do update set program = excluded.program, mode = excluded.mode, revision = excluded.revision, activated_at = excluded.activated_at`,
		tx.Scope.Tenant, st.MapID, st.Program, st.Mode, st.Revision, st.ActivatedAt)
	return err
}

// activeMaps lists the maps that a program works on.
func activeMaps(ctx context.Context, tx db.Tx) ([]ids.ID, error) {
	return idsOf(ctx, tx, "select s.map_id from ticketmap.price_state s join ticketmap.map m on m.tenant_id = s.tenant_id and m.id = s.map_id where s.tenant_id = ? and s.program is not null and m.live order by 1", tx.Scope.Tenant)
}

func insertChanges(ctx context.Context, tx db.Tx, mapID ids.ID, list []PriceChange) error {
	for _, c := range list {
		var facts, proposal, program any
		if c.Facts != nil {
			text, err := marshal(c.Facts)
			if err != nil {
				return err
			}
			facts, program = text, c.Program
		}
		if !c.Proposal.IsZero() {
			proposal = c.Proposal
		}
		steps, err := marshal(c.Steps)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into ticketmap.price_change (tenant_id, map_id, revision, zone, channel, kind, package, old, new, source, program, proposal, facts, steps, actor, at)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, tx.Scope.Tenant, mapID, c.Revision, c.Zone, c.Channel, c.Kind, c.Package, c.Old, c.New, c.Source, program, proposal, facts, steps, tx.Scope.Actor.String(), tx.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

const changeColumns = "select revision, zone, channel, kind, package, old, new, source, coalesce(program, 0), proposal, facts, steps, actor, at from ticketmap.price_change where tenant_id = ? and map_id = ? and "

func listChanges(ctx context.Context, tx db.Tx, mapID ids.ID, zone, before, limit int) ([]PriceChange, error) {
	return changes(ctx, tx, changeColumns+"(? = 0 or zone = ?) and (? = 0 or revision < ?) order by revision desc, zone, channel desc, kind = 'full' desc, kind, package limit ?",
		tx.Scope.Tenant, mapID, zone, zone, before, before, limit)
}

// lastChange is the newest change of one price, nil if there was none.
func lastChange(ctx context.Context, tx db.Tx, mapID ids.ID, c Cell) (*PriceChange, error) {
	list, err := changes(ctx, tx, changeColumns+"zone = ? and channel = ? and kind = ? and package = ? order by revision desc limit 1", tx.Scope.Tenant, mapID, c.Zone, c.Channel, c.Kind, c.Package)
	if len(list) == 0 {
		return nil, err
	}
	return &list[0], err
}

func changes(ctx context.Context, tx db.Tx, query string, args ...any) ([]PriceChange, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []PriceChange{}
	for rows.Next() {
		var c PriceChange
		var was, is sql.NullInt64
		var proposal *ids.ID
		var facts, steps []byte
		if err := rows.Scan(&c.Revision, &c.Zone, &c.Channel, &c.Kind, &c.Package, &was, &is, &c.Source, &c.Program, &proposal, &facts, &steps, &c.Actor, &c.At); err != nil {
			return nil, err
		}
		c.Old, c.New = fenOf(was), fenOf(is)
		if proposal != nil {
			c.Proposal = *proposal
		}
		if len(facts) > 0 {
			if err := json.Unmarshal(facts, &c.Facts); err != nil {
				return nil, err
			}
		}
		if err := json.Unmarshal(steps, &c.Steps); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

func fenOf(n sql.NullInt64) *money.Fen {
	if !n.Valid {
		return nil
	}
	f := money.Fen(n.Int64)
	return &f
}

// zoneHistory is what the limits and a change by hand need to know of a zone.
type zoneHistory struct {
	today  int       // changes by the program since the day began
	last   time.Time // the program's last change
	byHand bool      // the newest change since activation was made by a person
}

func priceHistories(ctx context.Context, tx db.Tx, mapID ids.ID, day time.Time, activated int) (histories, error) {
	var rows []struct {
		Zone    int
		Channel string
		Kind    string
		Package string
		Today   int
		Last    *time.Time
		Hand    bool
	}
	err := tx.NewRaw(`select zone, channel, kind, package, count(*) filter (where source = 'program' and at >= ?) as today, max(at) filter (where source = 'program') as last,
		coalesce(bool_or(source = 'hand' and revision > ?), false) as hand from ticketmap.price_change where tenant_id = ? and map_id = ? group by zone, channel, kind, package`,
		day, activated, tx.Scope.Tenant, mapID).Scan(ctx, &rows)
	out := histories{}
	for _, r := range rows {
		h := zoneHistory{today: r.Today, byHand: r.Hand}
		if r.Last != nil {
			h.last = *r.Last
		}
		out[Cell{r.Zone, r.Channel, r.Kind, r.Package}] = h
	}
	return out, err
}

func insertProposal(ctx context.Context, tx db.Tx, p Proposal) error {
	lines, err := marshal(p.Lines)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into ticketmap.price_proposal (tenant_id, id, map_id, program, revision, lines, state, created_at) values (?, ?, ?, ?, ?, ?, 'open', ?)",
		tx.Scope.Tenant, p.ID, p.MapID, p.Program, p.Revision, lines, p.CreatedAt)
	return err
}

const proposalColumns = "select id, map_id, program, revision, lines, state, created_at, decided_at, decided_by from ticketmap.price_proposal where tenant_id = ? and "

func scanProposal(row interface{ Scan(...any) error }) (Proposal, error) {
	var p Proposal
	var lines []byte
	err := row.Scan(&p.ID, &p.MapID, &p.Program, &p.Revision, &lines, &p.State, &p.CreatedAt, &p.DecidedAt, &p.DecidedBy)
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrProposalNotFound
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(lines, &p.Lines)
}

func getProposal(ctx context.Context, tx db.Tx, id ids.ID) (Proposal, error) {
	return scanProposal(tx.QueryRowContext(ctx, proposalColumns+"id = ? for update", tx.Scope.Tenant, id))
}

func openProposal(ctx context.Context, tx db.Tx, mapID ids.ID) (Proposal, bool, error) {
	p, err := scanProposal(tx.QueryRowContext(ctx, proposalColumns+"map_id = ? and state = 'open' for update", tx.Scope.Tenant, mapID))
	if errors.Is(err, ErrProposalNotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

func listProposals(ctx context.Context, tx db.Tx, mapID ids.ID) ([]Proposal, error) {
	rows, err := tx.QueryContext(ctx, proposalColumns+"map_id = ? order by created_at desc, id desc limit 100", tx.Scope.Tenant, mapID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := []Proposal{}
	for rows.Next() {
		p, err := scanProposal(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

func decideProposal(ctx context.Context, tx db.Tx, id ids.ID, state string) error {
	_, err := tx.ExecContext(ctx, "update ticketmap.price_proposal set state = ?, decided_at = ?, decided_by = ? where tenant_id = ? and id = ?", state, tx.Now, tx.Scope.Actor.String(), tx.Scope.Tenant, id)
	return err
}

// supersede closes the open proposal of a map, if there is one.
func supersede(ctx context.Context, tx db.Tx, mapID ids.ID) error {
	_, err := tx.ExecContext(ctx, "update ticketmap.price_proposal set state = 'superseded', decided_at = ?, decided_by = ? where tenant_id = ? and map_id = ? and state = 'open'",
		tx.Now, tx.Scope.Actor.String(), tx.Scope.Tenant, mapID)
	return err
}

// behind lists the sessions whose engine does not sell by their map's newest
// revision. One that failed is tried again after a while or when the map changes.
func behind(ctx context.Context, tx db.Tx) ([]Map, error) {
	var rows []mapRow
	err := tx.NewSelect().Model(&rows).Join("left join ticketmap.applied a on a.tenant_id = m.tenant_id and a.map_id = m.id").
		Where("m.tenant_id = ? and m.live and m.session_id is not null", tx.Scope.Tenant).
		Where("a.map_id is null or a.revision < m.revision and (a.tried < m.revision or a.at < ?)", tx.Now.Add(-retryAfter)).
		Order("m.changed_at").Limit(100).Scan(ctx)
	out := make([]Map, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.toMap())
	}
	return out, err
}

func putApplied(ctx context.Context, tx db.Tx, mapID ids.ID, revision, tried int, problem string) error {
	_, err := tx.ExecContext(ctx, `insert into ticketmap.applied as a (tenant_id, map_id, revision, tried, problem, at) values (?, ?, ?, ?, ?, ?)
		on conflict (tenant_id, map_id) do update set revision = greatest(a.revision, excluded.revision), tried = greatest(a.tried, excluded.tried), problem = excluded.problem, at = excluded.at`,
		tx.Scope.Tenant, mapID, revision, tried, problem, tx.Now)
	return err
}

func getApplied(ctx context.Context, tx db.Tx, mapID ids.ID) (a Applied, err error) {
	err = tx.QueryRowContext(ctx, "select revision, problem, at from ticketmap.applied where tenant_id = ? and map_id = ?", tx.Scope.Tenant, mapID).Scan(&a.Revision, &a.Problem, &a.At)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return a, err
}

// dueAllotments lists live maps with an allotment whose release time has come.
func dueAllotments(ctx context.Context, tx db.Tx) ([]ids.ID, error) {
	return idsOf(ctx, tx, `select m.id from ticketmap.map m join ticketmap.revision r on r.tenant_id = m.tenant_id and r.map_id = m.id and r.revision = m.revision
		where m.tenant_id = ? and m.live and exists (select from jsonb_array_elements(coalesce(r.content->'allotments', '[]')) a
			where (a->>'release')::timestamptz <= ? and not coalesce((a->>'released')::boolean, false)) order by 1`, tx.Scope.Tenant, tx.Now)
}

func idsOf(ctx context.Context, tx db.Tx, query string, args ...any) ([]ids.ID, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []ids.ID
	for rows.Next() {
		var id ids.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
