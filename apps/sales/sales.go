// Package sales composes the sales app (票务销售系统).
package sales

import "parterre/modules/sales/seating"

// Seating knows the dressed plans of sessions.
type Seating = seating.Seating

// Follower makes the seat engine follow the ticket maps.
type Follower = seating.Follower

// NewSeating makes a Seating.
var NewSeating = seating.New
