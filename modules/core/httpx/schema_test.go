package httpx

import (
	"reflect"
	"testing"

	"parterre/modules/core/clock"
	"parterre/modules/core/page"
)

// Names of two modules do not meet, and core's are left alone.
func TestSchemaNames(t *testing.T) {
	t.Parallel()
	n := &names{current: "parterre/modules/venue/venuehttp"}
	for want, c := range map[string]struct {
		t    reflect.Type
		hint string
	}{
		"Problem":            {reflect.TypeFor[Problem](), "x"},
		"PageDay":            {reflect.TypeFor[page.Page[clock.Day]](), "x"},
		"VenueCreateInBody":  {reflect.TypeFor[struct{ A int }](), "createInBody"},
		"VenueGetOutputBody": {reflect.TypeFor[*struct{ A int }](), "venueGetOutputBody"},
	} {
		if got := n.of(c.t, c.hint); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
