package venue_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parterre/codes"
	"parterre/modules/core/dbtest"
	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/core/page"
	"parterre/modules/venue"
)

func code(t *testing.T, s string) codes.Venue {
	t.Helper()
	c, err := codes.ParseVenue(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ptr[T any](v T) *T { return &v }

// Halls that are added at once get the codes 01, 02, 03 … of their venue, each
// once and without a gap; a refused one uses none up.
func TestHallCodes(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s, ctx := venue.New(d.DB), d.As(t.Context())
	v, err := s.Create(ctx, venue.NewVenue{Code: code(t, "11010100101"), Name: "大剧院"})
	if err != nil {
		t.Fatal(err)
	}
	const n = 8
	faults := make([]error, 2*n)
	var wg sync.WaitGroup
	for i := range 2 * n {
		wg.Go(func() { _, faults[i] = s.AddHall(ctx, v.ID, fmt.Sprintf("%d 号厅", i%n)) })
	}
	wg.Wait()
	added := 0
	for _, err := range faults {
		if err == nil {
			added++
		} else if !errors.Is(err, venue.ErrNameTaken) {
			t.Errorf("refused by %v", err)
		}
	}
	v, err = s.Get(ctx, v.ID)
	if err != nil || added != n || len(v.Halls) != n {
		t.Fatalf("%d added, %d there, %v", added, len(v.Halls), err)
	}
	for i, h := range v.Halls {
		if want := fmt.Sprintf("11010100101%02d", i+1); h.Code.String() != want {
			t.Errorf("hall %d has the code %s, want %s", i, h.Code, want)
		}
	}
}

func TestAHundredthHallIsRefused(t *testing.T) {
	t.Parallel()
	ctx, d := dbtest.Tx(t)
	s, ctx := venue.New(d.DB), d.As(ctx)
	v, err := s.Create(ctx, venue.NewVenue{Code: code(t, "11010100109"), Name: "百厅"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 99 {
		if _, err := s.AddHall(ctx, v.ID, fmt.Sprint(i)); err != nil {
			t.Fatalf("hall %d: %v", i+1, err)
		}
	}
	if _, err := s.AddHall(ctx, v.ID, "第一百厅"); !errors.Is(err, venue.ErrLayouts) {
		t.Errorf("the hundredth: %v", err)
	}
}

func TestVenues(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s, ctx := venue.New(d.DB), d.As(t.Context())
	n := venue.NewVenue{Code: code(t, "11010100101"), Name: "大剧院"}
	v, err := s.Create(ctx, n)
	if err != nil || v.Zone != "Asia/Shanghai" || v.Version != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := s.Create(ctx, n); !errors.Is(err, venue.ErrCodeTaken) {
		t.Errorf("the same code: %v", err)
	}
	if _, err := s.Create(d.AsTenant(t.Context(), d.Other), n); err != nil {
		t.Errorf("the same code of another tenant: %v", err)
	}
	for field, bad := range map[string]venue.NewVenue{
		"name": {Code: n.Code}, "code": {Name: "x"}, "zone": {Code: n.Code, Name: "x", Zone: "Beijing"},
		"address": {Code: n.Code, Name: "x", Address: strings.Repeat("长", 201)}, "nameEn": {Code: n.Code, Name: "x", NameEn: strings.Repeat("a", 201)},
	} {
		e, ok := errs.Of(second(s.Create(ctx, bad)))
		if !ok || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Path == field }) {
			t.Errorf("%s: %v", field, e)
		}
	}
	got, err := s.Update(ctx, v.ID, venue.Change{Version: 1, Name: ptr("池座大剧院")})
	if err != nil || got.Name != "池座大剧院" || got.Version != 2 || got.Code != v.Code {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Update(ctx, v.ID, venue.Change{Version: 1, Name: ptr("旧")}); !errors.Is(err, venue.ErrStale) {
		t.Errorf("on an old version: %v", err)
	}
	foreign := d.AsTenant(t.Context(), d.Other)
	for name, err := range map[string]error{"get": second(s.Get(foreign, v.ID)), "update": second(s.Update(foreign, v.ID, venue.Change{Version: 2})), "hall": second(s.AddHall(foreign, v.ID, "x")), "none": second(s.Get(ctx, ids.New()))} {
		if !errors.Is(err, venue.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Of those who change one version at once, one does.
func TestStaleVersionsAtOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s, ctx := venue.New(d.DB), d.As(t.Context())
	v, err := s.Create(ctx, venue.NewVenue{Code: code(t, "11010100101"), Name: "大剧院"})
	if err != nil {
		t.Fatal(err)
	}
	const n = 8
	faults := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			_, faults[i] = s.Update(ctx, v.ID, venue.Change{Version: 1, Name: ptr(fmt.Sprint("改名", i))})
		})
	}
	wg.Wait()
	done := 0
	for _, err := range faults {
		if err == nil {
			done++
		} else if !errors.Is(err, venue.ErrStale) {
			t.Errorf("refused by %v", err)
		}
	}
	if done != 1 {
		t.Errorf("%d changes of one version took effect", done)
	}
}

// Pages hold each venue once, with its halls, in the order of names.
func TestPages(t *testing.T) {
	t.Parallel()
	d := dbtest.Private(t)
	s, ctx := venue.New(d.DB), d.As(t.Context())
	for i := range 7 {
		v, err := s.Create(ctx, venue.NewVenue{Code: code(t, fmt.Sprintf("110101001%02d", i+1)), Name: fmt.Sprint("剧院 ", i/2)})
		if err == nil {
			_, err = s.AddHall(ctx, v.ID, "主厅")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[ids.ID]bool{}
	last := ""
	r := page.Request{Size: 3}
	for {
		p, err := s.List(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Items {
			if seen[v.ID] || v.Name < last || len(v.Halls) != 1 {
				t.Errorf("%+v", v)
			}
			seen[v.ID], last = true, v.Name
		}
		if r.Cursor = p.Next; p.Next == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 venues", len(seen))
	}
}
