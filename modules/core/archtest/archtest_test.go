package archtest

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func policy(t *testing.T) Policy {
	t.Helper()
	p, err := Parse(policyText)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheRepositoryKeepsThePolicy(t *testing.T) {
	t.Parallel()
	root := "../../.."
	if r := os.Getenv("ARCHTEST_ROOT"); r != "" {
		root = r
	}
	breaches, files, err := Check(os.DirFS(root), policy(t))
	if err != nil {
		t.Fatal(err)
	}
	if files < 40 {
		t.Fatalf("only %d files were read: is this the repository's root?", files)
	}
	for _, b := range breaches {
		t.Errorf("%s: %s", b.Place, b.What)
	}
}

// Each planted breach is found, and its neighbour that keeps the policy is not.
func TestPlantedBreachesAreFound(t *testing.T) {
	t.Parallel()
	imports := func(s string) string { return "package x\nimport _ \"" + s + "\"\n" }
	const now = "package x\nimport \"time\"\nvar T = time.Now()\n"
	for _, c := range []struct{ file, text, good string }{
		{"modules/venue/a.go", imports("parterre/modules/show"), "modules/show/a.go:parterre/modules/venue"},
		{"modules/audit/a.go", imports("parterre/modules/access"), "modules/access/a.go:parterre/modules/audit"},
		{"modules/core/db/a.go", imports("parterre/modules/audit"), "modules/audit/a.go:parterre/modules/core/db"},
		{"modules/core/db/b.go", imports("parterre/migrations"), "modules/core/dbtest/b.go:parterre/migrations"},
		{"modules/show/show_x.go", imports("parterre/migrations"), "modules/show/show_test.go:parterre/migrations"},
		{"modules/checking/a.go", imports("parterre/printing"), "apps/sales/a.go:parterre/printing"},
		{"modules/sales/a.go", imports("parterre/integrations/payment/sandbox"), "modules/sales/d.go:parterre/integrations/payment"},
		{"modules/sales/e.go", imports("parterre/printing/pdf"), "modules/sales/e.go:parterre/printing/ticket"},
		{"modules/sales/b.go", imports("parterre/apps/web"), "apps/sales/b.go:parterre/modules/sales"},
		{"modules/show/sub/c.go", imports("parterre/integrations/payment"), "apps/sales/c.go:parterre/integrations/payment"},
		{"codes/a.go", imports("parterre/modules/core/errs"), "modules/show/c.go:parterre/codes"},
		{"printing/a.go", imports("parterre/modules/sales"), "printing/b.go:parterre/codes/symbol"},
		{"integrations/filmcloud/a.go", imports("parterre/integrations/film276"), "integrations/filmcloud/b.go:parterre/integrations/wire"},
		{"integrations/filmcloud/sim/a.go", imports("parterre/modules/sales"), "integrations/filmcloud/sim/b.go:parterre/integrations/filmcloud"},
		{"integrations/performance/a.go", imports("parterre/modules/access"), "integrations/performance/b.go:parterre/modules/reporting/fact"},
		{"integrations/wire/a.go", imports("parterre/modules/reporting"), "integrations/link/a.go:parterre/modules/core/clock"},
		{"tools/a.go", imports("parterre/codes"), "apps/tools/a.go:parterre/codes"},
		{"modules/show/d.go", imports("github.com/gofiber/fiber/v2"), "modules/show/showhttp/d.go:github.com/gofiber/fiber/v2"},
		{"modules/show/e.go", imports("github.com/danielgtaylor/huma/v2"), "modules/show/showhttp/e.go:github.com/danielgtaylor/huma/v2"},
		{"modules/show/f.go", imports("github.com/uptrace/bun"), "modules/show/store.go:github.com/uptrace/bun"},
		{"apps/parterre/f.go", imports("github.com/uptrace/bun/dialect/pgdialect"), "modules/show/store_seat.go:github.com/uptrace/bun/dialect/pgdialect"},
		{"modules/show/g.go", now, ""},
		{"modules/show/h.go", "package x\nimport \"time\"\nvar T = time.Now\n", ""},
		{"modules/show/i.go", "package x\nimport clockwork \"time\"\nvar T = clockwork.Since(clockwork.Time{})\n", ""},
	} {
		files := fstest.MapFS{c.file: {Data: []byte(c.text)}}
		if got, n, err := Check(files, policy(t)); err != nil || n != 1 || len(got) != 1 || !strings.HasPrefix(got[0].Place, c.file+":") {
			t.Errorf("%s: found %v, %v", c.file, got, err)
		}
		if c.good == "" {
			continue
		}
		file, target, _ := strings.Cut(c.good, ":")
		files = fstest.MapFS{file: {Data: []byte(imports(target))}}
		if got, _, err := Check(files, policy(t)); err != nil || len(got) != 0 {
			t.Errorf("the control %s: %v, %v", c.good, got, err)
		}
	}
	for _, file := range []string{"modules/core/clock/clock.go", "modules/show/show_test.go", "modules/core/httpx/server.go", "testdata/x.go", "node_modules/x/x.go"} {
		if got, _, err := Check(fstest.MapFS{file: {Data: []byte(now)}}, policy(t)); err != nil || len(got) != 0 {
			t.Errorf("the control %s: %v, %v", file, got, err)
		}
	}
}

func TestPolicyTextIsReadStrictly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"from a b", "only x", "allow a to b", "order"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
