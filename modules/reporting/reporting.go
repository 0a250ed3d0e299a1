package reporting

import (
	"context"
	"encoding/json"
	"time"

	"parterre/modules/core/db"
)

// Config makes a Service.
type Config struct {
	DB *db.DB
	// Books gives what a day's close needs; without it no day can be closed.
	Books DayBooks
	// Ready, if set, runs before a day is closed: apps drain their projectors
	// in it, so that the increments are on their way before the day's totals.
	Ready func(ctx context.Context) error
	// Deadline is the time of the next day by which a day's report must be in;
	// default 12:00 (PT-mgmt).
	Deadline time.Duration
	// CheckSettings checks a channel's settings, by adapter.
	CheckSettings map[string]func(json.RawMessage) error
}

// Service is the reporting module's way in for apps. Its methods take ctx's
// tenant and actor and are safe for concurrent use.
type Service struct {
	db       *db.DB
	books    DayBooks
	ready    func(ctx context.Context) error
	deadline time.Duration
	checks   map[string]func(json.RawMessage) error
}

// New makes the service.
func New(cfg Config) *Service {
	s := &Service{db: cfg.DB, books: cfg.Books, ready: cfg.Ready, deadline: cfg.Deadline, checks: cfg.CheckSettings}
	if s.deadline <= 0 {
		s.deadline = 12 * time.Hour
	}
	return s
}
