// Package page is cursor paging: stable while rows come and go, and opaque to
// clients, who hand back what they were given.
package page

import (
	"encoding/base64"
	"encoding/json"

	"parterre/modules/core/errs"
)

// Limits of a page's size.
const (
	DefaultSize = 50
	MaxSize     = 200
)

// ErrCursor is the error of a cursor that this list did not give out.
var ErrCursor = errs.New(errs.Invalid, "core.cursor", "翻页标记无效，请从第一页重新开始。", "The page cursor is not valid; start again from the first page.")

// Request is what a client asks for. It is embedded in huma inputs.
type Request struct {
	Cursor string `query:"cursor" maxLength:"512" doc:"Cursor from the previous page; empty for the first page"`
	Size   int    `query:"size" minimum:"1" maximum:"200" default:"50" doc:"Rows a page"`
}

// Limit returns the number of rows to read: one more than the page, to know
// whether another follows.
func (r Request) Limit() int { return r.size() + 1 }

func (r Request) size() int {
	if r.Size <= 0 {
		return DefaultSize
	}
	return min(r.Size, MaxSize)
}

// After decodes the cursor into key, the sort key of the last row seen; it
// leaves key alone and returns false on the first page.
func (r Request) After(key any) (bool, error) {
	if r.Cursor == "" {
		return false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(r.Cursor)
	if err != nil || json.Unmarshal(raw, key) != nil {
		return false, ErrCursor.At("cursor")
	}
	return true, nil
}

// Page is one page of rows with the cursor of the next, which is empty at the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent at the end"`
}

// Of cuts rows (read with Limit) to the page and makes the next cursor of the
// last row's key.
func Of[T any](r Request, rows []T, key func(T) any) Page[T] {
	if rows == nil {
		rows = []T{}
	}
	if len(rows) <= r.size() {
		return Page[T]{Items: rows}
	}
	rows = rows[:r.size()]
	raw, err := json.Marshal(key(rows[len(rows)-1]))
	if err != nil {
		panic("page: a sort key that is not JSON: " + err.Error())
	}
	return Page[T]{Items: rows, Next: base64.RawURLEncoding.EncodeToString(raw)}
}
