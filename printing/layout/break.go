package layout

import (
	"strings"
	"unicode"

	"parterre/printing/font"
)

// Marks that may not begin a line (避头): closing marks, separators, units.
const noStart = "、。，．：；！？）］｝〕〉》」』】〗〙〛’”·・…—～〜％‰℃°々〻ーゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ｡､｣,.:;!?)]}%/"

// Marks that may not end a line (避尾): opening marks and signs that belong to
// what follows.
const noEnd = "（［｛〔〈《「『【〖〘〚‘“｢([{¥￥$£€№＃#＠@第"

// Units that stay with the number before them.
const units = "年月日时点分秒元角张排座号楼层区场次岁米折门"

var noStartSet, noEndSet, unitSet = runeSet(noStart), runeSet(noEnd), runeSet(units)

func runeSet(s string) map[rune]bool {
	m := map[rune]bool{}
	for _, r := range s {
		m[r] = true
	}
	return m
}

// wide reports whether a line may break beside the character without a blank.
func wide(r rune) bool {
	return r >= 0x2E80 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0xFF00 && r <= 0xFFEF || r > 0xFFFF || r == '—' || r == '…' || r == '“' || r == '”' || r == '‘' || r == '’'
}

const nbsp = '\u00A0'

// mayBreak reports whether a line may end between two neighbours.
func mayBreak(a, b rune) bool {
	switch {
	case b == ' ' || a == nbsp || b == nbsp:
		return false
	case a == ' ':
		return !noStartSet[b]
	case noStartSet[b] || noEndSet[a]:
		return false
	case unicode.IsDigit(a) && unitSet[b]:
		return false
	case wide(a) || wide(b):
		return true
	}
	return a == '-' && unicode.IsLetter(b)
}

// numbered reports whether r is the figure of an abbreviation: No. 9, Op. 125.
func numbered(before []rune, r rune) bool {
	n := len(before)
	return unicode.IsDigit(r) && n >= 2 && before[n-1] == ' ' && before[n-2] == '.'
}

// Break splits a cleaned text into lines no wider than width millimetres at a
// size in points. Line feeds in the text end lines. Blanks at a line's end are
// dropped; every other character comes out exactly once, in order. split
// reports that a word was longer than a line and had to be broken inside, or
// that one character alone is wider than the box.
func Break(s string, width float64, style font.Style, size float64) (lines []string, split bool) {
	limit := width / (size / 1000 * font.MMPerPoint)
	return BreakBy(s, limit, func(r rune) float64 { return float64(font.Advance(r, style)) })
}

// BreakBy is Break for any measure: limit and advance are in the same unit, such
// as the columns of a receipt printer.
func BreakBy(s string, limit float64, advance func(rune) float64) (lines []string, split bool) {
	for paragraph := range strings.SplitSeq(s, "\n") {
		more, cut := breakParagraph([]rune(paragraph), limit, advance)
		lines, split = append(lines, more...), split || cut
	}
	return lines, split
}

func breakParagraph(text []rune, limit float64, measure func(rune) float64) (lines []string, split bool) {
	start, candidate := 0, -1
	used := 0.0
	for i := 0; i < len(text); i++ {
		r := text[i]
		if i > start && mayBreak(text[i-1], r) && !numbered(text[:i], r) {
			candidate = i
		}
		advance := measure(r)
		if used+advance <= limit+1e-9 || r == ' ' {
			used += advance
			continue
		}
		if i == start { // one character wider than the box: it gets its own line
			split = true
			used = advance
			continue
		}
		end := candidate
		if end <= start {
			end, split = i, true
		}
		lines = append(lines, strings.TrimRight(string(text[start:end]), " "))
		start, candidate, used = end, -1, 0
		i = end - 1
	}
	return append(lines, strings.TrimRight(string(text[start:]), " ")), split
}
