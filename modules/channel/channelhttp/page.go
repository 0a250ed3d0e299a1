package channelhttp

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"

	"parterre/modules/core/httpx"
)

//go:embed guide.html
var guide []byte

// Guide is the page that explains the API to another team; its commands are
// run by a test as they stand.
func Guide() []byte { return guide }

func explain(api *httpx.API) {
	api.Raw(httpx.Op{ID: "agent.guide", Method: "GET", Path: "/docs/agent", Tag: tag, Summary: "How to connect as an agent, with examples", Needs: httpx.Public}, func(c *fiber.Ctx) error {
		c.Set("Content-Type", "text/html; charset=utf-8")
		return c.Send(guide)
	})
}
