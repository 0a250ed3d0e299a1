// Package archtest checks the repository against policy.txt, which says who
// may import whom. It reads the files itself: a test that asked the go tool
// would be hidden by Go's test cache.
package archtest

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed policy.txt
var policyText string

// module is the import path of the repository.
const module = "parterre"

type rule struct {
	from string
	to   []string
}

type only struct {
	what string // an import path pattern, or a function as pkg.Name
	in   []string
}

// Policy is a parsed policy text.
type Policy struct {
	order []string
	rules []rule
	tests []string
	only  []only
}

// Parse reads a policy text.
func Parse(text string) (Policy, error) {
	var p Policy
	for n, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		switch {
		case f[0] == "order" && len(f) > 1:
			p.order = f[1:]
		case f[0] == "from" && len(f) > 3 && f[2] == "to":
			p.rules = append(p.rules, rule{f[1], f[3:]})
		case f[0] == "tests" && len(f) > 2 && f[1] == "to":
			p.tests = f[2:]
		case f[0] == "only" && len(f) > 3 && f[2] == "in":
			p.only = append(p.only, only{f[1], f[3:]})
		default:
			return p, fmt.Errorf("archtest: line %d is not understood: %s", n+1, line)
		}
	}
	return p, nil
}

// Breach is one place that does not keep the policy.
type Breach struct {
	Place string // file:line
	What  string
}

// Check reads all Go files below fsys, the repository's root, and returns the
// breaches and how many files it read.
func Check(fsys fs.FS, p Policy) (breaches []Breach, files int, err error) {
	set := token.NewFileSet()
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" || name == "var") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		files++
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		breaches = append(breaches, p.file(set, name, f)...)
		return nil
	})
	return breaches, files, err
}

// file checks one file.
func (p Policy) file(set *token.FileSet, name string, f *ast.File) (out []Breach) {
	test := strings.HasSuffix(name, "_test.go")
	pkg := path.Dir(name)
	imported := map[string]string{} // name in the file -> path
	for _, spec := range f.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		local := path.Base(target)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = target
		place := set.Position(spec.Pos()).String()
		if inner, ok := strings.CutPrefix(target, module+"/"); ok {
			if why := p.mayImport(pkg, inner, test); why != "" {
				out = append(out, Breach{place, pkg + " imports " + inner + ": " + why})
			}
		}
		for _, o := range p.only {
			if !test && match(o.what, target) && !within(o.in, pkg, path.Base(name)) {
				out = append(out, Breach{place, target + " may be used only in " + strings.Join(o.in, ", ")})
			}
		}
	}
	if !test {
		out = append(out, p.calls(set, name, f, imported)...)
	}
	return out
}

// calls finds the functions that only some may use, called or handed on.
func (p Policy) calls(set *token.FileSet, name string, f *ast.File, imported map[string]string) (out []Breach) {
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok || imported[id.Name] == "" {
			return true
		}
		what := imported[id.Name] + "." + sel.Sel.Name
		for _, o := range p.only {
			if o.what == what && !within(o.in, path.Dir(name), path.Base(name)) {
				out = append(out, Breach{set.Position(sel.Pos()).String(), what + " may be used only in " + strings.Join(o.in, ", ")})
			}
		}
		return true
	})
	return out
}

// mayImport returns "" or why pkg may not import target; both are paths
// below the root.
func (p Policy) mayImport(pkg, target string, test bool) string {
	best := rule{}
	for _, r := range p.rules {
		if match(r.from, pkg) && len(r.from) > len(best.from) {
			best = r
		}
	}
	if best.from == "" {
		return "no line of the policy says what " + pkg + " may import"
	}
	if test && slices.ContainsFunc(p.tests, func(t string) bool { return match(t, target) }) {
		return ""
	}
	for _, to := range best.to {
		switch {
		case to == "self" && unit(pkg) == unit(target),
			to == "lower" && p.lower(pkg, target),
			to != "self" && to != "lower" && match(to, target):
			return ""
		}
	}
	return "the policy lets " + best.from + " import only " + strings.Join(best.to, " ")
}

// unit is the module or adapter that a package belongs to.
func unit(pkg string) string {
	parts := strings.Split(pkg, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// lower reports whether target's module comes before pkg's in the order.
func (p Policy) lower(pkg, target string) bool {
	a, okA := strings.CutPrefix(unit(pkg), "modules/")
	b, okB := strings.CutPrefix(unit(target), "modules/")
	i, j := slices.Index(p.order, a), slices.Index(p.order, b)
	return okA && okB && i >= 0 && j >= 0 && j < i
}

// match reports whether a pattern holds for a path: "a/..." is a and all
// below, "*" in a part stands for anything in that part.
func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if root, ok := strings.CutSuffix(pattern, "/..."); ok {
		parts := strings.Split(name, "/")
		n := strings.Count(root, "/") + 1
		return len(parts) >= n && match(root, strings.Join(parts[:n], "/"))
	}
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// within reports whether a file is in one of the places.
func within(places []string, pkg, file string) bool {
	return slices.ContainsFunc(places, func(place string) bool {
		dir, pattern, some := strings.Cut(place, ":")
		return match(dir, pkg) && (!some || match(pattern, file))
	})
}
