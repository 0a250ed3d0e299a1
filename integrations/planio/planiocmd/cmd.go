// Package planiocmd is the command "parterre plan": import, export, check and
// generate seat plans. It needs no database.
package planiocmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"parterre/integrations/planio"
	"parterre/modules/ticketmap/plan"
	"parterre/modules/ticketmap/plan/generate"
)

// Cmd is the group of commands; its fields are kong commands.
type Cmd struct {
	Import   Import   `cmd:"" help:"Read a plan of any format, tell what is in it and what could not be carried, and write it as parterre.plan (读入座位图)"`
	Export   Export   `cmd:"" help:"Write a plan in another format (导出座位图)"`
	Check    Check    `cmd:"" help:"Check a plan: labels, overlaps, numbers, ways (检查座位图)"`
	Generate Generate `cmd:"" help:"Make a plan from parameters (生成座位图)"`
}

// output is where a command writes; tests give their own.
type output struct{ Stdout, Stderr io.Writer }

func standard() *output { return &output{os.Stdout, os.Stderr} }

// Import is "plan import".
type Import struct {
	File   string `arg:"" help:"The file, or - for standard input"`
	Format string `help:"parterre, csv, pretix, seatsio, svg or dxf; told from the content if left out" default:"" enum:",parterre,csv,pretix,seatsio,svg,dxf"`
	JSON   bool   `name:"json" help:"Print the counts as JSON"`
	Output string `short:"o" help:"Write the plan to this file"`
}

// report is what import prints with --json.
type report struct {
	plan.Counts
	Warnings []plan.Finding `json:"warnings"`
}

// Run reads the file. What cannot be read is an error with the place and the rule.
func (c *Import) Run() error { return c.run(standard()) }

func (c *Import) run(out *output) error {
	p, told, err := open(c.File, planio.Format(c.Format))
	if err != nil {
		return err
	}
	r := report{Counts: planio.Counts(p, told), Warnings: append(append([]plan.Finding{}, told...), plan.Check(p)...)}
	if c.Output != "" {
		b, err := plan.Encode(p)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, b, 0o644); err != nil { //nolint:gosec // a plan is no secret
			return err
		}
	}
	if c.JSON {
		return printJSON(out.Stdout, r)
	}
	fmt.Fprintf(out.Stdout, "%s：座位 %d，排 %d，区 %d，站席 %d，桌 %d，类别 %d\n", p.Name, r.Seats, r.Rows, r.Sections, r.Areas, r.Tables, r.Categories)
	printFindings(out.Stdout, r.Warnings)
	return nil
}

// Export is "plan export".
type Export struct {
	File   string `arg:"" help:"A plan of any format, or - for standard input"`
	Format string `required:"" help:"parterre, csv, pretix, seatsio, svg or dxf" enum:"parterre,csv,pretix,seatsio,svg,dxf"`
	Output string `short:"o" help:"The file to write; standard output if left out"`
}

// Run writes the file and tells on standard error what could not be carried.
func (c *Export) Run() error { return c.run(standard()) }

func (c *Export) run(out *output) error {
	p, _, err := open(c.File, "")
	if err != nil {
		return err
	}
	b, told, err := planio.Export(planio.Format(c.Format), p)
	if err != nil {
		return err
	}
	printFindings(out.Stderr, told)
	return write(out, c.Output, b)
}

// Check is "plan check".
type Check struct {
	File string `arg:"" help:"A plan of any format, or - for standard input"`
	JSON bool   `name:"json" help:"Print the findings as JSON"`
}

// ErrFaults is returned by check for a plan that cannot be published.
var ErrFaults = errors.New("座位图有错误，不能发布 (the plan has faults and cannot be published)")

// Run checks; a plan with errors makes the command fail.
func (c *Check) Run() error { return c.run(standard()) }

func (c *Check) run(out *output) error {
	p, _, err := open(c.File, "")
	if err != nil {
		return err
	}
	found := plan.Check(p)
	if c.JSON {
		err = printJSON(out.Stdout, append([]plan.Finding{}, found...))
	} else {
		printFindings(out.Stdout, found)
		fmt.Fprintf(out.Stdout, "%d 处提示 (findings)\n", len(found))
	}
	if err == nil && plan.Errors(found) {
		err = ErrFaults
	}
	return err
}

// Generate is "plan generate".
type Generate struct {
	Kind   string `arg:"" help:"theatre, arena, stadium, cinema or thrust"`
	Params string `help:"JSON file with parameters over the defaults; the defaults are shown by --show"`
	Show   bool   `help:"Show the default parameters as JSON instead"`
	Output string `short:"o" help:"The file to write; standard output if left out"`
}

// Run makes the plan.
func (c *Generate) Run() error { return c.run(standard()) }

func (c *Generate) run(out *output) error {
	g, ok := generate.Kinds()[c.Kind]
	if !ok {
		var names []string
		for k := range generate.Kinds() {
			names = append(names, k)
		}
		sort.Strings(names)
		return fmt.Errorf("没有“%s”这种场地，可用：%s (unknown kind of hall)", c.Kind, strings.Join(names, ", "))
	}
	if c.Params != "" {
		b, err := os.ReadFile(filepath.Clean(c.Params))
		if err != nil {
			return err
		}
		dec := json.NewDecoder(strings.NewReader(string(b)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(g); err != nil {
			return fmt.Errorf("参数文件不正确 (the parameters are not right): %w", err)
		}
	}
	if c.Show {
		return printJSON(out.Stdout, g)
	}
	p, err := g.Generate()
	if err != nil {
		return err
	}
	b, err := plan.Encode(p)
	if err != nil {
		return err
	}
	return write(out, c.Output, b)
}

func open(file string, format planio.Format) (*plan.Plan, []plan.Finding, error) {
	var r io.Reader = os.Stdin
	if file != "-" {
		f, err := os.Open(filepath.Clean(file))
		if err != nil {
			return nil, nil, err
		}
		defer func() { _ = f.Close() }()
		r = f
	}
	b, err := io.ReadAll(io.LimitReader(r, planio.MaxBytes+1))
	if err != nil {
		return nil, nil, err
	}
	return planio.Import(format, b)
}

func write(out *output, file string, b []byte) error {
	if file != "" {
		return os.WriteFile(filepath.Clean(file), b, 0o644) //nolint:gosec // a plan is no secret
	}
	_, err := out.Stdout.Write(b)
	return err
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func printFindings(w io.Writer, list []plan.Finding) {
	for _, f := range list {
		fmt.Fprintf(w, "%s %s %s %s (%s)\n", f.Severity, f.Code, f.Path, f.Zh, f.En)
	}
}
