package sales

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/venue"
)

// PayAccount is an account of the tenant with a payment provider (支付渠道).
type PayAccount struct {
	ID        ids.ID
	Code      string // in addresses and payments; never changes
	Kind      string // wechat, alipay
	Name      string // what buyers read
	NameEn    string
	Venue     ids.ID   // zero: all venues
	Channels  []string // online, counter
	Enabled   bool
	Simulated bool
	Settings  PaySettings
	Version   int
	UpdatedAt time.Time
}

// PaySettings is what is not secret of an account.
type PaySettings struct {
	MchID       string `json:"mchId,omitempty" maxLength:"32" doc:"WeChat Pay: 商户号"`
	AppID       string `json:"appId,omitempty" maxLength:"64" doc:"AppID of the merchant's application"`
	Serial      string `json:"serial,omitempty" maxLength:"80" doc:"WeChat Pay: serial number of the merchant's API certificate"`
	SellerID    string `json:"sellerId,omitempty" maxLength:"32" doc:"Alipay: 2088…"`
	PlatformID  string `json:"platformId,omitempty" maxLength:"80" doc:"WeChat Pay: id of its public key, PUB_KEY_ID_…"`
	PlatformKey string `json:"platformKey,omitempty" maxLength:"8000" doc:"The provider's public key or certificate, PEM"`
	// Alipay's certificate mode, all or none; instead of platformKey.
	AppCert      string `json:"appCert,omitempty" maxLength:"16000" doc:"Alipay: the application's certificate (应用公钥证书), PEM"`
	PlatformCert string `json:"platformCert,omitempty" maxLength:"16000" doc:"Alipay: its certificate (支付宝公钥证书), PEM"`
	RootCert     string `json:"rootCert,omitempty" maxLength:"32000" doc:"Alipay: its root certificates (支付宝根证书), PEM"`
}

// PaySecrets is what is sealed of an account and never shown again.
type PaySecrets struct {
	PrivateKey string `json:"privateKey,omitempty" maxLength:"8000" doc:"The merchant's private key, PEM"`
	APIv3Key   string `json:"apiV3Key,omitempty" maxLength:"64" doc:"WeChat Pay: the APIv3 key, 32 characters"`
}

// String implements fmt.Stringer without the secrets.
func (PaySecrets) String() string { return "sales.PaySecrets(…)" }

// GoString implements fmt.GoStringer without the secrets.
func (PaySecrets) GoString() string { return "sales.PaySecrets(…)" }

// Errors of payment accounts.
var (
	ErrAccountCode   = errs.New(errs.Invalid, "sales.account_code", "代码应为 2 至 40 个小写字母、数字或连字符，以字母开头，且不能与内置支付方式重名。", "The code must be 2 to 40 small letters, digits or hyphens, begin with a letter, and not be a built-in way to pay.").At("code")
	ErrAccountName   = errs.New(errs.Invalid, "sales.account_name", "请填写买家看到的名称，1 至 60 个字符。", "Give the name that buyers read, 1 to 60 characters.").At("name")
	ErrAccountKeys   = errs.New(errs.Invalid, "sales.account_keys", "支付参数不正确：{fault}。", "The provider's settings are wrong: {fault}.").At("settings")
	ErrAccountKind   = errs.New(errs.Conflict, "sales.account_kind", "渠道类型不能更改，请新建一个渠道。", "The kind of an account cannot change; make another account.").At("kind")
	ErrAccountStale  = errs.New(errs.Conflict, "sales.account_changed", "该渠道已被他人修改，请刷新后重试。", "The account was changed by somebody else; load it again.").At("version")
	ErrAccountVenue  = errs.New(errs.Invalid, "sales.account_venue", "没有这个场馆。", "There is no such venue.").At("venue")
	ErrNoAccount     = errs.New(errs.NotFound, "sales.account_not_found", "没有这个支付渠道。", "There is no such payment account.")
	ErrNoSimulation  = errs.New(errs.Conflict, "sales.no_simulation", "本系统未开启模拟支付。", "Simulated payments are off on this system.")
	ErrAccountInPlay = errs.New(errs.Conflict, "sales.account_simulated", "真实渠道不能改为模拟，请新建一个渠道。", "A real account cannot become a simulated one; make another account.")
)

