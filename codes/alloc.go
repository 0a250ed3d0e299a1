package codes

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// Sequence names one run of numbers: what is numbered, and the scope in which a number is unique.
type Sequence struct {
	Name  string // "show", "ticket", "film-ticket", "film-session", "film-day"
	Scope string // "11010100/2026-11-21"
}

// Policy says what may happen to a number that was given out and not used.
type Policy int

const (
	// Gapless numbers are taken one by one inside the caller's transaction: if it is rolled back the number was never
	// given out. Takers of one sequence wait for each other.
	Gapless Policy = iota + 1
	// RecordedGaps are taken in blocks that are kept even if the taker fails; what a block leaves unused is recorded with
	// a reason, so that every number is either used or accounted for.
	RecordedGaps
)

// Gap is a run of numbers that were given out and will never be used.
type Gap struct {
	From, To int64
	Reason   string
}

// Store keeps sequences. It never gives a number twice, and numbers never go back once they are committed.
type Store interface {
	// Reserve takes n numbers above all that were taken before and returns the first. If fewer than n are left below or
	// at limit it takes none and returns ErrExhausted. Under Gapless it takes part in the caller's transaction.
	Reserve(ctx context.Context, seq Sequence, p Policy, n, limit int64) (first int64, err error)
	// Record notes that from to to, both included, were reserved and will never be used. What is recorded already, or was
	// never reserved, is an error.
	Record(ctx context.Context, seq Sequence, gap Gap) error
	// Gaps lists the recorded gaps, in order, and the last number that was reserved.
	Gaps(ctx context.Context, seq Sequence) (gaps []Gap, last int64, err error)
}

// ErrExhausted says that a sequence has no number left. Allocators say which in their own words.
var ErrExhausted = NewError("codes.number.exhausted", "number", "编号已用完", "there is no number left")

// ErrGap says that a gap cannot be recorded: it overlaps another or was never reserved.
var ErrGap = NewError("codes.number.gap", "number", "该号段未曾取用或已登记", "these numbers were never reserved or are recorded already")

// ShowNumbers gives out show numbers: per the first eight digits of the venue code and date, 1 to 9999, gapless, never
// reused. The number of a cancelled show stays with it.
type ShowNumbers struct{ Store Store }

// Next makes the code of the next show of the venue and date. It takes part in the caller's transaction, which must
// also save the show. Error: codes.show.exhausted when the day has had its 9,999 shows.
func (a ShowNumbers) Next(ctx context.Context, v Venue, d Date) (Show, error) {
	if v.IsZero() {
		return Show{}, zeroFault(KindVenue)
	}
	if d.IsZero() {
		return Show{}, argFault(KindShow, spanShowDate, "不能为空", "must be given", "")
	}
	n, err := a.Store.Reserve(ctx, Sequence{"show", v.Prefix8() + "/" + d.String()}, Gapless, 1, MaxShowNumber)
	if isExhausted(err) {
		return Show{}, fault{
			kind: KindShow, reason: "exhausted", field: spanShowNumber.name, fieldZH: spanShowNumber.zh, fieldEN: spanShowNumber.en, offset: -1,
			ruleZH: "已用完：场所 " + v.Prefix8() + " 在 " + d.String() + " 的 9999 个场次序号全部分配，请改用其他日期",
			ruleEN: "has run out: venue " + v.Prefix8() + " has had all 9999 numbers of " + d.String() + "; take another date",
		}.build()
	}
	if err != nil {
		return Show{}, err
	}
	return MakeShow(v, d, int(n))
}

func isExhausted(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == ErrExhausted.Code
}

// SerialNumbers gives out serials in blocks: tickets of a show, tickets and sessions of a cinema. Never reused; gaps are
// recorded.
type SerialNumbers struct{ Store Store }

// TicketSerials is the sequence of a show's ticket serials.
func TicketSerials(show Show) Sequence { return Sequence{"ticket", show.String()} }

// FilmTicketSerials is the sequence of a cinema's ticket serials; it never starts again.
func FilmTicketSerials(c Cinema, ed Edition) Sequence {
	return Sequence{"film-ticket", c.String() + "/" + string(ed)}
}

// FilmSessionSerials is the sequence of a cinema's sessions of a business day.
func FilmSessionSerials(c Cinema, d Date) Sequence {
	return Sequence{"film-session", c.String() + "/" + d.String()}
}

// FilmDayNumbers is the sequence of numberByDay, continuous per cinema and day: take it Gapless.
func FilmDayNumbers(c Cinema, d Date) Sequence {
	return Sequence{"film-day", c.String() + "/" + d.String()}
}

func (s Sequence) limit() (int64, error) {
	switch s.Name {
	case "ticket":
		return MaxTicketSerial, nil
	case "film-ticket":
		if strings.HasSuffix(s.Scope, "/"+string(Edition2025)) {
			return MaxFilmTicketSerial, nil
		}
		return 99999999, nil
	case "film-session", "film-day":
		return 99999999, nil
	}
	return 0, NewError("codes.number.sequence", "sequence", "未知的编号序列："+strconv.Quote(s.Name), "unknown sequence "+strconv.Quote(s.Name))
}

// Next takes one number inside the caller's transaction, without gaps.
func (a SerialNumbers) Next(ctx context.Context, seq Sequence) (int64, error) {
	limit, err := seq.limit()
	if err != nil {
		return 0, err
	}
	n, err := a.Store.Reserve(ctx, seq, Gapless, 1, limit)
	return n, exhaustedIn(seq, err)
}

// Block takes n numbers that are kept even if the caller's work fails. The caller must Close the block.
func (a SerialNumbers) Block(ctx context.Context, seq Sequence, n int64) (*Block, error) {
	limit, err := seq.limit()
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, NewError("codes.number.argument", "n", "一次至少取 1 个编号", "take at least one number")
	}
	first, err := a.Store.Reserve(ctx, seq, RecordedGaps, n, limit)
	if err != nil {
		return nil, exhaustedIn(seq, err)
	}
	return &Block{store: a.Store, seq: seq, next: first, last: first + n - 1}, nil
}

func exhaustedIn(seq Sequence, err error) error {
	if !isExhausted(err) {
		return err
	}
	return NewError(ErrExhausted.Code, seq.Name, "编号序列 "+seq.Name+" "+seq.Scope+" 已用完", "the sequence "+seq.Name+" "+seq.Scope+" has run out")
}

// Block is a run of numbers that its holder alone uses. It is not safe for concurrent use.
type Block struct {
	store      Store
	seq        Sequence
	next, last int64
	closed     bool
}

// Take gives the next number; ok is false when the block is used up or closed.
func (b *Block) Take() (n int64, ok bool) {
	if b.closed || b.next > b.last {
		return 0, false
	}
	b.next++
	return b.next - 1, true
}

// Void records one number of the block that was taken and came to nothing.
func (b *Block) Void(ctx context.Context, n int64, reason string) error {
	if n >= b.next || n < 1 {
		return ErrGap
	}
	return b.store.Record(ctx, b.seq, Gap{n, n, reason})
}

// Left is how many numbers can still be taken.
func (b *Block) Left() int64 {
	if b.closed {
		return 0
	}
	return b.last - b.next + 1
}

// Close records what is left as a gap. Closing again does nothing; after a failed Close it can be tried again.
func (b *Block) Close(ctx context.Context, reason string) error {
	if b.closed {
		return nil
	}
	if b.next <= b.last {
		if err := b.store.Record(ctx, b.seq, Gap{b.next, b.last, reason}); err != nil {
			return err
		}
	}
	b.closed = true
	return nil
}
