package sales

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"sync"
	"time"

	"parterre/codes"
	"parterre/codes/payload"
	"parterre/integrations/payment"
	"parterre/modules/core/db"
	"parterre/modules/core/ids"
	"parterre/modules/core/money"
	"parterre/modules/identity"
	"parterre/modules/inventory/engine"
	"parterre/modules/sales/discount"
	"parterre/modules/show"
)

// Seats is the seat engine (modules/inventory). Do answers after the commit.
// The scope of ctx says for whom.
type Seats interface {
	Do(ctx context.Context, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error)
}

// Place is what is printed of a seat or a standing place.
type Place struct {
	Level, Section, Row, Number string
	Entrance, Gate              string
	Zone                        int    // index into Map.Zones
	View                        string // "", "partial", "blocked" with Note
	Note                        string
	Kind                        string // "", "accessible", "companion", "couple"
	Area                        bool   // a standing place: no row and number
}

// Zone is one price zone (票档). Kind public and package are public sale (RL-2).
type Zone struct {
	Name, Letter, Color, Kind string
	Price                     money.Fen
	Places                    int // seats and standing places; buyers are not shown a zone that has none
}

// Area is one standing area.
type Area struct {
	ID       int32  // as holds name it
	Code     string // its id in the plan
	Label    string
	Level    string
	Zone     int
	Capacity int
}

// Map is what sales must know of a session's ticket map. It does not change
// once made.
type Map struct {
	Version int
	PlanID  ids.ID
	Zones   []Zone // by the zone's number; numbers that are not used are zero
	Places  map[int32]Place
	Seats   []int32 // ids of the seats by rank: the order of the live status
	Areas   []Area
	Kinds   []TicketKind // sold beside the full price
	Prices  []ZonePrice  // of every channel and kind that is sold, packages left out
}

// Maps gives the dressed plan of a session; the app fills it from ticketmap
// and caches it by session and version.
type Maps interface {
	Map(ctx context.Context, session ids.ID) (*Map, error)
}

// Deps are what the service works with.
type Deps struct {
	DB     *db.DB
	Seats  Seats
	Maps   Maps
	Vault  *identity.Vault
	Codes  *codes.UniqueKeys
	Signer payload.Signer
	// Providers are those of the installation, by name; a tenant's own are its
	// accounts, which OpenAccount makes into providers (nil: there are none).
	Providers   map[string]payment.Provider
	OpenAccount func(a PayAccount, s PaySecrets) (payment.Provider, error)
	// Enrol makes a simulated account's settings and secrets; nil: no simulation.
	Enrol func(ctx context.Context, kind string) (PaySettings, PaySecrets, error)
	Log   *slog.Logger
	// Admitted says which of some ticket codes of a session were admitted: those
	// are not taken back. nil: none ever is (no gates).
	Admitted func(ctx context.Context, tx db.Tx, session ids.ID, codes []string) ([]string, error)
	// KeepPersons is how long after a session's end its persons and phone
	// numbers are kept (RL-13), whatever the tenant says; 0: as its Retention says.
	KeepPersons time.Duration
	// KeepInvoices is how long an invoice's title, tax number and address are
	// kept after it was last dealt with (RL-17); 0: as the tenant's Retention says.
	KeepInvoices time.Duration
	// Door is asked before a hold in the shop, such as a waiting room's; nil: open.
	Door func(ctx context.Context, session ids.ID) error
	// Passed is told of a work pass that was issued or revoked, in its transaction; nil: nobody.
	Passed func(ctx context.Context, tx db.Tx, p Pass) error
	// Packaged is told of a package that goes on sale, in its transaction; nil: nobody.
	Packaged func(ctx context.Context, tx db.Tx, p Package) error
	// Queue says whether buyers of a session stand in line first; nil: never.
	Queue func(ctx context.Context, session ids.ID) (bool, error)
	// Guard limits what buyers find out about others' documents; nil: nothing.
	Guard *Guard
	// Vouch proves a second member of staff by login and password for one
	// signature, who must have a permission; nil: nobody can sign that way.
	Vouch func(ctx context.Context, login, password, permission string) (db.Actor, error)
	// Address is the public address of the suite, for return and notice URLs.
	Address string
}

// Service is this module's work. It is safe for concurrent use.
type Service struct {
	Deps
	offers   offerCache
	accounts sync.Map // providers made of accounts, by tenant, code and version
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// States of an order.
const (
	Pending   = "pending"
	Paid      = "paid"
	Confirmed = "confirmed"
	Expired   = "expired"
	Cancelled = "cancelled"
	RefundDue = "refund_due"
	Refunded  = "refunded"
)

// Order is one purchase.
type Order struct {
	ID          ids.ID
	Session     ids.ID
	Buyer       string
	Channel     string
	State       string
	Hold        ids.ID
	Amount      money.Fen
	Lines       []Line
	Contact     []byte // sealed
	Found       []byte // blind index of the contact, on its way into the row only
	Request     []byte // blind index of what was asked for, on its way into the row only
	CreatedAt   time.Time
	ExpiresAt   time.Time
	ConfirmedAt *time.Time
}

// Line is one place of an order.
type Line struct {
	Seat   int32     `json:"seat"`
	Price  money.Fen `json:"price"`
	Kind   string    `json:"kind"`
	Person ids.ID    `json:"person"`
	// List is the price before discounts and Off what each took off; none when
	// nothing was taken off.
	List money.Fen      `json:"list,omitempty"`
	Off  []discount.Off `json:"off,omitempty"`
}

// off is all that was taken off.
func (l Line) off() (t money.Fen) {
	for _, o := range l.Off {
		t += o.Fen
	}
	return t
}

// Ticket is one live or past ticket.
type Ticket struct {
	Session ids.ID
	Seat    int32
	Order   ids.ID
	Serial  int64
	Code    string
	Price   money.Fen
	Zone    int
	Kind    string
	Person  ids.ID
	Channel string
	SoldAt  time.Time
	Edition int
	Prints  int
	State   string // valid, refunded, exchanged, void
}

// serialOf numbers the i-th place of a sale by its event, which happens once:
// so serials are never reused, without a counter that sales would queue for.
func serialOf(event uint64, i int) int64 { return int64(event)<<12 | int64(i) }

const maxPlaces = 1 << 12 // places of one sale that serialOf can number

// session reads a session and its show in a transaction of its own.
func (s *Service) session(ctx context.Context, id ids.ID) (se show.Session, sh show.Show, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx db.Tx) error {
		se, sh, err = show.Full(ctx, tx, id)
		return err
	})
	return se, sh, err
}

func key(id ids.ID) engine.Key { return engine.Key(id.Bytes()) }

// derive makes the key of another step of the thing that id names, so that
// each step is done once.
func derive(id ids.ID, step string) engine.Key {
	b := id.Bytes()
	sum := sha256.Sum256(append(b[:], step...))
	return engine.Key(sum[:16])
}

func idOf(k engine.Key) ids.ID { return ids.FromBytes(k) }

// actorKey is the actor of ctx as the engine keeps it.
func actorKey(ctx context.Context) engine.Key {
	sc, _ := db.ScopeOf(ctx)
	return key(sc.Actor.ID)
}

// nameOf is the caller's name, for papers.
func nameOf(ctx context.Context) string {
	sc, _ := db.ScopeOf(ctx)
	return sc.Actor.Name
}

func buyerOf(ctx context.Context) string {
	sc, _ := db.ScopeOf(ctx)
	return sc.Actor.String()
}
