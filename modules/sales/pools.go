package sales

import (
	"context"
	"fmt"
	"slices"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/inventory/engine"
)

// Looker is a seat engine that can be asked about a session's state.
type Looker interface {
	Look(ctx context.Context, session ids.ID, f func(*engine.State)) error
}

// look asks the session's writer; the state may not be kept.
func (s *Service) look(ctx context.Context, session ids.ID, f func(*engine.State)) error {
	l, ok := s.Seats.(Looker)
	if !ok {
		return errs.New(errs.Unavailable, "sales.no_look", "座位服务暂不可用。", "The seat engine cannot be asked.")
	}
	return l.Look(ctx, session, f)
}

func (s *Service) meter(ctx context.Context, session ids.ID) (m engine.Meter, err error) {
	err = s.look(ctx, session, func(st *engine.State) { m = st.Meter() })
	return m, err
}

// poolNamed finds a pool of the engine by its name; "" is none.
func (s *Service) poolNamed(ctx context.Context, session ids.ID, name string) (id uint16, err error) {
	if name == "" {
		return 0, nil
	}
	err = s.look(ctx, session, func(st *engine.State) {
		for _, p := range st.Config().Pools {
			if p.Name == name && !p.Dead {
				id = p.ID
			}
		}
	})
	if err == nil && id == 0 {
		err = ErrReservePool
	}
	return id, err
}

func seatsText(seats []int32) string {
	list := slices.Clone(seats)
	slices.Sort(list)
	return fmt.Sprint(list)
}
