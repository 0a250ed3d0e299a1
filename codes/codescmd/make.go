package codescmd

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"parterre/codes"
)

// MakeCmd is "codes make".
type MakeCmd struct {
	Venue      MakeVenue      `cmd:"" help:"Venue code: region, venue and hall numbers."`
	Hall       MakeHall       `cmd:"" help:"Hall code: venue code and layout."`
	Show       MakeShow       `cmd:"" help:"Show code: venue code, date, number. Give numbers out through the system only."`
	Ticket     MakeTicket     `cmd:"" help:"Ticket code: show code and serial, with a key."`
	Cinema     MakeCinema     `cmd:"" help:"Cinema code."`
	Film       MakeFilm       `cmd:"" help:"Film code."`
	FilmTicket MakeFilmTicket `cmd:"" help:"Film ticket code: cinema and serial."`
}

// MakeVenue is "codes make venue".
type MakeVenue struct {
	Region  string `required:"" help:"Six digits of GB/T 2260."`
	VenueNo int    `required:"" help:"Number of the venue in the region."`
	HallNo  int    `required:"" help:"Number of the hall in the venue."`
	Profile string `help:"Code profile." placeholder:"NAME"`
	Output
}

// Run makes the code.
func (c *MakeVenue) Run(ios *IO) error {
	var p *codes.Profile
	if c.Profile != "" {
		var err error
		if p, err = codes.LookupProfile(c.Profile); err != nil {
			return usage(ios, err)
		}
	}
	v, err := codes.MakeVenue(p, c.Region, c.VenueNo, c.HallNo)
	return c.write(ios, v, p, err)
}

// MakeHall is "codes make hall".
type MakeHall struct {
	Venue  codes.Venue `required:"" help:"Venue code."`
	Layout int         `default:"1" help:"Layout, 1 to 99."`
	Output
}

// Run makes the code.
func (c *MakeHall) Run(ios *IO) error {
	h, err := codes.MakeHall(c.Venue, c.Layout)
	return c.write(ios, h, nil, err)
}

// MakeShow is "codes make show".
type MakeShow struct {
	Venue  codes.Venue `required:"" help:"Venue code."`
	Date   string      `required:"" help:"Local start date, YYYY-MM-DD."`
	Number int         `required:"" help:"Number of the day, 1 to 9999."`
	Output
}

// Run makes the code.
func (c *MakeShow) Run(ios *IO) error {
	d, err := codes.ParseDate(c.Date)
	if err != nil {
		return c.write(ios, nil, nil, err)
	}
	s, err := codes.MakeShow(c.Venue, d, c.Number)
	return c.write(ios, s, nil, err)
}

// MakeTicket is "codes make ticket".
type MakeTicket struct {
	Show       codes.Show `required:"" help:"Show code."`
	Serial     int64      `required:"" help:"Serial of the ticket in the show."`
	KeyFile    string     `required:"" type:"existingfile" help:"File with the secret, 32 bytes or more, in hex."`
	Generation string     `default:"A" help:"Generation of the key, one of 0-9A-Z."`
	Output
}

// Run makes the code.
func (c *MakeTicket) Run(ios *IO) error {
	text, err := os.ReadFile(c.KeyFile)
	if err != nil {
		return usage(ios, err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return usage(ios, fmt.Errorf("the key file does not hold hex digits")) // the error would quote the secret
	}
	if len(c.Generation) != 1 {
		return usage(ios, fmt.Errorf("the generation must be one character"))
	}
	keys, err := codes.NewUniqueKeys(c.Generation[0], map[byte][]byte{c.Generation[0]: secret})
	if err != nil {
		return usage(ios, err)
	}
	t, err := keys.Mint(c.Show, c.Serial)
	return c.write(ios, t, nil, err)
}

// MakeCinema is "codes make cinema".
type MakeCinema struct {
	Region    string `required:"" help:"Province and city, four digits."`
	Serial    int    `required:"" help:"Serial, 0 to 999."`
	Attribute int    `required:"" help:"Attribute, 0 to 9."`
	Output
}

// Run makes the code.
func (c *MakeCinema) Run(ios *IO) error {
	v, err := codes.MakeCinema(c.Region, c.Serial, c.Attribute)
	return c.write(ios, v, nil, err)
}

// MakeFilm is "codes make film".
type MakeFilm struct {
	Country int `required:"" help:"Country, 0 to 999."`
	Version int `required:"" help:"Version, 0 to 9."`
	Serial  int `required:"" help:"Serial, 0 to 9999."`
	Year    int `required:"" help:"Year."`
	Output
}

// Run makes the code.
func (c *MakeFilm) Run(ios *IO) error {
	v, err := codes.MakeFilm(c.Country, c.Version, c.Serial, c.Year)
	return c.write(ios, v, nil, err)
}

// MakeFilmTicket is "codes make film-ticket".
type MakeFilmTicket struct {
	Cinema  codes.Cinema `required:"" help:"Cinema code."`
	Serial  int64        `required:"" help:"Serial of the cinema."`
	Edition string       `default:"2025" enum:"2025,gyt276-2013" help:"Text that the code follows: 2025 or gyt276-2013."`
	Output
}

// Run makes the code.
func (c *MakeFilmTicket) Run(ios *IO) error {
	v, err := codes.MakeFilmTicket(codes.Edition(c.Edition), c.Cinema, c.Serial)
	return c.write(ios, v, nil, err)
}

// write prints what was made, or why it could not be.
func (o *Output) write(ios *IO, c codes.Code, p *codes.Profile, err error) error {
	if err != nil {
		if o.JSON {
			if err := writeJSON(ios.Out, map[string]any{"valid": false, "error": err}); err != nil {
				return err
			}
			return ExitError{StatusInvalid}
		}
		return ExitError{StatusOf(err, o.Lang, ios.Err)}
	}
	if o.JSON {
		return writeJSON(ios.Out, struct {
			Code string            `json:"code"`
			Is   codes.Explanation `json:"explanation"`
		}{c.String(), c.Explain(p)})
	}
	_, err = fmt.Fprintln(ios.Out, c.String())
	return err
}
