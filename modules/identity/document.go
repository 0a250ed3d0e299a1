package identity

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"parterre/modules/core/errs"
)

// Kind is a kind of identity document, named as in the code table id-document.
type Kind string

// The kinds (performance-wht93, tables in use in the trade).
const (
	ResidentCard   Kind = "1" // 居民身份证
	Passport       Kind = "2" // 护照
	HKMOPermit     Kind = "3" // 港澳居民来往内地通行证
	TaiwanPermit   Kind = "4" // 台湾居民来往大陆通行证
	MilitaryCard   Kind = "5" // 士兵/军官证
	HKMOTWResident Kind = "6" // 港澳台居民居住证
	ForeignerCard  Kind = "7" // 外国人永久居留身份证
)

// KindInfo describes a kind for people.
type KindInfo struct {
	Kind   Kind   `json:"kind"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Format string `json:"format"`
}

// Kinds lists all kinds in the order in which pages offer them.
var Kinds = []KindInfo{
	{ResidentCard, "居民身份证", "Resident identity card", "18 位，末位可为 X"},
	{Passport, "护照", "Passport", "5 至 20 位字母或数字"},
	{HKMOPermit, "港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macao residents", "H 或 M 加 8 或 10 位数字"},
	{TaiwanPermit, "台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents", "8 或 10 位数字"},
	{MilitaryCard, "士兵证/军官证", "Military card", "字第…号，4 至 20 个字符"},
	{HKMOTWResident, "港澳台居民居住证", "Residence permit for Hong Kong, Macao and Taiwan residents", "18 位，81、82 或 83 开头"},
	{ForeignerCard, "外国人永久居留身份证", "Foreign permanent resident card", "18 位 9 开头，或 3 字母加 12 数字"},
}

// Document is a checked, normalised number with its kind. The zero value is
// invalid. It prints masked.
type Document struct {
	kind   Kind
	number string
}

// Errors of documents. None carries the number.
var (
	ErrKind   = errs.New(errs.Invalid, "identity.kind", "证件类型不支持。", "This kind of document is not supported.").At("kind")
	ErrForm   = errs.New(errs.Invalid, "identity.form", "证件号码格式不正确：{format}。", "The document number is not of the right form.").At("number")
	ErrCheck  = errs.New(errs.Invalid, "identity.check_digit", "证件号码校验位不正确，请核对后重新输入。", "The number's check digit is wrong; please type it again.").By("GB 11643").At("number")
	ErrBirth  = errs.New(errs.Invalid, "identity.birth", "证件号码中的出生日期不正确。", "The birth date in the number is not a real past date.").By("GB 11643").At("number")
	ErrPerson = errs.New(errs.Invalid, "identity.name", "姓名应为 1 至 60 个字符，不含数字与特殊符号。", "The name must be 1 to 60 characters without digits or symbols.").At("name")
)

var forms = map[Kind]*regexp.Regexp{
	ResidentCard:   regexp.MustCompile(`^[1-9]\d{16}[\dX]$`),
	Passport:       regexp.MustCompile(`^[A-Z0-9]{5,20}$`),
	HKMOPermit:     regexp.MustCompile(`^[HM](\d{8}|\d{10})$`),
	TaiwanPermit:   regexp.MustCompile(`^(\d{8}|\d{10})$`),
	MilitaryCard:   regexp.MustCompile(`^[\p{Han}A-Z0-9]{4,20}$`),
	HKMOTWResident: regexp.MustCompile(`^8[123]\d{15}[\dX]$`),
	ForeignerCard:  regexp.MustCompile(`^(9\d{16}[\dX]|[A-Z]{3}\d{12})$`),
}

// ParseDocument checks a number of a kind and normalises it: blanks and
// hyphens go, letters become capital. Errors: identity.kind, identity.form,
// identity.check_digit, identity.birth. now is for the birth date.
//
// The region in the first six digits is not looked up: cards outlive the
// divisions that they name.
func ParseDocument(kind Kind, number string, now time.Time) (Document, error) {
	form, ok := forms[kind]
	if !ok {
		return Document{}, ErrKind
	}
	n := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(number))
	if len(n) > 60 || !form.MatchString(n) {
		for _, k := range Kinds {
			if k.Kind == kind {
				return Document{}, ErrForm.With("format", k.Format)
			}
		}
	}
	switch {
	case kind == ResidentCard, kind == HKMOTWResident, kind == ForeignerCard && len(n) == 18:
		if checkDigit(n[:17]) != n[17] {
			return Document{}, ErrCheck
		}
		if _, ok := birth(n, now); !ok {
			return Document{}, ErrBirth
		}
	}
	return Document{kind, n}, nil
}

// checkDigit is GB 11643's MOD 11-2 over 17 digits.
func checkDigit(digits string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

func birth(n string, now time.Time) (time.Time, bool) {
	t, err := time.Parse("20060102", n[6:14])
	return t, err == nil && t.Year() >= 1880 && t.Before(now)
}

// Kind returns the document's kind.
func (d Document) Kind() Kind { return d.kind }

// IsZero reports whether d is unset.
func (d Document) IsZero() bool { return d.number == "" }

// Birth returns the birth date if the number holds one.
func (d Document) Birth(now time.Time) (time.Time, bool) {
	if len(d.number) != 18 || (d.kind != ResidentCard && d.kind != HKMOTWResident && d.kind != ForeignerCard) {
		return time.Time{}, false
	}
	return birth(d.number, now)
}

// Under reports whether the person is known to be younger than years at now
// (RL-14: under 14 through a guardian).
func (d Document) Under(years int, now time.Time) bool {
	b, ok := d.Birth(now)
	return ok && b.AddDate(years, 0, 0).After(now)
}

// Masked is what screens show: the first six and last four of an 18-digit
// number, the first and last two of others.
func (d Document) Masked() string { return MaskNumber(d.number) }

// String implements fmt.Stringer, masked.
func (d Document) String() string { return string(d.kind) + ":" + d.Masked() }

// GoString implements fmt.GoStringer, masked.
func (d Document) GoString() string { return "identity.Document(" + d.String() + ")" }

// MaskNumber masks a document number.
func MaskNumber(n string) string {
	r := []rune(n)
	keepFront, keepBack := 6, 4
	if len(r) < 18 {
		keepFront, keepBack = 1, 2
	}
	if len(r) <= keepFront+keepBack {
		return strings.Repeat("*", len(r))
	}
	return string(r[:keepFront]) + strings.Repeat("*", len(r)-keepFront-keepBack) + string(r[len(r)-keepBack:])
}

// MaskName masks a name: 张三丰 becomes 张**, "Maria Lopez" becomes "M**** L****".
func MaskName(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		r := []rune(w)
		if r[0] < 0x2e80 && len(r) > 1 {
			words[i] = string(r[0]) + strings.Repeat("*", 4)
		} else {
			words[i] = string(r[0]) + strings.Repeat("*", max(1, len(r)-1))
		}
	}
	return strings.Join(words, " ")
}

var nameForm = regexp.MustCompile(`^[\p{L}\p{M}][\p{L}\p{M}·•.'’ -]{0,59}$`)

// ParseName checks and trims a person's name.
func ParseName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if !nameForm.MatchString(s) {
		return "", ErrPerson
	}
	return s, nil
}

var phoneForm = regexp.MustCompile(`^(\+?86)?1[3-9]\d{9}$|^\+[1-9]\d{6,14}$`)

// ErrPhone is the error of a phone number.
var ErrPhone = errs.New(errs.Invalid, "identity.phone", "手机号格式不正确。", "The phone number is not valid.").At("phone")

// ParsePhone checks a phone number, a mainland mobile or an international one.
func ParsePhone(s string) (string, error) {
	s = strings.NewReplacer(" ", "", "-", "").Replace(s)
	if !phoneForm.MatchString(s) {
		return "", ErrPhone
	}
	return strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "86"), nil
}

// MaskPhone masks a phone number: 138****8000.
func MaskPhone(p string) string {
	if len(p) < 8 {
		return strings.Repeat("*", len(p))
	}
	return p[:3] + "****" + p[len(p)-4:]
}

// space is the kind as it is bound into the blind index. Residence cards
// of Hong Kong, Macao and Taiwan residents and of foreigners use the same
// number space as resident cards, so a person who presents the number under
// another of these kinds is the same person.
func (k Kind) space() string {
	switch k {
	case ResidentCard, HKMOTWResident, ForeignerCard:
		return "18"
	}
	n, _ := strconv.Atoi(string(k))
	return strconv.Itoa(n)
}
