package reader

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// Kind is a kind of card, named as in the code table id-document.
type Kind string

// The cards that these readers read.
const (
	Resident  Kind = "1" // 居民身份证
	HKMOTW    Kind = "6" // 港澳台居民居住证
	Foreigner Kind = "7" // 外国人永久居留身份证, of 2017 and of 2023
)

// Card is what a card says of its holder. It prints masked, whatever the verb.
type Card struct {
	Kind    Kind
	Name    string // Chinese name; may be empty on a foreigner's card
	NameEn  string // name in Latin letters, foreigners' cards only
	Number  string
	Sex     string // "1" male, "2" female (GB/T 2261.1)
	Nation  string // 民族 or 国籍, as coded on the card
	Birth   string // YYYYMMDD
	Address string
	Issuer  string
	From    string // YYYYMMDD
	Until   string // YYYYMMDD or 长期
	Permit  string // 通行证号码, cards of kind 6 only
	// Edition tells foreigners' cards apart: "I" of 2017, "Y" of 2023; "" else.
	Edition string
}

// TextLen is the length of a card's text in bytes.
const TextLen = 256

// Errors of a card's text. None says what stood there.
var (
	ErrText    = errors.New("reader: the text of the card is not as its kind lays it out")
	ErrVariant = errors.New("reader: a card of a kind that is not known")
	ErrNumber  = errors.New("reader: the number on the card fails its own check")
)

// field is one text of the layout: offset and length in bytes.
type field struct {
	at, len int
	of      func(*Card) *string
}

const flagAt = 248 // in all variants

// layouts are the variants by their flag.
var layouts = map[byte][]field{
	' ': {
		{0, 30, func(c *Card) *string { return &c.Name }},
		{30, 2, func(c *Card) *string { return &c.Sex }},
		{32, 4, func(c *Card) *string { return &c.Nation }},
		{36, 16, func(c *Card) *string { return &c.Birth }},
		{52, 70, func(c *Card) *string { return &c.Address }},
		{122, 36, func(c *Card) *string { return &c.Number }},
		{158, 30, func(c *Card) *string { return &c.Issuer }},
		{188, 16, func(c *Card) *string { return &c.From }},
		{204, 16, func(c *Card) *string { return &c.Until }},
	},
	'J': {
		{0, 30, func(c *Card) *string { return &c.Name }},
		{30, 2, func(c *Card) *string { return &c.Sex }},
		{36, 16, func(c *Card) *string { return &c.Birth }},
		{52, 70, func(c *Card) *string { return &c.Address }},
		{122, 36, func(c *Card) *string { return &c.Number }},
		{158, 30, func(c *Card) *string { return &c.Issuer }},
		{188, 16, func(c *Card) *string { return &c.From }},
		{204, 16, func(c *Card) *string { return &c.Until }},
		{220, 18, func(c *Card) *string { return &c.Permit }},
	},
	'I': {
		{0, 120, func(c *Card) *string { return &c.NameEn }},
		{120, 2, func(c *Card) *string { return &c.Sex }},
		{122, 30, func(c *Card) *string { return &c.Number }},
		{152, 6, func(c *Card) *string { return &c.Nation }},
		{158, 30, func(c *Card) *string { return &c.Name }},
		{188, 16, func(c *Card) *string { return &c.From }},
		{204, 16, func(c *Card) *string { return &c.Until }},
		{220, 16, func(c *Card) *string { return &c.Birth }},
		{240, 8, func(c *Card) *string { return &c.Issuer }},
	},
	// The name in Latin letters goes on at 220; see latin.
	'Y': {
		{0, 30, func(c *Card) *string { return &c.Name }},
		{30, 2, func(c *Card) *string { return &c.Sex }},
		{36, 16, func(c *Card) *string { return &c.Birth }},
		{122, 36, func(c *Card) *string { return &c.Number }},
		{188, 16, func(c *Card) *string { return &c.From }},
		{204, 16, func(c *Card) *string { return &c.Until }},
		{242, 6, func(c *Card) *string { return &c.Nation }},
	},
}

// The name in Latin letters on a foreigner's card of 2023, in two places.
const latinAt, latinLen, latinMoreAt, latinMoreLen = 52, 70, 220, 22

var kinds = map[byte]Kind{' ': Resident, 'J': HKMOTW, 'I': Foreigner, 'Y': Foreigner}

// ParseText reads the text of a card (UTF-16, low byte first, padded with
// blanks) and checks its number. Errors: ErrText, ErrVariant, ErrNumber.
func ParseText(b []byte) (Card, error) {
	if len(b) != TextLen {
		return Card{}, ErrText
	}
	flag := b[flagAt]
	if flag == 0 {
		flag = ' '
	}
	layout, ok := layouts[flag]
	if !ok || b[flagAt+1] != 0 {
		return Card{}, ErrVariant
	}
	c := Card{Kind: kinds[flag]}
	if c.Kind == Foreigner {
		c.Edition = string(flag)
	}
	for _, f := range layout {
		s, err := text(b[f.at : f.at+f.len])
		if err != nil {
			return Card{}, err
		}
		*f.of(&c) = s
	}
	if flag == 'Y' {
		s, err := text(append(append([]byte{}, b[latinAt:latinAt+latinLen]...), b[latinMoreAt:latinMoreAt+latinMoreLen]...))
		if err != nil {
			return Card{}, err
		}
		c.NameEn = s
	}
	return c, c.check()
}

