package sales

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/show"
)

// Kinds of packages.
const (
	PackageTickets = "tickets"  // n tickets of one session, such as a family's 2 + 1
	PackageChoice  = "sessions" // n sessions out of a list, or all of them
	PackageSeries  = "series"   // all sessions of a list in the same seats (season series)
)

// States of a package.
const (
	PackageDraft  = "draft"
	PackageOnSale = "on_sale"
	PackageClosed = "closed"
)

// Refund rules of a package.
const (
	RefundWhole = "whole" // all tickets together or none
	RefundPart  = "part"  // ticket by ticket, as the sessions' tiers say
)

// Package is several tickets sold as one thing at one price (套票).
type Package struct {
	ID        ids.ID         `json:"id"`
	No        int            `json:"no" doc:"Number within the tenant; part of the price code that regulators are told"`
	Show      ids.ID         `json:"show"`
	State     string         `json:"state" enum:"draft,on_sale,closed"`
	Version   int            `json:"version"`
	ChangedAt time.Time      `json:"changedAt"`
	Content   PackageContent `json:"content"`
}

// PackageContent is what a package offers.
type PackageContent struct {
	Name     string          `json:"name" minLength:"1" maxLength:"60"`
	NameEn   string          `json:"nameEn" maxLength:"120"`
	Note     string          `json:"note" maxLength:"500" doc:"What buyers are told about it"`
	Kind     string          `json:"kind" enum:"tickets,sessions,series"`
	Sessions []ids.ID        `json:"sessions" minItems:"1" maxItems:"60" doc:"Sessions it is valid for"`
	Choose   int             `json:"choose" minimum:"1" maximum:"60" doc:"How many of the sessions one package takes; all of them: a fixed list"`
	Tickets  int             `json:"tickets" minimum:"1" maximum:"20" doc:"Tickets of one session in one package"`
	Options  []PackageOption `json:"options" minItems:"1" maxItems:"20"`
	Channels []string        `json:"channels" minItems:"1" maxItems:"3" enum:"online,counter,agent"`
	OpensAt  *time.Time      `json:"opensAt,omitempty" doc:"Sold from then on; absent: as soon as it is on sale"`
	ClosesAt *time.Time      `json:"closesAt,omitempty"`
	Quota    int             `json:"quota" minimum:"0" maximum:"1000000" doc:"Packages in all; 0: as seats last"`
	PerBuyer int             `json:"perBuyer" minimum:"0" maximum:"100" doc:"Packages a buyer may have; 0: no limit of its own"`
	Refund   string          `json:"refund" enum:"whole,part" doc:"whole: all tickets together or none; part: ticket by ticket"`
}

// PackageOption is one price of a package and the zones that it is for.
type PackageOption struct {
	No    int       `json:"no" minimum:"1" maximum:"99"`
	Name  string    `json:"name" minLength:"1" maxLength:"40"`
	Zones []int     `json:"zones" minItems:"1" maxItems:"100" doc:"Numbers of the price zones; the same in every session"`
	Price money.Fen `json:"price" minimum:"0" doc:"Of the whole package, fen"`
}

// Option finds a price of the package by its number.
func (c PackageContent) Option(no int) (PackageOption, bool) {
	i := slices.IndexFunc(c.Options, func(o PackageOption) bool { return o.No == no })
	if i < 0 {
		return PackageOption{}, false
	}
	return c.Options[i], true
}

// Fixed reports whether a buyer has no choice of sessions.
func (c PackageContent) Fixed() bool { return c.Choose == len(c.Sessions) }

// Places is how many tickets one package has.
func (c PackageContent) Places() int { return c.Choose * c.Tickets }

// PriceCode is what regulators are told of a package's price.
func (p Package) PriceCode(option int) string { return fmt.Sprintf("K%04d-%d", p.No, option) }

// check finds what is wrong with a package by itself; names are fields.
func (c PackageContent) check() error {
	var l errs.List
	at := func(ok bool, path, code, zh, en string) {
		if !ok {
			l.Add(path, "sales.package_"+code, zh, en, "")
		}
	}
	l.Text("name", c.Name, 60, true)
	l.Text("nameEn", c.NameEn, 120, false)
	at(c.Choose >= 1 && c.Choose <= len(c.Sessions), "choose", "choose", "可选场次数应在 1 与场次总数之间。", "Choose between one session and all of the list.")
	switch c.Kind {
	case PackageTickets:
		at(c.Choose == 1, "choose", "choose", "同场套票只含一个场次。", "A package of tickets is for one session.")
		at(c.Tickets >= 2, "tickets", "tickets", "同场套票至少两张。", "A package of tickets has at least two.")
	case PackageSeries:
		at(c.Fixed() && len(c.Sessions) >= 2, "sessions", "series", "联票须含两个以上场次，且全部选用。", "A series takes all of two or more sessions.")
	default:
		at(c.Choose >= 2, "choose", "choose", "多场套票至少选两场。", "A package of sessions takes at least two.")
	}
	seen := map[ids.ID]bool{}
	for i, id := range c.Sessions {
		at(!seen[id], fmt.Sprintf("sessions[%d]", i), "twice", "场次重复。", "The session is there twice.")
		seen[id] = true
	}
	no := map[int]bool{}
	for i, o := range c.Options {
		at(!no[o.No], fmt.Sprintf("options[%d].no", i), "twice", "价档编号重复。", "The option's number is there twice.")
		no[o.No] = true
	}
	at(c.OpensAt == nil || c.ClosesAt == nil || c.OpensAt.Before(*c.ClosesAt), "closesAt", "period", "停售时间应晚于开售时间。", "The sale must end after it begins.")
	return l.Err()
}

