package canvas

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"parterre/printing/font"
)

func page(text string) *Page {
	clean, _ := font.Clean(text, font.Regular)
	p := &Page{W: 100, H: 60}
	p.Rect(5, 5, 20, 10, 2, Hex(0xb4232c))
	p.Line(5, 20, 90, 20, 0.3, Hex(0), 1, 1)
	p.Text(5, 30, clean, Type{Size: 12}, Left)
	p.Matrix(50, 30, 20, cross{})
	return p
}

type cross struct{}

func (cross) Size() (int, int)   { return 5, 5 }
func (cross) Dark(x, y int) bool { return x == 2 || y == 2 }

// A reader that checks offsets must find nothing to repair.
func TestTheFileIsWellFormed(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	pages := []*Page{page("池座 Parterre"), page("𬭚 Dvořák ·"), page("第三页")}
	if err := (Doc{Title: "测试 😀\xff", Lang: "zh-CN", Created: time.Unix(1795000000, 0)}).Write(&b, pages); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "re\nf") || bytes.Count(b.Bytes(), []byte("/FlateDecode")) < 6 {
		t.Error("a page is not packed")
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), tool, path, "-")
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%v %s", err, complaints.String())
	}
	for _, want := range []string{"池座 Parterre", "𬭚 Dvořák ·", "第三页"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %q", want, out.String())
		}
	}
	if err := check(b.Bytes()); err != nil {
		t.Error(err)
	}
	if check(bytes.Replace(b.Bytes(), []byte("/Length "), []byte("/Length 1"), 1)) == nil {
		t.Error("the check does not notice a wrong length and moved objects")
	}
}

var streamHead = regexp.MustCompile(`/Length (\d+)(?:\s*/[A-Za-z]+[0-9]* ?/?[A-Za-z0-9]+)*\s*>>\nstream\n`)

// check follows every offset and every stream length of a file.
func check(raw []byte) error {
	_, offsets, err := readOffsets(raw)
	if err != nil {
		return err
	}
	for n, at := range offsets[1:] {
		if !bytes.HasPrefix(raw[at:], fmt.Appendf(nil, "%d 0 obj\n", n+1)) {
			return fmt.Errorf("object %d is not at %d", n+1, at)
		}
	}
	for _, m := range streamHead.FindAllSubmatchIndex(raw, -1) {
		length, _ := strconv.Atoi(string(raw[m[2]:m[3]]))
		if !bytes.HasPrefix(raw[m[1]+length:], []byte("\nendstream\n")) {
			return fmt.Errorf("the stream at %d is not %d bytes", m[1], length)
		}
	}
	return nil
}

type bomb struct{ cross }

func (bomb) Dark(int, int) bool { panic("bad module") }

func TestAFailingPageIsNamed(t *testing.T) {
	t.Parallel()
	bad := page("坏")
	bad.Matrix(0, 0, 10, bomb{})
	var b bytes.Buffer
	err := Doc{Created: time.Unix(0, 0)}.Write(&b, []*Page{page("好"), bad})
	var e *PageError
	if !errors.As(err, &e) || e.Page != 1 || b.Len() != 0 {
		t.Errorf("%v, %d bytes written", err, b.Len())
	}
}

func FuzzCompact(f *testing.F) {
	f.Add([]byte("%PDF-1.3\n1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<<\n>>\nstartxref\n65\n%%EOF\n"))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		var b bytes.Buffer
		_ = compact(raw, &b) // must not panic
	})
}
