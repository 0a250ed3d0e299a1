package httpx

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// names gives the document's schemas their names. huma takes the bare name of
// a Go type, and two modules may have types of one name, or inputs of one name
// with bodies that have none; so names begin with the module's: access.Account
// is AccessAccount, the body of venuehttp.createIn VenueCreateInBody. Types of
// core keep their names, for they are the same everywhere: Problem, Field.
type names struct {
	current string // package of the operation that is being registered
}

var modulePath = regexp.MustCompile(`parterre/(?:modules|apps|integrations)/([a-z0-9]+)`)

// of is a huma schema namer.
func (n *names) of(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	from := t.PkgPath() + " " + t.Name() // a generic type's name holds the path of its argument
	if t.Name() == "" {
		from = n.current
	}
	for _, m := range modulePath.FindAllStringSubmatch(from, -1) {
		if m[1] == "core" {
			continue
		}
		prefix := strings.ToUpper(m[1][:1]) + m[1][1:]
		if strings.HasPrefix(name, prefix) {
			return name
		}
		return prefix + name
	}
	return name
}
