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
