package planio_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parterre/integrations/planio"
	"parterre/modules/ticketmap/plan"
)

// dots are circles in a grid of 3 rows and 4 seats as another program would write them.
func dots(format string) string {
	var b strings.Builder
	for r := range 3 {
		for k := range 4 {
			fmt.Fprintf(&b, format, 10*k, 20*r)
		}
	}
	return b.String()
}

// TestForeignSVG: circles without a word are seats, in rows by their places, through transforms.
func TestForeignSVG(t *testing.T) {
	t.Parallel()
	svg := `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg"><title>小厅</title><g transform="translate(5 5) scale(2)"><g id="section:池座">` +
		dots(`<circle cx="%d" cy="%d" r="3"/>`) + `</g></g><path id="stage" d="M0-40 L40-40 40-20 H0z"/><text x="1" y="2">出口</text></svg>`
	p, told := take(t, "", []byte(svg))
	if p.Counts() != (plan.Counts{Seats: 12, Rows: 3, Sections: 1}) || p.Name != "小厅" || p.Sections[0].Label != "池座" {
		t.Errorf("%q %+v %q", p.Name, p.Counts(), p.Sections[0].Label)
	}
	if s := p.Seats[1]; s.X-p.Seats[0].X != 520 || s.Number != "2" {
		t.Errorf("the second seat: %+v after %+v", s, p.Seats[0])
	}
	if len(p.Shapes) != 2 || p.Shapes[0].Kind != plan.Stage || p.Shapes[1].Text != "出口" {
		t.Errorf("shapes: %+v", p.Shapes)
	}
	if got := codes(told); !slices.Equal(got, []string{"planio.rows_guessed", "planio.scale"}) {
		t.Errorf("told %v", got)
	}
	if found := plan.Check(p); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

// TestForeignDXF: an architect's drawing in metres with seats as blocks on a layer.
func TestForeignDXF(t *testing.T) {
	t.Parallel()
	dxf := "0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n6\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
	for r := range 3 {
		for k := range 4 {
			dxf += fmt.Sprintf("0\nINSERT\n8\n座位-池座\n2\nCHAIR01\n10\n%.2f\n20\n%.2f\n", float64(k)*0.55, float64(-r)*0.9)
		}
	}
	dxf += "0\nLWPOLYLINE\n8\nSTAGE\n90\n4\n70\n1\n10\n-1\n20\n2\n10\n3\n20\n2\n10\n3\n20\n5\n10\n-1\n20\n5\n0\nLINE\n8\n0\n10\n0\n20\n0\n11\n1\n21\n1\n0\nTEXT\n8\n0\n10\n0\n20\n0\n40\n1\n1\n\\U+51FA\\U+53E3\n0\nENDSEC\n0\nEOF\n"
	p, told := take(t, "", []byte(strings.ReplaceAll(dxf, "\n", "\r\n")))
	if p.Counts() != (plan.Counts{Seats: 12, Rows: 3, Sections: 1}) || p.Sections[0].Label != "池座" {
		t.Errorf("%+v %q", p.Counts(), p.Sections[0].Label)
	}
	if p.Seats[1].X-p.Seats[0].X != 550 || p.Seats[4].Y-p.Seats[0].Y != 900 {
		t.Errorf("the unit is lost: %+v", p.Seats[:5])
	}
	if len(p.Shapes) != 2 || p.Shapes[0].Kind != plan.Stage || p.Shapes[0].Outline[0].Y != -2000 || p.Shapes[1].Text != "出口" {
		t.Errorf("shapes: %+v", p.Shapes)
	}
	if got := codes(told); !slices.Equal(got, []string{"planio.lines", "planio.rows_guessed"}) {
		t.Errorf("told %v", got)
	}
}

// TestHostileDrawings are refused with a code, quickly.
func TestHostileDrawings(t *testing.T) {
	t.Parallel()
	svg := func(s string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg">` + s + `<circle cx="1" cy="1"/></svg>`
	}
	bomb := `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	for name, c := range map[string]struct {
		format planio.Format
		text   string
		code   string
	}{
		"entity bomb":        {planio.SVG, bomb + svg("<text>&b;</text>"), "planio.entity"},
		"undefined entity":   {planio.SVG, svg("<text>&b;</text>"), "planio.syntax"},
		"outer entity":       {planio.SVG, `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + svg("&x;"), "planio.entity"},
		"script":             {planio.SVG, svg("<script>alert(1)</script>"), "planio.forbidden"},
		"handler":            {planio.SVG, svg(`<g onload="alert(1)"/>`), "planio.forbidden"},
		"script link":        {planio.SVG, svg(`<a href="javascript:alert(1)"/>`), "planio.forbidden"},
		"outer image":        {planio.SVG, svg(`<image xlink:href="http://example.org/x.png"/>`), "planio.forbidden"},
		"cycle of use":       {planio.SVG, svg(`<g id="a"><use href="#a"/></g>`), "planio.forbidden"},
		"foreign object":     {planio.SVG, svg("<foreignObject/>"), "planio.forbidden"},
		"deep":               {planio.SVG, strings.Repeat("<svg><g>", 1) + strings.Repeat("<g>", 100_000), "planio.too_deep"},
		"ten million":        {planio.SVG, svg(strings.Repeat("<g/>", 1_100_000)), "planio.too_many"},
		"many seats":         {planio.SVG, svg(strings.Repeat(`<circle cx="1"/>`, 300_000)), "planio.too_many"},
		"NaN":                {planio.SVG, svg(`<circle cx="NaN" cy="0"/>`), "planio.range"},
		"far":                {planio.SVG, svg(`<g transform="scale(1e300)"><circle cx="1e300" cy="0"/></g>`), "planio.range"},
		"odd transform":      {planio.SVG, svg(`<g transform="fold(1)"/>`), "planio.transform"},
		"html":               {planio.SVG, "<html><body/></html>", "planio.syntax"},
		"dxf of rubbish":     {planio.DXF, "0\nSECTION\nx\ny\n", "planio.syntax"},
		"dxf NaN":            {planio.DXF, "0\nSECTION\n2\nENTITIES\n0\nINSERT\n10\nNaN\n0\nEOF\n", "planio.number"},
		"dxf binary":         {planio.DXF, "AutoCAD Binary DXF\r\n\x1a\x00", "planio.binary"},
		"dxf many seats":     {planio.DXF, "0\nSECTION\n2\nENTITIES\n" + strings.Repeat("0\nINSERT\n2\nSEAT\n", 300_000), "planio.too_many"},
		"dxf without a seat": {planio.DXF, "0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "planio.empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := planio.Import(c.format, []byte(c.text))
			found, ok := err.(plan.Findings)
			if !ok || found[0].Code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}
