// Package web carries the built browser pages (apps/web/dist) inside the binary and finds the right bytes for a URL
// path. It knows nothing of HTTP servers: the app that mounts it turns an Asset into an answer.
//
// The build is not committed. Without it the package still compiles; Built reports false and BuildHint says how to
// make the pages.
//
// Paths: /assets/... are files with a hash in their name and may be kept for ever; every other file is checked again
// by its ETag. A page path such as /shop/orders/7 answers with the index.html of its entry (the pages route inside
// the browser), a path below /assets that does not exist answers with nothing.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var embedded embed.FS

// BuildHint is the sentence to show when Built is false.
const BuildHint = "the web pages are not built yet: run `npm ci && npm run build` in apps/web (or `make web`) and build the server again / " +
	"网页尚未构建：请在 apps/web 中运行 `npm ci && npm run build`（或 `make web`），然后重新编译服务程序"

// Entries are the pages of the build, one folder each.
var Entries = []string{"manage", "counter", "shop", "gate", "lab"}

// Asset is one file as it goes out.
type Asset struct {
	Body        []byte
	ContentType string // with charset for text
	ETag        string // strong, quoted
	Encoding    string // "br", "gzip" or "" for identity
	Immutable   bool   // may be cached for ever: the name has a hash of the content
}

// Assets serves one build.
type Assets struct {
	files   fs.FS
	mu      sync.Mutex
	etags   map[string]string
	present bool
}

// New takes the root of a build (a folder with manage/index.html and assets/).
func New(files fs.FS) *Assets {
	_, err := fs.Stat(files, "manage/index.html")
	return &Assets{files: files, etags: map[string]string{}, present: err == nil}
}

var standard = sync.OnceValue(func() *Assets {
	root, err := fs.Sub(embedded, "dist")
	if err != nil { // only a wrong constant in this file can cause it
		panic(err)
	}
	return New(root)
})

// Built tells whether the pages were built before this binary was compiled.
func Built() bool { return standard().Built() }

// Lookup finds the file for a URL path in the embedded build; see Assets.Lookup.
func Lookup(urlPath, acceptEncoding string) (Asset, bool) {
	return standard().Lookup(urlPath, acceptEncoding)
}

// Built tells whether the build has its pages.
func (a *Assets) Built() bool { return a.present }

// Lookup finds the file for a URL path ("/shop/", "/assets/index-1a2b.js"). acceptEncoding is the request's
// Accept-Encoding header; a precompressed twin (.br, .gz) is chosen when it is allowed there. A page path without a
// file answers with the index of its entry. ok is false when there is nothing to serve: answer 404.
func (a *Assets) Lookup(urlPath, acceptEncoding string) (Asset, bool) {
	name, ok := a.resolve(urlPath)
	if !ok {
		return Asset{}, false
	}
	out := Asset{ContentType: contentType(name), Immutable: strings.HasPrefix(name, "assets/")}
	stored := name
	for _, twin := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(acceptEncoding, twin.coding) && a.isFile(name+twin.suffix) {
			out.Encoding, stored = twin.coding, name+twin.suffix
			break
		}
	}
	body, err := fs.ReadFile(a.files, stored)
	if err != nil {
		return Asset{}, false
	}
	out.Body, out.ETag = body, a.etag(stored, body)
	return out, true
}

// resolve turns a URL path into the name of a file of the build.
func (a *Assets) resolve(urlPath string) (string, bool) {
	if !strings.HasPrefix(urlPath, "/") || strings.ContainsAny(urlPath, "\\\x00") {
		return "", false
	}
	name := strings.TrimPrefix(path.Clean(urlPath), "/")
	for _, part := range strings.Split(name, "/") {
		if strings.HasPrefix(part, ".") { // .keep and the like are not pages
			return "", false
		}
	}
	if a.isFile(name) && !strings.HasSuffix(name, ".br") && !strings.HasSuffix(name, ".gz") {
		return name, true
	}
	if name == "assets" || strings.HasPrefix(name, "assets/") {
		return "", false
	}
	entry, _, _ := strings.Cut(name, "/")
	for _, known := range Entries {
		if entry == known && a.isFile(entry+"/index.html") && path.Ext(name) == "" {
			return entry + "/index.html", true
		}
	}
	return "", false
}

func (a *Assets) isFile(name string) bool {
	if !fs.ValidPath(name) {
		return false
	}
	info, err := fs.Stat(a.files, name)
	return err == nil && info.Mode().IsRegular()
}

func (a *Assets) etag(name string, body []byte) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if tag, ok := a.etags[name]; ok {
		return tag
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	a.etags[name] = tag
	return tag
}

// contentTypes is a table of its own: package mime reads the machine's files and differs from host to host.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".map": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
	".webp": "image/webp", ".ico": "image/x-icon", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json", ".mp3": "audio/mpeg", ".wasm": "application/wasm",
}

func contentType(name string) string {
	if t, ok := contentTypes[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}

// accepts reads an Accept-Encoding header (RFC 9110, 12.5.3): the coding is named and not refused by q=0.
func accepts(header, coding string) bool {
	for _, item := range strings.Split(header, ",") {
		token, params, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(token), coding) {
			continue
		}
		q := strings.ReplaceAll(strings.ToLower(params), " ", "")
		return strings.TrimRight(q, "0") != "q=" && strings.TrimRight(q, "0") != "q=0."
	}
	return false
}
