// Package suite composes the modules into the running suite: which services
// there are, who tells whom, which routes and workers run. It is the only place
// that knows them all; the server, the demo loader and the tests of the whole
// share it.
package suite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"parterre/apps/gate"
	"parterre/apps/lab"
	"parterre/apps/report"
	appsales "parterre/apps/sales"
	"parterre/codes/codestore"
	"parterre/integrations/payment"
	"parterre/integrations/payment/sandbox"
	"parterre/integrations/payment/sim"
	"parterre/integrations/performance"
	"parterre/modules/access"
	"parterre/modules/audit"
	"parterre/modules/channel"
	"parterre/modules/checking"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/errs"
	"parterre/modules/core/httpx"
	"parterre/modules/core/ids"
	"parterre/modules/core/single"
	"parterre/modules/identity"
	"parterre/modules/inventory"
	"parterre/modules/inventory/cluster"
	"parterre/modules/reporting"
	"parterre/modules/sales"
	"parterre/modules/show"
	"parterre/modules/ticketmap"
	"parterre/modules/venue"
	"parterre/modules/waiting"
)

// Config says what to compose.
type Config struct {
	DB        *db.DB
	AdminDSN  string // the owner's; for loading the demo world
	AppDSN    string
	Var       string
	Log       *slog.Logger
	Clock     clock.Clock
	Proxies   []string
	Apps      []string // manage, sales, gate, report, lab
	Version   string
	BaseURL   string           // public address, without a slash at the end
	LabURL    string           // where the simulated regulators listen
	Roots     *x509.CertPool   // trusted when the suite calls itself or the lab
	Node      string           // this node's name among several; default one of host and process
	Cluster   *cluster.Config  // nil on a single node; Node, Mark and Payloads are filled in here
	Limits    httpx.Limits     // by address
	KeyDevice identity.Wrapper // seals the identity keys; nil: they lie in a file of mode 0600
	Sandbox   bool             // offer the sandbox payment provider: whoever asks it has paid, so never where tickets are real
}

// Suite is the composed whole.
type Suite struct {
	cfg  Config
	keys *keys
	HTTP *httpx.Server

	Access    *access.Service
	Audit     *audit.Service
	Venues    *venue.Service
	Maps      *ticketmap.Service
	Shows     *show.Service
	Seats     *inventory.Service
	Sales     *sales.Service
	Checking  *checking.Service
	Reporting *reporting.Service
	Lab       *lab.Lab
	Seating   *appsales.Seating
	Channel   *channel.Service
	Waiting   *waiting.Service

	sandbox   *sandbox.Server
	paySim    *sim.Server
	deliverer *performance.Deliverer
	rows      *sales.Rows
	node      string
	bus       *cluster.Bus // nil on a single node
	jobs      *single.Jobs
}

// Runs reports whether an app is among those to run.
func (s *Suite) Runs(app string) bool { return slices.Contains(s.cfg.Apps, app) }

