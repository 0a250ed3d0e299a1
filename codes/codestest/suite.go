package codestest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"parterre/codes"
)

// World is a store under test. InTx runs fn in a transaction of the store's own kind.
type World struct {
	Store codes.Store
	InTx  func(ctx context.Context, fn func(context.Context) error) error
}

const (
	venueText = "11010100101"
	takers    = 8
	each      = 25
)

// Suite is what every store must do. open gives a fresh, empty store.
func Suite(t *testing.T, open func(t *testing.T) (context.Context, World)) {
	t.Helper()
	for name, f := range map[string]func(*testing.T, context.Context, World){
		"concurrent show numbers are gapless": concurrentShows,
		"a rolled back number is given again": rolledBack,
		"9999 shows of a day are the last":    exhausted,
		"blocks do not overlap":               concurrentBlocks,
		"every number is used or recorded":    recordedGaps,
		"gaps are recorded once":              gapsOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, w := open(t)
			f(t, ctx, w)
		})
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func concurrentShows(t *testing.T, ctx context.Context, w World) {
	v := must(codes.ParseVenue(venueText))(t)
	twin := must(codes.ParseVenue("11010100202"))(t) // another hall under the same eight digits
	d := must(codes.MakeDate(2026, 11, 21))(t)
	var mu sync.Mutex
	numbers, texts := map[int]int{}, map[string]bool{}
	var wg sync.WaitGroup
	for i := range takers {
		wg.Go(func() {
			for range each {
				venue := v
				if i%2 == 1 {
					venue = twin
				}
				var s codes.Show
				err := w.InTx(ctx, func(ctx context.Context) (err error) {
					s, err = codes.ShowNumbers{Store: w.Store}.Next(ctx, venue, d)
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				numbers[s.Number()]++
				texts[s.String()] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for n := 1; n <= takers*each; n++ {
		if numbers[n] != 1 {
			t.Errorf("number %d was given out %d times", n, numbers[n])
		}
	}
	if len(texts) != takers*each {
		t.Errorf("%d codes, want %d", len(texts), takers*each)
	}
	other := must(codes.MakeDate(2026, 11, 22))(t)
	err := w.InTx(ctx, func(ctx context.Context) error {
		s, err := codes.ShowNumbers{Store: w.Store}.Next(ctx, v, other)
		if err == nil && s.Number() != 1 {
			t.Errorf("another day begins at %d", s.Number())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

var errStop = errors.New("stop")

func rolledBack(t *testing.T, ctx context.Context, w World) {
	v := must(codes.ParseVenue(venueText))(t)
	d := must(codes.MakeDate(2026, 11, 21))(t)
	next := func(fail error) (n int) {
		err := w.InTx(ctx, func(ctx context.Context) error {
			s, err := codes.ShowNumbers{Store: w.Store}.Next(ctx, v, d)
			n = s.Number()
			return errors.Join(err, fail)
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
		return n
	}
	if a, b, c := next(nil), next(errStop), next(nil); a != 1 || b != 2 || c != 2 {
		t.Errorf("numbers %d, %d (rolled back), %d; want 1, 2, 2", a, b, c)
	}
}

func exhausted(t *testing.T, ctx context.Context, w World) {
	v := must(codes.ParseVenue(venueText))(t)
	d := must(codes.MakeDate(2026, 11, 21))(t)
	seq := codes.Sequence{Name: "show", Scope: v.Prefix8() + "/" + d.String()}
	err := w.InTx(ctx, func(ctx context.Context) error {
		_, err := w.Store.Reserve(ctx, seq, codes.Gapless, codes.MaxShowNumber-1, codes.MaxShowNumber)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "codes.show.exhausted", "codes.show.exhausted"} {
		err := w.InTx(ctx, func(ctx context.Context) error {
			s, err := codes.ShowNumbers{Store: w.Store}.Next(ctx, v, d)
			if err == nil && s.Number() != codes.MaxShowNumber {
				t.Errorf("the last number is %d", s.Number())
			}
			return err
		})
		var e *codes.Error
		if errors.As(err, &e); (err == nil) != (want == "") || want != "" && (e == nil || e.Code != want) {
			t.Errorf("call %d: %v, want %q", i, err, want)
		}
	}
}

func testSeq(t *testing.T) codes.Sequence {
	t.Helper()
	return codes.TicketSerials(must(codes.ParseShow("110101001012611210007"))(t))
}

func concurrentBlocks(t *testing.T, ctx context.Context, w World) {
	seq := testSeq(t)
	var mu sync.Mutex
	seen := map[int64]int{}
	var wg sync.WaitGroup
	for range takers {
		wg.Go(func() {
			for range each {
				b, err := codes.SerialNumbers{Store: w.Store}.Block(ctx, seq, 7)
				if err != nil {
					t.Error(err)
					return
				}
				for n, ok := b.Take(); ok; n, ok = b.Take() {
					mu.Lock()
					seen[n]++
					mu.Unlock()
				}
				if err := b.Close(ctx, "unused"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for n := int64(1); n <= takers*each*7; n++ {
		if seen[n] != 1 {
			t.Fatalf("serial %d was given out %d times", n, seen[n])
		}
	}
}

func recordedGaps(t *testing.T, ctx context.Context, w World) {
	seq := testSeq(t)
	a := codes.SerialNumbers{Store: w.Store}
	used := map[int64]bool{}
	_ = w.InTx(ctx, func(ctx context.Context) error { // the caller fails: the block stays taken all the same
		b, err := a.Block(ctx, seq, 10)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			n, _ := b.Take()
			used[n] = true
		}
		return nil
	})
	b, err := a.Block(ctx, seq, 5)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := b.Take()
	if n != 11 {
		t.Errorf("the next block begins at %d, want 11", n)
	}
	for _, err := range []error{b.Void(ctx, n, "printer jam"), b.Close(ctx, "shift end"), b.Close(ctx, "again"), w.Store.Record(ctx, seq, codes.Gap{From: 4, To: 10, Reason: "crash"})} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, ok := b.Take(); ok || b.Left() != 0 {
		t.Error("a closed block gives numbers")
	}
	gaps, last, err := w.Store.Gaps(ctx, seq)
	if err != nil || last != 15 {
		t.Fatalf("last %d, %v", last, err)
	}
	for _, g := range gaps {
		for n := g.From; n <= g.To; n++ {
			if used[n] {
				t.Errorf("%d is used and a gap", n)
			}
			used[n] = true
		}
	}
	for n := int64(1); n <= last; n++ {
		if !used[n] {
			t.Errorf("%d is neither used nor recorded", n)
		}
	}
}

func gapsOnce(t *testing.T, ctx context.Context, w World) {
	seq := testSeq(t)
	b, err := codes.SerialNumbers{Store: w.Store}.Block(ctx, seq, 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(ctx, "unused"); err != nil {
		t.Fatal(err)
	}
	for _, g := range []codes.Gap{
		{From: 1, To: 10, Reason: "again"},
		{From: 5, To: 5, Reason: "inside"},
		{From: 11, To: 11, Reason: "never reserved"},
		{From: 0, To: 0, Reason: "zero"},
		{From: 3, To: 2, Reason: "turned round"},
	} {
		var e *codes.Error
		if err := w.Store.Record(ctx, seq, g); !errors.As(err, &e) || e.Code != codes.ErrGap.Code {
			t.Errorf("%v: %v", g, err)
		}
	}
}
