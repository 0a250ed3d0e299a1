// Command parterre is the whole suite: it runs the apps that its flags name
// and carries the commands around them. `parterre help` lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"parterre/apps/parterre/benchcmd"
	"parterre/codes/codescmd"
	"parterre/integrations/planio/planiocmd"
)

// cli is the command line. Every flag can be set by the environment too.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the apps (all of them by default)."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up, down, or show where it stands."`
	Demo    demoCmd    `cmd:"" help:"Load the demo world into the database."`
	Openapi openapiCmd `cmd:"" help:"Print the OpenAPI 3.1 document."`
	Audit   auditCmd   `cmd:"" help:"Work with the audit log."`
	Edge    edgeCmd    `cmd:"" help:"Serve a counter's card reader and printer to the browser on the same machine."`
	Reader  readerCmd  `cmd:"" help:"Try identity card readers, or be one."`

	Identity identityCmd `cmd:"" help:"Work with the keys that seal personal data."`

	Bench benchcmd.Cmd `cmd:"" help:"Measure against strategies built for the comparison."`

	Plan  planiocmd.Cmd        `cmd:"" help:"Import, export, check and generate seat plans."`
	Codes codescmd.Passthrough `cmd:"" passthrough:"" help:"Parse, make and explain codes; see parterre codes --help."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	collectLess()
	os.Exit(run(ctx, os.Args[1:]))
}

// run parses and runs one command line and returns the exit code: 0 done,
// 1 failed, 2 wrong usage. Tests call it.
func run(ctx context.Context, args []string) int {
	var c cli
	code := -1
	parser, err := kong.New(&c, kong.Name("parterre"), kong.Description("Parterre 池座: a ticketing suite for theatres, stadiums and cinema chains."),
		kong.UsageOnError(), kong.Exit(func(n int) { code = n }), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "parterre:", err)
		return 2
	}
	kctx, err := parser.Parse(args)
	if code >= 0 {
		return code // help was printed
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "parterre:", err)
		return 2
	}
	err = kctx.Run()
	var exit codescmd.ExitError
	if errors.As(err, &exit) {
		return exit.Status // the command has said why
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "parterre:", err)
		return 1
	}
	return 0
}
