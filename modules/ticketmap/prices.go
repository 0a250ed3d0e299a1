package ticketmap

import (
	"context"
	"encoding/json"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/ticketmap/pricing"
)

// Errors of price programs.
var (
	ErrProgramNotFound  = errs.New(errs.NotFound, "ticketmap.program_not_found", "没有这个版本的价格规则。", "There is no such version of the price program.")
	ErrProposalNotFound = errs.New(errs.NotFound, "ticketmap.proposal_not_found", "没有这个调价方案。", "There is no such proposal.")
	ErrProposalStale    = errs.New(errs.Conflict, "ticketmap.proposal_stale", "票图或价格规则在方案生成后有变化，请重新生成方案。", "The map or the program changed since this was proposed; propose again.")
	ErrProposalDecided  = errs.New(errs.Conflict, "ticketmap.proposal_decided", "这个方案已处理（{state}）。", "This proposal was decided already ({state}).")
	ErrNoProgram        = errs.New(errs.Conflict, "ticketmap.no_program", "这个票图没有启用价格规则。", "No price program is active for this map.")
	ErrTemplatePrices   = errs.New(errs.Conflict, "ticketmap.template_prices", "模板票图不能启用价格规则，请在场次票图上启用。", "A template sells nothing; activate the program on a session's map.")
)

// PriceProgram is a stored version of a map's price program.
type PriceProgram struct {
	MapID     ids.ID           `json:"mapId"`
	Version   int              `json:"version"`
	Name      string           `json:"name"`
	Note      string           `json:"note"`
	Actor     string           `json:"actor"`
	CreatedAt time.Time        `json:"createdAt"`
	Document  *pricing.Program `json:"document,omitempty"`
	Warnings  pricing.Report   `json:"warnings,omitempty"`
}

// PriceState says which program works on a map.
type PriceState struct {
	MapID       ids.ID    `json:"mapId"`
	Program     int       `json:"program" doc:"Version of the program, 0 if none is active"`
	Mode        string    `json:"mode" enum:"manual,automatic"`
	Revision    int       `json:"revision" doc:"Of the map when it was activated; a zone whose price a person set later is left alone"`
	ActivatedAt time.Time `json:"activatedAt"`
}

// PriceChange is one change of a zone's price, with its reason.
type PriceChange struct {
	Revision int `json:"revision"`
	Cell
	Old      *money.Fen       `json:"old" doc:"Empty: the zone is new"`
	New      *money.Fen       `json:"new" doc:"Empty: the zone was removed"`
	Source   string           `json:"source" enum:"hand,program"`
	Program  int              `json:"program,omitempty"`
	Proposal ids.ID           `json:"proposal"`
	Facts    *pricing.Facts   `json:"facts,omitempty" doc:"What the rules saw"`
	Steps    []pricing.Reason `json:"steps"`
	Actor    string           `json:"actor"`
	At       time.Time        `json:"at"`
}

// Validate decodes a program and checks it against a map.
func (s *Service) Validate(ctx context.Context, mapID ids.ID, raw []byte) (report pricing.Report, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		_, report, err = s.checked(ctx, tx, mapID, raw, "")
		return err
	})
	return report, err
}

// checked decodes raw and checks it against the map as it is.
func (s *Service) checked(ctx context.Context, tx db.Tx, mapID ids.ID, raw []byte, lock string) (*pricing.Program, pricing.Report, error) {
	m, err := getMap(ctx, tx, "m.id = ?", mapID, lock)
	if err != nil {
		return nil, nil, err
	}
	p, err := pricing.Decode(raw)
	if err != nil {
		return nil, nil, err
	}
	report, err := s.check(ctx, tx, m, p)
	return p, report, err
}

func (s *Service) check(ctx context.Context, tx db.Tx, m Map, p *pricing.Program) (pricing.Report, error) {
	nos := make([]int, 0, len(m.Zones))
	for _, z := range m.Zones {
		nos = append(nos, z.No)
	}
	var starts time.Time
	if s.market != nil && !m.SessionID.IsZero() {
		var err error
		if _, starts, err = s.market.Times(ctx, tx, m.SessionID); err != nil {
			return nil, err
		}
	}
	report := p.Validate(nos, starts)
	if report == nil {
		report = pricing.Report{}
	}
	return report, nil
}

