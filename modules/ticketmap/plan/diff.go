package plan

// Dropped lists the ids of seats that old has and next has not, ascending.
// A new version may drop a seat only while nobody holds a ticket for it.
func Dropped(old, next *Plan) []int32 {
	keep := make(map[int32]bool, len(next.Seats))
	for i := range next.Seats {
		keep[next.Seats[i].ID] = true
	}
	var out []int32
	for i := range old.Seats {
		if !keep[old.Seats[i].ID] {
			out = append(out, old.Seats[i].ID)
		}
	}
	sortIDs(out)
	return out
}

// Reused lists the ids in next that old did not have but had handed out before
// (below old.NextSeatID), ascending: ids are never reused.
func Reused(old, next *Plan) []int32 {
	had := make(map[int32]bool, len(old.Seats))
	for i := range old.Seats {
		had[old.Seats[i].ID] = true
	}
	var out []int32
	for i := range next.Seats {
		if id := next.Seats[i].ID; id < old.NextSeatID && !had[id] {
			out = append(out, id)
		}
	}
	sortIDs(out)
	return out
}
