package plan

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) of a document. It says the shape;
// references, uniqueness and the bounds are checked by Decode only.
//
//go:embed schema.json
var Schema []byte
