package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"

	"parterre/migrations"
	"parterre/modules/core/clock"
	"parterre/modules/core/db"
	"parterre/modules/core/pgserver"
)

// databaseFlags say where the data is. Without DATABASE_URL a private
// PostgreSQL runs in <var>/pg.
type databaseFlags struct {
	Var         string `help:"Folder of everything that the server keeps: database, keys, certificates." default:"var" env:"PARTERRE_VAR" type:"path"`
	DatabaseURL string `help:"Use this server instead of the private one. The role may create roles; the app works as parterre_app." env:"DATABASE_URL"`
}

const databaseName = "parterre"

// database is an open place for the data.
type database struct {
	AdminDSN string // for migrations
	AppDSN   string
	assume   bool // AppDSN logs in as another role and takes parterre_app
	Where    string
	stop     func() error
	gone     <-chan struct{} // closed when the private server ends by itself; nil for another's server
}

// open starts or finds the server and makes the database.
// A command joins a server that `parterre serve` has running on the same
// folder; serve itself owns its server.
func (f databaseFlags) open(ctx context.Context, log *slog.Logger, attach bool) (*database, error) {
	if f.DatabaseURL != "" {
		return &database{AdminDSN: f.DatabaseURL, AppDSN: f.DatabaseURL, assume: true, Where: hostOf(f.DatabaseURL), stop: func() error { return nil }}, nil
	}
	srv, err := pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(f.Var, "pg"), Attach: attach, Log: log})
	if err != nil {
		return nil, err
	}
	admin, err := srv.EnsureDatabase(ctx, databaseName)
	if err != nil {
		_ = srv.Stop()
		return nil, err
	}
	return &database{AdminDSN: admin, AppDSN: srv.DSN(db.AppRole, databaseName), Where: filepath.Join(f.Var, "pg"), stop: srv.Stop, gone: srv.Done()}, nil
}

// hostOf names a server without its password.
func hostOf(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		return "DATABASE_URL"
	}
	return u.Host + u.Path
}

// migrate brings the schema up, telling of each step.
func (d *database) migrate(ctx context.Context, say func(string)) error {
	return migrations.Up(ctx, d.AdminDSN, func(s migrations.Step) { say(fmt.Sprintf("migrated %04d %s", s.Number, s.Name)) })
}

// connect opens the app's pool.
func (d *database) connect(ctx context.Context, c clock.Clock) (*db.DB, error) {
	return db.Open(ctx, db.Config{DSN: d.AppDSN, Clock: c, AssumeRole: d.assume})
}

// migrateCmd is `parterre migrate`.
type migrateCmd struct {
	databaseFlags
	Direction string `arg:"" enum:"up,down,status" default:"up" help:"up, down or status."`
	To        int    `help:"With down: the last step to keep; 0 takes back everything." default:"0"`
	Yes       bool   `help:"With down: do it without asking; data of the steps taken back is lost."`
}

// Run implements the command.
func (m *migrateCmd) Run(ctx context.Context) error {
	d, err := m.open(ctx, slog.Default(), true)
	if err != nil {
		return err
	}
	defer func() { _ = d.stop() }()
	say := func(verb string) func(migrations.Step) {
		return func(s migrations.Step) { fmt.Printf("%s %04d %s\n", verb, s.Number, s.Name) }
	}
	switch m.Direction {
	case "down":
		if !m.Yes {
			return fmt.Errorf("this would take back every step after %04d and lose its data; add --yes to do it", m.To)
		}
		return migrations.Down(ctx, d.AdminDSN, m.To, say("took back"))
	case "status":
		list, err := migrations.Status(ctx, d.AdminDSN)
		for _, s := range list {
			mark := map[bool]string{true: "applied", false: "missing"}[s.Applied]
			if s.Changed {
				mark = "CHANGED since it was applied"
			}
			fmt.Printf("%04d %s %s\n", s.Number, s.Name+strings.Repeat(" ", max(0, 20-len(s.Name))), mark)
		}
		return err
	}
	return migrations.Up(ctx, d.AdminDSN, say("applied"))
}