// New composes the suite. Nothing runs until Start.
func New(ctx context.Context, cfg Config) (*Suite, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	k, err := openKeys(filepath.Join(cfg.Var, "keys"), cfg.KeyDevice)
	if err != nil {
		return nil, err
	}
	s := &Suite{cfg: cfg, keys: k, rows: sales.NewRows(k.codes), node: nodeName(cfg.Node), Access: access.New(cfg.DB), Audit: audit.New(cfg.DB), Venues: venue.New(cfg.DB), Seating: appsales.NewSeating(cfg.DB)}
	s.Access.SealBuyers(k.buyers)
	s.Maps = ticketmap.New(cfg.DB, appsales.Claims{})
	s.Shows = show.New(cfg.DB, codestore.New(cfg.DB), ready, report.Published)
	s.Maps.OnDressed(func(ctx context.Context, session, m ids.ID) error {
		_, err := s.Shows.SetMap(ctx, session, m)
		return err
	})
	s.Seats, err = inventory.New(ctx, inventory.Deps{DB: cfg.DB, Catalog: s.Seating, Rows: []inventory.RowWriter{s.rows}, Log: cfg.Log, Node: s.node})
	if err != nil {
		return nil, err
	}
	s.Maps.Connect(appsales.Market{}, &appsales.Follower{Seating: s.Seating, Seats: s.Seats})
	client := &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}}
	providers := map[string]payment.Provider{}
	if cfg.Sandbox {
		pay := &sandbox.Client{Base: cfg.BaseURL + sandboxPath, Key: k.sandbox, Clock: cfg.Clock, HTTP: client}
		providers[pay.Name()] = pay
	}
	if s.paySim, err = newPaySim(cfg, client); err != nil {
		return nil, err
	}
	s.Waiting = waiting.New(cfg.DB, k.waiting, cfg.Log)
	s.Sales = sales.New(sales.Deps{
		DB: cfg.DB, Seats: s.Seats, Maps: s.Seating, Vault: k.vault, Codes: k.codes, Signer: k.signer,
		Providers: providers, OpenAccount: openAccount(s.paySim, cfg.Sandbox, client), Log: cfg.Log, Address: cfg.BaseURL, Guard: sales.NewGuard(cfg.Clock), Admitted: checking.AdmittedTx, Door: s.Waiting.Door, Queue: s.Waiting.Enabled,
		Packaged: report.Packaged, Passed: report.Passed,
		Vouch: s.vouch,
	})
	if cfg.Sandbox {
		s.Sales.Enrol = enrol(s.paySim)
	}
	s.Channel = channel.New(channel.Deps{DB: cfg.DB, Access: s.Access, Sales: s.Sales, Seats: s.Seats, Maps: s.Seating, Shows: s.Shows, Venues: s.Venues, Vault: k.vault, Log: cfg.Log})
	s.Checking = checking.New(cfg.DB, &gate.Source{Maps: s.Seating, Codes: k.codes, Vault: k.vault}, &gate.Verifier{Keys: k.ring}, report.Admitted)
	s.Reporting = reporting.New(reporting.Config{DB: cfg.DB, Books: report.Books{}, Ready: s.project, CheckSettings: checks})
	if s.Lab, err = lab.New(lab.Config{Pool: cfg.DB.Pool(), Clock: cfg.Clock, Key: k.lab, Log: cfg.Log}); err != nil {
		return nil, err
	}
	s.sandbox = newSandbox(cfg, k.sandbox, client)
	s.deliverer, err = performance.NewDeliverer(performance.Options{Clock: cfg.Clock, Transport: client.Transport, Secret: s.secretOf})
	if err != nil {
		return nil, err
	}
	s.HTTP = httpx.New(httpx.Config{Log: cfg.Log, DB: cfg.DB, Auth: s.Access, Proxies: cfg.Proxies, Title: "Parterre 池座", Version: cfg.Version, Limits: cfg.Limits})
	s.routes()
	return s, nil
}

func newSandbox(cfg Config, key []byte, client *http.Client) *sandbox.Server {
	s := &sandbox.Server{Prefix: sandboxPath, Key: key, Clock: cfg.Clock, HTTP: client, Log: cfg.Log}
	if cfg.DB != nil {
		s.Pool = cfg.DB.Pool()
	}
	return s
}

func labApp(tenant int32) string { return lab.AppID(tenant) }

const sandboxPath = "/pay/sandbox"

// nodeName is unique for each process, also for one that is started again: what
// its predecessor left behind is then surely not its own.
func nodeName(name string) string {
	if name == "" {
		host, err := os.Hostname()
		if err != nil {
			host = "node"
		}
		name = fmt.Sprintf("%s/%d", host[:min(len(host), 24)], os.Getpid())
	}
	return name + "/" + ids.Token(16)[:6]
}

// ready is asked before a session goes on sale.
func ready(ctx context.Context, tx db.Tx, s show.Session) error {
	return ticketmap.Ready(ctx, tx, s.ID, s.Audience)
}

// secretOf gives an adapter a secret by its name.
func (s *Suite) secretOf(_ context.Context, tenant int32, name string) (string, error) {
	if name == labSecret {
		return s.Lab.Secret(tenant), nil
	}
	raw, err := os.ReadFile(filepath.Join(s.cfg.Var, "keys", "secrets", filepath.Base(name)))
	if err != nil {
		return "", errs.New(errs.Conflict, "reporting.secret", "密钥文件 "+filepath.Base(name)+" 不存在。", "The secret "+filepath.Base(name)+" is missing.").Because(err)
	}
	return string(raw), nil
}

// labSecret names the registration's secret with the simulated platform.
const labSecret = "lab"

// vouch proves a second member of staff at somebody else's screen.
func (s *Suite) vouch(ctx context.Context, login, password, permission string) (db.Actor, error) {
	return s.Access.Vouch(ctx, login, password, httpx.Permission(permission))
}
