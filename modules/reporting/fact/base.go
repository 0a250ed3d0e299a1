package fact

import (
	"slices"
	"time"

	"parterre/modules/core/clock"
	"parterre/modules/core/money"
)

// Venue is a venue (场馆) as registered.
type Venue struct {
	Code    string `json:"code"` // 11 digits (PT-venue)
	Name    string `json:"name"`
	Address string `json:"address"`
	Type    string `json:"type"` // theatre, arena, stadium, cinema, temporary
}

// Hall is a hall (厅) of a venue.
type Hall struct {
	VenueCode string `json:"venueCode"`
	Code      string `json:"code"` // 13 digits: venue code + 2 (PT-A)
	Name      string `json:"name"`
	Seats     int    `json:"seats"`
}

// SeatMap is one frozen version of a hall's ticket map (票图).
type SeatMap struct {
	HallCode string `json:"hallCode"`
	Version  int    `json:"version"`
	Areas    []Area `json:"areas"`
}

// Area is an area of a seat map with its rows.
type Area struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Rows []Row  `json:"rows"`
}

// Row is a row of seats by their printed numbers, in the order of the hall.
type Row struct {
	Name  string   `json:"name"`
	Seats []string `json:"seats"`
}

// Show is a production (演出项目) with its approval (RL-7).
type Show struct {
	VenueCode       string   `json:"venueCode"`
	Code            string   `json:"code"` // the suite's own number of the project
	Name            string   `json:"name"`
	ApprovalNumber  string   `json:"approvalNumber"` // 批文号
	Organiser       string   `json:"organiser"`
	Performers      []string `json:"performers"`
	PerformanceType string   `json:"performanceType"` // 4 digits
	State           string   `json:"state"`           // created, on-sale, cancelled, ended ...
}

// Session is one performance (场次). Its code is the 21-digit show code (PT-show).
type Session struct {
	Code             string    `json:"code"`
	ShowCode         string    `json:"showCode"` // Show.Code
	HallCode         string    `json:"hallCode"`
	MapVersion       int       `json:"mapVersion"`
	Start            time.Time `json:"start"`
	Minutes          int       `json:"minutes"`
	ApprovedAudience int       `json:"approvedAudience"` // RL-8
	Sellable         int       `json:"sellable"`
	Seating          string    `json:"seating"` // none, seat, area
	OneIDPerOrder    bool      `json:"oneIdPerOrder"`
	OneIDPerTicket   bool      `json:"oneIdPerTicket"`
	RealNameEntry    bool      `json:"realNameEntry"`
	State            string    `json:"state"`
	Reason           string    `json:"reason,omitempty"`   // of a change of time or a cancellation
	Replaces         string    `json:"replaces,omitempty"` // code of the session that was postponed
}

// Price is a price item (票档) of a session.
type Price struct {
	SessionCode string    `json:"sessionCode"`
	Code        string    `json:"code"`
	Name        string    `json:"name"`
	Amount      money.Fen `json:"amount"`
	Item        string    `json:"item"`    // single, package, free-package
	Tickets     int       `json:"tickets"` // of one item: 1, or n of a package
	PublicSale  bool      `json:"publicSale"`
}

// Sale is one order that was paid and issued, or tickets that were given.
type Sale struct {
	SessionCode string       `json:"sessionCode"`
	OrderNumber string       `json:"orderNumber"`
	Channel     string       `json:"channel"` // counter, online, agent, kiosk, ...
	Payment     string       `json:"payment"` // cash, alipay, wechat, card, transfer, none
	SoldAt      time.Time    `json:"soldAt"`
	Tickets     []TicketSold `json:"tickets"`
}

