package printing_test

import (
	"strings"
	"testing"

	"parterre/codes/symbol"
	"parterre/printing"
)

var _ printing.Matrix = (*symbol.Matrix)(nil)

func TestErrorsNameTheFieldInBothLanguages(t *testing.T) {
	t.Parallel()
	e := &printing.Error{Code: "printing.missing", Field: "show", ZH: "缺少演出名称", EN: "the show is missing"}
	if e.ErrorCode() != "printing.missing" || !strings.Contains(e.Error(), "show") {
		t.Errorf("%v", e)
	}
	if printing.ZH.Tag() != "zh-CN" || printing.EN.Tag() != "en" {
		t.Error("language tags")
	}
}
