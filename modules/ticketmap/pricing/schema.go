package pricing

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) of a program. It says the shape;
// what refers to what is checked by Validate.
//
//go:embed schema.json
var Schema []byte