// TicketSold is one ticket of a sale. Packages are n tickets, each its own.
type TicketSold struct {
	TicketCode string    `json:"ticketCode"` // PT-ticket, at most 50 bytes
	PriceCode  string    `json:"priceCode"`
	Kind       string    `json:"kind"`       // full, student, complimentary, work ...
	PublicSale bool      `json:"publicSale"` // RL-2 counts these
	Amount     money.Fen `json:"amount"`
	Area       string    `json:"area"`
	Row        string    `json:"row,omitempty"`
	Seat       string    `json:"seat,omitempty"`
	Medium     string    `json:"medium"`   // paper, qr-static, qr-dynamic, id-card, sms, rfid
	RealName   bool      `json:"realName"` // bound to a checked document
}

// Refund gives tickets back, whole orders or single ones.
type Refund struct {
	SessionCode  string           `json:"sessionCode"`
	OrderNumber  string           `json:"orderNumber"`
	RefundNumber string           `json:"refundNumber"`
	RefundedAt   time.Time        `json:"refundedAt"`
	Reason       string           `json:"reason"` // buyer, cancelled, postponed, changed, exchange, void
	Tickets      []TicketRefunded `json:"tickets"`
}

// TicketRefunded is one ticket of a refund. Amount is what went back to the
// buyer; Fee is what was kept; together they are what was paid.
type TicketRefunded struct {
	TicketCode string    `json:"ticketCode"`
	Amount     money.Fen `json:"amount"`
	Fee        money.Fen `json:"fee"`
}

// CheckIn is a batch of admissions at the gates of one session (检票).
type CheckIn struct {
	SessionCode string `json:"sessionCode"`
	Scans       []Scan `json:"scans"`
}

// Scan is one admission.
type Scan struct {
	TicketCode string    `json:"ticketCode"`
	At         time.Time `json:"at"`
	Gate       string    `json:"gate"`
	Credential string    `json:"credential"` // qr, rfid, id-card, manual (PT-6.3.6.1)
}

// Movement is what went out and came back in a day.
type Movement struct {
	Sold         int       `json:"sold"`
	SoldAmount   money.Fen `json:"soldAmount"`
	Refunded     int       `json:"refunded"`
	RefundAmount money.Fen `json:"refundAmount"` // given back to buyers; fees kept are not in it
}

// Line is the movement of one channel or one price.
type Line struct {
	Code     string   `json:"code"`
	Movement Movement `json:"movement"`
}

// Daily is a session's report of one business day (日报, PT-mgmt). Sent again it
// replaces by (session, day, version). Public counts the tickets on public
// sale; Complimentary and Work those that are not. Movements are of the day,
// Sellable, Held, Valid and CheckedTotal are as they stood when it ended.
type Daily struct {
	SessionCode   string    `json:"sessionCode"`
	Day           clock.Day `json:"day"`
	Version       int       `json:"version"`
	Late          bool      `json:"late"` // made after 12:00 of the next day
	Sellable      int       `json:"sellable"`
	Held          int       `json:"held"`
	Public        Movement  `json:"public"`
	Complimentary Movement  `json:"complimentary"`
	Work          Movement  `json:"work"`
	Checked       int       `json:"checked"` // admissions of the day
	Valid         int       `json:"valid"`   // tickets issued and not given back, all kinds, to date
	CheckedTotal  int       `json:"checkedTotal"`
	ByChannel     []Line    `json:"byChannel"` // of Public
	ByPrice       []Line    `json:"byPrice"`   // of Public
}

// Class says in which movement of Daily a ticket counts.
type Class uint8

// The classes of tickets.
const (
	ClassPublic Class = iota
	ClassComplimentary
	ClassWork
)

// ClassOf is the class of a ticket: on public sale, complimentary, or any
// other that the public cannot buy (work, press, reserved). A kind that is not
// for the public is never on public sale, whatever its price item says (RL-2).
func ClassOf(kind string, publicSale bool) Class {
	switch {
	case kind == "complimentary":
		return ClassComplimentary
	case publicSale && !slices.Contains(privateKinds, kind):
		return ClassPublic
	}
	return ClassWork
}
