package checking

import (
	"context"
	"strings"
	"time"

	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
)

// Reason says why somebody was refused. Forged and WrongPlace are different
// on purpose: RL-9 reports them apart.
type Reason string

// The reasons.
const (
	Unreadable   Reason = "unreadable"    // damaged, or no ticket of any kind
	Forged       Reason = "forged"        // the signature is wrong (RL-9, alarm)
	Unknown      Reason = "unknown"       // well formed, but no such ticket
	OtherSession Reason = "other_session" // for another session
	WrongPlace   Reason = "wrong_place"   // for another area or gate (RL-9)
	Refunded     Reason = "refunded"      // refunded, exchanged or void
	Superseded   Reason = "superseded"    // a newer print of the ticket exists
	Unbound      Reason = "unbound"       // no person is bound to it (RL-3)
	AlreadyIn    Reason = "already_in"    // admitted before: who, when, where
	TooEarly     Reason = "too_early"     // before the doors open
	TooLate      Reason = "too_late"      // after the end
	Full         Reason = "full"          // the approved number is inside (RL-9)
	Cancelled    Reason = "cancelled"     // the session was cancelled
	NoPerson     Reason = "no_person"     // no ticket of this session for the document
)

// Alarm reports whether staff must be told beyond the one gate (RL-9).
func (r Reason) Alarm() bool { return r == Forged || r == Full || r == WrongPlace }

// Ticket is what the gate needs to know of a ticket; sales fills it.
type Ticket struct {
	Code     string
	Session  ids.ID
	State    string // "valid", "refunded", "exchanged", "void"
	Edition  int    // how often it was issued anew
	Section  string // area as printed
	Seat     string // "池座 5排 12座"
	Zone     string // price zone's name
	Gate     string // gate or entrance it is bound to; "" any
	Kind     string // ticket kind
	Proof    string // what proves the kind, in Chinese; "" if nothing is asked for
	ProofEn  string
	Holder   string // masked, "张*"; "" for none
	Bound    bool   // a person is bound, or none is needed
	Persons  int    // how many of the audience it lets in
	Staff    bool   // a work pass (RL-4): good before the doors open
	RealName bool   // the person's document is to be compared
}

// Session is what the gate needs to know of a session.
type Session struct {
	ID       ids.ID
	Title    string
	Starts   time.Time
	Doors    time.Time
	Ends     time.Time
	State    string
	Approved int
}

// Source is what the app fills: where tickets and sessions are known. All
// lookups are in the caller's transaction and tenant.
type Source interface {
	// Ticket finds a ticket by its code. seat is the seat that the signed payload
	// names, 0 if unknown: it spares a search.
	Ticket(ctx context.Context, tx db.Tx, code string, seat int32) (Ticket, bool, error)
	// ByDocument finds the tickets of a session that are bound to an identity
	// document number (RL-1: at most one).
	ByDocument(ctx context.Context, tx db.Tx, session ids.ID, number string) (string, bool, error)
	Session(ctx context.Context, tx db.Tx, id ids.ID) (Session, error)
}

// Verified is what a signed QR payload says.
type Verified struct {
	Code    string
	Seat    int32
	Edition int
}

// Verifier checks a scanned text. It reports ErrForged for a wrong signature
// and ErrUnreadable for anything else that is no ticket.
type Verifier interface {
	Verify(text string) (Verified, error)
	// Plain reads a bare ticket code, as staff type it.
	Plain(text string) (string, bool)
}

// Errors of this module.
var (
	ErrForged     = errs.New(errs.Invalid, "checking.forged", "签名不符。", "The signature is wrong.")
	ErrUnreadable = errs.New(errs.Invalid, "checking.unreadable", "无法识别。", "Not a ticket.")
	ErrMethod     = errs.New(errs.Invalid, "checking.method", "凭证类型应为 qr、code、idcard 或 rfid。", "The method must be qr, code, idcard or rfid.").At("method")
	ErrNotInside  = errs.New(errs.NotFound, "checking.not_inside", "该票没有入场记录。", "This ticket has not been admitted.")
	ErrScanReused = errs.New(errs.Conflict, "checking.scan_reused", "该扫描编号已用于另一次检票，请重新扫描。", "This scan id was used for something else; scan again with a new id.").At("id")
	ErrReason     = errs.New(errs.Invalid, "checking.reason", "请填写原因。", "Please give a reason.").At("reason")
	ErrClock      = errs.New(errs.Invalid, "checking.scanned_at", "扫描时间在未来，请校准设备时间。", "The scan's time lies in the future; set the device's clock.").At("scannedAt")
)

// Scan is one presentation of a credential.
type Scan struct {
	ID        ids.ID // made by the device; the same id gets the same answer
	Session   ids.ID // which session this gate lets in
	Gate      string // the gate's name, "" if it checks for all
	Method    string // qr, code, idcard, rfid
	Text      string // what was read
	ScannedAt time.Time
	Offline   bool
}

