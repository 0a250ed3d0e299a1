// Package planio reads and writes seat plans in the formats of others: pretix
// seating plans, seats.io charts, CSV, SVG and DXF, beside the own JSON.
//
//	plan, told, err := planio.Import(planio.CSV, data)
//	data, told, err := planio.Export(planio.Pretix, plan)
//
// told says what could not be carried over, or what was assumed. A file that is
// not of its format, or is hostile, is refused with plan.Findings; time and memory are bounded
// by MaxBytes and by the limits of plan.
//
// Formats are implemented from descriptions of them; no code or file of the systems is used.
package planio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"parterre/modules/ticketmap/plan"
)

// Format names a file format.
type Format string

// The formats.
const (
	Parterre Format = "parterre" // own JSON, both ways, nothing lost
	CSV      Format = "csv"
	Pretix   Format = "pretix"
	SeatsIO  Format = "seatsio"
	SVG      Format = "svg"
	DXF      Format = "dxf"
)

// MaxBytes bounds a file of a foreign format.
const MaxBytes = 64 << 20

type codec struct {
	read  func([]byte) (*plan.Plan, []plan.Finding, error)
	write func(*plan.Plan) ([]byte, []plan.Finding, error)
}

var codecs = map[Format]codec{
	Parterre: {readParterre, writeParterre},
	CSV:      {readCSV, writeCSV},
	Pretix:   {readPretix, writePretix},
	SeatsIO:  {readSeatsIO, writeSeatsIO},
	SVG:      {readSVG, writeSVG},
	DXF:      {readDXF, writeDXF},
}

// Formats lists the formats that this build reads and writes.
func Formats() []Format {
	var out []Format
	for _, f := range []Format{Parterre, CSV, Pretix, SeatsIO, SVG, DXF} {
		if _, ok := codecs[f]; ok {
			out = append(out, f)
		}
	}
	return out
}

// Import reads data (plain or gzip) as format; an empty format is detected.
func Import(format Format, data []byte) (*plan.Plan, []plan.Finding, error) {
	data, err := plan.Unpack(data)
	if err != nil {
		return nil, nil, err
	}
	if len(data) > MaxBytes {
		return nil, nil, refuse("too_large", ".", "文件超过 64 MiB。", "The file is larger than 64 MiB.")
	}
	if format == "" {
		format = Detect(data)
	}
	c, ok := codecs[format]
	if !ok {
		return nil, nil, refuse("format", ".", fmt.Sprintf("不支持的格式“%s”。", format), fmt.Sprintf("The format %q is not supported.", format))
	}
	return c.read(data)
}

// Export writes p as format. What the file does not hold of the plan is found by reading it again (lost.go).
func Export(format Format, p *plan.Plan) ([]byte, []plan.Finding, error) {
	c, ok := codecs[format]
	if !ok {
		return nil, nil, refuse("format", ".", fmt.Sprintf("不支持的格式“%s”。", format), fmt.Sprintf("The format %q is not supported.", format))
	}
	data, told, err := c.write(p)
	if err == nil && format != Parterre {
		told = append(told, lost(format, p, data)...)
	}
	return data, told, err
}

// Detect guesses the format from the content; CSV is what is left.
func Detect(data []byte) Format {
	head := strings.TrimSpace(strings.TrimPrefix(string(data[:min(len(data), 4096)]), "\ufeff"))
	switch {
	case strings.HasPrefix(head, "{"):
		var top map[string]json.RawMessage
		if json.Unmarshal(data, &top) != nil {
			return Parterre
		}
		if _, ok := top["subChart"]; ok {
			return SeatsIO
		}
		if _, ok := top["zones"]; ok {
			return Pretix
		}
		return Parterre
	case strings.HasPrefix(head, "<"):
		return SVG
	case strings.HasPrefix(head, "0\n") || strings.HasPrefix(head, "0\r") || strings.HasPrefix(head, "999\n") || strings.HasPrefix(head, "999\r"):
		return DXF
	}
	return CSV
}

func readParterre(data []byte) (*plan.Plan, []plan.Finding, error) {
	p, err := plan.Decode(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	return p, nil, err
}

func writeParterre(p *plan.Plan) ([]byte, []plan.Finding, error) {
	b, err := plan.Encode(p)
	return b, nil, err
}

// refuse is the error of a file that cannot be read.
func refuse(code, path, zh, en string) error {
	return plan.Findings{{Severity: plan.SeverityError, Code: "planio." + code, Path: path, Zh: zh, En: en}}
}

// telling collects what could not be carried over: each code once for a path, at most 200.
type telling struct {
	list []plan.Finding
	seen map[string]int // code -> index in list
	n    map[string]int // code -> how often
}

// tell records a loss. The first of each code keeps its path; the others are counted.
func (t *telling) tell(code, path, zh, en string) {
	if t.seen == nil {
		t.seen, t.n = map[string]int{}, map[string]int{}
	}
	if t.n[code]++; t.n[code] > 1 || len(t.list) == 200 {
		return
	}
	t.seen[code] = len(t.list)
	t.list = append(t.list, plan.Finding{Severity: plan.SeverityWarning, Code: "planio." + code, Path: path, Zh: zh, En: en})
}

// told adds the counts to the sentences.
func (t *telling) told() []plan.Finding {
	for code, i := range t.seen {
		if n := t.n[code]; n > 1 {
			t.list[i].Zh += fmt.Sprintf("（共 %d 处）", n)
			t.list[i].En += fmt.Sprintf(" (%d times)", n)
		}
	}
	return t.list
}

// thinned keeps as many corners of an outline as a plan allows, evenly, and tells of it.
func (t *telling) thinned(ps []sioPoint) []sioPoint {
	if len(ps) <= plan.MaxOutlinePoints {
		return ps
	}
	t.tell("outline_thinned", "outline",
		fmt.Sprintf("轮廓的角超过 %d 个，已均匀抽稀。", plan.MaxOutlinePoints), fmt.Sprintf("An outline has more than %d corners and was thinned out evenly.", plan.MaxOutlinePoints))
	out := make([]sioPoint, plan.MaxOutlinePoints)
	for i := range out {
		out[i] = ps[i*len(ps)/plan.MaxOutlinePoints]
	}
	return out
}

// Counts counts what the file held: a section that had to be made because the
// file has none does not count.
func Counts(p *plan.Plan, told []plan.Finding) plan.Counts {
	c := p.Counts()
	for _, f := range told {
		if f.Code == "planio.section_made" {
			c.Sections = max(0, c.Sections-1)
		}
	}
	return c
}