// text decodes one field and takes its padding off. A sign that no name, place
// or number holds means that the layout is not this one.
func text(b []byte) (string, error) {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	s := strings.TrimRight(string(utf16.Decode(units)), " \x00")
	for _, r := range s {
		if r == unicode.ReplacementChar || unicode.IsControl(r) {
			return "", ErrText
		}
	}
	return s, nil
}

var (
	numbers = map[Kind]*regexp.Regexp{
		Resident: regexp.MustCompile(`^[1-9]\d{16}[\dX]$`), HKMOTW: regexp.MustCompile(`^8[123]\d{15}[\dX]$`), Foreigner: regexp.MustCompile(`^(9\d{16}[\dX]|[A-Z]{3}\d{12})$`),
	}
	digits8 = regexp.MustCompile(`^\d{8}$`)
)

func (c Card) check() error {
	switch {
	case c.Name == "" && c.NameEn == "", !date(c.Birth), !date(c.From), c.Until != "长期" && !date(c.Until), c.Sex != "1" && c.Sex != "2" && c.Sex != "0" && c.Sex != "9":
		return ErrText
	case !numbers[c.Kind].MatchString(c.Number), len(c.Number) == 18 && CheckDigit(c.Number[:17]) != c.Number[17]:
		return ErrNumber
	}
	return nil
}

func date(s string) bool {
	_, err := time.Parse("20060102", s)
	return err == nil && digits8.MatchString(s)
}

// CheckDigit is the last character that GB 11643 asks for, by ISO 7064 MOD 11-2
// over 17 digits.
func CheckDigit(digits string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// Text writes the card's text; simulators answer it. What does not fit its
// field is ErrText.
func (c Card) Text() ([]byte, error) {
	flag := byte(' ')
	switch {
	case c.Kind == HKMOTW:
		flag = 'J'
	case c.Kind == Foreigner && c.Edition == "I", c.Kind == Foreigner && c.Edition == "Y":
		flag = c.Edition[0]
	case c.Kind != Resident:
		return nil, ErrVariant
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	b := make([]byte, 0, TextLen)
	for range TextLen / 2 {
		b = append(b, ' ', 0)
	}
	b[flagAt] = flag
	for _, f := range layouts[flag] {
		if !put(b[f.at:f.at+f.len], utf16.Encode([]rune(*f.of(&c)))) {
			return nil, ErrText
		}
	}
	if flag == 'Y' {
		units := utf16.Encode([]rune(c.NameEn))
		first := min(len(units), latinLen/2)
		if !put(b[latinAt:latinAt+latinLen], units[:first]) || !put(b[latinMoreAt:latinMoreAt+latinMoreLen], units[first:]) {
			return nil, ErrText
		}
	}
	return b, nil
}

func put(at []byte, units []uint16) bool {
	if 2*len(units) > len(at) {
		return false
	}
	for i, u := range units {
		binary.LittleEndian.PutUint16(at[2*i:], u)
	}
	return true
}

// Holder is the name that a ticket shows: the Chinese one where there is one.
func (c Card) Holder() string {
	if c.Name != "" {
		return c.Name
	}
	return c.NameEn
}

// Expired reports whether the card was no longer valid on a day, YYYYMMDD.
func (c Card) Expired(day string) bool { return c.Until != "长期" && c.Until < day }

func (c Card) masked() string {
	if len(c.Number) < 15 {
		return "card " + string(c.Kind)
	}
	return fmt.Sprintf("card %s %s********%s", c.Kind, c.Number[:6], c.Number[14:])
}

// String masks the card for people who must tell two apart.
func (c Card) String() string { return c.masked() }

// GoString is String: %#v must not show more.
func (c Card) GoString() string { return c.masked() }

// LogValue keeps the card out of logs altogether.
func (c Card) LogValue() slog.Value { return slog.StringValue("card " + string(c.Kind)) }

// ParseRead splits the data of a good ReadCard answer: two lengths, text, photo.
// The photo is overwritten, not returned.
func ParseRead(data []byte) (Card, error) {
	if len(data) < 4 {
		return Card{}, ErrFrame
	}
	words, photo := int(binary.BigEndian.Uint16(data)), int(binary.BigEndian.Uint16(data[2:]))
	if words != TextLen || len(data) != 4+words+photo {
		return Card{}, ErrFrame
	}
	clear(data[4+words:])
	return ParseText(data[4 : 4+words])
}

// ReadData is the data of a good ReadCard answer; simulators write it.
func ReadData(text, photo []byte) []byte {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(text)))
	out = binary.BigEndian.AppendUint16(out, uint16(len(photo)))
	return append(append(out, text...), photo...)
}
