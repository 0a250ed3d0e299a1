package page

import "testing"

func TestPagesCoverAllRowsOnce(t *testing.T) {
	rows := make([]int, 0, 7)
	for i := range 7 {
		rows = append(rows, i)
	}
	r, seen := Request{Size: 3}, 0
	for {
		last := -1
		if _, err := r.After(&last); err != nil {
			t.Fatal(err)
		}
		tail := rows[last+1:]
		p := Of(r, tail[:min(len(tail), r.Limit())], func(i int) any { return i })
		for _, i := range p.Items {
			if i != seen {
				t.Fatalf("row %d out of turn, want %d", i, seen)
			}
			seen++
		}
		if p.Next == "" {
			break
		}
		r.Cursor = p.Next
	}
	if seen != 7 {
		t.Fatalf("saw %d rows", seen)
	}
}

func TestForeignCursorIsRefused(t *testing.T) {
	for _, c := range []string{"!!", "bm90anNvbg"} {
		var k int
		if _, err := (Request{Cursor: c}).After(&k); err == nil {
			t.Errorf("cursor %q was taken", c)
		}
	}
}
