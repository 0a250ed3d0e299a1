// Package demo holds the files of the demo world: seat plans in the interchange
// format. Tests, the demo server and the browser tests read these same files.
package demo

import "embed"

// Plans holds plans/{theatre,arena,stadium,livehouse}.plan.json (the stadium's packed
// with gzip).
//
//go:embed plans
var Plans embed.FS