// SaveProgram stores a program as the map's next version. It changes no price.
// Errors: ticketmap.map_not_found, pricing.document, core.fields with a field per fault.
func (s *Service) SaveProgram(ctx context.Context, mapID ids.ID, raw []byte, note string) (PriceProgram, error) {
	var l errs.List
	l.Text("note", note, 200, false)
	if err := l.Err(); err != nil {
		return PriceProgram{}, err
	}
	var out PriceProgram
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		p, report, err := s.checked(ctx, tx, mapID, raw, "update")
		if err != nil {
			return err
		}
		if err := report.Err(); err != nil {
			return err
		}
		newest, err := newestProgram(ctx, tx, mapID)
		if err != nil {
			return err
		}
		out = PriceProgram{MapID: mapID, Version: newest + 1, Name: p.Name, Note: note, Actor: tx.Scope.Actor.String(), CreatedAt: tx.Now, Document: p, Warnings: report}
		return insertProgram(ctx, tx, out)
	})
	return out, err
}

// Programs lists the versions of a map's program, newest first, without their documents.
func (s *Service) Programs(ctx context.Context, mapID ids.ID) (list []PriceProgram, state PriceState, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getMap(ctx, tx, "m.id = ?", mapID, ""); err != nil {
			return err
		}
		if list, err = listPrograms(ctx, tx, mapID); err != nil {
			return err
		}
		state, err = priceState(ctx, tx, mapID)
		return err
	})
	return list, state, err
}

// Program returns one version with its document.
func (s *Service) Program(ctx context.Context, mapID ids.ID, version int) (p PriceProgram, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		p, err = getProgram(ctx, tx, mapID, version)
		return err
	})
	return p, err
}

// Activate puts a version to work on a session's map, or none with version 0.
// In manual mode it proposes and a person confirms; in automatic mode it changes prices within the
// limits that the program has. Errors: ticketmap.map_not_found, ticketmap.program_not_found, ticketmap.template_prices,
// core.fields when the map's zones changed since.
func (s *Service) Activate(ctx context.Context, mapID ids.ID, version int, mode string) (PriceState, error) {
	if mode != "manual" && mode != "automatic" {
		var l errs.List
		l.Add("mode", "core.value", "方式须为 manual 或 automatic。", "The mode is manual or automatic.", "")
		return PriceState{}, l.Err()
	}
	var st PriceState
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		m, err := getMap(ctx, tx, "m.id = ?", mapID, "update")
		if err != nil {
			return err
		}
		if version > 0 {
			if err := s.activatable(ctx, tx, m, version); err != nil {
				return err
			}
		}
		if err := supersede(ctx, tx, mapID); err != nil {
			return err
		}
		st = PriceState{MapID: mapID, Program: version, Mode: mode, Revision: m.Version, ActivatedAt: tx.Now}
		return putPriceState(ctx, tx, st)
	})
	return st, err
}

func (s *Service) activatable(ctx context.Context, tx db.Tx, m Map, version int) error {
	if m.SessionID.IsZero() {
		return ErrTemplatePrices
	}
	p, err := getProgram(ctx, tx, m.ID, version)
	if err != nil {
		return err
	}
	report, err := s.check(ctx, tx, m, p.Document)
	if err != nil {
		return err
	}
	return report.Err()
}

// History lists the price changes of a map, newest first; zone 0 is all zones,
// before is the revision to go on from, 0 for the newest.
func (s *Service) History(ctx context.Context, mapID ids.ID, zone, before, limit int) (list []PriceChange, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := getMap(ctx, tx, "m.id = ?", mapID, ""); err != nil {
			return err
		}
		list, err = listChanges(ctx, tx, mapID, zone, before, min(max(limit, 1), 500))
		return err
	})
	return list, err
}

// marshal is for what cannot fail to encode.
func marshal(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
