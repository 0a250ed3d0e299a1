package report

import (
	"context"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
	"parterre/modules/sales"
	"parterre/modules/show"
)

// Journal reads the seat engine's journal as facts: each sale and each refund
// once, in the order of their commits.
type Journal struct{ Maps sales.Maps }

var _ reporting.Source = (*Journal)(nil)

// Name implements reporting.Source.
func (*Journal) Name() string { return "inventory.journal" }

// Read implements reporting.Source.
func (j *Journal) Read(ctx context.Context, tx db.Tx, after int64, limit int) ([]reporting.Row, error) {
	list, err := inventory.JournalTx(ctx, tx, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]reporting.Row, 0, len(list))
	for _, entry := range list {
		row := reporting.Row{Position: entry.Seq}
		for _, s := range entry.Frame.Sections {
			events, err := s.Events()
			if err != nil {
				return nil, err
			}
			for i := range events {
				bodies, err := j.facts(ctx, tx, s.Session, &events[i])
				if err != nil {
					return nil, err
				}
				for _, body := range bodies {
					row.Facts = append(row.Facts, fact.New(entry.Frame.At, body))
				}
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// facts are what the regulators hear of an event: nothing, a sale, a refund, or
// both of an exchange: the old tickets are taken back and new ones are sold.
func (j *Journal) facts(ctx context.Context, tx db.Tx, session ids.ID, e *engine.Event) ([]fact.Body, error) {
	if e.Kind != engine.Sold && e.Kind != engine.Refunded && e.Kind != engine.Moved {
		return nil, nil // most events are of no concern to a regulator
	}
	se, err := show.SessionTx(ctx, tx, session, false)
	if err != nil {
		return nil, err
	}
	var out []fact.Body
	switch e.Kind {
	case engine.Refunded:
		back, err := refundFact(ctx, tx, se, ids.FromBytes(e.Key), ids.FromBytes(e.Ref))
		return append(out, back), err
	case engine.Moved:
		back, err := refundFact(ctx, tx, se, ids.FromBytes(e.Key), ids.FromBytes(e.Sale))
		if err != nil {
			return nil, err
		}
		sold, err := j.saleFact(ctx, tx, se, ids.FromBytes(e.Sale), e.No, e.To)
		return append(out, back, sold), err
	}
	sold, err := j.saleFact(ctx, tx, se, ids.FromBytes(e.Key), e.No, e.Seats)
	return append(out, sold), err
}

func (j *Journal) saleFact(ctx context.Context, tx db.Tx, se show.Session, order ids.ID, event uint64, seats []int32) (fact.Body, error) {
	o, err := sales.OrderTx(ctx, tx, order)
	if err != nil {
		return nil, err
	}
	method, err := sales.MethodOf(ctx, tx, order)
	if err != nil {
		return nil, err
	}
	tickets, err := sales.SoldBy(ctx, tx, se.ID, order, event, seats)
	if err != nil {
		return nil, err
	}
	m, err := j.Maps.Map(ctx, se.ID)
	if err != nil {
		return nil, err
	}
	number, price, err := orderNumber(ctx, tx, order)
	if err != nil {
		return nil, err
	}
	f := fact.Sale{SessionCode: se.Code.String(), OrderNumber: number, Channel: o.Channel, Payment: paymentOf(method), SoldAt: soldAt(tickets, o)}
	for _, t := range tickets {
		p := m.Places[t.Seat]
		f.Tickets = append(f.Tickets, fact.TicketSold{
			TicketCode: t.Code, PriceCode: firstOf(price, zoneCode(t.Zone)), Kind: t.Kind, PublicSale: fact.ClassOf(t.Kind, true) == fact.ClassPublic,
			Amount: t.Price, Area: firstOf(p.Section, "-"), Row: p.Row, Seat: p.Number, Medium: "qr-static", RealName: !t.Person.IsZero(),
		})
	}
	return f, nil
}

// orderNumber is the number of an order and, where it is part of a package, the
// package's price code: then all sessions of the package have one number.
func orderNumber(ctx context.Context, tx db.Tx, order ids.ID) (number, price string, err error) {
	bundle, price, err := sales.PackageOf(ctx, tx, order)
	if err == nil && !bundle.IsZero() {
		order = bundle
	}
	return showCode(order), price, err
}

func soldAt(list []sales.Ticket, o sales.Order) time.Time {
	if len(list) > 0 {
		return list[0].SoldAt
	}
	return o.CreatedAt
}

// paymentOf names a payment as the code table does; the sandbox stands for an
// online provider.
func paymentOf(method string) string {
	switch method {
	case "":
		return "none"
	case "cash", "alipay", "wechat", "card", "transfer":
		return method
	case sales.AgentMethod: // the agent settles by transfer
		return "transfer"
	}
	return "wechat"
}

func refundFact(ctx context.Context, tx db.Tx, se show.Session, refund, order ids.ID) (fact.Body, error) {
	reason, list, err := sales.BackBy(ctx, tx, refund, order)
	if err != nil {
		return nil, err
	}
	number, _, err := orderNumber(ctx, tx, order)
	if err != nil {
		return nil, err
	}
	f := fact.Refund{SessionCode: se.Code.String(), OrderNumber: number, RefundNumber: showCode(refund), RefundedAt: tx.Now, Reason: "buyer"}
	if reason == "演出取消" || se.State == "cancelled" {
		f.Reason = "cancelled"
	}
	for _, t := range list {
		f.Tickets = append(f.Tickets, fact.TicketRefunded{TicketCode: t.Code, Amount: t.Price - t.Fee, Fee: t.Fee})
		f.RefundedAt = t.EndedAt
	}
	return f, nil
}
