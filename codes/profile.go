package codes

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// Profile says how the 11 digits of a venue code are split. It is data: the two readings of WH/T 93 come with the
// package (data/profile.tsv), others can be made. A profile only reads; it never changes a code.
type Profile struct {
	name        string
	venue, hall int // digits; venue + hall is 5
	zh, en      string
	origin      string
	provisional bool
}

// DefaultProfileName is the split that the rule writes: 2+2+2+2+3.
const DefaultProfileName = "wht93-2021/2-2-2-2-3"

//go:embed data/profile.tsv
var profileData string

var loadProfiles = sync.OnceValue(func() []*Profile {
	t := mustLoadTable("profile", profileData)
	out := make([]*Profile, 0, len(t.entries))
	for _, e := range t.entries {
		p, err := NewProfile(e.Code, e.Attr("split"))
		if err != nil {
			panic("codes: data/profile.tsv: " + err.Error())
		}
		p.zh, p.en, p.origin, p.provisional = e.ZH, e.EN, e.Attr("origin"), true
		out = append(out, p)
	}
	return out
})

// Profiles lists the profiles that come with the package; the first is the default.
func Profiles() []*Profile { return append([]*Profile(nil), loadProfiles()...) }

// LookupProfile finds a profile by name.
func LookupProfile(name string) (*Profile, error) {
	var names []string
	for _, p := range loadProfiles() {
		if p.name == name {
			return p, nil
		}
		names = append(names, p.name)
	}
	known := strings.Join(names, ", ")
	return nil, argFault(KindVenue, span{name: "profile", zh: "编码方案", en: "code profile"}, "未知；可用："+known, "is not known; known are "+known, "")
}

// NewProfile makes a profile from a split such as "2+2+2+2+3": five widths for province, city, district, venue and hall.
// The region is always 2+2+2; venue and hall share the other five digits, at least one each.
func NewProfile(name, split string) (*Profile, error) {
	sp := span{name: "split", zh: "拆分", en: "split"}
	parts := strings.Split(split, "+")
	if name == "" || len(parts) != 5 || parts[0] != "2" || parts[1] != "2" || parts[2] != "2" {
		return nil, argFault(KindVenue, sp, "须为 2+2+2+场所位数+厅位数，且方案要有名称", "must be 2+2+2+venue+hall and the profile must have a name", strconv.Quote(split))
	}
	v, err1 := strconv.Atoi(parts[3])
	h, err2 := strconv.Atoi(parts[4])
	if err1 != nil || err2 != nil || v < 1 || h < 1 || v+h != 5 {
		return nil, argFault(KindVenue, sp, "场所与厅合计须为 5 位，各至少 1 位", "must give venue and hall five digits together, at least one each", strconv.Quote(split))
	}
	return &Profile{name: name, venue: v, hall: h, zh: name, en: name}, nil
}

func (p *Profile) orDefault() *Profile {
	if p != nil {
		return p
	}
	return loadProfiles()[0]
}

// Name identifies the profile in settings.
func (p *Profile) Name() string { return p.orDefault().name }

// Title is the profile's name for people, in "zh" or "en".
func (p *Profile) Title(lang string) string {
	if lang == "en" {
		return p.orDefault().en
	}
	return p.orDefault().zh
}

// Provisional tells that no published source decides for this reading; screens show it.
func (p *Profile) Provisional() bool { return p.orDefault().provisional }

// Split is the five widths, as NewProfile takes them.
func (p *Profile) Split() string {
	p = p.orDefault()
	return "2+2+2+" + strconv.Itoa(p.venue) + "+" + strconv.Itoa(p.hall)
}

func (p *Profile) venueSpan() span {
	return span{"venueNo", "场所序号", "venue number", 6, 6 + p.venue}
}

func (p *Profile) hallSpan() span {
	return span{"hallNo", "厅序号", "hall number", 6 + p.venue, venueLen}
}

// Aliases maps codes that were issued here to codes assigned centrally later, both ways. An issued code stays valid
// for ever: printed tickets carry it. The zero value is empty and ready; it is not safe for concurrent change.
type Aliases struct {
	assigned map[Venue]Venue // issued -> assigned
	issued   map[Venue]Venue // assigned -> issued
}

// Add records that the venue issued here as issued is known centrally as assigned. One to one: a code that already
// has another partner, or that is both issued and assigned, is refused.
func (a *Aliases) Add(issued, assigned Venue) error {
	if issued.IsZero() || assigned.IsZero() {
		return zeroFault(KindVenue)
	}
	if got, ok := a.assigned[issued]; ok && got != assigned {
		return aliasFault("已对应另一编码", "already has another assigned code", got)
	}
	if got, ok := a.issued[assigned]; ok && got != issued {
		return aliasFault("已对应另一编码", "is already assigned to another venue", got)
	}
	_, chained := a.assigned[assigned]
	_, chainedBack := a.issued[issued]
	if issued != assigned && (chained || chainedBack) {
		return aliasFault("不能连续对应", "cannot be both an issued and an assigned code", issued)
	}
	if a.assigned == nil {
		a.assigned, a.issued = map[Venue]Venue{}, map[Venue]Venue{}
	}
	a.assigned[issued], a.issued[assigned] = assigned, issued
	return nil
}

func aliasFault(zh, en string, found Venue) *Error {
	return fault{
		kind: KindVenue, reason: "alias", field: "alias", fieldZH: "对应表", fieldEN: "alias", offset: -1,
		ruleZH: zh, ruleEN: en, foundZH: found.String(), foundEN: found.String(),
	}.build()
}

// Assigned is the central code of an issued one, or the code itself where none was assigned: what goes to the platform.
func (a *Aliases) Assigned(issued Venue) Venue {
	if v, ok := a.assigned[issued]; ok {
		return v
	}
	return issued
}

// Issued is the code under which a venue was issued here, given either of its codes: what our records hold.
func (a *Aliases) Issued(any Venue) Venue {
	if v, ok := a.issued[any]; ok {
		return v
	}
	return any
}
