package engine

// InPool counts the places of a pool that are neither held nor sold.
func (s *State) InPool(id uint16) int {
	n := 0
	for i, p := range s.pool {
		if p == id && s.status[i] == NotForSale {
			n++
		}
	}
	return n
}

// PoolPlaces lists the places of a pool that are neither held nor sold.
func (s *State) PoolPlaces(id uint16) []int32 {
	var out []int32
	for i, p := range s.pool {
		if p == id && s.status[i] == NotForSale {
			out = append(out, s.hall.places[i].ID)
		}
	}
	return out
}

// ZoneOf is the price zone of a place.
func (h *Hall) ZoneOf(id int32) (zone uint16, ok bool) {
	i, ok := h.find(id)
	if !ok || h.ghost(i) {
		return 0, false
	}
	return h.places[i].Zone, true
}
