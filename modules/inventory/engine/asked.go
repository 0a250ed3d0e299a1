package engine

import "slices"

// asked reports whether the places of an earlier hold are what c asks for: the
// seats that it names, its standing places, and as many others as it wants, of
// the zones that it accepts. A key stands for one wish: a repeated request
// finds its hold, one with other content is refused.
func (s *State) asked(c *Hold, got []int32) bool {
	rest := slices.Clone(got)
	take := func(ok func(id int32) bool) bool {
		i := slices.IndexFunc(rest, ok)
		if i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		}
		return i >= 0
	}
	for _, seat := range c.Seats {
		if !take(func(id int32) bool { return id == seat }) {
			return false
		}
	}
	for _, w := range c.Standing {
		for range w.N {
			if !take(func(id int32) bool { spot, ok := s.hall.Spot(id); return !ok || spot.Area == w.Area }) {
				return false
			}
		}
	}
	if c.Want == nil {
		return len(rest) == 0
	}
	return len(rest) == c.Want.N && !slices.ContainsFunc(rest, func(id int32) bool {
		zone, ok := s.hall.ZoneOf(id)
		return ok && len(c.Want.Zones) > 0 && !slices.Contains(c.Want.Zones, zone)
	})
}
