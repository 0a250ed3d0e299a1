package pricing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"parterre/modules/core/errs"
)

// ErrDocument is the answer to bytes that are no price program.
var ErrDocument = errs.New(errs.Invalid, "pricing.document", "价格规则文件无法读取：{problem}。", "The price program cannot be read: {problem}.")

// Decode reads a program strictly: known fields in their exact spelling, each
// once, nothing after the document. It does not look at what the program says;
// that is Validate. Errors: pricing.document.
func Decode(raw []byte) (*Program, error) {
	bad := func(problem string) (*Program, error) { return nil, ErrDocument.With("problem", problem) }
	if len(raw) > MaxBytes {
		return bad(fmt.Sprintf("more than %d bytes", MaxBytes))
	}
	if err := exactKeys(raw); err != nil {
		return bad(err.Error())
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var p *Program
	if err := d.Decode(&p); err != nil {
		return bad(strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bad("something follows the document")
	}
	switch {
	case p == nil:
		return bad("it is null")
	case p.Format != Format:
		return bad(fmt.Sprintf("format is %q, not %q", p.Format, Format))
	case p.Version != Version:
		return bad(fmt.Sprintf("version %d is unknown; this build reads %d", p.Version, Version))
	}
	return p, nil
}

// Encode writes the canonical document.
func Encode(p *Program) ([]byte, error) { return json.Marshal(p) }

// known are the names of all fields: encoding/json alone would also take other spellings.
var known = func() map[string]bool {
	out := map[string]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" {
					out[name] = true
					walk(t.Field(i).Type)
				}
			}
		}
	}
	walk(reflect.TypeFor[Program]())
	return out
}()

// exactKeys refuses unknown spellings and keys that come twice.
func exactKeys(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	type frame struct {
		keys map[string]bool // nil in an array
		key  bool            // the next token is a key
	}
	var stack []*frame
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var top *frame
		if len(stack) > 0 {
			top = stack[len(stack)-1]
		}
		if name, ok := t.(string); ok && top != nil && top.key {
			if !known[name] {
				return fmt.Errorf("unknown field %.60q", name)
			}
			if top.keys[name] {
				return fmt.Errorf("the field %q comes twice", name)
			}
			top.keys[name], top.key = true, false
			continue
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			if len(stack) > 16 {
				return errors.New("too deeply nested")
			}
			f := &frame{}
			if t == json.Delim('{') {
				f.keys, f.key = map[string]bool{}, true
			}
			if top != nil && top.keys != nil {
				top.key = true
			}
			stack = append(stack, f)
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		default:
			if top != nil && top.keys != nil {
				top.key = true
			}
		}
	}
}
