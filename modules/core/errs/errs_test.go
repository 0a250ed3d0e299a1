package errs

import (
	"errors"
	"fmt"
	"testing"
)

func TestCopiesKeepTheirOriginalClean(t *testing.T) {
	base := New(Conflict, "inventory.taken", "座位 {seat} 已售出。", "Seat {seat} is sold.")
	got := base.With("seat", "3排5座").At("seats[0]").Because(errors.New("pg: secret 11010519491231002X"))
	if base.Params["seat"] != nil || len(base.Fields) != 0 {
		t.Fatal("With changed the package-level error")
	}
	if got.Zh != "座位 3排5座 已售出。" || got.Fields[0].Path != "seats[0]" {
		t.Fatalf("got %+v", got)
	}
	if !errors.Is(fmt.Errorf("wrapped: %w", got), base) {
		t.Fatal("errors.Is must match by code")
	}
	if s := got.Error(); s != "inventory.taken: Seat 3排5座 is sold. [seats[0] (inventory.taken)]" {
		t.Fatalf("the text shows the cause or lacks the field: %s", s)
	}
}

func TestEverythingElseIsInternal(t *testing.T) {
	if KindOf(errors.New("x")) != Internal || CodeOf(errors.New("x")) != "internal" {
		t.Fatal("a foreign error must be internal")
	}
}

func TestListPrefixesNestedPaths(t *testing.T) {
	var l List
	l.AddErr("people[1]", New(Invalid, "identity.check", "a", "b").At("document"))
	l.AddErr("contact", New(Invalid, "identity.phone", "a", "b"))
	e, _ := Of(l.Err())
	if e == nil || e.Fields[0].Path != "people[1].document" || e.Fields[1].Path != "contact" {
		t.Fatalf("got %+v", e)
	}
	if (&List{}).Err() != nil {
		t.Fatal("an empty list is no error")
	}
}
