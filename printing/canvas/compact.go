package canvas

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
)

// The library makes a new compressor of 1.3 MB for every page, which costs more
// than laying the page out. So it writes page streams plain, and compact packs
// them afterwards with one compressor for all and writes the offsets anew.

var errStructure = errors.New("the PDF library wrote a file of another structure than expected")

var packers = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant of the library
	}
	return w
}}

// compact copies a PDF to w with its plain streams packed.
func compact(raw []byte, w io.Writer) error {
	table, offsets, err := readOffsets(raw)
	if err != nil {
		return err
	}
	trailer := bytes.Index(raw[table:], []byte("trailer\n"))
	start := bytes.LastIndex(raw, []byte("startxref\n"))
	if trailer < 0 || start < table+trailer {
		return errStructure
	}
	order := make([]int, len(offsets)-1) // object numbers in file order
	for i := range order {
		order[i] = i + 1
	}
	slices.SortFunc(order, func(a, b int) int { return offsets[a] - offsets[b] })
	out := bytes.NewBuffer(make([]byte, 0, len(raw)/2))
	moved := make([]int, len(offsets))
	out.Write(raw[:offsets[order[0]]])
	for i, n := range order {
		end := table
		if i+1 < len(order) {
			end = offsets[order[i+1]]
		}
		moved[n] = out.Len()
		if err := pack(raw[offsets[n]:end], out); err != nil {
			return err
		}
	}
	at := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets))
	for _, offset := range moved[1:] {
		fmt.Fprintf(out, "%010d 00000 n \n", offset)
	}
	out.Write(raw[table+trailer : start])
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", at)
	_, err = w.Write(out.Bytes())
	return err
}

// readOffsets returns where the cross-reference table is and where each object
// begins, by object number; number 0 is not used.
func readOffsets(raw []byte) (table int, offsets []int, err error) {
	const entry = 20 // bytes, by the PDF standard
	_, tail, found := bytes.Cut(raw[max(0, len(raw)-64):], []byte("startxref\n"))
	number, _, ended := bytes.Cut(tail, []byte("\n"))
	if table, err = strconv.Atoi(string(number)); err != nil || !found || !ended || table < 0 || table >= len(raw) {
		return 0, nil, errStructure
	}
	count := 0
	if _, err = fmt.Sscanf(string(raw[table:min(len(raw), table+32)]), "xref\n0 %d\n", &count); err != nil {
		return 0, nil, errStructure
	}
	rest := raw[table+len("xref\n0 \n")+len(strconv.Itoa(count)):]
	if count < 2 || len(rest) < count*entry {
		return 0, nil, errStructure
	}
	offsets = make([]int, count)
	for i := 1; i < count; i++ {
		offsets[i], err = strconv.Atoi(string(rest[i*entry : i*entry+10]))
		if err != nil || offsets[i] <= 0 || offsets[i] >= table {
			return 0, nil, errStructure
		}
	}
	return table, offsets, nil
}

// pack copies one object, its stream compressed if it is plain.
func pack(object []byte, out *bytes.Buffer) error {
	head, rest, found := bytes.Cut(object, []byte(" 0 obj\n<</Length "))
	number, rest, plain := bytes.Cut(rest, []byte(">>\nstream\n"))
	length, err := strconv.Atoi(string(number))
	if !found || !plain || err != nil || len(head) > 10 {
		out.Write(object)
		return nil
	}
	if length > len(rest) {
		return errStructure
	}
	var packed bytes.Buffer
	z, _ := packers.Get().(*zlib.Writer)
	defer packers.Put(z)
	z.Reset(&packed)
	if _, err := z.Write(rest[:length]); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s 0 obj\n<</Filter /FlateDecode /Length %d>>\nstream\n", head, packed.Len())
	out.Write(packed.Bytes())
	out.Write(rest[length:])
	return nil
}
