/*
Package codescmd is the commands of the coding module, for people and scripts:

	codes parse CODE...      what kind of code is it, is it valid, what are its parts
	codes make KIND ...      put a code together
	codes explain CODE...    the same as parse, for people: every part with its position and meaning
	codes search WORD        regions and table entries by name or code
	codes bench              speed against baselines of the same run

Without a CODE, or with "-", codes are read from standard input, one a line; blank lines are skipped. --json writes one
object a line. Exit status: 0 all valid, 1 one or more invalid, 2 wrong usage. Invalid input is never repeated in full.
*/
package codescmd

import (
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/alecthomas/kong"

	"parterre/codes"
)

// Cmd is the command group; an app embeds it under "codes" and binds an *IO.
type Cmd struct {
	Parse   ParseCmd   `cmd:"" help:"Tell what a code is and whether it is valid."`
	Make    MakeCmd    `cmd:"" help:"Put a code together."`
	Explain ExplainCmd `cmd:"" help:"Tell what every part of a code means."`
	Search  SearchCmd  `cmd:"" help:"Find regions and table entries by name or code."`
	Bench   BenchCmd   `cmd:"" help:"Measure the speed against baselines of the same run."`
}

// IO is where a command reads and writes.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
}

// Output is the flags that all commands share.
type Output struct {
	JSON bool   `help:"Write JSON, one object a line."`
	Lang string `help:"Language of sentences: zh or en." enum:"zh,en" default:"zh" env:"PARTERRE_LANG"`
}

// ExitError ends the program with a status. Its message was written already.
type ExitError struct{ Status int }

// Error names the status.
func (e ExitError) Error() string { return "exit status " + strconv.Itoa(e.Status) }

// ExitCode is for kong.
func (e ExitError) ExitCode() int { return e.Status }

// Exit statuses.
const (
	StatusValid   = 0
	StatusInvalid = 1
	StatusUsage   = 2
)

// Run runs one command, args being what follows "parterre codes", and gives the exit status.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var cmd Cmd
	ios := &IO{stdin, stdout, stderr}
	status := -1
	k, err := kong.New(&cmd, kong.Name("parterre codes"), kong.Writers(stdout, stderr), kong.Exit(func(s int) { status = s }), kong.Bind(ios))
	if err != nil {
		_, _ = io.WriteString(stderr, err.Error()+"\n")
		return StatusUsage
	}
	ctx, err := k.Parse(args)
	if status >= 0 { // --help
		return status
	}
	var bad *codes.Error
	if errors.As(err, &bad) { // a code given to a flag is invalid
		_, _ = io.WriteString(stderr, bad.Message(cmd.lang())+" ["+bad.Code+"]\n")
		return StatusInvalid
	}
	if err != nil {
		_, _ = io.WriteString(stderr, "parterre codes: "+err.Error()+"\n")
		return StatusUsage
	}
	return StatusOf(ctx.Run(), cmd.lang(), stderr)
}

func (c *Cmd) lang() string {
	for _, o := range []Output{c.Parse.Output, c.Make.Venue.Output, c.Explain.Output, c.Search.Output} {
		if o.Lang == "en" {
			return "en"
		}
	}
	return "zh"
}

// StatusOf is the exit status for what a command returned; a message that was not written yet goes to stderr.
func StatusOf(err error, lang string, stderr io.Writer) int {
	var exit ExitError
	var own *codes.Error
	switch {
	case err == nil:
		return StatusValid
	case errors.As(err, &exit):
		return exit.Status
	case errors.As(err, &own):
		_, _ = io.WriteString(stderr, own.Message(lang)+" ["+own.Code+"]\n")
		return StatusInvalid
	}
	_, _ = io.WriteString(stderr, "parterre codes: "+err.Error()+"\n")
	return StatusUsage
}

// Passthrough hands a whole command line to Run. An app embeds it as
//
//	Codes codescmd.Passthrough `cmd:"" passthrough:"" help:"Parse, make and explain codes."`
//
// and ends with the status of an ExitError, which was explained on standard error already.
type Passthrough struct {
	Args []string `arg:"" optional:"" help:"See parterre codes --help."`
}

// Run runs the command with the process's own streams.
func (p *Passthrough) Run() error {
	if status := Run(p.Args, os.Stdin, os.Stdout, os.Stderr); status != StatusValid {
		return ExitError{status}
	}
	return nil
}
