package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"parterre/modules/core/db"
)

// Anchor is the end of a chain at some time. Kept at another place it proves
// that nothing before it was changed, not even with the head set back to match.
type Anchor struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash" doc:"Hexadecimal"`
}

// String is "seq:hash".
func (a Anchor) String() string { return strconv.FormatInt(a.Seq, 10) + ":" + a.Hash }

// ParseAnchor reads what String writes.
func ParseAnchor(s string) (Anchor, error) {
	n, h, ok := bytes.Cut([]byte(s), []byte(":"))
	seq, err := strconv.ParseInt(string(n), 10, 64)
	raw, err2 := hex.DecodeString(string(h))
	if !ok || err != nil || err2 != nil || seq < 1 || len(raw) != sha256.Size {
		return Anchor{}, ErrAnchor
	}
	return Anchor{seq, hex.EncodeToString(raw)}, nil
}

// Fault is one thing that does not hold.
type Fault struct {
	Seq  int64  `json:"seq" doc:"The entry; 0 for the log as a whole"`
	Kind string `json:"kind" enum:"changed,missing,beyond_head,unsealed,head,anchor"`
	Text string `json:"text"`
}

// Report is what Verify found.
type Report struct {
	Tenant  int32   `json:"tenant"`
	Entries int64   `json:"entries" doc:"How many entries were recomputed"`
	Head    Anchor  `json:"head" doc:"Keep it elsewhere to prove later that nothing before it was changed"`
	Faults  []Fault `json:"faults"`
	More    bool    `json:"more" doc:"There are more faults than are listed"`
}

// OK reports whether the chain holds.
func (r Report) OK() bool { return len(r.Faults) == 0 }

const maxFaults = 100

func (r *Report) fault(seq int64, kind, format string, args ...any) {
	if len(r.Faults) == maxFaults {
		r.More = true
		return
	}
	r.Faults = append(r.Faults, Fault{seq, kind, fmt.Sprintf(format, args...)})
}

// columns are an entry's columns as text in the order of the canonical form;
// nil is SQL NULL.
type columns [13]*string

// canonical is the text that is hashed: each column with its length in bytes
// before it, so that no two entries have the same text. audit.canonical in SQL
// computes the same.
func (c columns) canonical() []byte {
	var b []byte
	for _, v := range c {
		if v == nil {
			b = append(b, "-1:"...)
			continue
		}
		b = strconv.AppendInt(b, int64(len(*v)), 10)
		b = append(b, ':')
		b = append(b, *v...)
	}
	return b
}

// sealed is an entry as Verify reads it.
type sealed struct {
	seq  int64
	cols columns
	hash []byte
}

// verifyBatch is how many entries are in memory at a time.
const verifyBatch = 5000

// Verify recomputes the chain of tx's tenant. An error means that it could not
// be read; what does not hold is in the report.
func Verify(ctx context.Context, tx db.Tx, anchors ...Anchor) (Report, error) {
	r := Report{Tenant: tx.Scope.Tenant, Faults: []Fault{}}
	head, err := loadHead(ctx, tx)
	if err != nil {
		return r, fmt.Errorf("audit: read the head: %w", err)
	}
	last := []byte{} // the hash before the next entry; nil once it cannot be known
	want := int64(1)
	wanted := map[int64]string{}
	for _, a := range anchors {
		wanted[a.Seq] = a.Hash
	}
	for {
		batch, err := loadSealed(ctx, tx, want-1, head.seq, verifyBatch)
		if err != nil {
			return r, fmt.Errorf("audit: read entries: %w", err)
		}
		for _, e := range batch {
			if e.seq != want {
				r.fault(want, "missing", "entries %d to %d are missing", want, e.seq-1)
				last = nil
			}
			if last != nil {
				sum := sha256.Sum256(append(append([]byte{}, last...), e.cols.canonical()...))
				if !bytes.Equal(sum[:], e.hash) {
					r.fault(e.seq, "changed", "entry %d is not what was sealed, or one before it was", e.seq)
				}
			}
			if h, ok := wanted[e.seq]; ok && h != hex.EncodeToString(e.hash) {
				r.fault(e.seq, "anchor", "entry %d had another hash when the anchor was taken", e.seq)
			}
			delete(wanted, e.seq)
			last, want = e.hash, e.seq+1
			r.Entries++
		}
		if len(batch) < verifyBatch {
			break
		}
	}
	if want != head.seq+1 {
		r.fault(want, "missing", "entries %d to %d are missing at the end", want, head.seq)
	} else if last != nil && !bytes.Equal(last, head.hash) {
		r.fault(head.seq, "head", "the head does not hold the hash of entry %d", head.seq)
	}
	for seq := range wanted {
		r.fault(seq, "anchor", "entry %d, whose anchor was taken, is not there", seq)
	}
	r.Head = Anchor{head.seq, hex.EncodeToString(head.hash)}
	return r, strays(ctx, tx, &r)
}

// strays looks for entries that the chain does not hold.
func strays(ctx context.Context, tx db.Tx, r *Report) error {
	beyond, unsealed, err := countStrays(ctx, tx)
	if err != nil {
		return fmt.Errorf("audit: count entries: %w", err)
	}
	if beyond > 0 {
		r.fault(0, "beyond_head", "%d entries have numbers after the head", beyond)
	}
	if unsealed > 0 {
		r.fault(0, "unsealed", "%d entries were never sealed", unsealed)
	}
	return nil
}
