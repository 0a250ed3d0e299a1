package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"parterre/modules/core/ids"
	"parterre/modules/inventory"
	"parterre/modules/inventory/engine"
)

// request sends a question and waits for its answer.
func (b *Bus) request(ctx context.Context, to string, m *message) (reply, error) {
	var r reply
	raw, err := encode(m)
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, b.cfg.Timeout)
	defer cancel()
	res, err := b.nc.RequestWithContext(ctx, to, raw)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return r, inventory.ErrElsewhere.Because(inventory.ErrGone) // the owner is gone; its lease will end
	case err != nil:
		return r, inventory.ErrOutcome.Because(err)
	}
	if err := decode(res.Data, &r); err != nil {
		return r, inventory.ErrOutcome.Because(err)
	}
	if r.Failed != nil {
		return r, r.Failed.err()
	}
	return r, nil
}

// Forward implements inventory.Router.
func (b *Bus) Forward(ctx context.Context, owner string, session ids.ID, cmd engine.Command, payload any) (engine.Answer, error) {
	m, err := b.ask(ctx, command, session)
	if err != nil {
		return engine.Answer{}, err
	}
	m.Cmd, m.HasPayload = cmd, payload != nil
	if payload != nil {
		if b.cfg.Payloads == nil {
			return engine.Answer{}, errors.New("cluster: the command has a payload and nobody can carry it")
		}
		if m.Payload, err = b.cfg.Payloads.EncodePayload(payload); err != nil {
			return engine.Answer{}, fmt.Errorf("cluster: payload: %w", err)
		}
	}
	r, err := b.request(ctx, subject(owner), m)
	if err == nil && r.Answer.Refused != nil {
		return r.Answer, inventory.Refused(r.Answer.Refused)
	}
	return r.Answer, err
}

// Meter implements inventory.Router.
func (b *Bus) Meter(ctx context.Context, owner string, session ids.ID) (engine.Meter, error) {
	m, err := b.ask(ctx, meter, session)
	if err != nil {
		return engine.Meter{}, err
	}
	r, err := b.request(ctx, subject(owner), m)
	return r.Meter, err
}

// Reload implements inventory.Router.
func (b *Bus) Reload(ctx context.Context, owner string, session ids.ID) error {
	m, err := b.ask(ctx, reload, session)
	if err != nil {
		return err
	}
	_, err = b.request(ctx, subject(owner), m)
	return err
}

// A stream is messages to an inbox of the asker's: one byte of kind, then data.
const (
	more   = 'm' // a piece, more follow
	last   = 'l' // 8 bytes of total length: the pieces are all
	update = 'u'
	beat   = 'b' // wants an empty answer
	failin = 'f' // a reply with the failure
)

// chunk keeps a piece well below what a NATS message may hold (1 MB).
const chunk = 256 << 10

// State implements inventory.Router.
func (b *Bus) State(ctx context.Context, owner string, session ids.ID) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*b.cfg.Timeout)
	defer cancel()
	sub, err := b.stream(ctx, owner, state, session)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	var out []byte
	for {
		in, err := next(ctx, sub)
		if err != nil {
			return nil, err
		}
		switch in.Data[0] {
		case more:
			out = append(out, in.Data[1:]...)
		case last:
			if len(in.Data) != 9 || binary.BigEndian.Uint64(in.Data[1:]) != uint64(len(out)) {
				return nil, inventory.ErrOutcome.Because(errors.New("cluster: a piece of a session's state is missing"))
			}
			return out, nil
		}
	}
}

// stream asks for a stream and listens to it.
func (b *Bus) stream(ctx context.Context, owner string, k kind, session ids.ID) (*nats.Subscription, error) {
	m, err := b.ask(ctx, k, session)
	if err != nil {
		return nil, err
	}
	raw, err := encode(m)
	if err != nil {
		return nil, err
	}
	inbox := nats.NewInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return nil, inventory.ErrOutcome.Because(err)
	}
	if err := b.nc.PublishRequest(subject(owner), inbox, raw); err != nil {
		_ = sub.Unsubscribe()
		return nil, inventory.ErrOutcome.Because(err)
	}
	return sub, nil
}

// next is the stream's next message.
func next(ctx context.Context, sub *nats.Subscription) (*nats.Msg, error) {
	in, err := sub.NextMsgWithContext(ctx)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, inventory.ErrElsewhere.Because(inventory.ErrGone)
	case err != nil:
		return nil, inventory.ErrOutcome.Because(err)
	case len(in.Data) == 0 && in.Header.Get("Status") == "503":
		return nil, inventory.ErrElsewhere.Because(inventory.ErrGone)
	case len(in.Data) == 0:
		return nil, inventory.ErrOutcome
	case in.Data[0] == failin:
		var r reply
		if err := decode(in.Data[1:], &r); err != nil || r.Failed == nil {
			return nil, inventory.ErrOutcome.Because(err)
		}
		return nil, r.Failed.err()
	}
	return in, nil
}

// beats is how often an owner shows that it lives; a follower believes it dead
// after silence.
const (
	beats   = 500 * time.Millisecond
	silence = 4 * beats
)

// Follow implements inventory.Router.
func (b *Bus) Follow(ctx context.Context, owner string, session ids.ID) (<-chan inventory.Update, error) {
	sub, err := b.stream(ctx, owner, follow, session)
	if err != nil {
		return nil, err
	}
	first, err := b.hear(ctx, sub)
	if err != nil {
		_ = sub.Unsubscribe()
		return nil, err
	}
	out := make(chan inventory.Update, 1)
	out <- *first
	go func() {
		defer close(out)
		defer func() { _ = sub.Unsubscribe() }()
		for {
			u, err := b.hear(ctx, sub)
			if err != nil {
				return
			}
			select {
			case out <- *u:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

// hear waits for the next update and answers beats meanwhile.
func (b *Bus) hear(ctx context.Context, sub *nats.Subscription) (*inventory.Update, error) {
	for {
		wait, cancel := context.WithTimeout(ctx, silence)
		in, err := next(wait, sub)
		cancel()
		if err != nil {
			return nil, err
		}
		switch in.Data[0] {
		case beat:
			if err := in.Respond(nil); err != nil {
				return nil, err
			}
		case update:
			u := &inventory.Update{}
			return u, decode(in.Data[1:], u)
		}
	}
}
