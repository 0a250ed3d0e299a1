package suite

import (
	"log/slog"

	"parterre/apps/lab"
	"parterre/integrations/payment/sim"
	"parterre/modules/access"
	"parterre/modules/audit"
	"parterre/modules/channel"
	"parterre/modules/core/clock"
	"parterre/modules/core/httpx"
)

// AllApps are the apps of the suite.
var AllApps = []string{"manage", "sales", "gate", "report", "lab"}

// OpenAPI makes the OpenAPI document of all apps without a database.
func OpenAPI(version string) ([]byte, error) {
	s, err := bare(version)
	if err != nil {
		return nil, err
	}
	return s.HTTP.OpenAPI()
}

// bare is a suite with all routes and nothing behind them.
func bare(version string) (*Suite, error) {
	l, err := lab.New(lab.Config{Key: make([]byte, 16), Clock: clock.System{}})
	if err != nil {
		return nil, err
	}
	s := &Suite{cfg: Config{Apps: AllApps, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)}, keys: &keys{}, Lab: l, Access: access.New(nil), Audit: audit.New(nil)}
	s.sandbox = newSandbox(s.cfg, nil, nil)
	s.paySim = &sim.Server{Prefix: simPath}
	s.Channel = channel.New(channel.Deps{})
	s.HTTP = httpx.New(httpx.Config{Log: s.cfg.Log, Title: "Parterre 池座", Version: version})
	s.routes()
	return s, nil
}
