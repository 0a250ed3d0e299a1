// Package reader speaks with second-generation identity card readers
// (二代证阅读器) over a serial line: frames, the three steps that read a card, and
// the text that the card holds.
//
// The protocol is that of the security module (SAM, 安全模块) which every such
// reader carries; makers publish its frames, no open standard fixes them. So
// this is a provisional profile. Taken from published material, with every
// checksum recomputed:
//
//	host to reader   AA AA AA 96 69 | Len | CMD Para | CHK
//	reader to host   AA AA AA 96 69 | Len | SW1 SW2 SW3 | Data | CHK
//
// Len is two bytes, high byte first, and counts what follows it with CHK; CHK is
// the XOR of all bytes from Len to the one before CHK. The line is 8-N-1 at
// 115200 Bd unless the reader was set otherwise. A handheld may put bytes of its
// own before a frame: they are skipped.
//
// A card is read by find, select, read, each time. After a read, or an error,
// it must be lifted before find succeeds again; a find that fails is the sign
// that it is gone.
//
// Privacy: of 1,295 bytes that a reader answers, name, kind, number and the end
// of validity leave this package's callers (the counter needs no more). The
// photo is never decoded and is overwritten. A Card prints masked, and no error
// holds what a card said.
package reader
