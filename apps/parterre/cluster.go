package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"parterre/modules/inventory/cluster"
)

// clusterFlags join several nodes that serve one database. Without them a node
// is alone.
type clusterFlags struct {
	Node       string   `help:"This node's name, in metrics and leases; default host and process." env:"PARTERRE_CLUSTER_NODE"`
	Listen     string   `help:"Address (host:port) where other nodes reach this one; that makes it one of several." env:"PARTERRE_CLUSTER_LISTEN"`
	Routes     []string `help:"Addresses of other nodes, at least one that is up or comes up." env:"PARTERRE_CLUSTER_ROUTES"`
	NATS       string   `name:"nats" help:"Address of an existing NATS cluster to use instead (nats://user:password@host:4222)." env:"NATS_URL"`
	SecretFile string   `type:"path" help:"File with the secret that all nodes share, 16 characters or more; or set PARTERRE_CLUSTER_SECRET." env:"PARTERRE_CLUSTER_SECRET_FILE"`
	Cert       string   `type:"path" help:"This node's certificate (PEM), for server and client; a must between machines." env:"PARTERRE_CLUSTER_CERT"`
	Key        string   `type:"path" help:"Its key." env:"PARTERRE_CLUSTER_KEY"`
	CA         string   `type:"path" name:"ca" help:"The authority whose certificates the nodes show each other." env:"PARTERRE_CLUSTER_CA"`
}

func (f clusterFlags) on() bool { return f.Listen != "" || len(f.Routes) > 0 || f.NATS != "" }

// config checks the flags; nil without them.
func (f clusterFlags) config(d databaseFlags, simClock string) (*cluster.Config, error) {
	if len(f.Node) > 30 || strings.ContainsFunc(f.Node, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("--cluster-node must be 1 to 30 letters, digits and signs without spaces")
	}
	if !f.on() {
		return nil, nil
	}
	if f.NATS != "" && (f.Listen != "" || len(f.Routes) > 0) {
		return nil, errors.New("--cluster-nats uses an existing cluster; leave --cluster-listen and --cluster-routes out")
	}
	if f.NATS == "" && f.Listen == "" {
		return nil, errors.New("--cluster-routes needs --cluster-listen: the other nodes must reach this one as well")
	}
	if d.DatabaseURL == "" {
		return nil, errors.New("several nodes need one database: set DATABASE_URL")
	}
	if simClock != "" {
		return nil, errors.New("--sim-clock moves one process's time; it cannot be used with several nodes")
	}
	c := &cluster.Config{URL: f.NATS, Listen: f.Listen, Routes: f.Routes, Secret: os.Getenv("PARTERRE_CLUSTER_SECRET")}
	if f.SecretFile != "" {
		raw, err := os.ReadFile(f.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("--cluster-secret-file: %w", err)
		}
		c.Secret = strings.TrimSpace(string(raw))
	}
	if f.Cert == "" && f.Key == "" && f.CA == "" {
		return c, nil
	}
	var err error
	c.TLS, err = f.tls()
	return c, err
}

// tls shows this node's certificate and wants one of the same authority.
func (f clusterFlags) tls() (*tls.Config, error) {
	if f.Cert == "" || f.Key == "" || f.CA == "" {
		return nil, errors.New("--cluster-cert, --cluster-key and --cluster-ca go together")
	}
	pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
	if err != nil {
		return nil, fmt.Errorf("--cluster-cert: %w", err)
	}
	raw, err := os.ReadFile(f.CA)
	if err != nil {
		return nil, fmt.Errorf("--cluster-ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("--cluster-ca: %s holds no certificate", f.CA)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}, nil
}
