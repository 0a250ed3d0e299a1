package web

import (
	"testing"
	"testing/fstest"
)

func build() fstest.MapFS {
	return fstest.MapFS{
		".keep":                 {Data: []byte("keep")},
		"manage/index.html":     {Data: []byte("<!doctype html>manage")},
		"shop/index.html":       {Data: []byte("<!doctype html>shop")},
		"assets/app-1a2b.js":    {Data: []byte("let a")},
		"assets/app-1a2b.js.br": {Data: []byte("BR")},
		"assets/app-1a2b.js.gz": {Data: []byte("GZ")},
		"favicon.svg":           {Data: []byte("<svg/>")},
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, path, accept   string
		ok                   bool
		body, kind, encoding string
		immutable            bool
	}{
		{"page", "/manage/", "", true, "<!doctype html>manage", "text/html; charset=utf-8", "", false},
		{"page without slash", "/shop", "", true, "<!doctype html>shop", "text/html; charset=utf-8", "", false},
		{"route inside a page", "/shop/orders/7", "", true, "<!doctype html>shop", "text/html; charset=utf-8", "", false},
		{"hashed asset", "/assets/app-1a2b.js", "", true, "let a", "text/javascript; charset=utf-8", "", true},
		{"brotli first", "/assets/app-1a2b.js", "gzip, br", true, "BR", "text/javascript; charset=utf-8", "br", true},
		{"gzip", "/assets/app-1a2b.js", "gzip;q=0.5", true, "GZ", "text/javascript; charset=utf-8", "gzip", true},
		{"refused codings", "/assets/app-1a2b.js", "br;q=0, gzip;q=0.0", true, "let a", "text/javascript; charset=utf-8", "", true},
		{"root file", "/favicon.svg", "", true, "<svg/>", "image/svg+xml", "", false},
		{"missing asset is not a page", "/assets/gone.js", "", false, "", "", "", false},
		{"missing file in a page", "/shop/logo.png", "", false, "", "", "", false},
		{"the twin is not a page", "/assets/app-1a2b.js.br", "", false, "", "", "", false},
		{"unknown entry", "/nowhere/", "", false, "", "", "", false},
		{"entry not in this build", "/gate/", "", false, "", "", "", false},
		{"dot files", "/.keep", "", false, "", "", "", false},
		{"climbing out", "/assets/../../web.go", "", false, "", "", "", false},
		{"climbing inside", "/shop/../assets/app-1a2b.js", "", true, "let a", "text/javascript; charset=utf-8", "", true},
		{"backslash", "/assets\\app-1a2b.js", "", false, "", "", "", false},
		{"no slash", "shop", "", false, "", "", "", false},
	}
	assets := New(build())
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := assets.Lookup(c.path, c.accept)
			if ok != c.ok {
				t.Fatalf("Lookup(%q) ok = %v, want %v", c.path, ok, c.ok)
			}
			if !ok {
				return
			}
			if string(got.Body) != c.body || got.ContentType != c.kind || got.Encoding != c.encoding || got.Immutable != c.immutable {
				t.Errorf("Lookup(%q, %q) = %q %q %q %v", c.path, c.accept, got.Body, got.ContentType, got.Encoding, got.Immutable)
			}
			if len(got.ETag) < 10 || got.ETag[0] != '"' {
				t.Errorf("ETag = %q", got.ETag)
			}
		})
	}
}

func TestETagFollowsTheBytes(t *testing.T) {
	t.Parallel()
	files := build()
	assets := New(files)
	plain, _ := assets.Lookup("/assets/app-1a2b.js", "")
	packed, _ := assets.Lookup("/assets/app-1a2b.js", "br")
	if plain.ETag == packed.ETag {
		t.Error("two encodings share one ETag")
	}
	files["assets/app-1a2b.js"] = &fstest.MapFile{Data: []byte("let b")}
	changed, _ := New(files).Lookup("/assets/app-1a2b.js", "")
	if changed.ETag == plain.ETag {
		t.Error("other bytes, same ETag")
	}
}

func TestBuilt(t *testing.T) {
	t.Parallel()
	if !New(build()).Built() {
		t.Error("a build with pages counts as not built")
	}
	if New(fstest.MapFS{".keep": {Data: []byte("keep")}}).Built() {
		t.Error("an empty folder counts as built")
	}
}