var accountCode = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// byHand are the payment methods of the counter, which name no account
// (codes' table "payment", and what the counter writes).
var byHand = []string{"cash", "card", "wechat", "alipay", "unionpay", "transfer", "other", "sandbox", "second", "voucher", "none"}

// PayAccounts lists the tenant's accounts by code.
func (s *Service) PayAccounts(ctx context.Context) (list []PayAccount, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		rows, err := payAccounts(ctx, tx, "")
		for _, r := range rows {
			list = append(list, r.PayAccount)
		}
		return err
	})
	return list, err
}

// SavePayAccount makes or changes an account. secrets nil keeps what is
// sealed. The settings are tried before they are kept: what the adapter does
// not take is sales.account_keys.
func (s *Service) SavePayAccount(ctx context.Context, a PayAccount, secrets *PaySecrets) (PayAccount, error) {
	if err := s.checkAccount(a); err != nil {
		return a, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if !a.Venue.IsZero() {
			if err := venueThere(ctx, tx, a.Venue); err != nil {
				return err
			}
		}
		old, found, err := payAccount(ctx, tx, a.Code, "for update")
		if err != nil {
			return err
		}
		switch {
		case found && old.Kind != a.Kind:
			return ErrAccountKind
		case found && old.Version != a.Version || !found && a.Version != 0:
			return ErrAccountStale
		case found && a.Simulated && !old.Simulated:
			return ErrAccountInPlay
		}
		if a.ID = old.ID; !found {
			a.ID = ids.New()
		}
		sealed := old.sealed
		if secrets == nil {
			if !found {
				return ErrAccountKeys.With("fault", "privateKey")
			}
			if secrets, err = s.openSecrets(tx.Scope.Tenant, old); err != nil {
				return err
			}
		} else {
			raw, err := json.Marshal(secrets)
			if err != nil {
				return err
			}
			sealed = s.Vault.Seal(tx.Scope.Tenant, a.ID, "pay", string(raw))
		}
		if s.OpenAccount == nil {
			return ErrNoPay
		}
		if _, err := s.OpenAccount(a, *secrets); err != nil {
			return ErrAccountKeys.With("fault", err.Error())
		}
		a.Version, a.UpdatedAt = old.Version+1, tx.Now
		return savePayAccount(ctx, tx, accountRow{PayAccount: a, sealed: sealed}, found)
	})
	return a, err
}

func (s *Service) checkAccount(a PayAccount) error {
	if !accountCode.MatchString(a.Code) || slices.Contains(byHand, a.Code) || s.Providers[a.Code] != nil {
		return ErrAccountCode
	}
	if n := len([]rune(strings.TrimSpace(a.Name))); n < 1 || n > 60 {
		return ErrAccountName
	}
	return nil
}

// SimulateAccount makes an account with the simulated provider of this
// installation, with keys of its own.
func (s *Service) SimulateAccount(ctx context.Context, a PayAccount) (PayAccount, error) {
	if s.Enrol == nil {
		return a, ErrNoSimulation
	}
	if err := s.checkAccount(a); err != nil {
		return a, err
	}
	settings, secrets, err := s.Enrol(ctx, a.Kind)
	if err != nil {
		return a, err
	}
	a.Settings, a.Simulated = settings, true
	return s.SavePayAccount(ctx, a, &secrets)
}

func (s *Service) openSecrets(tenant int32, r accountRow) (*PaySecrets, error) {
	raw, err := s.Vault.Open(tenant, r.ID, "pay", r.sealed)
	if err != nil {
		return nil, err
	}
	var out PaySecrets
	return &out, json.Unmarshal([]byte(raw), &out)
}

// provider is a provider by its name, for whatever is under way with it: also
// an account that is not offered any more. Errors: sales.provider.
func (s *Service) provider(ctx context.Context, name string) (payment.Provider, error) {
	if p := s.Providers[name]; p != nil {
		return p, nil
	}
	p, _, err := s.accountProvider(ctx, name)
	return p, err
}

