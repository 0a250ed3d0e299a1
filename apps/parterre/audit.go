package main

import (
	"context"
	"log/slog"
	"os"

	"parterre/modules/audit/auditcmd"
)

// auditCmd is `parterre audit`.
type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Prove that the audit log of every tenant is whole and unchanged."`
}

type auditVerifyCmd struct {
	databaseFlags
	Anchor []string `help:"A number:hash that was kept elsewhere; the log must contain it. Finds a log that was cut off."`
}

// Run implements the command.
func (a *auditVerifyCmd) Run(ctx context.Context) error {
	d, err := a.open(ctx, slog.Default(), true)
	if err != nil {
		return err
	}
	defer func() { _ = d.stop() }()
	return auditcmd.Verify(ctx, d.AdminDSN, os.Stdout, a.Anchor...)
}
