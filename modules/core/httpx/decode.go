package httpx

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
	fast "github.com/segmentio/encoding/json"
)

// formats are the media types of bodies: JSON alone. huma reads each body
// twice, into a tree that it checks against the schema and then into the
// handler's struct, so the decoder's speed is felt.
func formats() map[string]huma.Format {
	f := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: decode}
	return map[string]huma.Format{jsonType: f, "json": f}
}

// decode is json.Unmarshal. Small bodies, which most are, go to the fast
// decoder; what it refuses, encoding/json judges: its errors are the ones that
// fromHuma knows how to show. Large ones and deep ones go to encoding/json at
// once, for the fast one follows any depth until the stack, and with it the
// process, ends, and looks at what is nested once a level.
func decode(data []byte, into any) error {
	if len(data) <= smallBody && bytes.Count(data, []byte{'['})+bytes.Count(data, []byte{'{'}) <= smallDepth && fast.Unmarshal(data, into) == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}

const (
	smallBody  = 16 << 10
	smallDepth = 200
)
