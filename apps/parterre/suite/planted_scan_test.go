package suite

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"parterre/modules/access/accesstest"
	"parterre/modules/core/db"
	"parterre/modules/sales/salestest"
)

// The values that are typed by and for people in the flows and may be nowhere
// in the clear. All documents beside the samples begin with plantedPassport.
const (
	plantedName     = "欧阳测试甲"
	plantedContact  = "慕容联系乙"
	plantedPhone    = "13800138000"
	plantedMail     = "planted.person@example.com"
	plantedPassport = "E202600"
)

func plantedValues() []string {
	return append([]string{plantedName, plantedContact, plantedPhone, plantedMail, plantedPassport}, salestest.Documents...)
}

// forms are the ways in which a value could be written without being hidden:
// as it is, escaped for JSON or an address, in hex and in base64 at each of its
// three alignments.
func forms(s string) map[string][]byte {
	out := map[string][]byte{"as it is": []byte(s), "hex": []byte(hex.EncodeToString([]byte(s))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(s))))}
	if q := strings.Trim(strconv.QuoteToASCII(s), `"`); q != s {
		out["escaped"] = []byte(q)
		out["in an address"] = []byte(url.QueryEscape(s))
	}
	for skip := range 3 {
		// The characters that do not depend on what stands before and behind.
		n := (len(s) - (3-skip)%3) / 3 * 3
		from := (3 - skip) % 3
		if n < 9 { // too short to mean anything
			continue
		}
		out[fmt.Sprintf("base64/%d", skip)] = []byte(base64.StdEncoding.EncodeToString([]byte(s)[from : from+n]))
	}
	return out
}

// leaks names the planted values that are in b in any form.
func leaks(b []byte) (found []string) {
	for _, secret := range plantedValues() {
		for form, text := range forms(secret) {
			if bytes.Contains(b, text) {
				found = append(found, secret+" ("+form+")")
			}
		}
	}
	slices.Sort(found)
	return found
}

// column is one of the catalogue's.
type column struct{ Table, Name, Type string }

// columns reads the catalogue: all columns of all tables that the suite has.
func (w *world) columns() (list []column) {
	w.t.Helper()
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		rows, err := pg.Query(ctx, `select format('%I.%I', n.nspname, c.relname), a.attname::text, format_type(a.atttypid, a.atttypmod) from pg_class c
			join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema') order by 1, a.attnum`)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[column])
		return err
	})
	return list
}

// scanned is what a look through the database found.
type scanned struct {
	columns int
	rows    map[string]int  // by table
	found   []string        // table.column: value (form)
	sealed  map[string]bool // bytea columns with values that begin as sealed ones do
}

// scan looks through every value of every column of every table.
func (w *world) scan() scanned {
	w.t.Helper()
	list := w.columns()
	out := scanned{columns: len(list), rows: map[string]int{}, sealed: map[string]bool{}}
	seen := map[string]bool{}
	w.Sudo(func(ctx context.Context, pg *pgx.Conn) error {
		for _, c := range list {
			what := fmt.Sprintf("convert_to(%q::text, 'UTF8')", c.Name)
			if c.Type == "bytea" {
				what = fmt.Sprintf("%q", c.Name)
			}
			rows, err := pg.Query(ctx, "select "+what+" from "+c.Table)
			if err != nil {
				return err
			}
			n := 0
			for ; rows.Next(); n++ {
				var b []byte
				if err := rows.Scan(&b); err != nil {
					return err
				}
				at := c.Table + "." + c.Name
				for _, leak := range leaks(b) {
					if !seen[at+leak] {
						seen[at+leak] = true
						out.found = append(out.found, at+": "+leak)
					}
				}
				// Key id, nonce, text and tag; see identity.Vault.Seal.
				if c.Type == "bytea" && len(b) > 32 && binary.BigEndian.Uint32(b) == 1 {
					out.sealed[at] = true
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			out.rows[c.Table] = n
		}
		return nil
	})
	slices.Sort(out.found)
	return out
}

// files looks through the files below a folder.
func files(t *testing.T, dir string) (n int, found []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		n++
		for _, leak := range leaks(append(raw, path...)) {
			found = append(found, path+": "+leak)
		}
		return err
	}))
	return n, found
}

// ear is a log and a record of all answers.
type ear struct {
	mu      sync.Mutex
	log     bytes.Buffer
	answers int
	pdfs    int
	found   []string
	t       *testing.T
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(p)
}

func (e *ear) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.String()
}

// hear looks through an answer: body and headers; a PDF is looked through as
// the text that its reader sees.
func (e *ear) hear(c *accesstest.Client, method, path string, r *accesstest.Reply) {
	b := slices.Clone(r.Body)
	pdf := bytes.HasPrefix(b, []byte("%PDF-"))
	if pdf {
		b = append(b, pdfText(e.t, r.Body)...)
	}
	for k, v := range r.Header {
		b = append(b, k+": "+strings.Join(v, " ")...)
	}
	who := "visitor"
	if c.Actor.Kind != "" {
		who = string(c.Actor.Kind)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers++
	if pdf {
		e.pdfs++
	}
	for _, leak := range leaks(b) {
		e.found = append(e.found, fmt.Sprintf("%s %s to a %s, %d: %s", method, path, who, r.Status, leak))
	}
}

// pdfText is the text of a PDF.
func pdfText(t *testing.T, pdf []byte) []byte {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is needed to read what is printed")
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), tool, "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	text, err := cmd.Output()
	must(t, err)
	if !utf8.Valid(text) || len(bytes.TrimSpace(text)) == 0 {
		t.Errorf("a PDF of %d bytes has no text to read", len(pdf))
	}
	return text
}

func (w *world) system() context.Context { return db.System(w.t.Context(), w.Tenant, "test") }
