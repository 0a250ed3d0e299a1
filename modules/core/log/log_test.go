package log

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// RL-13, SEC-PIPL: no number of a person in a log, however it gets there.
func TestPersonalNumbersNeverPrint(t *testing.T) {
	const id, phone = "11010519491231002X", "13800138000"
	for _, json := range []bool{false, true} {
		var b bytes.Buffer
		l := New(&b, json, slog.LevelDebug)
		l.Info("document "+id+","+phone, "doc", id, "err", errors.New("bad "+id), "s", Secret("abc-secret"), slog.Group("g", "p", phone))
		l.With("doc", id).Warn("x")
		l.Info(fmt.Sprintf("%v %#v", Secret("abc-secret"), Secret("abc-secret")))
		for _, bad := range []string{id, phone, "abc-secret"} {
			if strings.Contains(b.String(), bad) {
				t.Errorf("json=%v: %s was printed: %s", json, bad, b.String())
			}
		}
	}
}

func TestCodesAndIdsStayReadable(t *testing.T) {
	for _, s := range []string{"110101001012611230001", "0192f0c1-7b1a-7c3e-8d2f-138001380000", "11010100101", "order 20261123", "1101010010101"} {
		if got := Mask(s); got != s {
			t.Errorf("%s became %s", s, got)
		}
	}
}
