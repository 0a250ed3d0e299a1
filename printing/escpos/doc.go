// Package escpos writes the byte streams of box-office thermal printers
// (ESC/POS): text in GB 18030, QR codes either by the printer's own encoder
// (GS ( k) or as a raster of the ticket's stored matrix (GS v 0), rules, cash
// drawer and cutter. Decode reads such a stream back, for previews and tests.
//
// Text can never become a command: control characters are taken out and
// reported. Lines are broken here, by the printer's columns, so that the
// printer's own wrapping never loses a character at the edge.
package escpos
