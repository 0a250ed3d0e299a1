package cluster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"parterre/modules/core/ids"
	"parterre/modules/inventory"
)

func service(name string) string { return "parterre.service." + hex.EncodeToString([]byte(name)) }

// Answer serves other nodes' calls of a service that one node runs for all,
// until stop. f gets the caller's scope in ctx.
func (b *Bus) Answer(name string, f func(ctx context.Context, body []byte) ([]byte, error)) (stop func(), err error) {
	sub, err := b.nc.Subscribe(service(name), func(in *nats.Msg) {
		go func() {
			var m message
			var r reply
			err := decode(in.Data, &m)
			if err == nil && m.Mark != b.cfg.Mark {
				err = errMark
			}
			if err == nil {
				ctx, cancel := context.WithTimeout(m.scoped(context.Background()), m.Patience)
				r.Body, err = f(ctx, m.Payload)
				cancel()
			}
			b.respond(in, r, err)
		}()
	})
	if err == nil {
		err = b.nc.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return func() { _ = sub.Unsubscribe() }, nil
}

// Call asks the node that runs a service. While none does, since one has ended
// and the next has not begun, it waits a moment. inventory.ErrOutcome when no
// answer came.
func (b *Bus) Call(ctx context.Context, name string, body []byte) ([]byte, error) {
	m, err := b.ask(ctx, call, ids.ID{})
	if err != nil {
		return nil, err
	}
	m.Payload = body
	ctx, cancel := context.WithTimeout(ctx, 3*b.cfg.Timeout)
	defer cancel()
	for {
		r, err := b.request(ctx, service(name), m)
		if err == nil || !errors.Is(err, inventory.ErrGone) {
			return r.Body, err
		}
		select {
		case <-ctx.Done():
			return nil, inventory.ErrOutcome.Because(err)
		case <-time.After(50 * time.Millisecond): //nolint:forbidigo // a polling pace
		}
	}
}

const hello = "parterre.hello"

// Meet asks all nodes that can be heard within the time whether they have this
// node's mark, and names the first that has not.
func (b *Bus) Meet(ctx context.Context, within time.Duration) error {
	inbox := nats.NewInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for ctx.Err() == nil {
		// Again and again: the way to the others may just be opening.
		if err := b.nc.PublishRequest(hello, inbox, nil); err != nil {
			return fmt.Errorf("cluster: %w", err)
		}
		short, done := context.WithTimeout(ctx, 50*time.Millisecond)
		in, err := sub.NextMsgWithContext(short)
		done()
		if err != nil || in.Header.Get("Node") == b.cfg.Node {
			continue
		}
		if in.Header.Get("Node") == "" { // nobody is there yet
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond): //nolint:forbidigo // a polling pace
			}
			continue
		}
		if in.Header.Get("Mark") != b.cfg.Mark {
			return fmt.Errorf("cluster: node %s has other keys or speaks another version: all nodes need the same keys folder and the same build", in.Header.Get("Node"))
		}
	}
	return nil
}

// greet answers who Meets.
func (b *Bus) greet() error {
	_, err := b.nc.Subscribe(hello, func(in *nats.Msg) {
		out := nats.NewMsg(in.Reply)
		out.Header.Set("Node", b.cfg.Node)
		out.Header.Set("Mark", b.cfg.Mark)
		_ = b.nc.PublishMsg(out)
	})
	return err
}
