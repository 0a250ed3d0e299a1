package benchcmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"parterre/codes/codescmd"
	"parterre/printing/printbench"
)

type allCmd struct {
	Quick bool `help:"Small and once: shows that the benches work, not how fast."`
}

// Run measures every part.
func (c *allCmd) Run(ctx context.Context) error {
	tickets := 10_000
	if c.Quick {
		tickets = 200
	}
	fmt.Println("== codes")
	if err := (&codesCmd{}).Run(); err != nil {
		return err
	}
	fmt.Println("\n== printing")
	if err := (&printCmd{Tickets: tickets}).Run(ctx); err != nil {
		return err
	}
	fmt.Println("\n== sale")
	return (&saleCmd{Buyers: 200, Repeats: 2, Quick: c.Quick}).Run(ctx)
}

type codesCmd struct{}

var errBeyond = errors.New("bench: a figure of the codes is beyond its limit")

// Run measures and prints.
func (codesCmd) Run() error {
	if codescmd.Run([]string{"bench"}, os.Stdin, os.Stdout, os.Stderr) != codescmd.StatusValid {
		return errBeyond
	}
	return nil
}

type printCmd struct {
	Tickets int `default:"10000" help:"Tickets of the batch."`
}

// Run measures and prints.
func (c *printCmd) Run(ctx context.Context) error {
	r, err := printbench.Run(ctx, time.Now, c.Tickets) // a stopwatch: it gives durations only
	if err != nil {
		return err
	}
	fmt.Println(r)
	return nil
}
