package plan_test

import (
	"encoding/json"
	"slices"
	"testing"

	"parterre/modules/ticketmap/plan"
)

type schema struct {
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Items      json.RawMessage   `json:"items"`
	Ref        string            `json:"$ref"`
	Defs       map[string]schema `json:"$defs"`
	Const      json.RawMessage   `json:"const"`
	Enum       []string          `json:"enum"`
}

// TestSchema holds schema.json to the document: every member that the encoder writes is
// described, everything demanded is there, and the columns are the same.
func TestSchema(t *testing.T) {
	t.Parallel()
	var s schema
	if err := json.Unmarshal(plan.Schema, &s); err != nil {
		t.Fatal(err)
	}
	var columns []string
	if err := json.Unmarshal(s.Properties["seatColumns"].Const, &columns); err != nil || !slices.Equal(columns, plan.SeatColumns[:]) {
		t.Errorf("columns %v %v", columns, err)
	}
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(read(t, everyTrait), &doc); err != nil {
		t.Fatal(err)
	}
	match(t, "document", s, doc)
	for list, kind := range map[string]string{"levels": "level", "categories": "category", "sections": "section", "rows": "row", "areas": "area", "tables": "table", "boxes": "box", "shapes": "shape"} {
		var records []map[string]json.RawMessage
		if err := json.Unmarshal(doc[list], &records); err != nil || len(records) == 0 {
			t.Fatalf("%s: %v", list, err)
		}
		for _, r := range records {
			match(t, kind, s.Defs[kind], r)
		}
	}
	for _, k := range s.Defs["shape"].Properties["kind"].Enum {
		p := must(t, read(t, everyTrait))
		p.Shapes[0].Kind = plan.ShapeKind(k)
		if _, err := plan.Encode(p); err != nil {
			t.Errorf("the schema allows a shape %q that the encoder refuses", k)
		}
	}
}

func match(t *testing.T, what string, s schema, record map[string]json.RawMessage) {
	t.Helper()
	for name := range record {
		if _, ok := s.Properties[name]; !ok {
			t.Errorf("%s: the schema does not know %q", what, name)
		}
	}
	for _, name := range s.Required {
		if _, ok := record[name]; !ok {
			t.Errorf("%s: the schema demands %q", what, name)
		}
	}
}
