package planiocmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"parterre/modules/ticketmap/plan"
)

// run parses one command line as the binary does and returns what it wrote.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var c struct {
		Plan Cmd `cmd:""`
	}
	parser, err := kong.New(&c, kong.Exit(func(int) { t.Errorf("%v: exits", args) }))
	if err != nil {
		t.Fatal(err)
	}
	k, err := parser.Parse(append([]string{"plan"}, args...))
	if err != nil {
		return "", err
	}
	out := &bytes.Buffer{}
	o := &output{out, out}
	switch strings.Fields(k.Command())[1] {
	case "import":
		err = c.Plan.Import.run(o)
	case "export":
		err = c.Plan.Export.run(o)
	case "check":
		err = c.Plan.Check.run(o)
	case "generate":
		err = c.Plan.Generate.run(o)
	}
	return out.String(), err
}

func TestCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, csv, back := filepath.Join(dir, "hall.plan.json"), filepath.Join(dir, "hall.csv"), filepath.Join(dir, "back.plan.json")
	if _, err := run(t, "generate", "cinema", "-o", file); err != nil {
		t.Fatal(err)
	}
	if out, err := run(t, "check", file); err != nil || !strings.Contains(out, "0 处提示") {
		t.Errorf("check: %q %v", out, err)
	}
	if out, err := run(t, "export", file, "--format", "csv", "-o", csv); err != nil || !strings.Contains(out, "planio.outlines") {
		t.Errorf("export: %q %v", out, err)
	}
	out, err := run(t, "import", csv, "--json", "-o", back)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"seats": "218", "rows": "11", "sections": "1", "areas": "0", "tables": "0", "categories": "2"} {
		if string(got[name]) != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	if len(got) != 7 || string(got["warnings"]) == "null" {
		t.Errorf("members: %v", got)
	}
	b, err := os.ReadFile(back)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Decode(b); err != nil {
		t.Errorf("what import writes is no plan: %v", err)
	}
	if out, err := run(t, "import", csv); err != nil || !strings.Contains(out, "座位 218") {
		t.Errorf("import: %q %v", out, err)
	}
}

func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if _, err := run(t, "import", filepath.Join(dir, "none"), "--json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := run(t, "import", write("x.json", `{"format":"parterre.plan","version":9}`)); err == nil || !strings.Contains(err.Error(), "plan.version") {
		t.Errorf("later version: %v", err)
	}
	if _, err := run(t, "import", write("y.csv", "a,b\n"), "--format", "dwg"); err == nil {
		t.Error("unknown format is taken")
	}
	if _, err := run(t, "check", write("z.csv", "section,row,seat,x,y\nA,1,1,0,0\nA,1,1,600,0\n")); !errors.Is(err, ErrFaults) {
		t.Errorf("duplicate labels: %v", err)
	}
	if _, err := run(t, "generate", "circus"); err == nil {
		t.Error("unknown kind is taken")
	}
	if _, err := run(t, "generate", "cinema", "--params", write("p.json", `{"Rows":5,"Colour":1}`)); err == nil {
		t.Error("unknown parameter is taken")
	}
	out, err := run(t, "generate", "cinema", "--params", write("q.json", `{"Rows":2,"Name":"小厅"}`))
	if p, decodeErr := plan.Decode([]byte(out)); err != nil || decodeErr != nil || len(p.Rows) != 2 || p.Name != "小厅" {
		t.Errorf("parameters: %v %v", err, decodeErr)
	}
}
