package report

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// workPrice is the code of the price item under which work passes are told.
const workPrice = "WORK"

// Passed turns a work pass that was issued or revoked into facts, a session
// each, in the transaction of the change (RL-4). It fills sales.Deps.Passed.
func Passed(ctx context.Context, tx db.Tx, p sales.Pass) error {
	var facts []fact.Fact
	for _, t := range p.Tickets {
		se, err := show.SessionTx(ctx, tx, t.Session, false)
		if err != nil {
			return err
		}
		if p.State == "revoked" {
			facts = append(facts, fact.New(tx.Now, fact.Refund{
				SessionCode: se.Code.String(), OrderNumber: showCode(p.ID), RefundNumber: showCode(p.ID) + "R", RefundedAt: tx.Now, Reason: "void",
				Tickets: []fact.TicketRefunded{{TicketCode: t.Code}},
			}))
			continue
		}
		facts = append(facts,
			fact.New(tx.Now, fact.Price{SessionCode: se.Code.String(), Code: workPrice, Name: "工作证", Item: "single", Tickets: 1}),
			fact.New(tx.Now, fact.Sale{
				SessionCode: se.Code.String(), OrderNumber: showCode(p.ID), Channel: "counter", Payment: "none", SoldAt: t.Issued,
				Tickets: []fact.TicketSold{{TicketCode: t.Code, PriceCode: workPrice, Kind: "work", Area: firstOf(p.Areas...), Medium: "qr-static", RealName: true}},
			}))
	}
	return reporting.Append(ctx, tx, facts...)
}
