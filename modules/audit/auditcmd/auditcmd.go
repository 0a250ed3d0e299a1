// Package auditcmd is the command "parterre audit verify".
package auditcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"parterre/modules/audit"
	"parterre/modules/core/db"
)

// ErrBroken says that at least one tenant's chain does not hold.
var ErrBroken = errors.New("audit: the chain does not hold")

// Verify proves the chains of all tenants and prints a line for each. dsn
// logs in as the schema's owner, a superuser, or the application's role.
// anchors are "tenant:number:hash" texts that an earlier run printed and that
// were kept elsewhere.
func Verify(ctx context.Context, dsn string, out io.Writer, anchors ...string) error {
	byTenant := map[string][]audit.Anchor{}
	for _, text := range anchors {
		tenant, rest, _ := strings.Cut(text, ":")
		a, err := audit.ParseAnchor(rest)
		if err != nil {
			return fmt.Errorf("audit: %q is not tenant:number:hash", text)
		}
		byTenant[tenant] = append(byTenant[tenant], a)
	}
	d, err := db.Open(ctx, db.Config{DSN: dsn, AssumeRole: true, MaxConns: 2})
	if err != nil {
		return err
	}
	defer d.Close()
	tenants, err := d.Tenants(ctx)
	if err != nil {
		return err
	}
	broken := false
	for _, t := range tenants {
		r, err := audit.New(d).Verify(db.System(ctx, t, "audit verify"), byTenant[fmt.Sprint(t)]...)
		if err != nil {
			return fmt.Errorf("audit: tenant %d: %w", t, err)
		}
		delete(byTenant, fmt.Sprint(t))
		broken = broken || !r.OK()
		print1(out, r)
	}
	for t := range byTenant {
		_, _ = fmt.Fprintf(out, "tenant %s  BROKEN  an anchor was given, but there is no such tenant\n", t)
		broken = true
	}
	if broken {
		return ErrBroken
	}
	return nil
}

func print1(out io.Writer, r audit.Report) {
	verdict := "ok"
	if !r.OK() {
		verdict = "BROKEN"
	}
	_, _ = fmt.Fprintf(out, "tenant %d  %s  %d entries  anchor %d:%s\n", r.Tenant, verdict, r.Entries, r.Tenant, r.Head)
	for _, f := range r.Faults {
		_, _ = fmt.Fprintf(out, "  %s: %s\n", f.Kind, f.Text)
	}
	if r.More {
		_, _ = fmt.Fprintln(out, "  and more")
	}
}
