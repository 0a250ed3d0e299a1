package saleload

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// With SALELOAD=native (or slow, herd, pick, fanout, all) this runs the real
// bench and prints it; SALELOAD_JSON names a file for the result.
func TestManual(t *testing.T) {
	only := os.Getenv("SALELOAD")
	if only == "" {
		t.Skip("set SALELOAD to run the bench")
	}
	opts := Options{Only: only}
	if only == "all" {
		opts.Only = ""
	}
	if os.Getenv("SALELOAD_ONCE") != "" {
		opts.Repeats = 1
	}
	if s := os.Getenv("SALELOAD_SELLERS"); s != "" {
		opts.Sellers = strings.Split(s, ",")
	}
	res, err := Run(t.Context(), opts, os.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	if f := os.Getenv("SALELOAD_JSON"); f != "" {
		b, _ := json.MarshalIndent(res, "", "  ")
		if err := os.WriteFile(f, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
