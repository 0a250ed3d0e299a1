// Package report prints tables as A4 pages: day close, daily and settlement
// reports. Sums are made here from the integer cells, so a printed total is
// always the sum of the printed rows. Heads repeat on every page, a total never
// stands on a page alone, and pages are numbered "3 / 12".
package report
