// Package symbol draws codes as QR, Code 128, PDF417, Aztec and DataMatrix symbols: as a matrix of modules, as vectors
// (rectangles merged along the rows, an SVG path or document) and as images.
//
// Encoding a QR code costs about 2 ms, three quarters of it the search for the best mask. So a ticket's matrix is made
// once, when the ticket is issued, stored with MarshalBinary (about 200 bytes) and drawn again for free.
//
// Rectangles are merged and meant to be drawn in one fill in a unit of modules: one rectangle a module, each rounded by
// itself, leaves seams that scanners at low resolution do not read through.
package symbol
