package engine

// Meta goes with every command.
type Meta struct {
	Key     Key    // idempotency key, never zero; time-ordered keys keep the indexes small
	Actor   Key    // who asks; written into the journal
	Channel uint8  // sales channel, opaque here
	Reason  string // why, where it must be explained
}

// Command is one of Open, Configure, Hold, Assign, Extend, Release, Confirm,
// SetKinds, Refund, Move, Rename, Block, Unblock, Reseat, Expire.
type Command interface{ meta() *Meta }

// Open starts a session. It is the first command, given once.
type Open struct {
	Meta
	Config Config
	Blocks []Blocked // places that are not free at the start
}

// Blocked is a list of places in a pool.
type Blocked struct {
	Pool  uint16
	Seats []int32
}

// Configure replaces the configuration. Held and sold places stay as they are.
type Configure struct {
	Meta
	Config Config
}

// Hold takes places for a while: named Seats, or Standing places of areas, or
// the best available by Want, or several of these, all or nothing. The hold is
// known by the command's Key.
type Hold struct {
	Meta
	Buyer, Device Key
	Pool          uint16 // take from this pool instead of from free places
	Seats         []int32
	Standing      []StandingWant
	Want          *Want
	For           int64 // ms; 0 is Config.HoldFor
	Docs          []Key // blind index per place in the order of the answer's seats; may be empty, or hold zero keys
	Accessible    bool  // the buyer may name wheelchair and companion places

	// Kinds of ticket (票种) per place in the order of the answer's seats; empty is
	// the full price for all. Package (套票) is the one it is part of, if any.
	Kinds   []string
	Package string
	// Reserve makes it a reservation (预留): Config.HoldMax and MaxSeats do not
	// bind it, its owner's policy does.
	Reserve bool
	// Agreed are prices that were paid already, one per place: for holding again
	// what an order lost, never from a client.
	Agreed []int64
}

// StandingWant asks for n places of a standing area.
type StandingWant struct {
	Area int32
	N    int
}

// Want asks for the best available.
type Want struct {
	N           int      // seats in all, wheelchair and companion places included
	Zones       []uint16 // acceptable zones; empty is any that is on sale
	MaxPrice    int64    // 分 per ticket; 0 is no limit
	Budget      int64    // 分 for all; every ticket then costs at most Budget/N; 0 is no limit
	Views       Views    // which views are acceptable
	Wheelchairs int      // of N; each gets its companion seat if N leaves room
	Not         []int32  // seats to leave out, such as those taken in another session of a series
	Together    bool     // refuse rather than split
	Aisle       bool     // prefer a seat at an aisle
	Couple      bool     // couple seats only
	Explain     bool     // the answer says why
}

// Views says which views are acceptable (RL-18).
type Views uint8

// Acceptable views.
const (
	AnyView   Views = iota
	NoBlocked       // clear and partial
	OnlyClear
)

// Assign binds documents to the places of a hold (before payment, RL-1). It
// replaces those bound before.
type Assign struct {
	Meta
	Hold, Buyer Key
	Docs        []Key
	Expect      []int64 // the prices that the buyer was shown; refused with prices_changed if they are others
}

// Extend gives a hold more time: For ms from now, not past HoldMax from its
// start unless it is (or becomes) a reservation.
type Extend struct {
	Meta
	Hold, Buyer Key
	For         int64
	Reserve     bool
}

// SetKinds changes as which kinds of ticket the places of a hold are bought,
// at the prices of the revision under which it was made.
type SetKinds struct {
	Meta
	Hold, Buyer Key
	Kinds       []string // one per place; "" and "full" are the full price
}

// Release gives up a hold, or some of its places: to where they came from, or
// into ToPool.
type Release struct {
	Meta
	Hold, Buyer Key
	Seats       []int32 // empty is all
	ToPool      uint16
}

// Confirm makes a hold a sale. The sale is known by the command's Key.
type Confirm struct {
	Meta
	Hold, Buyer Key
	Docs        []Key   // as in Assign; empty keeps those bound
	Expect      []int64 // as in Assign; empty is not compared
	// Later lets documents be missing under real names: they are bound by Rename
	// before the session's deadline (RL-3).
	Later bool
}

// Refund takes places of a sale back: to free, or into ToPool.
type Refund struct {
	Meta
	Sale   Key
	Seats  []int32 // empty is all
	ToPool uint16
}

// Move exchanges places of a sale: From[i] for the i-th place of Hold, or for
// To[i], which must be free. Documents move along.
type Move struct {
	Meta
	Sale   Key
	From   []int32
	Hold   Key
	To     []int32
	Buyer  Key    // of the hold
	ToPool uint16 // where the old places go; 0 is free
}

// Rename replaces documents of a sale's places (one correction of a name, or
// binding before the deadline): Docs[i] for Seats[i].
type Rename struct {
	Meta
	Sale  Key
	Seats []int32
	Docs  []Key
}

// Block takes free places off sale into a pool.
type Block struct {
	Meta
	Pool  uint16
	Seats []int32
}

