// Package performance is the adapter of the performance collection interface
// (WH/T 93-2021, 演出票务信息采集): it turns facts into messages, sends them over
// HTTPS, and says what each answer means.
//
// A message is an ordered table of fields kept as data in a versioned profile
// (profiles/*.json). The standard's own text is not at hand: the profile
// "wht93-2021/provisional" names the origin of each field (seed, known, chosen)
// and is shown to users as provisional; another profile replaces it without
// code.
//
//	profile.go   profiles: field tables, code tables, answer codes
//	messages.go  records, Encode, Decode: strict both ways, widths in bytes
//	tree.go      a message as a tree with the place of every byte
//	map.go       fact -> record, pure
//	session.go   the exchange as a state machine: event and time in, actions out
//	sign.go      header signature, HMAC-SHA256 or HMAC-SM3
//	deliver.go   the Deliverer that modules/reporting drives
//	describe.go  annotated dump, personal and secret values masked
//	errors.go    codes of refusals
//
// The simulator of the platform (performance/sim) shares the tables and the
// signature, not the session or the mapping.
package performance
