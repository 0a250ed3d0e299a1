package ticket

import (
	"bytes"
	"errors"
	"fmt"

	"parterre/printing"
	"parterre/printing/canvas"
)

// PDF prints one ticket.
func PDF(t Ticket, o Options) ([]byte, []printing.Warning, error) {
	pages, warnings, err := compose(t, o)
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	if err := document(t.Show, o).Write(&b, pages); err != nil {
		return nil, nil, internal(err)
	}
	return b.Bytes(), warnings, nil
}

// PDFAll is PDF for the tickets of one order, a page each, in one document.
// There is at least one.
func PDFAll(list []Ticket, o Options) ([]byte, []printing.Warning, error) {
	var all []*canvas.Page
	var warnings []printing.Warning
	for _, t := range list {
		pages, w, err := compose(t, o)
		if err != nil {
			return nil, nil, err
		}
		all, warnings = append(all, pages...), append(warnings, w...)
	}
	var b bytes.Buffer
	if err := document(list[0].Show, o).Write(&b, all); err != nil {
		return nil, nil, internal(err)
	}
	return b.Bytes(), warnings, nil
}

func document(title string, o Options) canvas.Doc {
	return canvas.Doc{Title: title, Lang: o.Lang.Tag(), Created: o.Created}
}

// compose lays out a ticket. A panic in here costs this ticket, not the run.
func compose(t Ticket, o Options) (pages []*canvas.Page, warnings []printing.Warning, err error) {
	defer func() {
		if r := recover(); r != nil {
			pages, warnings, err = nil, nil, internal(fmt.Errorf("layout: %v", r))
		}
	}()
	if err := t.Validate(); err != nil {
		return nil, nil, err
	}
	s := &sheet{t: &t, lang: o.Lang, pal: screenPalette}
	switch o.Medium {
	case Stock:
		s.pal = stockPalette
		s.composeStock(o.Guides)
	case A4, A5:
		s.composePage(frames[o.Medium])
	default:
		return nil, nil, &printing.Error{Code: "printing.unknown_medium", Field: "medium", ZH: "未知的票面规格", EN: "the medium is none of A5, A4, stock"}
	}
	return s.pages, s.warnings, s.err
}

// internal wraps what no data should cause.
func internal(err error) error {
	return &printing.Error{Code: "printing.internal", Field: "ticket", ZH: "出票失败", EN: err.Error()}
}

// failedPage returns the page that a drawing error names, -1 if none.
func failedPage(err error) int {
	var p *canvas.PageError
	if errors.As(err, &p) {
		return p.Page
	}
	return -1
}
