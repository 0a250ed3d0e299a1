package waiting

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Commitment is the hash of a draw's seed: told when the room is made, so that
// the seed cannot be chosen when it is known who came.
func Commitment(seed []byte) [32]byte { return sha256.Sum256(seed) }

// Draw is the place (from 0) that index i of n who came before the opening
// gets by lot: a permutation made of the seed, so that whoever knows seed and
// n can compute every place.
//
// A Feistel network of 8 rounds over the least even number of bits that holds
// n, at least 2; a result of n or more is put through again. The function of
// round r on a half x is the first 8 bytes, big-endian, of SHA-256(seed, byte
// r, 8 bytes big-endian x).
func Draw(seed []byte, i, n uint64) uint64 {
	half := uint(max(1, (bits.Len64(n-1)+1)/2))
	mask := uint64(1)<<half - 1
	for {
		left, right := i>>half, i&mask
		for round := range byte(8) {
			left, right = right, left^f(seed, round, right)&mask
		}
		if i = left<<half | right; i < n {
			return i
		}
	}
}

func f(seed []byte, round byte, x uint64) uint64 {
	b := make([]byte, 0, 64)
	b = append(append(b, seed...), round)
	b = binary.BigEndian.AppendUint64(b, x)
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}
