package performance

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// Node is one value of a JSON text with its place in the bytes. It is what the
// tables are checked against and what a page shows beside the bytes.
type Node struct {
	Name  string  // field name inside an object
	Kind  byte    // 'o' object, 'a' array, 's' string, 'n' number, 'b' boolean, '0' null
	Text  string  // of a string, number or boolean
	Start int     // first byte of the value
	End   int     // after its last byte
	Items []*Node // of an object or array, in their order
}

// MaxDepth is the deepest nesting that is read.
const MaxDepth = 16

var (
	errNotUTF8 = errors.New("it is not UTF-8")
	errDepth   = errors.New("it is nested too deep")
	errTail    = errors.New("something follows the JSON value")
	errScalar  = errors.New("a text holds an unpaired surrogate")
)

// ParseTree reads one JSON value. Duplicate names stay visible as two items.
func ParseTree(raw []byte) (*Node, error) {
	if !utf8.Valid(raw) {
		return nil, errNotUTF8
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	r := treeReader{raw: raw, dec: d}
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errTail
	}
	return n, nil
}

type treeReader struct {
	raw []byte
	dec *json.Decoder
}

// start is the offset of the next token: after white space, comma and colon.
func (r *treeReader) start() int {
	i := int(r.dec.InputOffset())
	for i < len(r.raw) && bytes.IndexByte([]byte(" \t\r\n,:"), r.raw[i]) >= 0 {
		i++
	}
	return i
}

func (r *treeReader) value(depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, errDepth
	}
	n := &Node{Start: r.start()}
	tok, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case json.Delim:
		if err := r.items(n, t, depth); err != nil {
			return nil, err
		}
	case string:
		n.Kind, n.Text = 's', t
	case json.Number:
		n.Kind, n.Text = 'n', t.String()
	case bool:
		n.Kind, n.Text = 'b', "false"
		if t {
			n.Text = "true"
		}
	case nil:
		n.Kind = '0'
	}
	n.End = int(r.dec.InputOffset())
	if n.Kind == 's' && !honest(n.Text, r.raw[n.Start:n.End]) {
		return nil, errScalar
	}
	return n, nil
}

// honest refuses escapes such as \ud800, which the JSON package replaces
// without a word.
func honest(text string, raw []byte) bool {
	const replacement = "\uFFFD"
	return bytes.Count([]byte(text), []byte(replacement)) <=
		bytes.Count(raw, []byte(replacement))+bytes.Count(bytes.ToLower(raw), []byte(`\ufffd`))
}

func (r *treeReader) items(n *Node, open json.Delim, depth int) error {
	n.Kind = 'a'
	if open == '{' {
		n.Kind = 'o'
	}
	for r.dec.More() {
		name := ""
		if n.Kind == 'o' {
			tok, err := r.dec.Token()
			if err != nil {
				return err
			}
			name, _ = tok.(string)
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		item.Name = name
		n.Items = append(n.Items, item)
	}
	_, err := r.dec.Token()
	return err
}

// Child returns the first item of an object by name, nil if there is none.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Items {
		if c.Name == name {
			return c
		}
	}
	return nil
}
