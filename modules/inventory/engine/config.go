package engine

import "fmt"

// Config is what an organiser sets for one session. Times are milliseconds.
type Config struct {
	// Prices in 分 by zone; below zero means the zone is not on sale. A held
	// place keeps the price it had when it was held.
	Prices []int64 `json:"prices"`

	// Lists are prices by channel, ticket kind and package where they differ from
	// Prices; a configuration without any sells every place at one price.
	Lists []PriceList `json:"lists,omitempty"`

	// Revision of the ticket map that this was made of. A Configure with an
	// earlier one than is in force is refused, so that two who bring the news cannot overtake each other.
	Revision int `json:"revision,omitempty"`

	Closed        bool  `json:"closed,omitempty"`    // nothing can be held just now
	HoldFor       int64 `json:"hold_for"`            // how long a hold lasts when the command does not say
	HoldMax       int64 `json:"hold_max"`            // the longest a hold may last in all, extensions included
	MaxSeats      int   `json:"max_seats"`           // places per hold
	BuyerLimit    int   `json:"buyer_limit"`         // places per buyer, held and sold; 0 is no limit
	DeviceLimit   int   `json:"device_limit"`        // the same per device
	DocumentLimit int   `json:"document_limit"`      // places per document; RL-1 sets 1
	RealName      bool  `json:"real_name,omitempty"` // confirm needs a document for every place

	// Internal zones are on sale, but not to the public (RL-2).
	Internal []uint16 `json:"internal,omitempty"`

	Approved       int `json:"approved,omitempty"`        // audience number approved by the police; 0 when none is needed (RL-8)
	PublicPermille int `json:"public_permille,omitempty"` // share of Approved that must stay on public sale (RL-2): 850 or 700

	NoOrphans bool    `json:"no_orphans,omitempty"` // named picks of the public may not leave an orphan seat
	MaxParts  int     `json:"max_parts"`            // parts that best available may split a group into; 0 is any number
	Pools     []Pool  `json:"pools,omitempty"`
	Weights   Weights `json:"weights"`
	// AccessibleOpen lets everybody take wheelchair and companion places by name.
	AccessibleOpen bool `json:"accessible_open,omitempty"`
}

// Pool is a set of blocked places: house seats, an agent's quota, work passes.
type Pool struct {
	ID     uint16 `json:"id"` // not zero
	Name   string `json:"name"`
	Dead   bool   `json:"dead,omitempty"`   // its places are not offered at all (broken, removed)
	Public bool   `json:"public,omitempty"` // parked for a later public release: still counts as public (RL-2)
}

// Weights are the cost of one seat in best available. All are 0 or more.
type Weights struct {
	Quality  int32 `json:"quality"`  // per point of Seat.Quality
	Distance int32 `json:"distance"` // per metre from the focal point
	Axis     int32 `json:"axis"`     // per metre beside the focal point's axis
	Partial  int32 `json:"partial"`  // partial view
	Blocked  int32 `json:"blocked"`  // blocked view
	Aisle    int32 `json:"aisle"`    // bonus per group at an aisle
	Apart    int32 `json:"apart"`    // per metre between the parts of a split group
}

// DefaultWeights suit qualities of 0 to 65535, as ticket maps give them.
func DefaultWeights() Weights {
	return Weights{Quality: 1, Distance: 20, Axis: 30, Partial: 2000, Blocked: 8000, Apart: 1500}
}

// DefaultConfig has the usual limits and one price for all zones of h.
func DefaultConfig(h *Hall, price int64) Config {
	c := Config{HoldFor: 10 * 60_000, HoldMax: 60 * 60_000, MaxSeats: 10, DocumentLimit: 1, Weights: DefaultWeights()}
	for range h.zones {
		c.Prices = append(c.Prices, price)
	}
	return c
}

const maxWeight = 1 << 20

// Validate checks a configuration by itself. Errors name the field.
func (c *Config) Validate() error {
	switch {
	case c.HoldFor <= 0 || c.HoldMax < c.HoldFor:
		return fmt.Errorf("engine: config: hold_for %d and hold_max %d must be 0 < hold_for <= hold_max", c.HoldFor, c.HoldMax)
	case c.MaxSeats < 1 || c.MaxSeats > 10_000:
		return fmt.Errorf("engine: config: max_seats %d is not between 1 and 10000", c.MaxSeats)
	case c.BuyerLimit < 0 || c.DeviceLimit < 0 || c.DocumentLimit < 0 || c.MaxParts < 0 || c.Approved < 0:
		return fmt.Errorf("engine: config: limits may not be negative")
	case c.PublicPermille < 0 || c.PublicPermille > 1000:
		return fmt.Errorf("engine: config: public_permille %d is not between 0 and 1000", c.PublicPermille)
	}
	if err := checkLists(c.Lists); err != nil {
		return err
	}
	w := c.Weights
	for _, v := range [...]int32{w.Quality, w.Distance, w.Axis, w.Partial, w.Blocked, w.Aisle, w.Apart} {
		if v < 0 || v > maxWeight {
			return fmt.Errorf("engine: config: weight %d is not between 0 and %d", v, maxWeight)
		}
	}
	seen := map[uint16]bool{}
	for _, p := range c.Pools {
		if p.ID == 0 || p.ID == RetiredPool || seen[p.ID] {
			return fmt.Errorf("engine: config: pool id %d is zero, reserved or used twice", p.ID)
		}
		seen[p.ID] = true
	}
	return nil
}

func (c *Config) pool(id uint16) (Pool, bool) {
	for _, p := range c.Pools {
		if p.ID == id {
			return p, true
		}
	}
	return Pool{}, false
}

func (c *Config) price(zone uint16) int64 {
	if int(zone) >= len(c.Prices) {
		return -1
	}
	return c.Prices[zone]
}
