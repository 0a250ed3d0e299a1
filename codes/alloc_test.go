package codes_test

import (
	"context"
	"testing"

	"parterre/codes"
	"parterre/codes/codestest"
)

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	codestest.Suite(t, func(t *testing.T) (context.Context, codestest.World) {
		m := codestest.NewMemory()
		return t.Context(), codestest.World{Store: m, InTx: m.InTx}
	})
}

func TestSerialNumbersRefuse(t *testing.T) {
	t.Parallel()
	a := codes.SerialNumbers{Store: codestest.NewMemory()}
	c, _ := codes.ParseCinema(codes.TestCinema)
	if _, err := a.Block(t.Context(), codes.Sequence{Name: "x"}, 1); err == nil {
		t.Error("an unknown sequence was taken")
	}
	if _, err := a.Block(t.Context(), codes.FilmTicketSerials(c, codes.Edition2013), 0); err == nil {
		t.Error("a block of nothing was taken")
	}
	if _, err := a.Block(t.Context(), codes.FilmTicketSerials(c, codes.Edition2013), 100_000_000); err == nil {
		t.Error("more serials than eight digits hold were taken")
	}
	if _, err := a.Block(t.Context(), codes.FilmTicketSerials(c, codes.Edition2025), 100_000_000); err != nil {
		t.Error(err)
	}
}
