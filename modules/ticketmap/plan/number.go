package plan

import (
	"errors"
	"strconv"
	"strings"
)

// Scheme is a way of numbering the seats of a row. It says what is printed; the
// identity of a seat (its ID) is never touched by it.
type Scheme struct {
	Kind SchemeKind
	// Start is the first number, 1 by default. For letters 1 is A.
	Start int
	// Skip lists letters left out, as "IOQ"; numbers have no use for it.
	Skip string
	// Centre is the x of the centre aisle, mm; OddEven counts seats with a smaller x as left of it.
	Centre int32
	// Prefix is written before each number ("A" gives A1, A2 …).
	Prefix string
}

// SchemeKind names a numbering scheme.
type SchemeKind string

// The numbering schemes.
const (
	LeftToRight SchemeKind = "left-to-right" // 1 2 3 4, from the viewer's left
	RightToLeft SchemeKind = "right-to-left" // 4 3 2 1
	OddEven     SchemeKind = "odd-even"      // 5 3 1 | 2 4 6: 单号在左、双号在右, from the centre aisle
	OddOnly     SchemeKind = "odd"           // 1 3 5 from the left
	EvenOnly    SchemeKind = "even"
	Letters     SchemeKind = "letters" // A B C, skipped letters left out
)

// ErrScheme is returned for a scheme that cannot number anything.
var ErrScheme = errors.New("plan: unknown numbering scheme")

// Number gives the printed numbers of n seats in walking order from the viewer's
// left. right is the index of the first seat right of the centre aisle; only OddEven uses it.
func (s Scheme) Number(n, right int) ([]string, error) {
	start := s.Start
	if start < 1 {
		start = 1
	}
	out := make([]string, n)
	for i := range out {
		v := 0
		switch s.Kind {
		case LeftToRight, Letters:
			v = start + i
		case RightToLeft:
			v = start + n - 1 - i
		case OddEven:
			if i < right {
				v = 2*(right-1-i+start) - 1
			} else {
				v = 2 * (i - right + start)
			}
		case OddOnly:
			v = 2*(start+i) - 1
		case EvenOnly:
			v = 2 * (start + i)
		default:
			return nil, ErrScheme
		}
		if s.Kind == Letters {
			l, err := letter(v, s.Skip)
			if err != nil {
				return nil, err
			}
			out[i] = s.Prefix + l
			continue
		}
		out[i] = s.Prefix + strconv.Itoa(v)
	}
	return out, nil
}

// letter is the v-th label of A … Z, AA … without the skipped letters; v is at least 1.
func letter(v int, skip string) (string, error) {
	alphabet := make([]byte, 0, 26)
	for c := byte('A'); c <= 'Z'; c++ {
		if !strings.ContainsRune(strings.ToUpper(skip), rune(c)) {
			alphabet = append(alphabet, c)
		}
	}
	k := len(alphabet)
	if k < 2 {
		return "", errors.New("plan: too many letters are skipped")
	}
	var out []byte
	for v > 0 {
		v--
		out = append([]byte{alphabet[v%k]}, out...)
		v /= k
	}
	return string(out), nil
}

// RowLabels gives n row labels by a scheme, the front row first: numbers are followed by suffix ("排").
func (s Scheme) RowLabels(n int, suffix string) ([]string, error) {
	labels, err := s.Number(n, 0)
	if err != nil {
		return nil, err
	}
	for i := range labels {
		labels[i] += suffix
	}
	return labels, nil
}

// Renumber prints the seats of the rows anew by scheme. Only Number changes; ids,
// places and order stay. On an error nothing changes.
func Renumber(p *Plan, rows []string, scheme Scheme) error {
	order := RowSeats(p)
	type change struct {
		index  int
		number string
	}
	var changes []change
	for _, r := range rows {
		list := order[r]
		right := 0
		for right < len(list) && p.Seats[list[right]].X < scheme.Centre {
			right++
		}
		numbers, err := scheme.Number(len(list), right)
		if err != nil {
			return err
		}
		for k, i := range list {
			changes = append(changes, change{i, numbers[k]})
		}
	}
	for _, c := range changes {
		p.Seats[c.index].Number = c.number
	}
	return nil
}
