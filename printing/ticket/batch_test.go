package ticket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"parterre/printing"
)

func stream(n int, make func(i int) Ticket) iter.Seq2[Ticket, error] {
	return func(yield func(Ticket, error) bool) {
		for i := range n {
			if !yield(make(i), nil) {
				return
			}
		}
	}
}

func numbered(tb testing.TB) func(i int) Ticket {
	base := sample(tb)
	return func(i int) Ticket {
		t := base
		t.Seat.Number = fmt.Sprint(i)
		return t
	}
}

func TestBatchKeepsTheOrder(t *testing.T) {
	t.Parallel()
	var next, pages int
	var seen []Progress
	o := BatchOptions{
		Options: Options{Medium: Stock, Created: created}, Chunk: 7, Workers: 3,
		Progress: func(p Progress) { seen = append(seen, p) },
	}
	done, err := Batch(t.Context(), stream(45, numbered(t)), o, func(c Chunk) error {
		if c.First != next || len(c.Failures) != 0 {
			t.Errorf("chunk begins at %d, want %d; %v", c.First, next, c.Failures)
		}
		text := run(t, "pdftotext", "-raw", file(t, c.PDF), "-")
		if want := fmt.Sprintf("\n%d\n", c.First); !strings.Contains(text, want) {
			t.Errorf("ticket %d is not in its chunk", c.First)
		}
		next += c.Printed
		pages += c.Pages
		return nil
	})
	if err != nil || done.Printed != 45 || pages != 45 || len(seen) != 7 || seen[6] != done {
		t.Errorf("done %+v, pages %d, progress %v, %v", done, pages, seen, err)
	}
}

func TestBatchIsReproducible(t *testing.T) {
	t.Parallel()
	var runs [2]bytes.Buffer
	for i := range runs {
		o := BatchOptions{Options: Options{Created: created}, Chunk: 5, Workers: 1 + i*2}
		if _, err := Batch(t.Context(), stream(12, numbered(t)), o, func(c Chunk) error {
			_, err := runs[i].Write(c.PDF)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(runs[0].Bytes(), runs[1].Bytes()) {
		t.Error("the number of workers changes the bytes")
	}
}

// explodes stands for whatever may go wrong in one ticket's drawing.
type explodes struct{ printing.Matrix }

func (explodes) Dark(int, int) bool { panic("bad matrix") }

func TestOneBadTicketCostsNoOther(t *testing.T) {
	t.Parallel()
	tickets := numbered(t)
	o := BatchOptions{Options: Options{Created: created}, Chunk: 10, Workers: 2}
	var failed []int
	printed := 0
	done, err := Batch(t.Context(), stream(20, func(i int) Ticket {
		tk := tickets(i)
		switch i {
		case 3: // breaks while drawing
			tk.QR = explodes{tk.QR}
		case 4: // refused before
			tk.Document = "11010519491231002X"
		case 15: // panics while being laid out
			tk.QR = nilMatrix(nil)
		}
		return tk
	}), o, func(c Chunk) error {
		for _, f := range c.Failures {
			failed = append(failed, f.Index)
			if f.Code != samplePayload || f.Err == nil {
				t.Errorf("failure %+v", f)
			}
		}
		printed += c.Printed
		if got := strings.Count(run(t, "pdftotext", "-raw", file(t, c.PDF), "-"), "票码"); got != c.Printed {
			t.Errorf("%d tickets in the file, %d said", got, c.Printed)
		}
		return nil
	})
	if err != nil || printed != 17 || done.Failed != 3 || fmt.Sprint(failed) != "[4 3 15]" {
		t.Errorf("printed %d, failed %v, %+v, %v", printed, failed, done, err)
	}
}

type nilMatrix func()

func (n nilMatrix) Size() (int, int)   { n(); return 1, 1 }
func (n nilMatrix) Dark(int, int) bool { return false }

func TestBatchHoldsFewChunks(t *testing.T) {
	t.Parallel()
	tickets, handed, delivered := numbered(t), 0, 0
	o := BatchOptions{Options: Options{Medium: Stock, Created: created}, Chunk: 2, Workers: 2}
	_, err := Batch(t.Context(), stream(40, func(i int) Ticket {
		handed = i + 1
		if held := handed - delivered; held > 2*(2+1) {
			t.Errorf("%d tickets are held", held)
		}
		return tickets(i)
	}), o, func(c Chunk) error { delivered += c.Printed; return nil })
	if err != nil || delivered != 40 {
		t.Errorf("%d delivered, %v", delivered, err)
	}
}

func TestBatchEndsEarly(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	o := BatchOptions{Options: Options{Medium: Stock, Created: created}, Chunk: 2, Workers: 2}
	if _, err := Batch(t.Context(), stream(20, numbered(t)), o, func(Chunk) error { return full }); !errors.Is(err, full) {
		t.Errorf("emit: %v", err)
	}
	broken := errors.New("row lost")
	if _, err := Batch(t.Context(), func(yield func(Ticket, error) bool) { yield(Ticket{}, broken) }, o, nil); !errors.Is(err, broken) {
		t.Errorf("source: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	chunks := 0
	_, err := Batch(ctx, stream(20, numbered(t)), o, func(Chunk) error { chunks++; stop(); return nil })
	if !errors.Is(err, context.Canceled) || chunks != 1 {
		t.Errorf("context: %v after %d chunks", err, chunks)
	}
}
