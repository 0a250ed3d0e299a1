// Package benchcmd is `parterre bench`: measurements against strategies built
// for the comparison, on this machine, as a table for people and JSON.
package benchcmd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/pprof"

	"parterre/apps/parterre/benchcmd/saleload"
)

// Cmd is the command and its parts.
type Cmd struct {
	All    allCmd    `cmd:"" default:"1" help:"Everything, one after the other."`
	Codes  codesCmd  `cmd:"" help:"Measure parsing, formatting and checking of codes."`
	Print  printCmd  `cmd:"" help:"Measure the printing of a batch of tickets."`
	Buyers buyersCmd `cmd:"" hidden:"" help:"The buyers of a sale over HTTP, told by standard input."`
	Sale   saleCmd   `cmd:"" help:"Measure the sale of seats against row locks and an advisory lock (about 8 minutes)."`
}

type buyersCmd struct{}

// Run buys as it is told.
func (buyersCmd) Run(ctx context.Context) error { return saleload.Buyers(ctx, os.Stdin, os.Stdout) }

type saleCmd struct {
	Buyers  int      `default:"200" help:"Buyers at once."`
	Repeats int      `default:"2" help:"Runs of each setting; the median counts."`
	Only    string   `enum:",native,slow,http,herd,pick,fanout" default:"" help:"One part only: native, slow, http, herd, pick or fanout."`
	Sellers []string `help:"Of product, rowlock, advisory; default all."`
	Dir     string   `type:"path" help:"Folder for the database; default a temporary one."`
	Quick   bool     `help:"A small hall and one run: shows that it works, not how fast."`
	Profile string   `type:"path" help:"Write a CPU profile of this process (pprof) into this file, and those of the buyers over HTTP beside it."`
	JSON    string   `type:"path" help:"Write the result as JSON into this file."`
}

// Run measures and prints.
func (c *saleCmd) Run(ctx context.Context) error {
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	res, err := saleload.Run(ctx, saleload.Options{
		Buyers: c.Buyers, Repeats: c.Repeats, Only: c.Only, Sellers: c.Sellers, Dir: c.Dir, Quick: c.Quick, Profile: c.Profile,
		Say: func(what string) { fmt.Fprintln(os.Stderr, "  measuring", what) },
	}, os.Stdout)
	if err != nil || c.JSON == "" {
		return err
	}
	b, err := json.MarshalIndent(res, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.JSON, append(b, '\n'), 0o644) //nolint:gosec // measurements are no secret
}
