package codes

// On-demand cinemas (点播影院). Lengths are sourced; the structure of the theatre, screen and programme codes is inferred
// from samples (profile od-2019-a, not the official text). All of them come from the download and are never made here.

// ODChain is an on-demand chain code (院线编码): 8 letters or digits, the client code on the wire.
type ODChain struct{ b [8]byte }

// ODTheatre is an on-demand theatre code (点播影院编码): 10 digits, region 4 and serial 6 [inferred].
type ODTheatre struct{ b [10]byte }

// ODScreen is an on-demand screen code (点播影厅编码): 16 digits, theatre 10 and number 6 [inferred].
type ODScreen struct{ b [16]byte }

// ODSession is an on-demand session code (点播场次编码): 16 letters or digits; the literal filler has 17 z.
type ODSession struct {
	n uint8
	b [17]byte
}

// ODProgramme is a programme code (节目编码): 14 digits, type 2 and number 12 [inferred].
type ODProgramme struct{ b [14]byte }

// ODAgent is a net-agent code (网络代售编码): 10 letters or digits. Reports may leave it empty; an empty one is not a code.
type ODAgent struct{ b [10]byte }

// Fillers that stand in the reports of theatres which are not in normal business.
const (
	ODFillerSession        = "zzzzzzzzzzzzzzzz"  // 16, as advised
	ODFillerSessionLiteral = "zzzzzzzzzzzzzzzzz" // 17, as written in the text
	ODFillerProgramme      = "10000000000000"
)

var (
	spanODChain     = span{"chain", "院线", "chain", 0, 8}
	spanODTheatre   = span{"theatre", "点播影院", "theatre", 0, 10}
	spanODTheatreNo = span{"serial", "流水号", "serial", 4, 10}
	spanODScreen    = span{"screen", "影厅", "screen", 0, 16}
	spanODScreenNo  = span{"screenNo", "影厅序号", "screen number", 10, 16}
	spanODSession   = span{"session", "场次", "session", 0, 16}
	spanODProgramme = span{"programme", "节目", "programme", 0, 14}
	spanODType      = span{"type", "节目类型", "programme type", 0, 2}
	spanODNumber    = span{"number", "节目号", "programme number", 2, 14}
	spanODAgent     = span{"agent", "网络代售", "net agent", 0, 10}
)

// ParseODChain takes 8 characters 0-9A-Za-z. Errors: codes.od_chain.length, .character.
func ParseODChain(s string) (ODChain, error) {
	var c ODChain
	if e := fixedAlnum(KindODChain, s, spanODChain); e != nil {
		return c, e
	}
	copy(c.b[:], s)
	return c, nil
}

// ParseODTheatre takes 10 digits. Errors: codes.od_theatre.length, .character.
func ParseODTheatre(s string) (ODTheatre, error) {
	var c ODTheatre
	if e := fixedDigits(KindODTheatre, s, spanODTheatre); e != nil {
		return c, e
	}
	copy(c.b[:], s)
	return c, nil
}

// ParseODScreen takes 16 digits. Errors: codes.od_screen.length, .character.
func ParseODScreen(s string) (ODScreen, error) {
	var c ODScreen
	if e := fixedDigits(KindODScreen, s, spanODScreen); e != nil {
		return c, e
	}
	copy(c.b[:], s)
	return c, nil
}

// ParseODSession takes 16 characters 0-9A-Za-z, or the literal filler of 17 z. Errors: codes.od_session.length, .character.
func ParseODSession(s string) (ODSession, error) {
	if s != ODFillerSessionLiteral {
		if e := fixedAlnum(KindODSession, s, spanODSession); e != nil {
			return ODSession{}, e
		}
	}
	c := ODSession{n: uint8(len(s))}
	copy(c.b[:], s)
	return c, nil
}

// ParseODProgramme takes 14 digits. Errors: codes.od_programme.length, .character.
func ParseODProgramme(s string) (ODProgramme, error) {
	var c ODProgramme
	if e := fixedDigits(KindODProgramme, s, spanODProgramme); e != nil {
		return c, e
	}
	copy(c.b[:], s)
	return c, nil
}

