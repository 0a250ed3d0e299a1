package codescmd

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"parterre/codes"
	"parterre/codes/payload"
)

// Input is the arguments of parse and explain.
type Input struct {
	Codes   []string `arg:"" optional:"" name:"code" help:"Codes; none or - means standard input, one a line."`
	Kind    string   `help:"Take it as this kind: show, venue, hall, ticket, cinema, film ..." placeholder:"KIND"`
	Profile string   `help:"Code profile: how the 11 digits of a venue code are split." placeholder:"NAME"`
}

// ParseCmd is "codes parse".
type ParseCmd struct {
	Input
	Output
}

// ExplainCmd is "codes explain".
type ExplainCmd struct {
	Input
	Output
}

// result is one line of input, judged.
type result struct {
	line int
	text string
	kind codes.Kind
	x    codes.Explanation
	err  error

	profile *codes.Profile
}

// Run judges each code.
func (c *ParseCmd) Run(ios *IO) error {
	return c.each(ios, func(r result) error {
		if c.JSON {
			return writeJSON(ios.Out, parseJSON(r))
		}
		if r.err != nil {
			return writeInvalid(ios.Out, r, c.Lang)
		}
		line := "valid " + string(r.kind) + " " + r.text
		for _, w := range r.x.Warnings {
			line += " [" + w.Code + "]"
		}
		_, err := fmt.Fprintln(ios.Out, line)
		return err
	})
}

// Run explains each code.
func (c *ExplainCmd) Run(ios *IO) error {
	return c.each(ios, func(r result) error {
		if c.JSON {
			return writeJSON(ios.Out, r.describe())
		}
		if r.err != nil {
			return writeInvalid(ios.Out, r, c.Lang)
		}
		return writeExplanation(ios.Out, r, c.Lang)
	})
}

// each hands every code to show; the error tells the exit status.
func (in *Input) each(ios *IO, show func(result) error) error {
	var kind codes.Kind
	var profile *codes.Profile
	var err error
	if in.Kind != "" {
		if kind, err = codes.ParseKind(in.Kind); err != nil {
			return usage(ios, err)
		}
	}
	if in.Profile != "" {
		if profile, err = codes.LookupProfile(in.Profile); err != nil {
			return usage(ios, err)
		}
	}
	invalid, n := false, 0
	one := func(text string) error {
		n++
		r := judge(text, kind, profile)
		r.line = n
		invalid = invalid || r.err != nil
		return show(r)
	}
	if err := in.read(ios, one); err != nil {
		return err
	}
	if n == 0 {
		return usage(ios, errors.New("no code was given"))
	}
	if invalid {
		return ExitError{StatusInvalid}
	}
	return nil
}

func (in *Input) read(ios *IO, one func(string) error) error {
	if len(in.Codes) > 0 && !(len(in.Codes) == 1 && in.Codes[0] == "-") {
		for _, text := range in.Codes {
			if err := one(text); err != nil {
				return err
			}
		}
		return nil
	}
	lines := bufio.NewScanner(ios.In)
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		if err := one(text); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return usage(ios, fmt.Errorf("standard input: %w", err))
	}
	return nil
}

func judge(text string, kind codes.Kind, p *codes.Profile) result {
	r := result{text: text, kind: kind, profile: p}
	var c codes.Code
	var also []codes.Kind
	if kind != "" {
		c, r.err = codes.Parse(kind, text)
	} else {
		c, also, r.err = codes.ParseAny(text)
	}
	if r.err != nil {
		var e *codes.Error
		if errors.As(r.err, &e) && r.kind == "" {
			r.kind = e.Kind
		}
		return r
	}
	r.kind, r.x = c.Kind(), c.Explain(p)
	r.x.AlsoReadAs = also
	return r
}

func usage(ios *IO, err error) error {
	_, _ = fmt.Fprintln(ios.Err, "parterre codes: "+err.Error())
	return ExitError{StatusUsage}
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

type invalidJSON struct {
	Kind  codes.Kind `json:"kind,omitempty"`
	Valid bool       `json:"valid"`
	Line  int        `json:"line"`
	Error error      `json:"error"`
}

func parseJSON(r result) any {
	if r.err != nil {
		return invalidJSON{r.kind, false, r.line, r.err}
	}
	return r.x
}

func (r result) describe() codes.Description {
	if payload.IsPayload(r.text) {
		return payload.Describe(r.text, nil)
	}
	if r.err != nil {
		return codes.DescribeError(r.kind, r.err)
	}
	d := codes.Describe(r.text, r.kind, r.profile)
	d.AlsoReadAs = r.x.AlsoReadAs
	return d
}

func writeInvalid(w io.Writer, r result, lang string) error {
	text := r.err.Error()
	var e *codes.Error
	if errors.As(r.err, &e) {
		text = e.Message(lang) + " [" + e.Code + "]"
	}
	hint := ""
	if payload.IsPayload(r.text) {
		hint = map[string]string{"zh": "（这是签名二维码，请用检票功能核验）", "en": " (this is a signed QR payload: verify it with the gate functions)"}[lang]
	}
	_, err := fmt.Fprintf(w, "invalid line %d: %s%s\n", r.line, text, hint)
	return err
}

func writeExplanation(w io.Writer, r result, lang string) error {
	pick := func(zh, en string) string {
		if lang == "en" {
			return en
		}
		return zh
	}
	info := r.kind.Info()
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s (%s; %s)\n", r.text, pick(info.ZH, info.EN), info.Clause, info.Origin)
	for _, f := range r.x.Fields {
		where := ""
		if f.From > 0 {
			where = fmt.Sprintf("%d-%d", f.From, f.To)
		}
		fmt.Fprintf(&b, "  %-6s %s: %v", where, pick(f.ZH, f.EN), f.Value)
		if f.Note != "" {
			fmt.Fprintf(&b, " (%s)", f.Note)
		}
		b.WriteByte('\n')
	}
	if r.x.HasRegion && r.x.Region != "" {
		fmt.Fprintf(&b, "  %-6s %s: %s\n", "", pick("行政区划", "region"), r.x.Region)
	}
	for _, x := range r.x.Warnings {
		fmt.Fprintf(&b, "  ! %s [%s]\n", pick(x.ZH, x.EN), x.Code)
	}
	for _, k := range r.x.AlsoReadAs {
		fmt.Fprintf(&b, "  ? %s\n", pick("也可能是"+k.Info().ZH+"（--kind "+string(k)+"）", "may also be: "+k.Info().EN+" (--kind "+string(k)+")"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
