// Package layout breaks text into lines by the habits of Chinese typesetting
// (避头尾: no closing mark begins a line, no opening mark ends one) and finds the
// size at which a text fits a box. It never drops a character: what does not
// fit is handed back whole for the caller to decide.
package layout
