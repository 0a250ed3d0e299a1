package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"parterre/apps/parterre/benchcmd/saleload"
	"parterre/codes/codescmd"
	"parterre/printing/printbench"
)

// benchCmd is `parterre bench`: what the product claims, measured on this
// machine, as ratios against a baseline in the same run.
type benchCmd struct {
	Parts   []string `arg:"" optional:"" help:"codes, print, sale; all of them by default." enum:"codes,print,sale"`
	Only    string   `help:"Of sale: native, slow, herd, pick or fanout." default:""`
	Quick   bool     `help:"Small and once: proves that the bench works, says nothing about speed."`
	Repeats int      `help:"Repeats of each sale measurement; the median counts." default:"3"`
	JSON    string   `help:"Also write the figures of the sale path to this file." type:"path"`
}

// Run implements the command.
func (b *benchCmd) Run(ctx context.Context) error {
	if len(b.Parts) == 0 {
		b.Parts = []string{"codes", "print", "sale"}
	}
	for _, part := range b.Parts {
		fmt.Printf("\n== %s\n", part)
		if err := b.part(ctx, part); err != nil {
			return fmt.Errorf("bench %s: %w", part, err)
		}
	}
	return nil
}

func (b *benchCmd) part(ctx context.Context, part string) error {
	switch part {
	case "codes":
		if status := codescmd.Run([]string{"bench"}, os.Stdin, os.Stdout, os.Stderr); status != 0 {
			return fmt.Errorf("a figure is beyond its limit")
		}
		return nil
	case "print":
		n := 10_000
		if b.Quick {
			n = 200
		}
		r, err := printbench.Run(ctx, time.Now, n) // a stopwatch: only durations are taken
		if err != nil {
			return err
		}
		fmt.Println(r)
		return nil
	}
	r, err := saleload.Run(ctx, saleload.Options{Quick: b.Quick, Repeats: b.Repeats, Only: b.Only}, os.Stdout)
	if err != nil || b.JSON == "" {
		return err
	}
	raw, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(b.JSON, append(raw, '\n'), 0o644) //nolint:gosec // figures are no secret
}
