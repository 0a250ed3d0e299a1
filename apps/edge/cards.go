package edge

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"parterre/integrations/reader"
)

const (
	beat  = 15 * time.Second // a comment that keeps the line alive
	again = 2 * time.Second  // pause before a reader that failed is opened again
)

// cards is the stream of one page; it takes the reader from the page before.
func (e *Edge) cards(w http.ResponseWriter, r *http.Request) {
	if e.cfg.Reader == nil {
		problem(w, http.StatusNotFound, "edge.reader", "There is no card reader at this counter; start the device program with --reader.")
		return
	}
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	l := &listener{cards: make(chan []byte), moved: make(chan struct{})}
	e.listen(l)
	defer e.leave(l)
	send := func(text []byte) bool {
		_, err := w.Write(text)
		clear(text)
		return err == nil && out.Flush() == nil
	}
	if !send([]byte("event: ready\ndata: {}\n\n")) {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-l.moved:
			send([]byte("event: moved\ndata: {}\n\n"))
			return
		case text := <-l.cards:
			if !send(text) {
				return
			}
		case <-e.cfg.Clock.After(beat):
			if !send([]byte(":\n\n")) {
				return
			}
		}
	}
}

func (e *Edge) listen(l *listener) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener != nil {
		close(e.listener.moved)
	}
	e.listener = l
	close(e.changed)
	e.changed = make(chan struct{})
}

func (e *Edge) leave(l *listener) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == l {
		e.listener = nil
		close(e.changed)
		e.changed = make(chan struct{})
	}
}

// Run asks the reader for cards while a page listens, until ctx ends.
func (e *Edge) Run(ctx context.Context) {
	for ctx.Err() == nil {
		e.mu.Lock()
		l, changed := e.listener, e.changed
		e.mu.Unlock()
		if l == nil {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		one, stop := context.WithCancel(ctx)
		go func() {
			select {
			case <-changed:
			case <-one.Done():
			}
			stop()
		}()
		if err := e.watch(one, l); err != nil && one.Err() == nil {
			e.cfg.Log.Warn("card reader", "err", err)
			e.tell(one, l, "fault", map[string]any{"code": faultCode(err)})
			select {
			case <-one.Done():
			case <-e.cfg.Clock.After(again):
			}
		}
		stop()
	}
}

func (e *Edge) watch(ctx context.Context, l *listener) error {
	r, err := e.cfg.Reader()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	return r.Watch(ctx, e.cfg.Clock, func(s reader.Seen) {
		if s.Err != nil {
			e.tell(ctx, l, "fault", map[string]any{"code": faultCode(s.Err)})
			return
		}
		// What a ticket needs, and no more of the card.
		e.tell(ctx, l, "card", map[string]any{"kind": s.Card.Kind, "name": s.Card.Holder(), "number": s.Card.Number, "until": s.Card.Until})
	})
}

// tell hands an event over, or drops it when the page has gone: a card waits
// for nobody.
func (e *Edge) tell(ctx context.Context, l *listener, event string, data any) {
	body, err := json.Marshal(data)
	if err != nil {
		return
	}
	text := append([]byte("event: "+event+"\ndata: "), body...)
	clear(body)
	select {
	case l.cards <- append(text, '\n', '\n'):
	case <-l.moved:
	case <-ctx.Done():
	}
}

// faultCode names what a person can do something about.
func faultCode(err error) string {
	var refused *reader.Refused
	switch {
	case errors.As(err, &refused):
		return "reader.lift" // lift the card and lay it down again
	case errors.Is(err, reader.ErrNumber), errors.Is(err, reader.ErrText), errors.Is(err, reader.ErrVariant):
		return "reader.card"
	case errors.Is(err, reader.ErrSilent), errors.Is(err, reader.ErrChecksum), errors.Is(err, reader.ErrFrame):
		return "reader.silent"
	}
	return "reader.port"
}
