// Package canvas turns pages of placed things (text, lines, boxes, bit matrices)
// into a PDF. It is the only package that touches the PDF library.
//
// Lengths are millimetres from the page's top left corner, type sizes are
// points. What is put on a page is final: nothing is wrapped, shrunk or cut
// here. The same pages and the same Doc give the same bytes.
package canvas
