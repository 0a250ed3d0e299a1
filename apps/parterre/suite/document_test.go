package suite

import (
	"encoding/json"
	"strings"
	"testing"

	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
)

// schema is what the tests read of an OpenAPI schema.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Format     string             `json:"format"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Enum       []any              `json:"enum"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
	MinLength  *int               `json:"minLength"`
	MaxLength  *int               `json:"maxLength"`
	MinItems   *int               `json:"minItems"`
	MaxItems   *int               `json:"maxItems"`
	Pattern    string             `json:"pattern"`
	Additional any                `json:"additionalProperties"`
}

// kind is the schema's one type.
func (s *schema) kind() string {
	switch x := s.Type.(type) {
	case string:
		return x
	case []any:
		for _, k := range x {
			if k != "null" {
				return k.(string)
			}
		}
	}
	return ""
}

type operation struct {
	body  *schema // of application/json; nil without one
	query []string
}

// document is the OpenAPI document with the routes behind it.
type document struct {
	t       testing.TB
	routes  []httpx.Route
	schemas map[string]*schema
	ops     map[string]operation
}

func newDocument(t testing.TB) *document {
	t.Helper()
	s, err := bare("test")
	must(t, err)
	raw, err := s.HTTP.OpenAPI()
	must(t, err)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct {
				Name string
				In   string
			}
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	must(t, json.Unmarshal(raw, &doc))
	d := &document{t: t, routes: s.HTTP.Routes(), schemas: doc.Components.Schemas, ops: map[string]operation{}}
	for _, methods := range doc.Paths {
		for _, o := range methods {
			op := operation{}
			if c, ok := o.RequestBody.Content["application/json"]; ok {
				op.body = c.Schema
			}
			for _, p := range o.Parameters {
				if p.In == "query" {
					op.query = append(op.query, p.Name)
				}
			}
			d.ops[o.OperationID] = op
		}
	}
	return d
}

func (d *document) operation(r httpx.Route) operation {
	d.t.Helper()
	o, ok := d.ops[r.ID]
	if !ok {
		d.t.Fatalf("%s is not in the OpenAPI document", r.ID)
	}
	return o
}

func (d *document) resolve(s *schema) *schema {
	if s == nil {
		return &schema{}
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.schemas[name]
	}
	return s
}

// sample makes a value that the schema takes, with all required members.
func (d *document) sample(s *schema, depth int) any {
	s = d.resolve(s)
	if len(s.Enum) > 0 {
		return s.Enum[len(s.Enum)-1]
	}
	switch s.kind() {
	case "object":
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = d.sample(s.Properties[name], depth+1)
		}
		return out
	case "array":
		out := []any{}
		for range valueOr(s.MinItems, 0) {
			out = append(out, d.sample(s.Items, depth+1))
		}
		return out
	case "integer", "number":
		return valueOr(s.Minimum, 1)
	case "boolean":
		return false
	}
	switch {
	case s.Format == "uuid":
		return ids.New().String()
	case s.Format == "date-time":
		return "2026-12-01T19:30:00+08:00"
	case s.Format == "date":
		return "2026-12-01"
	case s.Pattern == "^[0-9]{4}$":
		return "1001"
	case strings.HasPrefix(s.Pattern, "^[0-9]{"):
		return strings.Repeat("1", 11)
	case strings.HasPrefix(s.Pattern, "^#"):
		return "#aabbcc"
	}
	return strings.Repeat("a", max(valueOr(s.MinLength, 0), 3))
}

func valueOr[T any](p *T, or T) T {
	if p == nil {
		return or
	}
	return *p
}
