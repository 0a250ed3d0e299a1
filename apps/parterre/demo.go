package main

import (
	"context"
	"os"

	"parterre/apps/parterre/suite"
	"parterre/modules/core/clock"
	"parterre/modules/core/log"
)

// version is set by the build.
var version = "dev"

// demoCmd is `parterre demo`.
type demoCmd struct{ databaseFlags }

// Run implements the command.
func (d *demoCmd) Run(ctx context.Context) error {
	logger := log.New(os.Stderr, false, 0)
	data, err := d.open(ctx, logger, true)
	if err != nil {
		return err
	}
	defer func() { _ = data.stop() }()
	if err := data.migrate(ctx, func(line string) { logger.Info(line) }); err != nil {
		return err
	}
	pool, err := data.connect(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer pool.Close()
	app, err := suite.New(ctx, suite.Config{
		DB: pool, AdminDSN: data.AdminDSN, Var: d.Var, Log: logger, Clock: clock.System{}, Version: version,
		BaseURL: "https://localhost:8443", LabURL: "https://localhost:8444",
	})
	if err != nil {
		return err
	}
	return app.LoadDemo(ctx, progress(os.Stderr))
}

// openapiCmd is `parterre openapi`.
type openapiCmd struct{}

// Run implements the command. The document is made from the Go types alone; no
// database is touched.
func (openapiCmd) Run() error {
	doc, err := suite.OpenAPI(version)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(append(doc, '\n'))
	return err
}