// Verdict is the gate's answer.
type Verdict struct {
	Scan     ids.ID    `json:"scan"`
	Admitted bool      `json:"admitted"`
	Reason   Reason    `json:"reason,omitempty"`
	Zh       string    `json:"zh"`
	En       string    `json:"en"`
	Alarm    bool      `json:"alarm"`
	Ticket   string    `json:"ticketCode,omitempty"`
	Seat     string    `json:"seat,omitempty"`
	Section  string    `json:"section,omitempty"`
	Zone     string    `json:"zone,omitempty"`
	Gate     string    `json:"gate,omitempty" doc:"The gate that the ticket is for"`
	Kind     string    `json:"kind,omitempty"`
	Proof    string    `json:"proof,omitempty" doc:"Ask to see this: what proves the ticket's kind"`
	ProofEn  string    `json:"proofEn,omitempty"`
	Holder   string    `json:"holder,omitempty" doc:"Masked name"`
	CheckID  bool      `json:"checkId" doc:"Compare the holder's document with the person"`
	Persons  int       `json:"persons,omitempty"`
	Earlier  *Earlier  `json:"earlier,omitempty"`
	Inside   int       `json:"inside"`
	Approved int       `json:"approved"`
	At       time.Time `json:"at"`
}

// Earlier is the admission that came before: who, when, where, how.
type Earlier struct {
	At     time.Time `json:"at"`
	Gate   string    `json:"gate"`
	Device string    `json:"device"`
	Method string    `json:"method"`
}

// Admitted is told inside the transaction of each admission: the app turns it
// into a fact.
type Admitted func(ctx context.Context, tx db.Tx, s Session, t Ticket, method, gate string) error

// Service is this module's work.
type Service struct {
	db       *db.DB
	source   Source
	verifier Verifier
	admitted Admitted
}

// New makes the service.
func New(d *db.DB, source Source, v Verifier, admitted Admitted) *Service {
	return &Service{d, source, v, admitted}
}

// Check decides one scan and records it. A refusal is a Verdict, not an error.
// Errors: checking.method, checking.scanned_at, and internal ones; the caller
// sends the same scan again after an error.
func (s *Service) Check(ctx context.Context, sc Scan) (Verdict, error) {
	v, err := s.check(ctx, sc)
	if isRepeated(err) { // the same scan came twice at once: the other one's answer is there now
		v, err = s.check(ctx, sc)
	}
	return v, err
}

func (s *Service) check(ctx context.Context, sc Scan) (Verdict, error) {
	var v Verdict
	err := s.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error {
		if old, ok, err := s.findScan(ctx, tx, sc); err != nil || ok {
			v = old
			return err
		}
		if sc.ScannedAt.IsZero() {
			sc.ScannedAt = tx.Now
		}
		if sc.ScannedAt.After(tx.Now.Add(2 * time.Minute)) {
			return ErrClock
		}
		session, err := s.source.Session(ctx, tx, sc.Session)
		if err != nil {
			return err
		}
		t, reason, err := s.identify(ctx, tx, sc)
		if err != nil {
			return err
		}
		if reason == "" {
			reason = decide(sc, session, t)
		}
		v, err = s.settle(ctx, tx, sc, session, t, reason)
		return err
	})
	return v, err
}

// identify turns what was read into a ticket, or says why it is none.
func (s *Service) identify(ctx context.Context, tx db.Tx, sc Scan) (t Ticket, why Reason, err error) {
	var code string
	var seat int32
	edition := -1
	switch sc.Method {
	case "qr":
		signed, err := s.verifier.Verify(sc.Text)
		if err != nil {
			if errs.CodeOf(err) == ErrForged.Code {
				return t, Forged, nil
			}
			return t, Unreadable, nil
		}
		code, seat, edition = signed.Code, signed.Seat, signed.Edition
	case "code":
		plain, ok := s.verifier.Plain(sc.Text)
		if !ok {
			return t, Unreadable, nil
		}
		code = plain
	case "idcard":
		found, ok, err := s.source.ByDocument(ctx, tx, sc.Session, sc.Text)
		if err != nil || !ok {
			return t, NoPerson, err
		}
		code = found
	case "rfid":
		return t, Unknown, nil // no ticket is bound to a chip yet
	default:
		return t, "", ErrMethod
	}
	t, ok, err := s.source.Ticket(ctx, tx, code, seat)
	if err == nil && sc.Method == "idcard" { // until the ticket was locked it may have got another person
		var now string
		if now, ok, err = s.source.ByDocument(ctx, tx, sc.Session, sc.Text); err == nil && (!ok || now != code) {
			return Ticket{}, NoPerson, nil
		}
	}
	switch {
	case err != nil:
		return t, "", err
	case !ok:
		return Ticket{Code: code}, Unknown, nil
	case edition >= 0 && edition < t.Edition:
		return t, Superseded, nil
	}
	return t, "", nil
}

