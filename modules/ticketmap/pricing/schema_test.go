package pricing_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"parterre/modules/ticketmap/pricing"
)

type object struct {
	Properties map[string]json.RawMessage `json:"properties"`
	Required   []string                   `json:"required"`
	Closed     *bool                      `json:"additionalProperties"`
}

// TestSchema holds schema.json to the types: every field is described, what
// may not be left out is demanded, and nothing else is let in.
func TestSchema(t *testing.T) {
	t.Parallel()
	var s struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(pricing.Schema, &s); err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{
		"range": reflect.TypeFor[pricing.Range](), "rounding": reflect.TypeFor[pricing.Rounding](), "limits": reflect.TypeFor[pricing.Limits](),
		"zone": reflect.TypeFor[pricing.Zone](), "relative": reflect.TypeFor[pricing.Relative](), "rule": reflect.TypeFor[pricing.Rule](), "when": reflect.TypeFor[pricing.When](),
		"daily": reflect.TypeFor[pricing.Daily](), "velocity": reflect.TypeFor[pricing.Velocity](), "effect": reflect.TypeFor[pricing.Effect](), "step": reflect.TypeFor[pricing.Step](),
	}
	if !slices.Equal(slices.Sorted(maps.Keys(types)), slices.Sorted(maps.Keys(s.Defs))) {
		t.Errorf("definitions %v", slices.Sorted(maps.Keys(s.Defs)))
	}
	s.Defs["program"], types["program"] = s.object, reflect.TypeFor[pricing.Program]()
	for name, typ := range types {
		var all, must []string
		for i := range typ.NumField() {
			field, rest, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			all = append(all, field)
			if rest != "omitempty" {
				must = append(must, field)
			}
		}
		def := s.Defs[name]
		slices.Sort(all)
		slices.Sort(must)
		slices.Sort(def.Required)
		if got := slices.Sorted(maps.Keys(def.Properties)); !slices.Equal(got, all) {
			t.Errorf("%s: properties %v, want %v", name, got, all)
		}
		if !slices.Equal(def.Required, must) {
			t.Errorf("%s: required %v, want %v", name, def.Required, must)
		}
		if def.Closed == nil || *def.Closed {
			t.Errorf("%s lets anything in", name)
		}
	}
}
