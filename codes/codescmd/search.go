package codescmd

import (
	"fmt"
	"strings"

	"parterre/codes"
)

// SearchCmd is "codes search".
type SearchCmd struct {
	Words []string `arg:"" name:"word" help:"Words of a name, or the beginning of a code."`
	Table string   `help:"Search this table only; regions is one." placeholder:"NAME"`
	Limit int      `default:"20" help:"At most so many of each."`
	Output
}

type found struct {
	Table string `json:"table"`
	Code  string `json:"code"`
	ZH    string `json:"zh"`
	EN    string `json:"en,omitempty"`
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
}

// Run prints what it finds; nothing found is exit status 1.
func (c *SearchCmd) Run(ios *IO) error {
	q := strings.Join(c.Words, " ")
	var out []found
	if c.Table == "" || c.Table == "regions" {
		for _, r := range codes.SearchRegions(q, c.Limit) {
			out = append(out, found{"regions", r.Code, r.FullName(), "", r.Since, r.Until})
		}
	}
	if c.Table != "" && c.Table != "regions" {
		if _, ok := codes.LookupTable(c.Table); !ok {
			return usage(ios, fmt.Errorf("there is no table %q", c.Table))
		}
	}
	for _, t := range codes.Tables() {
		if c.Table != "" && c.Table != t.Name {
			continue
		}
		for i, e := range t.Search(q) {
			if i < c.Limit {
				out = append(out, found{t.Name, e.Code, e.ZH, e.EN, "", ""})
			}
		}
	}
	for _, f := range out {
		if err := c.print(ios, f); err != nil {
			return err
		}
	}
	if len(out) == 0 {
		return ExitError{StatusInvalid}
	}
	return nil
}

func (c *SearchCmd) print(ios *IO, f found) error {
	if c.JSON {
		return writeJSON(ios.Out, f)
	}
	name := f.ZH
	if c.Lang == "en" && f.EN != "" {
		name = f.EN
	}
	if f.Until != "" {
		name += " (–" + f.Until + ")"
	}
	_, err := fmt.Fprintf(ios.Out, "%s\t%s\t%s\n", f.Table, f.Code, name)
	return err
}
