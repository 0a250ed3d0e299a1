// Package reportinghttp is the reporting module over HTTP.
package reportinghttp

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"parterre/modules/core/errs"
	"parterre/modules/core/ids"
	"parterre/modules/reporting"
	"parterre/modules/reporting/fact"
)

// ReportChannel is a channel with how it stands.
type ReportChannel struct {
	Code         string          `json:"code"`
	Name         string          `json:"name"`
	Adapter      string          `json:"adapter"`
	Venues       []string        `json:"venues" doc:"11-digit venue codes; none means all"`
	Kinds        []string        `json:"kinds" doc:"Kinds of facts; none means all"`
	Settings     json.RawMessage `json:"settings" doc:"The adapter's own; secrets by name"`
	Active       bool            `json:"active"`
	Version      int             `json:"version"`
	Pending      int             `json:"pending"`
	Parked       int             `json:"parked" doc:"Refused, waiting for a person's decision"`
	OldestAt     *time.Time      `json:"oldestAt,omitempty" doc:"When the oldest waiting fact was recorded"`
	LastAt       *time.Time      `json:"lastAt,omitempty" doc:"When a message was last answered for good"`
	NextAt       *time.Time      `json:"nextAt,omitempty" doc:"Not before this time, after failures"`
	Failures     int             `json:"failures"`
	Blocked      string          `json:"blocked,omitempty" doc:"Why the regulator does not let the channel in"`
	BlockedSince *time.Time      `json:"blockedSince,omitempty"`
}

func channelOf(v reporting.ChannelView) ReportChannel {
	kinds := make([]string, len(v.Kinds))
	for i, k := range v.Kinds {
		kinds[i] = string(k)
	}
	return ReportChannel{
		Code: v.Code, Name: v.Name, Adapter: v.Adapter, Venues: append([]string{}, v.Venues...), Kinds: kinds, Settings: v.Settings, Active: v.Active,
		Version: v.Version, Pending: v.Pending, Parked: v.Parked, OldestAt: v.OldestAt, LastAt: v.LastAt, NextAt: v.NextAt, Failures: v.Failures,
		Blocked: v.Blocked, BlockedSince: v.BlockedSince,
	}
}

// ReportChannelForm is what a person sets on a channel.
type ReportChannelForm struct {
	Name     string          `json:"name" minLength:"1" maxLength:"100"`
	Adapter  string          `json:"adapter" pattern:"^[a-z][a-z0-9]{0,19}$"`
	Venues   []string        `json:"venues,omitempty" maxItems:"1000"`
	Kinds    []string        `json:"kinds,omitempty" maxItems:"20"`
	Settings json.RawMessage `json:"settings"`
	Active   bool            `json:"active"`
}

// ReportDelivery is one fact on one channel.
type ReportDelivery struct {
	Channel   string    `json:"channel"`
	Seq       int64     `json:"seq"`
	State     string    `json:"state" enum:"pending,sending,accepted,parked,requeued,dropped"`
	Code      string    `json:"code,omitempty" doc:"The regulator's answer code"`
	Text      string    `json:"text,omitempty"`
	UpdatedAt time.Time `json:"updatedAt"`
	FactID    ids.ID    `json:"factId"`
	Kind      string    `json:"kind"`
	Venue     string    `json:"venue"`
	Subject   string    `json:"subject"`
	At        time.Time `json:"at" doc:"When it happened"`
	MessageID *ids.ID   `json:"messageId,omitempty"`
}

func deliveryOf(d reporting.Delivery) ReportDelivery {
	out := ReportDelivery{
		Channel: d.Channel, Seq: d.Seq, State: d.State, Code: d.Code, Text: d.Text, UpdatedAt: d.UpdatedAt, FactID: d.FactID,
		Kind: string(d.Kind), Venue: d.Venue, Subject: d.Subject, At: d.At,
	}
	if !d.MessageID.IsZero() {
		out.MessageID = &d.MessageID
	}
	return out
}

// ReportSending is one attempt.
type ReportSending struct {
	Number    int        `json:"number"`
	StartedAt time.Time  `json:"startedAt"`
	Deadline  time.Time  `json:"deadline"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
	Class     string     `json:"class,omitempty"`
	Code      string     `json:"code,omitempty"`
	Text      string     `json:"text,omitempty"`
}

// ReportDecision is what a person decided.
type ReportDecision struct {
	Action string    `json:"action" enum:"requeue,drop"`
	Reason string    `json:"reason"`
	Actor  string    `json:"actor"`
	NewSeq int64     `json:"newSeq,omitempty"`
	At     time.Time `json:"at"`
}

// ReportDetail is a delivery opened.
type ReportDetail struct {
	ReportDelivery
	Fact     json.RawMessage `json:"fact"`
	Message  string          `json:"message,omitempty" doc:"The message that it went in"`
	Receipt  string          `json:"receipt,omitempty" doc:"The regulator's answer"`
	Records  int             `json:"records" doc:"Deliveries in that message"`
	Index    int             `json:"index"`
	Attempts []ReportSending `json:"attempts"`
	Decision *ReportDecision `json:"decision,omitempty"`
}

func detailOf(d reporting.DeliveryDetail) ReportDetail {
	out := ReportDetail{
		ReportDelivery: deliveryOf(d.Delivery), Fact: d.Fact, Message: text(d.Message), Receipt: text(d.Receipt),
		Records: d.Records, Index: d.Index, Attempts: []ReportSending{},
	}
	for _, a := range d.Attempts {
		out.Attempts = append(out.Attempts, ReportSending(a))
	}
	if d.Decision != nil {
		v := ReportDecision(*d.Decision)
		out.Decision = &v
	}
	return out
}

// text shows bytes as text where they are; binary messages have pages of their own.
func text(b []byte) string {
	if !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

func kindsOf(names []string) []fact.Kind {
	out := make([]fact.Kind, len(names))
	for i, n := range names {
		out[i] = fact.Kind(n)
	}
	return out
}

// ReportUnprojected is a fact that cannot be reported as it is.
type ReportUnprojected struct {
	Source   string       `json:"source"`
	Position int64        `json:"position"`
	N        int          `json:"n"`
	Kind     fact.Kind    `json:"kind"`
	Subject  string       `json:"subject"`
	Problem  string       `json:"problem"`
	Fields   []errs.Field `json:"fields"`
	At       time.Time    `json:"at"`
}
