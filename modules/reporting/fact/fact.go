// Package fact is the published language of reporting: what happened, in plain
// versioned structs that any regulator's adapter can be fed with.
//
// A fact is written once, in the transaction that made it true, and never
// changed. A correction is another fact. Facts hold no personal data: a buyer
// is seen only as a flag that a ticket is bound to a checked document (PT
// chapter on interfaces: "no name or full ID number leaves for the platform").
// Names of performers and organisers are those on the public approval document.
//
// The JSON is stable: Language is the number of its version; Decode refuses
// unknown fields, missing ones, and values that Check refuses, so a fact that
// can be read back is one that could have been written.
package fact

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
)

// Language is the version of the structs of this package.
const Language = 1

// Kind names what a fact is about.
type Kind string

// The kinds, in the order in which a platform has to know them.
const (
	KindVenue   Kind = "VENUE"   // 场馆
	KindHall    Kind = "HALL"    // 厅
	KindSeatMap Kind = "SEATMAP" // 票图
	KindShow    Kind = "SHOW"    // 演出
	KindSession Kind = "SESSION" // 场次
	KindPrice   Kind = "PRICE"   // 票档
	KindSale    Kind = "SALE"    // 售票
	KindRefund  Kind = "REFUND"  // 退票
	KindCheckIn Kind = "CHECKIN" // 检票
	KindDaily   Kind = "DAILY"   // 日报
)

// Kinds lists all kinds in the order in which a platform has to know them.
func Kinds() []Kind {
	return []Kind{KindVenue, KindHall, KindSeatMap, KindShow, KindSession, KindPrice, KindSale, KindRefund, KindCheckIn, KindDaily}
}

// Body is what a fact says. The bodies are the structs of this package only.
type Body interface {
	Kind() Kind
	// Venue is the 11-digit code (PT-venue) by which channels choose facts.
	Venue() string
	// Subject names what it is about in lists: a code, an order number.
	Subject() string
	// Check returns an *errs.Error that names every field at fault.
	Check() error
}

// Fact is one thing that happened.
type Fact struct {
	ID   ids.ID
	At   time.Time // when it happened; microseconds
	Body Body
}

// New makes a fact of a body, with an identifier of its own.
func New(at time.Time, body Body) Fact { return Fact{ID: ids.New(), At: at, Body: body} }

// ErrFact is the error of a text that is no fact of this language version.
var ErrFact = errs.New(errs.Invalid, "reporting.fact", "事实记录不符合发布格式：{why}。", "Not a fact of this language version: {why}.")

// Check refuses a fact that cannot be read back.
func (f Fact) Check() error {
	switch {
	case f.ID.IsZero():
		return ErrFact.With("why", "it has no identifier").At("id")
	case f.At.IsZero() || f.At.Year() < 2000 || f.At.Year() > 9999:
		return ErrFact.With("why", "it has no time").At("at")
	case f.Body == nil:
		return ErrFact.With("why", "it has no body").At("body")
	}
	return f.Body.Check()
}

type envelope struct {
	Language int             `json:"language"`
	ID       ids.ID          `json:"id"`
	Kind     Kind            `json:"kind"`
	At       time.Time       `json:"at"`
	Body     json.RawMessage `json:"body"`
}

// Encode returns the fact's stable JSON, or the error of Check.
func Encode(f Fact) ([]byte, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	body, err := EncodeBody(f.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(envelope{Language, f.ID, f.Body.Kind(), f.At.UTC(), body})
}

// Decode reads what Encode wrote. The order of fields and white space do not
// matter, since PostgreSQL's jsonb keeps neither; everything else does.
func Decode(raw []byte) (Fact, error) {
	var e envelope
	if err := strict(raw, &e); err != nil {
		return Fact{}, err
	}
	if e.Language != Language {
		return Fact{}, ErrFact.With("why", "its language version is another one").At("language")
	}
	body, err := DecodeBody(e.Kind, e.Body)
	if err != nil {
		return Fact{}, err
	}
	f := Fact{ID: e.ID, At: e.At, Body: body}
	return f, f.Check()
}

// EncodeBody returns a body's stable JSON, or the error of its Check.
func EncodeBody(b Body) ([]byte, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// DecodeBody reads the body of a fact of kind.
func DecodeBody(kind Kind, raw []byte) (Body, error) {
	switch kind {
	case KindVenue:
		return decodeAs[Venue](raw)
	case KindHall:
		return decodeAs[Hall](raw)
	case KindSeatMap:
		return decodeAs[SeatMap](raw)
	case KindShow:
		return decodeAs[Show](raw)
	case KindSession:
		return decodeAs[Session](raw)
	case KindPrice:
		return decodeAs[Price](raw)
	case KindSale:
		return decodeAs[Sale](raw)
	case KindRefund:
		return decodeAs[Refund](raw)
	case KindCheckIn:
		return decodeAs[CheckIn](raw)
	case KindDaily:
		return decodeAs[Daily](raw)
	}
	return nil, ErrFact.With("why", "its kind is unknown").At("kind")
}

func decodeAs[T Body](raw []byte) (Body, error) {
	var b T
	if err := strict(raw, &b); err != nil {
		return nil, err
	}
	return b, b.Check()
}

// strict decodes one JSON value and refuses unknown fields, rubbish after it
// and bytes that are not UTF-8. The text of the value never enters the error.
func strict(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return ErrFact.With("why", "it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return ErrFact.With("why", "its JSON has an unknown field or a value of the wrong type").Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ErrFact.With("why", "something follows it")
	}
	return nil
}
