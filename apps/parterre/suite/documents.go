package suite

import (
	_ "embed"
	"sync"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
)

//go:embed docs.html
var docsPage []byte

//go:embed docs.js
var docsScript []byte

// documents serves the OpenAPI document and the page that reads it. The page
// loads nothing from elsewhere: it works in a closed network.
func (s *Suite) documents() {
	doc := sync.OnceValues(s.HTTP.OpenAPI)
	send := func(id, path, kind, what string, body func() ([]byte, error)) {
		s.HTTP.Raw(httpx.Op{ID: id, Method: "GET", Path: path, Tag: "ops", Summary: what, Needs: httpx.Public}, func(c *fiber.Ctx) error {
			b, err := body()
			if err != nil {
				return err
			}
			c.Set("Content-Type", kind)
			return c.Send(b)
		})
	}
	fixed := func(b []byte) func() ([]byte, error) { return func() ([]byte, error) { return b, nil } }
	send("ops.openapi", "/openapi.json", "application/vnd.oai.openapi+json;version=3.1", "The OpenAPI 3.1 document", doc)
	send("ops.docs", "/docs", "text/html; charset=utf-8", "The OpenAPI document as a page", fixed(docsPage))
	send("ops.docsScript", "/docs.js", "text/javascript; charset=utf-8", "The page's script", fixed(docsScript))
}
