// Package accesshttp is access over HTTP: signing in and out, users and their
// roles, devices and their pairing, API keys, and the tenant's policy.
//
// Operations whose request or answer holds a secret (a password, a token, a
// pairing code) keep no idempotency record, which would store it or its hash.
package accesshttp

import (
	"parterre/modules/access"
	"parterre/modules/core/httpx"
)

// Register adds the module's operations.
func Register(api *httpx.API, s *access.Service) {
	h := handlers{s, api}
	h.auth(api)
	h.users(api)
	h.machines(api)
}

type handlers struct {
	s   *access.Service
	api *httpx.API
}

// tag names the module in the document.
const tag = "access"