// checkSessions compares a package with its sessions' maps: the zones must be
// there and on public sale, a series' sessions must have the same seats, and a
// package may not cost more than its tickets do (RL-11).
func (s *Service) checkSessions(ctx context.Context, c PackageContent) error {
	var l errs.List
	var first *Map
	cheapest := make([]money.Fen, len(c.Options))
	for i, id := range c.Sessions {
		se, _, err := s.session(ctx, id)
		if err != nil {
			return err
		}
		at := fmt.Sprintf("sessions[%d]", i)
		if se.State == "cancelled" || se.State == "ended" || se.MapID.IsZero() {
			l.Add(at, "sales.package_session", "该场次已取消、已结束或没有票图。", "The session is over, cancelled or has no ticket map.", "")
			continue
		}
		m, err := s.Maps.Map(ctx, id)
		if err != nil {
			return err
		}
		if first == nil {
			first = m
		} else if c.Kind == PackageSeries && m.PlanID != first.PlanID {
			l.Add(at, "sales.package_plan", "联票各场次须使用同一座位图。", "The sessions of a series must have the same seat plan.", "")
		}
		for k, o := range c.Options {
			low, ok := lowestPrice(m, o.Zones)
			if !ok {
				l.Add(fmt.Sprintf("options[%d].zones", k), "sales.package_zone", "价区在部分场次中不存在或不公开销售。", "A zone is missing or not on public sale in one of the sessions.", "")
				continue
			}
			if i == 0 || low < cheapest[k] {
				cheapest[k] = low
			}
		}
	}
	for k, o := range c.Options {
		most, err := cheapest[k].Times(c.Places())
		if err != nil {
			return err
		}
		if o.Price > most {
			l.Add(fmt.Sprintf("options[%d].price", k), "sales.package_dear", fmt.Sprintf("套票价不能高于单票合计 ¥%s。", most), fmt.Sprintf("A package may not cost more than its tickets, ¥%s.", most), "RL-11")
		}
	}
	return l.Err()
}

func lowestPrice(m *Map, zones []int) (low money.Fen, ok bool) {
	for i, no := range zones {
		if no <= 0 || no >= len(m.Zones) || m.Zones[no].Name == "" || m.Zones[no].Kind != "public" && m.Zones[no].Kind != "package" {
			return 0, false
		}
		if i == 0 || m.Zones[no].Price < low {
			low = m.Zones[no].Price
		}
	}
	return low, len(zones) > 0
}

// SavePackage makes a package under the client's id, or changes one at its
// version. A package on sale can be changed too: what was bought keeps the
// terms it was bought under.
// Errors: sales.package_* fields, sales.version, show.session_not_found.
func (s *Service) SavePackage(ctx context.Context, id, showID ids.ID, version int, c PackageContent) (p Package, err error) {
	if id.IsZero() {
		return p, ids.ErrID.At("id")
	}
	if err := c.check(); err != nil {
		return p, err
	}
	if err := s.checkSessions(ctx, c); err != nil {
		return p, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		if p, ok, err = getPackage(ctx, tx, id, "no key update"); err != nil {
			return err
		}
		if !ok {
			if version != 0 {
				return ErrNoPackage
			}
			p = Package{ID: id, Show: showID, State: PackageDraft, Version: 1, ChangedAt: tx.Now, Content: c}
			return insertPackage(ctx, tx, &p)
		}
		if p.Show != showID || p.Version != version {
			return ErrVersion
		}
		p.Content, p.Version, p.ChangedAt = c, p.Version+1, tx.Now
		if err := updatePackage(ctx, tx, p); err != nil || p.State != PackageOnSale {
			return err
		}
		return s.publish(ctx, tx, p)
	})
	return p, err
}

