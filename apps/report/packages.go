package report

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// Packaged turns a package that goes on sale into price items (套票), one for
// each session it may take, in the transaction of the change. It fills
// sales.Deps.Packaged. A package whose buyers choose among the sessions is a
// free one (自由套票).
func Packaged(ctx context.Context, tx db.Tx, p sales.Package) error {
	item := "package"
	if !p.Content.Fixed() && p.Content.Kind != sales.PackageTickets {
		item = "free-package"
	}
	var facts []fact.Fact
	for _, id := range p.Content.Sessions {
		se, err := show.SessionTx(ctx, tx, id, false)
		if err != nil {
			return err
		}
		for _, o := range p.Content.Options {
			facts = append(facts, fact.New(tx.Now, fact.Price{
				SessionCode: se.Code.String(), Code: p.PriceCode(o.No), Name: p.Content.Name + " " + o.Name, Amount: o.Price, Item: item,
				Tickets: p.Content.Places(), PublicSale: true,
			}))
		}
	}
	return reporting.Append(ctx, tx, facts...)
}
