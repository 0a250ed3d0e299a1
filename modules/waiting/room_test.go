package waiting

import (
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var drawVector = []uint64{973, 422, 120}

var opening = time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)

func testRoom(high, inside int) *room {
	seed := sha256.Sum256([]byte("seed"))
	r := newRoom()
	r.settings = Settings{Enabled: true, OpensAt: opening, Low: 1, High: high, Inside: inside, PassMinutes: 10}
	r.seed, r.perMin, r.at = seed[:], high, opening
	return r
}

// The draw gives each who came before the opening another place, whatever n.
func TestDrawIsAPermutation(t *testing.T) {
	t.Parallel()
	seed := sha256.Sum256([]byte("a"))
	other := sha256.Sum256([]byte("b"))
	for _, n := range []uint64{1, 2, 3, 5, 16, 17, 1000, 4097} {
		seen := make([]bool, n)
		differ := 0
		for i := range n {
			p := Draw(seed[:], i, n)
			if p >= n || seen[p] {
				t.Fatalf("of %d, %d gets %d twice or out of range", n, i, p)
			}
			seen[p] = true
			if p != Draw(other[:], i, n) {
				differ++
			}
		}
		if n >= 1000 && differ < int(n)*9/10 {
			t.Errorf("of %d, only %d places depend on the seed", n, differ)
		}
	}
	// Being early does not help: the first tenth of the comers gets about its share of the first half.
	const n = 10_000
	first := 0
	for i := range uint64(n / 10) {
		if Draw(seed[:], i, n) < n/2 {
			first++
		}
	}
	if first < 400 || first > 600 {
		t.Errorf("of the first 1000 comers %d are in the first half", first)
	}
	if got := []uint64{Draw(seed[:], 0, 1000), Draw(seed[:], 1, 1000), Draw(seed[:], 999, 1000)}; !slices.Equal(got, drawVector) {
		t.Errorf("the vector that pages check by is %v", got)
	}
}

// Nobody overtakes, the pace is kept, and everybody who comes gets in, also
// when many do not come when called and some come late (seeded).
func TestTheLine(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 7))
		r := testRoom(120, 1_000_000)
		r.next = 300
		now := opening
		r.advance(now)
		absent := map[uint64]bool{}
		for i := range r.next {
			absent[i] = rng.IntN(4) == 0
		}
		var entered []uint64
		in, places, at := map[uint64]bool{}, map[uint64]uint64{}, map[uint64]int{}
		for step := 0; step < 3000 && len(in) < int(r.next); step++ {
			now = now.Add(time.Second)
			if step == 100 {
				r.next += 50 // late comers
			}
			for _, i := range rng.Perm(int(r.next)) {
				p, known := places[uint64(i)]
				if !known {
					if p, known = r.place(uint64(i), now); !known {
						t.Fatal("no place after the opening")
					}
					places[uint64(i)] = p
				}
				if in[p] || absent[uint64(i)] && step < 400 {
					continue
				}
				before := r.admitted
				if until, _ := r.claim(p, now); !until.IsZero() {
					if p >= r.admitted {
						t.Fatalf("place %d entered with the line at %d", p, before)
					}
					in[p], at[p] = true, step
					entered = append(entered, p)
				}
			}
			if most := burstSeconds*2 + (step+1)*120/60 + 1; len(entered) > most {
				t.Fatalf("seed %d: %d entered within %d s, at 120 a minute", seed, len(entered), step+1)
			}
		}
		if len(in) != int(r.next) {
			t.Fatalf("seed %d: %d of %d got in", seed, len(in), r.next)
		}
		end, over := r.claim(entered[len(entered)-1], now)
		if over || end.IsZero() {
			t.Fatal("whose answer was lost does not get the pass again")
		}
		inside := len(r.passes)
		if again, over := r.claim(entered[len(entered)-1], now.Add(time.Second)); over || again != end || len(r.passes) > inside {
			t.Fatal("asking again gives a second pass or a longer one")
		}
		if _, over := r.claim(entered[len(entered)-1], end); !over {
			t.Fatal("a place entered twice")
		}
		// Of those who were there all the time, who stands before enters before (a
		// second apart at most: they ask in any order).
		last := -1
		for p := range r.next {
			i := slices.IndexFunc(indexes(r.next), func(i uint64) bool { return places[i] == p })
			if absent[uint64(i)] {
				continue
			}
			if at[p] < last-1 {
				t.Fatalf("seed %d: place %d entered at %d s, one before it at %d s", seed, p, at[p], last)
			}
			last = max(last, at[p])
		}
	}
}

// No more are inside than the theatre says, and the next enters when a pass ends.
func TestInside(t *testing.T) {
	t.Parallel()
	r := testRoom(6000, 3)
	r.next = 10
	now := opening.Add(time.Minute)
	r.advance(now)
	got := 0
	for p := range uint64(10) {
		if until, _ := r.claim(p, now); !until.IsZero() {
			got++
		}
	}
	if got != 3 {
		t.Fatalf("%d entered", got)
	}
	now = now.Add(10 * time.Minute)
	if until, _ := r.claim(3, now); until.IsZero() {
		t.Error("nobody follows when a pass ends")
	}
}

func indexes(n uint64) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = uint64(i)
	}
	return out
}