// ParseODAgent takes 10 characters 0-9A-Za-z. Errors: codes.od_agent.length, .character.
func ParseODAgent(s string) (ODAgent, error) {
	var c ODAgent
	if e := fixedAlnum(KindODAgent, s, spanODAgent); e != nil {
		return c, e
	}
	copy(c.b[:], s)
	return c, nil
}

func fixedDigits(k Kind, s string, sp span) *Error {
	if e := checkLen(k, s, sp.to, "位数字", "digits"); e != nil {
		return e
	}
	return checkDigits(k, s, sp)
}

func fixedAlnum(k Kind, s string, sp span) *Error {
	if e := checkLen(k, s, sp.to, "个字符", "characters"); e != nil {
		return e
	}
	return checkAlnum(k, s, sp)
}

// IsFiller tells whether the code is one of the two fillers.
func (c ODSession) IsFiller() bool {
	s := string(c.b[:c.n])
	return s == ODFillerSession || s == ODFillerSessionLiteral
}

// IsFiller tells whether the code is the filler programme.
func (c ODProgramme) IsFiller() bool { return string(c.b[:]) == ODFillerProgramme }

// Theatre is the theatre that the screen code begins with [inferred].
func (c ODScreen) Theatre() ODTheatre {
	var t ODTheatre
	copy(t.b[:], c.b[:])
	return t
}

// Type is the two digits of the programme type; table programme-type names them.
func (c ODProgramme) Type() string { return string(c.b[:2]) }

// Explain tells the parts.
func (c ODChain) Explain(*Profile) Explanation {
	return explainWhole(KindODChain, c.IsZero(), spanODChain, c.String())
}

// Explain tells the parts.
func (c ODAgent) Explain(*Profile) Explanation {
	return explainWhole(KindODAgent, c.IsZero(), spanODAgent, c.String())
}

// Explain tells the parts.
func (c ODTheatre) Explain(*Profile) Explanation {
	x := explainWhole(KindODTheatre, c.IsZero(), spanODTheatre, c.String())
	if x.err == nil {
		x.theatre(c)
	}
	return x
}

// Explain tells the parts.
func (c ODScreen) Explain(*Profile) Explanation {
	x := explainWhole(KindODScreen, c.IsZero(), spanODScreen, c.String())
	if x.err == nil {
		x.add(spanODTheatre, c.Theatre().String())
		x.add(spanODScreenNo, spanODScreenNo.of(c.String()))
		x.theatre(c.Theatre())
	}
	return x
}

// Explain tells the parts.
func (c ODSession) Explain(*Profile) Explanation {
	sp := spanODSession
	sp.to = int(c.n)
	x := explainWhole(KindODSession, c.IsZero(), sp, c.String())
	if c.IsFiller() {
		x.warn("codes.od_session.filler", "补位场次，不是真实场次", "the filler session, not a real one")
	}
	return x
}

// Explain tells the parts.
func (c ODProgramme) Explain(*Profile) Explanation {
	x := explainWhole(KindODProgramme, c.IsZero(), spanODProgramme, c.String())
	if x.err != nil {
		return x
	}
	x.note(x.add(spanODType, c.Type()), "programme-type", c.Type())
	x.add(spanODNumber, spanODNumber.of(c.String()))
	if c.IsFiller() {
		x.warn("codes.od_programme.filler", "补位节目，不是真实节目", "the filler programme, not a real one")
	}
	return x
}

func (x *Explanation) theatre(c ODTheatre) {
	s := c.String()
	x.add(spanProvince, spanProvince.of(s))
	x.add(spanCity, spanCity.of(s))
	x.add(spanODTheatreNo, spanODTheatreNo.of(s))
	x.region(s[:4] + "00")
}

func explainWhole(k Kind, zero bool, sp span, s string) Explanation {
	if zero {
		return invalidExplanation(k)
	}
	x := Explanation{Kind: k}
	x.add(sp, s)
	return x
}