func (s *Service) accountProvider(ctx context.Context, code string) (payment.Provider, PayAccount, error) {
	if s.OpenAccount == nil || !accountCode.MatchString(code) {
		return nil, PayAccount{}, ErrNoPay
	}
	var r accountRow
	var found bool
	err := s.DB.View(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		r, found, err = payAccount(ctx, tx, code, "")
		return err
	})
	if err != nil {
		return nil, PayAccount{}, err
	}
	if !found {
		return nil, PayAccount{}, ErrNoPay
	}
	key := fmt.Sprintf("%d/%s/%d", tenantOf(ctx), r.ID, r.Version)
	if p, ok := s.accounts.Load(key); ok {
		return p.(payment.Provider), r.PayAccount, nil
	}
	secrets, err := s.openSecrets(tenantOf(ctx), r)
	if err != nil {
		return nil, PayAccount{}, err
	}
	p, err := s.OpenAccount(r.PayAccount, *secrets)
	if err != nil {
		return nil, PayAccount{}, err
	}
	s.accounts.Store(key, p)
	return p, r.PayAccount, nil
}

// PayMethod is a way to pay that is offered now.
type PayMethod struct {
	Provider, Kind string // Kind: wechat, alipay, sandbox
	Name, NameEn   string
	Simulated      bool
	Scenes         []payment.Scene
}

// scenesOf are the ways of a kind that a browser can go. WeChat's JSAPI is
// left to applications that know the buyer's openid.
func scenesOf(kind string) []payment.Scene {
	switch kind {
	case "wechat":
		return []payment.Scene{payment.Phone, payment.ByCode}
	case "alipay":
		return []payment.Scene{payment.Phone, payment.Desktop, payment.ByCode}
	}
	return []payment.Scene{}
}

// Methods lists the ways to pay in a channel at a venue (zero: any).
func (s *Service) Methods(ctx context.Context, channel string, at ids.ID) ([]PayMethod, error) {
	list, err := s.PayAccounts(ctx)
	if err != nil {
		return nil, err
	}
	out := []PayMethod{}
	var own []string
	for name := range s.Providers {
		own = append(own, name)
	}
	slices.Sort(own)
	for _, name := range own {
		out = append(out, PayMethod{Provider: name, Kind: "sandbox", Name: "沙箱收银台", NameEn: "Sandbox cashier", Simulated: true, Scenes: []payment.Scene{}})
	}
	for _, a := range list {
		if a.offers(channel, at) {
			out = append(out, PayMethod{Provider: a.Code, Kind: a.Kind, Name: a.Name, NameEn: a.NameEn, Simulated: a.Simulated, Scenes: scenesOf(a.Kind)})
		}
	}
	return out, nil
}

func (a PayAccount) offers(channel string, at ids.ID) bool {
	return a.Enabled && slices.Contains(a.Channels, channel) && (a.Venue.IsZero() || a.Venue == at)
}

// offered is the provider of an order's payment, if it is offered for it.
func (s *Service) offered(ctx context.Context, o Order, name string) (payment.Provider, error) {
	if p := s.Providers[name]; p != nil {
		return p, nil
	}
	p, a, err := s.accountProvider(ctx, name)
	if err != nil {
		return nil, err
	}
	at, err := s.venueOf(ctx, o.Session)
	if err != nil {
		return nil, err
	}
	if !a.offers(o.Channel, at) {
		return nil, ErrNoPay
	}
	return p, nil
}

// OrderMethods lists the ways to pay an order of the caller.
func (s *Service) OrderMethods(ctx context.Context, order ids.ID) ([]PayMethod, error) {
	o, err := s.Order(ctx, order)
	if err != nil {
		return nil, err
	}
	return s.SessionMethods(ctx, o.Session, o.Channel)
}

// SessionMethods lists the ways to pay a session's orders in a channel.
func (s *Service) SessionMethods(ctx context.Context, session ids.ID, channel string) ([]PayMethod, error) {
	at, err := s.venueOf(ctx, session)
	if err != nil {
		return nil, err
	}
	return s.Methods(ctx, channel, at)
}

func (s *Service) venueOf(ctx context.Context, session ids.ID) (at ids.ID, err error) {
	se, _, err := s.session(ctx, session)
	if err != nil {
		return at, err
	}
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		v, _, err := venue.HallTx(ctx, tx, se.HallID)
		at = v.ID
		return err
	})
	return at, err
}
