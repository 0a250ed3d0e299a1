package saleshttp

import (
	"context"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/sales"
)

// SaleBundleScan is a package's payment by the payer's code and how it stands.
type SaleBundleScan struct {
	State  string           `json:"state" enum:"paid,waiting,unknown,refused,closed" doc:"As of an order's payment by code"`
	Kind   string           `json:"kind" enum:",wechat,alipay"`
	Reason string           `json:"reason,omitempty" doc:"Of a refusal, in the provider's words"`
	Bundle SaleBundleDetail `json:"bundle"`
}

type (
	bundleScanIn struct {
		ByBundle
		Body struct {
			ID   ids.ID `json:"id" doc:"Of this payment, made by the client: the same id again never takes twice"`
			Code string `json:"code" minLength:"16" maxLength:"24" doc:"The payer's code (付款码): WeChat 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30"`
		}
	}
	bundleScanOut struct{ Body SaleBundleScan }
)

// bundleScan are the operations by which a package is paid by code at the
// counter: one payment for all its sessions.
func (h *handlers) bundleScan(api *httpx.API) {
	o := op("counterOrderBundle", "POST", "/counter/bundles/{bundle}/order", "Name the people of a held package, to be paid by the payer's code", "sales.sell")
	o.Detail, o.Errors = "The same request again has no second effect. A document is checked in every session before anything is done (RL-1).", []int{404, 409, 410, 429}
	httpx.Register(api, o, func(ctx context.Context, in *bundleOrder) (*bundleOut, error) {
		if _, err := h.Sales.OrderBundle(ctx, in.Body.people(in.Bundle)); err != nil {
			return nil, err
		}
		return h.shownBundle(ctx, in.Bundle, counterBase)
	})
	o = op("bundleScanPay", "POST", "/counter/bundles/{bundle}/scan", "Take the money of a counter's package by the payer's code", "sales.sell")
	o.Detail, o.Errors = keyed+" sales.scan_open while the one before has no result.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *bundleScanIn) (*bundleScanOut, error) {
		s, err := h.Sales.TakeBundleByCode(ctx, in.Bundle, in.Body.ID, in.Body.Code)
		return h.scannedBundle(ctx, in.Bundle, s, err)
	})
	o = op("bundleScanCheck", "POST", "/counter/bundles/{bundle}/scan/check", "Ask the provider how the package's payment by code stands", "sales.sell")
	o.Detail, o.Errors = "What was paid meanwhile sells the package.", []int{404}
	httpx.Register(api, o, func(ctx context.Context, in *ByBundle) (*bundleScanOut, error) {
		s, err := h.Sales.BundleScanState(ctx, in.Bundle)
		return h.scannedBundle(ctx, in.Bundle, s, err)
	})
	o = op("bundleScanReverse", "POST", "/counter/bundles/{bundle}/scan/reverse", "Reverse the package's payment by code that has no result", "sales.sell")
	o.Detail, o.Errors = "What turns out to be paid before sells the package instead. sales.reverse_unknown while the provider does not confirm: it is not known where the money is.", []int{404, 409}
	httpx.Register(api, o, func(ctx context.Context, in *ByBundle) (*bundleScanOut, error) {
		s, err := h.Sales.ReverseBundleScan(ctx, in.Bundle)
		return h.scannedBundle(ctx, in.Bundle, s, err)
	})
}

// scannedBundle answers a payment by code with its package.
func (h *handlers) scannedBundle(ctx context.Context, id ids.ID, s sales.Scan, err error) (*bundleScanOut, error) {
	if err != nil {
		return nil, err
	}
	b, err := h.shownBundle(ctx, id, counterBase)
	if err != nil {
		return nil, err
	}
	return &bundleScanOut{SaleBundleScan{State: s.State, Kind: s.Kind, Reason: s.Reason, Bundle: b.Body}}, nil
}