// MovePackage puts a package on sale or takes it off. What it costs is told to
// whoever must know in the same transaction.
// Errors: sales.package_not_found, sales.package_* fields.
func (s *Service) MovePackage(ctx context.Context, id ids.ID, to string) (Package, error) {
	p, err := s.Package(ctx, id)
	if err != nil || p.State == to {
		return p, err
	}
	if to == PackageOnSale {
		if err := s.checkSessions(ctx, p.Content); err != nil {
			return p, err
		}
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		now, ok, err := getPackage(ctx, tx, id, "no key update")
		if err != nil || !ok || now.Version != p.Version {
			return errsJoin(ErrVersion, err)
		}
		p = now
		p.State, p.Version, p.ChangedAt = to, p.Version+1, tx.Now
		if err := updatePackage(ctx, tx, p); err != nil || to != PackageOnSale {
			return err
		}
		return s.publish(ctx, tx, p)
	})
	return p, err
}

// publish tells whoever must know that a package is on sale.
func (s *Service) publish(ctx context.Context, tx db.Tx, p Package) error {
	if s.Packaged == nil {
		return nil
	}
	return s.Packaged(ctx, tx, p)
}

// Package returns one package. Errors: sales.package_not_found.
func (s *Service) Package(ctx context.Context, id ids.ID) (p Package, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		var ok bool
		if p, ok, err = getPackage(ctx, tx, id, ""); err == nil && !ok {
			err = ErrNoPackage
		}
		return err
	})
	return p, err
}

// Packages lists the packages of a show, or of all for a zero id.
func (s *Service) Packages(ctx context.Context, showID ids.ID) (out []Package, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		out, err = listPackages(ctx, tx, showID)
		return err
	})
	return out, err
}

// PackageSales is how far a package has sold.
type PackageSales struct {
	Taken  int       `json:"taken" doc:"Packages sold, being paid or held now"`
	Sold   int       `json:"sold"`
	Amount money.Fen `json:"amount" doc:"Of those sold, fen"`
	Left   int       `json:"left" doc:"Of the quota; -1: no quota"`
}

// PackageSales counts what a package has sold.
func (s *Service) PackageSales(ctx context.Context, p Package) (n PackageSales, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		n, err = countBundles(ctx, tx, p.ID, "")
		return err
	})
	n.Left = -1
	if p.Content.Quota > 0 {
		n.Left = max(0, p.Content.Quota-n.Taken)
	}
	return n, err
}

// Sellable says why a package cannot be bought now on a channel, nil if it can.
func (p Package) Sellable(channel string, now time.Time) error {
	c := p.Content
	switch {
	case p.State != PackageOnSale:
		return ErrPackageClosed
	case c.OpensAt != nil && now.Before(*c.OpensAt), c.ClosesAt != nil && !now.Before(*c.ClosesAt):
		return ErrPackageClosed
	case !slices.Contains(c.Channels, channel):
		return ErrPackageChannel
	}
	return nil
}

// SinglePrice is the lowest sum that a package's tickets cost by themselves; 0
// while it depends on which sessions are chosen.
func (s *Service) SinglePrice(ctx context.Context, c PackageContent, o PackageOption) (money.Fen, error) {
	var sum money.Fen
	for i, id := range c.Sessions {
		m, err := s.Maps.Map(ctx, id)
		if err != nil {
			return 0, err
		}
		low, ok := lowestPrice(m, o.Zones)
		if !ok {
			return 0, nil
		}
		if low, err = low.Times(c.Tickets); err != nil {
			return 0, err
		}
		if c.Fixed() {
			sum += low
			continue
		}
		if i > 0 && low != sum {
			return 0, nil
		}
		sum = low
	}
	if !c.Fixed() {
		return sum.Times(c.Choose)
	}
	return sum, sum.Check()
}

// PackageRules tells the rules of purchase, entry and refund of a package:
// those of its sessions, and what is its own.
func PackageRules(c PackageContent, sessions []show.Session) []Clause {
	out := []Clause{{
		"purchase", fmt.Sprintf("本套票含 %d 张票，一次付款，套票价按各票票价比例分摊到每张票。", c.Places()),
		fmt.Sprintf("This package is %d tickets, paid at once; its price is divided over them in proportion to their own prices.", c.Places()),
	}}
	if c.Refund == RefundWhole {
		out = append(out, Clause{"refund", "套票须整套退票，不可拆退；场次取消时该场票款免手续费退还。", "A package is given back as a whole; if a session is cancelled, its share is refunded without a fee."})
	} else {
		out = append(out, Clause{"refund", "套票可按单张退票，退款为该票分摊的金额扣除手续费。", "Tickets of a package can be given back one by one, for their share of the price less the fee."})
	}
	if c.Kind == PackageSeries {
		out = append(out, Clause{"refund", "联票各场次为同一座位，不能单独换座。", "A series is for the same seat in every session; its tickets cannot be exchanged."})
	} else {
		out = append(out, Clause{"refund", "套票可在同场次同价档内换座；换到更贵的价区须补票价差额。", "Tickets of a package can be exchanged in their session within their price option, or for a dearer zone at the difference."})
	}
	seen := map[Clause]bool{}
	for _, se := range sessions {
		for _, x := range RulesText(se) {
			if !seen[x] {
				seen[x] = true
				out = append(out, x)
			}
		}
	}
	return out
}
