package codes

import "strings"

// Kind names one sort of code.
type Kind string

// The kinds of codes.
const (
	KindVenue       Kind = "venue"
	KindHall        Kind = "hall"
	KindShow        Kind = "show"
	KindTicket      Kind = "ticket"
	KindCinema      Kind = "cinema"
	KindScreen      Kind = "screen"
	KindFilm        Kind = "film"
	KindFilmSession Kind = "film-session"
	KindSeat        Kind = "seat"
	KindFilmTicket  Kind = "film-ticket"
	KindODChain     Kind = "od-chain"
	KindODTheatre   Kind = "od-theatre"
	KindODScreen    Kind = "od-screen"
	KindODSession   Kind = "od-session"
	KindODProgramme Kind = "od-programme"
	KindODAgent     Kind = "od-agent"
)

// Origin tells how sure the form of a code is.
type Origin string

// Origins, in the words of the requirements: Seed and Known are given or published, Inferred is read from samples,
// Chosen is our own decision where nothing is published and is shown to users as provisional.
const (
	OriginSeed     Origin = "seed"
	OriginKnown    Origin = "known"
	OriginInferred Origin = "inferred"
	OriginChosen   Origin = "chosen"
)

// KindInfo describes a kind for people.
type KindInfo struct {
	Kind   Kind   `json:"kind"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
	Form   string `json:"form"`   // for example "11 digits"
	Clause string `json:"clause"` // where the form comes from
	Origin Origin `json:"origin"`
}

var kindInfos = []KindInfo{
	{KindVenue, "演出场所编码", "venue code", "11 digits: region 6, venue and hall 5 by profile", "WH/T 93 (PT-venue)", OriginSeed},
	{KindHall, "演出厅编码", "hall code", "13 digits: venue code 11, stage layout 2", "WH/T 93 Appendix A (PT-A)", OriginChosen},
	{KindShow, "演出场次编码", "show code", "21 digits: venue code 11, date YYMMDD 6, number 4", "WH/T 93 (PT-show)", OriginSeed},
	{KindTicket, "演出票编码", "ticket code", "22 to 50 characters 0-9A-Z: show code 21, unique part", "WH/T 93 (PT-ticket)", OriginSeed},
	{KindCinema, "影院编码", "cinema code", "8 digits: province 2, city 2, serial 3, attribute 1", "GY/T 276", OriginKnown},
	{KindScreen, "影厅编码", "screen code", "1 to 16 characters 0-9A-Za-z", "GY/T 276", OriginKnown},
	{KindFilm, "影片编码", "film code", "12 digits: country 3, version 1, serial 4, year 4", "GY/T 276", OriginKnown},
	{KindFilmSession, "电影场次编码", "film session code", "16 characters 0-9A-Za-z", "GY/T 276", OriginKnown},
	{KindSeat, "座位编码", "seat code", "1 to 16 printable characters, or 20 beginning with the cinema code", "GY/T 276; 2025 JSON", OriginKnown},
	{KindFilmTicket, "电影票编码", "film ticket code", "16 characters 0-9A-Za-z, or 15: cinema code 8 and 7 characters", "GY/T 276; 2025 JSON", OriginKnown},
	{KindODChain, "点播院线编码", "on-demand chain code", "8 characters 0-9A-Za-z", "od-2019-a 4.1", OriginSeed},
	{KindODTheatre, "点播影院编码", "on-demand theatre code", "10 digits: region 4, serial 6", "od-2019-a 4.1", OriginInferred},
	{KindODScreen, "点播影厅编码", "on-demand screen code", "16 digits: theatre 10, screen 6", "od-2019-a 4.1", OriginInferred},
	{KindODSession, "点播场次编码", "on-demand session code", "16 characters 0-9A-Za-z; the filler may have 17 z", "od-2019-a 4.1", OriginSeed},
	{KindODProgramme, "节目编码", "programme code", "14 digits: type 2, number 12", "od-2019-a 4.1", OriginInferred},
	{KindODAgent, "网络代售编码", "on-demand net-agent code", "10 characters 0-9A-Za-z", "od-2019-a 4.1", OriginKnown},
}

// Kinds lists all kinds in the order of the table in the package comment.
func Kinds() []KindInfo { return append([]KindInfo(nil), kindInfos...) }

// ParseKind takes the name of a kind, as the constants spell it.
func ParseKind(s string) (Kind, error) {
	for _, k := range kindInfos {
		if string(k.Kind) == s {
			return k.Kind, nil
		}
	}
	return "", fault{
		reason: "kind", offset: -1, ruleZH: "不是已知的编码种类；可用：" + kindNames(), ruleEN: "is not a known kind of code; known are " + kindNames(),
	}.build()
}

func kindNames() string {
	names := make([]string, len(kindInfos))
	for i, k := range kindInfos {
		names[i] = string(k.Kind)
	}
	return strings.Join(names, ", ")
}

// Info describes the kind; an unknown kind is described as "code".
func (k Kind) Info() KindInfo {
	for _, i := range kindInfos {
		if i.Kind == k {
			return i
		}
	}
	return KindInfo{Kind: k, ZH: "编码", EN: "code"}
}

// slug is the kind as it stands in error codes.
func (k Kind) slug() string {
	if k == "" {
		return "code"
	}
	return strings.ReplaceAll(string(k), "-", "_")
}
