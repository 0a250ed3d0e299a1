//go:build ignore

// Command tally adds up the results of several test runners and prints one closing line:
//
//	N passed, N failed, N skipped
//
// Each argument is name=exit code=path of a JUnit report. A runner counts one failure more if it exited non-zero though
// no test failed, or if its report is missing or unreadable. A step without tests has an empty path. The command exits
// non-zero if anything failed or nothing passed.
package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

type counts struct{ passed, failed, skipped int }

func main() { os.Exit(run(os.Args[1:], os.Stdout)) }

func run(args []string, out io.Writer) int {
	var sum counts
	for _, arg := range args {
		c, lines := runner(arg)
		for _, line := range lines {
			fmt.Fprintln(out, line)
		}
		sum.passed, sum.failed, sum.skipped = sum.passed+c.passed, sum.failed+c.failed, sum.skipped+c.skipped
	}
	if sum.passed == 0 {
		fmt.Fprintln(out, "not one test passed: that is no success")
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", sum.passed, sum.failed, sum.skipped)
	if sum.failed > 0 || sum.passed == 0 {
		return 1
	}
	return 0
}

// runner counts one argument and says what a reader should know about it.
func runner(arg string) (counts, []string) {
	parts := strings.SplitN(arg, "=", 3)
	if len(parts) != 3 {
		return counts{failed: 1}, []string{fmt.Sprintf("tally: %q is not name=code=report", arg)}
	}
	name, code, file := parts[0], parts[1], parts[2]
	var c counts
	var lines []string
	if file != "" {
		var failures []string
		var err error
		if c, failures, err = readReport(file); err != nil {
			c.failed++
			lines = append(lines, fmt.Sprintf("%s: no usable report: %v", name, err))
		}
		for _, f := range failures {
			lines = append(lines, fmt.Sprintf("%s: FAILED %s", name, f))
		}
		lines = append(lines, fmt.Sprintf("%-18s %5d ok %5d bad %5d left out", name, c.passed, c.failed, c.skipped))
	}
	if code != "0" && c.failed == 0 {
		c.failed++
		lines = append(lines, fmt.Sprintf("%s: exited with code %s", name, code))
	}
	return c, lines
}

// readReport counts the test cases of a report, whatever nesting its writer likes.
func readReport(file string) (c counts, failures []string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return c, nil, err
	}
	defer func() { _ = f.Close() }()
	type testcase struct {
		Class    string     `xml:"classname,attr"`
		Name     string     `xml:"name,attr"`
		Failures []struct{} `xml:"failure"`
		Errors   []struct{} `xml:"error"`
		Skipped  []struct{} `xml:"skipped"`
	}
	d := xml.NewDecoder(f)
	root, suite := false, ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !root {
				return c, failures, errors.New("it holds no test suite")
			}
			return c, failures, nil
		}
		if err != nil {
			return c, failures, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		root = root || start.Name.Local == "testsuites" || start.Name.Local == "testsuite"
		if start.Name.Local == "testsuite" {
			suite = attribute(start, "name")
		}
		if start.Name.Local != "testcase" {
			continue
		}
		var t testcase
		if err := d.DecodeElement(&t, &start); err != nil {
			return c, failures, err
		}
		switch {
		case len(t.Failures)+len(t.Errors) > 0:
			c.failed++
			if t.Class == "" {
				t.Class = suite // gotestsum writes a package that does not build like this
			}
			failures = append(failures, strings.TrimSpace(t.Class+" "+t.Name))
		case len(t.Skipped) > 0:
			c.skipped++
		default:
			c.passed++
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
