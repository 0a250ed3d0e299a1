package sales

import (
	"context"

	"parterre/modules/core/db"
	"parterre/modules/core/ids"
)

// payee is what a payer's code pays at the counter: an order, or a bundle with
// one payment for all its sessions.
type payee struct {
	ID     ids.ID
	bundle bool
}

// payee loads it as payments know it. Errors: sales.order_not_found,
// sales.bundle_not_found.
func (s *Service) payee(ctx context.Context, e payee) (Order, error) {
	if !e.bundle {
		return s.Order(ctx, e.ID)
	}
	b, err := s.Bundle(ctx, e.ID)
	if err != nil {
		return Order{}, err
	}
	return b.asOrder(), nil
}

// lock loads it for a change. An order that is part of a bundle is paid with it
// and not by itself: sales.package_part.
func (e payee) lock(ctx context.Context, tx db.Tx) (Order, error) {
	if e.bundle {
		b, err := getBundle(ctx, tx, e.ID, "no key update")
		if err != nil {
			return Order{}, err
		}
		return b.asOrder(), nil
	}
	if err := refuseOfBundle(ctx, tx, e.ID); err != nil {
		return Order{}, err
	}
	return getOrder(ctx, tx, e.ID, "no key update")
}

// TakeBundleByCode is TakeByCode for a pending bundle of the counter: one
// payment for all its sessions. Errors: as TakeByCode, sales.bundle_not_found.
func (s *Service) TakeBundleByCode(ctx context.Context, bundle, id ids.ID, code string) (Scan, error) {
	return s.takeByCode(ctx, payee{bundle, true}, id, code)
}

// BundleScanState is ScanState for a bundle. Errors: sales.bundle_not_found.
func (s *Service) BundleScanState(ctx context.Context, bundle ids.ID) (Scan, error) {
	return s.scanState(ctx, payee{bundle, true})
}

// ReverseBundleScan is ReverseScan for a bundle.
// Errors: sales.reverse_unknown, sales.bundle_not_found.
func (s *Service) ReverseBundleScan(ctx context.Context, bundle ids.ID) (Scan, error) {
	return s.reverseScan(ctx, payee{bundle, true})
}