// codeOf is the ticket code that a scan's text names, as insertScan keeps it:
// "" if it names none.
func (s *Service) codeOf(sc Scan) string {
	if sc.Method == "qr" {
		signed, err := s.verifier.Verify(sc.Text)
		if err != nil {
			return ""
		}
		return signed.Code
	}
	plain, ok := s.verifier.Plain(sc.Text)
	if !ok {
		return ""
	}
	return plain
}

// decide applies the rules that need no lock.
func decide(sc Scan, s Session, t Ticket) Reason {
	switch {
	case t.Session != s.ID:
		return OtherSession
	case s.State == "cancelled":
		return Cancelled
	case t.State != "valid":
		return Refunded
	case sc.ScannedAt.Before(s.Doors) && !t.Staff:
		return TooEarly
	case sc.ScannedAt.After(s.Ends):
		return TooLate
	case sc.Gate != "" && t.Gate != "" && t.Gate != sc.Gate:
		return WrongPlace
	case !t.Bound:
		return Unbound
	}
	return ""
}

// settle takes the two locks if the rules allow entry, and records the scan.
func (s *Service) settle(ctx context.Context, tx db.Tx, sc Scan, session Session, t Ticket, reason Reason) (Verdict, error) {
	v := Verdict{
		Scan: sc.ID, Ticket: t.Code, Seat: t.Seat, Section: t.Section, Zone: t.Zone, Gate: t.Gate, Kind: t.Kind, Proof: t.Proof, ProofEn: t.ProofEn, Holder: t.Holder,
		CheckID: t.RealName && sc.Method != "idcard", Persons: t.Persons, Approved: session.Approved, At: tx.Now,
	}
	if reason == OtherSession || reason == Unknown || reason == Forged {
		v.Seat, v.Section, v.Zone, v.Holder, v.Kind, v.Proof, v.ProofEn = "", "", "", "", "", "", "" // nothing of other people's tickets
	}
	var err error
	if reason == "" {
		reason, v.Earlier, v.Inside, err = admit(ctx, tx, sc, session, t)
	} else {
		v.Inside, v.Earlier, err = s.seen(ctx, tx, session, t, reason)
	}
	if err != nil {
		return v, err
	}
	v.Admitted, v.Reason, v.Alarm = reason == "", reason, reason.Alarm()
	v.Zh, v.En = sentence(reason, t, v.Earlier)
	if v.Admitted {
		if err := s.admitted(ctx, tx, session, t, sc.Method, sc.Gate); err != nil {
			return v, err
		}
	}
	return v, insertScan(ctx, tx, sc, v)
}

// seen is what a refusal shows of the hall: how many are inside, and for a
// ticket that was taken back, whether somebody went in on it before.
func (s *Service) seen(ctx context.Context, tx db.Tx, session Session, t Ticket, reason Reason) (in int, e *Earlier, err error) {
	if reason == Refunded {
		if e, err = findAdmission(ctx, tx, session.ID, t.Code); err != nil {
			return 0, nil, err
		}
	}
	in, err = inside(ctx, tx, session.ID)
	return in, e, err
}

// Undo takes an admission back (a supervisor's act). Errors:
// checking.not_inside, checking.reason.
func (s *Service) Undo(ctx context.Context, session ids.ID, code, reason string) error {
	if len([]rune(strings.TrimSpace(reason))) < 2 {
		return ErrReason
	}
	return s.db.InTx(db.WithReason(ctx, reason), func(ctx context.Context, tx db.Tx) error {
		return undo(ctx, tx, session, code)
	})
}

// Occupancy is a session's live counter (RL-9).
type Occupancy struct {
	Session  ids.ID         `json:"session"`
	Inside   int            `json:"inside"`
	Approved int            `json:"approved"`
	ByGate   []GateCount    `json:"byGate"`
	Refused  map[Reason]int `json:"refused"`
}

// GateCount is how many one gate let in.
type GateCount struct {
	Gate   string `json:"gate"`
	Inside int    `json:"inside"`
}

// Count returns the live counter.
func (s *Service) Count(ctx context.Context, session ids.ID) (o Occupancy, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		se, err := s.source.Session(ctx, tx, session)
		if err != nil {
			return err
		}
		o, err = count(ctx, tx, se)
		return err
	})
	return o, err
}

// Record is one scan as a list shows it.
type Record struct {
	Verdict
	Method  string `json:"method"`
	Gate    string `json:"atGate"`
	Device  string `json:"device"`
	Offline bool   `json:"offline"`
}

// Scans lists a session's scans, newest first.
func (s *Service) Scans(ctx context.Context, session ids.ID, r page.Request) (p page.Page[Record], err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := s.source.Session(ctx, tx, session); err != nil {
			return err
		}
		p, err = listScans(ctx, tx, session, r)
		return err
	})
	return p, err
}
