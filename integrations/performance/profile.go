package performance

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"sort"
	"time"
)

//go:embed profiles/*.json
var profileFiles embed.FS

// DefaultProfile is the profile in use until the standard's text is at hand.
const DefaultProfile = "wht93-2021/provisional"

// Field is one line of a message's table.
type Field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`            // text digits code flag int fen instant day ticket list object rows
	Width    int    `json:"width,omitempty"` // most bytes of a text
	Required bool   `json:"required"`
	Min      int64  `json:"min,omitempty"`     // least bytes, rows or value
	Max      int64  `json:"max,omitempty"`     // most rows or value
	Table    string `json:"table,omitempty"`   // code table, or message table of objects and rows
	Pattern  string `json:"pattern,omitempty"` // "uuid"
	Mask     string `json:"mask,omitempty"`    // "tail": only the last characters are shown
	Origin   string `json:"origin"`            // seed, known, chosen
	Clause   string `json:"clause,omitempty"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
}

// Code is one value of a code table: what is sent, and the suite's own word.
type Code struct {
	Value  string `json:"value"`
	Name   string `json:"name"`
	Zh     string `json:"zh"`
	Origin string `json:"origin"`
}

// AnswerCode is one code of the platform's answers.
type AnswerCode struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Zh     string `json:"zh"`
	Origin string `json:"origin"`
}

// Wire is how messages travel.
type Wire struct {
	Path           string `json:"path"`
	Signature      string `json:"signature"` // HMAC-SHA256 or HMAC-SM3
	SkewSeconds    int    `json:"skewSeconds"`
	TimeoutSeconds int    `json:"timeoutSeconds"`
	Resends        int    `json:"resends"`
	Batch          int    `json:"batch"`
	DailyDeadline  string `json:"dailyDeadline"` // local time of the next day, "12:00"
	Origin         string `json:"origin"`
}

// Timeout is how long an answer is waited for.
func (w Wire) Timeout() time.Duration { return time.Duration(w.TimeoutSeconds) * time.Second }

// Skew is how far the clocks may differ.
func (w Wire) Skew() time.Duration { return time.Duration(w.SkewSeconds) * time.Second }

// Profile is one reading of the standard, as data.
type Profile struct {
	Name        string             `json:"profile"`
	Version     int                `json:"version"`
	Standard    string             `json:"standard"`
	Provisional bool               `json:"provisional"`
	Note        map[string]string  `json:"note"`
	Wire        Wire               `json:"wire"`
	Answers     []AnswerCode       `json:"answers"`
	Codes       map[string][]Code  `json:"codes"`
	Tables      map[string][]Field `json:"tables"`
}

// LoadProfile returns the embedded profile of that name.
func LoadProfile(name string) (*Profile, error) {
	files, err := profileFiles.ReadDir("profiles")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		raw, err := profileFiles.ReadFile("profiles/" + f.Name())
		if err != nil {
			return nil, err
		}
		p, err := ParseProfile(raw)
		if err != nil {
			return nil, fmt.Errorf("performance: %s: %w", f.Name(), err)
		}
		if p.Name == name {
			return p, nil
		}
	}
	return nil, ErrProfile.With("name", name)
}

// ParseProfile reads a profile and refuses one whose tables do not hold together.
func ParseProfile(raw []byte) (*Profile, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var p Profile
	if err := d.Decode(&p); err != nil {
		return nil, err
	}
	if p.Wire.Signature != SignSHA256 && p.Wire.Signature != SignSM3 {
		return nil, fmt.Errorf("signature %q is not known", p.Wire.Signature)
	}
	if p.Wire.TimeoutSeconds <= 0 || p.Wire.Batch <= 0 || p.Wire.Path == "" {
		return nil, fmt.Errorf("wire: path, timeoutSeconds and batch are compulsory")
	}
	for name, list := range p.Codes {
		for _, c := range list {
			if !knownOrigin(c.Origin) {
				return nil, fmt.Errorf("code table %s, value %s: origin %q is not seed, known or chosen", name, c.Value, c.Origin)
			}
		}
	}
	for name, fields := range p.Tables {
		seen := map[string]bool{}
		for _, f := range fields {
			if seen[f.Name] {
				return nil, fmt.Errorf("table %s has the field %s twice", name, f.Name)
			}
			seen[f.Name] = true
			if err := p.checkField(f); err != nil {
				return nil, fmt.Errorf("table %s, field %s: %w", name, f.Name, err)
			}
		}
	}
	return &p, nil
}

func knownOrigin(s string) bool { return s == "seed" || s == "known" || s == "chosen" }

func (p *Profile) checkField(f Field) error {
	if !knownOrigin(f.Origin) {
		return fmt.Errorf("origin %q is not seed, known or chosen", f.Origin)
	}
	switch f.Type {
	case "text", "digits", "ticket", "instant", "day", "flag", "list":
		if f.Width <= 0 {
			return fmt.Errorf("a %s needs a width", f.Type)
		}
	case "code":
		if len(p.Codes[f.Table]) == 0 {
			return fmt.Errorf("code table %q is missing", f.Table)
		}
	case "int", "fen":
	case "object", "rows":
		if _, ok := p.Tables[f.Table]; !ok && f.Table != "*" {
			return fmt.Errorf("table %q is missing", f.Table)
		}
	default:
		return fmt.Errorf("type %q is not known", f.Type)
	}
	return nil
}

// CodeOf gives the value that is sent for the suite's own word.
func (p *Profile) CodeOf(table, name string) (string, bool) {
	for _, c := range p.Codes[table] {
		if c.Name == name {
			return c.Value, true
		}
	}
	return "", false
}

// NameOf gives the suite's own word for a value that was sent.
func (p *Profile) NameOf(table, value string) (Code, bool) {
	for _, c := range p.Codes[table] {
		if c.Value == value {
			return c, true
		}
	}
	return Code{}, false
}

// AnswerText gives the platform's standard sentence for an answer code.
func (p *Profile) AnswerText(code string) string {
	for _, a := range p.Answers {
		if a.Code == code {
			return a.Zh
		}
	}
	return "未知应答码"
}

// TableNames lists the message tables in a fixed order.
func (p *Profile) TableNames() []string {
	names := make([]string, 0, len(p.Tables))
	for n := range p.Tables {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