// Unblock gives blocked places free.
type Unblock struct {
	Meta
	Seats []int32
}

// Expire releases the holds whose time is over. Every command does so first;
// this one does nothing else and needs no Key.
type Expire struct{ Meta }

func (m *Meta) meta() *Meta { return m }

// EventKind is what happened.
type EventKind uint8

// The kinds of events. The numbers are stored and do not change.
const (
	Opened EventKind = iota + 1
	Configured
	Held
	Assigned
	Extended
	Released
	Expired
	Sold
	Refunded
	Moved
	Renamed
	BlockedSeats
	UnblockedSeats
	KindsSet
	Reseated
	eventKinds
)

var eventNames = [...]string{"", "opened", "configured", "held", "assigned", "extended", "released", "expired", "sold", "refunded", "moved", "renamed", "blocked", "unblocked", "kinds_set", "reseated"}

// String is the kind's stable name.
func (k EventKind) String() string {
	if k >= eventKinds {
		return "unknown"
	}
	return eventNames[k]
}

// Event is one decision. Which fields are set depends on Kind.
type Event struct {
	Kind    EventKind
	No      uint64 // 1, 2, 3 … within the session
	At      int64  // ms since 1970 UTC
	Key     Key    // the command's
	Ref     Key    // the hold (Assigned, Extended, Released, Expired, Sold, Moved) or sale (Refunded, Renamed)
	Sale    Key    // Moved: the sale
	Actor   Key
	Buyer   Key
	Device  Key
	Channel uint8
	Pool    uint16
	Seats   []int32  // ids; Moved: the old places; Reseated: those that went
	To      []int32  // Moved: the new places; Reseated: those that came
	Prices  []int64  // 分, one per seat (Moved: per new place)
	Docs    []Key    // one per seat, zero where none; empty if none at all
	Kinds   []string // of tickets, one per seat; empty if all are full price
	Package string
	Expires int64
	Reason  string
	Data    []byte // Opened, Configured: the configuration as JSON
}

// Answer is what a command's sender is told.
type Answer struct {
	Refused  *Refusal // nil when it was done
	Key      Key      // the hold or the sale
	Seats    []int32  // do not change
	Prices   []int64  // 分, one per seat; do not change
	Expires  int64    // ms since 1970; 0 when it does not expire
	Left     int64    // ms until then
	Replayed bool     // decided before, under the same key
	Explain  *Explain

	Kinds  []string // of tickets, one per seat; empty if all are full price
	Offers []Offer  // what the hold's places cost as each kind; empty if there is one kind only
	// OtherChannel says that the places would cost something else in the channel
	// of this command than in the one of the hold.
	OtherChannel bool
}

// Refusal says why not. Codes are stable.
type Refusal struct {
	Code  string
	Seats []int32 // which seats it is about
	Limit int64   // the limit that was met
	Left  int64   // what is left under it
	Rule  string  // RL-…
}

// Refusal codes.
const (
	NotOpen         = "not_open"         // the session has not been opened
	Closed          = "closed"           // sale is stopped just now
	BadRequest      = "bad_request"      // the command makes no sense
	SeatUnknown     = "seat_unknown"     // no such place in this hall
	SeatTaken       = "seat_taken"       // held or sold by another
	SeatBlocked     = "seat_blocked"     // not on sale (or not in the pool named)
	SeatBuffer      = "seat_buffer"      // RL-8
	SeatReserved    = "seat_accessible"  // kept for wheelchair users and companions
	ZoneClosed      = "zone_closed"      // no price for the zone
	KindsFixed      = "kinds_fixed"      // an order was made of the hold: its ticket kinds stay
	PricesChanged   = "prices_changed"   // the hold does not cost what the command expects
	KindUnknown     = "ticket_kind"      // the place is not sold as that kind of ticket
	UnitWhole       = "unit_whole"       // a table or couple seat is sold whole
	OrphanLeft      = "orphan"           // a single seat would be left
	TooMany         = "too_many"         // over MaxSeats
	BuyerLimit      = "buyer_limit"      // places per buyer
	DeviceLimit     = "device_limit"     // places per device
	DocumentUsed    = "document_used"    // RL-1
	DocumentMissing = "document_missing" // real name: a place without a document
	NoFit           = "no_fit"           // best available found nothing
	HoldUnknown     = "hold_unknown"     // no such hold, or not this buyer's
	HoldExpired     = "hold_expired"     // its time is over
	HoldSold        = "hold_sold"        // it was confirmed before, under another key (the answer's Key)
	SaleUnknown     = "sale_unknown"
	NotSold         = "not_sold" // the place does not belong to the sale
	PublicShare     = "public_share"
	OverApproved    = "over_approved"
	PoolUnknown     = "pool_unknown"
	ConfigStale     = "config_stale" // a later revision of the map is in force (Limit)
	SeatRetired     = "seat_retired" // no longer of the session's plan
	KeyReused       = "key_reused"   // the key was used for another command: of another kind, or a hold of other places
)

// MetaOf gives what goes with every command.
func MetaOf(c Command) *Meta { return c.meta() }
