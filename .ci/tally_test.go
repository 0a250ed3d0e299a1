//go:build ignore

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func report(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.xml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const (
	goReport = `<?xml version="1.0"?><testsuites tests="4" failures="1"><testsuite name="a" tests="3">
		<testcase classname="a" name="TestA"></testcase><testcase classname="a" name="TestB"><skipped message="why"></skipped></testcase>
		<testcase classname="a" name="TestC"><failure message="Failed">text</failure></testcase></testsuite>
		<testsuite name="b" tests="1"><testcase classname="b" name="TestD"/></testsuite></testsuites>`
	goodReport  = `<testsuites><testsuite><testcase name="x"/><testcase name="y"/></testsuite></testsuites>`
	errorReport = `<testsuite><testcase name="x"><error/></testcase></testsuite>`
)

func TestTally(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		last string
		code int
	}{
		"sums":                      {[]string{"go=1=" + report(t, goReport), "web=0=" + report(t, goodReport)}, "4 passed, 1 failed, 1 skipped", 1},
		"all good":                  {[]string{"build=0=", "web=0=" + report(t, goodReport)}, "2 passed, 0 failed, 0 skipped", 0},
		"an error is a failure":     {[]string{"go=1=" + report(t, errorReport), "web=0=" + report(t, goodReport)}, "2 passed, 1 failed, 0 skipped", 1},
		"crashed after its report":  {[]string{"web=137=" + report(t, goodReport)}, "2 passed, 1 failed, 0 skipped", 1},
		"left no report":            {[]string{"go=0=" + report(t, goodReport), "e2e=0=/nowhere/report.xml"}, "2 passed, 1 failed, 0 skipped", 1},
		"report cut off":            {[]string{"go=0=" + report(t, goodReport), "web=0=" + report(t, goodReport[:60])}, "3 passed, 1 failed, 0 skipped", 1},
		"report is empty":           {[]string{"go=0=" + report(t, goodReport), "web=0=" + report(t, "")}, "2 passed, 1 failed, 0 skipped", 1},
		"build failed":              {[]string{"build=2=", "go=0=" + report(t, goodReport)}, "2 passed, 1 failed, 0 skipped", 1},
		"nothing ran":               {[]string{"go=0=" + report(t, "<testsuites></testsuites>")}, "0 passed, 0 failed, 0 skipped", 1},
		"nothing was asked":         {nil, "0 passed, 0 failed, 0 skipped", 1},
		"an argument is misspelled": {[]string{"go"}, "0 passed, 1 failed, 0 skipped", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			code := run(tt.args, &out)
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if last := lines[len(lines)-1]; last != tt.last || code != tt.code {
				t.Errorf("%q, code %d; want %q, code %d\n%s", last, code, tt.last, tt.code, out.String())
			}
			if n := strings.Count(out.String(), " passed, "); n != 1 {
				t.Errorf("%d closing lines:\n%s", n, out.String())
			}
		})
	}
}

func TestTallyNamesWhatFailed(t *testing.T) {
	t.Parallel()
	const unbuilt = `<testsuites><testsuite name="apps/x"><testcase classname="" name="TestMain"><failure/></testcase></testsuite></testsuites>`
	for want, text := range map[string]string{"FAILED a TestC\n": goReport, "FAILED apps/x TestMain\n": unbuilt} {
		var out strings.Builder
		run([]string{"go=1=" + report(t, text)}, &out)
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
