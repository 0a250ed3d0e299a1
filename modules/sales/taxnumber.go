package sales

import (
	"strings"

	"parterre/modules/core/errs"
)

// ErrTaxNumber is the error of a text that is no unified social credit code.
var ErrTaxNumber = errs.New(errs.Invalid, "sales.tax_number", "统一社会信用代码应为 18 位且校验码正确，请核对。", "The unified social credit code has 18 characters with a check character; please look again.").By("GB 32100").At("taxNumber")

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100: without I, O, S, V, Z

// ParseTaxNumber reads a unified social credit code (统一社会信用代码): 18
// characters, the last of which checks the others with weights 3^i mod 31
// (GB 32100-2015). Blanks are dropped and letters made capital.
func ParseTaxNumber(text string) (string, error) {
	n := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if len(n) != 18 {
		return "", ErrTaxNumber
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(creditAlphabet, n[i])
		if v < 0 {
			return "", ErrTaxNumber
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	if n[17] != creditAlphabet[(31-sum%31)%31] {
		return "", ErrTaxNumber
	}
	return n, nil
}
