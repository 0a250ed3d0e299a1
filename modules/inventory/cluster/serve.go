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
)

// Serve answers other nodes' questions with svc until Close.
func (b *Bus) Serve(svc inventory.Here) error {
	_, err := b.nc.Subscribe(subject(b.cfg.Node), func(in *nats.Msg) {
		go b.handle(svc, in) // commands wait for their commit; one may not hold up the others
	})
	if err == nil {
		err = b.greet()
	}
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return b.nc.Flush()
}

func (b *Bus) handle(svc inventory.Here, in *nats.Msg) {
	var m message
	err := decode(in.Data, &m)
	if err == nil && m.Mark != b.cfg.Mark {
		err = errMark
	}
	if err == nil && (m.Kind == state || m.Kind == follow) {
		b.streamTo(svc, &m, in.Reply)
		return
	}
	var r reply
	if err == nil {
		r, err = b.do(svc, &m)
	}
	b.respond(in, r, err)
}

func (b *Bus) respond(in *nats.Msg, r reply, err error) {
	if err != nil {
		r = reply{Failed: failed(err)}
	}
	if raw, err := encode(&r); err == nil {
		_ = in.Respond(raw) // one who does not get it asks again
	}
}

func (b *Bus) do(svc inventory.Here, m *message) (r reply, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), m.Patience)
	defer cancel()
	ctx = m.scoped(ctx)
	session := ids.FromBytes(m.Session)
	switch m.Kind {
	case command:
		var payload any
		if m.HasPayload {
			if b.cfg.Payloads == nil {
				return r, errors.New("cluster: nobody can read the payload")
			}
			if payload, err = b.cfg.Payloads.DecodePayload(m.Payload); err != nil {
				return r, err
			}
		}
		r.Answer, err = svc.Do(ctx, session, m.Cmd, payload)
		if r.Answer.Refused != nil {
			err = nil
		}
	case meter:
		r.Meter, err = svc.Meter(ctx, session)
	case reload:
		err = svc.Reload(ctx, session)
	default:
		err = fmt.Errorf("cluster: no such question: %d", m.Kind)
	}
	return r, err
}

// streamTo sends a session's state, or its live status until nobody listens.
func (b *Bus) streamTo(svc inventory.Here, m *message, to string) {
	ctx, cancel := context.WithCancel(m.scoped(context.Background()))
	defer cancel()
	session := ids.FromBytes(m.Session)
	if m.Kind == state {
		body, err := svc.State(ctx, session)
		if err != nil {
			b.fail(to, err)
			return
		}
		total := binary.BigEndian.AppendUint64([]byte{last}, uint64(len(body)))
		for len(body) > 0 {
			n := min(chunk, len(body))
			if b.nc.Publish(to, append([]byte{more}, body[:n]...)) != nil {
				return
			}
			body = body[n:]
		}
		_ = b.nc.Publish(to, total)
		return
	}
	sub, err := svc.Subscribe(ctx, session)
	if err != nil {
		b.fail(to, err)
		return
	}
	defer sub.Close()
	b.tell(ctx, sub, to)
}

func (b *Bus) fail(to string, err error) {
	if raw, err := encode(&reply{Failed: failed(err)}); err == nil {
		_ = b.nc.Publish(to, append([]byte{failin}, raw...))
	}
}

// tell passes updates on and beats, until the feed ends or nobody listens.
func (b *Bus) tell(ctx context.Context, sub *inventory.Subscription, to string) {
	tick := time.NewTicker(beats)
	defer tick.Stop()
	missed := 0
	for {
		select {
		case <-b.stop:
			return
		case u, ok := <-sub.C:
			if !ok {
				b.fail(to, inventory.ErrElsewhere)
				return
			}
			raw, err := encode(&u)
			if err != nil || b.nc.Publish(to, append([]byte{update}, raw...)) != nil {
				return
			}
		case <-tick.C:
			wait, cancel := context.WithTimeout(ctx, beats)
			_, err := b.nc.RequestWithContext(wait, to, []byte{beat})
			cancel()
			switch {
			case err == nil:
				missed = 0
			case errors.Is(err, nats.ErrNoResponders):
				return
			default:
				if missed++; missed >= 4 {
					return
				}
			}
		}
	}
}
