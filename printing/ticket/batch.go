package ticket

import (
	"bytes"
	"context"
	"iter"
	"runtime"

	"parterre/printing"
	"parterre/printing/canvas"
)

// Defaults of a batch: a chunk of 500 shares one copy of the fonts (2 MB in
// memory, 20 kB in the file) and stays under 1 MB; more gains little.
const (
	DefaultChunk = 500
	maxChunk     = 2000
)

// BatchOptions are the options of a run of many tickets.
type BatchOptions struct {
	Options
	Title    string         // document title; names the session, never a person
	Chunk    int            // tickets per PDF; 0 means DefaultChunk, at most 2000
	Workers  int            // chunks rendered at once; 0 means one per CPU
	Progress func(Progress) // called after each chunk, may be nil
}

// Progress counts tickets done so far.
type Progress struct{ Printed, Failed int }

// Failure is a ticket that could not be printed.
type Failure struct {
	Index int // in the run, from 0
	Code  string
	Err   error
}

// Noted is a warning and the ticket it is about.
type Noted struct {
	Index   int
	Warning printing.Warning
}

// Chunk is one PDF of a run.
type Chunk struct {
	First, Printed, Pages int
	PDF                   []byte // nil when every ticket of the chunk failed
	Failures              []Failure
	Warnings              []Noted
}

// Batch prints a stream of tickets as a sequence of PDFs. emit gets the chunks
// in order, on the caller's goroutine, as soon as they are ready; at most
// Workers chunks are held in memory. A ticket that cannot be printed is a
// Failure of its chunk and costs no other ticket. Batch ends early on the first
// error of the source or of emit, or when the context ends.
func Batch(ctx context.Context, tickets iter.Seq2[Ticket, error], o BatchOptions, emit func(Chunk) error) (Progress, error) {
	size, workers := o.Chunk, o.Workers
	if size <= 0 {
		size = DefaultChunk
	}
	size = min(size, maxChunk)
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	b := batch{ctx: ctx, o: o, emit: emit}
	defer b.drain()
	var pending []Ticket
	for t, err := range tickets {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return b.done, err
		}
		if pending = append(pending, t); len(pending) < size {
			continue
		}
		b.start(pending)
		pending = nil
		if len(b.running) >= workers {
			if err := b.deliver(); err != nil {
				return b.done, err
			}
		}
	}
	if len(pending) > 0 {
		b.start(pending)
	}
	for len(b.running) > 0 {
		if err := b.deliver(); err != nil {
			return b.done, err
		}
	}
	return b.done, nil
}

// batch is a run under way: running holds a channel per chunk, oldest first.
type batch struct {
	ctx     context.Context //nolint:containedctx // lives as long as the call of Batch
	o       BatchOptions
	emit    func(Chunk) error
	running []chan Chunk
	started int
	done    Progress
}

func (b *batch) start(tickets []Ticket) {
	ch := make(chan Chunk, 1)
	b.running = append(b.running, ch)
	go func(first int) { ch <- renderChunk(first, tickets, b.o) }(b.started)
	b.started += len(tickets)
}

// deliver waits for the oldest chunk and hands it on.
func (b *batch) deliver() error {
	c := <-b.running[0]
	b.running = b.running[1:]
	if err := b.ctx.Err(); err != nil {
		return err
	}
	if err := b.emit(c); err != nil {
		return err
	}
	b.done.Printed += c.Printed
	b.done.Failed += len(c.Failures)
	if b.o.Progress != nil {
		b.o.Progress(b.done)
	}
	return nil
}

// drain leaves no goroutine behind.
func (b *batch) drain() {
	for _, ch := range b.running {
		<-ch
	}
}

// laid is a ticket that has been laid out.
type laid struct {
	index int
	code  string
	pages []*canvas.Page
	notes []printing.Warning
}

func renderChunk(first int, tickets []Ticket, o BatchOptions) Chunk {
	c := Chunk{First: first}
	var good []laid
	for i, t := range tickets {
		pages, notes, err := compose(t, o.Options)
		if err != nil {
			c.Failures = append(c.Failures, Failure{first + i, t.Code, err})
			continue
		}
		good = append(good, laid{first + i, t.Code, pages, notes})
	}
	c.draw(good, o)
	return c
}

// draw writes the chunk; a ticket that fails on the way is taken out and the
// rest written again.
func (c *Chunk) draw(good []laid, o BatchOptions) {
	for len(good) > 0 {
		var b bytes.Buffer
		err := document(o.Title, o.Options).Write(&b, allPages(good))
		if err == nil {
			c.PDF, c.Printed, c.Pages = b.Bytes(), len(good), len(allPages(good))
			for _, l := range good {
				for _, w := range l.notes {
					c.Warnings = append(c.Warnings, Noted{l.index, w})
				}
			}
			return
		}
		good = c.dropFailed(good, err, o)
	}
}

// dropFailed removes the ticket that the error names or, when it names none,
// every ticket that cannot be written alone.
func (c *Chunk) dropFailed(good []laid, err error, o BatchOptions) []laid {
	bad := failedPage(err)
	var kept []laid
	page := 0
	for _, l := range good {
		mine := err
		failed := bad >= page && bad < page+len(l.pages)
		if bad < 0 {
			mine = document(o.Title, o.Options).Write(&bytes.Buffer{}, l.pages)
			failed = mine != nil
		}
		page += len(l.pages)
		if failed {
			c.Failures = append(c.Failures, Failure{l.index, l.code, internal(mine)})
			continue
		}
		kept = append(kept, l)
	}
	if len(kept) == len(good) { // only together do they fail: give the chunk up, loudly
		for _, l := range good {
			c.Failures = append(c.Failures, Failure{l.index, l.code, internal(err)})
		}
		return nil
	}
	return kept
}

func allPages(laid []laid) []*canvas.Page {
	var pages []*canvas.Page
	for _, l := range laid {
		pages = append(pages, l.pages...)
	}
	return pages
}
