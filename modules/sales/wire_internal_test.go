package sales

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"parterre/codes"
	"parterre/modules/core/ids"
)

// payloads are those that go with commands, by the name of their type.
var payloads = map[string]func() any{
	"placed": func() any { return &placed{} }, "sold": func() any { return &sold{} }, "refunded": func() any { return &refunded{} },
	"moved": func() any { return &moved{} }, "renamed": func() any { return &renamed{} },
	"reserved": func() any { return &reserved{} }, "reservedUntil": func() any { return &reservedUntil{} }, "reservedEnd": func() any { return &reservedEnd{} },
	"offered": func() any { return &offered{} }, "publicised": func() any { return &publicised{} },
}

// fill gives every field of v, exported or not, a value that is not zero.
// Containers get two entries with keys from 1, which name the places as well.
func fill(t *testing.T, v reflect.Value, n *int64) {
	t.Helper()
	*n++
	switch v.Type() {
	case reflect.TypeFor[ids.ID]():
		v.Set(reflect.ValueOf(ids.New()))
		return
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(1_760_000_000_000 + *n).UTC()))
		return
	case reflect.TypeFor[codes.Show]():
		c, err := codes.ParseShow("110101001012611250001")
		if err != nil {
			t.Fatal(err)
		}
		v.Set(reflect.ValueOf(c))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(*n)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(*n % 200))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range 2 {
			e := reflect.New(v.Type().Elem()).Elem()
			fill(t, e, n)
			v.SetMapIndex(reflect.ValueOf(int32(i+1)).Convert(v.Type().Key()), e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			fill(t, reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), n) //nolint:gosec // the only way to a field that is not exported
		}
	default:
		t.Fatalf("a payload has a field of type %v, which cannot be tested", v.Type())
	}
}

// Every field of every payload arrives at another node; of the hall's map the
// places that the payload is about.
func TestPayloadsArriveWhole(t *testing.T) {
	t.Parallel()
	r := &Rows{}
	for name, empty := range payloads {
		p := empty()
		var n int64
		fill(t, reflect.ValueOf(p).Elem(), &n)
		switch x := p.(type) { // the rest of a map does not travel
		case *sold:
			x.seats.Seats, x.seats.Areas, x.seats.Kinds, x.seats.Prices = nil, nil, nil, nil
		case *moved:
			x.to = []int32{1, 2}
			x.seats.Seats, x.seats.Areas, x.seats.Kinds, x.seats.Prices = nil, nil, nil, nil
		}
		raw, err := r.EncodePayload(p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back, err := r.DecodePayload(raw)
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s: %v\nsent %+v\ncame %+v", name, err, p, back)
		}
	}
	if _, err := r.EncodePayload(struct{}{}); err == nil {
		t.Error("what is no payload went")
	}
	if _, err := r.DecodePayload([]byte("{}")); err == nil {
		t.Error("what is no payload came")
	}
}

// The payloads that WriteRows knows are those that travel.
func TestEveryPayloadTravels(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("rows*.go")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	var found []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				found = append(found, payloadsOf(f)...)
			}
		}
	}
	if len(found) < 5 {
		t.Fatalf("WriteRows was not understood: %v", found)
	}
	for _, name := range found {
		if payloads[name] == nil {
			t.Errorf("%s has no form on the wire (wire.go), or no test here", name)
		}
	}
	for name := range payloads {
		if !slices.Contains(found, name) {
			t.Errorf("%s is no payload any more", name)
		}
	}
}

// payloadsOf names the payloads that a function of the rows knows: the cases of
// WriteRows, and whose rows addRows adds.
func payloadsOf(f *ast.FuncDecl) (names []string) {
	switch f.Name.Name {
	case "addRows":
		return []string{f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name}
	case "WriteRows":
		ast.Inspect(f, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok {
				for _, e := range c.List {
					if s, ok := e.(*ast.StarExpr); ok {
						names = append(names, s.X.(*ast.Ident).Name)
					}
				}
			}
			return true
		})
	}
	return names
}
