package report

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"

	"parterre/printing"
	"parterre/printing/canvas"
)

// Kind is what a column holds.
type Kind uint8

const (
	Text  Kind = iota
	Count      // whole numbers, summed
	Money      // 分, summed, shown as ¥1,280.00
	Ratio      // hundredths of a percent, not summed, shown as 85.00%
)

// Column is one column of a table.
type Column struct {
	Head string
	Kind Kind
}

// Cell is one value: Text for text columns, N for all others.
type Cell struct {
	Text string
	N    int64
}

// T is a text cell, N a number cell.
func T(s string) Cell { return Cell{Text: s} }
func N(n int64) Cell  { return Cell{N: n} }

// Table is a table with an optional line of totals.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]Cell
	Totals  bool
}

// Figure is a labelled number of the summary on top.
type Figure struct {
	Label string
	Kind  Kind
	Value Cell
}

// Signature is a line to sign, such as 制表 or 复核. Who has signed by other means
// than ink stands on it.
type Signature struct {
	Label string
	Name  string // "": nobody yet
	At    string // when, as it is printed
}

// Report is a whole document. Texts are in the reader's language.
type Report struct {
	Title        string
	Period       string // what it covers: a business day, a show
	Organisation string
	Summary      []Figure
	Tables       []Table
	Notes        []string
	Signatures   []Signature // the lines to sign
	Landscape    bool
	Lang         printing.Lang
	Created      time.Time // printed in the foot and written into the file
}

// PDF prints the report.
func PDF(r Report) ([]byte, []printing.Warning, error) {
	s := &setter{r: &r}
	pages, err := s.compose()
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	doc := canvas.Doc{Title: r.Title + " " + r.Period, Author: r.Organisation, Lang: r.Lang.Tag(), Created: r.Created}
	if err := doc.Write(&b, pages); err != nil {
		return nil, nil, &printing.Error{Code: "printing.internal", Field: "report", ZH: "报表打印失败", EN: err.Error()}
	}
	return b.Bytes(), s.warnings, nil
}

// check refuses tables whose rows do not have one cell per column.
func (r *Report) check() error {
	if r.Title == "" {
		return &printing.Error{Code: "printing.missing", Field: "title", ZH: "缺少报表标题", EN: "the report has no title"}
	}
	for i, t := range r.Tables {
		for j, row := range t.Rows {
			if len(row) != len(t.Columns) {
				return &printing.Error{
					Code: "printing.ragged", Field: fmt.Sprintf("tables[%d].rows[%d]", i, j),
					ZH: fmt.Sprintf("该行有 %d 格，表有 %d 列", len(row), len(t.Columns)),
					EN: fmt.Sprintf("the row has %d cells, the table %d columns", len(row), len(t.Columns)),
				}
			}
		}
	}
	return nil
}

// Sum adds up a column; it refuses what does not fit 64 bits.
func (t *Table) Sum(column int) (int64, error) {
	var sum int64
	for _, row := range t.Rows {
		n := row[column].N
		if n > 0 && sum > math.MaxInt64-n || n < 0 && sum < math.MinInt64-n {
			return 0, &printing.Error{Code: "printing.out_of_range", Field: t.Columns[column].Head, ZH: "合计超出范围", EN: "the total is out of range"}
		}
		sum += n
	}
	return sum, nil
}

// format writes a cell as it is printed.
func format(k Kind, c Cell) string {
	switch k {
	case Count:
		return thousands(c.N)
	case Money:
		return decimals("¥", c.N, "")
	case Ratio:
		return decimals("", c.N, "%")
	}
	return c.Text
}

func decimals(before string, n int64, after string) string {
	sign := ""
	u := uint64(n)
	if n < 0 {
		sign, u = "-", -u
	}
	return fmt.Sprintf("%s%s%s.%02d%s", sign, before, group(strconv.FormatUint(u/100, 10)), u%100, after)
}

func thousands(n int64) string {
	if n < 0 {
		return "-" + group(strconv.FormatUint(-uint64(n), 10))
	}
	return group(strconv.FormatInt(n, 10))
}

func group(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
